//! Class hierarchies as unions.
//!
//! A parent with a discriminator stands for its children, which extend it by `allOf`. Flattening knows unions only, so
//! such a parent becomes the `oneOf` of its children, and a new component holds its own properties. The same is done for a
//! union whose members extend the union itself, which would otherwise be a cycle.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;
use openapiv3::{Discriminator, OpenAPI, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use super::discriminators::{self, Schemas, component, members};
use crate::spec::visit::{self, SCHEMA_PREFIX, SchemaRef, all_of, all_of_mut, component_name, reference_to};

/// Turns parents into unions of their children, and completes the mappings of discriminators.
pub(super) fn resolve(api: &mut OpenAPI) {
    let tree = Tree::of(api);
    let Some(components) = &mut api.components else { return };
    let schemas = &mut components.schemas;
    let inherited = discriminators::from_components(schemas);
    let parents: Vec<String> = schemas.keys().filter(|name| tree.is_union(schemas, name)).cloned().collect();
    let bases: HashMap<String, String> =
        parents.iter().filter_map(|name| Some((name.clone(), add_base(schemas, name)?))).collect();
    extend_bases(api, &parents, &bases);
    let Some(components) = &mut api.components else { return };
    let schemas = &mut components.schemas;
    for parent in &parents {
        tree.make_union(schemas, parent, &parents, &bases);
    }
    discriminators::complete(api, &inherited);
}

/// The components that extend others.
struct Tree {
    children: HashMap<String, Vec<String>>,
    /// Components that are used as values, not only extended.
    used: BTreeSet<String>,
}

impl Tree {
    fn of(api: &mut OpenAPI) -> Self {
        let mut tree = Self { children: HashMap::new(), used: BTreeSet::new() };
        // Outer schemas are visited before inner ones, so that references in `allOf` are known as such.
        let mut extended = HashSet::new();
        visit::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| match schema {
            ReferenceOr::Item(item) => {
                let child = extending(pointer, item);
                for (index, member) in child.into_iter().flat_map(|_| all_of(item).iter().enumerate()) {
                    let Some(parent) = component_name(member) else { continue };
                    extended.insert(format!("{pointer}/allOf/{index}"));
                    if let Some(child) = child.flatten() {
                        let children = tree.children.entry(parent.to_owned()).or_default();
                        children.push(child.to_owned());
                    }
                }
            }
            ReferenceOr::Reference { .. } => {
                if !extended.remove(pointer) {
                    tree.used.extend(component_name(schema).map(str::to_owned));
                }
            }
        });
        tree
    }

    /// Returns the components that extend `name`, directly or not, nearest first.
    fn descendants(&self, name: &str) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::from([name]);
        let mut open = vec![name];
        while let Some(parent) = open.pop() {
            for child in self.children.get(parent).into_iter().flatten() {
                if seen.insert(child) {
                    found.push(child);
                    open.push(child);
                }
            }
        }
        found
    }

    /// Returns `true` for a parent that stands for its children, and for a union that its members extend.
    fn is_union(&self, schemas: &Schemas, name: &str) -> bool {
        let Some(ReferenceOr::Item(schema)) = schemas.get(name) else { return false };
        if let Some(members) = members(schema) {
            let descendants = self.descendants(name);
            let extends = |member| descendants.contains(&member);
            return members.iter().filter_map(component_name).any(extends);
        }
        let Some(discriminator) = &schema.schema_data.discriminator else { return false };
        let descendants = self.descendants(name);
        let mapped = discriminator.mapping.values().map(|target| component(target));
        let has_children = !descendants.is_empty() || mapped.into_iter().any(|to| to != name);
        has_children && self.used.contains(name)
    }

    /// Replaces a parent with the union of its children, or removes its own properties from a union.
    fn make_union(&self, schemas: &mut Schemas, name: &str, parents: &[String], bases: &HashMap<String, String>) {
        let descendants = self.descendants(name);
        let is_parent = |name: &str| parents.iter().any(|parent| parent == name);
        let Some(ReferenceOr::Item(schema)) = schemas.get(name) else { return };
        let discriminator = schema.schema_data.discriminator.clone();
        if let Some(members) = members(schema) {
            // A member that does not extend the union has its properties only from the union itself.
            let all = members.iter().filter_map(component_name).all(|m| descendants.contains(&m));
            let tag = discriminator.as_ref().map(|discriminator| &discriminator.property_name);
            let adds_nothing = own_properties(schema).all(|property| Some(property) == tag);
            if (all && members.iter().all(|member| component_name(member).is_some())) || adds_nothing {
                let one_of = members.to_vec();
                set_kind(schemas, name, SchemaKind::OneOf { one_of });
            }
            return;
        }
        let Some(discriminator) = discriminator else { return };
        let mut targets = targets(&discriminator, name, bases);
        // Children that another one of the same value stands for, and that have properties of their own.
        let mut hidden = Vec::new();
        for child in descendants.into_iter().filter(|child| !is_parent(child)) {
            if targets.values().any(|target| target == child) {
                continue;
            }
            let value = discriminators::value_of(schemas, child, &discriminator.property_name);
            let target = targets.entry(value.unwrap_or_else(|| child.to_owned())).or_insert(child.to_owned());
            if target != child && !property_names(schemas, child).is_subset(&property_names(schemas, target)) {
                hidden.push(child.to_owned());
            }
        }
        let mut seen = BTreeSet::new();
        // A member without a value makes the union any JSON.
        let distinct = targets.values().chain(&hidden).filter(|target| seen.insert(*target));
        let one_of = distinct.map(|target| reference_to(target)).collect();
        let refer = |target: &String| format!("{SCHEMA_PREFIX}{target}");
        let mapping = targets.iter().map(|(value, to)| (value.clone(), refer(to))).collect();
        if let Some(ReferenceOr::Item(schema)) = schemas.get_mut(name) {
            schema.schema_data.discriminator = Some(Discriminator { mapping, ..discriminator });
        }
        set_kind(schemas, name, SchemaKind::OneOf { one_of });
    }
}

