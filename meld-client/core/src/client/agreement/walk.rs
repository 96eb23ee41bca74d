//! Visits the fields of a decoded response that a rule lists, and nothing else.
//!
//! It is a serializer that writes nothing: what is not listed is not even visited.

use std::fmt;

use serde::ser::{Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::Requested;
use super::rules::Field;
use crate::json::{Json, RAW_VALUE, ToJson};

/// The results for the fields of a rule, one bit for each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Verdicts {
    equal: u32,
    different: u32,
}

impl Verdicts {
    pub(super) fn is_equal(self, index: usize) -> bool {
        self.equal & bit(index) != 0
    }

    pub(super) fn is_different(self, index: usize) -> bool {
        self.different & bit(index) != 0
    }
}

/// A set of one field. Rules have at most 32.
fn bit(index: usize) -> u32 {
    u32::try_from(index).ok().and_then(|index| 1_u32.checked_shl(index)).unwrap_or_default()
}

/// Compares a response, or each item of its list, and tells `see` what came of it.
pub(super) fn compare<T: ToJson>(
    response: &T,
    requested: &Requested,
    mut see: impl FnMut(usize, Verdicts),
) {
    let mut state = State {
        requested,
        key: String::new(),
        item: 0,
        verdicts: Verdicts::default(),
        see: &mut see,
    };
    let at = requested.list().map_or(WHOLE, At::List);
    // It fails at shapes alone that no response has.
    let _ = Json(response).serialize(Walk { state: &mut state, at });
    if requested.list().is_none() {
        let verdicts = state.verdicts;
        see(0, verdicts);
    }
}

struct State<'a> {
    requested: &'a Requested,
    /// The name of the entry that comes next.
    key: String,
    /// The index of the item that is being visited.
    item: usize,
    verdicts: Verdicts,
    see: &'a mut dyn FnMut(usize, Verdicts),
}

/// Where a walk is.
#[derive(Clone, Copy)]
enum At {
    /// In the object that has this list.
    List(&'static str),
    /// In the list.
    Items,
    /// In an object: the fields that may be in it, of whose paths so many bytes lie behind.
    Object { fields: u32, offset: usize },
    /// At the value of these fields.
    Value { fields: u32 },
    /// At the name of an entry.
    Key,
}

/// In a whole response, or a whole item.
const WHOLE: At = At::Object { fields: u32::MAX, offset: 0 };

impl At {
    /// Where the entry of this name is, if it is to be visited.
    fn entry(self, name: &str, known: &'static [Field]) -> Option<Self> {
        match self {
            Self::List(list) => (list == name).then_some(Self::Items),
            Self::Object { fields, offset } => {
                let (mut here, mut deeper) = (0, 0);
                for (index, field) in known.iter().enumerate() {
                    let rest = field.answered.get(offset..).unwrap_or_default();
                    match rest.strip_prefix(name) {
                        Some("") => here |= bit(index),
                        Some(below) if below.starts_with('.') => deeper |= bit(index),
                        _ => {}
                    }
                }
                match (here & fields, deeper & fields) {
                    (0, 0) => None,
                    (0, fields) => Some(Self::Object { fields, offset: offset + name.len() + 1 }),
                    (fields, _) => Some(Self::Value { fields }),
                }
            }
            Self::Items | Self::Value { .. } | Self::Key => None,
        }
    }
}

struct Walk<'s, 'a> {
    state: &'s mut State<'a>,
    at: At,
}

impl Walk<'_, '_> {
    /// A text, or a number by its digits.
    fn scalar(self, text: &str) {
        match self.at {
            At::Key => {
                self.state.key.clear();
                self.state.key.push_str(text);
            }
            At::Value { fields } => {
                let all = 0..self.state.requested.fields().len();
                for index in all.filter(|index| fields & bit(*index) != 0) {
                    match self.state.requested.agrees(index, text) {
                        Some(true) => self.state.verdicts.equal |= bit(index),
                        Some(false) => self.state.verdicts.different |= bit(index),
                        None => {}
                    }
                }
            }
            At::List(_) | At::Items | At::Object { .. } => {}
        }
    }
}

/// Values that say nothing.
macro_rules! nothing {
    ($($function:ident($($type:ty)?),)*) => {
        $(fn $function(self $(, _: $type)?) -> Result<(), Stop> {
            Ok(())
        })*
    };
}

/// Numbers, by their digits.
macro_rules! numbers {
    ($($function:ident($type:ty),)*) => {
        $(fn $function(self, number: $type) -> Result<(), Stop> {
            self.scalar(&number.to_string());
            Ok(())
        })*
    };
}

impl<'s, 'a> Serializer for Walk<'s, 'a> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeTuple = Impossible<(), Stop>;
    type SerializeTupleStruct = Impossible<(), Stop>;
    type SerializeTupleVariant = Impossible<(), Stop>;
    type SerializeStructVariant = Impossible<(), Stop>;

    nothing! {
        serialize_bool(bool),
        serialize_bytes(&[u8]),
        serialize_none(),
        serialize_unit(),
        serialize_unit_struct(&'static str),
    }

    numbers! {
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_f32(f32),
        serialize_f64(f64),
        serialize_char(char),
    }

    fn serialize_str(self, text: &str) -> Result<(), Stop> {
        self.scalar(text);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Stop> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Stop> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Stop> {
        Ok(self)
    }

    /// Decimals come as raw JSON, which is a struct of one field.
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self, Stop> {
        if name == RAW_VALUE { Ok(self) } else { Err(Stop) }
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Stop> {
        Err(Stop)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Stop> {
        Err(Stop)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Stop> {
        Err(Stop)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Stop> {
        Err(Stop)
    }
}

impl SerializeSeq for Walk<'_, '_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        if let At::Items = self.at {
            self.state.verdicts = Verdicts::default();
            value.serialize(Walk { state: &mut *self.state, at: WHOLE })?;
            (self.state.see)(self.state.item, self.state.verdicts);
            self.state.item += 1;
        }
        Ok(())
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}

impl SerializeMap for Walk<'_, '_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        key.serialize(Walk { state: &mut *self.state, at: At::Key })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        match self.at.entry(&self.state.key, self.state.requested.fields()) {
            Some(at) => value.serialize(Walk { state: &mut *self.state, at }),
            None => Ok(()),
        }
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}

impl SerializeStruct for Walk<'_, '_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        value.serialize(Walk { state: &mut *self.state, at: self.at })
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}

/// Says that a value has a shape that no type of the API has.
#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the value cannot be compared")
    }
}

impl std::error::Error for Stop {}

impl serde::ser::Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}
