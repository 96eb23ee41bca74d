//! Repairs of responses: error responses and media types.

use openapiv3::{Content, Operation, ReferenceOr, Response, StatusCode};

use super::edit::target;
use super::{Context, Notes};
use crate::error::pointer_push;
use crate::spec::visit::SchemaRef;

/// The component schema of the error envelope.
const ENVELOPE: &str = "ErrorResponse";

/// Records and removes error responses that are documented with the type of the success response.
pub(super) fn success_body_on_error(context: &mut Context<'_>) {
    context.operation_facts(|pointer, operation, facts, notes| {
        let successes = success_bodies(operation);
        let removed = remove_errors(operation, |bodies| {
            !bodies.is_empty() && bodies.iter().all(|body| successes.iter().any(|success| alike(body, success)))
        });
        if removed.is_empty() {
            return;
        }
        facts.success_body_statuses = removed.iter().filter_map(|status| status.parse().ok()).collect();
        note_statuses(notes, pointer, "had the type of the success response", &removed);
    });
}

/// Removes error responses that are the envelope or have no body; a later stage rejects other types.
pub(super) fn one_error_envelope(context: &mut Context<'_>) {
    context.operations(|pointer, _, operation, notes| {
        let removed = remove_errors(operation, |bodies| bodies.iter().all(|body| target(body) == Some(ENVELOPE)));
        if !removed.is_empty() {
            note_statuses(notes, pointer, "left to the runtime's envelope", &removed);
        }
    });
}

/// Replaces the wildcard in media types of responses and request bodies with JSON.
pub(super) fn wildcard_media_type(context: &mut Context<'_>) {
    context.operations(|pointer, _, operation, notes| {
        if let Some(ReferenceOr::Item(body)) = &mut operation.request_body {
            name_media_type(&mut body.content, &format!("{pointer}/requestBody"), notes);
        }
        let default = operation.responses.default.iter_mut().map(|r| ("default".to_owned(), r));
        let by_status = operation.responses.responses.iter_mut().map(|(s, r)| (s.to_string(), r));
        for (status, response) in by_status.chain(default) {
            if let ReferenceOr::Item(response) = response {
                let pointer = pointer_push(&format!("{pointer}/responses"), status);
                name_media_type(&mut response.content, &pointer, notes);
            }
        }
    });
}

fn name_media_type(content: &mut Content, pointer: &str, notes: &mut Notes) {
    const WILDCARD: &str = "*/*";
    const JSON: &str = "application/json";
    // A wildcard beside JSON may be another body.
    if content.contains_key(JSON) || !content.contains_key(WILDCARD) {
        return;
    }
    let rename = |name: String| if name == WILDCARD { JSON.to_owned() } else { name };
    *content = std::mem::take(content).into_iter().map(|(name, media)| (rename(name), media)).collect();
    let pointer = pointer_push(&format!("{pointer}/content"), WILDCARD);
    notes.note(pointer, format!("{WILDCARD} became {JSON}"));
}

/// Removes the error responses whose bodies satisfy `wanted`, and returns their statuses.
fn remove_errors(operation: &mut Operation, wanted: impl Fn(&[&SchemaRef]) -> bool) -> Vec<String> {
    let wanted = |response: &ReferenceOr<Response>| match response {
        ReferenceOr::Item(response) => wanted(&bodies(response)),
        ReferenceOr::Reference { .. } => false,
    };
    let mut removed = Vec::new();
    let responses = &mut operation.responses;
    // The default response describes errors only if the success has a response of its own.
    let has_success = responses.responses.keys().any(is_success);
    responses.responses.retain(|status, response| {
        let remove = is_error(status) && wanted(response);
        if remove {
            removed.push(status.to_string());
        }
        !remove
    });
    if has_success && responses.default.as_ref().is_some_and(wanted) {
        responses.default = None;
        removed.push("default".to_owned());
    }
    removed
}

fn note_statuses(notes: &mut Notes, pointer: &str, what: &str, statuses: &[String]) {
    let mut statuses = statuses.to_vec();
    statuses.sort();
    notes.note(format!("{pointer}/responses"), format!("{}: {what}", statuses.join(", ")));
}