/// Returns the component at `pointer` if its `allOf` extends others, `Some(None)` for such an inline schema, or `None` for
/// other schemas. An inline `allOf` of one reference is that reference.
fn extending<'p>(pointer: &'p str, schema: &Schema) -> Option<Option<&'p str>> {
    let name = pointer.strip_prefix("/components/schemas/").filter(|name| !name.contains('/'));
    let count = all_of(schema).len();
    (count > 1 || (count == 1 && (name.is_some() || own_properties(schema).next().is_some()))).then_some(name)
}

/// Returns the components of the mapped values; a parent itself is replaced by its base.
fn targets(discriminator: &Discriminator, parent: &str, bases: &HashMap<String, String>) -> IndexMap<String, String> {
    let target = |target: &String| {
        let name = component(target);
        bases.get(name).map_or_else(|| name.to_owned(), Clone::clone)
    };
    let mapping = discriminator.mapping.iter().map(|(value, to)| (value.clone(), target(to)));
    mapping.filter(|(_, to)| to != parent).collect()
}

/// Adds a component with the properties of a parent, and returns its name. Returns `None` if there are none.
fn add_base(schemas: &mut Schemas, parent: &str) -> Option<String> {
    let ReferenceOr::Item(schema) = schemas.get(parent)? else { return None };
    let mut base = schema.clone();
    base.schema_data = SchemaData { description: base.schema_data.description, ..Default::default() };
    match &mut base.schema_kind {
        SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } => return None,
        SchemaKind::Any(any) => {
            any.one_of.clear();
            any.any_of.clear();
            if *any == openapiv3::AnySchema::default() {
                return None;
            }
        }
        _ => {}
    }
    let mut name = format!("{parent}Base");
    while schemas.contains_key(&name) {
        name.push('_');
    }
    schemas.insert(name.clone(), ReferenceOr::Item(base));
    Some(name)
}

/// Lets the children of `parents` extend the bases instead.
fn extend_bases(api: &mut OpenAPI, parents: &[String], bases: &HashMap<String, String>) {
    let parents: BTreeMap<&str, Option<&String>> =
        parents.iter().map(|parent| (parent.as_str(), bases.get(parent))).collect();
    if parents.is_empty() {
        return;
    }
    visit::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| {
        let ReferenceOr::Item(schema) = schema else { return };
        if extending(pointer, schema).is_none() {
            return;
        }
        let Some(all_of) = all_of_mut(schema) else { return };
        let extended = std::mem::take(all_of);
        *all_of = extended
            .into_iter()
            .filter_map(|member| match component_name(&member).and_then(|name| parents.get(name)) {
                Some(base) => base.map(|base| reference_to(base)),
                None => Some(member),
            })
            .collect();
    });
}

fn own_properties(schema: &Schema) -> impl Iterator<Item = &String> {
    let properties = match &schema.schema_kind {
        SchemaKind::Any(any) => Some(&any.properties),
        _ => None,
    };
    properties.into_iter().flat_map(IndexMap::keys)
}

/// Returns the properties of a component, also those that it inherits.
fn property_names<'s>(schemas: &'s Schemas, name: &'s str) -> BTreeSet<&'s String> {
    let (mut names, mut seen) = (BTreeSet::new(), BTreeSet::from([name]));
    let mut open: Vec<&Schema> = schemas.get(name).and_then(ReferenceOr::as_item).into_iter().collect();
    while let Some(schema) = open.pop() {
        match &schema.schema_kind {
            SchemaKind::Type(Type::Object(object)) => names.extend(object.properties.keys()),
            _ => names.extend(own_properties(schema)),
        }
        for member in all_of(schema) {
            let component = component_name(member).filter(|name| seen.insert(*name));
            let member = component.and_then(|name| schemas.get(name)).unwrap_or(member);
            open.extend(member.as_item());
        }
    }
    names
}

fn set_kind(schemas: &mut Schemas, name: &str, kind: SchemaKind) {
    if let Some(ReferenceOr::Item(schema)) = schemas.get_mut(name) {
        schema.schema_kind = kind;
    }
}
