//! Enums of a module that have all values of another enum and more, so that the other converts into them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::TypeModel;
use crate::spec::limits::MAX_COMPARISONS;

/// Returns the supersets of each enum. The map is empty if a module has so many enums that comparing them would take
/// too long, because the conversions are only a convenience.
pub fn supersets(types: &BTreeMap<String, TypeModel>) -> BTreeMap<String, Vec<String>> {
    let enums: Vec<(&String, HashSet<&str>)> = types
        .iter()
        .filter(|(_, model)| !model.values.is_empty())
        .map(|(name, model)| (name, model.values.iter().map(String::as_str).collect()))
        .collect();
    let mut with_value: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, (_, values)) in enums.iter().enumerate() {
        for value in values {
            with_value.entry(value).or_default().push(index);
        }
    }
    let mut comparisons = 0;
    let mut supersets = BTreeMap::new();
    for (name, own) in &enums {
        // A superset contains the value that occurs in the fewest enums.
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
        supersets.insert((*name).clone(), found);
    }
    supersets
}
