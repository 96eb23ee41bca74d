//! Unions of which a selector says which one it is: inside of the value, or beside it.
//!
//! Such a union is matched on like any Rust enum, and can never disagree with its selector. What is read with a
//! selector that is not documented, or with content of another form, is kept as it came.

use std::fmt;

use serde::de::MapAccess;
use serde::ser::SerializeMap;
use serde_json::{Map, Value};

use super::context::{self, Step};
use super::{Entries, Found, FromJson, Json, Seed, ToJson};

/// A value of a union that is none of the documented variants, kept as it came.
///
/// Debug output shows the selector and not the content, which may hold account numbers.
#[derive(Clone, Default, PartialEq)]
pub struct UnknownVariant {
    selector: Option<String>,
    content: Value,
}

impl UnknownVariant {
    /// The value of the selector, if there was one.
    #[must_use]
    pub fn selector(&self) -> Option<&str> {
        self.selector.as_deref()
    }

    /// What the union held.
    #[must_use]
    pub fn content(&self) -> &Value {
        &self.content
    }

    /// Writes selector and content as entries.
    ///
    /// # Errors
    /// Those of the serializer.
    #[doc(hidden)]
    pub fn write_entries<M: SerializeMap>(
        &self,
        tag: &'static str,
        content: Option<&'static str>,
        map: &mut M,
    ) -> Result<(), M::Error> {
        super::write_field(map, tag, &self.selector)?;
        match (content, &self.content) {
            (Some(content), value) => super::write_field(map, content, value),
            (None, Value::Object(object)) => {
                object.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
            }
            (None, _) => Ok(()),
        }
    }
}

impl fmt::Debug for UnknownVariant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut structure = formatter.debug_struct("UnknownVariant");
        structure.field("selector", &self.selector).finish_non_exhaustive()
    }
}

/// A union whose selector stands beside its content.
#[doc(hidden)]
pub trait SelectedBeside: Sized {
    /// The variant for a selector and its content, or the two as they came.
    fn resolve(unknown: UnknownVariant) -> Self;

    /// The selector and the content as they came, if it is no documented variant.
    fn unknown(self) -> Option<UnknownVariant>;
}

/// Reads the selector or the content into the place of a union. Which of the two comes first does not matter.
///
/// # Errors
/// Those of the deserializer.
#[doc(hidden)]
pub fn read_part<'de, T: SelectedBeside, A: MapAccess<'de>>(
    place: &mut Option<T>,
    is_selector: bool,
    name: &str,
    map: &mut A,
) -> Result<(), A::Error> {
    let mut unknown = place.take().and_then(T::unknown).unwrap_or_default();
    if is_selector {
        match map.next_value_seed(Seed::<String>::new())? {
            Found::Value(selector) => unknown.selector = Some(selector),
            Found::Nothing => {}
            Found::Unreadable(kind) => {
                context::report(Some(Step::Key(name.to_owned())), String::EXPECTED, kind);
            }
        }
    } else if let Found::Value(content) = map.next_value_seed(Seed::<Value>::new())? {
        unknown.content = content;
    }
    if unknown.selector.is_some() || !unknown.content.is_null() {
        *place = Some(T::resolve(unknown));
    }
    Ok(())
}

/// The value of a variant, if the selector is `value` (letter case aside) and the content is an object.
#[doc(hidden)]
pub fn variant<T: FromJson + Default>(
    unknown: &UnknownVariant,
    value: &str,
    content: Option<&'static str>,
) -> Option<T> {
    unknown.selector.as_deref().filter(|selector| selector.eq_ignore_ascii_case(value))?;
    if !unknown.content.is_object() {
        return None;
    }
    let read = || T::read(&unknown.content);
    let found = match content {
        Some(content) => context::within(true, Step::Field(content), read),
        None => read(),
    };
    match found {
        Ok(Found::Value(value)) => Some(value),
        Ok(Found::Nothing) => Some(T::default()),
        _ => None,
    }
}

/// Writes a variant with its selector: inside of it, or beside it under the name of the content.
///
/// # Errors
/// Those of the serializer.
#[doc(hidden)]
pub fn write_variant<T: ToJson + Entries, M: SerializeMap>(
    map: &mut M,
    (tag, value): (&'static str, &'static str),
    content: Option<&'static str>,
    variant: &T,
) -> Result<(), M::Error> {
    map.serialize_entry(tag, value)?;
    match content {
        Some(content) => map.serialize_entry(content, &Json(variant)),
        None => variant.write_entries(map),
    }
}

