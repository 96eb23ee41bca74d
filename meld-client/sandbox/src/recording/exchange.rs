//! A request and its response, as they are recorded.

use std::collections::BTreeMap;

#[cfg(feature = "record")]
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::scrub::Scrubber;
use super::vocabulary::Vocabulary;
use crate::error::Error;
use crate::specs::{ApiVersion, Operation, Parameter, ParameterLocation};
use crate::validation::scalar;

/// The format of the files.
pub(crate) const FORMAT: u64 = 1;

/// A recorded exchange. All parts are copies without secrets.
pub(crate) struct Exchange {
    pub method: String,
    /// The path template.
    pub path: String,
    /// The objects `path` and `query`, and the `body` or its length in `bytes`.
    pub request: Value,
    pub response: RecordedResponse,
}

pub(crate) struct RecordedResponse {
    pub status: u16,
    /// The served version.
    pub version: Option<ApiVersion>,
    /// The seconds of `Retry-After`.
    pub retry_after: Option<u64>,
    pub body: Option<Value>,
    /// The length of a body that is not JSON.
    pub bytes: Option<u64>,
}

impl Exchange {
    #[cfg(feature = "record")]
    pub fn to_json(&self) -> Value {
        let response = &self.response;
        let mut replied = Map::from_iter([("status".to_owned(), json!(response.status))]);
        let optional = [
            ("meldVersion", response.version.map(|version| json!(version.to_string()))),
            ("retryAfter", response.retry_after.map(|seconds| json!(seconds))),
            ("body", response.body.clone()),
            ("bytes", response.bytes.map(|bytes| json!(bytes))),
        ];
        replied.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        json!({
            "format": FORMAT, "method": self.method, "path": self.path, "request": self.request, "response": replied,
        })
    }
}

/// A request as received: the values of its path, its query and its body.
pub(crate) struct Received<'a> {
    pub path: &'a [(String, String)],
    pub query: &'a [(String, String)],
    pub body: &'a [u8],
}

/// Returns a copy of a request without secrets: declared parameters, and the body by its schema.
pub(super) fn request(
    operation: &Operation,
    words: &Vocabulary,
    received: &Received<'_>,
    replace: &mut dyn FnMut(&str) -> String,
) -> Value {
    let mut scrubber = Scrubber::new(operation, words, replace);
    let path = parameters(operation, ParameterLocation::Path, received.path, &mut scrubber);
    let query = parameters(operation, ParameterLocation::Query, received.query, &mut scrubber);
    let mut copy = json!({ "path": path, "query": query });
    match (received.body.is_empty(), serde_json::from_slice::<Value>(received.body)) {
        (true, _) => {}
        (false, Ok(body)) => {
            let schema = operation.request_pointer().and_then(|pointer| operation.spec.root.pointer(pointer));
            copy["body"] = scrubber.value(schema.as_slice(), "", false, &body);
        }
        (false, Err(_)) => copy["bytes"] = json!(received.body.len()),
    }
    copy
}

fn parameters(
    operation: &Operation,
    location: ParameterLocation,
    sent: &[(String, String)],
    scrubber: &mut Scrubber<'_>,
) -> Map<String, Value> {
    let declared = operation.parameters.iter().filter(|parameter| parameter.location == location);
    let mut copies = Map::new();
    for parameter in declared {
        let values: Vec<&str> =
            sent.iter().filter(|(name, _)| *name == parameter.name).map(|(_, value)| value.as_str()).collect();
        if !values.is_empty() {
            copies.insert(parameter.name.clone(), parameter_value(operation, parameter, &values, scrubber));
        }
    }
    // A path may have values that its spec does not declare.
    for (name, value) in sent.iter().filter(|_| location == ParameterLocation::Path) {
        let text = || Value::from(value.as_str());
        copies.entry(name.clone()).or_insert_with(|| scrubber.value(&[], name, true, &text()));
    }
    copies
}

