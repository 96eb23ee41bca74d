//! Encoding. Absent values are omitted, and nothing is filled in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeStruct, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
#[cfg(feature = "client")]
use uuid::Uuid;

use super::decimal::RAW_VALUE;
use super::view::{Items, Parts, View};
use super::{date_time, decimal};

/// A value that is encoded as JSON.
pub trait ToJson {
    /// Returns `true` if there is no value, so that its field is omitted.
    fn is_absent(&self) -> bool {
        false
    }

    /// Encodes the value.
    ///
    /// # Errors
    ///
    /// Returns the errors of the serializer.
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Returns a view of what is encoded. Values of requests have none.
    fn view(&self) -> View<'_>;
}

/// A value that is encoded as entries of the object that has it.
pub trait Entries {
    /// Encodes the entries.
    ///
    /// # Errors
    ///
    /// Returns the errors of the serializer.
    fn encode_entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

impl<T: Entries> Entries for Option<T> {
    fn encode_entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|value| value.encode_entries(map))
    }
}

/// A wrapper that implements [`Serialize`] by [`ToJson`].
pub struct Json<'a, T: ?Sized>(pub &'a T);

impl<T: ToJson + ?Sized> Serialize for Json<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer)
    }
}

/// Encodes a field, unless it is absent.
///
/// # Errors
///
/// Returns the errors of the serializer.
pub fn encode_field<T: ToJson, M: SerializeMap>(map: &mut M, name: &'static str, value: &T) -> Result<(), M::Error> {
    if value.is_absent() { Ok(()) } else { map.serialize_entry(name, &Json(value)) }
}

/// An encoder of the fields of an object, which ends at the first error.
#[doc(hidden)]
pub struct Fields<'a, M: SerializeMap> {
    map: &'a mut M,
    result: Result<(), M::Error>,
}

impl<'a, M: SerializeMap> Fields<'a, M> {
    /// Creates an encoder into `map`.
    #[inline]
    pub fn new(map: &'a mut M) -> Self {
        Self { map, result: Ok(()) }
    }

    /// Encodes a field, unless it is absent.
    #[inline]
    pub fn field<T: ToJson>(&mut self, name: &'static str, value: &T) {
        if self.result.is_ok() {
            self.result = encode_field(self.map, name, value);
        }
    }

    /// Encodes a value as entries of the object.
    #[inline]
    pub fn entries<T: Entries>(&mut self, value: &T) {
        if self.result.is_ok() {
            self.result = value.encode_entries(self.map);
        }
    }

    /// Returns the first error.
    ///
    /// # Errors
    ///
    /// Returns the errors of the serializer.
    #[inline]
    pub fn finish(self) -> Result<(), M::Error> {
        self.result
    }
}

/// Encodes a value as an object of its entries.
///
/// # Errors
///
/// Returns the errors of the serializer.
#[doc(hidden)]
pub fn encode_object<T: Entries, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    value.encode_entries(&mut map)?;
    map.end()
}

/// Implements [`ToJson`] by [`Serialize`].
macro_rules! as_serialized {
    ($($type:ty: $value:ident => $view:expr),* $(,)?) => {
        $(impl ToJson for $type {
            fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }

            fn view(&self) -> View<'_> {
                let $value = self;
                $view
            }
        })*
    };
}

as_serialized! {
    bool: _value => View::Nothing,
    i8: number => View::Number((*number).into()),
    i16: number => View::Number((*number).into()),
    i32: number => View::Number((*number).into()),
    i64: number => View::Number((*number).into()),
    u8: number => View::Number((*number).into()),
    u16: number => View::Number((*number).into()),
    u32: number => View::Number((*number).into()),
    u64: number => View::Number((*number).into()),
    String: text => View::text(text),
    NaiveDate: date => View::Text(date.to_string().into()),
}
#[cfg(feature = "client")]
as_serialized!(Uuid: id => View::Text(id.to_string().into()));

impl ToJson for Value {
    fn is_absent(&self) -> bool {
        self.is_null()
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Null | Self::Bool(_) => View::Nothing,
            Self::Number(number) => View::Text(number.to_string().into()),
            Self::String(text) => View::text(text),
            Self::Array(items) => View::List(items),
            Self::Object(object) => View::Object(object),
        }
    }
}

impl ToJson for Map<String, Value> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn view(&self) -> View<'_> {
        View::Object(self)
    }
}

/// The format is that of chrono.
impl ToJson for DateTime<Utc> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match date_time::text(self) {
            Some(text) => serializer.serialize_str(text.as_str()),
            None => self.serialize(serializer),
        }
    }

    fn view(&self) -> View<'_> {
        View::Text(self.to_rfc3339().into())
    }
}

/// The JSON number has all decimals.
impl ToJson for Decimal {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = decimal::text(self);
        if *IS_RAW_BY_NAME {
            return RawText(text.as_str()).serialize(serializer);
        }
        let number = RawValue::from_string(text.as_str().to_owned()).map_err(S::Error::custom)?;
        number.serialize(serializer)
    }

    fn view(&self) -> View<'_> {
        View::Number(*self)
    }
}

/// A wrapper that encodes an amount as a JSON string, with all decimals.
pub struct AsText<'a, T>(pub &'a T);

impl ToJson for AsText<'_, Decimal> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }

    fn view(&self) -> View<'_> {
        self.0.view()
    }
}

impl ToJson for AsText<'_, Option<Decimal>> {
    fn is_absent(&self) -> bool {
        self.0.is_none()
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(number) => AsText(number).encode(serializer),
            None => serializer.serialize_none(),
        }
    }

    fn view(&self) -> View<'_> {
        self.0.view()
    }
}

/// Raw JSON like [`RawValue`], but without its copy and its validation.
struct RawText<'a>(&'a str);

impl Serialize for RawText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut raw = serializer.serialize_struct(RAW_VALUE, 1)?;
        raw.serialize_field(RAW_VALUE, self.0)?;
        raw.end()
    }
}

/// `true` if `serde_json` accepts [`RawText`] as raw JSON. The name that this depends on is not documented.
static IS_RAW_BY_NAME: LazyLock<bool> =
    LazyLock::new(|| serde_json::to_string(&RawText("1.50")).is_ok_and(|text| text == "1.50"));

impl<T: ToJson> ToJson for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.encode(serializer),
            None => serializer.serialize_none(),
        }
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Nothing, T::view)
    }
}

impl<T: ToJson> ToJson for Box<T> {
    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).encode(serializer)
    }

    fn view(&self) -> View<'_> {
        (**self).view()
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Json))
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(name, value)| (name, Json(value))))
    }

    fn view(&self) -> View<'_> {
        View::Object(self)
    }
}

impl<T: ToJson> Items for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn item(&self, index: usize) -> View<'_> {
        self.get(index).map_or(View::Nothing, T::view)
    }
}

impl<T: ToJson> Parts for BTreeMap<String, T> {
    fn part(&self, name: &str) -> View<'_> {
        self.get(name).map_or(View::Nothing, T::view)
    }
}

impl Parts for Map<String, Value> {
    fn part(&self, name: &str) -> View<'_> {
        self.get(name).map_or(View::Nothing, Value::view)
    }
}
