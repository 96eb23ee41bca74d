//! Variants of unions that have no property but the selector, which the union encodes and decodes.

use std::collections::{BTreeMap, BTreeSet};

use super::output::{Model, StructItem, TypeItem};
use crate::model::TypeModel;

/// Makes these variants structs without fields. typify takes them for objects with any properties.
pub fn without_properties(output: &mut Model, models: &BTreeMap<String, TypeModel>) {
    let unions = models.values().filter_map(|model| model.union.as_ref());
    let variants: BTreeSet<&str> = unions.flat_map(|union| &union.variants).map(|it| it.schema.as_str()).collect();
    for item in &mut output.types {
        if let TypeItem::Newtype(name, _) = item
            && variants.contains(name.as_str())
        {
            *item = TypeItem::Struct(StructItem { name: std::mem::take(name), fields: Vec::new() });
        }
    }
}
