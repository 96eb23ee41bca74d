//! Objects with declared fields.

use std::fmt;

use super::containers::{make_room, push};
use super::warnings::Step;
use super::{Error, Found, FromJson, Parser, ToJson, Token};

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

/// Implements decoding and encoding for a struct:
/// `object!(read Quote { amount: "amount", account_number: "accountNumber" secret })`.
///
/// `read` types are those of responses, which are decoded leniently: null, missing and empty are equivalent. They
/// implement `Default`. `sent` types are those of requests, which are decoded exactly: a missing required field is an
/// error. After the JSON name of a field may follow:
///
/// - `secret`: debug output shows `***`
/// - `text`: the field that a bare string instead of the object sets
/// - `as_text`: a decimal that is encoded as a JSON string
/// - `also "id"`: another name under which the service sends the field
/// - `selected_by "type"`: a union with its selector beside it
///
/// The functions are `inline`, so that they are compiled where they are used. Few programs use all types, and a version
/// crate compiles in a quarter of the time.
#[doc(hidden)]
#[macro_export]
macro_rules! object {
    (read $name:ident { $($field:ident: $json:literal $($mark:ident $($selector:literal)?)?),* $(,)? }) => {
        impl $crate::json::Object for $name {
            #[inline]
            fn decode_field(
                &mut self,
                key: &str,
                parser: &mut $crate::json::Parser<'_>,
            ) -> ::core::result::Result<bool, $crate::json::Error> {
                match key {
                    $(
                        $crate::object!(@names $json $($($selector)?)?) => {
                            $crate::object!(@decode self.$field, $json, key, parser $(, $mark $($selector)?)?)
                        }
                    )*
                    _ => ::core::result::Result::Ok(false),
                }
            }

            $($($crate::object!(@text $mark $field);)?)*
        }

        impl $crate::json::FromJson for $name {
            const EXPECTED: &'static str = "an object";
            const NESTED: bool = true;

            #[inline]
            fn declares(name: &str) -> bool {
                $crate::json::declares_field(&mut <Self as ::core::default::Default>::default(), name)
            }

            #[inline]
            fn decode(
                parser: &mut $crate::json::Parser<'_>,
            ) -> ::core::result::Result<$crate::json::Found<Self>, $crate::json::Error> {
                $crate::json::decode_object(parser)
            }

            #[inline]
            fn decode_item(
                items: &mut ::std::vec::Vec<Self>,
                parser: &mut $crate::json::Parser<'_>,
            ) -> ::core::result::Result<$crate::json::Found<()>, $crate::json::Error> {
                $crate::json::decode_object_item(items, parser)
            }
        }

        impl $crate::json::Parts for $name {
            #[inline]
            fn part(&self, name: &str) -> $crate::json::View<'_> {
                match name {
                    $(
                        $crate::object!(@part_names $json $($mark $($selector)?)?) => {
                            $crate::object!(@part self.$field, name $(, $mark)?)
                        }
                    )*
                    _ => $crate::json::View::Nothing,
                }
            }
        }

        /// Decodes leniently: null and empty are the default.
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::json::deserialize(deserializer)
            }
        }

        $crate::object!(@encoded read $name { $($field: $json $($mark $($selector)?)?),* });
    };
    (sent $name:ident { $($field:ident: $json:literal $($mark:ident $($selector:literal)?)?),* $(,)? }) => {
        impl $crate::json::FromJson for $name {
            const EXPECTED: &'static str = "an object";
            const NESTED: bool = true;

            #[inline]
            fn decode(
                parser: &mut $crate::json::Parser<'_>,
            ) -> ::core::result::Result<$crate::json::Found<Self>, $crate::json::Error> {
                $(let mut $field = ::core::option::Option::None;)*
                let found = $crate::json::decode_slots(
                    parser,
                    &mut [$($crate::object!(@slot $field, $json $(, $mark $($selector)?)?)),*],
                )?;
                ::core::result::Result::Ok(match found {
                    $crate::json::Found::Value(()) => {
                        $(let $field = $crate::object!(@complete $field, $json, parser $(, $mark)?);)*
                        #[allow(unreachable_patterns)] // For an object without fields.
                        $crate::json::exact::complete(match ($($field,)*) {
                            ($(::core::option::Option::Some($field),)*) => {
                                ::core::option::Option::Some(Self { $($field),* })
                            }
                            _ => ::core::option::Option::None,
                        })
                    }
                    $crate::json::Found::Nothing => $crate::json::Found::Nothing,
                    $crate::json::Found::Undecodable(kind) => $crate::json::Found::Undecodable(kind),
                })
            }
        }

        /// Decodes exactly: a value that cannot be decoded, or a missing required field, is an error. Unknown fields are
        /// ignored.
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::json::exact::deserialize(deserializer)
            }
        }

        $crate::object!(@encoded sent $name { $($field: $json $($mark $($selector)?)?),* });
    };
    (@encoded $usage:ident $name:ident { $($field:ident: $json:literal $($mark:ident $($selector:literal)?)?),* }) => {
        impl $crate::json::Entries for $name {
            fn encode_entries<M: $crate::serde::ser::SerializeMap>(
                &self,
                map: &mut M,
            ) -> ::core::result::Result<(), M::Error> {
                #[allow(unused_mut)] // For an object without fields.
                let mut fields = $crate::json::Fields::new(map);
                $($crate::object!(@write self.$field, $json, fields $(, $mark)?);)*
                fields.finish()
            }
        }

        $crate::__written_by_entries!($usage $name);

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::json::debug_fields(
                    formatter,
                    ::core::stringify!($name),
                    ::core::stringify!($($field $($mark)?),*),
                    &[$(&self.$field),*],
                )
            }
        }
    };
    (@names $json:literal) => { $json };
    (@names $json:literal $selector:literal) => { $json | $selector };
    (@part_names $json:literal selected_by $selector:literal) => { $json | $selector };
    (@part_names $json:literal $($mark:ident $($alias:literal)?)?) => { $json };
    (@part $self:ident.$field:ident, $name:ident, selected_by) => {
        $crate::json::ToJson::view(&$self.$field).part($name)
    };
    (@part $self:ident.$field:ident, $name:ident $(, $mark:ident)?) => { $crate::json::ToJson::view(&$self.$field) };
    (@decode $self:ident.$field:ident, $json:literal, $key:ident, $parser:ident, selected_by $selector:literal) => {
        $crate::json::union::decode_known_part(&mut $self.$field, $key == $selector, $key, $parser)
    };
    (@decode $self:ident.$field:ident, $json:literal, $key:ident, $parser:ident $(, $mark:ident $($alias:literal)?)?) => {
        $crate::json::known_field(&mut $self.$field, $json, $parser)
    };
    (@slot $field:ident, $json:literal, selected_by $selector:literal) => {
        $crate::json::Slot::Union { content: $json, selector: $selector, place: &mut $field }
    };
    (@slot $field:ident, $json:literal, also $alias:literal) => {
        $crate::json::Slot::Alias { name: $json, alias: $alias, place: &mut $field }
    };
    (@slot $field:ident, $json:literal $(, $mark:ident)?) => {
        $crate::json::Slot::Field($json, &mut $field)
    };
    (@complete $field:ident, $json:literal, $parser:ident, selected_by) => {
        $crate::json::exact::selected($field, $json, $parser)
    };
    (@complete $field:ident, $json:literal, $parser:ident $(, $mark:ident)?) => {
        $crate::json::exact::required($field, $json, $parser)
    };
    (@write $self:ident.$field:ident, $json:literal, $fields:ident, selected_by) => {
        $crate::json::Fields::entries(&mut $fields, &$self.$field)
    };
    (@write $self:ident.$field:ident, $json:literal, $fields:ident, as_text) => {
        $crate::json::Fields::field(&mut $fields, $json, &$crate::json::AsText(&$self.$field))
    };
    (@write $self:ident.$field:ident, $json:literal, $fields:ident $(, $mark:ident)?) => {
        $crate::json::Fields::field(&mut $fields, $json, &$self.$field)
    };
    (@text text $field:ident) => {
        fn set_text(&mut self, text: &str) -> bool {
            self.$field = ::core::convert::From::from(::std::string::String::from(text));
            true
        }
    };
    (@text $mark:ident $field:ident) => {};
}
