//! The effects of each kind of change on code, requests and responses, as tables.

mod kind;
mod rule;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;

pub use kind::Kind;
pub use rule::{Class, Level, Meaning, Rule};

impl Kind {
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
