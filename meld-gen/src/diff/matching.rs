//! Matches entries before and after a change.

use std::collections::{BTreeMap, BTreeSet};

use similar::{Algorithm, TextDiff};

use crate::spec::limits::MAX_COMPARISONS;

/// Minimum similarity of two names that count as renamed, from 0 to 1.
const ALIKE: f32 = 0.6;

/// Returns the name of what two values have in common, or `None` if they do not match.
pub type Common<'s, K, V> = dyn Fn(Entry<'_, K, V>) -> String + 's;

/// A key with its value.
pub type Entry<'a, K, V> = (&'a K, &'a V);

/// Returns `true` if an old and a new entry match.
pub type Same<'s, K, V> = dyn Fn(Entry<'_, K, V>, Entry<'_, K, V>) -> bool + 's;

/// The result of matching.
#[derive(Debug)]
pub struct Matched<'a, K, V> {
    /// Entries that exist before and after, perhaps with another key.
    pub both: Vec<(Entry<'a, K, V>, Entry<'a, K, V>)>,
    /// Removed entries.
    pub removed: Vec<Entry<'a, K, V>>,
    /// Added entries.
    pub added: Vec<Entry<'a, K, V>>,
}

/// Matches by key; then matches the remaining entries by each of `common` and of `same` in turn.
pub fn matched<'a, K: Ord, V>(
    old: &'a BTreeMap<K, V>,
    new: &'a BTreeMap<K, V>,
    common: &[&Common<'_, K, V>],
    same: &[&Same<'_, K, V>],
) -> Matched<'a, K, V> {
    let mut both = Vec::new();
    let mut removed: Vec<(&K, &V)> = Vec::new();
    for (key, value) in old {
        match new.get_key_value(key) {
            Some(found) => both.push(((key, value), found)),
            None => removed.push((key, value)),
        }
    }
    let mut added: Vec<(&K, &V)> = new.iter().filter(|(key, _)| !old.contains_key(key)).collect();
    for common in common {
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, after) in added.iter().enumerate() {
            names.entry(common(*after)).or_default().push(index);
        }
        let mut found = BTreeSet::new();
        removed.retain(|before| {
            let candidates = names.get(&common(*before)).into_iter().flatten();
            let mut candidates = candidates.filter(|index| !found.contains(*index)).copied();
            // Ambiguous matches are none, because a wrong guess is worse than no match.
            let (Some(only), None) = (candidates.next(), candidates.next()) else { return true };
            found.insert(only);
            both.push((*before, added[only]));
            false
        });
        let mut index = 0..;
        added.retain(|_| !index.next().is_some_and(|index| found.contains(&index)));
    }
    for same in same {
        // Large interfaces are not matched by similarity, because that takes quadratic time.
        if removed.len().saturating_mul(added.len()) > MAX_COMPARISONS {
            break;
        }
        removed.retain(|before| {
            let candidates = added.iter().enumerate().filter(|(_, after)| same(*before, **after));
            let found: Vec<usize> = candidates.map(|(index, _)| index).collect();
            // Ambiguous matches are none, because a wrong guess is worse than no match.
            let [only] = found[..] else { return true };
            both.push((*before, added.swap_remove(only)));
            false
        });
    }
    Matched { both, removed, added }
}

/// Returns `true` if two names look like a name and its change.
pub fn are_alike(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let (one, other) = (plain(one), plain(other));
    let difference = TextDiff::configure().algorithm(Algorithm::Myers).diff_chars(&one, &other);
    difference.ratio() >= ALIKE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remaining_entries_match_if_unambiguous() {
        let map = |pairs: &[(&'static str, i32)]| pairs.iter().copied().collect::<BTreeMap<_, _>>();
        let (old, new) = (map(&[("a", 1), ("b", 2), ("c", 3)]), map(&[("a", 9), ("x", 2), ("y", 4)]));
        let found = matched(&old, &new, &[&|one| one.1.to_string()], &[]);
        assert_eq!(found.both, [((&"a", &1), (&"a", &9)), ((&"b", &2), (&"x", &2))]);
        assert_eq!((found.removed, found.added), (vec![(&"c", &3)], vec![(&"y", &4)]));
        let found = matched(
            &map(&[("b", 2)]),
            &map(&[("x", 2), ("y", 2)]),
            &[&|one| one.1.to_string()],
            &[&|one, other| one.1 == other.1],
        )
        .both
        .len();
        assert_eq!(found, 0);
    }

    #[test]
    fn similar_names_share_most_characters() {
        assert!(are_alike("externalId", "externalCustomerId"));
        assert!(are_alike("street_line_1", "streetLineOne"));
        assert!(!are_alike("customerScore", "rampIntelligence"));
        assert!(!are_alike("status", "amount"));
    }
}
