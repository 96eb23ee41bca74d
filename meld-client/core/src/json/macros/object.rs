//! Objects with declared fields.

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

/// Implements `ToJson` and `Serialize` for a type with `Entries`.
#[doc(hidden)]
#[macro_export]
macro_rules! __written_by_entries {
    ($usage:ident $name:ident) => {
        impl $crate::json::ToJson for $name {
            fn encode<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::json::encode_object(self, serializer)
            }

            #[inline]
            fn view(&self) -> $crate::json::View<'_> {
                $crate::__written_by_entries!(@view $usage self)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::json::encode_object(self, serializer)
            }
        }
    };
    (@view read $self:ident) => { $crate::json::View::Object($self) };
    (@view sent $self:ident) => { $crate::json::View::Nothing };
}
