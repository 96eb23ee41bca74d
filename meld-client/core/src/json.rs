//! Lenient decoding of responses, and exact encoding and decoding of requests ([`exact`]).
//!
//! Meld's responses deviate from its specs: fields are null or missing, strings are numbers, lists are `{}`. A response
//! still decodes:
//!
//! - A value of another kind is converted if its meaning is clear: the number `1` is the string `"1"`.
//! - A value that cannot be decoded is dropped and reported as a [`DecodeWarning`]: its path, the expected kind and the
//!   found kind, never the value.
//! - Null, missing and empty are equivalent.
//! - Numbers keep every digit.
//! - A damaged byte or escape costs its value and nothing else; see [`parser`].
//!
//! One parser decodes responses, error bodies and webhooks, in one pass and without buffers. Damaged JSON takes it no
//! longer than valid JSON.
//!
//! Memory is bounded by the length of the body. Null and empty values take none, lists have little spare capacity, and
//! warnings are few and short. An object of one field takes as much memory as its type, and a map of one entry as much
//! as a map of eleven. Thousands of them would take a thousand bytes for each byte of the body. Decoding therefore
//! stops with an error if values take more than 14 bytes for each byte of the body, and more than 1 MiB. Usual items
//! take a few. A test of the workspace holds the figures.

pub(crate) mod by_string;
mod containers;
mod date_time;
pub(crate) mod decimal;
mod encode;
pub mod exact;
mod nullable;
mod object;
pub mod parser;
#[cfg(feature = "client")]
pub(crate) mod path;
mod scalars;
mod short_string;
mod slots;
pub mod string_enum;
#[cfg(test)]
mod tests;
mod token;
mod transparent;
pub mod union;
mod view;
mod warnings;

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

pub use encode::{AsText, Entries, Fields, Json, ToJson, encode_field, encode_object};
pub use nullable::Nullable;
pub use object::{DebugField, Object, Place, debug_fields, decode_object, decode_object_item, field, known_field};
pub use parser::Parser;
pub use slots::{Slot, UnionPlace, decode_slots};
pub use string_enum::{StringEnum, UnknownValue};
pub use token::Token;
pub use union::UnknownVariant;
pub use view::{Items, Parts, View, declares_field};
use warnings::Step;
#[cfg(feature = "client")]
pub(crate) use warnings::beginning;
pub use warnings::{DecodeWarning, DecodeWarnings};

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
    fn absent(kind: Option<JsonKind>) -> Self {
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

/// A type that is decoded leniently.
pub trait FromJson: Sized {
    /// The expected kind, as warnings name it.
    const EXPECTED: &'static str;

    /// `true` if values within a value can be reported, so that decoding must keep track of the path.
    const NESTED: bool = false;

    /// `true` if null is a value of this type, as `None` is.
    const IS_OPTIONAL: bool = false;

    /// Returns `true` if the type declares a field of this JSON name.
    #[must_use]
    fn declares(_name: &str) -> bool {
        false
    }

    /// Decodes a value. A value of any kind is consumed to its end.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear.
    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error>;

    /// Decodes a value like [`decode`](Self::decode) into its place, which stays unchanged if there is no value.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear.
    fn decode_into(place: &mut Self, parser: &mut Parser<'_>) -> Result<Found<()>, Error> {
        Ok(Self::decode(parser)?.map(|value| *place = value))
    }

    /// Decodes a value like [`decode`](Self::decode) and appends it to a list.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear, or the list takes too much memory.
    fn decode_item(items: &mut Vec<Self>, parser: &mut Parser<'_>) -> Result<Found<()>, Error> {
        containers::push(items, Self::decode(parser)?, parser)
    }

    /// Returns the value of a missing field; `None` if a field of this type is required in requests.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

/// The error of a body whose structure is unclear, or whose value takes too much memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    offset: usize,
    reason: &'static str,
}

impl Error {
    /// Returns the number of bytes that were consumed before the error.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

/// Writes no part of the body.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.reason)
    }
}

impl std::error::Error for Error {}

