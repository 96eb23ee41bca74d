//! The next version of a crate after changes.

use super::{Change, Class};

/// Returns the version after `current` according to semantic versioning: below 1.0, breaking changes raise the second
/// number and all others the third. Returns `current` if the interface is the same, and `None` if `current` is not a
/// version of three numbers.
pub fn next_version(current: &str, changes: &[Change]) -> Option<String> {
    let mut numbers = current.split('.').map(str::parse::<u64>);
    let (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch)), None) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next())
    else {
        return None;
    };
    let worst = changes.iter().map(|change| change.rust).max();
    let (major, minor, patch) = match (worst, major) {
        (None | Some(Class::None), _) => (major, minor, patch),
        (Some(Class::Breaking), 0) => (0, minor.checked_add(1)?, 0),
        (Some(Class::Breaking), _) => (major.checked_add(1)?, 0, 0),
        (Some(Class::Compatible), 0) => (0, minor, patch.checked_add(1)?),
        (Some(Class::Compatible), _) => (major, minor.checked_add(1)?, 0),
    };
    Some(format!("{major}.{minor}.{patch}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Kind;
    use crate::diff::whole;

    #[test]
    fn worst_change_decides() {
        let changes =
            |kinds: &[Kind]| -> Vec<Change> { kinds.iter().map(|kind| whole(*kind, "gifts", "gifts", &[])).collect() };
        let added = changes(&[Kind::FamilyAdded]);
        let both = changes(&[Kind::FamilyAdded, Kind::FamilyRemoved]);
        for (current, changes, next) in [
            ("0.1.0", &changes(&[]), Some("0.1.0")),
            ("0.1.0", &added, Some("0.1.1")),
            ("0.1.7", &both, Some("0.2.0")),
            ("1.2.3", &added, Some("1.3.0")),
            ("1.2.3", &both, Some("2.0.0")),
            ("1.2", &both, None),
            ("1.2.x", &both, None),
            ("0.18446744073709551615.0", &both, None),
        ] {
            assert_eq!(next_version(current, changes).as_deref(), next, "{current}");
        }
    }
}
