//! Exact decoding of the types of requests: a type decodes what it encodes, and nothing is filled in.
//!
//! Unlike a response, a request is never repaired, because a request that lacks a value is another request: a charge
//! without `capture: false` moves money. A value that cannot be decoded is therefore an error, as is a missing required
//! field. Empty strings, lists and objects are values.

use std::fmt::{self, Write};

use serde::de::{Deserializer, Error as _};

use super::found::Found;
use super::from_json::FromJson;
use super::kind::JsonKind;
use super::parser::Parser;
use super::union::SelectedBeside;
use super::warnings::{DecodeWarnings, Step};
use super::with_serde::raw_text;

/// The number of values that an error names.
const NAMED: usize = 20;

/// Returns the value of a field. Reports a missing one, unless the field may be absent.
#[doc(hidden)]
pub fn required<T: FromJson>(value: Option<T>, name: &'static str, parser: &mut Parser<'_>) -> Option<T> {
    let value = value.or_else(T::absent);
    if value.is_none() {
        missing(name, T::EXPECTED, parser);
    }
    value
}

/// Returns the value of a union with its selector beside it, like [`required`].
#[doc(hidden)]
pub fn selected<U: SelectedBeside, T: Selected<U>>(
    value: Option<U>,
    name: &'static str,
    parser: &mut Parser<'_>,
) -> Option<T> {
    let value = T::selected(value);
    if value.is_none() {
        missing(name, "an object", parser);
    }
    value
}

/// A field that holds a union, required or not.
#[doc(hidden)]
pub trait Selected<U>: Sized {
    /// Returns the field; `None` if it is required and there is no value.
    fn selected(value: Option<U>) -> Option<Self>;
}

impl<U: SelectedBeside> Selected<U> for U {
    fn selected(value: Option<U>) -> Option<Self> {
        value
    }
}

impl<U: SelectedBeside> Selected<U> for Option<U> {
    fn selected(value: Option<U>) -> Option<Self> {
        Some(value)
    }
}

#[cold]
fn missing(name: &'static str, expected: &'static str, parser: &mut Parser<'_>) {
    parser.notes.warning(Some(Step::Field(name)), expected, JsonKind::Missing);
}

/// Returns an object, or the reason why it cannot be decoded.
#[doc(hidden)]
#[must_use]
pub fn complete<T>(object: Option<T>) -> Found<T> {
    object.map_or(Found::Undecodable(JsonKind::Incomplete), Found::Value)
}

/// The error of JSON that is not a request: it names the values that are missing or cannot be decoded, without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inexact(String);

impl fmt::Display for Inexact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Inexact {}

/// Decodes a request from JSON. Unknown fields are ignored.
///
/// # Errors
///
/// Returns an error if a required field is missing, if a value cannot be decoded, or if the JSON is not valid.
pub fn decode<T: FromJson>(body: &[u8]) -> Result<T, Inexact> {
    let mut parser = Parser::new(body);
    parser.is_exact = true;
    let found = T::decode(&mut parser).and_then(|found| parser.end().map(|()| found));
    let found = found.map_err(|error| Inexact(error.to_string()))?;
    let (value, kind) = match found {
        Found::Value(value) => (Some(value), JsonKind::Missing),
        Found::Nothing => (T::absent(), JsonKind::Null),
        Found::Undecodable(kind) => (None, kind),
    };
    if value.is_none() && parser.notes.count() == 0 {
        parser.notes.warning(None, T::EXPECTED, kind);
    }
    let warnings = parser.notes.warnings;
    value.filter(|_| warnings.count() == 0).ok_or_else(|| Inexact(described(&warnings)))
}

/// Decodes a value for serde as [`decode`] does.
///
/// # Errors
///
/// Returns the errors of the deserializer, and an error as [`decode`] does.
#[doc(hidden)]
pub fn deserialize<'de, T: FromJson, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    decode(raw_text(deserializer)?.as_bytes()).map_err(D::Error::custom)
}

/// Names the values that are missing or cannot be decoded.
fn described(warnings: &DecodeWarnings) -> String {
    let mut text = String::new();
    // An incomplete object is reported by its missing fields too.
    let values = warnings.first().iter().filter(|warning| warning.found != JsonKind::Incomplete);
    for warning in values.take(NAMED) {
        let separator = if text.is_empty() { "" } else { "; " };
        let path = if warning.path.is_empty() { "the value" } else { &warning.path };
        // Writing to a string cannot fail.
        let _ = match warning.found {
            JsonKind::Missing => write!(text, "{separator}`{path}` is required"),
            found => write!(text, "{separator}`{path}`: expected {}, found {found}", warning.expected),
        };
    }
    text
}
