//! Request validation against the spec.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use crate::error::Error;
use crate::multipart::Multipart;
use crate::pagination;
use crate::problem::Problem;
use crate::specs::schema::ResolvedSchema;
use crate::specs::{Operation, Parameter, ParameterLocation};

/// The parts of a request that has not been validated.
pub(crate) struct Parts<'a> {
    pub path: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

#[derive(Debug)]
pub(crate) struct Validated {
    pub path: BTreeMap<String, String>,
    pub query: BTreeMap<String, String>,
    pub body: Value,
}

/// Validates everything but the API key.
pub(crate) fn validate(operation: &Operation, parts: &Parts<'_>) -> Result<Validated, Problem> {
    if operation.response.is_some() {
        validate_accept(parts.headers)?;
    }
    let query = validate_query(operation, &parts.query)?;
    let path = parts.path.iter().cloned().collect();
    let code = "BAD_REQUEST";
    validate_parameters(operation, ParameterLocation::Path, code, |name| find(&parts.path, name))?;
    validate_parameters(operation, ParameterLocation::Header, code, |name| {
        parts.headers.get(name).map(|value| value.to_str().unwrap_or_default())
    })?;
    let body = validate_body(operation, parts)?;
    Ok(Validated { path, query, body })
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn validate_query(operation: &Operation, query: &[(String, String)]) -> Result<BTreeMap<String, String>, Problem> {
    let code = match operation.name() {
        "accounts-customers-search" => "BAD_REQUEST",
        _ => "INVALID_QUERY_PARAMETER",
    };
    let parameters = operation.parameters.iter();
    let accepted: Vec<&Parameter> =
        parameters.filter(|parameter| parameter.location == ParameterLocation::Query).collect();
    let names: Vec<&str> = accepted.iter().map(|parameter| parameter.name.as_str()).collect();
    let known = names.join(", ");
    let mut errors = Vec::new();
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in query {
        let parameter = accepted.iter().find(|parameter| parameter.name == *name);
        match (parameter, values.get_mut(name)) {
            (None, _) if is_field_of_any(operation, &accepted, name) => {}
            (None, _) => errors.push(format!("[{name}] is not accepted; accepted are: {known}")),
            // A list may be sent as repeated parameters.
            (Some(parameter), Some(values)) if operation.parameter_schema(parameter).kind() == Some("array") => {
                *values = format!("{values},{value}");
            }
            (Some(_), Some(_)) => errors.push(format!("[{name}] is given twice")),
            (Some(_), None) => drop(values.insert(name.clone(), value.clone())),
        }
    }
    errors.extend(pagination::errors(operation, &values));
    refuse_if_any(errors, code)?;
    let value = |name: &str| values.get(name).map(String::as_str);
    validate_parameters(operation, ParameterLocation::Query, code, value)?;
    Ok(values)
}

/// Returns `true` for a field of an object that is sent as parameters: `filter[name]`, or `name` alone.
fn is_field_of_any(operation: &Operation, parameters: &[&Parameter], name: &str) -> bool {
    parameters.iter().any(|parameter| {
        let schema = operation.parameter_schema(parameter);
        let rest = name.strip_prefix(parameter.name.as_str());
        schema.kind() == Some("object")
            && (rest.is_some_and(|rest| rest.starts_with('[')) || has_property(&schema, name))
    })
}

/// Returns `true` for a property of a schema. A map has properties of any name.
fn has_property(schema: &ResolvedSchema<'_>, name: &str) -> bool {
    let properties = schema.properties();
    properties.is_empty() || properties.contains_key(name)
}

fn refuse_if_any(errors: Vec<String>, code: &'static str) -> Result<(), Problem> {
    if errors.is_empty() {
        return Ok(());
    }
    let message = "The request is not valid; `errors` lists the fields";
    Err(Problem::new(StatusCode::BAD_REQUEST, code, message).with_errors(errors))
}

fn validate_parameters<'a>(
    operation: &Operation,
    location: ParameterLocation,
    code: &'static str,
    value: impl Fn(&str) -> Option<&'a str>,
) -> Result<(), Problem> {
    let mut errors = Vec::new();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.location == location) {
        let name = &parameter.name;
        match value(name) {
            // The fields of an object may be sent on their own.
            None if operation.parameter_schema(parameter).kind() == Some("object") => {}
            None if parameter.required => errors.push(format!("[{name}] is required")),
            None => {}
            Some(text) => {
                let error = parameter_error(operation, parameter, text)?;
                errors.extend(error.map(|error| format!("[{name}] {error}")));
            }
        }
    }
    refuse_if_any(errors, code)
}

fn parameter_error(operation: &Operation, parameter: &Parameter, text: &str) -> Result<Option<String>, Error> {
    let schema = operation.parameter_schema(parameter);
    let value = match schema.kind() {
        // Objects have several encodings, and no operation reads one.
        Some("object") => return Ok(None),
        Some("array") => {
            let items = ResolvedSchema::new(&operation.spec.root, &schema.items());
            text.split(',').map(|item| scalar(&items, item)).collect()
        }
        _ => scalar(&schema, text),
    };
    if operation.spec.root.pointer(&parameter.schema).is_none() {
        // A parameter of another media type has no JSON schema.
        return Ok(None);
    }
    operation.spec.validate_parameter(&parameter.schema, &value)
}

/// Parses a scalar from a path, a query or a header.
pub(crate) fn scalar(schema: &ResolvedSchema<'_>, text: &str) -> Value {
    let value = match schema.kind() {
        Some("integer" | "number" | "boolean") => serde_json::from_str(text).ok(),
        _ => None,
    };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn validate_body(operation: &Operation, parts: &Parts<'_>) -> Result<Value, Problem> {
    if operation.request_pointer().is_none() {
        return Ok(Value::Null);
    }
    if parts.body.is_empty() {
        return match operation.request_required {
            true => Err(Problem::bad_request("The request has no body; the operation requires one")),
            false => Ok(Value::Null),
        };
    }
    validate_content_type(operation, parts.headers)?;
    let body = serde_json::from_slice(parts.body)
        .map_err(|error| Problem::bad_request(format!("The body is not JSON: {error}")))?;
    let errors = operation.request_errors(&body)?;
    refuse_if_any(errors, "BAD_REQUEST")?;
    Ok(body)
}

fn validate_content_type(operation: &Operation, headers: &HeaderMap) -> Result<(), Problem> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = sent.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if is_json(essence) || operation.multipart_request.is_some() && Multipart::is_type(essence) {
        return Ok(());
    }
    let message = format!("Content-Type is `{essence}`; expected `application/json`");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message))
}

/// Returns `true` for JSON by any name.
fn is_json(essence: &str) -> bool {
    let essence = essence.to_ascii_lowercase();
    matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json")
}

/// Refuses requests that do not accept JSON, the type of all responses.
fn validate_accept(headers: &HeaderMap) -> Result<(), Problem> {
    let lists = headers.get_all(header::ACCEPT).iter().map(|value| value.to_str().unwrap_or_default());
    let mut ranges = lists.flat_map(|list| list.split(',')).peekable();
    let takes_json = |range: &str| {
        let essence = range.split(';').next().unwrap_or_default().trim();
        matches!(essence, "*/*") || essence.eq_ignore_ascii_case("application/*") || is_json(essence)
    };
    if ranges.peek().is_none() || ranges.any(takes_json) {
        return Ok(());
    }
    let message = "Accept does not include `application/json`, the type of all responses";
    Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", message))
}
