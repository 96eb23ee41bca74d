//! Fields of a change: left as they are, taken away, or set.

/// A field of a request that changes something (`PATCH`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// Not sent: the service leaves it as it is.
    #[default]
    Unchanged,
    /// Sent as null: the value is taken away.
    Null,
    /// Sent: the new value.
    Value(T),
}

impl<T> Nullable<T> {
    /// The new value, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unchanged | Self::Null => None,
        }
    }
}

impl<T: crate::json::ToJson> crate::json::ToJson for Nullable<T> {
    fn is_absent(&self) -> bool {
        matches!(self, Self::Unchanged)
    }

    fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.write(serializer),
            Self::Unchanged | Self::Null => serializer.serialize_none(),
        }
    }
}

impl<T: crate::json::FromJson> crate::json::FromJson for Nullable<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const NESTED: bool = T::NESTED;

    fn read(
        parser: &mut crate::json::Parser<'_>,
    ) -> Result<crate::json::Found<Self>, crate::json::Error> {
        Ok(T::read(parser)?.map(Self::Value))
    }
}
