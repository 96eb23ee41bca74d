//! Open string enums.

/// Defines an open string enum: one variant for each documented value, and `Unknown` for all others.
///
/// # Examples
///
/// ```
/// meld_client_core::string_enum! {
///     /// The provider of the payment.
///     pub enum ServiceProvider {
///         Across = "ACROSS",
///         /// Also sells vouchers.
///         AlchemyPay = "ALCHEMYPAY",
///     }
/// }
/// assert_eq!(ServiceProvider::from("AlchemyPay"), ServiceProvider::AlchemyPay);
/// let new = ServiceProvider::from("BRAND_NEW");
/// assert!(!new.is_known());
/// assert_eq!(new.as_str(), "BRAND_NEW");
/// ```
///
/// Strings are compared exactly first, then regardless of ASCII letter case. A documented value is always encoded as
/// documented, any other unchanged. Equality, order and hash are those of the string. The variant of a documented value
/// `UNKNOWN` needs another name.
///
/// `string_enum! { ServiceProvider { Across: "ACROSS" } }` does the same for an enum that is declared elsewhere, with
/// `#[derive(Clone)]` and the variant `Unknown(UnknownValue)`.
#[macro_export]
macro_rules! string_enum {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$variant_attribute:meta])* $variant:ident = $value:literal),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone)]
        #[non_exhaustive]
        $visibility enum $name {
            $(
                $(#[$variant_attribute])*
                // Five backticks: the value may hold fewer, and stays code whatever else it holds.
                #[doc = ::core::concat!("\n````` ", $value, " `````")]
                $variant,
            )*
            /// A value that is not documented for this API version.
            Unknown($crate::UnknownValue),
        }

        $crate::string_enum! { $name { $($variant: $value),* } }
    };
    ($name:ident { $($variant:ident: $value:literal),* $(,)? }) => {
        impl $name {
            /// The documented values, in the order of the spec.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the string of this value in requests and responses.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }

            /// Returns `true` if this is a documented value.
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !::core::matches!(self, Self::Unknown(_))
            }
        }

        impl $crate::StringEnum for $name {
            const KNOWN: &'static [Self] = Self::KNOWN;
            const VALUES: &'static [&'static str] = &[$($value),*];
            const NAMES: &'static [&'static str] = &[$(::core::stringify!($variant)),*];
            fn unknown(value: $crate::UnknownValue) -> Self {
                Self::Unknown(value)
            }
        }

        $crate::__string_enum_conversions!($name);
    };
}

/// The standard conversions of an open string enum. They are `inline` as the functions of
/// [`object!`](crate::object!) are.
#[doc(hidden)]
#[macro_export]
macro_rules! __string_enum_conversions {
    ($name:ident) => {
        impl ::core::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl ::core::cmp::Eq for $name {}

        impl ::core::cmp::PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }

        impl ::core::cmp::Ord for $name {
            #[inline]
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }

        impl ::core::hash::Hash for $name {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(self.as_str(), state);
            }
        }

        impl ::core::cmp::PartialEq<str> for $name {
            #[inline]
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl ::core::cmp::PartialEq<&str> for $name {
            #[inline]
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::string_enum::debug(self, formatter)
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;
            // `Self::Err` may be a variant.
            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, ::core::convert::Infallible> {
                ::core::result::Result::Ok(Self::from(text))
            }
        }

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                $crate::StringEnum::from_string(::std::borrow::Cow::Borrowed(text))
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                $crate::StringEnum::from_string(::std::borrow::Cow::Owned(text))
            }
        }

        impl ::core::convert::From<$name> for ::std::string::String {
            #[inline]
            fn from(value: $name) -> Self {
                ::std::string::ToString::to_string(value.as_str())
            }
        }

        impl $crate::ParameterValue for $name {
            #[inline]
            fn to_parameter(&self) -> ::std::borrow::Cow<'_, str> {
                ::std::borrow::Cow::Borrowed(self.as_str())
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::string_enum::deserialize(deserializer)
            }
        }

        impl $crate::json::FromJson for $name {
            const EXPECTED: &'static str = "a string";

            #[inline]
            fn decode(
                parser: &mut $crate::json::Parser<'_>,
            ) -> ::core::result::Result<$crate::json::Found<Self>, $crate::json::Error> {
                $crate::string_enum::decode(parser)
            }
        }

        impl $crate::json::ToJson for $name {
            fn encode<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }

            #[inline]
            fn view(&self) -> $crate::json::View<'_> {
                $crate::json::View::text(self.as_str())
            }
        }
    };
}

#[cfg(feature = "client")]
pub(crate) use string_enum;
