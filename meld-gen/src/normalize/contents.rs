//! Bodies and responses: each operation keeps one body and one response, each of one media type, or of JSON and several
//! parts.
//!
//! The bodies of error statuses are removed, whatever their schemas are: the runtime decodes all of them as the error
//! envelope, and keeps the bytes.

#[cfg(test)]
mod tests;

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
    /// Success statuses that are documented without content beside one with content, ascending.
    pub success_without_content: Vec<u16>,
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
    multipart::report_media_types(&body.content, components, &place, notices);
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
    let mut documented = Vec::new();
    let mut without_content = Vec::new();
    let mut successes: Vec<(String, Response)> = Vec::new();
    let mut redirects = Vec::new();
    for (status, response) in std::mem::take(&mut operation.responses.responses) {
        let ReferenceOr::Item(response) = response else { continue };
        let place = pointer_push(&pointer, &status);
        let code = number(&status);
        match code {
            200..300 => {
                if response.content.is_empty() {
                    without_content.push(status.clone());
                }
                documented.push(status);
                successes.push((place, response));
            }
            // 304 responds to conditional requests only.
            300..=399 if code != 304 => redirects.push(place),
            _ => {}
        }
    }
    if documented.is_empty() {
        let message = "redirects are not followed; `Error::headers` has the `Location`";
        notices.extend(redirects.iter().map(|place| Notice::at(place, message)));
    }
    let default = operation.responses.default.take();
    if let Some(ReferenceOr::Item(default)) = default
        && documented.is_empty()
        && redirects.is_empty()
        && !default.content.is_empty()
    {
        let place = pointer_push(&pointer, "default");
        let message = "the default response is the only one with content; it is used as success response";
        notices.push(Notice::at(&place, message));
        successes.push((place, default));
    }
    if without_content.len() < successes.len() {
        contents.success_without_content = statuses_of(&without_content, &documented);
    }
    successes.sort_by_key(|(_, response)| response.content.is_empty());
    let (place, response) = typed_response(successes, &pointer, notices);
    let response = select_parts(response, &place, components, contents, notices);
    let response = (StatusCode::Code(200), ReferenceOr::Item(response));
    operation.responses.responses = [response].into_iter().collect();
    contents.success = documented.iter().map(number).collect();
    contents.success.sort_unstable();
    contents.success.dedup();
}

/// Returns the statuses of success responses, ascending. A range has all registered ones that are not documented apart.
fn statuses_of(responses: &[StatusCode], documented: &[StatusCode]) -> Vec<u16> {
    const REGISTERED: [u16; 10] = [200, 201, 202, 203, 204, 205, 206, 207, 208, 226];
    let has_range = responses.iter().any(|status| matches!(status, StatusCode::Range(_)));
    let is_in_range = |status: &u16| has_range && !documented.contains(&StatusCode::Code(*status));
    let is_named = |status: &u16| responses.contains(&StatusCode::Code(*status));
    let mut statuses: Vec<u16> = REGISTERED.into_iter().filter(is_in_range).collect();
    statuses.extend((200..300).filter(is_named));
    statuses.sort_unstable();
    statuses
}

/// Returns the number of a status; that of a range is its first.
fn number(status: &StatusCode) -> u16 {
    match status {
        StatusCode::Code(code) => *code,
        StatusCode::Range(class) => class * 100,
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
