//! Names of inline objects, which become components.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, SchemaKind, Type};

use super::overrides::VAGUE_PROPERTIES;
use super::types::same;
use crate::identifiers::type_name;
use crate::model::{Origin, Origins, Union};
use crate::spec::visit::{self, SchemaRef, reference_to};

type Schemas = IndexMap<String, SchemaRef>;

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

    /// Returns owner and property as a type name, then with numbers.
    pub(super) fn numbered_names(&self) -> impl Iterator<Item = String> + use<> {
        let name = self.long_name();
        let stem = name.trim_end_matches('_').to_owned();
        std::iter::once(name).chain((2..).map(move |number: usize| format!("{stem}{number}")))
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

/// Moves inline objects with properties into components named after their place. A name that another schema has gets a
/// number.
pub fn name_objects(api: &mut OpenAPI, methods: &BTreeMap<String, String>, origins: &mut Origins) {
    // Taken out, because operations and components are visited at the same time.
    let mut schemas = std::mem::take(&mut api.components.get_or_insert_default().schemas);
    name_in_operations(api, &mut schemas, methods, origins);
    let mut index = 0;
    // Components that are added during the loop are visited too.
    while let Some((name, schema)) = schemas.get_index(index) {
        let (name, mut schema) = (name.clone(), schema.clone());
        let pointer = origins.get(&name).map(|origin| origin.pointer.clone()).unwrap_or_default();
        properties(&mut schema, &mut |property, place, child| {
            if is_inline_object(child) {
                let place = Place::new(&name, property, format!("{pointer}{place}"));
                add_component(&mut schemas, &place, child, origins);
            }
        });
        schemas.insert(name, schema);
        index += 1;
    }
    api.components.get_or_insert_default().schemas = schemas;
}

/// Moves the inline objects of bodies and responses.
fn name_in_operations(
    api: &mut OpenAPI,
    schemas: &mut Schemas,
    methods: &BTreeMap<String, String>,
    origins: &mut Origins,
) {
    visit::operations(api, &mut |pointer, _, _, operation| {
        let id = operation.operation_id.clone().unwrap_or_default();
        let owner = methods.get(&id).unwrap_or(&id).to_upper_camel_case();
        let parameters = format!("{pointer}/parameters/");
        let body = format!("{pointer}/requestBody/");
        visit::operation_schemas(pointer, operation, &mut |place: &str, schema: &mut SchemaRef| {
            if !place.starts_with(&parameters) && is_inline_object(schema) {
                let is_multipart = place.contains("/content/multipart~1form-data/");
                let property = match (place.starts_with(&body), is_multipart) {
                    (true, false) => "body",
                    (true, true) => "form",
                    (false, false) => "response",
                    (false, true) => "multipart",
                };
                let place = Place::new(&owner, property, place.to_owned());
                add_component(schemas, &place, schema, origins);
            }
        });
    });
}

pub(super) fn set_component(api: &mut OpenAPI, name: &str, schema: SchemaRef) {
    api.components.get_or_insert_default().schemas.insert(name.to_owned(), schema);
}

/// Makes an inline schema a component and leaves a reference. An equal one of the same name is used.
fn add_component(schemas: &mut Schemas, place: &Place, schema: &mut SchemaRef, origins: &mut Origins) {
    for name in place.numbered_names() {
        match schemas.get(&name) {
            // An operation can have the same inline object in several places.
            Some(other) if same(other, schema) && origins.contains_key(&name) => {}
            Some(_) => continue,
            None => {
                origins.insert(name.clone(), place.origin());
                schemas.insert(name.clone(), schema.clone());
            }
        }
        *schema = reference_to(&name);
        return;
    }
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

pub(super) fn inner(property: &str, place: &str, schema: &mut SchemaRef, visit: &mut VisitInner<'_>) {
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
