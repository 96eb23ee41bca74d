//! Decoding of optional values, lists, maps and free-form JSON.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Number, Value};

use super::decode::decode_or_warn;
use super::error::Error;
use super::found::Found;
use super::from_json::FromJson;
use super::items::make_room;
use super::kind::JsonKind;
use super::parser::Parser;
use super::parser::number::PlainNumber;
use super::token::Token;
use super::warnings::Step;

impl<T: FromJson> FromJson for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const NESTED: bool = T::NESTED;
    const IS_OPTIONAL: bool = true;

    fn declares(name: &str) -> bool {
        T::declares(name)
    }

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        Ok(T::decode(parser)?.map(Some))
    }

    fn decode_into(place: &mut Self, parser: &mut Parser<'_>) -> Result<Found<()>, Error> {
        Ok(T::decode(parser)?.map(|value| *place = Some(value)))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromJson> FromJson for Box<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    const NESTED: bool = T::NESTED;

    fn declares(name: &str) -> bool {
        T::declares(name)
    }

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        let found = T::decode(parser)?;
        if let Found::Value(_) = &found {
            parser.take_memory(size_of::<T>())?;
        }
        Ok(found.map(Box::new))
    }

    fn absent() -> Option<Self> {
        T::absent().map(Box::new)
    }
}

/// Returns `true` for the fields of any JSON: all except those of Meld's errors.
fn is_field_of_any(name: &str) -> bool {
    !matches!(name, "code" | "error")
}

/// Consumes a value where an array or object was expected. Returns its kind, or `None` for null and empty.
pub(super) fn unexpected(parser: &mut Parser<'_>) -> Result<Option<JsonKind>, Error> {
    let token = parser.token()?;
    Ok((!parser.is_nothing(&token)).then(|| token.kind()))
}

