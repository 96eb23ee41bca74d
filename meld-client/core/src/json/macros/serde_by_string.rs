//! The serde implementations of types that have a string form.

/// Implements `Serialize` by `Display`, and `Deserialize` by `FromStr`: `serde_by_string!(ApiVersion)`.
#[doc(hidden)]
#[macro_export]
macro_rules! serde_by_string {
    ($name:ident) => {
        /// Encodes the string that `Display` writes.
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        /// Decodes a string as `FromStr` parses it.
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as $crate::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err($crate::serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use serde_by_string;
