//! Operations and their parameters.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::direction::Direction;
use super::schema::{ResolvedSchema, retain_declared};
use super::spec::Spec;
use super::version::ApiVersion;
use crate::error::Error;

/// The location of a parameter: `in` of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// A header.
    Header,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name as it is sent.
    pub name: String,
    /// The part of the request that holds it.
    pub location: ParameterLocation,
    /// `true` if requests without it are refused.
    pub required: bool,
    /// The description in the spec.
    pub description: Option<String>,
    pub(crate) schema: String,
}

/// The credential that an operation requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    ApiKey,
    /// A token of its own in `Authorization: Bearer <token>`. Its errors have a body of their own.
    BearerToken,
    /// A token of its own in a header of this name.
    Header(String),
}

/// An operation of one spec.
#[derive(Debug)]
pub struct Operation {
    pub(crate) spec: Arc<Spec>,
    pub(crate) pointer: String,
    /// The family as in the file name of the spec, such as `crypto` or `banklinking`.
    pub family: String,
    /// The API version.
    pub version: ApiVersion,
    /// The operationId as in the spec.
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path template, such as `/payments/transactions/{id}`.
    pub path: String,
    /// The path, query and header parameters.
    pub parameters: Vec<Parameter>,
    /// The status of a successful response.
    pub success: StatusCode,
    /// The documented error codes with their statuses.
    pub error_codes: Vec<(StatusCode, String)>,
    /// `true` if the operation can be called without an API key.
    pub open: bool,
    /// `true` if another operation has the same method and path. The body of a request selects one.
    pub is_variant: bool,
    pub(crate) credential: Credential,
    /// A newer version of the endpoint than that of the spec, with the fields and parameters that need it.
    pub(crate) later_version: Option<ApiVersion>,
    /// The JSON pointer of the request body's schema.
    pub(crate) request: Option<String>,
    /// The JSON pointer of the schema of the part `data`, if the request body is `multipart/form-data`.
    pub(crate) multipart_request: Option<String>,
    /// `true` if a request without a body is refused.
    pub(crate) request_required: bool,
    /// The JSON pointer of the success body's schema.
    pub(crate) response: Option<String>,
    /// The JSON pointer of the schema of the part `data`, if the success body is `multipart/form-data`.
    pub(crate) multipart_response: Option<String>,
}

impl Operation {
    /// Returns the operationId without the leading slash that some have.
    pub fn name(&self) -> &str {
        self.id.trim_start_matches('/')
    }

    /// Returns `true` if a header of this name is a parameter.
    pub fn has_header(&self, name: &str) -> bool {
        self.parameters.iter().any(|parameter| {
            parameter.location == ParameterLocation::Header && parameter.name.eq_ignore_ascii_case(name)
        })
    }

    /// Returns the version that is served to a request, and that the response has in `Meld-Version`.
    pub(crate) fn served_version(&self, requested: Option<ApiVersion>) -> ApiVersion {
        let later = self.later_version.filter(|later| requested.is_none_or(|requested| requested >= *later));
        later.unwrap_or(self.version)
    }

    /// Returns the status of a documented error code, and the code.
    pub(crate) fn error_code(&self, code: &str) -> Option<(StatusCode, &str)> {
        let mut codes = self.error_codes.iter().filter(|(_, known)| known == code);
        codes.next().map(|(status, code)| (*status, code.as_str()))
    }

    /// Validates the body of a successful response and returns the errors as `[field] message`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Spec`] if the schema cannot be compiled.
    #[cfg(feature = "validation")]
    pub fn validate_response(&self, body: &Value) -> Result<Vec<String>, Error> {
        self.response_errors(body)
    }

    /// Validates a request body and returns the errors as `[field] message`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Spec`] if the schema cannot be compiled.
    #[cfg(feature = "validation")]
    pub fn validate_request_body(&self, body: &Value) -> Result<Vec<String>, Error> {
        self.request_errors(body)
    }

    /// Validates a successful response. Without the feature `validation` there are no errors.
    pub(crate) fn response_errors(&self, body: &Value) -> Result<Vec<String>, Error> {
        self.validate(self.response.as_deref(), Direction::Response, body)
    }

    /// Validates a request body. Without the feature `validation` there are no errors.
    pub(crate) fn request_errors(&self, body: &Value) -> Result<Vec<String>, Error> {
        self.validate(self.request_pointer(), Direction::Request, body)
    }

    /// Returns the JSON pointer of the schema of the request body, or of its JSON part.
    pub(crate) fn request_pointer(&self) -> Option<&str> {
        self.request.as_deref().or(self.multipart_request.as_deref())
    }

    fn validate(&self, pointer: Option<&str>, direction: Direction, body: &Value) -> Result<Vec<String>, Error> {
        pointer.map_or(Ok(Vec::new()), |pointer| self.spec.validate(pointer, direction, body))
    }

    /// Returns the summary in the spec.
    pub fn summary(&self) -> Option<&str> {
        self.text("summary")
    }

    /// Returns the description in the spec.
    pub fn description(&self) -> Option<&str> {
        self.text("description")
    }

    fn text(&self, keyword: &str) -> Option<&str> {
        self.spec.root.pointer(&self.pointer)?.get(keyword)?.as_str()
    }

    /// Returns the resolved schema of the request body, or of its part `data`; `None` if there is no JSON body.
    pub fn request_schema(&self) -> Option<ResolvedSchema<'_>> {
        let schema = self.spec.root.pointer(self.request_pointer()?)?;
        Some(self.resolve(&[schema]))
    }

    /// Returns `true` if the request body is `multipart/form-data`, with JSON in its part `data`.
    pub fn is_multipart(&self) -> bool {
        self.request.is_none() && self.multipart_request.is_some()
    }

    /// Returns `true` if a successful response has a JSON body.
    pub fn has_response(&self) -> bool {
        self.response.is_some()
    }

    /// Returns `true` if a successful response is `multipart/form-data`, with JSON in its part `data`.
    pub fn has_multipart_response(&self) -> bool {
        self.response.is_none() && self.multipart_response.is_some()
    }

    /// Returns `true` if the API key is the credential, and no token of its own.
    pub fn takes_api_key(&self) -> bool {
        self.credential == Credential::ApiKey
    }

    /// Resolves the conjunction of some schemas of the spec, such as those of a property.
    pub fn resolve<'a>(&'a self, schemas: &[&'a Value]) -> ResolvedSchema<'a> {
        ResolvedSchema::new(&self.spec.root, schemas)
    }

    pub(crate) fn response_schema(&self) -> Option<&Value> {
        self.spec.root.pointer(self.response.as_deref()?)
    }

    /// Returns a success body without the fields that this version does not declare; null if it has no body.
    pub(crate) fn retain_declared(&self, body: Value) -> Value {
        self.response_schema().map_or(Value::Null, |schema| retain_declared(&self.spec.root, &[schema], body))
    }

    /// Returns the resolved schema of a parameter.
    pub fn parameter_schema(&self, parameter: &Parameter) -> ResolvedSchema<'_> {
        let schema = self.spec.root.pointer(&parameter.schema);
        ResolvedSchema::new(&self.spec.root, schema.as_slice())
    }

    /// Returns `true` if the success body is a page, so that `before` and `after` are cursors.
    pub(crate) fn is_paged(&self) -> bool {
        let schema = self.response_schema();
        let properties = ResolvedSchema::new(&self.spec.root, schema.as_slice()).properties();
        ["count", "remaining"].iter().all(|name| properties.contains_key(name))
    }
}