/// Decodes a whole body. Returns the warnings without logging them. Null and an empty body are [`Found::Nothing`].
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear, or if the value takes more than 1 MiB and more than 14
/// bytes of memory for each byte of the body.
pub fn decode<T: FromJson>(body: &[u8]) -> Result<(Found<T>, DecodeWarnings), Error> {
    if is_utf16(body) {
        return Ok((Found::Undecodable(JsonKind::Utf16), DecodeWarnings::default()));
    }
    let mut parser = Parser::new(body);
    if parser.peek().is_none() {
        return Ok((Found::Nothing, DecodeWarnings::default()));
    }
    let found = T::decode(&mut parser)?;
    parser.end()?;
    Ok((found, parser.notes.warnings))
}

/// Returns `true` if a body is UTF-16, with or without a byte order mark: one byte of each of its first characters is
/// zero.
fn is_utf16(body: &[u8]) -> bool {
    match body {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [0, 1..=255, rest @ ..] => matches!(rest, [] | [0, ..]),
        [1..=255, 0, rest @ ..] => matches!(rest, [] | [_, 0, ..]),
        _ => false,
    }
}

/// Decodes a value that was cut out of a body at this path. The value is `None` if it is null, or if it cannot be
/// decoded, which is reported.
///
/// # Errors
///
/// Returns an error as [`decode`] does.
#[doc(hidden)]
pub fn decode_at<T: FromJson>(path: &'static str, value: &[u8]) -> Result<(Option<T>, DecodeWarnings), Error> {
    let mut parser = Parser::new(value);
    parser.notes.path.push(Step::Field(path));
    let value = decode_or_warn(&mut parser)?;
    Ok((value, parser.notes.warnings))
}

/// Decodes the value at the current path. It is `None` if it is null, or if it cannot be decoded, which is reported.
fn decode_or_warn<T: FromJson>(parser: &mut Parser<'_>) -> Result<Option<T>, Error> {
    Ok(match T::decode(parser)? {
        Found::Value(value) => Some(value),
        Found::Nothing => {
            if parser.is_exact {
                parser.notes.warning(None, T::EXPECTED, JsonKind::Null);
            }
            None
        }
        Found::Undecodable(kind) => {
            parser.notes.warning(None, T::EXPECTED, kind);
            None
        }
    })
}

/// Decodes any JSON, without the damaged values in it. Returns `Null` if the body is not JSON.
#[must_use]
pub fn parse_value(body: &[u8]) -> Value {
    match decode(body) {
        Ok((Found::Value(value), _)) => value,
        _ => Value::Null,
    }
}

/// Returns the JSON with `null` instead of damaged values; unchanged if it is valid.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
pub fn repair(body: &[u8]) -> Result<Cow<'_, str>, Error> {
    let mut parser = Parser::new(body);
    let text = parser.text()?.unwrap_or(Cow::Borrowed("null"));
    parser.end()?;
    Ok(text)
}

/// Decodes a value for serde. Null and empty are the default.
///
/// # Errors
///
/// Returns the errors of the deserializer, and an error if the value is of another type.
pub fn deserialize<'de, T: FromJson + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    match deserialize_by(deserializer, T::decode)? {
        Found::Value(value) => Ok(value),
        Found::Nothing => Ok(T::default()),
        Found::Undecodable(kind) => Err(de::Error::custom(format!("expected {}, found {kind}", T::EXPECTED))),
    }
}

/// Decodes a value for serde from its raw JSON.
pub(crate) fn deserialize_by<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    decode: impl FnOnce(&mut Parser<'_>) -> Result<T, Error>,
) -> Result<T, D::Error> {
    let text = raw_text(deserializer)?;
    let mut parser = Parser::new(text.as_bytes());
    let value = decode(&mut parser).map_err(de::Error::custom)?;
    parser.notes.warnings.log();
    Ok(value)
}

/// Returns the raw JSON of a value.
fn raw_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    deserializer.deserialize_newtype_struct(decimal::RAW_VALUE, RawVisitor)
}

/// Visits the raw JSON of a value, or encodes the value if the deserializer has no raw JSON.
struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // The only key is `RAW_VALUE`: deserializers without raw JSON do not visit a map here.
        map.next_key::<IgnoredAny>()?;
        map.next_value_seed(RawText)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Ok(Cow::Owned(Value::deserialize(deserializer)?.to_string()))
    }
}

/// The raw JSON of a value.
struct RawText;

impl<'de> DeserializeSeed<'de> for RawText {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RawText {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("raw JSON")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}
