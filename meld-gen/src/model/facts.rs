//! Facts that later stages need and that OpenAPI cannot express.

use std::collections::BTreeMap;

use crate::catalog::ApiVersion;

/// Facts that OpenAPI cannot express, by JSON pointer of the spec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Facts about operations.
    pub operations: BTreeMap<String, OperationFacts>,
    /// The property that holds the variant, for each union whose selector is beside that property.
    pub union_contents: BTreeMap<String, String>,
}

impl Facts {
    /// Returns the facts about an operation, created if there are none.
    pub fn operation(&mut self, pointer: &str) -> &mut OperationFacts {
        self.operations.entry(pointer.to_owned()).or_default()
    }
}

/// Facts about an operation that OpenAPI cannot express.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationFacts {
    /// Error statuses that are documented with the type of the success response.
    pub success_body_statuses: Vec<u16>,
    /// Documented error codes by status.
    pub error_codes: BTreeMap<u16, Vec<String>>,
    /// Pairs of parameters that exclude each other, by their names in the request.
    pub exclusive: Vec<(String, String)>,
    /// The note of a withdrawn operation.
    pub deprecation: Option<String>,
    /// The version that requests must have at least, if it is newer than that of the spec.
    pub minimum_version: Option<ApiVersion>,
    /// The versions that requests with a parameter must have at least, by the parameter's name in the request.
    pub parameter_versions: BTreeMap<String, ApiVersion>,
    /// The page or spec that documents the operation, if the spec does not have it.
    pub source: Option<String>,
    /// The path that requests have in place of the spec's, for a variant of another operation.
    pub path: Option<String>,
}
