//! One JSON value of any kind, read to its end; of arrays and objects only whether they are empty.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Kind;

/// Under this name `serde_json` hands over a number as text, when its feature
/// `arbitrary_precision` is switched on by some other crate of the program.
const NUMBER_AS_TEXT: &str = "$serde_json::private::Number";

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Token<'de> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number that is not negative.
    Unsigned(u64),
    /// A negative whole number.
    Signed(i64),
    /// Any other number, of which only the nearest binary float is left.
    Float(f64),
    /// A number as its text.
    Number(Cow<'de, str>),
    /// A text.
    Text(Cow<'de, str>),
    /// An array or object without anything in it.
    Empty(Kind),
    /// An array or object.
    Full(Kind),
}

impl<'de> Token<'de> {
    /// Reads any value.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TokenVisitor)
    }

    /// What kind of thing it is.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Boolean(_) => Kind::Boolean,
            Self::Unsigned(_) | Self::Signed(_) | Self::Float(_) | Self::Number(_) => Kind::Number,
            Self::Text(_) => Kind::Text,
            Self::Empty(kind) | Self::Full(kind) => *kind,
        }
    }

    /// Whether it stands for nothing: null, or an empty text, array or object.
    #[inline]
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Null | Self::Empty(_) => true,
            Self::Text(text) => text.is_empty(),
            _ => false,
        }
    }

    /// A scalar as text; not a number of which digits may be lost.
    #[inline]
    #[must_use]
    pub fn into_text(self) -> Option<Cow<'de, str>> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Boolean(true) => Some(Cow::Borrowed("true")),
            Self::Boolean(false) => Some(Cow::Borrowed("false")),
            Self::Unsigned(number) => Some(Cow::Owned(number.to_string())),
            Self::Signed(number) => Some(Cow::Owned(number.to_string())),
            Self::Float(number) if keeps_digits(number) => Some(Cow::Owned(number.to_string())),
            Self::Float(_) | Self::Null | Self::Empty(_) | Self::Full(_) => None,
        }
    }
}

/// Whether a binary float is so short that it came with these digits: only 15 are kept in any case.
pub(super) fn keeps_digits(number: f64) -> bool {
    let text = format!("{number:e}");
    let digits = text.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit);
    digits.count() <= 15
}

impl<'de> Deserialize<'de> for Token<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(deserializer)
    }
}

struct TokenVisitor;

impl<'de> Visitor<'de> for TokenVisitor {
    type Value = Token<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Token::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Token::Null)
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
        Ok(Token::Boolean(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(u64::try_from(value).map_or(Token::Signed(value), Token::Unsigned))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Token::Unsigned(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Token::Float(value))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Token::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Token::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Token::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        drain_array(seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match map.next_key::<String>()? {
            None => Ok(Token::Empty(Kind::Object)),
            Some(key) if key == NUMBER_AS_TEXT => {
                Ok(Token::Number(Cow::Owned(map.next_value::<String>()?)))
            }
            Some(_) => {
                map.next_value::<IgnoredAny>()?;
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Token::Full(Kind::Object))
            }
        }
    }
}

/// Reads an array to its end.
pub(super) fn drain_array<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Token<'static>, A::Error> {
    if seq.next_element::<IgnoredAny>()?.is_none() {
        return Ok(Token::Empty(Kind::Array));
    }
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(Token::Full(Kind::Array))
}

/// Reads an object to its end.
pub(super) fn drain_object<'de, A: MapAccess<'de>>(mut map: A) -> Result<Token<'static>, A::Error> {
    if map.next_entry::<IgnoredAny, IgnoredAny>()?.is_none() {
        return Ok(Token::Empty(Kind::Object));
    }
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(Token::Full(Kind::Object))
}
