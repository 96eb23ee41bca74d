//! A JSON value of any kind. Arrays and objects have no content here.

use std::borrow::Cow;

use super::kind::JsonKind;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Token<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number with its digits.
    Number(&'a str),
    /// A string.
    String(Cow<'a, str>),
    /// An empty array or object.
    Empty(JsonKind),
    /// An array or object that is not empty.
    Full(JsonKind),
    /// A value that is not JSON, or is nested too deeply.
    Damaged(JsonKind),
}

impl<'a> Token<'a> {
    /// Returns the kind of the value.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> JsonKind {
        match self {
            Self::Null => JsonKind::Null,
            Self::Boolean(_) => JsonKind::Boolean,
            Self::Number(_) => JsonKind::Number,
            Self::String(_) => JsonKind::String,
            Self::Empty(kind) | Self::Full(kind) | Self::Damaged(kind) => *kind,
        }
    }

    /// Returns `true` for null and for an empty string, array or object.
    #[inline]
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Null | Self::Empty(_) => true,
            Self::String(text) => text.is_empty(),
            _ => false,
        }
    }

    /// Converts a scalar into a string: a number into its digits. Returns `None` for null, arrays and objects.
    #[inline]
    #[must_use]
    pub fn into_string(self) -> Option<Cow<'a, str>> {
        match self {
            Self::String(text) => Some(text),
            Self::Number(digits) => Some(Cow::Borrowed(digits)),
            Self::Boolean(true) => Some(Cow::Borrowed("true")),
            Self::Boolean(false) => Some(Cow::Borrowed("false")),
            Self::Null | Self::Empty(_) | Self::Full(_) | Self::Damaged(_) => None,
        }
    }
}
