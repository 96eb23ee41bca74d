//! The meaning of an object's keys, which depends on its context: `description` is text in an operation, but the name
//! of a field in `properties`.

use serde_json::Value;

/// The context of a value in a spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// Keys are keywords of OpenAPI or JSON Schema.
    Keywords,
    /// Keywords of `info`, which requires a title.
    Info,
    /// Keywords of a response, which requires a description.
    Response,
    /// An unordered list of objects with keywords.
    UnorderedObjects,
    /// Keys are names that the spec defines.
    Names,
    /// Keys are paths or extensions.
    Paths,
    /// Keys are statuses, names of responses, or extensions.
    Responses,
    /// Keys are names of callbacks, with paths below.
    Callbacks,
    /// Keys are names of OAuth scopes, and values are text.
    Scopes,
    /// A literal value.
    Literal,
    /// An unordered list of literal values.
    Set,
}

/// The keywords for text.
const TEXT: [&str; 7] = ["$comment", "description", "example", "examples", "externalDocs", "summary", "title"];

impl Context {
    /// Returns the context of the value of `key`.
    pub fn below(self, key: &str, value: &Value) -> Self {
        match self {
            Self::Keywords | Self::Info | Self::Response | Self::UnorderedObjects => from_keyword(key, value),
            Self::Names | Self::Paths => Self::Keywords,
            Self::Responses => Self::Response,
            Self::Callbacks => Self::Paths,
            Self::Scopes | Self::Literal | Self::Set => Self::Literal,
        }
    }

    /// Returns the context of a list's items.
    pub fn item(self) -> Self {
        match self {
            Self::UnorderedObjects => Self::Keywords,
            Self::Set => Self::Literal,
            other => other,
        }
    }

    /// Returns `true` if the order of a list is irrelevant.
    pub fn is_unordered(self) -> bool {
        matches!(self, Self::UnorderedObjects | Self::Set)
    }

    /// Returns `true` if the value of `key` is text or an extension.
    pub fn is_text(self, key: &str) -> bool {
        match self {
            Self::Keywords | Self::Info | Self::Response | Self::UnorderedObjects => {
                TEXT.contains(&key) || key.starts_with("x-")
            }
            Self::Paths | Self::Responses => key.starts_with("x-"),
            Self::Scopes => true,
            Self::Names | Self::Callbacks | Self::Literal | Self::Set => false,
        }
    }
}

fn from_keyword(key: &str, value: &Value) -> Context {
    match key {
        "$defs" | "content" | "definitions" | "dependentSchemas" | "encoding" | "headers" | "links" | "pathItems"
        | "patternProperties" | "properties" | "requestBodies" | "schemas" | "securitySchemes" | "variables" => {
            Context::Names
        }
        "paths" | "webhooks" => Context::Paths,
        "responses" => Context::Responses,
        "callbacks" => Context::Callbacks,
        "scopes" => Context::Scopes,
        "info" => Context::Info,
        // A list in an operation or a path item, a map in `components` and in links.
        "parameters" if value.is_object() => Context::Names,
        "parameters" | "tags" => Context::UnorderedObjects,
        "enum" | "required" | "type" => Context::Set,
        "const" | "default" | "dependentRequired" | "mapping" | "security" | "xml" => Context::Literal,
        _ => Context::Keywords,
    }
}
