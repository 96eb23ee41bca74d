//! Aliases: components that are references, lists, maps or scalars, which are inlined.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use indexmap::IndexMap;
use openapiv3::{OpenAPI, ReferenceOr, SchemaKind, Type, VariantOrUnknownOrEmpty};

use crate::error::{Error, ErrorKind, Location, Result, pointer_push};
use crate::model::unions::{Union, is_member};
use crate::spec::limits::{MAX_CHAIN, MAX_COPIES};
use crate::spec::visit::{self, SchemaRef, component_name, references_in};

type Schemas = IndexMap<String, SchemaRef>;

/// Inlines components that are neither objects with properties nor enums nor unions, so that no newtypes around lists
/// or strings are generated. One alias of each cycle of aliases stays.
pub fn inline(api: &mut OpenAPI) -> Result<()> {
    let schemas = api.components.iter().flat_map(|components| &components.schemas);
    let aliases: Schemas =
        schemas.filter(|(_, schema)| is_alias(schema)).map(|(name, schema)| (name.clone(), schema.clone())).collect();
    let aliases = resolved(aliases)?;
    let sizes: HashMap<&str, usize> = aliases
        .iter()
        .map(|(name, schema)| (&**name, schema.as_item().map_or(1, |schema| 1 + visit::size(schema))))
        .collect();
    let mut copies = 0;
    let mut too_many = None;
    visit::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| {
        // A variant of a union is a type of its own.
        if is_member(pointer) {
            return;
        }
        copies += referred(schema).and_then(|name| sizes.get(name)).copied().unwrap_or_default();
        if copies <= MAX_COPIES {
            resolve_alias(schema, &aliases);
        } else if too_many.is_none() {
            too_many = Some(pointer.to_owned());
        }
    });
    too_many.map_or(Ok(()), |pointer| {
        Err(Error::new(
            ErrorKind::TooLarge,
            Location::at(pointer),
            format!("inlined lists and maps have more than {MAX_COPIES} schemas in total"),
            "make their items a component",
        ))
    })
}

/// Returns the aliases that can be inlined, with aliases inside of them inlined too.
fn resolved(mut aliases: Schemas) -> Result<Schemas> {
    let references: IndexMap<String, Vec<String>> =
        aliases.iter_mut().map(|(name, schema)| (name.clone(), references_in(schema))).collect();
    let mut resolved = Schemas::new();
    let mut depths: IndexMap<&str, usize> = IndexMap::new();
    for name in innermost_first(&references) {
        let Some(mut schema) = aliases.shift_remove(name) else { continue };
        let inner = references[name].iter().filter_map(|name| depths.get(name.as_str())).max();
        let is_reference = referred(&schema).is_some();
        let depth = inner.copied().unwrap_or(0) + usize::from(!is_reference);
        if depth > MAX_CHAIN {
            return Err(Error::new(
                ErrorKind::TooDeep,
                Location::at(pointer_push("/components/schemas", name)),
                format!("more than {MAX_CHAIN} lists or maps are nested"),
                "make one of the inner ones a property of an object",
            ));
        }
        depths.insert(name, depth);
        resolve_alias(&mut schema, &resolved);
        resolved.insert(name.to_owned(), schema);
    }
    Ok(resolved)
}

/// Returns the names of the aliases, each after the aliases that it refers to, without those that are part of a cycle.
fn innermost_first(references: &IndexMap<String, Vec<String>>) -> Vec<&str> {
    let mut order = Vec::new();
    // `true` for finished aliases, `false` for those on the current path.
    let mut seen: BTreeMap<&str, bool> = BTreeMap::new();
    let mut comes_back = BTreeSet::new();
    for start in references.keys() {
        let mut way = vec![(start.as_str(), 0)];
        while let Some((name, looked_at)) = way.last_mut() {
            let name = *name;
            if *looked_at == 0 && seen.insert(name, false) == Some(true) {
                seen.insert(name, true);
                way.pop();
                continue;
            }
            let next = references[name].get(*looked_at);
            *looked_at += 1;
            match next.map(|next| (next, seen.get(next.as_str()))) {
                None => {
                    seen.insert(name, true);
                    order.push(name);
                    way.pop();
                }
                Some((next, Some(false))) => drop(comes_back.insert(next.as_str())),
                Some((next, None)) if references.contains_key(next) => way.push((next, 0)),
                Some(_) => {}
            }
        }
    }
    order.retain(|name| !comes_back.contains(name));
    order
}

fn is_alias(schema: &SchemaRef) -> bool {
    if Union::read(schema).is_some() {
        return false;
    }
    match schema {
        ReferenceOr::Reference { .. } => true,
        ReferenceOr::Item(item) => match &item.schema_kind {
            SchemaKind::Type(Type::Object(object)) => {
                object.properties.is_empty() && object.additional_properties.is_some()
            }
            SchemaKind::Type(Type::String(string)) => {
                string.enumeration.is_empty() || matches!(string.format, VariantOrUnknownOrEmpty::Item(_))
            }
            _ => true,
        },
    }
}

/// Returns the component that a schema refers to, if it adds nothing but a description.
fn referred(schema: &SchemaRef) -> Option<&str> {
    match schema {
        ReferenceOr::Reference { .. } => component_name(schema),
        ReferenceOr::Item(item) => match &item.schema_kind {
            SchemaKind::AllOf { all_of } => match all_of.as_slice() {
                [only] => component_name(only),
                _ => None,
            },
            _ => None,
        },
    }
}

/// Replaces a reference to an alias with the alias; the description of the reference wins.
fn resolve_alias(schema: &mut SchemaRef, aliases: &Schemas) {
    let Some(mut target) = referred(schema).and_then(|name| aliases.get(name)).cloned() else {
        return;
    };
    if let ReferenceOr::Item(item) = schema {
        let own = &mut item.schema_data;
        match &mut target {
            ReferenceOr::Item(target) => {
                let data = &mut target.schema_data;
                data.description = own.description.take().or_else(|| data.description.take());
                data.nullable |= own.nullable;
            }
            ReferenceOr::Reference { .. } => {
                item.schema_kind = SchemaKind::AllOf { all_of: vec![target] };
                return;
            }
        }
    }
    *schema = target;
}
