//! A walk over the fields of a decoded response that a rule lists.
//!
//! It is a serializer that writes nothing, and skips all other fields.

// The error of a value with a shape that no type of the API has.
use std::fmt::Error as Unsupported;

use serde::ser::{Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::Requested;
use super::rules::Fields;
use crate::json::{Json, RAW_VALUE, ToJson};

/// The results of one comparison.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Verdicts {
    /// The fields that agree.
    pub(super) equal: Fields,
    /// The fields that disagree.
    pub(super) different: Fields,
}

/// Compares a response, or each item of its list, and calls `see` with the index of the item (0 for a response as a
/// whole) and the results.
pub(super) fn compare<T: ToJson>(response: &T, requested: &Requested<'_>, mut see: impl FnMut(usize, Verdicts)) {
    let verdicts = Verdicts::default();
    let mut state = State { requested, next: None, item: 0, verdicts, see: &mut see };
    let at = match requested.list() {
        Some(list) => At::List(list),
        None => At::whole(requested),
    };
    // Fails only for shapes that no type of the API has.
    let _ = Json(response).serialize(Walk { state: &mut state, at });
    if requested.list().is_none() {
        let verdicts = state.verdicts;
        see(0, verdicts);
    }
}

struct State<'a> {
    requested: &'a Requested<'a>,
    /// The position of the value of the current entry; `None` if it is not to be visited.
    next: Option<At>,
    /// The index of the item that is being visited.
    item: usize,
    verdicts: Verdicts,
    see: &'a mut dyn FnMut(usize, Verdicts),
}

/// The position of a walk.
#[derive(Clone, Copy)]
enum At {
    /// In the object that has this list.
    List(&'static str),
    /// In the list.
    Items,
    /// In an object that may have these fields, at an offset into their paths.
    Object { fields: Fields, offset: usize },
    /// At the value of these fields.
    Value(Fields),
    /// At the name of an entry of the object that has this list.
    ListKey(&'static str),
    /// At the name of an entry of an object.
    Key { fields: Fields, offset: usize },
}

impl At {
    /// Returns the position of a whole response, or a whole item.
    fn whole(requested: &Requested<'_>) -> Self {
        Self::Object { fields: requested.present(), offset: 0 }
    }
}

struct Walk<'s, 'a> {
    state: &'s mut State<'a>,
    at: At,
}

impl Walk<'_, '_> {
    /// Visits a string, or a number by its digits.
    #[inline(never)]
    fn scalar(self, text: &str) {
        let requested = self.state.requested;
        match self.at {
            At::ListKey(list) => self.state.next = (list == text).then_some(At::Items),
            At::Key { fields, offset } => {
                let known = requested.fields();
                let path = |index: usize| known[index].response_field;
                let fields = if offset == 0 { requested.with_slot_of(text) } else { fields };
                let (here, deeper) = fields.entry(text, path, offset);
                self.state.next = match (here.is_empty(), deeper.is_empty()) {
                    (false, _) => Some(At::Value(here)),
                    (true, false) => Some(At::Object { fields: deeper, offset: offset + text.len() + 1 }),
                    (true, true) => None,
                };
            }
            At::Value(fields) => {
                for index in fields.iter() {
                    match requested.agrees(index, text) {
                        Some(true) => self.state.verdicts.equal.add(index),
                        Some(false) => self.state.verdicts.different.add(index),
                        None => {}
                    }
                }
            }
            At::List(_) | At::Items | At::Object { .. } => {}
        }
    }
}

/// Values that no field is compared with.
macro_rules! nothing {
    ($($function:ident($($type:ty)?),)*) => {
        $(fn $function(self $(, _: $type)?) -> Result<(), Unsupported> {
            Ok(())
        })*
    };
}

/// Numbers, which are compared by their digits.
macro_rules! numbers {
    ($($function:ident($type:ty),)*) => {
        $(fn $function(self, number: $type) -> Result<(), Unsupported> {
            self.scalar(&number.to_string());
            Ok(())
        })*
    };
}

impl<'s, 'a> Serializer for Walk<'s, 'a> {
    type Ok = ();
    type Error = Unsupported;
    type SerializeSeq = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeTuple = Impossible<(), Unsupported>;
    type SerializeTupleStruct = Impossible<(), Unsupported>;
    type SerializeTupleVariant = Impossible<(), Unsupported>;
    type SerializeStructVariant = Impossible<(), Unsupported>;

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

    #[inline]
    fn serialize_str(self, text: &str) -> Result<(), Unsupported> {
        // Nearly all names have another slot than those of the fields that are compared.
        match self.at {
            At::Key { offset: 0, .. } if self.state.requested.with_slot_of(text).is_empty() => {
                self.state.next = None;
            }
            _ => self.scalar(text),
        }
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unsupported> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Unsupported> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unsupported> {
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unsupported> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unsupported> {
        Ok(self)
    }

    /// Decimals are raw JSON, which is a struct of one field.
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self, Unsupported> {
        if name == RAW_VALUE { Ok(self) } else { Err(Unsupported) }
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Unsupported> {
        Err(Unsupported)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unsupported> {
        Err(Unsupported)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unsupported> {
        Err(Unsupported)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unsupported> {
        Err(Unsupported)
    }
}

impl SerializeSeq for Walk<'_, '_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
        if let At::Items = self.at {
            self.state.verdicts = Verdicts::default();
            let at = At::whole(self.state.requested);
            value.serialize(Walk { state: &mut *self.state, at })?;
            (self.state.see)(self.state.item, self.state.verdicts);
            self.state.item += 1;
        }
        Ok(())
    }

    fn end(self) -> Result<(), Unsupported> {
        Ok(())
    }
}

impl SerializeMap for Walk<'_, '_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unsupported> {
        let at = match self.at {
            At::List(list) => At::ListKey(list),
            At::Object { fields, offset } => At::Key { fields, offset },
            At::Items | At::Value(_) | At::ListKey(_) | At::Key { .. } => return Ok(()),
        };
        key.serialize(Walk { state: &mut *self.state, at })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unsupported> {
        match self.state.next.take() {
            Some(at) => value.serialize(Walk { state: &mut *self.state, at }),
            None => Ok(()),
        }
    }

    fn end(self) -> Result<(), Unsupported> {
        Ok(())
    }
}

impl SerializeStruct for Walk<'_, '_> {
    type Ok = ();
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Unsupported> {
        value.serialize(Walk { state: &mut *self.state, at: self.at })
    }

    fn end(self) -> Result<(), Unsupported> {
        Ok(())
    }
}
