//! Decoding of whole bodies.

use std::borrow::Cow;

use serde_json::Value;

use super::error::Error;
use super::found::Found;
use super::from_json::FromJson;
use super::kind::JsonKind;
use super::parser::Parser;
use super::warnings::{DecodeWarnings, Step};

/// Decodes a whole body. Returns the warnings without logging them. Null and an empty body are [`Found::Nothing`].
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear, or if the value takes more than 1 MiB and more than 14
/// bytes of memory for each byte of the body.
pub fn decode<T: FromJson>(body: &[u8]) -> Result<(Found<T>, DecodeWarnings), Error> {
    if is_utf16(body) {
        return Ok((Found::Undecodable(JsonKind::Utf16), DecodeWarnings::default()));
    }
    let mut parser = Parser::new(body);
    if parser.peek().is_none() {
        return Ok((Found::Nothing, DecodeWarnings::default()));
    }
    let found = T::decode(&mut parser)?;
    parser.end()?;
    Ok((found, parser.notes.warnings))
}

/// Returns `true` if a body is UTF-16, with or without a byte order mark: one byte of each of its first characters is
/// zero.
fn is_utf16(body: &[u8]) -> bool {
    match body {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [0, 1..=255, rest @ ..] => matches!(rest, [] | [0, ..]),
        [1..=255, 0, rest @ ..] => matches!(rest, [] | [_, 0, ..]),
        _ => false,
    }
}

/// Decodes a value that was cut out of a body at this path. The value is `None` if it is null, or if it cannot be
/// decoded, which is reported.
///
/// # Errors
///
/// Returns an error as [`decode`] does.
#[doc(hidden)]
pub fn decode_at<T: FromJson>(path: &'static str, value: &[u8]) -> Result<(Option<T>, DecodeWarnings), Error> {
    let mut parser = Parser::new(value);
    parser.notes.path.push(Step::Field(path));
    let value = decode_or_warn(&mut parser)?;
    Ok((value, parser.notes.warnings))
}

/// Decodes the value at the current path. It is `None` if it is null, or if it cannot be decoded, which is reported.
pub(super) fn decode_or_warn<T: FromJson>(parser: &mut Parser<'_>) -> Result<Option<T>, Error> {
    Ok(match T::decode(parser)? {
        Found::Value(value) => Some(value),
        Found::Nothing => {
            if parser.is_exact {
                parser.notes.warning(None, T::EXPECTED, JsonKind::Null);
            }
            None
        }
        Found::Undecodable(kind) => {
            parser.notes.warning(None, T::EXPECTED, kind);
            None
        }
    })
}

/// Decodes any JSON, without the damaged values in it. Returns `Null` if the body is not JSON.
#[must_use]
pub fn parse_value(body: &[u8]) -> Value {
    match decode(body) {
        Ok((Found::Value(value), _)) => value,
        _ => Value::Null,
    }
}

/// Returns the JSON with `null` instead of damaged values; unchanged if it is valid.
///
/// # Errors
///
/// Returns an error if the structure of the JSON is unclear.
pub fn repair(body: &[u8]) -> Result<Cow<'_, str>, Error> {
    let mut parser = Parser::new(body);
    let text = parser.text()?.unwrap_or(Cow::Borrowed("null"));
    parser.end()?;
    Ok(text)
}
