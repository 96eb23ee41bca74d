//! The kinds of JSON values and of damage.

use std::fmt;

/// The kind of a JSON value, or of its damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A number with more digits than a decimal has.
    LongNumber,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
    /// A value that differs from that of the request, so that the response is for something else.
    Different,
    /// An array or object that is nested more than 128 levels deep.
    TooDeep,
    /// A value or name that is not UTF-8.
    InvalidUtf8,
    /// A string with a control character that is not escaped.
    ControlCharacter,
    /// A string with an escape that JSON does not have.
    InvalidEscape,
    /// A string with one half of a surrogate pair.
    LoneSurrogate,
    /// A word that is no value in JSON, such as `NaN`, or no value at all.
    NotJson,
    /// A comma without a value after it.
    StrayComma,
    /// A body in UTF-16 instead of UTF-8.
    Utf16,
    /// No value, where a request needs one.
    Missing,
    /// An object that lacks a field that a request needs.
    Incomplete,
}

impl fmt::Display for JsonKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::LongNumber => "a number with too many digits",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
            Self::Different => "another value",
            Self::TooDeep => "too many levels",
            Self::InvalidUtf8 => "invalid UTF-8",
            Self::ControlCharacter => "a raw control character",
            Self::InvalidEscape => "an invalid escape",
            Self::LoneSurrogate => "a lone surrogate",
            Self::NotJson => "something that is not JSON",
            Self::StrayComma => "an extra comma",
            Self::Utf16 => "UTF-16",
            Self::Missing => "nothing",
            Self::Incomplete => "an object without a required field",
        })
    }
}
