//! Properties that only requests or only responses have: `readOnly` and `writeOnly`.
//!
//! A schema with such properties that is used in both directions becomes two types: `Thing` for responses, and
//! `ThingRequest` for requests.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{OpenAPI, ReferenceOr, SchemaKind, Type};

use super::usage;
use crate::error::Notice;
use crate::model::Origins;
use crate::naming::types::{Names, rewrite_references};
use crate::spec::visit::{self, SchemaRef, component_name, references_in};

/// The keyword that excludes a property from one direction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyword {
    /// Not part of requests.
    ReadOnly,
    /// Not part of responses.
    WriteOnly,
}

/// Removes `readOnly` properties from requests, and `writeOnly` properties from the responses of schemas that requests
/// have too.
pub fn split(api: &mut OpenAPI, origins: &mut Origins, notices: &mut Vec<Notice>) {
    if !has_flags(api) {
        return;
    }
    let flags = Flags::read(api);
    let usage = usage::usage(api);
    let both: BTreeSet<&String> =
        usage.iter().filter(|(_, usage)| usage.sent && usage.read).map(|(name, _)| name).collect();
    let twins = twins(api, &both, &flags);
    let Some(components) = &mut api.components else { return };
    let mut added = Vec::new();
    for (name, schema) in &mut components.schemas {
        let sent = usage.get(name).is_some_and(|usage| usage.sent);
        match twins.get(name) {
            Some(twin) => {
                let mut request = schema.clone();
                flags.strip(&mut request, Keyword::ReadOnly);
                rewrite_references(&mut request, &twins);
                flags.strip(schema, Keyword::WriteOnly);
                added.push((name.clone(), twin.clone(), request));
            }
            None if sent && !both.contains(name) => {
                flags.strip(schema, Keyword::ReadOnly);
                rewrite_references(schema, &twins);
            }
            None => {}
        }
    }
    for (name, twin, request) in added {
        let origin = origins.get(&name).cloned().unwrap_or_default();
        let message = format!("requests have the type `{twin}`, because some properties have only one direction");
        notices.push(Notice::at(origin.pointer.clone(), message));
        origins.insert(twin.clone(), origin);
        components.schemas.insert(twin, request);
    }
    visit::operations(api, &mut |pointer, _, _, operation| {
        let responses = format!("{pointer}/responses/");
        visit::operation_schemas(pointer, operation, &mut |at: &str, schema: &mut SchemaRef| {
            if !at.starts_with(&responses) {
                flags.strip(schema, Keyword::ReadOnly);
                rewrite_references(schema, &twins);
            }
        });
    });
}

/// Returns `true` if any schema of a spec has one direction.
fn has_flags(api: &mut OpenAPI) -> bool {
    let mut found = false;
    visit::schemas(api, &mut |_: &str, schema: &mut SchemaRef| {
        if let ReferenceOr::Item(item) = schema {
            found |= item.schema_data.read_only || item.schema_data.write_only;
        }
    });
    found
}

/// Returns the names of the types of requests for the schemas of both directions that have properties of one direction,
/// or refer to such a schema.
fn twins(api: &mut OpenAPI, both: &BTreeSet<&String>, flags: &Flags) -> Names {
    let schemas = api.components.iter_mut().flat_map(|components| &mut components.schemas);
    let mut referring: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut open = Vec::new();
    let mut taken = BTreeSet::new();
    for (name, schema) in schemas {
        taken.insert(name.clone());
        if !both.contains(name) {
            continue;
        }
        if flags.is_in(schema) {
            open.push(name.clone());
        }
        for target in references_in(schema) {
            referring.entry(target).or_default().push(name.clone());
        }
    }
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        open.extend(referring.remove(&name).into_iter().flatten());
        found.insert(name);
    }
    let mut twins = Names::new();
    for name in found {
        let base = format!("{}Request", name.trim_end_matches('_'));
        let numbered = (2..).map(|number: usize| format!("{base}{number}"));
        let mut names = std::iter::once(base.clone()).chain(numbered);
        let free = names.find(|name| !taken.contains(name)).unwrap_or(base);
        taken.insert(free.clone());
        twins.insert(name, free);
    }
    twins
}

/// The components that have one direction as a whole.
#[derive(Default)]
struct Flags {
    read_only: BTreeSet<String>,
    write_only: BTreeSet<String>,
}

impl Flags {
    fn read(api: &OpenAPI) -> Self {
        let mut flags = Self::default();
        for (name, schema) in api.components.iter().flat_map(|components| &components.schemas) {
            let ReferenceOr::Item(item) = schema else { continue };
            if item.schema_data.read_only {
                flags.read_only.insert(name.clone());
            }
            if item.schema_data.write_only {
                flags.write_only.insert(name.clone());
            }
        }
        flags
    }

    /// Returns `true` if the property is not part of the direction that `keyword` excludes.
    fn excludes(&self, property: &SchemaRef, keyword: Keyword) -> bool {
        let components = match keyword {
            Keyword::ReadOnly => &self.read_only,
            Keyword::WriteOnly => &self.write_only,
        };
        let is_component = |schema: &SchemaRef| component_name(schema).is_some_and(|name| components.contains(name));
        match property {
            ReferenceOr::Reference { .. } => is_component(property),
            ReferenceOr::Item(item) => {
                let data = &item.schema_data;
                let own = match keyword {
                    Keyword::ReadOnly => data.read_only,
                    Keyword::WriteOnly => data.write_only,
                };
                own || matches!(&item.schema_kind, SchemaKind::AllOf { all_of } if all_of.iter().any(is_component))
            }
        }
    }

    /// Returns `true` if a property in the tree of `schema` has one direction.
    fn is_in(&self, schema: &mut SchemaRef) -> bool {
        let mut found = false;
        visit::schema_tree("", schema, &mut |_: &str, schema: &mut SchemaRef| {
            if let ReferenceOr::Item(item) = schema
                && let SchemaKind::Type(Type::Object(object)) = &item.schema_kind
            {
                found |= object.properties.values().any(|property| {
                    let property = visit::unbox(property.clone());
                    self.excludes(&property, Keyword::ReadOnly) || self.excludes(&property, Keyword::WriteOnly)
                });
            }
        });
        found
    }

    /// Removes the properties that `keyword` excludes from the tree of `schema`.
    fn strip(&self, schema: &mut SchemaRef, keyword: Keyword) {
        visit::schema_tree("", schema, &mut |_: &str, schema: &mut SchemaRef| {
            if let ReferenceOr::Item(item) = schema
                && let SchemaKind::Type(Type::Object(object)) = &mut item.schema_kind
            {
                object.properties.retain(|name, property| {
                    let is_excluded = self.excludes(&visit::unbox(property.clone()), keyword);
                    if is_excluded {
                        object.required.retain(|required| required != name);
                    }
                    !is_excluded
                });
            }
        });
    }
}
