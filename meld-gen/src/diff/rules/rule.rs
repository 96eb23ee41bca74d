//! The form of a rule: the effects of one kind of change.

use std::fmt;

use serde::Serialize;

/// The effect of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// No effect.
    None,
    /// Everything valid stays valid.
    Compatible,
    /// Something valid may become invalid.
    Breaking,
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::None => "none",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        })
    }
}

/// The effects of a kind of change.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Name in kebab case.
    pub name: &'static str,
    /// Effects in requests.
    pub sent: Meaning,
    /// Effects in responses. Equal to those in requests if a change has no direction.
    pub read: Meaning,
    /// The reason, in one clause.
    pub why: &'static str,
}

/// The effects of a change in one direction.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// Effect on code that compiles with the version before.
    pub rust: Class,
    /// Effect on requests or responses of the version before.
    pub wire: Class,
    /// The checks of oasdiff for the same change; empty if it has none.
    pub oasdiff: &'static [(&'static str, Level)],
}

/// The levels of oasdiff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `ERR`: breaks clients.
    Error,
    /// `WARN`: may break clients.
    Warning,
    /// `INFO`: breaks no clients.
    Info,
}
