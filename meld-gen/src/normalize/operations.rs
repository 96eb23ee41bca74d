//! Operations: each keeps one response and loses what generated code does not use.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{MediaType, OpenAPI, Operation, ReferenceOr, RequestBody, Response, StatusCode};

use super::parameters::{self, refuse};
use crate::error::{Location, Notice, Result, pointer_push};
use crate::model::{Facts, OperationFacts, OperationModel};
use crate::naming::operations::builder_name;
use crate::spec::visit;

/// Reads all operations, and leaves in the document what progenitor is to see of them: Rust names as operationIds,
/// one response, no restrictions.
///
/// # Errors
/// When one has a form that no client can send.
pub fn shape_operations(
    api: &mut OpenAPI,
    file: &str,
    facts: &Facts,
    names: &BTreeMap<String, String>,
    notices: &mut Vec<Notice>,
) -> Result<Vec<OperationModel>> {
    let enums = parameters::enum_components(api);
    let mut shapes = Vec::new();
    let mut failure = None;
    visit::operations(api, &mut |pointer, method, path, operation| {
        let place = Location::new(file, pointer);
        let facts = facts.get(pointer).cloned().unwrap_or_default();
        let head = Head { place, method, path, facts };
        match shape_operation(operation, head, names, &enums, notices) {
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
    facts: OperationFacts,
}

fn shape_operation(
    operation: &mut Operation,
    head: Head<'_>,
    names: &BTreeMap<String, String>,
    enums: &BTreeSet<String>,
    notices: &mut Vec<Notice>,
) -> Result<OperationModel> {
    let Head { place, method, path, facts } = head;
    let place = &place;
    parameters::check_path(path, place)?;
    let operation_id = operation.operation_id.clone().unwrap_or_default();
    let rust_name = names.get(&operation_id).cloned().unwrap_or_default();
    operation.operation_id = Some(rust_name.clone());
    let parameters = parameters::shape(operation, place, enums, notices)?;
    let body = shape_body(operation, place)?;
    let success = shape_response(operation, place, notices)?;
    let has = |name: &str| parameters.iter().any(|parameter| parameter.name == name);
    let shape = OperationModel {
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
    // Of no use to generated code; progenitor acts on some extensions.
    operation.tags.clear();
    operation.callbacks.clear();
    operation.extensions.clear();
    Ok(shape)
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
