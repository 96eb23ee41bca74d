//! Objects with declared fields.

use std::fmt;

use super::encode::ToJson;
use super::error::Error;
use super::found::Found;
use super::from_json::FromJson;
use super::items::{make_room, push};
use super::parser::Parser;
use super::token::Token;
use super::warnings::Step;

/// An object that is filled field by field, in whatever order they come.
pub trait Object {
    /// Decodes the value of the field `key`. Returns `false`, with nothing consumed, if there is no such field.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear.
    fn decode_field(&mut self, key: &str, parser: &mut Parser<'_>) -> Result<bool, Error>;

    /// Sets the field that a bare string in place of the object means. Returns `false` if there is none.
    fn set_text(&mut self, _text: &str) -> bool {
        false
    }
}

/// Returns `true` if an object declares a field of this JSON name.
#[doc(hidden)]
#[must_use]
pub fn declares_field(object: &mut dyn Object, name: &str) -> bool {
    object.decode_field(name, &mut Parser::new(b"null")).unwrap_or(false)
}

/// Decodes an object that starts empty.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
pub fn decode_object<T: Object + Default>(parser: &mut Parser<'_>) -> Result<Found<T>, Error> {
    let mut object = T::default();
    Ok(fill(&mut object, parser)?.map(|()| object))
}

/// Decodes an object at the end of a list, so that it is not moved. Large types would be copied several times.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear, or the list takes too much memory.
pub fn decode_object_item<T: Object + Default>(
    items: &mut Vec<T>,
    parser: &mut Parser<'_>,
) -> Result<Found<()>, Error> {
    if parser.peek() != Some(b'{') {
        let found = decode_object(parser)?;
        return push(items, found, parser);
    }
    make_room(items, parser)?;
    items.resize_with(items.len() + 1, T::default);
    let found = match items.last_mut() {
        Some(item) => fill(item, parser)?,
        None => Found::Nothing,
    };
    if !matches!(found, Found::Value(())) {
        items.pop();
    }
    Ok(found)
}

/// Decodes the fields of an object by a function that returns `false`, with nothing consumed, for an unknown field.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
pub(super) fn decode_fields(
    parser: &mut Parser<'_>,
    decode_field: &mut dyn FnMut(&str, &mut Parser<'_>) -> Result<bool, Error>,
) -> Result<Found<()>, Error> {
    fill(&mut ByFunction(decode_field), parser)
}

/// An object whose fields a function decodes.
struct ByFunction<'f>(&'f mut dyn FnMut(&str, &mut Parser<'_>) -> Result<bool, Error>);

impl Object for ByFunction<'_> {
    fn decode_field(&mut self, key: &str, parser: &mut Parser<'_>) -> Result<bool, Error> {
        (self.0)(key, parser)
    }
}

/// Fills an object. There is one copy of this function for all types, so that version crates compile fast.
fn fill(object: &mut dyn Object, parser: &mut Parser<'_>) -> Result<Found<()>, Error> {
    if !parser.opens(b'{') {
        return Ok(match parser.token()? {
            Token::String(text) if !text.is_empty() && object.set_text(&text) => Found::Value(()),
            token if parser.is_nothing(&token) => Found::Nothing,
            token => Found::Undecodable(token.kind()),
        });
    }
    let mut next = parser.next_key()?;
    // In a response, an empty object counts as null, so that a list of a million of them takes no memory.
    if next.is_none() && !parser.is_exact {
        return Ok(Found::Nothing);
    }
    while let Some(key) = next {
        if !object.decode_field(&key, parser)? {
            parser.skip()?;
        }
        next = parser.next_key()?;
    }
    Ok(Found::Value(()))
}

/// The place of a field in an object that is being filled.
#[doc(hidden)]
pub trait Place {
    /// Decodes the value of the field `name` as [`known_field`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear.
    fn decode_known(&mut self, name: &'static str, parser: &mut Parser<'_>) -> Result<bool, Error>;
}

impl<T: FromJson> Place for T {
    fn decode_known(&mut self, name: &'static str, parser: &mut Parser<'_>) -> Result<bool, Error> {
        known_field(self, name, parser)
    }
}

/// Decodes the value of a field. Null, empty, and a value that cannot be decoded, which is reported, leave the field
/// unchanged.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
pub fn field<T: FromJson>(place: &mut T, name: &'static str, parser: &mut Parser<'_>) -> Result<(), Error> {
    if T::NESTED {
        parser.notes.enter(name);
    }
    let found = T::decode_into(place, parser)?;
    if T::NESTED {
        parser.notes.path.pop();
    }
    if let Found::Undecodable(kind) = found {
        parser.notes.warning(Some(Step::Field(name)), T::EXPECTED, kind);
    }
    Ok(())
}

/// Decodes the value of a field as [`field`] does, and returns `true`.
///
/// It is called for its type and not by a table: processors guess the targets of such calls badly in a short response.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
#[doc(hidden)]
pub fn known_field<T: FromJson>(place: &mut T, name: &'static str, parser: &mut Parser<'_>) -> Result<bool, Error> {
    field(place, name, parser)?;
    Ok(true)
}

/// The value of a field in debug output.
#[doc(hidden)]
pub trait DebugField: fmt::Debug {
    /// Returns `true` if the field is set.
    fn is_set(&self) -> bool;
}

impl<T: ToJson + fmt::Debug> DebugField for T {
    fn is_set(&self) -> bool {
        !self.is_absent()
    }
}

/// Writes the fields of a struct that are set, each with its name. `fields` has the names with their marks, as
/// [`object!`](crate::object!) has them: `account_number secret, bank_name`. A secret field is written as `***`.
///
/// # Errors
///
/// Returns the errors of the formatter.
#[doc(hidden)]
pub fn debug_fields(
    formatter: &mut fmt::Formatter<'_>,
    name: &str,
    fields: &str,
    values: &[&dyn DebugField],
) -> fmt::Result {
    let mut output = formatter.debug_struct(name);
    for (field, value) in fields.split(',').zip(values).filter(|(_, value)| value.is_set()) {
        let mut words = field.split_whitespace();
        let field = words.next().unwrap_or_default();
        match words.next() {
            Some("secret") => output.field(field, &format_args!("***")),
            _ => output.field(field, value),
        };
    }
    output.finish()
}
