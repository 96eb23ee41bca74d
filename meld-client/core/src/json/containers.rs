//! Optional values, lists, maps and free-form JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::context::{self, Step};
use super::token::{drain_array, drain_object};
use super::{Found, FromJson, Kind, Seed, Token};

impl<T: FromJson> FromJson for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const NESTED: bool = T::NESTED;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        Ok(T::read(deserializer)?.map(Some))
    }
}

impl<T: FromJson> FromJson for Box<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const NESTED: bool = T::NESTED;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        Ok(T::read(deserializer)?.map(Box::new))
    }
}

/// What a scalar is where an array or object was expected.
pub(super) fn other<T>(token: &Token<'_>) -> Found<T> {
    if token.is_nothing() { Found::Nothing } else { Found::Unreadable(token.kind()) }
}

/// Implements a visitor's methods for scalars where an array or object was expected.
macro_rules! scalars_are_unreadable {
    () => {
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Found::Nothing)
        }

        fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Found::Nothing)
        }

        fn visit_some<D: Deserializer<'de>>(
            self,
            deserializer: D,
        ) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_any(self)
        }

        fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
            Ok(other(&Token::Boolean(value)))
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
            Ok(other(&Token::Signed(value)))
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
            Ok(other(&Token::Unsigned(value)))
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
            Ok(other(&Token::Float(value)))
        }
    };
}
pub(super) use scalars_are_unreadable;

/// An empty object is an empty list; a text or object where a list was expected is no list of one.
impl<T: FromJson> FromJson for Vec<T> {
    const EXPECTED: &'static str = "an array";
    const NESTED: bool = true;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: FromJson> Visitor<'de> for ListVisitor<T> {
    type Value = Found<Vec<T>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        // What the service claims of the size is not believed beyond reason.
        let mut items = Vec::with_capacity(seq.size_hint().unwrap_or_default().min(1024));
        context::within(T::NESTED, Step::Index(0), || {
            for index in 0.. {
                if T::NESTED {
                    context::at_index(index);
                }
                match seq.next_element_seed(Seed::<T>::new())? {
                    None => break,
                    Some(Found::Value(item)) => {
                        make_room(&mut items);
                        items.push(item);
                    }
                    Some(Found::Nothing) => {}
                    Some(Found::Unreadable(kind)) => {
                        let step = (!T::NESTED).then_some(Step::Index(index));
                        context::report(step, T::EXPECTED, kind);
                    }
                }
            }
            Ok(())
        })?;
        Ok(Found::Value(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        drain_object(map).map(|token| other(&token))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(other(&Token::Text(Cow::Borrowed(text))))
    }

    scalars_are_unreadable!();
}

/// Makes room for one more item, and for few beyond it: an item of a few bytes of text can take a thousand bytes of
/// memory, and a vector left to itself has up to four times the room that it needs.
fn make_room<T>(items: &mut Vec<T>) {
    /// From here on a list grows by a quarter.
    const MANY: usize = 256;
    /// Items of more bytes than these are large.
    const LARGE: usize = 128;
    match items.len() {
        // Many lists have one item.
        0 if items.capacity() == 0 && size_of::<T>() > LARGE => items.reserve_exact(1),
        many if many >= MANY && many == items.capacity() => items.reserve_exact(many / 4),
        _ => {}
    }
}

/// An empty array is an empty map.
impl<T: FromJson> FromJson for BTreeMap<String, T> {
    const EXPECTED: &'static str = "an object";
    const NESTED: bool = true;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        deserializer.deserialize_any(MapVisitor(PhantomData))
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: FromJson> Visitor<'de> for MapVisitor<T> {
    type Value = Found<BTreeMap<String, T>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            let found = if T::NESTED {
                let step = Step::Key(key.clone());
                context::within(true, step, || map.next_value_seed(Seed::<T>::new()))?
            } else {
                map.next_value_seed(Seed::<T>::new())?
            };
            match found {
                Found::Value(value) => {
                    entries.insert(key, value);
                }
                Found::Nothing => {}
                Found::Unreadable(kind) => {
                    context::report(Some(Step::Key(key)), T::EXPECTED, kind);
                }
            }
        }
        Ok(Found::Value(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        drain_array(seq).map(|token| other(&token))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(other(&Token::Text(Cow::Borrowed(text))))
    }

    scalars_are_unreadable!();
}

/// Any JSON as it is, with the precision that `serde_json` gives its numbers.
impl FromJson for Value {
    const EXPECTED: &'static str = "any value";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        let value = <Self as serde::Deserialize>::deserialize(deserializer)?;
        Ok(if value.is_null() { Found::Nothing } else { Found::Value(value) })
    }
}

/// A free-form object.
impl FromJson for Map<String, Value> {
    const EXPECTED: &'static str = "an object";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Found<Self>, D::Error> {
        Ok(match <Value as serde::Deserialize>::deserialize(deserializer)? {
            Value::Object(object) => Found::Value(object),
            Value::Null => Found::Nothing,
            Value::Bool(value) => other(&Token::Boolean(value)),
            Value::Number(_) => Found::Unreadable(Kind::Number),
            Value::String(text) => other(&Token::Text(Cow::Owned(text))),
            Value::Array(items) if items.is_empty() => Found::Nothing,
            Value::Array(_) => Found::Unreadable(Kind::Array),
        })
    }
}
