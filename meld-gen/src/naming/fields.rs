//! The fields of every type have names of their own, and so have the variants of every union.

use std::collections::BTreeMap;

use openapiv3::{OpenAPI, ReferenceOr, SchemaKind, Type};

use super::identifiers::{snake, variant};
use super::overrides::FIELD_NAMES;
use crate::error::{Error, ErrorKind, Location, Result, pointer_push};
use crate::model::TypeModel;

/// Methods that builders have already, or that are called on them by a short path.
const TAKEN_FIELDS: &[&str] = &["build", "default"];

/// The name of the field for a property.
pub fn field_name(property: &str) -> String {
    let explicit = FIELD_NAMES.iter().find(|(json, _)| *json == property);
    match explicit.map_or_else(|| snake(property), |(_, rust)| (*rust).to_owned()) {
        name if TAKEN_FIELDS.contains(&name.as_str()) => format!("{name}_"),
        name => name,
    }
}

/// Checks that no name stands twice in a type.
///
/// # Errors
/// For the first that does, naming both properties, or both values of the selector.
pub fn check(api: &OpenAPI, file: &str, types: &BTreeMap<String, TypeModel>) -> Result<()> {
    let components = api.components.iter().flat_map(|components| &components.schemas);
    for (name, schema) in components {
        let Some(shape) = types.get(name) else { continue };
        let collision = |first: &str, second: &str, pointer: String, rust: &str| {
            let what = format!("{first} and {second} of {} would both become {rust}", shape.source);
            let advice = "rename one of them, or give it a name in FIELD_NAMES";
            Err(Error::new(ErrorKind::NameCollision, Location::new(file, pointer), what, advice))
        };
        let values = shape.union.iter().flat_map(|union| &union.variants).map(|v| &v.value);
        if let Some((first, second, rust)) = twice(values, variant) {
            return collision(first, second, shape.pointer.clone(), &rust);
        }
        let ReferenceOr::Item(item) = schema else { continue };
        let SchemaKind::Type(Type::Object(object)) = &item.schema_kind else { continue };
        if let Some((first, second, rust)) = twice(object.properties.keys(), field_name) {
            let pointer = pointer_push(&format!("{}/properties", shape.pointer), second);
            return collision(first, second, pointer, &rust);
        }
    }
    Ok(())
}

/// The first two texts that get one name, and the name.
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
