//! Names of inline enums, which become components: one for each set of values.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, StringType, Type};

use super::inline::{Place, inner, properties, set_component};
use super::overrides::ENUM_NAMES;
use crate::model::Origins;
use crate::spec::visit::{self, SchemaRef, component_name, reference_to};

/// The enums of a spec by their set of values.
type Groups = IndexMap<Vec<String>, EnumGroup>;

/// A set of values with all its occurrences.
#[derive(Default)]
struct EnumGroup {
    values: Vec<String>,
    places: Vec<Place>,
    components: Vec<String>,
}

impl EnumGroup {
    /// Returns the place that names the set: among those with the most frequent short name, the first by owner and
    /// property, so that the order of the spec does not matter.
    fn namesake(&self) -> Option<&Place> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for place in &self.places {
            *counts.entry(place.short_name()).or_default() += 1;
        }
        let count = |place: &Place| counts.get(&place.short_name()).copied();
        self.places.iter().min_by_key(|place| (Reverse(count(place)), &place.owner, &place.property))
    }
}

/// Moves inline enums into components.
pub fn name_enums(api: &mut OpenAPI, module: &str, origins: &mut Origins) {
    let groups = collect_enums(api, origins);
    let names = choose_names(api, module, &groups);
    for (key, group) in &groups {
        let name = &names[key];
        if group.components.is_empty() {
            set_component(api, name, enum_schema(group));
            if let Some(place) = group.places.first() {
                origins.insert(name.clone(), place.origin());
            }
        }
    }
    replace_enums(api, &groups, &names);
}

/// Returns the distinct values of a string enum, or `None` if `schema` is not one.
pub fn enum_values(schema: &SchemaRef) -> Option<Vec<String>> {
    let ReferenceOr::Item(item) = schema else { return None };
    match &item.schema_kind {
        SchemaKind::Type(Type::String(string)) if !string.enumeration.is_empty() => {
            let values: indexmap::IndexSet<&String> = string.enumeration.iter().flatten().collect();
            (!values.is_empty()).then(|| values.into_iter().cloned().collect())
        }
        _ => None,
    }
}

fn key(values: &[String]) -> Vec<String> {
    let set: BTreeSet<&String> = values.iter().collect();
    set.into_iter().cloned().collect()
}

fn collect_enums(api: &mut OpenAPI, origins: &Origins) -> Groups {
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
        let pointer = origins.get(name).map_or("", |origin| &origin.pointer);
        properties(schema, &mut |property, place, child| {
            note(child, Some(Place::new(name, property, format!("{pointer}{place}"))), None);
        });
    }
    api.components = Some(components);
    parameters(api, &mut |method, parameter, pointer, schema| {
        let owner = method.to_upper_camel_case();
        inner(parameter, pointer, schema, &mut |_, place, child| {
            note(child, Some(Place::new(&owner, parameter, place.to_owned())), None);
        });
    });
    groups
}

/// Visits the schema of every parameter and body with the operation's id, the parameter's name and the pointer.
fn parameters(api: &mut OpenAPI, visit: &mut dyn FnMut(&str, &str, &str, &mut SchemaRef)) {
    visit::operations(api, &mut |pointer, _, _, operation| {
        let id = operation.operation_id.clone().unwrap_or_default();
        let names: Vec<String> = operation
            .parameters
            .iter_mut()
            .map(|parameter| match parameter {
                ReferenceOr::Item(item) => visit::parameter_data_mut(item).name.clone(),
                ReferenceOr::Reference { .. } => String::new(),
            })
            .collect();
        let prefix = format!("{pointer}/parameters/");
        visit::operation_schemas(pointer, operation, &mut |place: &str, schema: &mut SchemaRef| {
            let index = place.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix("/schema"));
            let parameter = index.and_then(|index| index.parse().ok()).and_then(|i: usize| names.get(i));
            match parameter {
                Some(parameter) => visit(&id, parameter, place, schema),
                None if place.ends_with("/schema") && !place.starts_with(&prefix) => {
                    visit(&id, "body", place, schema);
                }
                None => {}
            }
        });
    });
}

fn choose_names(api: &OpenAPI, module: &str, groups: &Groups) -> BTreeMap<Vec<String>, String> {
    let mut taken: BTreeSet<String> = api.components.iter().flat_map(|c| c.schemas.keys()).cloned().collect();
    let mut names = BTreeMap::new();
    let explicit = |group: &EnumGroup| table_name(module, &group.places);
    // Names of components and overrides come first, so that no rule takes one of them.
    for (key, group) in groups {
        let name = group.components.first().cloned().or_else(|| explicit(group));
        if let Some(name) = name {
            // An override that a component has already is left to the rules below.
            if group.components.is_empty() && !taken.insert(name.clone()) {
                continue;
            }
            names.insert(key.clone(), name);
        }
    }
    // The most frequent set gets the short name, so that one more value in one place renames nothing elsewhere; the
    // larger set wins a tie.
    let mut rest: Vec<_> = groups.iter().filter(|(key, _)| !names.contains_key(*key)).collect();
    rest.sort_by_key(|(key, group)| (Reverse((group.places.len(), group.values.len())), *key));
    for (key, group) in rest {
        let Some(place) = group.namesake() else { continue };
        let short = Some(place.short_name()).filter(|_| !place.is_vague());
        let mut candidates = short.into_iter().chain(place.numbered_names());
        let Some(name) = candidates.find(|name| !taken.contains(name)) else { continue };
        taken.insert(name.clone());
        names.insert(key.clone(), name);
    }
    names
}

/// Returns the first override for one of the places.
fn table_name(module: &str, places: &[Place]) -> Option<String> {
    let paths: BTreeSet<String> = places.iter().map(|place| format!("{}.{}", place.owner, place.property)).collect();
    ENUM_NAMES
        .iter()
        .find(|(family, at, _)| (*family == "*" || *family == module) && paths.contains(*at))
        .map(|(_, _, name)| (*name).to_owned())
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
    // The first of several components with the same values replaces the others.
    let mut twins: BTreeMap<&String, &String> = BTreeMap::new();
    for group in groups.values() {
        if let Some((first, rest)) = group.components.split_first() {
            twins.extend(rest.iter().map(|twin| (twin, first)));
        }
    }
    visit::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| {
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

/// Returns a reference that keeps the annotations of `schema`.
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
    ReferenceOr::Item(Schema { schema_data: data, schema_kind: SchemaKind::AllOf { all_of: vec![reference_to(name)] } })
}
