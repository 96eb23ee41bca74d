//! Decoding of strings, booleans, whole numbers, dates and ids.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
#[cfg(feature = "client")]
use uuid::Uuid;

use super::error::Error;
use super::found::Found;
use super::from_json::FromJson;
use super::parser::Parser;
use super::token::Token;
use super::{date_time as plain_date_time, decimal};

/// A type whose values are one token.
trait Scalar: Sized {
    const EXPECTED: &'static str;

    /// Decodes a token that is not null or empty.
    fn from_token(token: &Token<'_>) -> Option<Self>;
}

fn decode_scalar<T: Scalar>(parser: &mut Parser<'_>) -> Result<Found<T>, Error> {
    let token = parser.token()?;
    if parser.is_nothing(&token) {
        return Ok(Found::Nothing);
    }
    Ok(T::from_token(&token).map_or_else(|| Found::Undecodable(token.kind()), Found::Value))
}

macro_rules! scalars {
    ($($type:ty),*) => {
        $(impl FromJson for $type {
            const EXPECTED: &'static str = <$type as Scalar>::EXPECTED;

            fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
                decode_scalar(parser)
            }
        })*
    };
}

scalars!(bool, i8, i16, i32, i64, u8, u16, u32, u64, DateTime<Utc>, NaiveDate);
#[cfg(feature = "client")]
scalars!(Uuid);

/// A number or boolean counts as a string.
impl FromJson for String {
    const EXPECTED: &'static str = "a string";

    fn decode(parser: &mut Parser<'_>) -> Result<Found<Self>, Error> {
        // Most values of most responses are strings.
        if let Some(text) = parser.simple_string() {
            return Ok(Found::Value(text.to_owned()));
        }
        let token = parser.token()?;
        if parser.is_nothing(&token) {
            return Ok(Found::Nothing);
        }
        let kind = token.kind();
        Ok(token.into_string().map_or(Found::Undecodable(kind), |text| Found::Value(text.into_owned())))
    }
}

/// `"true"` and 1 are `true`, `"false"` and 0 are `false`.
impl Scalar for bool {
    const EXPECTED: &'static str = "a boolean";

    fn from_token(token: &Token<'_>) -> Option<Self> {
        match token {
            Token::Boolean(value) => Some(*value),
            Token::Number("0") => Some(false),
            Token::Number("1") => Some(true),
            Token::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Token::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {
        $(impl Scalar for $type {
            const EXPECTED: &'static str = "a whole number";

            fn from_token(token: &Token<'_>) -> Option<Self> {
                Self::try_from(whole(token)?).ok()
            }
        })*
    };
}

whole_numbers!(i8, i16, i32, i64, u8, u16, u32, u64);

/// Decodes a whole number, also from a string, and with a fraction of zeros.
fn whole(token: &Token<'_>) -> Option<i128> {
    match token {
        Token::Number(digits) => whole_number(digits),
        Token::String(text) => whole_text(text.trim()),
        _ => None,
    }
}

fn whole_number(digits: &str) -> Option<i128> {
    let number = digits.parse::<i64>().map(i128::from).ok();
    number.or_else(|| whole_text(digits)).or_else(|| {
        let number = decimal::parse(digits).ok()?.normalize();
        (number.scale() == 0).then(|| number.mantissa())
    })
}

fn whole_text(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    fraction.bytes().all(|digit| digit == b'0').then(|| whole.parse().ok()).flatten()
}

/// Accepts:
///
/// - dates with time, with `T` or a space between them, 0 to 9 digits of a fraction, and an optional zone (UTC without)
/// - a date alone (its first moment)
/// - seconds since 1970, and milliseconds if they are too many for seconds
impl Scalar for DateTime<Utc> {
    const EXPECTED: &'static str = "a date-time";

    fn from_token(token: &Token<'_>) -> Option<Self> {
        match token {
            Token::String(text) => date_time(text.trim()),
            Token::Number(digits) if digits.contains(['.', 'e', 'E']) => fractional_epoch(digits.parse().ok()?),
            token => epoch(i64::try_from(whole(token)?).ok()?),
        }
    }
}

/// The year 5138. A larger number of seconds is one of milliseconds.
const LATEST_SECONDS: i64 = 100_000_000_000;

fn epoch(count: i64) -> Option<DateTime<Utc>> {
    if (-LATEST_SECONDS..LATEST_SECONDS).contains(&count) {
        DateTime::from_timestamp(count, 0)
    } else {
        DateTime::from_timestamp_millis(count)
    }
}

fn fractional_epoch(count: f64) -> Option<DateTime<Utc>> {
    let whole = count.trunc() as i64;
    if count.abs() >= LATEST_SECONDS as f64 {
        return (count == whole as f64).then(|| epoch(whole)).flatten();
    }
    let nanoseconds = (count.fract() * 1e9).round() as i64;
    let whole = DateTime::from_timestamp(whole, 0)?;
    whole.checked_add_signed(chrono::TimeDelta::nanoseconds(nanoseconds))
}

fn date_time(text: &str) -> Option<DateTime<Utc>> {
    plain_date_time::parse(text).or_else(|| other_date_time(text))
}

#[cold]
fn other_date_time(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    for format in ["%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z"] {
        if let Ok(time) = DateTime::parse_from_str(text, format) {
            return Some(time.to_utc());
        }
    }
    let local = text.strip_suffix(['Z', 'z']).unwrap_or(text).trim_end();
    for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
        if let Ok(time) = NaiveDateTime::parse_from_str(local, format) {
            return Some(time.and_utc());
        }
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(date.and_time(chrono::NaiveTime::MIN).and_utc());
    }
    text.parse().ok().and_then(epoch)
}

/// A date-time counts as its date.
impl Scalar for NaiveDate {
    const EXPECTED: &'static str = "a date";

    fn from_token(token: &Token<'_>) -> Option<Self> {
        let Token::String(text) = token else { return None };
        let text = text.trim();
        Self::parse_from_str(text, "%Y-%m-%d").ok().or_else(|| {
            // The date as written, regardless of the zone.
            let date = text.get(..10).filter(|_| date_time(text).is_some())?;
            Self::parse_from_str(date, "%Y-%m-%d").ok()
        })
    }
}

#[cfg(feature = "client")]
impl Scalar for Uuid {
    const EXPECTED: &'static str = "a UUID";

    fn from_token(token: &Token<'_>) -> Option<Self> {
        match token {
            Token::String(text) => Self::try_parse(text.trim()).ok(),
            _ => None,
        }
    }
}
