//! Mappings of discriminators: OpenAPI lets a spec leave them out.

use std::collections::HashMap;

use indexmap::IndexMap;
use openapiv3::{Discriminator, OpenAPI, ReferenceOr, Schema, SchemaKind, Type};

use crate::spec::limits::MAX_CHAIN;
use crate::spec::visit::{self, SCHEMA_PREFIX, SchemaRef, all_of, component_name};

pub(super) type Schemas = IndexMap<String, SchemaRef>;

/// Returns the name of the component that a target of a mapping refers to.
pub(super) fn component(target: &str) -> &str {
    target.strip_prefix(SCHEMA_PREFIX).unwrap_or(target)
}

pub(super) fn members(schema: &Schema) -> Option<&[SchemaRef]> {
    match &schema.schema_kind {
        SchemaKind::OneOf { one_of: members } | SchemaKind::AnyOf { any_of: members } => Some(members),
        SchemaKind::Any(any) => match (any.one_of.is_empty(), any.any_of.is_empty()) {
            (false, true) => Some(&any.one_of),
            (true, false) => Some(&any.any_of),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the discriminators of the components.
pub(super) fn from_components(schemas: &Schemas) -> HashMap<String, Discriminator> {
    let discriminator = |(name, schema): (&String, &SchemaRef)| {
        let discriminator = schema.as_item()?.schema_data.discriminator.clone()?;
        Some((name.clone(), discriminator))
    };
    schemas.iter().filter_map(discriminator).collect()
}

/// Completes the mapping of each union. A union without a discriminator has that of the parent of all members.
///
/// A value is that of the tag in the member, or else its name. A union stays as it is if a member has no tag.
pub(super) fn complete(api: &mut OpenAPI, inherited: &HashMap<String, Discriminator>) {
    if inherited.is_empty() && !has_discriminator(api) {
        return;
    }
    let Some(schemas) = api.components.as_ref().map(|components| components.schemas.clone()) else {
        return;
    };
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        let ReferenceOr::Item(item) = schema else { return };
        let Some(names) = members(item).map(names) else { return };
        let own = item.schema_data.discriminator.take();
        let Some(names) = names else {
            item.schema_data.discriminator = own;
            return;
        };
        item.schema_data.discriminator = match own {
            Some(own) => Some(completed(&schemas, own, &names)),
            None => from_parent(&schemas, inherited, &names)
                .map(|discriminator| completed(&schemas, discriminator, &names))
                .filter(|discriminator| names.iter().all(|name| is_mapped(discriminator, name))),
        };
    });
}

/// Returns `true` if any schema has a discriminator. Most specs have none, and need no copy of their schemas.
fn has_discriminator(api: &mut OpenAPI) -> bool {
    let mut found = false;
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        found |= schema.as_item().is_some_and(|item| item.schema_data.discriminator.is_some());
    });
    found
}

/// Returns the components that a union consists of, or `None` if a member is inline.
fn names(members: &[SchemaRef]) -> Option<Vec<String>> {
    members.iter().map(|member| component_name(member).map(str::to_owned)).collect()
}

/// Returns the discriminator of the component that all members extend.
fn from_parent(
    schemas: &Schemas,
    inherited: &HashMap<String, Discriminator>,
    members: &[String],
) -> Option<Discriminator> {
    let parents = |name: &String| parents(schemas, name);
    let (first, rest) = members.split_first()?;
    let mut candidates: Vec<String> = parents(first);
    for member in rest {
        let others = parents(member);
        candidates.retain(|name| others.contains(name));
    }
    let discriminator = candidates.iter().find_map(|name| inherited.get(name))?;
    let mut discriminator = discriminator.clone();
    discriminator.mapping.retain(|_, target| members.iter().any(|name| component(target) == name));
    Some(discriminator)
}

fn parents(schemas: &Schemas, name: &str) -> Vec<String> {
    let schema = schemas.get(name).and_then(ReferenceOr::as_item);
    let all_of = schema.map(all_of).unwrap_or_default();
    all_of.iter().filter_map(component_name).map(str::to_owned).collect()
}

fn is_mapped(discriminator: &Discriminator, name: &str) -> bool {
    discriminator.mapping.values().any(|target| component(target) == name)
}

fn completed(schemas: &Schemas, mut discriminator: Discriminator, members: &[String]) -> Discriminator {
    let unmapped: Vec<&String> = members.iter().filter(|name| !is_mapped(&discriminator, name)).collect();
    let tag = &discriminator.property_name;
    let values: Option<Vec<String>> = unmapped.iter().map(|name| value_of(schemas, name, tag)).collect();
    for (value, name) in values.into_iter().flatten().zip(unmapped) {
        discriminator.mapping.entry(value).or_insert_with(|| format!("{SCHEMA_PREFIX}{name}"));
    }
    discriminator
}

/// Returns the value of the tag for a component: the only one that its schema allows, the one that its name contains, or
/// else the name. Returns `None` if it has no tag, or if its name has none of the allowed values.
pub(super) fn value_of(schemas: &Schemas, name: &str, tag: &str) -> Option<String> {
    let allowed = tag_values(schemas, name, tag, 0)?;
    match allowed.as_slice() {
        [] => Some(name.to_owned()),
        [only] => Some(only.clone()),
        _ if allowed.iter().any(|value| value == name) => Some(name.to_owned()),
        _ => {
            let name = plain(name);
            let contained = |value: &&String| !value.is_empty() && name.contains(&plain(value));
            allowed.iter().filter(contained).max_by_key(|value| value.len()).cloned()
        }
    }
}

/// Returns a name without case and punctuation, so that `MOBILE_MONEY` is part of `MobileMoneyOrder`.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the allowed values of the tag, none if any string is, or `None` if there is no such property. A property of the
/// component itself wins over one that it inherits.
fn tag_values(schemas: &Schemas, name: &str, tag: &str, depth: usize) -> Option<Vec<String>> {
    let schema = schemas.get(name)?;
    tag_in(schemas, schema, tag, depth)
}

fn tag_in(schemas: &Schemas, schema: &SchemaRef, tag: &str, depth: usize) -> Option<Vec<String>> {
    if depth > MAX_CHAIN {
        return None;
    }
    let item = match schema {
        ReferenceOr::Item(item) => item,
        ReferenceOr::Reference { .. } => {
            return tag_values(schemas, component_name(schema)?, tag, depth + 1);
        }
    };
    let properties = match &item.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some(&object.properties),
        SchemaKind::Any(any) => Some(&any.properties),
        _ => None,
    };
    if let Some(property) = properties.and_then(|properties| properties.get(tag)) {
        return Some(string_values(schemas, &visit::unbox(property.clone()), depth));
    }
    all_of(item).iter().rev().find_map(|member| tag_in(schemas, member, tag, depth + 1))
}

fn string_values(schemas: &Schemas, schema: &SchemaRef, depth: usize) -> Vec<String> {
    if depth > MAX_CHAIN {
        return Vec::new();
    }
    match schema {
        ReferenceOr::Item(item) => match &item.schema_kind {
            SchemaKind::Type(Type::String(string)) => string.enumeration.iter().flatten().cloned().collect(),
            SchemaKind::AllOf { all_of } => match all_of.as_slice() {
                [only] => string_values(schemas, only, depth + 1),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        },
        ReferenceOr::Reference { .. } => {
            let target = component_name(schema).and_then(|name| schemas.get(name));
            target.map(|target| string_values(schemas, target, depth + 1)).unwrap_or_default()
        }
    }
}
