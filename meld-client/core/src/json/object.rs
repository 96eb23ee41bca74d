//! Objects with declared fields.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::containers::{other, scalars_are_unreadable};
use super::context::{self, Step};
use super::token::drain_array;
use super::{Found, FromJson, Seed, ToJson, Token};

/// An object that starts empty and is filled field by field, in whatever order they come.
pub trait Object: Default {
    /// Reads the value of the field `key` from `map`; false, with nothing read, if there is no such field.
    ///
    /// # Errors
    /// Those of the deserializer.
    fn read_field<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
    ) -> Result<bool, A::Error>;

    /// The object that a bare text stands for, if it has one obvious field for it.
    fn from_text(_text: &str) -> Option<Self> {
        None
    }
}

/// Reads an object.
///
/// # Errors
/// Those of the deserializer.
pub fn read_object<'de, T: Object, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Found<T>, D::Error> {
    deserializer.deserialize_any(ObjectVisitor(PhantomData))
}

/// Reads the value of a field into its place. Null and empty leave it as it is; what cannot be read is reported and
/// leaves it as it is.
///
/// # Errors
/// Those of the deserializer.
pub fn field<'de, T: FromJson, A: MapAccess<'de>>(
    place: &mut T,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    let step = Step::Field(name);
    let found = context::within(T::NESTED, step, || map.next_value_seed(Seed::<T>::new()))?;
    match found {
        Found::Value(value) => *place = value,
        Found::Nothing => {}
        Found::Unreadable(kind) => context::report(Some(Step::Field(name)), T::EXPECTED, kind),
    }
    Ok(())
}

/// Adds a field to debug output, if it is set; of a secret one only that it is.
pub fn debug_field<T: ToJson + fmt::Debug>(
    output: &mut fmt::DebugStruct<'_, '_>,
    name: &str,
    value: &T,
    is_secret: bool,
) {
    if value.is_absent() {
    } else if is_secret {
        output.field(name, &format_args!("***"));
    } else {
        output.field(name, value);
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = Found<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // An empty object is nothing, like null: a list of a million of them takes no memory.
        let Some(mut key) = map.next_key_seed(Key)? else { return Ok(Found::Nothing) };
        let mut object = T::default();
        loop {
            if !object.read_field(&key, &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
            match map.next_key_seed(Key)? {
                Some(next) => key = next,
                None => return Ok(Found::Value(object)),
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        drain_array(seq).map(|token| other(&token))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let object = Some(text).filter(|text| !text.is_empty()).and_then(T::from_text);
        Ok(object.map_or_else(|| other(&Token::Text(Cow::Borrowed(text))), Found::Value))
    }

    scalars_are_unreadable!();
}

/// Reads the name of a field, without a copy where the text allows it.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Makes a struct an object of JSON: `object!(read Quote { amount: "amount", account_number: "accountNumber" secret })`.
///
/// `read` types are read tolerantly and written; `sent` types are only written. Behind the JSON name may stand
/// `secret` (debug output shows `***`), `text` (the field that a bare text in place of the object stands for),
/// `as_text` (a decimal that is written as a JSON text), `also "id"` (another name under which the service sends the
/// field), or `selected_by "type"` (a union with its selector beside it). Every field must be readable and writable as
/// JSON.
#[doc(hidden)]
#[macro_export]
macro_rules! object {
    (read $name:ident { $($field:ident: $json:literal $($mark:ident $($selector:literal)?)?),* $(,)? }) => {
        impl $crate::json::Object for $name {
            fn read_field<'de, A: $crate::serde::de::MapAccess<'de>>(
                &mut self,
                key: &str,
                map: &mut A,
            ) -> ::core::result::Result<bool, A::Error> {
                match key {
                    $(
                        $crate::object!(@names $json $($($selector)?)?) => {
                            $crate::object!(
                                @read self.$field, $json, key, map $(, $mark $($selector)?)?
                            )
                        }
                    )*
                    _ => return ::core::result::Result::Ok(false),
                }
                ::core::result::Result::Ok(true)
            }

            $($($crate::object!(@text $mark $field);)?)*
        }

        impl $crate::json::FromJson for $name {
            const EXPECTED: &'static str = "an object";
            const NESTED: bool = true;

            fn read<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<$crate::json::Found<Self>, D::Error> {
                $crate::json::read_object(deserializer)
            }
        }

        /// Reads tolerantly: null and empty are the default.
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::json::deserialize(deserializer)
            }
        }

        $crate::object!(sent $name { $($field: $json $($mark $($selector)?)?),* });
    };
    (sent $name:ident { $($field:ident: $json:literal $($mark:ident $($selector:literal)?)?),* $(,)? }) => {
        impl $crate::json::Entries for $name {
            fn write_entries<M: $crate::serde::ser::SerializeMap>(
                &self,
                map: &mut M,
            ) -> ::core::result::Result<(), M::Error> {
                $($crate::object!(@write self.$field, $json, map $(, $mark)?);)*
                ::core::result::Result::Ok(())
            }
        }

        $crate::__written_by_entries!($name);

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut output = formatter.debug_struct(::core::stringify!($name));
                $(
                    $crate::json::debug_field(
                        &mut output,
                        ::core::stringify!($field),
                        &self.$field,
                        $crate::object!(@secret $($mark)?),
                    );
                )*
                output.finish()
            }
        }
    };
    (@names $json:literal) => { $json };
    (@names $json:literal $selector:literal) => { $json | $selector };
    (@read $self:ident.$field:ident, $json:literal, $key:ident, $map:ident, selected_by $selector:literal) => {
        $crate::json::union::read_part(&mut $self.$field, $key == $selector, $key, $map)?
    };
    (@read $self:ident.$field:ident, $json:literal, $key:ident, $map:ident, also $alias:literal) => {
        $crate::json::field(&mut $self.$field, $json, $map)?
    };
    (@read $self:ident.$field:ident, $json:literal, $key:ident, $map:ident $(, $mark:ident)?) => {
        $crate::json::field(&mut $self.$field, $json, $map)?
    };
    (@write $self:ident.$field:ident, $json:literal, $map:ident, selected_by) => {
        $crate::json::Entries::write_entries(&$self.$field, $map)?
    };
    (@write $self:ident.$field:ident, $json:literal, $map:ident, as_text) => {
        $crate::json::write_field($map, $json, &$crate::json::AsText(&$self.$field))?
    };
    (@write $self:ident.$field:ident, $json:literal, $map:ident $(, $mark:ident)?) => {
        $crate::json::write_field($map, $json, &$self.$field)?
    };
    (@text text $field:ident) => {
        fn from_text(text: &str) -> ::core::option::Option<Self> {
            ::core::option::Option::Some(Self {
                $field: ::core::convert::From::from(::std::string::String::from(text)),
                ..::core::default::Default::default()
            })
        }
    };
    (@text $mark:ident $field:ident) => {};
    (@secret secret) => { true };
    (@secret $($mark:ident)?) => { false };
}
