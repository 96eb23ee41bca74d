//! Decoding of a response's body.

use std::borrow::Cow;

use http::StatusCode;
use serde::de::DeserializeOwned;

use super::HttpResponse;
use crate::json::{self, DecodeWarning, DecodeWarnings, Found, FromJson, JsonKind, path};

/// The place where a body could not be decoded, and the reason.
pub(crate) struct Undecodable {
    /// `quotes[3].sourceAmount`; empty for the whole body.
    pub(crate) path: String,
    pub(crate) reason: String,
}

impl Undecodable {
    fn from_warning(warning: &DecodeWarning) -> Self {
        let reason = format!("expected {}, found {}", warning.expected, warning.found);
        Self { path: warning.path.clone(), reason }
    }

    #[cold]
    fn whole(expected: &'static str, found: JsonKind) -> Self {
        Self { path: String::new(), reason: format!("expected {expected}, found {found}") }
    }

    #[cold]
    fn empty() -> Self {
        Self { path: String::new(), reason: "it is empty".to_owned() }
    }

    #[cold]
    fn structure(error: &json::Error, body: &[u8]) -> Self {
        Self { path: path::at(body, error.offset()), reason: error.to_string() }
    }

    /// Locates a failure of serde. Not generic, so that it is compiled once for all types.
    #[cold]
    fn new(error: &serde_json::Error, body: &[u8]) -> Self {
        if body.is_empty() {
            return Self::empty();
        }
        let offset = path::offset(body, error.line(), error.column());
        Self { path: path::at(body, offset), reason: without_values(&error.to_string()) }
    }
}

/// Decodes the body of a response leniently, with warnings for values that were dropped; with `strict`, the first
/// warning is an error. Responses with the statuses of `without_content` may have no body.
pub(crate) fn decode<T: FromJson + Default>(
    response: &HttpResponse,
    without_content: &[u16],
    strict: bool,
) -> Result<(T, DecodeWarnings), Undecodable> {
    let body = content(&response.body);
    // A string or number has no such value: a balance of 0 would be invented.
    let has_empty_value = T::NESTED || T::IS_OPTIONAL;
    if body.is_empty() && has_empty_value && may_be_empty(response.status, without_content) {
        return Ok((T::default(), DecodeWarnings::default()));
    }
    let (found, warnings) = json::decode::<T>(body).map_err(|error| Undecodable::structure(&error, body))?;
    let value = match found {
        Found::Value(value) => value,
        Found::Nothing if !body.is_empty() && (body != b"null" || T::IS_OPTIONAL) => T::default(),
        Found::Nothing if body.is_empty() => return Err(Undecodable::empty()),
        Found::Nothing => return Err(Undecodable::whole(T::EXPECTED, JsonKind::Null)),
        Found::Undecodable(kind) => return Err(Undecodable::whole(T::EXPECTED, kind)),
    };
    match warnings.first().first() {
        Some(warning) if strict => Err(Undecodable::from_warning(warning)),
        _ => Ok((value, warnings)),
    }
}

/// Returns the body without a byte order mark, and without the whitespace around it.
fn content(body: &[u8]) -> &[u8] {
    let body = body.trim_ascii();
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii()
}

/// Returns `true` for a status of a response that may have no body: the result is not ready yet, there is none, or the
/// spec says so.
fn may_be_empty(status: StatusCode, without_content: &[u16]) -> bool {
    const EMPTY: [StatusCode; 3] = [StatusCode::ACCEPTED, StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT];
    EMPTY.contains(&status) || without_content.contains(&status.as_u16())
}

/// Decodes a body with serde. An empty body and damaged values in it are null.
pub(crate) fn decode_with_serde<T: DeserializeOwned>(body: &[u8]) -> Result<T, Undecodable> {
    let body = content(body);
    let decoded = serde_json::from_slice(if body.is_empty() { b"null" } else { body });
    decoded.or_else(|error| match json::repair(body) {
        Ok(Cow::Owned(repaired)) => {
            serde_json::from_str(&repaired).map_err(|error| Undecodable::new(&error, repaired.as_bytes()))
        }
        _ => Err(Undecodable::new(&error, body)),
    })
}

