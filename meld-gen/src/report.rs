//! Reports about generated specs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;

use crate::catalog::{ApiVersion, CatalogEntry};
use crate::interface::Surface;
use crate::model::OperationModel;
use crate::repair::Applied;

/// The results for one spec.
#[derive(Clone, Debug)]
pub struct SpecReport {
    /// File name of the spec.
    pub file: String,
    /// API version.
    pub version: ApiVersion,
    /// Module of the family.
    pub family: String,
    /// Operations in the order of the spec.
    pub operations: Vec<OperationRow>,
    /// The interface of the module.
    pub surface: Surface,
    /// Number of generated types, without those that it shares.
    pub types: usize,
    /// The repairs that applied, with their locations.
    pub repairs: Vec<Applied>,
    /// Operations of the supplement that the published spec has, as method and path.
    pub obsolete: Vec<String>,
    /// Durations of the stages.
    pub timings: Timings,
}

/// The types that families of one API version share.
#[derive(Clone, Debug)]
pub struct SharedReport {
    /// API version.
    pub version: ApiVersion,
    /// The families that share each type, by Rust name of the type.
    pub families: BTreeMap<String, BTreeSet<String>>,
}

impl SharedReport {
    /// Returns the families that share a type with another.
    pub fn sharing_families(&self) -> BTreeSet<&str> {
        self.families.values().flatten().map(String::as_str).collect()
    }
}

/// One operation of one API version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperationRow {
    /// API version, such as `2026-02-03`.
    pub version: String,
    /// Module of the family.
    pub family: String,
    /// operationId in the spec.
    pub operation_id: String,
    /// HTTP method in upper case.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Rust path, such as `meld_client::v2026_02_03::crypto::Client::create_quote`.
    pub rust_path: String,
    /// The page or spec that documents the operation: the spec itself, or that of its supplement.
    pub source: String,
}

impl OperationRow {
    /// Creates the row of an operation of the spec `entry`.
    pub fn new(entry: &CatalogEntry, operation: &OperationModel) -> Self {
        let (version, module) = (entry.version.module(), &entry.family.module);
        let method = &operation.rust_name;
        Self {
            version: entry.version.to_string(),
            family: module.clone(),
            operation_id: operation.operation_id.clone(),
            method: operation.method.to_uppercase(),
            path: operation.path.clone(),
            rust_path: format!("meld_client::{version}::{module}::Client::{method}"),
            source: operation.source.clone().unwrap_or_else(|| entry.file.clone()),
        }
    }
}

/// Durations of the stages for one spec.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Loading and validating the file.
    pub load: Duration,
    /// Lowering OpenAPI 3.1 to 3.0.3.
    pub lower: Duration,
    /// Applying repairs.
    pub repair: Duration,
    /// Pruning, flattening and naming.
    pub normalize: Duration,
    /// Running progenitor.
    pub progenitor: Duration,
    /// Rendering the files of the module.
    pub render: Duration,
}
