//! Unions of strings, which are strings themselves.

use indexmap::{IndexMap, IndexSet};
use openapiv3::{ReferenceOr, SchemaKind, StringType, Type};

use crate::spec::limits::MAX_CHAIN;
use crate::spec::visit::{SchemaRef, component_name};

/// A string that stands for a union of strings.
pub struct StringUnion {
    pub string: StringType,
    pub nullable: bool,
}

/// Returns the string of a union whose members are all enums of strings, or strings without restrictions. Enums are
/// open, so that one that stands beside any string is an enum all the same.
pub fn string_union(schemas: &IndexMap<String, SchemaRef>, members: &[SchemaRef]) -> Option<StringUnion> {
    let mut values = IndexSet::new();
    let mut nullable = false;
    for member in members {
        let (string, is_nullable) = string(schemas, member)?;
        nullable |= is_nullable || string.enumeration.contains(&None);
        values.extend(string.enumeration.iter().flatten().cloned());
        let unrestricted = StringType { enumeration: string.enumeration.clone(), ..StringType::default() };
        if *string != unrestricted {
            return None;
        }
    }
    let enumeration = values.into_iter().map(Some).collect();
    Some(StringUnion { string: StringType { enumeration, ..StringType::default() }, nullable })
}

/// Returns the string that a schema is, and whether it is nullable.
fn string<'a>(schemas: &'a IndexMap<String, SchemaRef>, schema: &'a SchemaRef) -> Option<(&'a StringType, bool)> {
    let mut schema = schema;
    for _ in 0..MAX_CHAIN {
        match schema {
            ReferenceOr::Reference { .. } => schema = schemas.get(component_name(schema)?)?,
            ReferenceOr::Item(item) => {
                let SchemaKind::Type(Type::String(string)) = &item.schema_kind else { return None };
                return Some((string, item.schema_data.nullable));
            }
        }
    }
    None
}
