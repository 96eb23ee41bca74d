//! Operations and their parameters.

use std::collections::BTreeMap;

use super::types::FieldRule;

const IDEMPOTENCY_KEY: &str = "X-Idempotency-Key";

/// Facts about operations that OpenAPI cannot express, by JSON pointer of the operation.
pub type Facts = BTreeMap<String, OperationFacts>;

/// Facts about an operation that OpenAPI cannot express.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationFacts {
    /// Error statuses that are documented with the type of the success response.
    pub success_body_statuses: Vec<u16>,
    /// Pairs of parameters that exclude each other, by their names in the request.
    pub exclusive: Vec<(String, String)>,
}

/// Where a parameter goes in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
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
    pub place: ParameterLocation,
    /// `true` if it takes several values, joined by commas.
    pub is_list: bool,
    /// Description in the spec.
    pub description: Option<String>,
    /// Constraints on the value.
    pub rule: FieldRule,
}

/// An operation.
#[derive(Clone, Debug, PartialEq)]
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
    /// Documented success statuses, ascending.
    pub success: Vec<u16>,
    /// Error statuses that are documented with the type of the success response.
    pub success_body_statuses: Vec<u16>,
    /// Pairs of parameters that exclude each other, by their names in the request.
    pub exclusive: Vec<(String, String)>,
    /// `true` if the response is one page of a list.
    pub is_paged: bool,
    /// `true` if the spec marks the operation as deprecated.
    pub deprecated: bool,
}

impl OperationModel {
    /// Returns `true` if the operation accepts an idempotency key.
    pub fn takes_idempotency_key(&self) -> bool {
        self.parameters.iter().any(|p| p.name.eq_ignore_ascii_case(IDEMPOTENCY_KEY))
    }
}
