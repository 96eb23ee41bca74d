//! Inline enums and objects become components with good names; equal enums become one.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, StringType, Type};

use super::names::{ENUM_NAMES, VAGUE_PROPERTIES};
use crate::error::{Error, ErrorKind, Location, Result};
use crate::walk::{self, SchemaRef, component_name, reference_to};

/// A place where an inline schema stands: the schema or method that owns it, and the property or parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    owner: String,
    property: String,
}

impl Place {
    /// `Owner` and `property` as one type name.
    fn long_name(&self) -> String {
        format!("{}{}", self.owner, self.short_name())
    }

    /// The property alone as a type name, in the singular.
    fn short_name(&self) -> String {
        singular(&self.property).to_upper_camel_case()
    }

    fn is_vague(&self) -> bool {
        VAGUE_PROPERTIES.contains(&singular(&self.property).to_snake_case().as_str())
    }
}

/// `serviceProviders` → `serviceProvider`, `statuses` → `status`, `currencies` → `currency`.
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
/// When no free name is left.
pub fn name_objects(api: &mut OpenAPI, file: &str) -> Result<Vec<(String, String)>> {
    let mut sources = Vec::new();
    let mut index = 0;
    // Components that are added on the way are visited too.
    while let Some((name, mut schema)) = component_at(api, index) {
        let mut found = Vec::new();
        properties(&mut schema, &mut |property, child| {
            if is_inline_object(child) {
                let place = Place { owner: name.clone(), property: property.to_owned() };
                found.push((place, child.clone()));
                *child = reference_to(&found[found.len() - 1].0.long_name());
            }
        });
        for (place, object) in found {
            add_component(api, file, &place.long_name(), object)?;
            sources.push((place.long_name(), format!("{}.{}", place.owner, place.property)));
        }
        set_component(api, &name, schema);
        index += 1;
    }
    Ok(sources)
}

fn component_at(api: &OpenAPI, index: usize) -> Option<(String, SchemaRef)> {
    let (name, schema) = api.components.as_ref()?.schemas.get_index(index)?;
    Some((name.clone(), schema.clone()))
}

fn set_component(api: &mut OpenAPI, name: &str, schema: SchemaRef) {
    api.components.get_or_insert_default().schemas.insert(name.to_owned(), schema);
}

fn add_component(api: &mut OpenAPI, file: &str, name: &str, schema: SchemaRef) -> Result<()> {
    let schemas = &mut api.components.get_or_insert_default().schemas;
    if schemas.contains_key(name) {
        return Err(Error::new(
            ErrorKind::NameCollision,
            Location::new(file, format!("/components/schemas/{name}")),
            format!("an inline schema would get the name {name}, which another schema has"),
            "give one of them a name of its own in the tables of names",
        ));
    }
    schemas.insert(name.to_owned(), schema);
    Ok(())
}

fn is_inline_object(schema: &SchemaRef) -> bool {
    match schema {
        ReferenceOr::Item(item) => {
            matches!(&item.schema_kind, SchemaKind::Type(Type::Object(o)) if !o.properties.is_empty())
        }
        ReferenceOr::Reference { .. } => false,
    }
}

/// Visits the schema of each property, and through arrays and maps the schema of their items.
fn properties(schema: &mut SchemaRef, visit: &mut dyn FnMut(&str, &mut SchemaRef)) {
    let ReferenceOr::Item(item) = schema else { return };
    walk::children(item, &mut |keyword, child| {
        let property = keyword.strip_prefix("/properties/").map(unescape);
        inner(property.as_deref().unwrap_or("item"), child, visit);
    });
}

