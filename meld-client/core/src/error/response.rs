//! Meld's error responses.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::code::ErrorCode;
use super::under_success::is_empty;
use super::words::{Word, letters};
use crate::json;

/// The body of error responses: statuses from 400 up.
///
/// Decoding never fails:
///
/// - Null, missing and empty fields are equivalent, and unknown fields are ignored.
/// - A field of another type than documented is dropped.
/// - A bare JSON string is the message.
/// - A body that is not JSON is empty.
///
/// # Examples
///
/// ```
/// use meld_client_core::{ErrorCode, ErrorResponse};
///
/// let response = ErrorResponse::from_body(br#"{"error":"NO_VALID_QUOTES","message":null}"#);
/// assert_eq!(response.code, Some(ErrorCode::NoValidQuotes));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// The reason, for programs: `code`, or `error` if there is no `code`.
    pub code: Option<ErrorCode>,
    /// The reason, for people. The wording may change, and may begin with the provider's name.
    pub message: Option<String>,
    /// One line for each problem: `[field] message`, or `field: STATE` for a requirement that is not met.
    pub errors: Vec<String>,
    /// The id of the request, for Meld's support.
    pub request_id: Option<String>,
    /// The time of the failure, as a string; see [`time`](Self::time).
    pub timestamp: Option<String>,
    /// The response of the provider, if the provider failed: usually `code` and `message`.
    pub service_provider_details: Option<Value>,
    /// A message that may be shown to the customer.
    pub display_message: Option<String>,
}

impl ErrorResponse {
    /// Decodes the body of an error response.
    ///
    /// Memory is bounded: if a body has more than 10,000 values, fields that alone have more are dropped. So are fields with
    /// a number that no [`Value`] holds, such as `1e400`.
    #[must_use]
    pub fn from_body(body: &[u8]) -> Self {
        let Ok(json) = json::repair(body) else { return Self::default() };
        let whole = if has_few_values(json.as_bytes()) { serde_json::from_str(&json).ok() } else { None };
        let by_field = || serde_json::from_str(&json).ok().map(|SmallFields(fields)| Value::Object(fields));
        whole.or_else(by_field).map(Self::from_value).unwrap_or_default()
    }

    /// Returns the time of the failure; `None` if the timestamp is not in a format of RFC 3339.
    #[must_use]
    pub fn time(&self) -> Option<DateTime<Utc>> {
        let timestamp = self.timestamp.as_deref()?;
        DateTime::parse_from_rfc3339(timestamp).ok().map(|time| time.to_utc())
    }

    fn from_value(value: Value) -> Self {
        let fields = match value {
            Value::Object(fields) => fields,
            other => return Self { message: text(other), ..Self::default() },
        };
        let mut fields = Names::of(fields);
        // Some gateways put code and message into `error` or `fault`.
        for name in ["error", "fault"] {
            fields.merge_inner(name);
        }
        let message =
            ["message", "errormessage", "errordescription", "detail", "reason", "faultstring", "title", "msg"];
        Self {
            code: fields.text(&["code", "error", "errorcode", "faultcode"]).map(ErrorCode::from),
            message: fields.text(&message),
            errors: lines(fields.take("errors")),
            request_id: fields.text(&["requestid"]),
            timestamp: fields.text(&["timestamp"]),
            service_provider_details: details(fields.take("serviceproviderdetails")),
            display_message: fields.text(&["displaymessage"]),
        }
    }
}

/// The fields of a body by the letters of their names, so that `Message` and `error_code` are found too.
struct Names(BTreeMap<String, Value>);

impl Names {
    fn of(fields: Map<String, Value>) -> Self {
        let mut names = Self(BTreeMap::new());
        fields.into_iter().for_each(|(name, value)| names.add(&name, value));
        names
    }

    /// Adds a field, unless there is one with another spelling.
    fn add(&mut self, name: &str, value: Value) {
        let place = self.0.entry(letters(name)).or_default();
        if place.is_null() {
            *place = value;
        }
    }

