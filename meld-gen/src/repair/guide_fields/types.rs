//! Types in place of strings: enums, and dates or times.

use openapiv3::{
    OpenAPI, Operation, Parameter, ParameterSchemaOrContent, ReferenceOr, Schema, SchemaData, SchemaKind, StringType,
    Type, VariantOrUnknownOrEmpty,
};

use super::super::edit::{inline_mut, object_mut};
use super::{Field, dated};
use crate::error::pointer_push;
use crate::model::DATE_OR_TIME;
use crate::spec::visit::{SchemaRef, parameter_data_mut, rebox};

/// Returns the schema of a string that is a date, or a time without a zone.
pub(super) fn date_or_time() -> SchemaRef {
    let format = VariantOrUnknownOrEmpty::Unknown(DATE_OR_TIME.to_owned());
    string(StringType { format, ..StringType::default() }, None)
}

/// Returns the schema of an enum.
pub(super) fn string_enum(description: &str, values: &[&str]) -> SchemaRef {
    let enumeration = values.iter().map(|value| Some((*value).to_owned())).collect();
    string(StringType { enumeration, ..StringType::default() }, Some(description.to_owned()))
}

fn string(string: StringType, description: Option<String>) -> SchemaRef {
    let schema_data = SchemaData { description, ..SchemaData::default() };
    ReferenceOr::Item(Schema { schema_data, schema_kind: SchemaKind::Type(Type::String(string)) })
}

/// Adds a component. Returns its pointer, or `None` if the spec has it or lacks the schema `user`.
pub(super) fn add_component(api: &mut OpenAPI, name: &str, user: &str, field: &Field) -> Option<String> {
    dated(api, user).next()?;
    let schemas = &mut api.components.as_mut()?.schemas;
    let is_missing = !schemas.contains_key(name);
    is_missing.then(|| {
        schemas.insert(name.to_owned(), field.schema());
        pointer_push("/components/schemas", name)
    })
}

/// Replaces the schema of a property in the schemas of all dates. Returns the pointers of the changed properties.
pub(super) fn retype_all(api: &mut OpenAPI, schema: &str, property: &str, field: &Field) -> Vec<String> {
    let new = rebox(field.schema());
    let change = |(name, schema): (&str, &mut SchemaRef)| {
        let old = object_mut(inline_mut(schema)?)?.0.get_mut(property)?;
        (*old != new).then(|| {
            old.clone_from(&new);
            pointer_push(&format!("{}/properties", pointer_push("/components/schemas", name)), property)
        })
    };
    dated(api, schema).filter_map(change).collect()
}

/// Replaces the schema of a query parameter, or that of the items of its list. Returns the changed part.
pub(super) fn retype_parameter(operation: &mut Operation, name: &str, field: &Field) -> Option<String> {
    let new = field.schema();
    let mut parameters = operation.parameters.iter_mut().filter_map(|parameter| match parameter {
        ReferenceOr::Item(parameter @ Parameter::Query { .. }) => Some(parameter_data_mut(parameter)),
        _ => None,
    });
    let parameter = parameters.find(|parameter| parameter.name == name)?;
    let ParameterSchemaOrContent::Schema(schema) = &mut parameter.format else { return None };
    if let ReferenceOr::Item(Schema { schema_kind: SchemaKind::Type(Type::Array(array)), .. }) = schema {
        let new = Some(rebox(new));
        (array.items != new).then(|| array.items = new)?;
    } else {
        (*schema != new).then(|| *schema = new)?;
    }
    Some("parameters".to_owned())
}
