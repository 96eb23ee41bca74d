//! Unions with a selector.

/// Defines a union with a selector: one variant for each documented value of the selector, and `Unknown`.
///
/// - `#[selector(read "type", "details")]`: `type` is the selector beside the content `details`. In the object that has both,
///   the field of the union is marked `selected_by "type"`.
/// - `#[selector(read "type")]`: `type` is inside the value.
/// - `read` before the names: the union is part of responses and is decoded leniently. `sent`: it is part of requests only
///   and is decoded exactly.
///
/// # Examples
///
/// ```
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Sepa {
///     iban: Option<String>,
/// }
/// meld_client_core::object! { read Sepa { iban: "iban" secret } }
/// meld_client_core::selected_union! {
///     /// The recipient of the money.
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
///
/// `selected_union! { read Payout by "type", "details" { Sepa(Sepa): "SEPA" } }` does the same for an enum that is
/// declared elsewhere, with `#[derive(Clone, Debug, PartialEq)]` and the variant `Unknown(UnknownVariant)`. There,
/// `Sepa(Sepa): "SEPA" in kind` says that the type `Sepa` has the selector as its own field `kind`.
#[macro_export]
macro_rules! selected_union {
    (
        $(#[doc = $doc:expr])*
        #[selector($usage:ident $tag:literal $(, $content:literal)?)]
        $visibility:vis enum $name:ident {
            $($variant:ident($type:ident $(,)?) = $value:literal),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        $visibility enum $name {
            $(
                #[doc = ::core::concat!("````` ", $value, " `````")]
                $variant($type),
            )*
            /// A value that is none of the documented variants.
            Unknown($crate::UnknownVariant),
        }

        $crate::selected_union! {
            $usage $name by $tag $(, $content)? { $($variant($type): $value,)* }
        }
    };
    (
        $usage:ident $name:ident by $tag:literal $(, $content:literal)? {
            $($variant:ident($type:ident): $value:literal $(in $own:ident)?),* $(,)?
        }
    ) => {
        $crate::selected_union! {
            @encoded $usage $name by $tag $(, $content)? { $($variant($type): $value $(in $own)?,)* }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::selected_union!(@deserialize $usage deserializer)
            }
        }

        impl $crate::json::union::SelectedBeside for $name {
            #[inline]
            fn resolve(
                unknown: $crate::UnknownVariant,
                parser: &mut $crate::json::Parser<'_>,
            ) -> Self {
                let documented = $crate::json::union::documented(&unknown, &[$($value),*]);
                $(
                    if documented == ::core::option::Option::Some($value)
                        && let ::core::option::Option::Some(value) =
                            $crate::json::union::variant::<$type>(&unknown, Self::CONTENT, parser)
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

            #[inline]
            fn declares(name: &str) -> bool {
                let is_inside = || false $(|| <$type as $crate::json::FromJson>::declares(name))*;
                name == $tag $(|| name == $content)? || (Self::CONTENT.is_none() && is_inside())
            }

            #[inline]
            fn decode(
                parser: &mut $crate::json::Parser<'_>,
            ) -> ::core::result::Result<$crate::json::Found<Self>, $crate::json::Error> {
                $crate::json::union::decode_alone($tag, Self::CONTENT, parser)
            }
        }
    };
    (
        @encoded $usage:ident $name:ident by $tag:literal $(, $content:literal)? {
            $($variant:ident($type:ident): $value:literal $(in $own:ident)?),* $(,)?
        }
    ) => {
        impl $name {
            const TAG: &'static str = $tag;
            const CONTENT: ::core::option::Option<&'static str> =
                $crate::selected_union!(@content $($content)?);

            /// Returns the selector, which names the variant.
            #[must_use]
            #[allow(dead_code)] // For private unions.
            pub fn selector(&self) -> ::core::option::Option<&str> {
                match self {
                    $(Self::$variant(_) => ::core::option::Option::Some($value),)*
                    Self::Unknown(value) => value.selector(),
                }
            }
        }

        impl $crate::json::Entries for $name {
            fn encode_entries<M: $crate::serde::ser::SerializeMap>(
                &self,
                map: &mut M,
            ) -> ::core::result::Result<(), M::Error> {
                match self {
                    $(Self::$variant(value) => $crate::json::union::encode_variant(
                        map,
                        (Self::TAG, $value),
                        Self::CONTENT,
                        value,
                        $crate::selected_union!(@selects value $($own)?),
                    ),)*
                    Self::Unknown(value) => value.encode_entries(Self::TAG, Self::CONTENT, map),
                }
            }
        }

        $crate::__written_by_entries!($usage $name);

        impl $crate::json::Parts for $name {
            fn part(&self, name: &str) -> $crate::json::View<'_> {
                match self {
                    $(Self::$variant(value) => {
                        $crate::json::union::variant_part((Self::TAG, $value), Self::CONTENT, value, name)
                    })*
                    Self::Unknown(value) => value.part(Self::TAG, Self::CONTENT, name),
                }
            }
        }
    };
    (@deserialize read $deserializer:ident) => { $crate::json::union::deserialize($deserializer) };
    (@deserialize sent $deserializer:ident) => { $crate::json::exact::deserialize($deserializer) };
    (@selects $variant:ident) => { false };
    (@selects $variant:ident $own:ident) => { !$crate::json::ToJson::is_absent(&$variant.$own) };
    (@content) => { ::core::option::Option::None };
    (@content $content:literal) => { ::core::option::Option::Some($content) };
}
