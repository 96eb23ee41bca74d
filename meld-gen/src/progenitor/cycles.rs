//! Boxes for types that contain themselves through a union.
//!
//! typify breaks the cycles of structs. It takes a union for an object without properties, and does not see its variants.

use std::collections::{BTreeMap, BTreeSet};

use super::output::{Model, TypeItem};
use super::rust_type::RustType;
use crate::model::TypeModel;

/// Boxes the fields that hold a union which contains their own struct.
pub fn break_unions(output: &mut Model, models: &BTreeMap<String, TypeModel>) {
    let is_union = |name: &str| models.get(name).is_some_and(|model| model.union.is_some());
    let mut held = held(output, models);
    for item in &mut output.types {
        let TypeItem::Struct(item) = item else { continue };
        let mut boxed = BTreeSet::new();
        for field in &mut item.fields {
            let Some(name) = held_type(&field.ty).filter(|name| is_union(name)).map(str::to_owned) else { continue };
            if reaches(&held, &name, &item.name) {
                field.ty = match std::mem::replace(&mut field.ty, RustType::Any) {
                    RustType::Optional(inner) => RustType::Optional(Box::new(RustType::Boxed(inner))),
                    ty => RustType::Boxed(Box::new(ty)),
                };
                boxed.insert(name);
            }
        }
        if let Some(names) = held.get_mut(&item.name) {
            names.retain(|name| !boxed.contains(name));
        }
    }
}

/// Returns the types that each type holds without a box.
fn held(output: &Model, models: &BTreeMap<String, TypeModel>) -> BTreeMap<String, BTreeSet<String>> {
    let mut held: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in &output.types {
        let types: Vec<&RustType> = match item {
            TypeItem::Struct(item) => item.fields.iter().map(|field| &field.ty).collect(),
            TypeItem::Newtype(_, ty) => vec![ty],
            TypeItem::Enum(_) => Vec::new(),
        };
        let names = types.into_iter().filter_map(held_type).map(str::to_owned);
        held.entry(item.name().to_owned()).or_default().extend(names);
    }
    for (name, model) in models {
        let variants = model.union.iter().flat_map(|union| &union.variants);
        held.entry(name.clone()).or_default().extend(variants.map(|variant| variant.schema.clone()));
    }
    held
}

/// Returns the name of the type that a value holds without a box.
fn held_type(ty: &RustType) -> Option<&str> {
    match ty {
        RustType::Optional(inner) | RustType::Nullable(inner) => held_type(inner),
        RustType::Named(name) => Some(name),
        _ => None,
    }
}

fn reaches(held: &BTreeMap<String, BTreeSet<String>>, from: &str, to: &str) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            open.extend(held.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
