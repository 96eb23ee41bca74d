//! Keys that objects of OpenAPI 3.0 and 3.1 do not have, such as those of other versions.

use super::{Lowering, Object};
use crate::error::pointer_push;

/// An object of OpenAPI: its name, and its keys.
type Known = (&'static str, &'static [&'static str]);

pub(super) const ROOT: Known = (
    "the root",
    &[
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

pub(super) const RESPONSE: Known = ("a response", &["content", "description", "headers", "links"]);

pub(super) const MEDIA_TYPE: Known = ("a media type", &["encoding", "example", "examples", "schema"]);

pub(super) const ENCODING: Known = ("an encoding", &["allowReserved", "contentType", "explode", "headers", "style"]);

pub(super) const DISCRIMINATOR: Known = ("a discriminator", &["mapping", "propertyName"]);

impl<'a> Lowering<'a> {
    /// Reports the keys of an object that it does not have in OpenAPI. Extensions and references are others' business.
    pub(super) fn report_unknown(&mut self, object: &'a Object, pointer: &str, (name, known): Known) {
        let is_known = |key: &str| known.contains(&key) || key.starts_with("x-") || key == "$ref";
        for key in object.keys().filter(|key| !is_known(key)) {
            self.notice(&pointer_push(pointer, key), format!("OpenAPI 3.1 has no `{key}` in {name}; ignored"));
        }
    }
}
