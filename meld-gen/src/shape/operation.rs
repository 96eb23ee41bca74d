//! The operations of a document: method names, parameters, responses, and what a client must know to call them well.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use openapiv3::{MediaType, OpenAPI, Operation, ReferenceOr, RequestBody, Response, StatusCode};

use super::identifiers::{pascal, snake};
use super::names::{FAMILY_WORDS, MANY, METHOD_NAMES, RESERVED_TYPES, VERBS};
use super::parameters;
use super::rules::FieldRule;
use crate::error::{Error, ErrorKind, Location, Notice, Result, pointer_push};
use crate::spec::visit;

const IDEMPOTENCY_KEY: &str = "X-Idempotency-Key";

/// Methods that generated clients and builders have of themselves.
const TAKEN_METHODS: &[&str] = &[
    "body",
    "into_request",
    "new",
    "send",
    "send_request",
    "transport",
    "with_retry_policy",
    "with_timeout",
];

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterPlace {
    /// Into the path.
    Path,
    /// Into the query.
    Query,
    /// Into a header.
    Header,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterShape {
    /// Name on the wire.
    pub name: String,
    /// Name of the setter.
    pub rust_name: String,
    /// Name that progenitor is given.
    pub hidden_name: String,
    /// Path, query or header.
    pub place: ParameterPlace,
    /// Takes several values, which are sent with commas between them.
    pub is_list: bool,
    /// Description of the document.
    pub description: Option<String>,
    /// What the value must keep to.
    pub rule: FieldRule,
}

/// An operation, as generated code needs to know it.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationShape {
    /// operationId of the document, such as `/crypto-quote-get`.
    pub operation_id: String,
    /// HTTP method in lower case.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Name of the method on the client.
    pub rust_name: String,
    /// Name of the type that the method returns.
    pub builder_name: String,
    /// Name of the method in progenitor's output.
    pub hidden_name: String,
    /// First line of the documentation.
    pub summary: Option<String>,
    /// The rest of it.
    pub description: Option<String>,
    /// Parameters: those of the path in its order, then query and headers in the document's order.
    pub parameters: Vec<ParameterShape>,
    /// Whether a body is sent, and whether it must be.
    pub body: Option<bool>,
    /// Documented success statuses.
    pub success: Vec<u16>,
    /// Error statuses whose body has the success type.
    pub success_body_statuses: Vec<u16>,
    /// Pairs of parameters that exclude each other (names on the wire).
    pub exclusive: Vec<(String, String)>,
    /// Whether the response is one page of a list.
    pub is_paged: bool,
    /// Whether the document marks it as deprecated.
    pub deprecated: bool,
}

impl OperationShape {
    /// Whether the service takes an idempotency key for it.
    pub fn takes_idempotency_key(&self) -> bool {
        self.parameters.iter().any(|p| p.name.eq_ignore_ascii_case(IDEMPOTENCY_KEY))
    }
}

/// Reads all operations, and leaves in the document what progenitor is to see of them: Rust names as operationIds,
/// one response, no restrictions.
///
/// # Errors
/// When one has a form that no client can send.
pub fn shape_operations(
    api: &mut OpenAPI,
    file: &str,
    names: &BTreeMap<String, String>,
    notices: &mut Vec<Notice>,
) -> Result<Vec<OperationShape>> {
    let enums = parameters::enum_components(api);
    let mut shapes = Vec::new();
    let mut failure = None;
    visit::operations(api, &mut |pointer, method, path, operation| {
        let place = Location::new(file, pointer);
        let head = Head { place, method, path, index: shapes.len() };
        match shape_operation(operation, &head, names, &enums, notices) {
            Ok(shape) => shapes.push(shape),
            Err(error) => drop(failure.get_or_insert(error)),
        }
    });
    failure.map_or(Ok(shapes), Err)
}

/// What stands around an operation.
struct Head<'a> {
    place: Location,
    method: &'a str,
    path: &'a str,
    index: usize,
}

