//! Bodies and responses: each operation keeps one body and one response, each of one media type, or of JSON and several
//! parts.
//!
//! The bodies of error statuses are removed, whatever their schemas are: the runtime decodes all of them as the error
//! envelope, and keeps the bytes.

use std::collections::BTreeMap;

use openapiv3::{
    AnySchema, Content, MediaType, OpenAPI, Operation, ReferenceOr, Response, Schema, SchemaData, SchemaKind,
    StatusCode, StringFormat, Type, VariantOrUnknownOrEmpty,
};

use super::multipart::{self, Components, MULTIPART};
use crate::error::{Notice, pointer_push};
use crate::model::{Media, MultipartBody, MultipartResponse};
use crate::spec::visit::{self, SchemaRef};

/// The key of the only media type that remains.
const JSON: &str = "application/json";

/// The media type of bytes whose own type cannot be sent in a header.
const BYTES: &str = "application/octet-stream";

/// The bodies of an operation, without their schemas.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// Media type of the request body, and `true` if the body is required.
    pub body: Option<(Media, bool)>,
    /// Media type of the response; `None` without a body.
    pub response: Option<Media>,
    /// The multipart body, in place of JSON or beside it.
    pub multipart_body: Option<MultipartBody>,
    /// The multipart response, in place of JSON or beside it.
    pub multipart_response: Option<MultipartResponse>,
    /// Documented success statuses, ascending.
    pub success: Vec<u16>,
}

/// Reduces the bodies of all operations. Returns what is known of them by the pointer of the operation.
pub fn select(api: &mut OpenAPI, notices: &mut Vec<Notice>) -> BTreeMap<String, Contents> {
    let mut all = BTreeMap::new();
    // Taken out, because operations and components are visited at the same time.
    let components = std::mem::take(&mut api.components.get_or_insert_default().schemas);
    visit::operations(api, &mut |pointer, _, _, operation| {
        let mut contents = Contents::default();
        select_body(operation, pointer, &components, &mut contents, notices);
        select_response(operation, pointer, &components, &mut contents, notices);
        all.insert(pointer.to_owned(), contents);
    });
    api.components.get_or_insert_default().schemas = components;
    all
}

fn select_body(
    operation: &mut Operation,
    pointer: &str,
    components: &Components,
    contents: &mut Contents,
    notices: &mut Vec<Notice>,
) {
    let Some(ReferenceOr::Item(body)) = operation.request_body.as_mut() else { return };
    let place = format!("{pointer}/requestBody/content");
    let required = body.required;
    let multipart = multipart::take_body(&mut body.content, components);
    let is_alternative = multipart.is_some() && has_json(&body.content);
    if let Some((fields, multipart)) = multipart {
        let has_fields = multipart.has_fields;
        contents.multipart_body = Some(MultipartBody { is_alternative, ..multipart });
        if !is_alternative {
            only_multipart(&mut body.content, has_fields.then_some(fields), &place, "the body is sent as", notices);
            contents.body = Some((Media::Multipart, required));
        } else {
            contents.body = select_media(&mut body.content, &place, "the body is sent as", notices).zip(Some(required));
            body.content.extend(has_fields.then(|| (MULTIPART.to_owned(), fields)));
        }
    } else {
        contents.body = select_media(&mut body.content, &place, "the body is sent as", notices).zip(Some(required));
    }
    if body.content.is_empty() {
        operation.request_body = None;
    }
}

fn has_json(content: &Content) -> bool {
    content.iter().any(|(name, media)| rank(name, media) != Rank::Other)
}

/// Keeps the fields of a multipart body in place of JSON.
fn only_multipart(
    content: &mut Content,
    fields: Option<MediaType>,
    pointer: &str,
    what: &str,
    notices: &mut Vec<Notice>,
) {
    if !content.is_empty() {
        let message = format!("{what} `{MULTIPART}`; the other media types are not generated");
        notices.push(Notice::at(pointer, message));
    }
    content.clear();
    content.extend(fields.map(|fields| (JSON.to_owned(), fields)));
}