fn is_error(status: &StatusCode) -> bool {
    match status {
        StatusCode::Code(code) => *code >= 400,
        StatusCode::Range(hundreds) => *hundreds >= 4,
    }
}

fn is_success(status: &StatusCode) -> bool {
    matches!(status, StatusCode::Code(200..=299) | StatusCode::Range(2))
}

fn bodies(response: &Response) -> Vec<&SchemaRef> {
    response.content.values().filter_map(|media| media.schema.as_ref()).collect()
}

fn success_bodies(operation: &Operation) -> Vec<SchemaRef> {
    let responses = operation.responses.responses.iter();
    let successes = responses.filter(|(status, _)| is_success(status));
    successes.filter_map(|(_, response)| response.as_item()).flat_map(bodies).cloned().collect()
}

/// Returns `true` if two bodies have the same type, regardless of descriptions.
fn alike(one: &SchemaRef, other: &SchemaRef) -> bool {
    one == other || target(one).is_some_and(|name| target(other) == Some(name))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{applied, operation, repaired, repaired_facts};

    fn responses(responses: Value) -> Value {
        operation(json!({ "responses": responses }))
    }

    fn json_body(schema: Value) -> Value {
        json!({ "description": "", "content": { "application/json": { "schema": schema } } })
    }

    #[test]
    fn envelope_and_empty_errors_are_removed() {
        let envelope = json_body(json!({ "$ref": "#/components/schemas/ErrorResponse" }));
        let (after, notes) = repaired(responses(json!({
            "200": json_body(json!({ "$ref": "#/components/schemas/Thing" })),
            "404": envelope, "4XX": envelope, "400": { "description": "" }, "default": envelope
        })));
        let left = &after["paths"]["/things"]["get"]["responses"];
        assert_eq!(left.as_object().unwrap().keys().collect::<Vec<_>>(), ["200"]);
        let notes = applied(&notes, "one-error-envelope");
        assert_eq!(notes[0].pointer, "/paths/~1things/get/responses");
        assert_eq!(notes[0].what, "400, 404, 4XX, default: left to the runtime's envelope");
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn error_of_another_type_is_kept() {
        let before = responses(json!({
            "200": json_body(json!({ "$ref": "#/components/schemas/Thing" })),
            "404": json_body(json!({ "type": "object" }))
        }));
        let (after, notes) = repaired(before.clone());
        assert_eq!(after["paths"], before["paths"]);
        assert!(notes.is_empty());
    }

    #[test]
    fn default_response_without_others_is_kept() {
        let (after, notes) = repaired(responses(json!({ "default": { "description": "" } })));
        assert!(after["paths"]["/things"]["get"]["responses"]["default"].is_object());
        assert!(notes.is_empty());
    }

    #[test]
    fn error_with_success_type_is_recorded() {
        let thing = json_body(json!({ "$ref": "#/components/schemas/Thing" }));
        let (after, facts, notes) = repaired_facts(responses(json!({ "200": thing, "404": thing, "425": thing })));
        assert_eq!(facts.operations["/paths/~1things/get"].success_body_statuses, [404, 425]);
        assert_eq!(after["paths"]["/things"]["get"]["responses"], json!({ "200": thing }));
        assert_eq!(applied(&notes, "success-body-on-error")[0].what, "404, 425: had the type of the success response");
    }

    #[test]
    fn wildcard_becomes_json_except_beside_json() {
        let schema = json!({ "schema": { "type": "string" } });
        let (after, notes) = repaired(operation(json!({
            "requestBody": { "content": { "*/*": schema } },
            "responses": {
                "200": { "description": "", "content": { "*/*": schema } },
                "201": { "description": "", "content": { "*/*": schema, "application/json": schema } }
            }
        })));
        let operation = &after["paths"]["/things"]["get"];
        assert_eq!(operation["requestBody"]["content"], json!({ "application/json": schema }));
        let responses = &operation["responses"];
        assert_eq!(responses["200"]["content"], json!({ "application/json": schema }));
        assert_eq!(responses["201"]["content"].as_object().unwrap().len(), 2);
        let notes = applied(&notes, "wildcard-media-type");
        assert_eq!(notes.len(), 2);
        assert_eq!(notes[1].pointer, "/paths/~1things/get/responses/200/content/*~1*");
    }
}
