//! Reading what the service really sends, and writing exactly what a value holds.
//!
//! Meld's answers differ from its documents: fields are null or missing, numbers stand where texts are declared,
//! lists are `{}`. A whole answer is never given up for one odd field. What has another kind than declared is taken
//! where the meaning is plain; what cannot be read leaves its field absent and is reported: where it was, what was
//! expected and what kind of thing was found, never the value. See [`Report`] and [`read`].
//!
//! Null, absent and empty are the same. Numbers keep every digit. All of it goes through the text once, without
//! buffers.
//!
//! Memory is bounded by the length of the text: what is nothing takes none, lists have little room to spare, and
//! reports are few and short. An object of one field takes as much as its type, so that of a list of such objects a
//! byte of text becomes some hundred bytes, at most 500 in the answer with the most fields; where items are full, it
//! becomes a few. A test of the workspace holds the figures.

mod containers;
mod context;
mod date_time;
mod decimal;
mod object;
mod scalars;
mod short;
#[cfg(test)]
mod tests;
mod token;
mod transparent;
pub mod union;
mod write;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer};

pub use context::{Report, Reports, collect};
#[cfg(feature = "client")]
pub(crate) use context::{beginning, collect_unlogged};
#[cfg(feature = "client")]
pub(crate) use decimal::RAW_VALUE;
pub use object::{Object, debug_field, field, read_object};
pub use token::Token;
pub use write::{AsText, Entries, Json, ToJson, write_field};

/// What kind of thing stands in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
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
}

impl fmt::Display for Kind {
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
    Unreadable(Kind),
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

    /// Reads a value. Whatever stands there is read to its end.
    ///
    /// # Errors
    /// Only those of the deserializer: text that is no JSON.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error>;
}

/// Reads a value where serde wants a seed.
pub(crate) struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: FromJson> DeserializeSeed<'de> for Seed<T> {
    type Value = Found<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::read(deserializer)
    }
}

/// Reads a whole text. Null and the empty text are [`Found::Nothing`].
///
/// # Errors
/// The text is no JSON, is not UTF-8 throughout, or there is more behind the value.
pub fn read<T: FromJson>(text: &[u8]) -> Result<Found<T>, serde_json::Error> {
    if text.iter().all(u8::is_ascii_whitespace) {
        return Ok(Found::Nothing);
    }
    let mut deserializer = serde_json::Deserializer::from_str(utf8(text)?);
    let found = T::read(&mut deserializer)?;
    deserializer.end()?;
    Ok(found)
}

/// Decodes any JSON. Damaged values inside of it are left out; `Null` if it is not JSON.
#[cfg(feature = "client")]
pub(crate) fn parse_value(body: &[u8]) -> serde_json::Value {
    serde_json::from_slice(body).unwrap_or_default()
}

/// Checks the text once and as a whole. Otherwise every name and value is checked by itself, which takes a fifth of the
/// time of reading.
fn utf8(text: &[u8]) -> Result<&str, serde_json::Error> {
    std::str::from_utf8(text).or_else(|error| {
        // Nowhere in JSON may such bytes stand; reading it all says in which line and column they do.
        serde_json::from_slice::<serde_json::Value>(text)?;
        Err(serde::de::Error::custom(error))
    })
}

/// Reads a value for serde: null and empty are the default.
///
/// # Errors
/// Those of the deserializer, and a value that does not stand for one of this type.
pub fn deserialize<'de, T: FromJson + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    match T::read(deserializer)? {
        Found::Value(value) => Ok(value),
        Found::Nothing => Ok(T::default()),
        Found::Unreadable(kind) => {
            Err(serde::de::Error::custom(format!("expected {}, found {kind}", T::EXPECTED)))
        }
    }
}
