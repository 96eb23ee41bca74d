//! Merging a new list into the order of an old one, so that a diff shows only changes.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Returns the items of `new` without repetitions. Items of `old` keep their order; others follow their predecessor.
pub fn preserve<T: Clone + Eq + Hash>(old: &[T], new: &[T]) -> Vec<T> {
    let wanted: HashSet<&T> = new.iter().collect();
    let mut known = HashSet::new();
    let kept: Vec<&T> = old.iter().filter(|item| wanted.contains(item) && known.insert(*item)).collect();
    // The new items after each kept one, or at the start.
    let mut after: HashMap<Option<&T>, Vec<&T>> = HashMap::new();
    let mut last = None;
    let mut seen = HashSet::new();
    for item in new {
        if known.contains(item) {
            last = Some(item);
        } else if seen.insert(item) {
            after.entry(last).or_default().push(item);
        }
    }
    let mut ordered = after.remove(&None).unwrap_or_default();
    for item in kept {
        ordered.push(item);
        ordered.extend(after.remove(&Some(item)).unwrap_or_default());
    }
    ordered.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::preserve;

    #[test]
    fn old_items_keep_order_and_new_ones_follow() {
        for (old, new, kept) in [
            ("abc", "abc", "abc"),
            ("abc", "cba", "abc"),
            ("abc", "ac", "ac"),
            ("abc", "axbc", "axbc"),
            ("abc", "xabcy", "xabcy"),
            ("abc", "cxyab", "abcxy"),
            ("", "ab", "ab"),
            ("ab", "", ""),
            ("ab", "bxbx", "bx"),
        ] {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(preserve(&letters(old), &letters(new)), letters(kept), "{old} {new}");
        }
    }
}
