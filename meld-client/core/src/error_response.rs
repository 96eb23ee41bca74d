//! The one form in which Meld reports failures.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::ErrorCode;

/// The body that every status from 400 up carries.
///
/// Reading never fails: null, absent and empty fields are the same, a field of another kind than
/// documented is left out, a bare JSON string is the message, and a body that is no JSON gives an
/// empty value. Unknown fields are ignored.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ErrorResponse {
    /// What went wrong, for programs. Read from `code`, or from `error` where there is no `code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<ErrorCode>,
    /// What went wrong, for people; the wording may change. May begin with the provider's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// One line for each thing that is wrong: `[field] text`, or `field: STATE` where a
    /// requirement is not met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// The id of the request, for Meld's support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// When it happened, as it came; see [`time`](Self::time).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// What the provider answered, if it was a provider that failed: usually `code` and `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_provider_details: Option<Value>,
    /// A message that may be shown to the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_message: Option<String>,
}

impl ErrorResponse {
    /// Reads the body of an error answer, whatever it is.
    #[must_use]
    pub fn from_body(body: &[u8]) -> Self {
        serde_json::from_slice(body).map(Self::from_value).unwrap_or_default()
    }

    /// When it happened, if the timestamp has one of the forms of RFC 3339.
    #[must_use]
    pub fn time(&self) -> Option<DateTime<Utc>> {
        let timestamp = self.timestamp.as_deref()?;
        DateTime::parse_from_rfc3339(timestamp).ok().map(|time| time.to_utc())
    }

    fn from_value(value: Value) -> Self {
        let mut fields = match value {
            Value::Object(fields) => fields,
            other => return Self { message: text(other), ..Self::default() },
        };
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        Self {
            code: text(take("code")).or_else(|| text(take("error"))).map(ErrorCode::from),
            message: text(take("message")),
            errors: lines(take("errors")),
            request_id: text(take("requestId")),
            timestamp: text(take("timestamp")),
            service_provider_details: details(take("serviceProviderDetails")),
            display_message: text(take("displayMessage")),
        }
    }
}

impl<'de> Deserialize<'de> for ErrorResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_value)
    }
}

/// A scalar as text; nothing else, and not the empty string.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// The items of an array, or one item without an array; an item that is no scalar as its JSON.
fn lines(value: Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.into_iter().flat_map(lines).collect(),
        Value::Object(fields) if !fields.is_empty() => vec![Value::Object(fields).to_string()],
        scalar => text(scalar).into_iter().collect(),
    }
}

/// Anything but null and what is empty.
fn details(value: Value) -> Option<Value> {
    let empty = match &value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    (!empty).then_some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> ErrorResponse {
        ErrorResponse::from_body(value.to_string().as_bytes())
    }

    #[test]
    fn the_documented_form_comes_back() {
        let value = json!({
            "code": "INVALID_AMOUNT_TOO_LOW",
            "message": "[TRANSAK] too low",
            "errors": ["[sourceAmount] too low"],
            "requestId": "a9a93ca831d01055a46901384c09f218",
            "timestamp": "2022-01-19T20:32:30.784928Z",
            "serviceProviderDetails": {"code": "5034", "message": "minimum is 30"},
            "displayMessage": "Please enter more.",
        });
        let answer = read(&value);
        assert_eq!(answer.code, Some(ErrorCode::InvalidAmountTooLow));
        assert_eq!(answer.errors, ["[sourceAmount] too low"]);
        assert_eq!(answer.time().unwrap().timestamp_subsec_micros(), 784_928);
        assert_eq!(serde_json::to_value(&answer).unwrap(), value);
    }

    #[test]
    fn all_timestamps_are_understood_and_odd_ones_kept() {
        for (text, seconds) in [
            ("2026-08-10T12:00:00Z", Some(1_786_363_200)),
            ("2026-08-10T12:00:00.482+00:00", Some(1_786_363_200)),
            ("2026-08-10T14:00:00.784928123+02:00", Some(1_786_363_200)),
            ("yesterday", None),
        ] {
            let answer = read(&json!({"timestamp": text}));
            assert_eq!(answer.timestamp.as_deref(), Some(text));
            assert_eq!(answer.time().map(|time| time.timestamp()), seconds, "{text}");
        }
    }

    #[test]
    fn the_code_may_stand_under_error() {
        assert_eq!(read(&json!({"error": "NO_VALID_QUOTES"})).code, Some(ErrorCode::NoValidQuotes));
        let both = json!({"code": null, "error": "BRAND_NEW", "message": null});
        assert_eq!(read(&both).code.unwrap(), "BRAND_NEW");
        let both = json!({"code": "CONFLICT", "error": "other"});
        assert_eq!(read(&both).code, Some(ErrorCode::Conflict));
        assert_eq!(read(&json!({"version": 1, "code": 3000})).code.unwrap(), "3000");
        assert_eq!(read(&json!({"code": "UNKNOWN"})).code, Some(ErrorCode::UnknownError));
    }

    #[test]
    fn odd_kinds_never_fail() {
        let odd = json!({
            "code": {"a": 1}, "error": [], "message": ["x"], "requestId": 7, "timestamp": false,
            "errors": ["a", null, 5, {"field": "b"}, {}], "serviceProviderDetails": [],
            "displayMessage": "", "more": 1,
        });
        let answer = read(&odd);
        assert_eq!(answer.code, None);
        assert_eq!(answer.message, None);
        assert_eq!(answer.errors, ["a", "5", r#"{"field":"b"}"#]);
        assert_eq!(answer.request_id.as_deref(), Some("7"));
        assert_eq!(answer.service_provider_details, None);
        assert_eq!(read(&json!({"errors": "only one"})).errors, ["only one"]);
    }

    #[test]
    fn other_bodies_give_what_there_is() {
        assert_eq!(read(&json!("Bad category")).message.as_deref(), Some("Bad category"));
        for body in ["", "null", "[]", "<html><body>502</body></html>", "{\"code\":", "\u{feff}"] {
            assert_eq!(ErrorResponse::from_body(body.as_bytes()), ErrorResponse::default());
        }
        assert_eq!(serde_json::to_string(&ErrorResponse::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<ErrorResponse>("[1]").unwrap(), ErrorResponse::default());
    }
}
