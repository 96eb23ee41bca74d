//! Objects with declared fields.

use std::borrow::Cow;
use std::fmt;

use super::warnings::Step;
use super::{Error, Found, FromJson, JsonKind, Parser, ToJson, Token};

/// An object that starts empty and is filled field by field, in whatever order they come.
pub trait Object: Default {
    /// Decodes the value of the field `key`. Returns `false`, with nothing consumed, if there is no such field.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear.
    fn decode_field(&mut self, key: &str, parser: &mut Parser<'_>) -> Result<bool, Error>;

    /// Returns the object for a bare string; `None` if it has no field for one.
    fn from_string(_text: &str) -> Option<Self> {
        None
    }
}

/// Decodes an object.
///
/// There is one copy of this function for each type, so all that does not depend on the type is elsewhere.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
pub fn decode_object<T: Object>(parser: &mut Parser<'_>) -> Result<Found<T>, Error> {
    let mut key = match begin(parser)? {
        Beginning::Field(key) => key,
        // In a response, an empty object counts as null, so that a list of a million of them takes no memory.
        Beginning::Empty if parser.is_exact => return Ok(Found::Value(T::default())),
        Beginning::Empty => return Ok(Found::Nothing),
        Beginning::String(text) => {
            return Ok(match T::from_string(&text) {
                Some(object) => Found::Value(object),
                None => Found::Undecodable(JsonKind::String),
            });
        }
        Beginning::Other(kind) => return Ok(Found::absent(kind)),
    };
    let mut object = T::default();
    loop {
        let is_known = object.decode_field(&key, parser)?;
        match next_field(parser, is_known)? {
            Some(next) => key = next,
            None => return Ok(Found::Value(object)),
        }
    }
}

/// Decodes the fields of an object by a function that returns `false`, with nothing consumed, for an unknown field.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
#[doc(hidden)]
pub fn decode_fields(
    parser: &mut Parser<'_>,
    decode_field: &mut dyn FnMut(&str, &mut Parser<'_>) -> Result<bool, Error>,
) -> Result<Found<()>, Error> {
    let mut key = match begin(parser)? {
        Beginning::Field(key) => key,
        Beginning::Empty => return Ok(Found::Value(())),
        Beginning::String(_) => return Ok(Found::Undecodable(JsonKind::String)),
        Beginning::Other(kind) => return Ok(Found::absent(kind)),
    };
    loop {
        let is_known = decode_field(&key, parser)?;
        match next_field(parser, is_known)? {
            Some(next) => key = next,
            None => return Ok(Found::Value(())),
        }
    }
}

/// The beginning of a value where an object was expected.
enum Beginning<'a> {
    /// The name of the first field.
    Field(Cow<'a, str>),
    /// An object without fields.
    Empty,
    /// A string, which is not empty.
    String(Cow<'a, str>),
    /// A value of another kind; `None` for null and empty.
    Other(Option<JsonKind>),
}

fn begin<'a>(parser: &mut Parser<'a>) -> Result<Beginning<'a>, Error> {
    if parser.opens(b'{') {
        return Ok(parser.next_key()?.map_or(Beginning::Empty, Beginning::Field));
    }
    Ok(match parser.token()? {
        Token::String(text) if !text.is_empty() => Beginning::String(text),
        token if parser.is_nothing(&token) => Beginning::Other(None),
        token => Beginning::Other(Some(token.kind())),
    })
}

/// Moves to the next field, past the value of an unknown one.
fn next_field<'a>(parser: &mut Parser<'a>, is_known: bool) -> Result<Option<Cow<'a, str>>, Error> {
    if !is_known {
        parser.skip()?;
    }
    parser.next_key()
}

/// Decodes the value of a field. Null, empty, and a value that cannot be decoded, which is reported, leave the field
/// unchanged.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
pub fn field<T: FromJson>(place: &mut T, name: &'static str, parser: &mut Parser<'_>) -> Result<(), Error> {
    if T::NESTED {
        parser.notes.path.push(Step::Field(name));
    }
    let found = T::decode(parser)?;
    if T::NESTED {
        parser.notes.path.pop();
    }
    match found {
        Found::Value(value) => *place = value,
        Found::Nothing => {}
        Found::Undecodable(kind) => warn(parser, name, T::EXPECTED, kind),
    }
    Ok(())
}

#[cold]
fn warn(parser: &mut Parser<'_>, name: &'static str, expected: &'static str, kind: JsonKind) {
    parser.notes.warning(Some(Step::Field(name)), expected, kind);
}

/// Adds a field to debug output if it is set. A secret one is written as `***`.
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

