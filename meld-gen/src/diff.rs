//! What differs between two versions of a module, as changes that each have one kind and one place.
//!
//! Operations are matched by operationId, else by method and path; types by the places where operations use them, so
//! that a type with another name is the same type; fields by JSON name, else by Rust name, else by likeness.

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
pub use wording::{Group, Harm, grouped};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What happened.
    pub kind: Kind,
    /// What it means for code that compiles with the version before.
    pub rust: Class,
    /// What it means for requests and responses of the version before.
    pub wire: Class,
    /// The module.
    pub family: String,
    /// Where, in terms of the document: `GET /institutions, query limit` or `Connection.status`.
    pub place: String,
    /// Where, in Rust, below the module of the version: `bank_linking::types::Connection::status`.
    pub rust_path: String,
    /// What was before, in as few words as it takes; empty for what is new.
    pub before: String,
    /// What is after; empty for what is gone.
    pub after: String,
    /// Values that one enum lacks which stands in the place of another.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values_removed: Vec<String>,
    /// Values that it has besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values_added: Vec<String>,
}

impl Change {
    /// How bad it is: both at source level and on the wire before only one, and that before neither.
    pub fn harm(&self) -> (Class, Class, Class) {
        (self.rust.max(self.wire), self.rust, self.wire)
    }

    /// What changes of the same harm are sorted by.
    fn order(&self) -> (Kind, &str, &str) {
        (self.kind, &self.place, &self.family)
    }

    /// Whether something that was right need not be any more.
    pub fn is_breaking(&self) -> bool {
        self.rust == Class::Breaking || self.wire == Class::Breaking
    }
}

/// What differs between two sets of documents, or between two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What was compared: `2025-03-04 → 2026-02-03`, or `2026-02-03` for two states of one version.
    pub title: String,
    /// The changes, the worst first.
    pub changes: Vec<Change>,
}

/// What differs between two states of a tree: each version compared with itself. A version without changes is left
/// out.
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

/// All changes from `old` to `new`, modules with the same name compared with each other, the worst first.
pub fn compare(old: &[Surface], new: &[Surface]) -> Vec<Change> {
    let families: BTreeSet<&str> =
        old.iter().chain(new).map(|module| module.family.as_str()).collect();
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
    changes.sort_by(|one, other| {
        other.harm().cmp(&one.harm()).then_with(|| one.order().cmp(&other.order()))
    });
    changes
}

/// All changes from one module to another.
pub fn modules(old: &Surface, new: &Surface) -> Vec<Change> {
    let mut comparison = Modules::new(old, new);
    comparison.operations();
    comparison.types_of_one_name();
    comparison.changes
}

/// The change that a whole version or family is.
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

/// A comparison of two modules under way.
struct Modules<'a> {
    old: &'a Surface,
    new: &'a Surface,
    changes: Vec<Change>,
    /// Pairs of types that were compared.
    pairs: BTreeSet<(&'a str, &'a str)>,
}

/// Where something is, in the document and in Rust, and which way it goes.
#[derive(Clone, Debug)]
struct Place {
    document: String,
    rust: String,
    is_sent: bool,
    is_read: bool,
}

impl Place {
    /// A place inside of this one.
    fn inside(&self, document: &str, rust: &str) -> Self {
        let rust = rust.strip_prefix("r#").unwrap_or(rust);
        Self {
            document: format!("{}{document}", self.document),
            rust: format!("{}::{rust}", self.rust),
            ..*self
        }
    }
}

impl<'a> Modules<'a> {
    fn new(old: &'a Surface, new: &'a Surface) -> Self {
        Self { old, new, changes: Vec::new(), pairs: BTreeSet::new() }
    }

    fn add(
        &mut self,
        kind: Kind,
        place: &Place,
        before: impl Into<String>,
        after: impl Into<String>,
    ) {
        let (rust, wire) = kind.classes(place.is_sent, place.is_read);
        self.changes.push(Change {
            kind,
            rust,
            wire,
            family: self.new.family.clone(),
            place: place.document.clone(),
            rust_path: format!("{}::{}", self.new.family, place.rust),
            before: before.into(),
            after: after.into(),
            values_removed: Vec::new(),
            values_added: Vec::new(),
        });
    }
}

/// A change without a place, for tests of other modules.
#[cfg(test)]
pub fn test_change(kind: Kind) -> Change {
    let change = whole(kind, "gifts", "gifts", &[]);
    Change { before: String::new(), after: String::new(), ..change }
}