/// Reads a union whose selector stands inside.
#[doc(hidden)]
pub fn read_inside<T: SelectedBeside>(tag: &str, value: Value) -> Found<T> {
    let mut object: Map<String, Value> = match value {
        Value::Object(object) => object,
        Value::Null => return Found::Nothing,
        Value::Array(items) if items.is_empty() => return Found::Nothing,
        Value::Array(_) => return Found::Unreadable(super::Kind::Array),
        Value::String(_) => return Found::Unreadable(super::Kind::Text),
        Value::Bool(_) => return Found::Unreadable(super::Kind::Boolean),
        Value::Number(_) => return Found::Unreadable(super::Kind::Number),
    };
    let selector = match object.remove(tag) {
        Some(Value::String(selector)) => Some(selector),
        _ => None,
    };
    Found::Value(T::resolve(UnknownVariant { selector, content: Value::Object(object) }))
}

/// Makes a union with a selector: one variant for each documented value of the selector, and `Unknown`.
///
/// `#[selector("type", "details")]` says that `type` stands beside `details`, which holds the value; in the object
/// that has both, the field of the union is marked `selected_by "type"`. `#[selector("type")]` says that `type`
/// stands inside of the value. `read` before the names makes the union one that answers have.
///
/// ```
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Sepa {
///     iban: Option<String>,
/// }
/// meld_client_core::object! { read Sepa { iban: "iban" secret } }
/// meld_client_core::selected_union! {
///     /// Where the money goes.
///     #[selector(read "type", "details")]
///     pub enum Payout {
///         Sepa(Sepa) = "SEPA",
///     }
/// }
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Order {
///     details: Option<Payout>,
/// }
/// meld_client_core::object! { read Order { details: "details" selected_by "type" } }
///
/// let order: Order = serde_json::from_str(r#"{"details":{"iban":"X"},"type":"SEPA"}"#)?;
/// assert!(matches!(order.details, Some(Payout::Sepa(_))));
/// let order: Order = serde_json::from_str(r#"{"details":{"key":"X"},"type":"PIX"}"#)?;
/// assert_eq!(order.details.unwrap().selector(), Some("PIX"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! selected_union {
    (
        $(#[doc = $doc:expr])*
        #[selector(read $tag:literal $(, $content:literal)?)]
        $visibility:vis enum $name:ident {
            $($variant:ident($type:ident $(,)?) = $value:literal),* $(,)?
        }
    ) => {
        $crate::selected_union! {
            $(#[doc = $doc])*
            #[selector($tag $(, $content)?)]
            $visibility enum $name { $($variant($type) = $value,)* }
        }

        impl $crate::json::union::SelectedBeside for $name {
            fn resolve(unknown: $crate::UnknownVariant) -> Self {
                $(
                    if let ::core::option::Option::Some(value) =
                        $crate::json::union::variant::<$type>(&unknown, $value, Self::CONTENT)
                    {
                        return Self::$variant(value);
                    }
                )*
                Self::Unknown(unknown)
            }

            fn unknown(self) -> ::core::option::Option<$crate::UnknownVariant> {
                match self {
                    Self::Unknown(unknown) => ::core::option::Option::Some(unknown),
                    _ => ::core::option::Option::None,
                }
            }
        }

        impl $crate::json::FromJson for $name {
            const EXPECTED: &'static str = "an object";
            const NESTED: bool = true;

            fn read<'de, D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<$crate::json::Found<Self>, D::Error> {
                let value = $crate::serde::Deserialize::deserialize(deserializer)?;
                ::core::result::Result::Ok($crate::json::union::read_inside($tag, value))
            }
        }
    };
    (
        $(#[doc = $doc:expr])*
        #[selector($tag:literal $(, $content:literal)?)]
        $visibility:vis enum $name:ident {
            $($variant:ident($type:ident $(,)?) = $value:literal),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        $visibility enum $name {
            $(
                #[doc = ::core::concat!("`", $value, "`")]
                $variant($type),
            )*
            /// None of the documented variants; kept as it came.
            Unknown($crate::UnknownVariant),
        }

        impl $name {
            const TAG: &'static str = $tag;
            const CONTENT: ::core::option::Option<&'static str> =
                $crate::selected_union!(@content $($content)?);

            /// The value of the selector: which one it is.
            #[must_use]
            #[allow(dead_code)] // Of a private union.
            pub fn selector(&self) -> ::core::option::Option<&str> {
                match self {
                    $(Self::$variant(_) => ::core::option::Option::Some($value),)*
                    Self::Unknown(value) => value.selector(),
                }
            }
        }

        impl $crate::json::Entries for $name {
            fn write_entries<M: $crate::serde::ser::SerializeMap>(
                &self,
                map: &mut M,
            ) -> ::core::result::Result<(), M::Error> {
                match self {
                    $(Self::$variant(value) => $crate::json::union::write_variant(
                        map,
                        (Self::TAG, $value),
                        Self::CONTENT,
                        value,
                    ),)*
                    Self::Unknown(value) => value.write_entries(Self::TAG, Self::CONTENT, map),
                }
            }
        }

        $crate::__written_by_entries!($name);
    };
    (@content) => { ::core::option::Option::None };
    (@content $content:literal) => { ::core::option::Option::Some($content) };
}
