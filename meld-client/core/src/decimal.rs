//! Decimal numbers of which no digit is lost, for `#[serde(with = "meld_client_core::decimal")]`.
//!
//! Meld writes balances with up to 20 decimals (`2.00000000000000000000`) and accepts amounts with
//! as many. The digits are taken from the text of the JSON number, never from a binary float, and
//! are written back as a JSON number with the same decimals. A JSON string that holds a number is
//! read too.
//!
//! A [`Decimal`] holds 28 digits, and some numbers of 29. Of a longer number trailing zeros of the
//! fraction are left away; if that is not enough reading fails, rather than round.
//!
//! Inside untagged or flattened types serde keeps numbers in a buffer, where fractions are binary
//! floats already. There up to 15 digits are certain and are taken; longer fractions are refused.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::scalar::Scalar;

/// Under this name `serde_json` hands over the untouched text of a value. Should it ever be renamed,
/// numbers arrive as in a buffer, which is checked by the tests of this module.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// What messages say was expected.
const EXPECTED: &str = "a decimal number";

/// The digits that a binary float keeps in any case.
const CERTAIN_DIGITS_OF_FLOATS: usize = 15;

/// What may hold decimals: a number, an optional one, and lists and maps of those.
pub trait DecimalField: Sized {
    /// Reads the value; see [`deserialize`].
    ///
    /// # Errors
    /// Anything that is not of this form, and numbers with more digits than a [`Decimal`] holds.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Writes the value; see [`serialize`].
    ///
    /// # Errors
    /// Those of the serializer.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// Writes numbers as JSON numbers, with all their decimals; an absent one as null.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<T: DecimalField, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.write(serializer)
}

/// Reads JSON numbers, or JSON strings that hold one; null and the empty string are `None`.
///
/// A field that may be absent needs `#[serde(default)]` besides.
///
/// # Errors
/// Anything that is not a number, and numbers with more digits than a [`Decimal`] holds.
pub fn deserialize<'de, T: DecimalField, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::read(deserializer)
}

impl DecimalField for Decimal {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<Self>::read(deserializer)?
            .ok_or_else(|| de::Error::invalid_type(Unexpected::Unit, &EXPECTED))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_string())
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl DecimalField for Option<Decimal> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW_VALUE, NumberVisitor)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(number) => number.write(serializer),
            None => serializer.serialize_none(),
        }
    }
}

impl<T: DecimalField> DecimalField for Vec<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Option::<Vec<Inner<T>>>::deserialize(deserializer)?.unwrap_or_default();
        Ok(items.into_iter().map(|item| item.0).collect())
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(InnerRef))
    }
}

impl<T: DecimalField> DecimalField for BTreeMap<String, T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries =
            Option::<BTreeMap<String, Inner<T>>>::deserialize(deserializer)?.unwrap_or_default();
        Ok(entries.into_iter().map(|(name, value)| (name, value.0)).collect())
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(name, value)| (name, InnerRef(value))))
    }
}

/// A [`DecimalField`] as serde reads one.
struct Inner<T>(T);

impl<'de, T: DecimalField> Deserialize<'de> for Inner<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// A [`DecimalField`] as serde writes one.
struct InnerRef<'a, T>(&'a T);

impl<T: DecimalField> Serialize for InnerRef<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// Takes the raw text of a JSON value, or the value itself where there is no raw text.
struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Option<Decimal>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match map.next_key::<Cow<'de, str>>()? {
            Some(key) if key == RAW_VALUE => {
                let value = map.next_value::<Box<str>>()?;
                read_json(&value).map_err(de::Error::custom)
            }
            _ => Err(de::Error::invalid_type(Unexpected::Map, &self)),
        }
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        read_scalar(Scalar::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Reads the text of one JSON value.
fn read_json(value: &str) -> Result<Option<Decimal>, Unreadable> {
    if value.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return parse(value).map(Some);
    }
    match serde_json::from_str(value) {
        Ok(scalar) => read_scalar(scalar),
        Err(_) => Err(Unreadable::NotANumber),
    }
}

