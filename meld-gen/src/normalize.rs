//! Turns a repaired spec into the model of its generated module: prunes unreachable schemas, normalizes the rest,
//! assigns names and moves constraints out of the schemas.

mod aliases;
mod constraints;
pub mod contents;
pub mod flatten;
pub mod multipart;
mod one_way;
pub mod operations;
mod parameters;
mod properties;
pub mod prune;
mod security;
mod servers;
mod string_unions;
#[cfg(test)]
mod tests;
mod unions;
mod usage;

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{OpenAPI, ReferenceOr, SchemaKind, Type};

use crate::error::{Error, Result};
use crate::identifiers;
use crate::model::guide_rules::guide_rules;
use crate::model::supersets::supersets;
use crate::model::{self, Facts, FieldRule, ModuleModel, Origin, Origins, TypeModel, Union, Usage};
use crate::naming::{self, enums, inline};
use crate::spec::visit::SchemaRef;

/// Normalizes a repaired spec, which becomes the module `module`.
///
/// # Errors
/// Returns an error if schemas extend each other without end, or are too large once merged.
pub fn normalize(mut api: OpenAPI, facts: &Facts, module: &str) -> Result<ModuleModel> {
    api.info.title = module.to_owned();
    let mut notices = Vec::new();
    let contents = contents::select(&mut api, &mut notices);
    prune::prune(&mut api);
    let mut origins = naming::types::rename(&mut api, module);
    let in_spec =
        |location, origins: &Origins| model::in_spec(location, |name| Some(origins.get(name)?.pointer.as_str()));
    let opened = flatten::flatten(&mut api, &unions::contents(facts, &origins))
        .map_err(|error| Error { location: in_spec(error.location, &origins), ..error })?;
    notices.extend(opened);
    one_way::split(&mut api, &mut origins, &mut notices);
    prune::prune(&mut api);
    let union_contents = unions::contents(facts, &origins);
    unions::remove_inner_selectors(&mut api, &union_contents, &mut notices);
    let methods = naming::operations::method_names(&mut api, module);
    inline::name_objects(&mut api, &methods, &mut origins);
    let operations = operations::normalize_operations(&mut api, facts, &methods, &contents, &mut notices);
    enums::name_enums(&mut api, module, &mut origins);
    prune::prune(&mut api);
    let usage = usage::usage(&mut api);
    let rules = constraints::take_rules(&mut api, &usage, &mut notices);
    let mut types = types(&api, &origins, &usage, rules);
    for (name, content) in union_contents {
        if let Some(union) = types.get_mut(&name).and_then(|model| model.union.as_mut()) {
            union.content = Some(content);
        }
    }
    for name in usage::patch_bodies(&mut api) {
        if let Some(model) = types.get_mut(&name) {
            model.is_patch = !model.usage.read;
        }
    }
    for notice in &mut notices {
        notice.location = in_spec(std::mem::take(&mut notice.location), &origins);
    }
    Ok(ModuleModel { api, operations, types, notices })
}

fn is_deprecated(schema: &SchemaRef) -> bool {
    schema.as_item().is_some_and(|item| item.schema_data.deprecated)
}

fn deprecated_properties(schema: &SchemaRef) -> BTreeSet<String> {
    let ReferenceOr::Item(item) = schema else { return BTreeSet::new() };
    let SchemaKind::Type(Type::Object(object)) = &item.schema_kind else { return BTreeSet::new() };
    let properties = object.properties.iter();
    let deprecated = properties.filter(|(_, schema)| schema.as_item().is_some_and(|it| it.schema_data.deprecated));
    deprecated.map(|(name, _)| name.clone()).collect()
}

fn types(
    api: &OpenAPI,
    origins: &Origins,
    usage: &BTreeMap<String, Usage>,
    mut rules: BTreeMap<String, BTreeMap<String, FieldRule>>,
) -> BTreeMap<String, TypeModel> {
    let mut types = BTreeMap::new();
    let components = api.components.iter().flat_map(|components| &components.schemas);
    for (name, schema) in components {
        let description = match schema {
            ReferenceOr::Item(item) => item.schema_data.description.clone(),
            ReferenceOr::Reference { .. } => None,
        };
        let Origin { name: source, pointer } = origins.get(name).cloned().unwrap_or_default();
        let values = enums::enum_values(schema).unwrap_or_default();
        let model = TypeModel {
            source,
            pointer,
            usage: usage.get(name).copied().unwrap_or_default(),
            is_patch: false,
            union: Union::read(schema),
            rules: rules.remove(name).unwrap_or_default(),
            variants: identifiers::variants(&values),
            values,
            guide_rules: guide_rules(&api.info.title, name),
            supersets: Vec::new(),
            description,
            is_deprecated: is_deprecated(schema),
            deprecated: deprecated_properties(schema),
        };
        types.insert(name.clone(), model);
    }
    for (name, found) in supersets(&types) {
        if let Some(model) = types.get_mut(&name) {
            model.supersets = found;
        }
    }
    types
}
