//! Unions with a selector: how the earlier stages write them down, and how they are read back.

use openapiv3::ReferenceOr;
use serde::{Deserialize, Serialize};

use crate::walk::SchemaRef;

/// The schema extension that holds a [`Union`].
pub const EXTENSION: &str = "x-meld-union";

/// A union whose variant is chosen by the value of a selector property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Union {
    /// JSON name of the selector.
    pub tag: String,
    /// JSON name of the property that holds the union, when the selector stands beside it;
    /// nothing when the selector stands inside of the variants.
    pub content: Option<String>,
    /// The variants by the selector's value.
    pub variants: Vec<Variant>,
}

/// One variant of a [`Union`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The selector's value.
    pub value: String,
    /// The component schema.
    pub schema: String,
}

/// The union that `schema` stands for, if it is one.
pub fn read(schema: &SchemaRef) -> Option<Union> {
    let ReferenceOr::Item(schema) = schema else { return None };
    serde_json::from_value(schema.schema_data.extensions.get(EXTENSION)?.clone()).ok()
}

/// Writes `union` into `schema`.
pub fn write(schema: &mut SchemaRef, union: &Union) {
    if let (ReferenceOr::Item(schema), Ok(value)) = (schema, serde_json::to_value(union)) {
        schema.schema_data.extensions.insert(EXTENSION.to_owned(), value);
    }
}
