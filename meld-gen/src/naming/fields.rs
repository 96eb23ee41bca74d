//! Names of fields.

use std::collections::BTreeSet;

use super::overrides::FIELD_NAMES;
use crate::identifiers::snake;

/// Names that are methods of builders.
const TAKEN_FIELDS: &[&str] = &["build", "default"];

/// Returns the names of the fields of a type, which are distinct: a repeated name gets a number.
pub fn field_names<'p>(properties: impl Iterator<Item = &'p str>) -> Vec<String> {
    let wanted: Vec<String> = properties.map(field_name).collect();
    let mut taken = BTreeSet::new();
    let mut names = Vec::new();
    for name in &wanted {
        let stem = name.trim_end_matches('_');
        let numbered = (2..).map(|number: usize| format!("{stem}_{number}"));
        let numbered = numbered.filter(|name| !wanted.contains(name));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        let free = candidates.find(|name| !taken.contains(name)).unwrap_or_default();
        taken.insert(free.clone());
        names.push(free);
    }
    names
}

fn field_name(property: &str) -> String {
    let explicit = FIELD_NAMES.iter().find(|(json, _)| *json == property);
    match explicit.map_or_else(|| snake(property), |(_, rust)| (*rust).to_owned()) {
        name if TAKEN_FIELDS.contains(&name.as_str()) => format!("{name}_"),
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_type_are_distinct() {
        for (properties, fields) in [
            (&["a-b", "a_b", "a.b"][..], &["a_b", "a_b_2", "a_b_3"][..]),
            (&["", "x", "+"], &["x", "x_2", "x_3"]),
            (&["type", "type_"], &["type_", "type_2"]),
            (&["a", "A", "a_2"], &["a", "a_3", "a_2"]),
            (&["build", "3ds", "three_ds"], &["build_", "three_ds", "three_ds_2"]),
        ] {
            assert_eq!(field_names(properties.iter().copied()), fields);
        }
    }
}
