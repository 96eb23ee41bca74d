//! One JSON scalar of any kind, read with its text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Unexpected, Visitor};

/// Under this name `serde_json` hands over a number as text, when its feature
/// `arbitrary_precision` is switched on by some other crate of the program.
const NUMBER_AS_TEXT: &str = "$serde_json::private::Number";

/// A JSON value that is not an object or an array.
pub(crate) enum Scalar<'de> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as its text.
    Number(Cow<'de, str>),
    /// A number of which only the nearest binary float is left.
    Float(f64),
    /// A JSON string.
    Text(Cow<'de, str>),
}

impl<'de> Scalar<'de> {
    /// The scalar as text; `null` is not one.
    pub(crate) fn into_text<E: de::Error>(self) -> Result<Cow<'de, str>, E> {
        match self {
            Self::Null => Err(E::invalid_type(Unexpected::Unit, &"a text")),
            Self::Boolean(true) => Ok(Cow::Borrowed("true")),
            Self::Boolean(false) => Ok(Cow::Borrowed("false")),
            Self::Number(text) | Self::Text(text) => Ok(text),
            Self::Float(number) => Ok(Cow::Owned(format!("{number:?}"))),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// Takes any scalar.
struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text or a number")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Boolean(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(Cow::Owned(value.to_string())))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Float(value))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match map.next_key::<Cow<'de, str>>()? {
            Some(key) if key == NUMBER_AS_TEXT => {
                Ok(Scalar::Number(map.next_value::<String>()?.into()))
            }
            _ => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}
