//! Reading what the service really sends, and writing exactly what a value holds.
//!
//! Meld's responses differ from its documents: fields are null or missing, numbers stand where texts are declared,
//! lists are `{}`. A whole response is never given up for one odd field. What has another kind than declared is taken
//! where the meaning is plain; what cannot be read leaves its field absent and is reported: where it was, what was
//! expected and what kind of thing was found, never the value. See [`DecodeWarning`] and [`read`].
//!
//! Null, absent and empty are the same. Numbers keep every digit. All of it goes through the text once, without
//! buffers.
//!
//! Damaged bytes cost the value in which they stand and nothing else; see [`parser`]. There is one parser, for responses,
//! error bodies and webhooks alike, and whether it is given whole or damaged JSON makes no difference to its speed.
//!
//! Memory is bounded by the length of the text: what is nothing takes none, lists have little room to spare, and
//! reports are few and short. An object of one field takes as much as its type, and a map of one entry as much as a
//! map of eleven. Such objects by the thousand would make a thousand bytes of memory of a byte of text, so decoding
//! stops with an error when values take more than 14 bytes for each byte of the body, and more than 1 MiB. Full items
//! take a few. A test of the workspace holds the figures.

mod containers;
mod date_time;
mod decimal;
mod nullable;
mod object;
pub mod parser;
#[cfg(feature = "client")]
pub(crate) mod path;
mod scalars;
mod short;
pub mod string_enum;
#[cfg(test)]
mod tests;
mod token;
mod transparent;
pub mod union;
mod warnings;
mod write;

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

#[cfg(feature = "client")]
pub(crate) use decimal::RAW_VALUE;
pub use nullable::Nullable;
pub use object::{Object, debug_field, field, read_object};
pub use parser::Parser;
pub use string_enum::{StringEnum, UnknownValue};
pub use token::Token;
pub use union::UnknownVariant;
use warnings::Step;
#[cfg(feature = "client")]
pub(crate) use warnings::beginning;
pub use warnings::{DecodeWarning, DecodeWarnings};
pub use write::{AsText, Entries, Json, ToJson, write_field};

/// What kind of thing stands in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A number with more digits than can be kept.
    LongNumber,
    /// A text.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
    /// A value that can be decoded but is not that of the request: the response is for something else.
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
    /// A comma without a value behind it.
    StrayComma,
    /// A body in UTF-16 in place of UTF-8.
    Utf16,
}

impl fmt::Display for JsonKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::LongNumber => "a number with too many digits",
            Self::Text => "a text",
            Self::Array => "an array",
            Self::Object => "an object",
            Self::Different => "another value",
            Self::TooDeep => "too many levels",
            Self::InvalidUtf8 => "invalid UTF-8",
            Self::ControlCharacter => "a raw control character",
            Self::InvalidEscape => "an invalid escape",
            Self::LoneSurrogate => "a lone surrogate",
            Self::NotJson => "something that is not JSON",
            Self::StrayComma => "a comma too many",
            Self::Utf16 => "UTF-16",
        })
    }
}

/// What reading one value gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<T> {
    /// The value.
    Value(T),
    /// Null or empty.
    Nothing,
    /// Something that does not stand for a value of this type.
    Unreadable(JsonKind),
}

impl<T> Found<T> {
    /// The same with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Found<U> {
        match self {
            Self::Value(value) => Found::Value(change(value)),
            Self::Nothing => Found::Nothing,
            Self::Unreadable(kind) => Found::Unreadable(kind),
        }
    }
}

/// A type that is read tolerantly.
pub trait FromJson: Sized {
    /// What a report says was expected.
    const EXPECTED: &'static str;

    /// Whether something inside of a value can be reported, so that its place must be known while reading.
    const NESTED: bool = false;

    /// Decodes a value. Whatever stands there is consumed to its end.
    ///
    /// # Errors
    /// Returns an error if the structure of the JSON is unclear.
    fn read(parser: &mut Parser<'_>) -> Result<Found<Self>, Error>;
}

/// The structure of a text is not that of JSON, or its value takes too much memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    offset: usize,
    reason: &'static str,
}