/// Reads a scalar that was not available as raw text.
fn read_scalar(scalar: Scalar<'_>) -> Result<Option<Decimal>, Unreadable> {
    match scalar {
        Scalar::Null => Ok(None),
        Scalar::Boolean(_) => Err(Unreadable::NotANumber),
        Scalar::Number(text) => parse(&text).map(Some),
        Scalar::Text(text) if text.trim().is_empty() => Ok(None),
        Scalar::Text(text) => parse(text.trim()).map(Some),
        Scalar::Float(number) => {
            let text = format!("{number:e}");
            let digits = text.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit);
            if digits.count() > CERTAIN_DIGITS_OF_FLOATS {
                return Err(Unreadable::Inexact);
            }
            parse(&text).map(Some)
        }
    }
}

/// Why a text is not a [`Decimal`]. The texts hold nothing of the value.
#[derive(Debug, PartialEq, Eq)]
enum Unreadable {
    NotANumber,
    TooLong,
    Inexact,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotANumber => "not a decimal number",
            Self::TooLong => "the number has more digits than a decimal holds (28)",
            Self::Inexact => "the digits of the number were lost in a binary float before reading",
        })
    }
}

/// Reads `-12.50e-3`: sign, digits, a fraction, an exponent; all but the digits may be left out.
fn parse(text: &str) -> Result<Decimal, Unreadable> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return Err(Unreadable::NotANumber);
    }
    let fraction = if mantissa.contains('.') { fraction } else { "" };
    let digits = format!("{whole}{fraction}");
    let decimals = i64::try_from(fraction.len()).map_err(|_| Unreadable::TooLong)?;
    let number = assemble(digits.trim_start_matches('0'), decimals.saturating_sub(exponent))?;
    Ok(if negative { -number } else { number })
}

/// Reads an exponent. One beyond any sense becomes the nearest that fits.
fn parse_exponent(text: &str) -> Result<i64, Unreadable> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Unreadable::NotANumber);
    }
    let size = digits.parse::<i32>().unwrap_or(i32::MAX);
    Ok(i64::from(if negative { -size } else { size }))
}