/// Keeps the first response of a success that has a body.
fn select_response(
    operation: &mut Operation,
    pointer: &str,
    components: &Components,
    contents: &mut Contents,
    notices: &mut Vec<Notice>,
) {
    let pointer = pointer_push(pointer, "responses");
    let mut statuses = Vec::new();
    let mut successes: Vec<(String, Response)> = Vec::new();
    let mut redirects = Vec::new();
    for (status, response) in std::mem::take(&mut operation.responses.responses) {
        let ReferenceOr::Item(response) = response else { continue };
        let place = pointer_push(&pointer, &status);
        let code = match status {
            StatusCode::Code(code) => code,
            StatusCode::Range(class) => class * 100,
        };
        match code {
            200..300 => {
                statuses.push(code);
                successes.push((place, response));
            }
            // 304 responds to conditional requests only.
            300..=399 if code != 304 => redirects.push(place),
            _ => {}
        }
    }
    if statuses.is_empty() {
        let message = "redirects are not followed; `Error::headers` has the `Location`";
        notices.extend(redirects.iter().map(|place| Notice::at(place, message)));
    }
    let default = operation.responses.default.take();
    if let Some(ReferenceOr::Item(default)) = default
        && statuses.is_empty()
        && redirects.is_empty()
        && !default.content.is_empty()
    {
        let place = pointer_push(&pointer, "default");
        let message = "the default response is the only one with content; it is used as success response";
        notices.push(Notice::at(&place, message));
        successes.push((place, default));
    }
    tell_empty(&successes, notices);
    successes.sort_by_key(|(_, response)| response.content.is_empty());
    statuses.sort_unstable();
    let (place, response) = typed_response(successes, &pointer, notices);
    let response = select_parts(response, &place, components, contents, notices);
    let response = (StatusCode::Code(200), ReferenceOr::Item(response));
    operation.responses.responses = [response].into_iter().collect();
    contents.success = statuses;
}

/// Reports successes without a body beside one with a body. Some statuses are decoded without one.
fn tell_empty(successes: &[(String, Response)], notices: &mut Vec<Notice>) {
    const EMPTY: [&str; 3] = ["202", "204", "205"];
    if successes.iter().all(|(_, response)| response.content.is_empty()) {
        return;
    }
    let is_empty = |(place, response): &&(String, Response)| {
        response.content.is_empty() && !EMPTY.iter().any(|status| place.ends_with(status))
    };
    for (place, _) in successes.iter().filter(is_empty) {
        let message = "the response has no content, and cannot be decoded without one";
        notices.push(Notice::at(place, message));
    }
}

/// Keeps JSON and several parts, if the response has both.
fn select_parts(
    mut response: Response,
    place: &str,
    components: &Components,
    contents: &mut Contents,
    notices: &mut Vec<Notice>,
) -> Response {
    const WHAT: &str = "the response is read as";
    let content = &mut response.content;
    let Some((fields, multipart)) = multipart::take_response(content, components) else {
        contents.response = select_media(content, place, WHAT, notices);
        return response;
    };
    let is_alternative = has_json(content);
    contents.multipart_response = Some(MultipartResponse { is_alternative, ..multipart });
    if is_alternative {
        contents.response = select_media(content, place, WHAT, notices);
        content.insert(MULTIPART.to_owned(), fields);
    } else {
        only_multipart(content, Some(fields), place, WHAT, notices);
        contents.response = Some(Media::Multipart);
    }
    response
}

/// Returns the first response with its place, and reports others that differ.
fn typed_response(responses: Vec<(String, Response)>, pointer: &str, notices: &mut Vec<Notice>) -> (String, Response) {
    let mut responses = responses.into_iter();
    let (place, mut first) = responses.next().unwrap_or_else(|| {
        (pointer.to_owned(), Response { description: "No content".to_owned(), ..Response::default() })
    });
    first.headers.clear();
    first.links.clear();
    let bare =
        |content: &Content| -> Vec<Option<SchemaRef>> { content.values().map(|media| media.schema.clone()).collect() };
    let schemas = bare(&first.content);
    if responses.any(|(_, other)| !other.content.is_empty() && bare(&other.content) != schemas) {
        let message = "success responses differ in type; only the first is typed";
        notices.push(Notice::at(pointer, message));
    }
    (pointer_push(&place, "content"), first)
}

