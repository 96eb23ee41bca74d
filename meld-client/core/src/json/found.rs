//! The result of decoding one value.

use super::kind::JsonKind;

/// The result of decoding one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<T> {
    /// The value.
    Value(T),
    /// Null or empty.
    Nothing,
    /// A value of another type, or a damaged one.
    Undecodable(JsonKind),
}

impl<T> Found<T> {
    /// No value: one of another kind, or null or empty if that is `None`.
    pub(super) fn absent(kind: Option<JsonKind>) -> Self {
        match kind {
            Some(kind) => Self::Undecodable(kind),
            None => Self::Nothing,
        }
    }

    /// Converts the value.
    #[inline]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Found<U> {
        match self {
            Self::Value(value) => Found::Value(change(value)),
            Self::Nothing => Found::Nothing,
            Self::Undecodable(kind) => Found::Undecodable(kind),
        }
    }
}