    /// Adds the fields of an inner object.
    fn merge_inner(&mut self, name: &str) {
        if self.0.get(name).is_some_and(Value::is_object)
            && let Value::Object(inner) = self.take(name)
        {
            inner.into_iter().for_each(|(name, value)| self.add(&name, value));
        }
    }

    fn take(&mut self, name: &str) -> Value {
        self.0.remove(name).unwrap_or_default()
    }

    /// Returns the first of these fields that is a scalar.
    fn text(&mut self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| text(self.take(name)))
    }
}

/// The number of values of a body that are decoded. One takes up to 700 bytes.
const MAX_VALUES: usize = 10_000;

/// Returns `true` if JSON has few enough values to decode them. Marks within strings count as well.
fn has_few_values(json: &[u8]) -> bool {
    let marks = json.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{'));
    marks.count() < MAX_VALUES
}

/// The fields of a body with too many or unusual values that alone can be decoded.
struct SmallFields(Map<String, Value>);

impl<'de> Deserialize<'de> for SmallFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SmallFieldsVisitor;

        impl<'de> Visitor<'de> for SmallFieldsVisitor {
            type Value = SmallFields;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<SmallFields, A::Error> {
                let mut fields = Map::new();
                while let Some((name, json)) = object.next_entry::<String, &RawValue>()? {
                    if Word::of(&name).is_some() && has_few_values(json.get().as_bytes()) {
                        fields.extend(serde_json::from_str(json.get()).ok().map(|value| (name, value)));
                    }
                }
                Ok(SmallFields(fields))
            }
        }

        deserializer.deserialize_map(SmallFieldsVisitor)
    }
}

impl<'de> Deserialize<'de> for ErrorResponse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_value)
    }
}

impl Serialize for ErrorResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        serialize_field(&mut fields, "code", self.code.as_ref())?;
        serialize_field(&mut fields, "message", self.message.as_ref())?;
        serialize_field(&mut fields, "errors", Some(&self.errors).filter(|errors| !errors.is_empty()))?;
        serialize_field(&mut fields, "requestId", self.request_id.as_ref())?;
        serialize_field(&mut fields, "timestamp", self.timestamp.as_ref())?;
        serialize_field(&mut fields, "serviceProviderDetails", self.service_provider_details.as_ref())?;
        serialize_field(&mut fields, "displayMessage", self.display_message.as_ref())?;
        fields.end()
    }
}

fn serialize_field<M: SerializeMap, T: Serialize>(
    fields: &mut M,
    name: &'static str,
    value: Option<&T>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| fields.serialize_entry(name, value))
}

/// Returns a scalar as a string; `None` for other values and for an empty string.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// Returns the items of an array, or a value as the only item. Objects are JSON.
fn lines(value: Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.into_iter().flat_map(lines).collect(),
        Value::Object(fields) if !fields.is_empty() => vec![Value::Object(fields).to_string()],
        scalar => text(scalar).into_iter().collect(),
    }
}

