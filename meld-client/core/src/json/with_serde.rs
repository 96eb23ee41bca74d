//! Decoding for serde, from the raw JSON of a value.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::decimal::RAW_VALUE;
use super::error::Error;
use super::found::Found;
use super::from_json::FromJson;
use super::parser::Parser;

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
pub(super) fn raw_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    deserializer.deserialize_newtype_struct(RAW_VALUE, RawVisitor)
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
