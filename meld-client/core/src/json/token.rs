//! One JSON value of any kind; of arrays and objects only whether they are empty.

use std::borrow::Cow;

use super::JsonKind;

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
    Text(Cow<'a, str>),
    /// An array or object without anything in it.
    Empty(JsonKind),
    /// An array or object.
    Full(JsonKind),
    /// A value that is not JSON, or that cannot be decoded.
    Damaged(JsonKind),
}

impl<'a> Token<'a> {
    /// Returns what kind of thing it is.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> JsonKind {
        match self {
            Self::Null => JsonKind::Null,
            Self::Boolean(_) => JsonKind::Boolean,
            Self::Number(_) => JsonKind::Number,
            Self::Text(_) => JsonKind::Text,
            Self::Empty(kind) | Self::Full(kind) | Self::Damaged(kind) => *kind,
        }
    }

    /// Returns `true` for null and for an empty string, array or object.
    #[inline]
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Null | Self::Empty(_) => true,
            Self::Text(text) => text.is_empty(),
            _ => false,
        }
    }

    /// Returns a scalar as a string: a number with its digits.
    #[inline]
    #[must_use]
    pub fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(digits) => Some(Cow::Borrowed(digits)),
            Self::Boolean(true) => Some(Cow::Borrowed("true")),
            Self::Boolean(false) => Some(Cow::Borrowed("false")),
            Self::Null | Self::Empty(_) | Self::Full(_) | Self::Damaged(_) => None,
        }
    }
}
