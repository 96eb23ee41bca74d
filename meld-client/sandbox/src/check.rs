//! Whether a request is what the document of its version asks for.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode, header};
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use crate::Error;
use crate::documents::{Direction, Operation, Parameter, Place};
use crate::envelope::Problem;
use crate::pages;
use crate::schema::Gathered;

/// A request in parts, not yet checked.
pub(crate) struct Parts<'a> {
    pub path: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// What a request says, checked.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub path: BTreeMap<String, String>,
    pub query: BTreeMap<String, String>,
    pub body: Value,
}

/// Checks everything but the key.
pub(crate) fn check(operation: &Operation, parts: &Parts<'_>) -> Result<Checked, Problem> {
    check_accept(parts.headers)?;
    let query = check_query(operation, &parts.query)?;
    let path = parts.path.iter().cloned().collect();
    check_parameters(operation, Place::Path, "BAD_REQUEST", |name| find(&parts.path, name))?;
    check_parameters(operation, Place::Header, "BAD_REQUEST", |name| {
        parts.headers.get(name).map(|value| value.to_str().unwrap_or_default())
    })?;
    let body = check_body(operation, parts)?;
    Ok(Checked { path, query, body })
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn check_query(
    operation: &Operation,
    query: &[(String, String)],
) -> Result<BTreeMap<String, String>, Problem> {
    let code = match operation.name() {
        "accounts-customers-search" => "BAD_REQUEST",
        _ => "INVALID_QUERY_PARAMETER",
    };
    let parameters = operation.parameters.iter();
    let accepted: Vec<&Parameter> =
        parameters.filter(|parameter| parameter.place == Place::Query).collect();
    let names: Vec<&str> = accepted.iter().map(|parameter| parameter.name.as_str()).collect();
    let known = names.join(", ");
    let mut errors = Vec::new();
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in query {
        let parameter = accepted.iter().find(|parameter| parameter.name == *name);
        match (parameter, values.get_mut(name)) {
            (None, _) => errors.push(format!("[{name}] is not accepted; accepted are: {known}")),
            // A list may come one by one.
            (Some(parameter), Some(values)) if is_list(operation, parameter) => {
                *values = format!("{values},{value}");
            }
            (Some(_), Some(_)) => errors.push(format!("[{name}] is given twice")),
            (Some(_), None) => drop(values.insert(name.clone(), value.clone())),
        }
    }
    errors.extend(pages::complaints(operation, &values));
    refuse(errors, code)?;
    let value = |name: &str| values.get(name).map(String::as_str);
    check_parameters(operation, Place::Query, code, value)?;
    Ok(values)
}

fn refuse(errors: Vec<String>, code: &'static str) -> Result<(), Problem> {
    if errors.is_empty() {
        return Ok(());
    }
    let message = "The request is not valid; errors names each field";
    Err(Problem::new(StatusCode::BAD_REQUEST, code, message).with_errors(errors))
}

fn check_parameters<'a>(
    operation: &Operation,
    place: Place,
    code: &'static str,
    value: impl Fn(&str) -> Option<&'a str>,
) -> Result<(), Problem> {
    let mut errors = Vec::new();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.place == place) {
        let name = &parameter.name;
        match value(name) {
            None if parameter.required => errors.push(format!("[{name}] is required")),
            None => {}
            Some(text) => {
                let wrong = parameter_complaint(operation, parameter, text).map_err(broken)?;
                errors.extend(wrong.map(|wrong| format!("[{name}] {wrong}")));
            }
        }
    }
    refuse(errors, code)
}

/// The sandbox itself is at fault.
fn broken(error: Error) -> Problem {
    Problem::sandbox(error.to_string())
}

/// The rule for a parameter.
fn gathered<'a>(operation: &'a Operation, parameter: &Parameter) -> Gathered<'a> {
    let schema = operation.document().root.pointer(&parameter.schema);
    let schema: Vec<&Value> = schema.into_iter().collect();
    Gathered::new(operation.document(), &schema, &mut |members| (0..members).collect())
}

fn is_list(operation: &Operation, parameter: &Parameter) -> bool {
    gathered(operation, parameter).kind() == Some("array")
}

fn parameter_complaint(
    operation: &Operation,
    parameter: &Parameter,
    text: &str,
) -> Result<Option<String>, Error> {
    let document = operation.document();
    let gathered = gathered(operation, parameter);
    let value = match gathered.kind() {
        // There are several ways of writing one, and nothing is read of it here.
        Some("object") => return Ok(None),
        Some("array") => {
            let items: Vec<&Value> = gathered.values("items").collect();
            let all = &mut |members| (0..members).collect();
            let items = Gathered::new(document, &items, all);
            text.split(',').map(|item| scalar(&items, item)).collect()
        }
        _ => scalar(&gathered, text),
    };
    let validator = document.validator(&parameter.schema, Direction::Request)?;
    let error = validator.iter_errors(&value).next();
    Ok(error.map(|error| error.masked_with("the value").to_string()))
}

/// A value that stands as text in a path, a query or a header.
fn scalar(gathered: &Gathered<'_>, text: &str) -> Value {
    let value = match gathered.kind() {
        Some("integer" | "number" | "boolean") => serde_json::from_str(text).ok(),
        _ => None,
    };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn check_body(operation: &Operation, parts: &Parts<'_>) -> Result<Value, Problem> {
    let Some(pointer) = &operation.request else { return Ok(Value::Null) };
    if parts.body.is_empty() {
        return match operation.request_required {
            true => Err(Problem::bad_request("The request needs a body")),
            false => Ok(Value::Null),
        };
    }
    check_content_type(parts.headers)?;
    let body = serde_json::from_slice(parts.body)
        .map_err(|error| Problem::bad_request(format!("The body is not JSON: {error}")))?;
    let validator = operation.document().validator(pointer, Direction::Request).map_err(broken)?;
    refuse(complaints(&validator, &body), "BAD_REQUEST")?;
    Ok(body)
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = sent.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = format!("Content-Type is to be application/json, not '{essence}'");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message))
}

/// All bodies are JSON, so that whoever takes none cannot be answered.
fn check_accept(headers: &HeaderMap) -> Result<(), Problem> {
    let lists =
        headers.get_all(header::ACCEPT).iter().map(|value| value.to_str().unwrap_or_default());
    let mut ranges = lists.flat_map(|list| list.split(',')).peekable();
    let takes_json = |range: &str| {
        let essence = range.split(';').next().unwrap_or_default().trim();
        ["*/*", "application/*", "application/json"]
            .iter()
            .any(|json| essence.eq_ignore_ascii_case(json))
    };
    if ranges.peek().is_none() || ranges.any(takes_json) {
        return Ok(());
    }
    let message = "Accept is to be application/json, or to include it";
    Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message))
}

/// What a validator finds wrong, as `[field] text`. Values are not repeated: they may be secrets.
pub(crate) fn complaints(validator: &Validator, value: &Value) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors
        .map(|error| {
            let mut field = error.instance_path().to_string().replace('/', ".");
            if let ValidationErrorKind::Required { property } = error.kind() {
                field = format!("{field}.{}", property.as_str().unwrap_or_default());
                return format!("[{}] is required", field.trim_start_matches('.'));
            }
            let text = error.masked_with("the value");
            format!("[{}] {text}", field.trim_start_matches('.'))
        })
        .collect()
}