/// Removes the values that a message of serde quotes: ``invalid type: string "John", expected a number`` becomes
/// `invalid type: string, expected a number`.
fn without_values(message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    if message.starts_with("missing field ") || message.starts_with("duplicate field ") {
        return message.to_owned();
    }
    let (found, expected) = match message.rfind(", expected ") {
        Some(index) => message.split_at(index),
        None => (message, ""),
    };
    let shown = match (found.find(['`', '"', '\'']), found.rfind(['`', '"', '\''])) {
        (Some(first), Some(last)) => {
            format!("{} {}", found[..first].trim_end(), found[last + 1..].trim_start())
        }
        _ => found.to_owned(),
    };
    format!("{}{expected}", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Person {
        name: String,
        age: u8,
    }

    fn failure<T: DeserializeOwned>(body: &str) -> (String, String) {
        match decode_with_serde::<T>(body.as_bytes()) {
            Ok(_) => panic!("{body} was decoded"),
            Err(Undecodable { path, reason }) => (path, reason),
        }
    }

    #[test]
    fn serde_errors_name_path_but_no_values() {
        for (body, path, reason) in [
            (r#"{"name":"a","age":"Jo, expected \"hn"}"#, "age", "invalid type: string, expected u8"),
            (r#"{"name":777}"#, "name", "invalid type: integer, expected a string"),
            (r#"{"name":"a","age":777}"#, "age", "invalid value: integer, expected u8"),
            (r#"{"name":"a"}"#, "", "missing field `age`"),
            (r#"{"name":"a","#, "", "EOF while parsing a value"),
            ("<html>", "", "expected value"),
            ("", "", "it is empty"),
        ] {
            assert_eq!(failure::<Person>(body), (path.to_owned(), reason.to_owned()), "{body}");
        }
        #[derive(Debug, Deserialize)]
        enum Closed {
            A,
            B,
        }
        assert_eq!(failure::<Closed>("\"John\"").1, "unknown variant, expected `A` or `B`");
        assert!(matches!(decode_with_serde::<Closed>(b"\"A\""), Ok(Closed::A)) && format!("{:?}", Closed::B) == "B");
    }

    fn lenient<T: FromJson + Default>(status: u16, without_content: &[u16], body: &'static str) -> Option<T> {
        let status = StatusCode::from_u16(status).unwrap();
        let response = HttpResponse { status, body: body.into(), ..HttpResponse::default() };
        decode(&response, without_content, true).ok().map(|(value, _)| value)
    }

    #[test]
    fn documented_success_may_lack_content() {
        for status in [200, 201, 202, 204] {
            for body in ["", " \r\n", "\u{feff}\n"] {
                assert_eq!(lenient::<Vec<String>>(status, &[200, 201], body), Some(vec![]), "{status}");
                assert_eq!(lenient::<Option<i64>>(status, &[200, 201], body), Some(None), "{status}");
                // A number or string would be invented.
                assert_eq!(lenient::<i64>(status, &[200, 201], body), None, "{status}");
                assert_eq!(lenient::<String>(status, &[200, 201], body), None, "{status}");
            }
        }
        assert_eq!(lenient::<Vec<String>>(200, &[201], ""), None);
        assert_eq!(lenient::<Vec<String>>(200, &[200], "[\"a\"]"), Some(vec!["a".to_owned()]));
    }

    #[test]
    fn null_is_a_value_of_optional_types_only() {
        assert_eq!(lenient::<Option<i64>>(200, &[], "null"), Some(None));
        assert_eq!(lenient::<serde_json::Value>(200, &[], "null"), Some(serde_json::Value::Null));
        assert_eq!(lenient::<Option<i64>>(200, &[], "7"), Some(Some(7)));
        assert_eq!(lenient::<Option<i64>>(200, &[], ""), None);
        assert_eq!(lenient::<Vec<i64>>(200, &[], "null"), None);
    }

    #[test]
    fn empty_body_is_null() {
        assert!(matches!(decode_with_serde::<Option<Person>>(b""), Ok(None)));
        assert!(decode_with_serde::<()>(b"").is_ok());
        assert!(matches!(decode_with_serde::<u8>(b"\xef\xbb\xbf 7\n"), Ok(7)));
    }
}
