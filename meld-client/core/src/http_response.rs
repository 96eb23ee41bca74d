//! A response as bytes, and reading it.

use std::borrow::Cow;

use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::{self, Error};
use crate::json::path;
use crate::json::{self, DecodeWarning, DecodeWarnings, Found, FromJson, JsonKind};

/// A whole response that nobody has read yet.
#[derive(Clone, Default)]
pub(crate) struct HttpResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl HttpResponse {
    /// Returns `true` if the status is a success and the body is not only an error.
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success() && !error::is_error_body(&self.body)
    }
}

/// The headers that name the request, the most likely first. Meld documents only the field
/// `requestId` of error bodies.
const REQUEST_ID_HEADERS: [&str; 3] = ["x-request-id", "request-id", "x-correlation-id"];

/// The id of the request according to the headers of the response.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    REQUEST_ID_HEADERS.iter().find_map(|name| headers.get(*name)?.to_str().ok())
}

/// Where and why a body could not be read.
pub(crate) struct Unreadable {
    path: String,
    reason: String,
}

impl Unreadable {
    pub(crate) fn into_error(self, response: HttpResponse) -> Error {
        Error::decode(self.path, self.reason, response)
    }

    fn from_warning(warning: &DecodeWarning) -> Self {
        let reason = format!("expected {}, found {}", warning.expected, warning.found);
        Self { path: warning.path.clone(), reason }
    }

    #[cold]
    fn whole(expected: &'static str, found: JsonKind) -> Self {
        Self { path: String::new(), reason: format!("expected {expected}, found {found}") }
    }

    #[cold]
    fn structure(error: &json::Error, body: &[u8]) -> Self {
        if body.is_empty() {
            return Self { path: String::new(), reason: "it is empty".to_owned() };
        }
        Self { path: path::at(body, error.offset()), reason: error.to_string() }
    }

    /// Locates the failure. Not generic, so that there is one of it for all types.
    #[cold]
    fn new(error: &serde_json::Error, body: &[u8]) -> Self {
        if body.is_empty() {
            return Self { path: String::new(), reason: "it is empty".to_owned() };
        }
        let offset = path::offset(body, error.line(), error.column());
        Self { path: path::at(body, offset), reason: without_values(&error.to_string()) }
    }
}

/// Reads a body, and says what of it could not be read; `strict` makes that a failure.
pub(crate) fn read<T: FromJson + Default>(
    response: &HttpResponse,
    strict: bool,
) -> Result<(T, DecodeWarnings), Unreadable> {
    let body = response.body.trim_ascii();
    if body.is_empty() && matches!(response.status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT) {
        // Nothing is ready yet, or there is nothing to say.
        return Ok((T::default(), DecodeWarnings::default()));
    }
    let (found, warnings) =
        json::read::<T>(body).map_err(|error| Unreadable::structure(&error, body))?;
    let value = match found {
        Found::Value(value) => value,
        Found::Nothing if body != b"null" && !body.is_empty() => T::default(),
        Found::Nothing => return Err(Unreadable::whole(T::EXPECTED, JsonKind::Null)),
        Found::Unreadable(kind) => return Err(Unreadable::whole(T::EXPECTED, kind)),
    };
    match warnings.first().first() {
        Some(warning) if strict => Err(Unreadable::from_warning(warning)),
        _ => Ok((value, warnings)),
    }
}

/// Decodes a body as serde does; an empty one counts as null, and so do damaged values.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unreadable> {
    let decoded = serde_json::from_slice(if body.is_empty() { b"null" } else { body });
    decoded.or_else(|error| match json::repair(body) {
        Ok(Cow::Owned(repaired)) => serde_json::from_str(&repaired)
            .map_err(|error| Unreadable::new(&error, repaired.as_bytes())),
        _ => Err(Unreadable::new(&error, body)),
    })
}

/// A message of serde without the values that it quotes: ``invalid type: string "John", expected a
/// number`` becomes `invalid type: string, expected a number`.
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
        match decode::<T>(body.as_bytes()) {
            Ok(_) => panic!("{body} was read"),
            Err(Unreadable { path, reason }) => (path, reason),
        }
    }

    #[test]
    fn failures_say_where_and_what_but_no_values() {
        for (body, path, reason) in [
            (
                r#"{"name":"a","age":"Jo, expected \"hn"}"#,
                "age",
                "invalid type: string, expected u8",
            ),
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
        assert!(
            matches!(decode::<Closed>(b"\"A\""), Ok(Closed::A))
                && format!("{:?}", Closed::B) == "B"
        );
    }

    #[test]
    fn an_empty_body_is_null() {
        assert!(matches!(decode::<Option<Person>>(b""), Ok(None)));
        assert!(decode::<()>(b"").is_ok());
    }
}
