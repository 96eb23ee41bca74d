//! The trait of types that are decoded leniently.

use super::error::Error;
use super::found::Found;
use super::items::push;
use super::parser::Parser;

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
        push(items, Self::decode(parser)?, parser)
    }

    /// Returns the value of a missing field; `None` if a field of this type is required in requests.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}
