//! Macros for wrapper types and builders.

/// Implements decoding and encoding for a struct around one value: `transparent!(read Tree)`; `sent` as for
/// [`object!`](crate::object!).
#[doc(hidden)]
#[macro_export]
macro_rules! transparent {
    ($usage:ident $name:ident) => {
        impl $crate::json::FromJson for $name {
            const EXPECTED: &'static str = "a value";
            const NESTED: bool = true;

            fn declares(name: &str) -> bool {
                // The function of the inner type, which only the field names.
                fn of<T: $crate::json::FromJson, W>(_: fn(T) -> W) -> fn(&str) -> bool {
                    T::declares
                }
                of($name)(name)
            }

            fn decode(
                parser: &mut $crate::json::Parser<'_>,
            ) -> ::core::result::Result<$crate::json::Found<Self>, $crate::json::Error> {
                ::core::result::Result::Ok($crate::json::FromJson::decode(parser)?.map(Self))
            }

            fn absent() -> ::core::option::Option<Self> {
                $crate::json::FromJson::absent().map(Self)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::transparent!(@deserialize $usage deserializer)
            }
        }

        impl $crate::json::ToJson for $name {
            fn is_absent(&self) -> bool {
                $crate::json::ToJson::is_absent(&self.0)
            }

            fn encode<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::json::ToJson::encode(&self.0, serializer)
            }

            fn view(&self) -> $crate::json::View<'_> {
                $crate::json::ToJson::view(&self.0)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::json::ToJson::encode(self, serializer)
            }
        }
    };
    (@deserialize read $deserializer:ident) => { $crate::json::deserialize($deserializer) };
    (@deserialize sent $deserializer:ident) => { $crate::json::exact::deserialize($deserializer) };
}

/// Implements `Debug` for a builder without its values, which may be secret: `opaque!(Quote)`.
#[doc(hidden)]
#[macro_export]
macro_rules! opaque {
    ($name:ident $(<$generic:ident $(: $bound:path)?>)?) => {
        impl $(<$generic $(: $bound)?>)? ::core::fmt::Debug for $name $(<$generic>)? {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.debug_struct(::core::stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}
