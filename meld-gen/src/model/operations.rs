//! Operations and their parameters.

use std::collections::BTreeMap;

use super::multipart::{MultipartBody, MultipartResponse};
use super::types::FieldRule;
use crate::catalog::ApiVersion;

const IDEMPOTENCY_KEY: &str = "X-Idempotency-Key";

/// Where a parameter goes in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In the header `Cookie`.
    Cookie,
}

impl ParameterLocation {
    /// Returns the name of the location in OpenAPI.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// How the value of a parameter is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParameterStyle {
    /// A scalar, as it is.
    #[default]
    Scalar,
    /// A list of scalars in the query, joined by commas.
    List,
    /// A list of scalars in the query, as one parameter for each.
    Repeated,
    /// Any JSON, by a style of OpenAPI.
    Styled {
        /// Name of the style, such as `deepObject`.
        name: &'static str,
        /// `true` if each item or property is written on its own.
        explode: bool,
    },
    /// Any JSON, as JSON.
    Json,
}

/// The media type of a body or response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`.
    Json,
    /// JSON by another name, such as `application/merge-patch+json`.
    OtherJson(String),
    /// Bytes of this type.
    Bytes(String),
    /// Several parts, in place of JSON.
    Multipart,
}

/// How an operation uses the API key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyUse {
    /// By the rule of the runtime: nearly all operations need it.
    #[default]
    Default,
    /// It is sent if there is one.
    Optional,
    /// It is never sent.
    Never,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterModel {
    /// Name in the request.
    pub name: String,
    /// Name of the setter.
    pub rust_name: String,
    /// Name in the input of progenitor.
    pub hidden_name: String,
    /// Path, query or header.
    pub location: ParameterLocation,
    /// How the value is written.
    pub style: ParameterStyle,
    /// `true` if the spec marks the parameter as deprecated.
    pub deprecated: bool,
    /// Description in the spec.
    pub description: Option<String>,
    /// Constraints on the value.
    pub rule: FieldRule,
    /// The version that requests with the parameter must have at least, if it is newer than that of the spec.
    pub minimum_version: Option<ApiVersion>,
    /// The security scheme that the value satisfies, for a credential.
    pub credential: Option<Credential>,
}

/// A security scheme other than the API key of the client, whose value is a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Name of the scheme.
    pub scheme: String,
    /// Name of the header.
    pub header: String,
    /// `true` if the header has the form `Bearer <token>`.
    pub is_bearer: bool,
}

impl ParameterModel {
    /// Returns `true` if it takes several values.
    pub fn is_list(&self) -> bool {
        matches!(self.style, ParameterStyle::List | ParameterStyle::Repeated)
    }

    /// Returns `true` if its value is any JSON.
    pub fn is_free(&self) -> bool {
        matches!(self.style, ParameterStyle::Styled { .. } | ParameterStyle::Json)
    }
}

/// An operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperationModel {
    /// operationId in the spec, such as `/crypto-quote-get`.
    pub operation_id: String,
    /// HTTP method in lower case.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Name of the method on the client.
    pub rust_name: String,
    /// Name of the builder that the method returns.
    pub builder_name: String,
    /// Name of the method in the output of progenitor.
    pub hidden_name: String,
    /// Summary in the spec.
    pub summary: Option<String>,
    /// Description in the spec.
    pub description: Option<String>,
    /// Path parameters in the order of the path, then query and header parameters in the order of the spec.
    pub parameters: Vec<ParameterModel>,
    /// `Some(true)` for a required body, `Some(false)` for an optional one, `None` without a body.
    pub body: Option<bool>,
    /// Media type of the body; `None` without one.
    pub body_media: Option<Media>,
    /// Media type of the response; `None` without a body.
    pub response_media: Option<Media>,
    /// The multipart body, in place of JSON or beside it.
    pub multipart_body: Option<MultipartBody>,
    /// The multipart response, in place of JSON or beside it.
    pub multipart_response: Option<MultipartResponse>,
    /// Use of the API key.
    pub key: KeyUse,
    /// Path on the host of the environment, or URL, that the path is appended to; `None` for the environment's own.
    pub server: Option<String>,
    /// Documented success statuses, ascending.
    pub success: Vec<u16>,
    /// Success statuses that are documented without content beside one with content, ascending.
    pub success_without_content: Vec<u16>,
    /// Error statuses that are documented with the type of the success response.
    pub success_body_statuses: Vec<u16>,
    /// Documented error codes by status.
    pub error_codes: BTreeMap<u16, Vec<String>>,
    /// Pairs of parameters that exclude each other, by their names in the request.
    pub exclusive: Vec<(String, String)>,
    /// `true` if the response is one page of a list.
    pub is_paged: bool,
    /// `true` if the spec marks the operation as deprecated.
    pub deprecated: bool,
    /// The note of a withdrawn operation.
    pub deprecation: Option<String>,
    /// The version that requests must have at least, if it is newer than that of the spec.
    pub minimum_version: Option<ApiVersion>,
    /// The page or spec that documents the operation, if the spec does not have it.
    pub source: Option<String>,
}

impl OperationModel {
    /// Returns `true` if the operation sends or receives several parts.
    pub fn is_multipart(&self) -> bool {
        self.multipart_body.is_some() || self.multipart_response.is_some()
    }

    /// Returns `true` if the operation accepts an idempotency key.
    pub fn takes_idempotency_key(&self) -> bool {
        self.parameters.iter().any(|p| p.name.eq_ignore_ascii_case(IDEMPOTENCY_KEY))
    }
}
