//! Compares two versions of a module and reports each difference as a change with one kind and one location.
//!
//! Operations are matched by operationId, else by method and path. Types are matched by the locations where operations
//! use them, so that a renamed type is the same type. Fields are matched by JSON name, Rust name or similarity.

mod fields;
mod matching;
mod operations;
pub mod rules;
mod semver;
#[cfg(test)]
mod tests;
mod types;
mod upgrade_guide;
mod wording;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::interface::Surface;
pub use rules::{Class, Kind};
pub use semver::next_version;
pub use upgrade_guide::{changelog_lines, upgrade_guide};
pub use wording::{Group, Impact, grouped};

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The kind of the change.
    pub kind: Kind,
    /// The effect on code that compiles with the version before.
    pub rust: Class,
    /// The effect on requests and responses of the version before.
    pub wire: Class,
    /// The module of the family.
    pub family: String,
    /// Location in terms of the spec: `GET /institutions, query limit` or `Connection.status`.
    pub place: String,
    /// Rust path below the module of the version: `bank_linking::types::Connection::status`.
    pub rust_path: String,
    /// State before, in a few words; empty for additions.
    pub before: String,
    /// State after, in a few words; empty for removals.
    pub after: String,
    /// Values that an enum lacks which replaces another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values_removed: Vec<String>,
    /// Values that an enum has in addition to the one it replaces.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values_added: Vec<String>,
}

impl Change {
    /// Returns the severity: the worse of both effects, then that on code, then that on requests and responses.
    pub fn harm(&self) -> (Class, Class, Class) {
        (self.rust.max(self.wire), self.rust, self.wire)
    }

    /// Returns the sort key for changes of the same severity.
    fn order(&self) -> (Kind, &str, &str) {
        (self.kind, &self.place, &self.family)
    }

    /// Returns `true` if the change breaks code, requests or responses.
    pub fn is_breaking(&self) -> bool {
        self.rust == Class::Breaking || self.wire == Class::Breaking
    }
}

/// The changes between two versions, or between two sets of specs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Title: `2025-03-04 → 2026-02-03`, or `2026-02-03` for two states of one version.
    pub title: String,
    /// The changes, most severe first.
    pub changes: Vec<Change>,
}

/// Compares each version of two states of a tree with itself. Versions without changes are left out.
pub fn trees(old: &[Surface], new: &[Surface]) -> Vec<Comparison> {
    let versions: BTreeSet<_> = old.iter().chain(new).map(|module| module.version).collect();
    let of = |modules: &[Surface], version| -> Vec<Surface> {
        modules.iter().filter(|module| module.version == version).cloned().collect()
    };
    let compared = versions.into_iter().map(|version| {
        let title = version.map(|version| version.to_string()).unwrap_or_default();
        let (before, after) = (of(old, version), of(new, version));
        let changes = match (before.is_empty(), after.is_empty()) {
            (true, _) => vec![whole(Kind::VersionAdded, &title, &title, &after)],
            (_, true) => vec![whole(Kind::VersionRemoved, &title, &title, &before)],
            _ => compare(&before, &after),
        };
        Comparison { title, changes }
    });
    compared.filter(|comparison| !comparison.changes.is_empty()).collect()
}

/// Returns all changes from `old` to `new`, most severe first. Modules are matched by name.
pub fn compare(old: &[Surface], new: &[Surface]) -> Vec<Change> {
    let families: BTreeSet<&str> = old.iter().chain(new).map(|module| module.family.as_str()).collect();
    let mut changes = Vec::new();
    for family in families {
        let of = |modules: &'_ [Surface]| modules.iter().position(|module| module.family == family);
        match (of(old), of(new)) {
            (Some(before), Some(after)) => changes.extend(modules(&old[before], &new[after])),
            (Some(before), None) => {
                let module = std::slice::from_ref(&old[before]);
                changes.push(whole(Kind::FamilyRemoved, family, family, module));
            }
            (None, Some(after)) => {
                let module = std::slice::from_ref(&new[after]);
                changes.push(whole(Kind::FamilyAdded, family, family, module));
            }
            (None, None) => {}
        }
    }
    changes.sort_by(|one, other| other.harm().cmp(&one.harm()).then_with(|| one.order().cmp(&other.order())));
    changes
}

/// Returns all changes from one module to another.
pub fn modules(old: &Surface, new: &Surface) -> Vec<Change> {
    let mut comparison = Modules::new(old, new);
    comparison.operations();
    comparison.types_of_one_name();
    comparison.changes
}

/// Returns the change that adds or removes a whole version or family.
fn whole(kind: Kind, name: &str, family: &str, modules: &[Surface]) -> Change {
    let (rust, wire) = kind.classes(false, false);
    let operations = match modules.iter().map(|module| module.operations.len()).sum::<usize>() {
        1 => "1 operation".to_owned(),
        count => format!("{count} operations"),
    };
    let (before, after) = match kind {
        Kind::FamilyRemoved | Kind::VersionRemoved => (operations, String::new()),
        _ => (String::new(), operations),
    };
    Change {
        kind,
        rust,
        wire,
        family: family.to_owned(),
        place: name.to_owned(),
        rust_path: name.to_owned(),
        before,
        after,
        values_removed: Vec::new(),
        values_added: Vec::new(),
    }
}

/// The state of a comparison of two modules.
struct Modules<'a> {
    old: &'a Surface,
    new: &'a Surface,
    changes: Vec<Change>,
    /// Pairs of types that are already compared.
    pairs: BTreeSet<(&'a str, &'a str)>,
}

/// A location in the spec and in Rust, and the directions in which its value travels.
#[derive(Clone, Debug)]
struct Place {
    spec: String,
    rust: String,
    is_sent: bool,
    is_read: bool,
}

impl Place {
    fn inside(&self, spec: &str, rust: &str) -> Self {
        let rust = rust.strip_prefix("r#").unwrap_or(rust);
        Self { spec: format!("{}{spec}", self.spec), rust: format!("{}::{rust}", self.rust), ..*self }
    }
}

impl<'a> Modules<'a> {
    fn new(old: &'a Surface, new: &'a Surface) -> Self {
        Self { old, new, changes: Vec::new(), pairs: BTreeSet::new() }
    }

    fn add(&mut self, kind: Kind, place: &Place, before: impl Into<String>, after: impl Into<String>) {
        let (rust, wire) = kind.classes(place.is_sent, place.is_read);
        self.changes.push(Change {
            kind,
            rust,
            wire,
            family: self.new.family.clone(),
            place: place.spec.clone(),
            rust_path: format!("{}::{}", self.new.family, place.rust),
            before: before.into(),
            after: after.into(),
            values_removed: Vec::new(),
            values_added: Vec::new(),
        });
    }
}

/// Returns a change without a location, for tests of other modules.
#[cfg(test)]
pub fn test_change(kind: Kind) -> Change {
    let change = whole(kind, "gifts", "gifts", &[]);
    Change { before: String::new(), after: String::new(), ..change }
}
