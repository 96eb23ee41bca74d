//! What the keys of an object are, by where it stands: `description` is Meld's text at an operation, and the name of a
//! field among `properties`.

use serde_json::Value;

/// Where a value stands in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Keys are words of OpenAPI or JSON Schema.
    Words,
    /// The same, in `info`, which needs a title.
    Info,
    /// The same, in a response, which needs a description.
    Response,
    /// A list of such objects whose order means nothing.
    Members,
    /// Keys are names that the document gives.
    Names,
    /// Keys are paths, and words that begin with `x-`.
    Paths,
    /// Keys are statuses or names of responses, and words that begin with `x-`.
    Responses,
    /// Keys are names of callbacks; below them stand paths.
    Callbacks,
    /// Keys are names of rights, and values are Meld's text.
    Scopes,
    /// A value that means what it is, whatever its keys.
    Value,
    /// A list of such values whose order means nothing.
    Set,
}

/// Words whose value is text for people.
const PROSE: [&str; 7] =
    ["$comment", "description", "example", "examples", "externalDocs", "summary", "title"];

impl Place {
    /// Where the value of `key` stands.
    pub fn below(self, key: &str, value: &Value) -> Self {
        match self {
            Self::Words | Self::Info | Self::Response | Self::Members => of_word(key, value),
            Self::Names | Self::Paths => Self::Words,
            Self::Responses => Self::Response,
            Self::Callbacks => Self::Paths,
            Self::Scopes | Self::Value | Self::Set => Self::Value,
        }
    }

    /// Where the items of a list stand.
    pub fn item(self) -> Self {
        match self {
            Self::Members => Self::Words,
            Self::Set => Self::Value,
            other => other,
        }
    }

    /// Whether the order of a list means nothing.
    pub fn is_unordered(self) -> bool {
        matches!(self, Self::Members | Self::Set)
    }

    /// Whether the value of `key` is text for people, or what a site needs.
    pub fn is_prose(self, key: &str) -> bool {
        match self {
            Self::Words | Self::Info | Self::Response | Self::Members => {
                PROSE.contains(&key) || key.starts_with("x-")
            }
            Self::Paths | Self::Responses => key.starts_with("x-"),
            Self::Scopes => true,
            Self::Names | Self::Callbacks | Self::Value | Self::Set => false,
        }
    }
}

fn of_word(key: &str, value: &Value) -> Place {
    match key {
        "$defs" | "content" | "definitions" | "dependentSchemas" | "encoding" | "headers"
        | "links" | "pathItems" | "patternProperties" | "properties" | "requestBodies"
        | "schemas" | "securitySchemes" | "variables" => Place::Names,
        "paths" | "webhooks" => Place::Paths,
        "responses" => Place::Responses,
        "callbacks" => Place::Callbacks,
        "scopes" => Place::Scopes,
        "info" => Place::Info,
        // A list at an operation or a path, names in `components` and in links.
        "parameters" if value.is_object() => Place::Names,
        "parameters" | "tags" => Place::Members,
        "enum" | "required" | "type" => Place::Set,
        "const" | "default" | "dependentRequired" | "mapping" | "security" | "xml" => Place::Value,
        _ => Place::Words,
    }
}