/// Chooses the method name of each operation: the table's, else the operationId without the family's words, else the
/// whole operationId where the short name is not unique.
///
/// # Errors
/// When two operations get one method name, or their builders one type name.
pub fn method_names(
    api: &mut OpenAPI,
    file: &str,
    module: &str,
) -> Result<BTreeMap<String, String>> {
    let mut ids = Vec::new();
    visit::operations(api, &mut |pointer, _, _, operation| {
        ids.push((pointer.to_owned(), operation.operation_id.clone().unwrap_or_default()));
    });
    let short: Vec<String> = ids.iter().map(|(_, id)| short_name(module, id)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &short {
        *counts.entry(name).or_default() += 1;
    }
    let mut names = BTreeMap::new();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for ((pointer, id), name) in ids.iter().zip(&short) {
        let is_unique = counts.get(name.as_str()) == Some(&1);
        let name = if is_unique { name.clone() } else { identifier(&verb_first(&snake(id))) };
        if let Some(other) = owners.insert(builder_name(&name), id.clone()) {
            return Err(Error::new(
                ErrorKind::NameCollision,
                Location::new(file, format!("{pointer}/operationId")),
                format!("the operations {other} and {id} would both become the method {name}"),
                "give one of them a name of its own in METHOD_NAMES",
            ));
        }
        names.insert(id.clone(), name);
    }
    Ok(names)
}

/// The name of the type that a method returns.
fn builder_name(method: &str) -> String {
    let name = pascal(method);
    if RESERVED_TYPES.contains(&name.as_str()) { format!("{name}Builder") } else { name }
}

/// Takes every name out of the operations that progenitor would form again, or stumble over.
pub fn hide_names(api: &mut OpenAPI) {
    let mut index = 0;
    visit::operations(api, &mut |_, _, path, operation| {
        operation.operation_id = Some(hidden_operation(index));
        index += 1;
        for (index, parameter) in operation.parameters.iter_mut().enumerate() {
            if let ReferenceOr::Item(parameter) = parameter {
                let data = visit::parameter_data_mut(parameter);
                data.name = parameters::hidden_name(path, &data.name, index);
            }
        }
    });
    let paths = std::mem::take(&mut api.paths.paths).into_iter().enumerate();
    api.paths.paths = paths
        .map(|(index, (path, item))| {
            let names = parameters::names_in_path(&path);
            let names = names.iter().map(|name| parameters::hidden_name(&path, name, 0));
            let places: String = names.map(|name| format!("/{{{name}}}")).collect();
            (format!("/{index}{places}"), item)
        })
        .collect();
}

fn hidden_operation(index: usize) -> String {
    format!("operation_{index}")
}

fn short_name(module: &str, operation_id: &str) -> String {
    let explicit =
        METHOD_NAMES.iter().find(|(family, id, _)| *family == module && *id == operation_id);
    if let Some((_, _, name)) = explicit {
        return (*name).to_owned();
    }
    let full = operation_id.to_snake_case();
    let own: Vec<&str> = module.split('_').collect();
    let words = FAMILY_WORDS.iter().find(|(family, _)| *family == module).map(|(_, words)| *words);
    let family = words.unwrap_or(&own);
    let prefix = format!("{}_", family.join("_"));
    let short = full.strip_prefix(&prefix).filter(|rest| !rest.is_empty()).unwrap_or(&full);
    // The operation of a family itself: `accounts-customers-create` creates a customer.
    let whole = format!("{}_{short}", words.and_then(|words| words.last()).unwrap_or(&module));
    identifier(&verb_first(if VERBS.contains(&short) { &whole } else { short }))
}

/// Moves the verb of a name to its front: `transactions_search` becomes `search_transactions`, and
/// `connections_get` becomes `get_connection`, as it acts on one.
fn verb_first(name: &str) -> String {
    let words: Vec<&str> = name.split('_').collect();
    let Some((verb, nouns)) = words.split_last().filter(|(verb, _)| VERBS.contains(verb)) else {
        return name.to_owned();
    };
    let nouns = nouns.join("_");
    if MANY.contains(verb) {
        format!("{verb}_{nouns}")
    } else {
        format!("{verb}_{}", singular(&nouns))
    }
}

/// The singular of an English plural, by its ending.
fn singular(noun: &str) -> &str {
    match noun {
        _ if noun.ends_with("sses") => &noun[..noun.len() - 2],
        _ if noun.ends_with("ss") || noun.ends_with("details") => noun,
        _ => noun.strip_suffix('s').unwrap_or(noun),
    }
}

/// The name of a method on a client or builder.
pub fn identifier(text: &str) -> String {
    let mut name = snake(text);
    if TAKEN_METHODS.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

fn shape_operation(
    operation: &mut Operation,
    head: &Head<'_>,
    names: &BTreeMap<String, String>,
    enums: &BTreeSet<String>,
    notices: &mut Vec<Notice>,
) -> Result<OperationShape> {
    let Head { place, method, path, index } = head;
    parameters::check_path(path, place)?;
    let operation_id = operation.operation_id.clone().unwrap_or_default();
    let rust_name = names.get(&operation_id).cloned().unwrap_or_default();
    operation.operation_id = Some(rust_name.clone());
    let parameters = parameters::shape(operation, path, place, enums, notices)?;
    let body = shape_body(operation, place)?;
    let success = shape_response(operation, place, notices)?;
    let has = |name: &str| parameters.iter().any(|parameter| parameter.name == name);
    let shape = OperationShape {
        is_paged: has("before") && has("after"),
        exclusive: extension(operation, "x-meld-exclusive"),
        success_body_statuses: extension(operation, "x-meld-success-body-statuses"),
        summary: operation.summary.clone(),
        description: operation.description.clone(),
        deprecated: operation.deprecated,
        method: (*method).to_owned(),
        path: (*path).to_owned(),
        operation_id,
        builder_name: builder_name(&rust_name),
        hidden_name: hidden_operation(*index),
        rust_name,
        parameters,
        body,
        success,
    };
    // Of no use to generated code; progenitor acts on some extensions.
    operation.tags.clear();
    operation.callbacks.clear();
    operation.extensions.clear();
    Ok(shape)
}

/// Reads a note that a repair left at the operation.
fn extension<T: serde::de::DeserializeOwned + Default>(operation: &Operation, name: &str) -> T {
    let value = operation.extensions.get(name).cloned();
    value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

/// An error for what no client can send or read.
pub fn refuse(place: &Location, pointer: String, what: &str, advice: &str) -> Error {
    Error::new(
        ErrorKind::UnsupportedKeyword,
        Location::new(place.file.clone(), pointer),
        what,
        advice,
    )
}

fn shape_body(operation: &mut Operation, place: &Location) -> Result<Option<bool>> {
    let Some(ReferenceOr::Item(RequestBody { content, required, .. })) =
        &mut operation.request_body
    else {
        return Ok(None);
    };
    let json = content.shift_remove("application/json");
    let Some(MediaType { schema: Some(schema), .. }) = json else {
        let pointer = format!("{}/requestBody/content", place.pointer);
        let what = "a request body that is not JSON with a schema";
        return Err(refuse(place, pointer, what, "describe it as application/json"));
    };
    let media = MediaType { schema: Some(schema), ..MediaType::default() };
    *content = [("application/json".to_owned(), media)].into_iter().collect();
    Ok(Some(*required))
}

/// Leaves one response: that of the first success status which has a body.
fn shape_response(
    operation: &mut Operation,
    place: &Location,
    notices: &mut Vec<Notice>,
) -> Result<Vec<u16>> {
    let pointer = format!("{}/responses", place.pointer);
    let mut success: Vec<u16> = Vec::new();
    let mut responses: Vec<(StatusCode, Response)> = Vec::new();
    for (status, response) in std::mem::take(&mut operation.responses.responses) {
        let code = match status {
            StatusCode::Code(code) => code,
            StatusCode::Range(range) => range * 100,
        };
        let ReferenceOr::Item(mut response) = response else { continue };
        if !(200..300).contains(&code) {
            let error_pointer = pointer_push(&pointer, status.to_string());
            let what = format!("an error response (status {status}) with a schema of its own");
            let advice =
                "every error is read as the one envelope; add a repair that says what this is";
            if code >= 400 && !response.content.is_empty() {
                return Err(refuse(place, error_pointer, &what, advice));
            }
            continue;
        }
        shape_content(&mut response, place, &pointer_push(&pointer, status.to_string()))?;
        success.push(code);
        responses.push((status, response));
    }
    if let Some(ReferenceOr::Item(mut response)) = operation.responses.default.take()
        && success.is_empty()
        && !response.content.is_empty()
    {
        let pointer = pointer_push(&pointer, "default");
        shape_content(&mut response, place, &pointer)?;
        notices.push(Notice {
            location: Location::new(place.file.clone(), pointer),
            message: "the only response with content is the default: it is read as that of success"
                .to_owned(),
        });
        responses.push((StatusCode::Code(200), response));
    }
    responses.sort_by_key(|(_, response)| response.content.is_empty());
    let different = responses
        .windows(2)
        .any(|pair| !pair[1].1.content.is_empty() && pair[0].1.content != pair[1].1.content);
    if different {
        notices.push(Notice {
            location: Location::new(place.file.clone(), pointer),
            message: "success responses of several types: only the first is typed".to_owned(),
        });
    }
    let mut responses = responses.into_iter();
    let response = responses.next().map_or_else(no_content, |(_, response)| response);
    let response = (StatusCode::Code(200), ReferenceOr::Item(response));
    operation.responses.responses = [response].into_iter().collect();
    success.sort_unstable();
    Ok(success)
}

fn no_content() -> Response {
    Response { description: "No content".to_owned(), ..Response::default() }
}

fn shape_content(response: &mut Response, place: &Location, pointer: &str) -> Result<()> {
    response.headers.clear();
    response.links.clear();
    if response.content.is_empty() {
        return Ok(());
    }
    let json = response.content.shift_remove("application/json");
    let Some(schema) = json.and_then(|media| media.schema) else {
        let what = "a response that is not JSON with a schema";
        let pointer = format!("{pointer}/content");
        return Err(refuse(place, pointer, what, "describe it as application/json"));
    };
    let media = MediaType { schema: Some(schema), ..MediaType::default() };
    response.content = [("application/json".to_owned(), media)].into_iter().collect();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_lose_the_words_of_their_family() {
        for (module, id, name) in [
            ("bank_linking", "bank-linking-transactions-search", "transactions_search"),
            ("crypto", "/crypto-quote-get", "quote"),
            ("crypto", "/payments-transactions-get", "payments_transactions_get"),
            ("payments", "/payments-transactions-get", "transactions_get"),
            ("customer", "accounts-customers-kyc-initiate", "kyc_initiate"),
            ("service_providers", "service-providers-search", "search"),
            ("webhooks", "webhooks-events-get", "events_get"),
            ("webhooks", "webhooks-", "webhooks"),
            ("webhooks", "webhooks-type", "type_"),
        ] {
            assert_eq!(short_name(module, id), name);
        }
    }
}
