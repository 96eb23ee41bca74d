//! Unions with a selector, which names the variant: inside the value, or beside it.
//!
//! Such a union is a Rust enum, so that it cannot disagree with its selector. A value with an undocumented selector is
//! preserved. Content is decoded from its raw JSON, with every digit. Content that is not an object is reported.

mod unknown;

use serde::de::{Deserializer, Error as _};
use serde::ser::SerializeMap;

pub use unknown::UnknownVariant;
use unknown::entries;

use super::containers::unexpected;
use super::decode::decode_or_warn;
use super::encode::{Entries, Json, ToJson};
use super::error::Error;
use super::found::Found;
use super::from_json::FromJson;
use super::kind::JsonKind;
use super::object::decode_fields;
use super::parser::Parser;
use super::view::View;
use super::warnings::Step;
use super::with_serde::deserialize_by;

/// A union whose selector stands beside its content.
#[doc(hidden)]
pub trait SelectedBeside: Sized {
    /// Returns the variant for a selector and its content, or both unchanged.
    fn resolve(unknown: UnknownVariant, parser: &mut Parser<'_>) -> Self;

    /// Returns the selector and the content of a value that is not a documented variant.
    fn unknown(self) -> Option<UnknownVariant>;
}

/// Decodes the selector or the content of a union, in either order.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
#[doc(hidden)]
pub fn decode_part<T: SelectedBeside>(
    place: &mut Option<T>,
    is_selector: bool,
    name: &str,
    parser: &mut Parser<'_>,
) -> Result<(), Error> {
    let mut unknown = place.take().and_then(T::unknown).unwrap_or_default();
    if is_selector {
        if let Some(selector) = part::<String>(name, parser)? {
            unknown.selector = Some(selector);
        }
    } else if let Some(Content(text)) = part(name, parser)? {
        unknown = UnknownVariant::new(unknown.selector, Some(text));
    }
    if unknown.selector.is_some() || unknown.text.is_some() {
        *place = Some(T::resolve(unknown, parser));
    }
    Ok(())
}

/// Decodes the selector or the content of a union as [`decode_part`] does, and returns `true`.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
#[doc(hidden)]
pub fn decode_known_part<T: SelectedBeside>(
    place: &mut Option<T>,
    is_selector: bool,
    name: &str,
    parser: &mut Parser<'_>,
) -> Result<bool, Error> {
    decode_part(place, is_selector, name, parser)?;
    Ok(true)
}

/// Decodes a selector or content.
fn part<T: FromJson>(name: &str, parser: &mut Parser<'_>) -> Result<Option<T>, Error> {
    parser.notes.path.push(Step::Key(name.to_owned().into()));
    let part = decode_or_warn(parser)?;
    parser.notes.path.pop();
    Ok(part)
}

/// Returns the documented value that the selector is: exactly, or else regardless of letter case.
#[doc(hidden)]
#[must_use]
pub fn documented(unknown: &UnknownVariant, values: &[&'static str]) -> Option<&'static str> {
    let selector = unknown.selector.as_deref()?;
    let exact = values.iter().find(|value| **value == selector);
    exact.or_else(|| values.iter().find(|value| value.eq_ignore_ascii_case(selector))).copied()
}

/// Decodes the content of a variant, if it is an object.
#[doc(hidden)]
pub fn variant<T: FromJson>(
    unknown: &UnknownVariant,
    content: Option<&'static str>,
    parser: &mut Parser<'_>,
) -> Option<T> {
    let text = unknown.text.as_deref()?;
    match parser.decode_inner(text, content.map(Step::Field)).ok()? {
        Found::Value(value) => Some(value),
        Found::Nothing | Found::Undecodable(_) => None,
    }
}

/// Encodes a variant with its selector: inside it, or beside it under the name of the content. `selects` is `true` if the
/// variant encodes the selector itself.
///
/// # Errors
///
/// Returns the errors of the serializer.
#[doc(hidden)]
pub fn encode_variant<T: ToJson + Entries, M: SerializeMap>(
    map: &mut M,
    (tag, value): (&'static str, &'static str),
    content: Option<&'static str>,
    variant: &T,
    selects: bool,
) -> Result<(), M::Error> {
    if !selects {
        map.serialize_entry(tag, value)?;
    }
    match content {
        Some(content) => map.serialize_entry(content, &Json(variant)),
        None => variant.encode_entries(map),
    }
}

/// Returns a view of the selector of a variant, of its content, or of a part of the content.
#[doc(hidden)]
pub fn variant_part<'a>(
    (tag, value): (&'static str, &'static str),
    content: Option<&'static str>,
    variant: &'a impl ToJson,
    name: &str,
) -> View<'a> {
    match content {
        _ if name == tag => View::text(value),
        Some(content) if name == content => variant.view(),
        Some(_) => View::Nothing,
        None => variant.view().part(name),
    }
}

/// Decodes a union by itself: with its selector beside its content, or inside of it.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
#[doc(hidden)]
pub fn decode_alone<T: SelectedBeside>(
    tag: &str,
    content: Option<&str>,
    parser: &mut Parser<'_>,
) -> Result<Found<T>, Error> {
    if let Some(content) = content {
        let mut union = None;
        let found = decode_fields(parser, &mut |key, parser| {
            let is_part = key == tag || key == content;
            if is_part {
                decode_part(&mut union, key == tag, key, parser)?;
            }
            Ok(is_part)
        })?;
        return Ok(match (found, union) {
            (Found::Value(()), union) => union.map_or(Found::Nothing, Found::Value),
            (Found::Nothing, _) => Found::Nothing,
            (Found::Undecodable(kind), _) => Found::Undecodable(kind),
        });
    }
    Ok(Content::decode(parser)?.map(|Content(text)| {
        let selector = entries(&text).get(tag).and_then(|raw| serde_json::from_str(raw.get()).ok());
        T::resolve(UnknownVariant::new(selector, Some(text)), parser)
    }))
}

/// Decodes a union of responses for serde.
///
/// # Errors
///
/// Returns the errors of the deserializer, and an error if the value is not an object.
#[doc(hidden)]
pub fn deserialize<'de, T: FromJson, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let expected = |kind: JsonKind| D::Error::custom(format!("expected an object, found {kind}"));
    match deserialize_by(deserializer, T::decode)? {
        Found::Value(value) => Ok(value),
        Found::Nothing => Err(expected(JsonKind::Null)),
        Found::Undecodable(kind) => Err(expected(kind)),
    }
}

/// The raw JSON of an object, which is decoded once its type is known. Damaged values in it are null and reported.
struct Content(Box<str>);

impl FromJson for Content {
    const EXPECTED: &'static str = "an object";
    const NESTED: bool = true;

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        if parser.peek() != Some(b'{') {
            return unexpected(parser).map(Found::absent);
        }
        Ok(match parser.text()? {
            Ok(text) => Found::Value(Self(text.into_owned().into_boxed_str())),
            Err(kind) => Found::Undecodable(kind),
        })
    }
}