/// An empty object is an empty list. A string or object is not a list of one.
impl<T: FromJson> FromJson for Vec<T> {
    const EXPECTED: &'static str = "an array";
    const NESTED: bool = true;

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        let mut items = Self::new();
        let found = decode_items(parser, T::NESTED, T::EXPECTED, &mut |parser| T::decode_item(&mut items, parser))?;
        Ok(found.map(|()| items))
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// Decodes the items of an array by a function that keeps each. There is one copy of this function for all types.
fn decode_items(
    parser: &mut Parser<'_>,
    is_nested: bool,
    expected: &'static str,
    decode_item: &mut dyn FnMut(&mut Parser<'_>) -> Result<Found<()>, Error>,
) -> Result<Found<()>, Error> {
    if !parser.opens(b'[') {
        return unexpected(parser).map(Found::absent);
    }
    if is_nested {
        parser.notes.path.push(Step::Index(0));
    }
    for index in 0.. {
        if !parser.next_item()? {
            break;
        }
        if is_nested {
            parser.notes.at_index(index);
        }
        let kind = match decode_item(parser)? {
            Found::Value(()) => continue,
            Found::Nothing if !parser.is_exact => continue,
            Found::Nothing => JsonKind::Null,
            Found::Undecodable(kind) => kind,
        };
        let step = (!is_nested).then_some(Step::Index(index));
        parser.notes.warning(step, expected, kind);
    }
    if is_nested {
        parser.notes.path.pop();
    }
    Ok(Found::Value(()))
}

/// Returns the memory in bytes that the entry after `count` others of a map takes. One of five is the first of a node,
/// which has room for eleven.
fn entry_size<T>(count: usize) -> usize {
    const ROOM: usize = 11;
    let node = ROOM * (size_of::<String>() + size_of::<T>()) + 16;
    match count {
        0 => node,
        // Includes a share of the parent nodes.
        ROOM.. if (count - ROOM).is_multiple_of(5) => node + 128,
        _ => 0,
    }
}

/// An empty array is an empty map.
impl<T: FromJson> FromJson for BTreeMap<String, T> {
    const EXPECTED: &'static str = "an object";
    const NESTED: bool = true;

    fn declares(name: &str) -> bool {
        is_field_of_any(name)
    }

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        let mut entries = Self::new();
        let found = decode_entries(parser, &mut |key, parser| {
            if let Some(value) = decode_or_warn(parser)? {
                parser.take_memory(entry_size::<T>(entries.len()))?;
                entries.insert(key.to_owned(), value);
            }
            Ok(())
        })?;
        Ok(found.map(|()| entries))
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// Decodes the entries of a map by a function that keeps each.
fn decode_entries(
    parser: &mut Parser<'_>,
    decode_entry: &mut dyn FnMut(&str, &mut Parser<'_>) -> Result<(), Error>,
) -> Result<Found<()>, Error> {
    if !parser.opens(b'{') {
        return unexpected(parser).map(Found::absent);
    }
    while let Some(key) = parser.next_key()? {
        parser.notes.path.push(Step::Key(key.clone()));
        decode_entry(&key, parser)?;
        parser.notes.path.pop();
    }
    Ok(Found::Value(()))
}

/// Any JSON, with the precision that `serde_json` gives its numbers. Damaged fields of objects are dropped, and damaged
/// items of arrays are null.
impl FromJson for Value {
    const EXPECTED: &'static str = "any value";
    const NESTED: bool = true;
    const IS_OPTIONAL: bool = true;

    fn declares(name: &str) -> bool {
        is_field_of_any(name)
    }

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        Ok(match free(parser)? {
            Ok(Self::Null) if !parser.is_exact => Found::Nothing,
            Ok(value) => Found::Value(value),
            Err(kind) => Found::Undecodable(kind),
        })
    }

    fn absent() -> Option<Self> {
        Some(Self::Null)
    }
}

/// A free-form object.
impl FromJson for Map<String, Value> {
    const EXPECTED: &'static str = "an object";
    const NESTED: bool = true;

    fn declares(name: &str) -> bool {
        is_field_of_any(name)
    }

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        if parser.opens(b'{') {
            return free_object(parser).map(Found::Value);
        }
        unexpected(parser).map(Found::absent)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// Decodes free-form JSON. The inner error is the kind of damage.
fn free(parser: &mut Parser<'_>) -> Result<Result<Value, JsonKind>, Error> {
    if parser.opens(b'{') {
        return Ok(Ok(Value::Object(free_object(parser)?)));
    }
    if parser.opens(b'[') {
        return Ok(Ok(Value::Array(free_array(parser)?)));
    }
    if let Some(number) = parser.plain_number(plain) {
        return Ok(Ok(Value::Number(number)));
    }
    Ok(Ok(match parser.token()? {
        Token::Null => Value::Null,
        Token::Boolean(value) => Value::Bool(value),
        Token::Number(digits) => match number(digits) {
            Some(number) => Value::Number(number),
            None => return Ok(Err(JsonKind::LongNumber)),
        },
        Token::String(text) => Value::String(text.into_owned()),
        Token::Empty(JsonKind::Array) => Value::Array(Vec::new()),
        Token::Empty(_) => Value::Object(Map::new()),
        Token::Full(kind) | Token::Damaged(kind) => return Ok(Err(kind)),
    }))
}

fn free_object(parser: &mut Parser<'_>) -> Result<Map<String, Value>, Error> {
    let mut fields = Map::new();
    while let Some(key) = parser.next_key()? {
        let is_nested = matches!(parser.peek(), Some(b'{' | b'['));
        if is_nested {
            parser.notes.path.push(Step::Key(key.clone()));
        }
        let value = free(parser)?;
        if is_nested {
            parser.notes.path.pop();
        }
        match value {
            Ok(value) => {
                parser.take_memory(entry_size::<Value>(fields.len()))?;
                fields.insert(key.into_owned(), value);
            }
            Err(kind) => parser.notes.warning(Some(Step::Key(key)), Value::EXPECTED, kind),
        }
    }
    Ok(fields)
}

fn free_array(parser: &mut Parser<'_>) -> Result<Vec<Value>, Error> {
    let mut items = Vec::new();
    parser.notes.path.push(Step::Index(0));
    for index in 0.. {
        if !parser.next_item()? {
            break;
        }
        parser.notes.at_index(index);
        let item = free(parser)?.unwrap_or_else(|kind| {
            parser.notes.warning(None, Value::EXPECTED, kind);
            // Keeps the positions of the items after it.
            Value::Null
        });
        make_room(&mut items, parser)?;
        items.push(item);
    }
    parser.notes.path.pop();
    Ok(items)
}

/// Converts a number whose nearest float is one exact division, or that is whole; `None` for others.
fn plain(PlainNumber { is_negative, digits, decimals }: PlainNumber) -> Option<Number> {
    /// Powers of ten that are exact.
    const POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ];
    if *KEEPS_DIGITS {
        return None;
    }
    match decimals {
        0 if is_negative => None,
        0 => Some(digits.into()),
        _ if digits >> f64::MANTISSA_DIGITS > 0 => None,
        _ => {
            let number = digits as f64 / POWERS.get(decimals as usize)?;
            Number::from_f64(if is_negative { -number } else { number })
        }
    }
}

/// Returns a number of `serde_json`; `None` if it is out of range.
fn number(digits: &str) -> Option<Number> {
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_whole && let Ok(number) = digits.parse::<u64>() {
        return Some(number.into());
    }
    match digits.parse::<i64>() {
        Ok(number) if is_whole && number != 0 => Some(number.into()),
        _ if *KEEPS_DIGITS => serde_json::from_str(digits).ok(),
        _ => Number::from_f64(digits.parse().ok()?),
    }
}

/// `true` if numbers of `serde_json` keep all digits. Another crate of the program may have enabled that feature.
static KEEPS_DIGITS: LazyLock<bool> =
    LazyLock::new(|| serde_json::from_str("1.50").is_ok_and(|one: Number| one.to_string() == "1.50"));

#[cfg(test)]
mod tests {
    use crate::json::parse_value;

    #[test]
    fn free_numbers_are_exact_or_nearest() {
        for text in ["0", "7", "-7", "18446744073709551615", "-9223372036854775808"] {
            assert_eq!(parse_value(format!("[{text}]").as_bytes()).to_string(), format!("[{text}]"));
        }
        for text in [
            "-0",
            "0.1",
            "-0.0",
            "-12.50",
            "71.058802",
            "9007199254740991.5",
            "9007199254740993.5",
            "0.000000000000000001",
            "1e5",
            "1.5e-7",
            "900719925474099.1",
            "123456789.123456789",
            "18446744073709551616",
            "0.30000000000000004",
        ] {
            let nearest: f64 = text.parse().unwrap();
            let found = parse_value(format!("[{text}]").as_bytes());
            assert_eq!(found[0].as_f64().map(f64::to_bits), Some(nearest.to_bits()), "{text}");
        }
    }
}