fn inner(property: &str, schema: &mut SchemaRef, visit: &mut dyn FnMut(&str, &mut SchemaRef)) {
    visit(property, schema);
    let ReferenceOr::Item(item) = schema else { return };
    let container = match &item.schema_kind {
        SchemaKind::Type(Type::Array(_)) => true,
        SchemaKind::Type(Type::Object(object)) => object.properties.is_empty(),
        _ => false,
    };
    if container {
        walk::children(item, &mut |_, child| inner(property, child, visit));
    }
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// The enums of a document by their set of values.
type Groups = IndexMap<Vec<String>, EnumGroup>;

/// One set of values, with all places where it stands.
#[derive(Default)]
struct EnumGroup {
    values: Vec<String>,
    places: Vec<Place>,
    components: Vec<String>,
}

/// Moves inline enums into components: one per set of values.
/// Returns the place that each new component was named after.
///
/// # Errors
/// When no free name is left for one.
pub fn name_enums(api: &mut OpenAPI, file: &str, module: &str) -> Result<Vec<(String, String)>> {
    let groups = collect_enums(api);
    let names = choose_names(api, file, module, &groups)?;
    let mut sources = Vec::new();
    for (key, group) in &groups {
        let name = &names[key];
        if group.components.is_empty() {
            set_component(api, name, enum_schema(group));
            if let Some(place) = group.places.first() {
                sources.push((name.clone(), format!("{}.{}", place.owner, place.property)));
            }
        }
    }
    replace_enums(api, &groups, &names);
    Ok(sources)
}

/// The values of a string enum, if `schema` is one.
pub fn enum_values(schema: &SchemaRef) -> Option<Vec<String>> {
    let ReferenceOr::Item(item) = schema else { return None };
    match &item.schema_kind {
        SchemaKind::Type(Type::String(string)) if !string.enumeration.is_empty() => {
            Some(string.enumeration.iter().flatten().cloned().collect())
        }
        _ => None,
    }
}

fn key(values: &[String]) -> Vec<String> {
    let set: BTreeSet<&String> = values.iter().collect();
    set.into_iter().cloned().collect()
}

fn collect_enums(api: &mut OpenAPI) -> Groups {
    let mut groups = Groups::new();
    let mut note = |schema: &SchemaRef, place: Option<Place>, component: Option<&str>| {
        let Some(values) = enum_values(schema) else { return };
        let group = groups.entry(key(&values)).or_default();
        if group.values.is_empty() {
            group.values = values;
        }
        group.places.extend(place);
        group.components.extend(component.map(str::to_owned));
    };
    let mut components = api.components.take().unwrap_or_default();
    for (name, schema) in &mut components.schemas {
        note(schema, None, Some(name));
        properties(schema, &mut |property, child| {
            note(child, Some(Place { owner: name.clone(), property: property.to_owned() }), None);
        });
    }
    api.components = Some(components);
    parameters(api, &mut |method, parameter, schema| {
        let owner = method.to_upper_camel_case();
        inner(parameter, schema, &mut |_, child| {
            let place = Place { owner: owner.clone(), property: parameter.to_owned() };
            note(child, Some(place), None);
        });
    });
    groups
}

/// Visits the schema of every parameter and body with the operation's id and the parameter's name.
fn parameters(api: &mut OpenAPI, visit: &mut dyn FnMut(&str, &str, &mut SchemaRef)) {
    walk::operations(api, &mut |pointer, _, _, operation| {
        let id = operation.operation_id.clone().unwrap_or_default();
        let names: Vec<String> = operation
            .parameters
            .iter_mut()
            .map(|parameter| match parameter {
                ReferenceOr::Item(item) => walk::parameter_data_mut(item).name.clone(),
                ReferenceOr::Reference { .. } => String::new(),
            })
            .collect();
        let prefix = format!("{pointer}/parameters/");
        walk::operation_schemas(pointer, operation, &mut |place: &str, schema: &mut SchemaRef| {
            let index = place.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix("/schema"));
            let parameter =
                index.and_then(|index| index.parse().ok()).and_then(|i: usize| names.get(i));
            match parameter {
                Some(parameter) => visit(&id, parameter, schema),
                None if place.ends_with("/schema") && !place.starts_with(&prefix) => {
                    visit(&id, "body", schema);
                }
                None => {}
            }
        });
    });
}

