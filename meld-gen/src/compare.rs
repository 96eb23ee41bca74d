//! What differs between two versions of a module, as changes that each have one kind and one place.
//!
//! Operations are matched by operationId, else by method and path; types by the places where operations use them, so
//! that a type with another name is the same type; fields by JSON name, else by Rust name, else by likeness.

mod fields;
mod matching;
mod operations;
pub mod rules;
#[cfg(test)]
mod tests;
mod types;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::surface::Surface;
pub use rules::{Class, Direction, Kind};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What happened.
    pub kind: Kind,
    /// What it means for code that compiles with the version before.
    pub rust: Class,
    /// What it means for requests and answers of the version before.
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
}

impl Change {
    /// How bad it is: both at source level and on the wire before only one, and that before neither.
    pub fn harm(&self) -> (Class, Class, Class) {
        (self.rust.max(self.wire), self.rust, self.wire)
    }

    /// Whether something that was right need not be any more.
    pub fn is_breaking(&self) -> bool {
        self.rust == Class::Breaking || self.wire == Class::Breaking
    }
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
                changes.push(whole_family(Kind::FamilyRemoved, family, &old[before]));
            }
            (None, Some(after)) => {
                changes.push(whole_family(Kind::FamilyAdded, family, &new[after]))
            }
            (None, None) => {}
        }
    }
    changes.sort_by(|one, other| {
        let order = |change: &Change| (change.kind, change.place.clone(), change.family.clone());
        other.harm().cmp(&one.harm()).then_with(|| order(one).cmp(&order(other)))
    });
    changes
}

/// All changes from one module to another.
pub fn modules(old: &Surface, new: &Surface) -> Vec<Change> {
    let mut comparison = Comparison::new(old, new);
    comparison.operations();
    comparison.types_of_one_name();
    comparison.changes
}

fn whole_family(kind: Kind, family: &str, module: &Surface) -> Change {
    let (rust, wire) = kind.classes(false, false);
    let operations = match module.operations.len() {
        1 => "1 operation".to_owned(),
        count => format!("{count} operations"),
    };
    let (before, after) = match kind {
        Kind::FamilyRemoved => (operations, String::new()),
        _ => (String::new(), operations),
    };
    let (family, place) = (family.to_owned(), format!("the family {family}"));
    Change { kind, rust, wire, rust_path: family.clone(), family, place, before, after }
}

/// A comparison of two modules under way.
struct Comparison<'a> {
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

impl<'a> Comparison<'a> {
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
        });
    }
}
