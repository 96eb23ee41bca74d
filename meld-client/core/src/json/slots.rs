//! The fields of an object that is decoded exactly, as a table.

use super::error::Error;
use super::found::Found;
use super::object::{Place, decode_fields};
use super::parser::Parser;
use super::union::{SelectedBeside, decode_part};

/// A field of an object that is decoded exactly, with its place.
#[doc(hidden)]
pub enum Slot<'a> {
    /// A field with one name.
    Field(&'static str, &'a mut dyn Place),
    /// A field with two names.
    Alias { name: &'static str, alias: &'static str, place: &'a mut dyn Place },
    /// A union with its selector beside it.
    Union { content: &'static str, selector: &'static str, place: &'a mut dyn UnionPlace },
}

impl Slot<'_> {
    /// Decodes the value of the field `key`. Returns `false`, with nothing consumed, if this is another field.
    fn decode(&mut self, key: &str, parser: &mut Parser<'_>) -> Result<bool, Error> {
        match self {
            Self::Field(name, place) if key == *name => place.decode_known(name, parser),
            Self::Alias { name, alias, place } if key == *name || key == *alias => place.decode_known(name, parser),
            Self::Union { content, selector, place } if key == *content || key == *selector => {
                place.decode_part(key == *selector, key, parser)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// The place of a union whose selector stands beside its content.
#[doc(hidden)]
pub trait UnionPlace {
    /// Decodes the selector or the content, in either order.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear.
    fn decode_part(&mut self, is_selector: bool, name: &str, parser: &mut Parser<'_>) -> Result<(), Error>;
}

impl<T: SelectedBeside> UnionPlace for Option<T> {
    fn decode_part(&mut self, is_selector: bool, name: &str, parser: &mut Parser<'_>) -> Result<(), Error> {
        decode_part(self, is_selector, name, parser)
    }
}

/// Decodes the fields of an object into their places.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
#[doc(hidden)]
pub fn decode_slots(parser: &mut Parser<'_>, slots: &mut [Slot<'_>]) -> Result<Found<()>, Error> {
    decode_fields(parser, &mut |key, parser| {
        for slot in &mut *slots {
            if slot.decode(key, parser)? {
                return Ok(true);
            }
        }
        Ok(false)
    })
}