fn choose_names(
    api: &OpenAPI,
    file: &str,
    module: &str,
    groups: &Groups,
) -> Result<BTreeMap<Vec<String>, String>> {
    let mut taken: BTreeSet<String> =
        api.components.iter().flat_map(|c| c.schemas.keys()).cloned().collect();
    let mut names = BTreeMap::new();
    let explicit = |group: &EnumGroup| group.places.iter().find_map(|p| table_name(module, p));
    // Names that are given come first, so that no rule takes one away.
    for (key, group) in groups {
        let name = group.components.first().cloned().or_else(|| explicit(group));
        if let Some(name) = name {
            if group.components.is_empty() && !taken.insert(name.clone()) {
                return Err(taken_name(file, &group.places[0], &name));
            }
            names.insert(key.clone(), name);
        }
    }
    // The largest set gets the short name.
    let mut rest: Vec<_> = groups.iter().filter(|(key, _)| !names.contains_key(*key)).collect();
    rest.sort_by_key(|(_, group)| std::cmp::Reverse(group.values.len()));
    for (key, group) in rest {
        let place = &group.places[0];
        let short = Some(place.short_name()).filter(|_| !place.is_vague());
        let free = short.into_iter().chain([place.long_name()]).find(|name| !taken.contains(name));
        let Some(name) = free else { return Err(taken_name(file, place, &place.long_name())) };
        taken.insert(name.clone());
        names.insert(key.clone(), name);
    }
    Ok(names)
}

fn table_name(module: &str, place: &Place) -> Option<String> {
    let path = format!("{}.{}", place.owner, place.property);
    ENUM_NAMES
        .iter()
        .find(|(family, at, _)| (*family == "*" || *family == module) && *at == path)
        .map(|(_, _, name)| (*name).to_owned())
}

fn taken_name(file: &str, place: &Place, name: &str) -> Error {
    Error::new(
        ErrorKind::NameCollision,
        Location::new(file, ""),
        format!(
            "the enum of {}.{} would be called {name}, as another type is",
            place.owner, place.property
        ),
        "give it a name of its own in ENUM_NAMES",
    )
}

fn enum_schema(group: &EnumGroup) -> SchemaRef {
    ReferenceOr::Item(Schema {
        schema_data: SchemaData::default(),
        schema_kind: SchemaKind::Type(Type::String(StringType {
            enumeration: group.values.iter().cloned().map(Some).collect(),
            ..StringType::default()
        })),
    })
}

fn replace_enums(api: &mut OpenAPI, groups: &Groups, names: &BTreeMap<Vec<String>, String>) {
    let components: BTreeSet<&String> = names.values().collect();
    // Of several components with one set of values, the first stands for all.
    let mut twins: BTreeMap<&String, &String> = BTreeMap::new();
    for group in groups.values() {
        if let Some((first, rest)) = group.components.split_first() {
            twins.extend(rest.iter().map(|twin| (twin, first)));
        }
    }
    walk::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| {
        let own = pointer.strip_prefix("/components/schemas/").map(str::to_owned);
        if own.is_some_and(|name| components.contains(&name)) {
            return;
        }
        if let Some(name) = enum_values(schema).and_then(|values| names.get(&key(&values))) {
            *schema = described_reference(schema, name);
        } else if let Some(first) = component_name(schema).and_then(|n| twins.get(&n.to_owned())) {
            *schema = reference_to(first);
        }
    });
    if let Some(components) = &mut api.components {
        components.schemas.retain(|name, _| !twins.contains_key(name));
    }
}

/// A reference that keeps the description of the place.
fn described_reference(schema: &SchemaRef, name: &str) -> SchemaRef {
    let ReferenceOr::Item(item) = schema else { return reference_to(name) };
    let data = SchemaData {
        description: item.schema_data.description.clone(),
        nullable: item.schema_data.nullable,
        deprecated: item.schema_data.deprecated,
        ..SchemaData::default()
    };
    if data == SchemaData::default() {
        return reference_to(name);
    }
    ReferenceOr::Item(Schema {
        schema_data: data,
        schema_kind: SchemaKind::AllOf { all_of: vec![reference_to(name)] },
    })
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
