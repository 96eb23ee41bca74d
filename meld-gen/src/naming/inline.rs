//! Names of inline objects, which become components.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use openapiv3::{OpenAPI, ReferenceOr, SchemaKind, Type};

use super::identifiers::type_name;
use super::overrides::VAGUE_PROPERTIES;
use super::types::same;
use crate::error::{Error, ErrorKind, Location, Result};
use crate::model::{Origin, Origins, Union};
use crate::spec::visit::{self, SchemaRef, reference_to};

/// The place of an inline schema: the schema or method that owns it, and the property or parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub owner: String,
    pub property: String,
    pub pointer: String,
}

impl Place {
    pub(super) fn new(owner: &str, property: &str, pointer: String) -> Self {
        Self { owner: owner.to_owned(), property: property.to_owned(), pointer }
    }

    /// Returns owner and property as a type name.
    pub(super) fn long_name(&self) -> String {
        type_name(&format!("{}{}", self.owner, self.word()))
    }

    /// Returns the property as a type name, in the singular.
    pub(super) fn short_name(&self) -> String {
        type_name(&self.word())
    }

    fn word(&self) -> String {
        singular(&self.property).to_upper_camel_case()
    }

    pub(super) fn origin(&self) -> Origin {
        let name = format!("{}.{}", self.owner, self.property);
        Origin { name, pointer: self.pointer.clone() }
    }

    pub(super) fn is_vague(&self) -> bool {
        VAGUE_PROPERTIES.contains(&singular(&self.property).to_snake_case().as_str())
    }
}

/// Returns the singular: `serviceProviders` → `serviceProvider`, `statuses` → `status`, `currencies` → `currency`.
fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["ses", "xes", "ches", "shes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// Moves inline objects with properties into components named after their place.
///
/// # Errors
/// Returns [`ErrorKind::NameCollision`] if another schema has the same name.
pub fn name_objects(
    api: &mut OpenAPI,
    methods: &BTreeMap<String, String>,
    origins: &mut Origins,
) -> Result<()> {
    for (place, object) in objects_of_operations(api, methods) {
        add_component(api, &place, object, origins)?;
    }
    let mut index = 0;
    // Components that are added during the loop are visited too.
    while let Some((name, mut schema)) = component_at(api, index) {
        let mut found = Vec::new();
        let pointer = origins.get(&name).map(|origin| origin.pointer.clone()).unwrap_or_default();
        properties(&mut schema, &mut |property, place, child| {
            if is_inline_object(child) {
                let place = Place::new(&name, property, format!("{pointer}{place}"));
                let reference = reference_to(&place.long_name());
                found.push((place, std::mem::replace(child, reference)));
            }
        });
        for (place, object) in found {
            add_component(api, &place, object, origins)?;
        }
        set_component(api, &name, schema);
        index += 1;
    }
    Ok(())
}

/// Takes the inline objects out of bodies and responses.
fn objects_of_operations(
    api: &mut OpenAPI,
    methods: &BTreeMap<String, String>,
) -> Vec<(Place, SchemaRef)> {
    let mut found = Vec::new();
    visit::operations(api, &mut |pointer, _, _, operation| {
        let id = operation.operation_id.clone().unwrap_or_default();
        let owner = methods.get(&id).unwrap_or(&id).to_upper_camel_case();
        let parameters = format!("{pointer}/parameters/");
        let body = format!("{pointer}/requestBody/");
        visit::operation_schemas(pointer, operation, &mut |place: &str, schema: &mut SchemaRef| {
            if !place.starts_with(&parameters) && is_inline_object(schema) {
                let property = if place.starts_with(&body) { "body" } else { "response" };
                let place = Place::new(&owner, property, place.to_owned());
                let reference = reference_to(&place.long_name());
                found.push((place, std::mem::replace(schema, reference)));
            }
        });
    });
    found
}

fn component_at(api: &OpenAPI, index: usize) -> Option<(String, SchemaRef)> {
    let (name, schema) = api.components.as_ref()?.schemas.get_index(index)?;
    Some((name.clone(), schema.clone()))
}

pub(super) fn set_component(api: &mut OpenAPI, name: &str, schema: SchemaRef) {
    api.components.get_or_insert_default().schemas.insert(name.to_owned(), schema);
}

fn add_component(
    api: &mut OpenAPI,
    place: &Place,
    schema: SchemaRef,
    origins: &mut Origins,
) -> Result<()> {
    let name = place.long_name();
    let schemas = &mut api.components.get_or_insert_default().schemas;
    if let Some(other) = schemas.get(&name) {
        // Two responses of an operation can have the same inline object.
        if same(other, &schema) && origins.contains_key(&name) {
            return Ok(());
        }
        return Err(taken_name(place, &name, origins));
    }
    origins.insert(name.clone(), place.origin());
    schemas.insert(name, schema);
    Ok(())
}

/// Returns `true` if a schema becomes a struct or a union and therefore needs a name.
fn is_inline_object(schema: &SchemaRef) -> bool {
    match schema {
        _ if Union::read(schema).is_some() => true,
        ReferenceOr::Item(item) => {
            matches!(&item.schema_kind, SchemaKind::Type(Type::Object(o)) if !o.properties.is_empty())
        }
        ReferenceOr::Reference { .. } => false,
    }
}

/// Callback for each inner schema with its property and the pointer from the outer schema.
pub(super) type VisitInner<'v> = dyn FnMut(&str, &str, &mut SchemaRef) + 'v;

/// Visits the schema of each property, and the schemas of items of arrays and maps.
pub(super) fn properties(schema: &mut SchemaRef, visit: &mut VisitInner<'_>) {
    let ReferenceOr::Item(item) = schema else { return };
    visit::children(item, &mut |keyword, child| {
        let property = keyword.strip_prefix("/properties/").map(unescape);
        inner(property.as_deref().unwrap_or("item"), keyword, child, visit);
    });
}

pub(super) fn inner(
    property: &str,
    place: &str,
    schema: &mut SchemaRef,
    visit: &mut VisitInner<'_>,
) {
    visit(property, place, schema);
    let ReferenceOr::Item(item) = schema else { return };
    let container = match &item.schema_kind {
        SchemaKind::Type(Type::Array(_)) => true,
        SchemaKind::Type(Type::Object(object)) => object.properties.is_empty(),
        _ => false,
    };
    if container {
        visit::children(item, &mut |keyword, child| {
            inner(property, &format!("{place}{keyword}"), child, visit);
        });
    }
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

pub(super) fn taken_name(place: &Place, name: &str, origins: &Origins) -> Error {
    let other = origins.get(name).map_or(name, |origin| &origin.name);
    Error::new(
        ErrorKind::NameCollision,
        Location::at(&*place.pointer),
        format!(
            "the schema of {}.{} would be named `{name}`, which is the name of {other}",
            place.owner, place.property
        ),
        "add a name for one of them to TYPE_NAMES or ENUM_NAMES",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn property_names_become_singular() {
        for (plural, one) in [
            ("serviceProviders", "serviceProvider"),
            ("statuses", "status"),
            ("status", "status"),
            ("currencies", "currency"),
            ("addresses", "address"),
            ("basis", "basis"),
            ("achClass", "achClass"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }
}
