//! Normalizes operations: each keeps one response and loses what generated code does not use.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{MediaType, OpenAPI, Operation, ReferenceOr, RequestBody, Response, StatusCode};

use super::parameters::{self, unsupported};
use crate::error::{Location, Notice, Result, pointer_push};
use crate::model::{Facts, OperationFacts, OperationModel};
use crate::naming::operations::builder_name;
use crate::spec::visit;

/// Returns the models of all operations, and normalizes their bodies and responses.
///
/// # Errors
/// Returns [`ErrorKind::UnsupportedKeyword`](crate::error::ErrorKind::UnsupportedKeyword) if a client cannot represent a parameter, body or response.
pub fn normalize_operations(
    api: &mut OpenAPI,
    facts: &Facts,
    names: &BTreeMap<String, String>,
    notices: &mut Vec<Notice>,
) -> Result<Vec<OperationModel>> {
    let enums = parameters::enum_components(api);
    let mut models = Vec::new();
    let mut failure = None;
    visit::operations(api, &mut |pointer, method, path, operation| {
        let facts = facts.get(pointer).cloned().unwrap_or_default();
        let head = Head { pointer, method, path, facts };
        match normalize_operation(operation, head, names, &enums, notices) {
            Ok(model) => models.push(model),
            Err(error) => drop(failure.get_or_insert(error)),
        }
    });
    failure.map_or(Ok(models), Err)
}

/// An operation without its content.
struct Head<'a> {
    pointer: &'a str,
    method: &'a str,
    path: &'a str,
    facts: OperationFacts,
}

fn normalize_operation(
    operation: &mut Operation,
    head: Head<'_>,
    names: &BTreeMap<String, String>,
    enums: &BTreeSet<String>,
    notices: &mut Vec<Notice>,
) -> Result<OperationModel> {
    let Head { pointer, method, path, facts } = head;
    parameters::check_path(path, pointer)?;
    let operation_id = operation.operation_id.clone().unwrap_or_default();
    let rust_name = names.get(&operation_id).cloned().unwrap_or_default();
    operation.operation_id = Some(rust_name.clone());
    let parameters = parameters::normalize(operation, pointer, enums, notices)?;
    let body = normalize_body(operation, pointer)?;
    let success = normalize_responses(operation, pointer, notices)?;
    let has = |name: &str| parameters.iter().any(|parameter| parameter.name == name);
    let model = OperationModel {
        is_paged: has("before") && has("after"),
        exclusive: facts.exclusive,
        success_body_statuses: facts.success_body_statuses,
        summary: operation.summary.clone(),
        description: operation.description.clone(),
        deprecated: operation.deprecated,
        method: method.to_owned(),
        path: path.to_owned(),
        operation_id,
        builder_name: builder_name(&rust_name),
        hidden_name: String::new(),
        rust_name,
        parameters,
        body,
        success,
    };
    // progenitor acts on some extensions.
    operation.tags.clear();
    operation.callbacks.clear();
    operation.extensions.clear();
    Ok(model)
}

fn normalize_body(operation: &mut Operation, pointer: &str) -> Result<Option<bool>> {
    let Some(ReferenceOr::Item(RequestBody { content, required, .. })) =
        &mut operation.request_body
    else {
        return Ok(None);
    };
    let json = content.shift_remove("application/json");
    let Some(MediaType { schema: Some(schema), .. }) = json else {
        let pointer = format!("{}/requestBody/content", pointer);
        let what = "the request body has no schema for `application/json`";
        return Err(unsupported(pointer, what, "describe it as application/json"));
    };
    let media = MediaType { schema: Some(schema), ..MediaType::default() };
    *content = [("application/json".to_owned(), media)].into_iter().collect();
    Ok(Some(*required))
}

/// Keeps one response: that of the first success status with a body. Returns the success statuses.
fn normalize_responses(
    operation: &mut Operation,
    pointer: &str,
    notices: &mut Vec<Notice>,
) -> Result<Vec<u16>> {
    let pointer = format!("{}/responses", pointer);
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
            let what = format!("the error response {status} has a schema of its own");
            let advice =
                "describe it with the error envelope, which decodes every error, or add a repair";
            if code >= 400 && !response.content.is_empty() {
                return Err(unsupported(error_pointer, &what, advice));
            }
            continue;
        }
        normalize_content(&mut response, &pointer_push(&pointer, status.to_string()))?;
        success.push(code);
        responses.push((status, response));
    }
    if let Some(ReferenceOr::Item(mut response)) = operation.responses.default.take()
        && success.is_empty()
        && !response.content.is_empty()
    {
        let pointer = pointer_push(&pointer, "default");
        normalize_content(&mut response, &pointer)?;
        notices.push(Notice {
            location: Location::at(pointer),
            message:
                "the default response is the only one with content; it is used as success response"
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
            location: Location::at(pointer),
            message: "success responses differ in type; only the first is typed".to_owned(),
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

fn normalize_content(response: &mut Response, pointer: &str) -> Result<()> {
    response.headers.clear();
    response.links.clear();
    if response.content.is_empty() {
        return Ok(());
    }
    let json = response.content.shift_remove("application/json");
    let Some(schema) = json.and_then(|media| media.schema) else {
        let what = "the response has no schema for `application/json`";
        let pointer = format!("{pointer}/content");
        return Err(unsupported(pointer, what, "describe it as application/json"));
    };
    let media = MediaType { schema: Some(schema), ..MediaType::default() };
    response.content = [("application/json".to_owned(), media)].into_iter().collect();
    Ok(())
}
