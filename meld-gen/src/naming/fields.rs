//! Names of fields, and checks that fields and variants are unique within their type.

use std::collections::BTreeMap;

use openapiv3::{OpenAPI, ReferenceOr, SchemaKind, Type};

use super::identifiers::{snake, variant};
use super::overrides::FIELD_NAMES;
use crate::error::{Error, ErrorKind, Location, Result, pointer_push};
use crate::model::TypeModel;

/// Names that are methods of builders.
const TAKEN_FIELDS: &[&str] = &["build", "default"];

/// Returns the name of the field for a property.
pub fn field_name(property: &str) -> String {
    let explicit = FIELD_NAMES.iter().find(|(json, _)| *json == property);
    match explicit.map_or_else(|| snake(property), |(_, rust)| (*rust).to_owned()) {
        name if TAKEN_FIELDS.contains(&name.as_str()) => format!("{name}_"),
        name => name,
    }
}

/// Checks that names are unique within each type.
///
/// # Errors
/// Returns [`ErrorKind::NameCollision`] for the first pair of properties or tag values with the same Rust name.
pub fn check(api: &OpenAPI, types: &BTreeMap<String, TypeModel>) -> Result<()> {
    let components = api.components.iter().flat_map(|components| &components.schemas);
    for (name, schema) in components {
        let Some(model) = types.get(name) else { continue };
        let collision = |first: &str, second: &str, pointer: String, rust: &str| {
            let what =
                format!("`{first}` and `{second}` of {} would both become `{rust}`", model.source);
            let advice = "rename one of them, or add a name to FIELD_NAMES";
            Err(Error::new(ErrorKind::NameCollision, Location::at(pointer), what, advice))
        };
        let values = model.union.iter().flat_map(|union| &union.variants).map(|v| &v.value);
        if let Some((first, second, rust)) = twice(values, variant) {
            return collision(first, second, model.pointer.clone(), &rust);
        }
        let ReferenceOr::Item(item) = schema else { continue };
        let SchemaKind::Type(Type::Object(object)) = &item.schema_kind else { continue };
        if let Some((first, second, rust)) = twice(object.properties.keys(), field_name) {
            let pointer = pointer_push(&format!("{}/properties", model.pointer), second);
            return collision(first, second, pointer, &rust);
        }
    }
    Ok(())
}

/// Returns the first two strings with the same name, and the name.
fn twice<'t>(
    texts: impl Iterator<Item = &'t String>,
    name: impl Fn(&str) -> String,
) -> Option<(&'t str, &'t str, String)> {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for text in texts {
        let name = name(text);
        if let Some(first) = names.insert(name.clone(), text) {
            return Some((first, text, name));
        }
    }
    None
}