/// Keeps one media type: JSON if there is any, else bytes, whose schema is removed.
fn select_media(content: &mut Content, pointer: &str, what: &str, notices: &mut Vec<Notice>) -> Option<Media> {
    let best = content.iter().map(|(name, media)| rank(name, media)).enumerate().min_by_key(|(_, rank)| *rank);
    let (index, rank) = best?;
    let count = content.len();
    let (name, media) = content.swap_remove_index(index)?;
    content.clear();
    if count > 1 {
        let message = format!("{what} `{name}`; the other media types are not generated");
        notices.push(Notice::at(pointer, message));
    }
    if rank == Rank::Other {
        let message = format!("`{name}` is bytes in Rust");
        notices.push(Notice::at(pointer_push(pointer, &name), message));
        return Some(Media::Bytes(sendable(&name)));
    }
    let schema = media.schema.unwrap_or_else(any_value);
    let media = MediaType { schema: Some(schema), ..MediaType::default() };
    content.insert(JSON.to_owned(), media);
    Some(if rank == Rank::OtherJson { Media::OtherJson(sendable(&name)) } else { Media::Json })
}

/// The order in which media types are preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Json,
    Wildcard,
    OtherJson,
    Other,
}

fn rank(name: &str, media: &MediaType) -> Rank {
    let essence = name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        JSON => Rank::Json,
        "*/*" | "application/*" if !is_binary(media) => Rank::Wildcard,
        "text/json" => Rank::OtherJson,
        essence if essence.ends_with("+json") => Rank::OtherJson,
        _ => Rank::Other,
    }
}

fn is_binary(media: &MediaType) -> bool {
    let schema = media.schema.as_ref().and_then(ReferenceOr::as_item);
    schema.is_some_and(|schema| {
        matches!(&schema.schema_kind, SchemaKind::Type(Type::String(string))
            if string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary))
    })
}

/// Returns a media type that a header can carry. A wildcard is no type of a body.
fn sendable(name: &str) -> String {
    let is_plain = |c: char| c == ' ' || (c.is_ascii_graphic() && c != '*');
    if name.contains('/') && name.chars().all(is_plain) { name.trim().to_owned() } else { BYTES.to_owned() }
}

