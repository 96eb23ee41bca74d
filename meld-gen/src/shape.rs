//! Giving a repaired document the shape that its Rust crate is to have: only what operations reach, one plain form
//! for every schema, good names, and apart from the schemas what a sender must keep to.

pub mod aliases;
pub mod fields;
pub mod flatten;
pub mod identifiers;
pub mod inline;
pub mod names;
pub mod operation;
mod parameters;
pub mod prune;
pub mod rename;
pub mod rules;
pub mod secrets;
mod settle;
#[cfg(test)]
mod tests;
pub mod union;
mod wider;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr};

use crate::error::{Error, Location, Notice, Result};
use crate::repair::Union;
pub use operation::{OperationShape, ParameterPlace, ParameterShape};
pub use rules::{FieldRule, Usage};

/// A document in the shape of its generated module.
#[derive(Clone, Debug)]
pub struct Shaped {
    /// What progenitor reads.
    pub api: OpenAPI,
    /// Operations in the order of the document.
    pub operations: Vec<OperationShape>,
    /// Types by Rust name.
    pub types: BTreeMap<String, TypeShape>,
    /// What is worth telling.
    pub notices: Vec<Notice>,
}

/// Where a type comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Schema or place in the document: `CryptoQuote20260203` or `Connection.products`.
    pub name: String,
    /// JSON pointer of it.
    pub pointer: String,
}

/// Where each type comes from, by Rust name.
pub type Origins = IndexMap<String, Origin>;

/// What is known of a type beside its schema.
#[derive(Clone, Debug, Default)]
pub struct TypeShape {
    /// Schema or place in the document: `CryptoQuote20260203` or `Connection.products`.
    pub source: String,
    /// JSON pointer of it.
    pub pointer: String,
    /// Sent, read or both.
    pub usage: Usage,
    /// The body of a PATCH: a field that is not sent stays as it is, null takes its value away.
    pub is_change: bool,
    /// The union that it is, if it is one.
    pub union: Option<Union>,
    /// Rules by JSON name of the property, for objects.
    pub rules: BTreeMap<String, FieldRule>,
    /// Values in the order of the document, for enums.
    pub values: Vec<String>,
    /// Names of the variants for them, in the same order.
    pub variants: Vec<String>,
    /// Enums of the module that know all values of this one and more.
    pub wider: Vec<String>,
    /// Description of the document.
    pub description: Option<String>,
}

/// Shapes the repaired document of `file`, which becomes the module `module`.
///
/// # Errors
/// When two things would get one name, or something has a form that generated code cannot have.
pub fn shape(mut api: OpenAPI, file: &str, module: &str) -> Result<Shaped> {
    api.info.title = module.to_owned();
    prune::prune(&mut api);
    let mut origins = rename::rename(&mut api, file, module)?;
    let mut notices = flatten::flatten(&mut api, file)
        .map_err(|error| Error { location: in_document(error.location, &origins), ..error })?;
    prune::prune(&mut api);
    union::drop_inner_selectors(&mut api);
    let methods = operation::method_names(&mut api, file, module)?;
    inline::name_objects(&mut api, file, &methods, &mut origins)?;
    let operations = operation::shape_operations(&mut api, file, &methods, &mut notices)?;
    inline::name_enums(&mut api, file, module, &mut origins)?;
    prune::prune(&mut api);
    let usage = rules::usage(&mut api);
    let rules = rules::take_rules(&mut api, &usage);
    let mut types = types(&api, &origins, &usage, rules);
    for name in rules::bodies_of_changes(&mut api) {
        if let Some(shape) = types.get_mut(&name) {
            shape.is_change = !shape.usage.read;
        }
    }
    fields::check(&api, file, &types)?;
    notices.extend(settle::settle(&mut api, file));
    for notice in &mut notices {
        notice.location = in_document(std::mem::take(&mut notice.location), &origins);
    }
    operation::hide_names(&mut api);
    Ok(Shaped { api, operations, types, notices })
}

/// The place in the document of a place that is named by the Rust name of its component.
fn in_document(location: Location, origins: &Origins) -> Location {
    let Some(rest) = location.pointer.strip_prefix("/components/schemas/") else { return location };
    let name = rest.split('/').next().unwrap_or(rest);
    let Some(origin) = origins.get(name) else { return location };
    Location { pointer: format!("{}{}", origin.pointer, &rest[name.len()..]), ..location }
}

fn types(
    api: &OpenAPI,
    origins: &Origins,
    usage: &BTreeMap<String, Usage>,
    mut rules: BTreeMap<String, BTreeMap<String, FieldRule>>,
) -> BTreeMap<String, TypeShape> {
    let mut types = BTreeMap::new();
    let components = api.components.iter().flat_map(|components| &components.schemas);
    for (name, schema) in components {
        let description = match schema {
            ReferenceOr::Item(item) => item.schema_data.description.clone(),
            ReferenceOr::Reference { .. } => None,
        };
        let Origin { name: source, pointer } = origins.get(name).cloned().unwrap_or_default();
        let values = inline::enum_values(schema).unwrap_or_default();
        let shape = TypeShape {
            source,
            pointer,
            usage: usage.get(name).copied().unwrap_or_default(),
            is_change: false,
            union: union::read(schema),
            rules: rules.remove(name).unwrap_or_default(),
            variants: identifiers::variants(&values),
            values,
            wider: Vec::new(),
            description,
        };
        types.insert(name.clone(), shape);
    }
    for (name, wider) in wider::wider_enums(&types) {
        if let Some(shape) = types.get_mut(&name) {
            shape.wider = wider;
        }
    }
    types
}
