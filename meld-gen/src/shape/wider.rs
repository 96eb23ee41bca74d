//! Which enums of a module know all values of another and more: the other converts into them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::TypeShape;
use crate::spec::limits::MAX_COMPARISONS;

/// For each enum, the others that know all of its values and more. Nothing in a module with so many enums that too many
/// would have to be compared: conversions are a convenience.
pub fn wider_enums(types: &BTreeMap<String, TypeShape>) -> BTreeMap<String, Vec<String>> {
    let enums: Vec<(&String, HashSet<&str>)> = types
        .iter()
        .filter(|(_, shape)| !shape.values.is_empty())
        .map(|(name, shape)| (name, shape.values.iter().map(String::as_str).collect()))
        .collect();
    let mut with_value: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, (_, values)) in enums.iter().enumerate() {
        for value in values {
            with_value.entry(value).or_default().push(index);
        }
    }
    let mut comparisons = 0;
    let mut wider = BTreeMap::new();
    for (name, own) in &enums {
        // What knows all values knows the one that fewest know.
        let rarest = own.iter().map(|value| &with_value[value]).min_by_key(|known| known.len());
        let mut found = Vec::new();
        for (other, theirs) in rarest.into_iter().flatten().map(|index| &enums[*index]) {
            comparisons += own.len();
            if comparisons > MAX_COMPARISONS {
                return BTreeMap::new();
            }
            if theirs.len() > own.len() && own.is_subset(theirs) {
                found.push((*other).clone());
            }
        }
        wider.insert((*name).clone(), found);
    }
    wider
}