fn parameter_value(operation: &Operation, parameter: &Parameter, sent: &[&str], scrubber: &mut Scrubber<'_>) -> Value {
    let schema = operation.parameter_schema(parameter);
    let secret = crate::sensitive::is_sensitive(&parameter.name);
    let (schemas, is_list): (Vec<&Value>, bool) = match schema.kind() {
        Some("array") => (schema.items(), true),
        _ => (operation.spec.root.pointer(&parameter.schema).into_iter().collect(), false),
    };
    let resolved = operation.resolve(&schemas);
    let mut one = |text: &str| scrubber.value(&schemas, &parameter.name, secret, &scalar(&resolved, text));
    match is_list {
        true => sent.iter().flat_map(|text| text.split(',')).map(one).collect(),
        false => one(sent.first().copied().unwrap_or_default()),
    }
}

/// Returns a copy of a response without secrets: the status, two headers, and the body by its schema.
#[cfg(feature = "record")]
pub(super) fn response(
    operation: &Operation,
    words: &Vocabulary,
    (status, headers, body): (StatusCode, &HeaderMap, &[u8]),
    replace: &mut dyn FnMut(&str) -> String,
) -> RecordedResponse {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let mut copy = RecordedResponse {
        status: status.as_u16(),
        version: text("meld-version").and_then(|version| version.parse().ok()),
        retry_after: text("retry-after").and_then(|text| text.parse().ok()).filter(|seconds| *seconds <= 86_400),
        body: None,
        bytes: None,
    };
    match (body.is_empty(), serde_json::from_slice::<Value>(body)) {
        (true, _) => {}
        (false, Ok(value)) => {
            let error = error_schema();
            let mut scrubber = Scrubber::new(operation, words, replace);
            copy.body = Some(if status.is_success() {
                scrubber.value(operation.response_schema().as_slice(), "", false, &value)
            } else {
                scrubber.root = &error;
                scrubber.value(&[&error], "", false, &value)
            });
        }
        (false, Err(_)) => copy.bytes = Some(body.len() as u64),
    }
    copy
}

/// Returns the schema of the error body, which is the same for all operations.
#[cfg(feature = "record")]
fn error_schema() -> Value {
    let text = || json!({ "type": "string" });
    json!({ "type": "object", "properties": {
        "code": text(), "message": text(), "requestId": text(),
        "timestamp": { "type": "string", "format": "date-time" },
        "errors": { "type": "array", "items": text() }, "error": text(),
    } })
}

/// Returns the named values of a path.
pub(crate) fn named(path: &str, values: Vec<String>) -> Vec<(String, String)> {
    crate::specs::paths::Template::names(path).into_iter().zip(values).collect()
}

/// Reads an exchange. The error is a JSON pointer and the reason.
pub(super) fn parse(value: &Value) -> Result<Exchange, (&'static str, String)> {
    if value.get("format").and_then(Value::as_u64) != Some(FORMAT) {
        return Err(("/format", format!("expected {FORMAT}: this is no recording, or one of another version")));
    }
    let text = |pointer: &'static str| {
        let found = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        found.ok_or_else(|| (pointer, "expected a string".to_owned()))
    };
    let object = |pointer: &'static str| {
        let found = value.pointer(pointer).filter(|value| value.is_object());
        found.ok_or_else(|| (pointer, "expected an object".to_owned()))
    };
    let number = |pointer: &'static str| match value.pointer(pointer) {
        None => Ok(None),
        Some(found) => found.as_u64().map(Some).ok_or_else(|| (pointer, "expected a number".to_owned())),
    };
    object("/request/path")?;
    object("/request/query")?;
    object("/response")?;
    let status = number("/response/status")?.and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| (200..600).contains(status));
    let version = match value.pointer("/response/meldVersion") {
        None => None,
        Some(_) => {
            let version = text("/response/meldVersion")?.parse();
            Some(version.map_err(|error: Error| ("/response/meldVersion", error.to_string()))?)
        }
    };
    Ok(Exchange {
        method: text("/method")?,
        path: text("/path")?,
        request: object("/request")?.clone(),
        response: RecordedResponse {
            status: status.ok_or_else(|| ("/response/status", "expected a status from 200 to 599".to_owned()))?,
            version,
            retry_after: number("/response/retryAfter")?,
            body: value.pointer("/response/body").cloned(),
            bytes: number("/response/bytes")?,
        },
    })
}

/// The values that a client uses for recorded ones.
pub(crate) type Bindings = BTreeMap<String, String>;
