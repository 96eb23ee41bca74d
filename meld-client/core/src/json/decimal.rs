//! Decimal numbers that keep every digit.
//!
//! Meld sends balances with up to 20 decimals (`2.00000000000000000000`) and accepts amounts with as many. The digits
//! come from the JSON number itself, never from a binary float, and are encoded with the same decimals. A JSON string
//! with a number is decoded too.
//!
//! A [`Decimal`] has 28 digits, or 29 for some numbers. A longer number loses trailing zeros of its fraction. If it is
//! still too long, it is reported, not rounded.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::error::Error;
use super::found::Found;
use super::from_json::FromJson;
use super::kind::JsonKind;
use super::parser::Parser;
use super::parser::number::PlainNumber;
use super::short_string::ShortString;
use super::token::Token;

/// The name under which `serde_json` passes the raw JSON of a value. If it is ever renamed, values are converted first,
/// as the tests of this module show.
pub(super) const RAW_VALUE: &str = "$serde_json::private::RawValue";

impl FromJson for Decimal {
    const EXPECTED: &'static str = "a number";

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        if let Some(PlainNumber { is_negative, digits, decimals }) = parser.plain_number(Some) {
            let (low, middle) = (digits as u32, (digits >> 32) as u32);
            return Ok(Found::Value(Self::from_parts(low, middle, 0, is_negative, decimals)));
        }
        Ok(match parser.token()? {
            Token::Number(digits) => from_text(digits),
            token if token.is_nothing() => Found::Nothing,
            Token::String(text) if text.trim().is_empty() => Found::Nothing,
            Token::String(text) => from_text(text.trim()),
            other => Found::Undecodable(other.kind()),
        })
    }
}

fn from_text(text: &str) -> Found<Decimal> {
    match parse(text) {
        Ok(number) => Found::Value(number),
        Err(Undecodable::NotANumber) => Found::Undecodable(JsonKind::String),
        Err(Undecodable::TooLong) => Found::Undecodable(JsonKind::LongNumber),
    }
}

/// The reason why a string is not a [`Decimal`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Undecodable {
    NotANumber,
    TooLong,
}

/// Parses `-12.50e-3`: sign, digits, a fraction, an exponent. All but the digits are optional.
pub(crate) fn parse(text: &str) -> Result<Decimal, Undecodable> {
    parse_plain(text.as_bytes()).map_or_else(|| parse_slowly(text), Ok)
}

/// The number of digits that fit into every decimal.
const CERTAIN_DIGITS: usize = 28;

/// Parses the usual number: at most 28 digits and no exponent.
fn parse_plain(text: &[u8]) -> Option<Decimal> {
    let (is_negative, unsigned) = match text {
        [b'-', unsigned @ ..] => (true, unsigned),
        unsigned => (false, unsigned),
    };
    let (mut head, mut tail) = (Half::default(), Half::default());
    let mut whole_digits = None;
    for byte in unsigned {
        match byte {
            b'0'..=b'9' if head.digits < Half::MOST => head.push(*byte),
            b'0'..=b'9' if tail.digits < CERTAIN_DIGITS - Half::MOST => tail.push(*byte),
            b'.' if whole_digits.is_none() => whole_digits = Some(head.digits + tail.digits),
            _ => return None,
        }
    }
    let digits = head.digits + tail.digits;
    let decimals = digits - whole_digits.unwrap_or(digits);
    if digits == 0 || whole_digits.is_some_and(|whole| whole == 0 || whole == digits) {
        return None;
    }
    let mantissa = u128::from(head.number) * u128::from(10_u64.pow(tail.digits as u32)) + u128::from(tail.number);
    let [low, middle, high] = [0, 32, 64].map(|shift| (mantissa >> shift) as u32);
    Some(Decimal::from_parts(low, middle, high, is_negative, decimals as u32))
}

/// A part of the digits of a number. Arithmetic with more than 64 bits is slow.
#[derive(Default)]
struct Half {
    number: u64,
    digits: usize,
}

impl Half {
    /// The number of digits that always fit.
    const MOST: usize = 19;

    fn push(&mut self, digit: u8) {
        self.number = self.number * 10 + u64::from(digit - b'0');
        self.digits += 1;
    }
}

/// Formats a number as [`Decimal`] displays it.
pub(super) fn text(number: &Decimal) -> ShortString {
    const CHUNK: u128 = 10_u128.pow(Half::MOST as u32);
    let decimals = number.scale() as usize;
    let mantissa = number.mantissa().unsigned_abs();
    // The digits from the last to the first: those that fit into 64 bits, and the rest of a long number.
    let (mut low, mut high) = match u64::try_from(mantissa) {
        Ok(low) => (low, 0),
        Err(_) => ((mantissa % CHUNK) as u64, (mantissa / CHUNK) as u64),
    };
    let mut text = ShortString::new();
    let mut position = 0;
    while position <= decimals || low > 0 || high > 0 {
        if position == decimals && decimals > 0 {
            text.push(b'.');
        }
        if position == Half::MOST && high > 0 {
            (low, high) = (high, 0);
        }
        text.push(b'0' + (low % 10) as u8);
        low /= 10;
        position += 1;
    }
    if number.is_sign_negative() {
        text.push(b'-');
    }
    text.reverse();
    text
}

#[cold]
fn parse_slowly(text: &str) -> Result<Decimal, Undecodable> {
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
        return Err(Undecodable::NotANumber);
    }
    let fraction = if mantissa.contains('.') { fraction } else { "" };
    let digits = format!("{whole}{fraction}");
    let decimals = i64::try_from(fraction.len()).map_err(|_| Undecodable::TooLong)?;
    let number = assemble(digits.trim_start_matches('0'), decimals.saturating_sub(exponent))?;
    Ok(if negative { -number } else { number })
}

