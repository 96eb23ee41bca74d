//! Unions with a selector: reading back and changing what the repairs wrote down.

use openapiv3::ReferenceOr;

use crate::repair::Union;
use crate::walk::SchemaRef;

/// The union that `schema` stands for, if it is one.
pub fn read(schema: &SchemaRef) -> Option<Union> {
    match schema {
        ReferenceOr::Item(schema) => Union::of(schema),
        ReferenceOr::Reference { .. } => None,
    }
}

/// Makes `schema` stand for `union`; its description stays.
pub fn write(schema: &mut SchemaRef, union: &Union) {
    if let ReferenceOr::Item(schema) = schema {
        *schema = union.to_schema(schema.schema_data.description.take());
    }
}
