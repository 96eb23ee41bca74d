//! Facts about a type that its schema does not hold.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::guide_rules::GuideRule;
use super::unions::Union;

/// The schema that a type is generated from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Name of the schema, or path of an inline schema: `CryptoQuote20260203` or `Connection.products`.
    pub name: String,
    /// JSON pointer of the schema.
    pub pointer: String,
}

/// The origin of each type, by Rust name.
pub type Origins = IndexMap<String, Origin>;

/// A generated type.
#[derive(Clone, Debug, Default)]
pub struct TypeModel {
    /// Name of the schema, or path of an inline schema: `CryptoQuote20260203` or `Connection.products`.
    pub source: String,
    /// JSON pointer of the schema.
    pub pointer: String,
    /// Use in requests and responses.
    pub usage: Usage,
    /// `true` for the body of a PATCH: a missing field stays as it is, null removes its value.
    pub is_patch: bool,
    /// The union that the schema stands for, if any.
    pub union: Option<Union>,
    /// Rules by JSON name of the property, for objects.
    pub rules: BTreeMap<String, FieldRule>,
    /// Rules that stand in Meld's guides only.
    pub guide_rules: Vec<GuideRule>,
    /// Values of an enum, in the order of the spec.
    pub values: Vec<String>,
    /// Variant names of `values`, in the same order.
    pub variants: Vec<String>,
    /// Enums of the module that have all values of this one and more.
    pub supersets: Vec<String>,
    /// Description in the spec.
    pub description: Option<String>,
    /// `true` if the spec marks the schema as deprecated.
    pub is_deprecated: bool,
    /// Properties that the spec marks as deprecated.
    pub deprecated: BTreeSet<String>,
}

/// The directions in which a type is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Used in request bodies or parameters.
    pub sent: bool,
    /// Used in responses.
    pub read: bool,
}

/// Constraints on the value of a field or parameter of a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FieldRule {
    /// The value is required.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Minimum number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// Maximum number of characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// Regular expression that a string must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Minimum, as a JSON number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    /// Maximum, as a JSON number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
    /// `minimum` itself is not allowed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exclusive_minimum: bool,
    /// `maximum` itself is not allowed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exclusive_maximum: bool,
    /// Minimum number of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_items: Option<usize>,
    /// Maximum number of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_items: Option<usize>,
    /// Items must be distinct.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unique_items: bool,
}
