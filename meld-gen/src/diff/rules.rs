//! The effects of each kind of change on code, requests and responses, as tables.

mod fields;
mod kind;
mod operations;
mod rule;
#[cfg(test)]
mod tests;
mod types;

use std::fmt;

use serde::Serialize;

pub use kind::Kind;
pub use rule::{Class, Level, Meaning, Rule};

/// Stands in for a missing rule: everything may break.
const WORST: Rule = rule::both(
    Kind::FamilyRemoved,
    "family-removed",
    rule::meaning(Class::Breaking, Class::Breaking, &[]),
    "the change has no rule",
);

impl Rule {
    /// Returns all rules, which alone decide on effects, in the order of their kinds.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        [operations::RULES, fields::RULES, types::RULES].into_iter().flatten()
    }
}

impl Kind {
    /// Returns the rule of the kind.
    pub fn rule(self) -> &'static Rule {
        // A test ensures that the tables have every kind; a missing one would count as the worst.
        Rule::all().find(|rule| rule.kind == self).unwrap_or(&WORST)
    }

    /// Returns the name in kebab case.
    pub fn name(self) -> &'static str {
        self.rule().name
    }

    /// Returns the effects on code and on requests and responses; the worse one if a value travels in both directions.
    pub fn classes(self, is_sent: bool, is_read: bool) -> (Class, Class) {
        let rule = self.rule();
        let sent = Some(rule.sent).filter(|_| is_sent || !is_read);
        let read = Some(rule.read).filter(|_| is_read);
        let meanings = || sent.into_iter().chain(read);
        let worst = |class: fn(Meaning) -> Class| meanings().map(class).max();
        let rust = worst(|meaning| meaning.rust);
        let wire = worst(|meaning| meaning.wire);
        (rust.unwrap_or(Class::Breaking), wire.unwrap_or(Class::Breaking))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