/// The number with these digits (no zeros before them), the last `decimals` of them after the
/// point; a negative count stands for zeros to be added.
fn assemble(digits: &str, decimals: i64) -> Result<Decimal, Unreadable> {
    let most = i64::from(Decimal::MAX_SCALE);
    if digits.is_empty() {
        let scale = u32::try_from(decimals.clamp(0, most)).map_err(|_| Unreadable::TooLong)?;
        return Ok(Decimal::new(0, scale));
    }
    let mut digits = Cow::Borrowed(digits);
    let mut decimals = decimals;
    if decimals < 0 {
        let zeros = usize::try_from(-decimals).map_err(|_| Unreadable::TooLong)?;
        if digits.len().saturating_add(zeros) > 29 {
            return Err(Unreadable::TooLong);
        }
        digits.to_mut().push_str(&"0".repeat(zeros));
        decimals = 0;
    }
    let mut digits = &*digits;
    loop {
        let scale = u32::try_from(decimals).map_err(|_| Unreadable::TooLong)?;
        let number = digits.parse().ok().filter(|_| digits.len() <= 29);
        if let Some(number) = number.and_then(|n| Decimal::try_from_i128_with_scale(n, scale).ok())
        {
            return Ok(number);
        }
        match digits.strip_suffix('0') {
            Some(shorter) if decimals > 0 => (digits, decimals) = (shorter, decimals - 1),
            _ => return Err(Unreadable::TooLong),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Amounts {
        #[serde(with = "crate::decimal")]
        amount: Decimal,
        #[serde(default, with = "crate::decimal", skip_serializing_if = "Option::is_none")]
        fee: Option<Decimal>,
    }

    fn read(number: &str) -> Result<Decimal, String> {
        let json = format!("{{\"amount\":{number}}}");
        let from_text = serde_json::from_str::<Amounts>(&json).map(|amounts| amounts.amount);
        let from_reader = serde_json::from_reader::<_, Amounts>(json.as_bytes());
        assert_eq!(
            from_text.as_ref().ok(),
            from_reader.ok().map(|amounts| amounts.amount).as_ref()
        );
        from_text.map_err(|error| error.to_string())
    }

    #[test]
    fn digits_come_back_as_they_came() {
        for number in [
            "2.00000000000000000000",
            "0.12345678901234567890",
            "-12345678.10000000000000000000",
            "0.0000000000000000000000000001",
            "1234567890123456789012345678",
            "79228162514264337593543950335",
            "0.1",
            "100",
            "0",
            "0.00",
        ] {
            let json = format!("{{\"amount\":{number},\"fee\":{number}}}");
            let amounts: Amounts = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&amounts).unwrap(), json);
        }
    }

    #[test]
    fn exponents_and_texts_are_read() {
        assert_eq!(read("1e-8").unwrap(), Decimal::new(1, 8));
        assert_eq!(read("1.50E-3").unwrap().to_string(), "0.00150");
        assert_eq!(read("-2.5e+3").unwrap().to_string(), "-2500");
        assert_eq!(read("12e3").unwrap(), Decimal::new(12000, 0));
        assert_eq!(read("0e999999999999").unwrap(), Decimal::ZERO);
        assert_eq!(read("\"12.50\"").unwrap().to_string(), "12.50");
        assert_eq!(read("\" 1\\u0032 \"").unwrap().to_string(), "12");
    }

    #[test]
    fn zeros_beyond_the_range_are_dropped_and_digits_are_not() {
        assert_eq!(
            read("12345678901.50000000000000000000").unwrap(),
            Decimal::new(123_456_789_015, 1)
        );
        assert_eq!(read("0.00000000000000000000000000000000").unwrap(), Decimal::ZERO);
        assert_eq!(read("1.0000000000000000000000000000000000").unwrap(), Decimal::ONE);
        for number in [
            "0.00000000000000000000000000001",
            "123456789012.12345678901234567891",
            "79228162514264337593543950336",
            "1e29",
            "1e-29",
            "1e999999999999",
            "1e-999999999999",
        ] {
            let error = read(number).unwrap_err();
            assert!(error.contains("more digits than a decimal holds"), "{number}: {error}");
        }
    }

    #[test]
    fn other_values_are_refused_without_repeating_them() {
        for value in
            ["\"12,50\"", "\"--1\"", "\"1.\"", "\".5\"", "\"1e\"", "\"x7\"", "true", "[7]", "{}"]
        {
            let error = read(value).unwrap_err();
            assert!(error.contains("not a decimal number"), "{value}: {error}");
            assert!(!error.contains("x7") && !error.contains("12,50"), "{error}");
        }
        assert!(read("null").unwrap_err().contains("expected a decimal number"));
        assert!(read("\"\"").is_err());
    }

    #[test]
    fn absent_null_and_empty_are_none() {
        for json in [r#"{"amount":1}"#, r#"{"amount":1,"fee":null}"#, r#"{"amount":1,"fee":""}"#] {
            let amounts: Amounts = serde_json::from_str(json).unwrap();
            assert_eq!(amounts.fee, None);
            assert_eq!(serde_json::to_string(&amounts).unwrap(), r#"{"amount":1}"#);
        }
    }

    #[test]
    fn buffered_numbers_are_read_while_their_digits_are_certain() {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Buffered {
            Amounts(Amounts),
        }
        let read = |number: &str| {
            serde_json::from_str::<Buffered>(&format!("{{\"amount\":{number},\"fee\":null}}"))
                .map(|Buffered::Amounts(amounts)| amounts.amount.to_string())
        };
        assert_eq!(read("12.25").unwrap(), "12.25");
        assert_eq!(read("1e-8").unwrap(), "0.00000001");
        assert_eq!(read("18446744073709551615").unwrap(), "18446744073709551615");
        assert_eq!(read("\"0.12345678901234567890\"").unwrap(), "0.12345678901234567890");
        // Exact where serde_json keeps the text of all numbers (`arbitrary_precision`).
        let long = "0.12345678901234567890";
        assert!(read(long).map_or(true, |number| number == long));
        let value = serde_json::json!({"amount": 1.5});
        assert_eq!(serde_json::from_value::<Amounts>(value).unwrap().amount, Decimal::new(15, 1));
    }
}