impl Error {
    /// Returns how many bytes were consumed until it was found.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

/// Without any of the text.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.reason)
    }
}

impl std::error::Error for Error {}

/// Decodes a whole body, and gives what could not be decoded, which is not logged. Null and the empty text are [`Found::Nothing`].
///
/// # Errors
/// Returns an error if the structure of the JSON is unclear, or if the value takes more than 1 MiB and more than 14
/// bytes of memory for each byte of the body.
pub fn read<T: FromJson>(body: &[u8]) -> Result<(Found<T>, DecodeWarnings), Error> {
    if is_utf16(body) {
        return Ok((Found::Unreadable(JsonKind::Utf16), DecodeWarnings::default()));
    }
    let mut parser = Parser::new(body);
    if parser.peek().is_none() {
        return Ok((Found::Nothing, DecodeWarnings::default()));
    }
    let found = T::read(&mut parser)?;
    parser.end()?;
    Ok((found, parser.notes.warnings))
}

/// Returns `true` if a body is UTF-16, with or without a byte order mark: of the first letter of JSON, one byte is zero.
fn is_utf16(body: &[u8]) -> bool {
    matches!(body, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..])
}

/// Decodes a value that was cut out of a body, where it stands at this path. `None` is null and what cannot be decoded,
/// which is reported.
///
/// # Errors
/// As [`read`].
#[doc(hidden)]
pub fn read_at<T: FromJson>(
    path: &'static str,
    value: &[u8],
) -> Result<(Option<T>, DecodeWarnings), Error> {
    let mut parser = Parser::new(value);
    parser.notes.path.push(Step::Field(path));
    let value = match T::read(&mut parser)? {
        Found::Value(value) => Some(value),
        Found::Nothing => None,
        Found::Unreadable(kind) => {
            parser.notes.warning(None, T::EXPECTED, kind);
            None
        }
    };
    Ok((value, parser.notes.warnings))
}

/// Decodes any JSON. Damaged values inside of it are left out; `Null` if it is not JSON.
#[must_use]
pub fn parse_value(body: &[u8]) -> Value {
    match read(body) {
        Ok((Found::Value(value), _)) => value,
        _ => Value::Null,
    }
}

/// Returns the JSON with `null` in place of damaged values; as it is, if nothing of it is damaged.
///
/// # Errors
/// Returns an error if the structure of the JSON is unclear.
pub fn repair(body: &[u8]) -> Result<Cow<'_, str>, Error> {
    let mut parser = Parser::new(body);
    let text = parser.text()?.unwrap_or(Cow::Borrowed("null"));
    parser.end()?;
    Ok(text)
}

/// Decodes a value for serde: null and empty are the default.
///
/// # Errors
/// Those of the deserializer, and a value that does not stand for one of this type.
pub fn deserialize<'de, T: FromJson + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    match deserialize_by(deserializer, T::read)? {
        Found::Value(value) => Ok(value),
        Found::Nothing => Ok(T::default()),
        Found::Unreadable(kind) => {
            Err(de::Error::custom(format!("expected {}, found {kind}", T::EXPECTED)))
        }
    }
}

/// Decodes a value for serde from its text.
pub(crate) fn deserialize_by<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    read: impl FnOnce(&mut Parser<'_>) -> Result<T, Error>,
) -> Result<T, D::Error> {
    let text = deserializer.deserialize_newtype_struct(decimal::RAW_VALUE, RawVisitor)?;
    let mut parser = Parser::new(text.as_bytes());
    let value = read(&mut parser).map_err(de::Error::custom)?;
    parser.notes.warnings.log();
    Ok(value)
}

/// Takes the raw text of a JSON value, or writes the value where there is no raw text.
struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // The only key is RAW_VALUE: nothing else responses the question for raw text with a map.
        map.next_key::<IgnoredAny>()?;
        map.next_value_seed(RawText)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        Ok(Cow::Owned(Value::deserialize(deserializer)?.to_string()))
    }
}

/// The raw text of a value.
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
        formatter.write_str("the text of a value")
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
