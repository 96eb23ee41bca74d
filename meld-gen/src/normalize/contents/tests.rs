//! Bodies and responses of operations.

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
        (json!({"200": empty, "201": response(&a)}), vec![200, 201], Some(&a), ""),
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
fn successes_without_content_are_known() {
    let a = response(&json!({"type": "string"}));
    let empty = json!({"description": ""});
    for (responses, expected) in [
        (json!({"200": empty, "201": a, "204": empty}), &[200, 204][..]),
        (json!({"2XX": empty, "200": a, "202": a}), &[201, 203, 204, 205, 206, 207, 208, 226]),
        (json!({"2XX": a, "204": empty}), &[204]),
        (json!({"200": empty, "204": empty}), &[]),
        (json!({"200": a, "404": empty}), &[]),
    ] {
        let (contents, _, messages) = selected(json!({"responses": responses}));
        assert_eq!((contents.success_without_content.as_slice(), messages.len()), (expected, 0), "{responses}");
    }
}

#[test]
fn multipart_is_kept_beside_or_without_json() {
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