/// Parses an exponent. One that is out of range becomes the nearest that is not.
fn parse_exponent(text: &str) -> Result<i64, Undecodable> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Undecodable::NotANumber);
    }
    let size = digits.parse::<i32>().unwrap_or(i32::MAX);
    Ok(i64::from(if negative { -size } else { size }))
}

/// Returns the number with these digits (without leading zeros), the last `decimals` of them after the point. A
/// negative count adds zeros.
fn assemble(digits: &str, decimals: i64) -> Result<Decimal, Undecodable> {
    let most = i64::from(Decimal::MAX_SCALE);
    if digits.is_empty() {
        let scale = u32::try_from(decimals.clamp(0, most)).map_err(|_| Undecodable::TooLong)?;
        return Ok(Decimal::new(0, scale));
    }
    let mut digits = Cow::Borrowed(digits);
    let mut decimals = decimals;
    if decimals < 0 {
        let zeros = usize::try_from(-decimals).map_err(|_| Undecodable::TooLong)?;
        if digits.len().saturating_add(zeros) > 29 {
            return Err(Undecodable::TooLong);
        }
        digits.to_mut().push_str(&"0".repeat(zeros));
        decimals = 0;
    }
    let mut digits = &*digits;
    loop {
        let scale = u32::try_from(decimals).map_err(|_| Undecodable::TooLong)?;
        let number = digits.parse().ok().filter(|_| digits.len() <= 29);
        if let Some(number) = number.and_then(|n| Decimal::try_from_i128_with_scale(n, scale).ok()) {
            return Ok(number);
        }
        match digits.strip_suffix('0') {
            Some(shorter) if decimals > 0 => (digits, decimals) = (shorter, decimals - 1),
            _ => return Err(Undecodable::TooLong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{self, ToJson};

    fn decode(number: &str) -> Found<Decimal> {
        json::decode::<Decimal>(number.as_bytes()).unwrap().0
    }

    fn value(number: &str) -> String {
        match decode(number) {
            Found::Value(number) => number.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn numbers_round_trip_with_every_digit() {
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
            let Found::Value(decimal) = decode(number) else { panic!("{number}") };
            assert_eq!(serde_json::to_string(&json::Json(&decimal)).unwrap(), number);
            assert!(!decimal.is_absent());
        }
    }

    #[test]
    fn format_equals_display() {
        let mut seed = 1_u128;
        for round in 0..100_000_u32 {
            seed = seed.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
            let mantissa = (seed >> 32) >> (round % 97);
            let [low, middle, high] = [0, 32, 64].map(|shift| (mantissa >> shift) as u32);
            let is_negative = seed.is_multiple_of(3);
            let number = Decimal::from_parts(low, middle, high, is_negative, round % 29);
            let written = text(&number);
            assert_eq!(written.as_str(), number.to_string());
            assert_eq!(parse(written.as_str()), Ok(number));
            assert_eq!(parse_slowly(written.as_str()), Ok(number));
        }
        assert_eq!(text(&-Decimal::ZERO).as_str(), (-Decimal::ZERO).to_string());
    }

    #[test]
    fn exponents_and_strings_are_decoded() {
        for (text, number) in [
            ("1e-8", "0.00000001"),
            ("1.50E-3", "0.00150"),
            ("-2.5e+3", "-2500"),
            ("12e3", "12000"),
            ("0e999999999999", "0"),
            ("\"12.50\"", "12.50"),
            ("\" 1\\u0032 \"", "12"),
        ] {
            assert_eq!(value(text), number);
        }
    }

    #[test]
    fn only_zeros_beyond_the_range_are_dropped() {
        let number = Decimal::new(123_456_789_015, 1);
        assert_eq!(decode("12345678901.50000000000000000000"), Found::Value(number));
        assert_eq!(decode("1.0000000000000000000000000000000000"), Found::Value(Decimal::ONE));
        for number in [
            "0.00000000000000000000000000001",
            "123456789012.12345678901234567891",
            "79228162514264337593543950336",
            "1e29",
            "1e-29",
            "1e999999999999",
            "1e-999999999999",
        ] {
            assert_eq!(decode(number), Found::Undecodable(JsonKind::LongNumber), "{number}");
        }
    }

    #[test]
    fn other_values_are_not_numbers() {
        for text in ["\"12,50\"", "\"--1\"", "\"1.\"", "\".5\"", "\"1e\"", "\"x7\""] {
            assert_eq!(decode(text), Found::Undecodable(JsonKind::String), "{text}");
        }
        assert_eq!(decode("true"), Found::Undecodable(JsonKind::Boolean));
        assert_eq!(decode("[7]"), Found::Undecodable(JsonKind::Array));
        for nothing in ["null", "\"\"", "\" \"", "[]", "{}"] {
            assert_eq!(decode(nothing), Found::Nothing, "{nothing}");
        }
    }

    #[test]
    fn serde_json_passes_every_digit() {
        #[derive(Default, PartialEq)]
        struct Total(Decimal);
        crate::transparent!(read Total);
        for (text, number) in [
            ("2.00000000000000000000", "2.00000000000000000000"),
            ("18446744073709551615", "18446744073709551615"),
            ("1e-8", "0.00000001"),
        ] {
            let total: Total = serde_json::from_str(text).unwrap();
            assert_eq!(total.0.to_string(), number);
            let total: Total = serde_json::from_reader(text.as_bytes()).unwrap();
            assert_eq!(total.0.to_string(), number);
        }
        let total: Total = serde_json::from_value(serde_json::json!(12.25)).unwrap();
        assert_eq!(total.0.to_string(), "12.25");
    }
}
