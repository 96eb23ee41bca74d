//! Keys that objects of OpenAPI 3.0 to 3.2 do not have, such as those of other versions.
//! Labels, which generated code does not have either.

use serde_json::Value;

use super::{Lowering, Object};
use crate::error::pointer_push;

/// An object of OpenAPI: its name, and its keys.
type Known = (&'static str, &'static [&'static str]);

pub(super) const ROOT: Known = (
    "the root",
    &[
        "$self",
        "components",
        "externalDocs",
        "info",
        "jsonSchemaDialect",
        "openapi",
        "paths",
        "security",
        "servers",
        "tags",
        "webhooks",
    ],
);

pub(super) const COMPONENTS: Known = (
    "components",
    &[
        "callbacks",
        "examples",
        "headers",
        "links",
        "mediaTypes",
        "parameters",
        "pathItems",
        "requestBodies",
        "responses",
        "schemas",
        "securitySchemes",
    ],
);

pub(super) const OPERATION: Known = (
    "an operation",
    &[
        "callbacks",
        "deprecated",
        "description",
        "externalDocs",
        "operationId",
        "parameters",
        "requestBody",
        "responses",
        "security",
        "servers",
        "summary",
        "tags",
    ],
);

pub(super) const PARAMETER: Known = (
    "a parameter",
    &[
        "allowEmptyValue",
        "allowReserved",
        "content",
        "deprecated",
        "description",
        "example",
        "examples",
        "explode",
        "in",
        "name",
        "required",
        "schema",
        "style",
    ],
);

pub(super) const REQUEST_BODY: Known = ("a request body", &["content", "description", "required"]);

pub(super) const RESPONSE: Known = ("a response", &["content", "description", "headers", "links", "summary"]);

pub(super) const MEDIA_TYPE: Known = (
    "a media type",
    &["description", "encoding", "example", "examples", "itemEncoding", "itemSchema", "prefixEncoding", "schema"],
);

pub(super) const ENCODING: Known = (
    "an encoding",
    &["allowReserved", "contentType", "encoding", "explode", "headers", "itemEncoding", "prefixEncoding", "style"],
);

pub(super) const DISCRIMINATOR: Known = ("a discriminator", &["defaultMapping", "mapping", "propertyName"]);

impl<'a> Lowering<'a> {
    /// Reports the keys of an object that it does not have in OpenAPI. Extensions and references are others' business.
    pub(super) fn report_unknown(&mut self, object: &'a Object, pointer: &str, (name, known): Known) {
        let is_known = |key: &str| known.contains(&key) || key.starts_with("x-") || key == "$ref";
        for key in object.keys().filter(|key| !is_known(key)) {
            self.notice(&pointer_push(pointer, key), format!("OpenAPI 3.2 has no `{key}` in {name}; ignored"));
        }
    }

    /// Reports keys of OpenAPI 3.2 that label servers and tags for readers.
    pub(super) fn report_labels(&mut self, root: &'a Object) {
        for (list, keys) in [("servers", &["name"][..]), ("tags", &["kind", "parent", "summary"])] {
            let entries = root.get(list).and_then(Value::as_array);
            for (index, entry) in entries.into_iter().flatten().enumerate() {
                let place = pointer_push(&pointer_push("", list), index);
                for key in keys.iter().filter(|key| entry.get(**key).is_some()) {
                    self.notice(&pointer_push(&place, key), format!("`{key}` has no effect in Rust"));
                }
            }
        }
    }
}
