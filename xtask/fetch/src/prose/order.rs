//! Old things where they were, new things behind what they follow: so that a diff shows what changed and no more.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// The things of `new`, those that are in `old` too in the order that they have there.
///
/// A thing that is there several times is taken once.
pub fn keep<T: Clone + Eq + Hash>(old: &[T], new: &[T]) -> Vec<T> {
    let wanted: HashSet<&T> = new.iter().collect();
    let mut known = HashSet::new();
    let kept: Vec<&T> =
        old.iter().filter(|thing| wanted.contains(thing) && known.insert(*thing)).collect();
    // Behind which kept thing, or at the start, new ones come.
    let mut behind: HashMap<Option<&T>, Vec<&T>> = HashMap::new();
    let mut last = None;
    let mut seen = HashSet::new();
    for thing in new {
        if known.contains(thing) {
            last = Some(thing);
        } else if seen.insert(thing) {
            behind.entry(last).or_default().push(thing);
        }
    }
    let mut ordered = behind.remove(&None).unwrap_or_default();
    for thing in kept {
        ordered.push(thing);
        ordered.extend(behind.remove(&Some(thing)).unwrap_or_default());
    }
    ordered.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::keep;

    #[test]
    fn old_things_stay_and_new_ones_follow_what_they_followed() {
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
            assert_eq!(keep(&letters(old), &letters(new)), letters(kept), "{old} {new}");
        }
    }
}