fn any_value() -> SchemaRef {
    let schema_kind = SchemaKind::Any(AnySchema::default());
    ReferenceOr::Item(Schema { schema_data: SchemaData::default(), schema_kind })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn selected(operation: Value) -> (Contents, Value, Vec<String>) {
        let mut api: OpenAPI = serde_json::from_value(json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"post": operation}}
        }))
        .unwrap();
        let mut notices = Vec::new();
        let mut contents = select(&mut api, &mut notices);
        let operation = serde_json::to_value(&api.paths.paths["/a"]).unwrap()["post"].take();
        let messages = notices.into_iter().map(|notice| notice.message).collect();
        (contents.remove("/paths/~1a/post").unwrap(), operation, messages)
    }

    fn response(schema: &Value) -> Value {
        json!({"description": "", "content": {"application/json": {"schema": schema}}})
    }

    #[test]
    fn error_bodies_never_matter() {
        let (a, e) = (json!({"type": "string"}), json!({"type": "integer"}));
        for errors in
            [json!({"404": response(&e), "500": response(&e)}), json!({"4XX": response(&e), "default": response(&e)})]
        {
            let mut responses = errors;
            responses["200"] = response(&a);
            let (contents, operation, messages) = selected(json!({"responses": responses}));
            assert_eq!((contents.success, messages.len()), (vec![200], 0));
            assert_eq!(operation["responses"], json!({"200": response(&a)}));
        }
    }

    #[test]
    fn first_success_body_is_typed() {
        let (a, b) = (json!({"type": "string"}), json!({"type": "integer"}));
        let empty = json!({"description": ""});
        for (responses, success, typed, message) in [
            (json!({"200": response(&a), "202": response(&b)}), vec![200, 202], Some(&a), "differ"),
            (json!({"204": empty, "201": response(&a)}), vec![201, 204], Some(&a), ""),
            (json!({"200": empty, "201": response(&a)}), vec![200, 201], Some(&a), "no content"),
            (json!({"2XX": response(&b)}), vec![200], Some(&b), ""),
            (json!({"default": response(&b)}), vec![], Some(&b), "the default response"),
            (json!({"302": empty, "default": response(&b)}), vec![], None, "redirects"),
            (json!({}), vec![], None, ""),
        ] {
            let (contents, operation, messages) = selected(json!({"responses": responses}));
            assert_eq!(contents.success, success);
            let schema = operation.pointer("/responses/200/content/application~1json/schema");
            assert_eq!(schema, typed, "{responses}");
            assert!(messages.concat().contains(message) && messages.len() < 2, "{messages:?}");
        }
    }

    #[test]
    fn multipart_is_kept_in_place_of_json_or_beside_it() {
        let binary = json!({"type": "string", "format": "binary"});
        let text = json!({"type": "string"});
        let form = json!({"type": "object", "required": ["note", "file"],
            "properties": {"note": text, "file": binary, "image": text}});
        let form = json!({"schema": form, "encoding": {"image": {"contentType": "image/png"}}});
        let fields = json!({"type": "object", "required": ["note"], "properties": {"note": text}});
        for (content, media, kept) in [
            (json!({"multipart/form-data; a=b": form}), Media::Multipart, &[JSON][..]),
            (json!({"multipart/form-data": form, "application/json": {}}), Media::Json, &[JSON, MULTIPART]),
        ] {
            let body = json!({"required": true, "content": content});
            let (contents, operation, messages) = selected(json!({"requestBody": body, "responses": {}}));
            assert_eq!((contents.body, messages.len()), (Some((media, true)), 0));
            let multipart = contents.multipart_body.unwrap();
            let files: Vec<_> = multipart.files.iter().map(|file| (file.name.as_str(), file.is_required)).collect();
            assert_eq!(files, [("file", true), ("image", false)]);
            let content = operation["requestBody"]["content"].as_object().unwrap();
            assert_eq!(content.keys().collect::<Vec<_>>(), kept);
            assert_eq!(content[*kept.last().unwrap()]["schema"], fields);
        }
        let list = json!({"multipart/form-data": {"schema": {"type": "array", "items": binary}}});
        let (contents, _, messages) = selected(json!({"requestBody": {"content": list}, "responses": {}}));
        assert_eq!(contents.body, Some((Media::Bytes(MULTIPART.to_owned()), false)));
        assert_eq!((contents.multipart_body, messages.len()), (None, 1));
    }

    #[test]
    fn media_types_are_json_or_bytes() {
        let object = json!({"schema": {"type": "object"}});
        let binary = json!({"schema": {"type": "string", "format": "binary"}});
        for (content, media, notices) in [
            (json!({"application/json; charset=utf-8": object}), Media::Json, 0),
            (json!({"Application/JSON": {}}), Media::Json, 0),
            (json!({"*/*": object}), Media::Json, 0),
            (json!({"*/*": binary}), Media::Bytes(BYTES.to_owned()), 1),
            (
                json!({"application/merge-patch+json": object}),
                Media::OtherJson("application/merge-patch+json".to_owned()),
                0,
            ),
            (json!({"text/csv": object, "application/json": object}), Media::Json, 1),
            (json!({"text/csv": object}), Media::Bytes("text/csv".to_owned()), 1),
            (json!({"a\nb": object}), Media::Bytes(BYTES.to_owned()), 1),
        ] {
            let body = json!({"required": true, "content": content});
            let (contents, _, messages) = selected(json!({"requestBody": body, "responses": {}}));
            assert_eq!(contents.body, Some((media, true)), "{body}");
            assert_eq!(messages.len(), notices, "{messages:?}");
        }
    }
}
