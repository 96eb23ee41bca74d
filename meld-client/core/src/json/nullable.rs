//! Fields of a `PATCH` request: unchanged, removed or set.

use serde::Serializer;

use super::encode::ToJson;
use super::error::Error;
use super::found::Found;
use super::from_json::FromJson;
use super::parser::Parser;
use super::token::Token;
use super::view::View;

/// A field of a `PATCH` request.
///
/// # Examples
///
/// ```
/// use meld_client_core::Nullable;
///
/// let phone = Nullable::Value("+15550100");
/// assert_eq!(phone.value(), Some(&"+15550100"));
/// assert_eq!(Nullable::<&str>::default(), Nullable::Unchanged);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// Not sent, so that the service keeps the value.
    #[default]
    Unchanged,
    /// Sent as null, so that the service removes the value.
    Null,
    /// Sent as the new value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Returns the new value; `None` for `Unchanged` and `Null`.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unchanged | Self::Null => None,
        }
    }
}

impl<T: ToJson> ToJson for Nullable<T> {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Unchanged)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.encode(serializer),
            Self::Unchanged | Self::Null => serializer.serialize_none(),
        }
    }

    fn view(&self) -> View<'_> {
        self.value().map_or(View::Nothing, T::view)
    }
}

/// Null is [`Nullable::Null`]. A missing field is [`Nullable::Unchanged`].
impl<T: FromJson> FromJson for Nullable<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const NESTED: bool = T::NESTED;

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        if parser.peek() != Some(b'n') {
            return Ok(T::decode(parser)?.map(Self::Value));
        }
        Ok(match parser.token()? {
            Token::Null => Found::Value(Self::Null),
            token => Found::Undecodable(token.kind()),
        })
    }

    fn absent() -> Option<Self> {
        Some(Self::Unchanged)
    }
}
