//! The model of a generated module: its types, operations and parameters, as far as their schemas do not say it.

pub mod aliases;
pub mod facts;
pub mod guide_rules;
pub mod idempotency;
pub mod multipart;
pub mod operations;
pub mod sensitive;
pub mod supersets;
pub mod types;
pub mod unions;

use std::collections::BTreeMap;

use openapiv3::OpenAPI;

use crate::error::{Location, Notice};
pub use facts::{Facts, OperationFacts};
pub use multipart::{FileModel, MultipartBody, MultipartNames, MultipartResponse};
pub use operations::{Credential, KeyUse, Media, OperationModel, ParameterLocation, ParameterModel, ParameterStyle};
pub use types::{FieldRule, Origin, Origins, TypeModel, Usage};
pub use unions::{Union, Variant};

/// The format of a string parameter that is a date, or a time without a zone. Repairs set it.
pub const DATE_OR_TIME: &str = "date-or-time";

/// A normalized spec with the names and facts of its generated module.
#[derive(Clone, Debug)]
pub struct ModuleModel {
    /// The normalized spec.
    pub api: OpenAPI,
    /// Operations in the order of the spec.
    pub operations: Vec<OperationModel>,
    /// Types by Rust name.
    pub types: BTreeMap<String, TypeModel>,
    /// Deviations of the generated code from the spec.
    pub notices: Vec<Notice>,
}

/// Translates a location that contains the Rust name of a component into a location in the spec.
pub fn in_spec<'o>(location: Location, origin: impl FnOnce(&str) -> Option<&'o str>) -> Location {
    let Some(rest) = location.pointer.strip_prefix("/components/schemas/") else { return location };
    let name = rest.split('/').next().unwrap_or(rest);
    let Some(pointer) = origin(name) else { return location };
    Location { pointer: format!("{pointer}{}", &rest[name.len()..]), ..location }
}