/// Implements decoding and encoding for a struct:
/// `object!(read Quote { amount: "amount", account_number: "accountNumber" secret })`.
///
/// `read` types are those of responses, which are decoded leniently: null, missing and empty are equivalent. They
/// implement `Default`. `sent` types are those of requests, which are decoded exactly: a missing required field is an
/// error. After the JSON name of a field may follow:
///
/// - `secret`: debug output shows `***`
/// - `text`: the field that a bare string in place of the object sets
/// - `as_text`: a decimal that is encoded as a JSON string
/// - `also "id"`: another name under which the service sends the field
/// - `selected_by "type"`: a union with its selector beside it
#[doc(hidden)]
#[macro_export]
macro_rules! object {
    (read $name:ident { $($field:ident: $json:literal $($mark:ident $($selector:literal)?)?),* $(,)? }) => {
        impl $crate::json::Object for $name {
            fn decode_field(
                &mut self,
                key: &str,
                parser: &mut $crate::json::Parser<'_>,
            ) -> ::core::result::Result<bool, $crate::json::Error> {
                match key {
                    $(
                        $crate::object!(@names $json $($($selector)?)?) => {
                            $crate::object!(
                                @read self.$field, $json, key, parser $(, $mark $($selector)?)?
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

            fn decode(
                parser: &mut $crate::json::Parser<'_>,
            ) -> ::core::result::Result<$crate::json::Found<Self>, $crate::json::Error> {
                $crate::json::decode_object(parser)
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

        $crate::object!(@encoded $name { $($field: $json $($mark $($selector)?)?),* });
    };
    (sent $name:ident { $($field:ident: $json:literal $($mark:ident $($selector:literal)?)?),* $(,)? }) => {
        impl $crate::json::FromJson for $name {
            const EXPECTED: &'static str = "an object";
            const NESTED: bool = true;

            // Compiled where it is used: most programs only encode requests.
            #[inline]
            fn decode(
                parser: &mut $crate::json::Parser<'_>,
            ) -> ::core::result::Result<$crate::json::Found<Self>, $crate::json::Error> {
                $(let mut $field = ::core::option::Option::None;)*
                let found = $crate::json::decode_fields(parser, &mut |key, parser| {
                    let _ = parser;
                    match key {
                        $(
                            $crate::object!(@names $json $($($selector)?)?) => {
                                $crate::object!(@read $field, $json, key, parser $(, $mark $($selector)?)?)
                            }
                        )*
                        _ => return ::core::result::Result::Ok(false),
                    }
                    #[allow(unreachable_code)] // Of an object without fields.
                    ::core::result::Result::Ok(true)
                })?;
                ::core::result::Result::Ok(match found {
                    $crate::json::Found::Value(()) => {
                        $(let $field = $crate::object!(@complete $field, $json, parser $(, $mark)?);)*
                        $crate::json::exact::complete((|| {
                            ::core::option::Option::Some(Self { $($field: $field?),* })
                        })())
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

        $crate::object!(@encoded $name { $($field: $json $($mark $($selector)?)?),* });
    };
    (@encoded $name:ident { $($field:ident: $json:literal $($mark:ident $($selector:literal)?)?),* }) => {
        impl $crate::json::Entries for $name {
            fn encode_entries<M: $crate::serde::ser::SerializeMap>(
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
    (@read $($place:ident).+, $json:literal, $key:ident, $parser:ident, selected_by $selector:literal) => {
        $crate::json::union::decode_part(&mut $($place).+, $key == $selector, $key, $parser)?
    };
    (@read $($place:ident).+, $json:literal, $key:ident, $parser:ident, also $alias:literal) => {
        $crate::json::field(&mut $($place).+, $json, $parser)?
    };
    (@read $($place:ident).+, $json:literal, $key:ident, $parser:ident $(, $mark:ident)?) => {
        $crate::json::field(&mut $($place).+, $json, $parser)?
    };
    (@complete $field:ident, $json:literal, $parser:ident, selected_by) => {
        $crate::json::exact::selected($field, $json, $parser)
    };
    (@complete $field:ident, $json:literal, $parser:ident $(, $mark:ident)?) => {
        $crate::json::exact::required($field, $json, $parser)
    };
    (@write $self:ident.$field:ident, $json:literal, $map:ident, selected_by) => {
        $crate::json::Entries::encode_entries(&$self.$field, $map)?
    };
    (@write $self:ident.$field:ident, $json:literal, $map:ident, as_text) => {
        $crate::json::encode_field($map, $json, &$crate::json::AsText(&$self.$field))?
    };
    (@write $self:ident.$field:ident, $json:literal, $map:ident $(, $mark:ident)?) => {
        $crate::json::encode_field($map, $json, &$self.$field)?
    };
    (@text text $field:ident) => {
        fn from_string(text: &str) -> ::core::option::Option<Self> {
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
