//! Open string enums: a documented list of values that may grow at any time.
//!
//! Meld adds providers, payment methods and error codes without a new API version, so no list of values is ever
//! complete. [`string_enum!`](crate::string_enum!) defines an enum with one variant for each documented value, and
//! `Unknown` for any other string.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error as _};

use super::error;
use super::found::Found;
use super::parser::Parser;
use super::with_serde::deserialize_by;

/// A string that is not a documented value of an enum.
///
/// Only the conversion of a string into an enum creates it, and never for a documented value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    /// Returns the string, unchanged.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

/// An enum of [`string_enum!`](crate::string_enum!).
///
/// Each enum has the same items as inherent ones, or as standard conversions. Only generic code needs this trait.
///
/// # Examples
///
/// ```
/// use meld_client_core::{ErrorCode, StringEnum};
///
/// fn undocumented<E: StringEnum>(values: &[E]) -> Vec<&str> {
///     values.iter().map(E::as_ref).filter(|value| !E::VALUES.contains(value)).collect()
/// }
///
/// let codes = [ErrorCode::Conflict, ErrorCode::from("BRAND_NEW")];
/// assert_eq!(undocumented(&codes), ["BRAND_NEW"]);
/// ```
pub trait StringEnum: AsRef<str> + Clone + 'static {
    /// The documented values, in the order of the spec.
    const KNOWN: &'static [Self];

    /// The strings of [`KNOWN`](Self::KNOWN), in the same order.
    const VALUES: &'static [&'static str];

    /// The names of the variants of [`KNOWN`](Self::KNOWN), in the same order.
    const NAMES: &'static [&'static str];

    /// Wraps a string that is not documented.
    fn unknown(value: UnknownValue) -> Self;

    /// Converts a string to the documented value that equals it, first exactly, then regardless of ASCII letter case.
    /// Any other string becomes `Unknown`.
    fn from_string(text: Cow<'_, str>) -> Self {
        match find(Self::VALUES, text) {
            Ok(index) => Self::KNOWN[index].clone(),
            Err(unknown) => Self::unknown(unknown),
        }
    }
}

/// Returns the index of the string among the values, or the string as an unknown value.
fn find(values: &[&str], text: Cow<'_, str>) -> Result<usize, UnknownValue> {
    values
        .iter()
        .position(|value| **value == *text)
        .or_else(|| values.iter().position(|value| value.eq_ignore_ascii_case(&text)))
        .ok_or_else(|| UnknownValue(text.into_owned().into_boxed_str()))
}

/// Decodes an enum value for serde. A number or a boolean counts as a string.
#[doc(hidden)]
pub fn deserialize<'de, E: StringEnum, D: Deserializer<'de>>(deserializer: D) -> Result<E, D::Error> {
    let read = |parser: &mut Parser<'_>| Ok(parser.token()?.into_string().map(E::from_string));
    deserialize_by(deserializer, read)?.ok_or_else(|| D::Error::custom("expected a string"))
}

/// Decodes an enum value leniently.
#[doc(hidden)]
pub fn decode<E: StringEnum>(parser: &mut Parser<'_>) -> Result<Found<E>, error::Error> {
    Ok(decode_one_of(E::VALUES, parser)?.map(|found| match found {
        Ok(index) => E::KNOWN[index].clone(),
        Err(unknown) => E::unknown(unknown),
    }))
}

/// Decodes the index of a string among the values, or an unknown value.
fn decode_one_of(values: &[&str], parser: &mut Parser<'_>) -> Result<Found<Result<usize, UnknownValue>>, error::Error> {
    let token = parser.token()?;
    if parser.is_nothing(&token) {
        return Ok(Found::Nothing);
    }
    let kind = token.kind();
    Ok(token.into_string().map_or(Found::Undecodable(kind), |text| Found::Value(find(values, text))))
}

/// Writes the name of the variant, or `Unknown("…")` with the string.
#[doc(hidden)]
pub fn debug<E: StringEnum>(value: &E, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    debug_one_of(E::VALUES, E::NAMES, value.as_ref(), formatter)
}

fn debug_one_of(values: &[&str], names: &[&str], text: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    match values.iter().position(|value| *value == text) {
        Some(index) => formatter.write_str(names[index]),
        None => formatter.debug_tuple("Unknown").field(&text).finish(),
    }
}

#[cfg(test)]
mod tests;