/// Returns the value, unless it is null or empty.
fn details(value: Value) -> Option<Value> {
    (!is_empty(&value)).then_some(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> ErrorResponse {
        ErrorResponse::from_body(value.to_string().as_bytes())
    }

    #[test]
    fn documented_fields_round_trip() {
        let value = json!({
            "code": "INVALID_AMOUNT_TOO_LOW",
            "message": "[TRANSAK] too low",
            "errors": ["[sourceAmount] too low"],
            "requestId": "a9a93ca831d01055a46901384c09f218",
            "timestamp": "2022-01-19T20:32:30.784928Z",
            "serviceProviderDetails": {"code": "5034", "message": "minimum is 30"},
            "displayMessage": "Please enter more.",
        });
        let response = read(&value);
        assert_eq!(response.code, Some(ErrorCode::InvalidAmountTooLow));
        assert_eq!(response.errors, ["[sourceAmount] too low"]);
        assert_eq!(response.time().unwrap().timestamp_subsec_micros(), 784_928);
        assert_eq!(serde_json::to_value(&response).unwrap(), value);
    }

    #[test]
    fn timestamps_parse_and_others_are_preserved() {
        for (text, seconds) in [
            ("2026-08-10T12:00:00Z", Some(1_786_363_200)),
            ("2026-08-10T12:00:00.482+00:00", Some(1_786_363_200)),
            ("2026-08-10T14:00:00.784928123+02:00", Some(1_786_363_200)),
            ("yesterday", None),
        ] {
            let response = read(&json!({"timestamp": text}));
            assert_eq!(response.timestamp.as_deref(), Some(text));
            assert_eq!(response.time().map(|time| time.timestamp()), seconds, "{text}");
        }
    }

    #[test]
    fn code_is_taken_from_error_field() {
        assert_eq!(read(&json!({"error": "NO_VALID_QUOTES"})).code, Some(ErrorCode::NoValidQuotes));
        let both = json!({"code": null, "error": "BRAND_NEW", "message": null});
        assert_eq!(read(&both).code.unwrap(), "BRAND_NEW");
        let both = json!({"code": "CONFLICT", "error": "other"});
        assert_eq!(read(&both).code, Some(ErrorCode::Conflict));
        assert_eq!(read(&json!({"version": 1, "code": 3000})).code.unwrap(), "3000");
        assert_eq!(read(&json!({"code": "UNKNOWN"})).code, Some(ErrorCode::UnknownError));
    }

    #[test]
    fn values_of_other_types_never_fail() {
        let odd = json!({
            "code": {"a": 1}, "error": [], "message": ["x"], "requestId": 7, "timestamp": false,
            "errors": ["a", null, 5, {"field": "b"}, {}], "serviceProviderDetails": [],
            "displayMessage": "", "more": 1,
        });
        let response = read(&odd);
        assert_eq!(response.code, None);
        assert_eq!(response.message, None);
        assert_eq!(response.errors, ["a", "5", r#"{"field":"b"}"#]);
        assert_eq!(response.request_id.as_deref(), Some("7"));
        assert_eq!(response.service_provider_details, None);
        assert_eq!(read(&json!({"errors": "only one"})).errors, ["only one"]);
    }

    #[test]
    fn other_bodies_decode_as_far_as_possible() {
        let nested = read(&json!({"error": {"code": "X", "message": "no"}, "requestId": "r"}));
        assert_eq!((nested.code, nested.message.as_deref()), (Some(ErrorCode::from("X".to_owned())), Some("no")));
        assert_eq!(nested.request_id.as_deref(), Some("r"));
        assert_eq!(read(&json!("Bad category")).message.as_deref(), Some("Bad category"));
        for body in ["", "null", "[]", "<html><body>502</body></html>", "{\"code\":", "\u{feff}"] {
            assert_eq!(ErrorResponse::from_body(body.as_bytes()), ErrorResponse::default());
        }
        assert_eq!(serde_json::to_string(&ErrorResponse::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<ErrorResponse>("[1]").unwrap(), ErrorResponse::default());
    }

    #[test]
    fn huge_numbers_beside_the_code_are_dropped() {
        let body = br#"{"serviceProviderDetails":{"limit":1e400},"code":"CONFLICT","message":"no"}"#;
        let response = ErrorResponse::from_body(body);
        assert_eq!((response.code, response.message.as_deref()), (Some(ErrorCode::Conflict), Some("no")));
        assert_eq!(response.service_provider_details, None);
    }

    #[test]
    fn fields_with_too_many_values_are_dropped() {
        let many = format!("[{}]", vec!["0"; MAX_VALUES].join(","));
        for (body, errors) in [
            (format!(r#"{{"code":"CONFLICT","x":{many},"errors":["a"],"message":null}}"#), 1),
            (format!(r#"{{"code":"CONFLICT","errors":{many}}}"#), 0),
            (format!(r#"{{"code":"CONFLICT","serviceProviderDetails":{{"a":{many}}}}}"#), 0),
        ] {
            let response = ErrorResponse::from_body(body.as_bytes());
            assert_eq!((response.code, response.errors.len()), (Some(ErrorCode::Conflict), errors));
            assert_eq!(response.service_provider_details, None);
        }
        assert_eq!(ErrorResponse::from_body(many.as_bytes()), ErrorResponse::default());
    }
}
