//! The log of received requests.

use std::collections::VecDeque;
use std::fmt;

use axum::http::{HeaderMap, Uri};
use chrono::{DateTime, Utc};
use serde_json::Value;

const MAX_REQUESTS: usize = 10_000;
/// The maximum size of all bodies in the log, in bytes.
const MAX_BYTES: usize = 16 << 20;
pub(crate) const REDACTED: &str = "[redacted]";

/// A request that the mock server received.
// The body may contain personal data, so Debug leaves it out.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The HTTP method.
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The operationId; `None` if no operation matches.
    pub operation: Option<String>,
    /// The decoded query parameters, in order.
    pub query: Vec<(String, String)>,
    /// The headers with lower-case names. Credentials are `[redacted]`.
    pub headers: Vec<(String, String)>,
    /// The JSON body; null if there is none, or if it is not JSON.
    pub body: Value,
    /// The status of the response; `None` while the request is in progress.
    pub status: Option<u16>,
    /// The id of the request, which the response has in `x-request-id`.
    pub request_id: String,
    /// The time by the server's clock.
    pub at: DateTime<Utc>,
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = formatter.debug_struct("ReceivedRequest");
        fields.field("method", &self.method).field("path", &self.path).field("operation", &self.operation);
        fields.field("status", &self.status).finish_non_exhaustive()
    }
}

impl ReceivedRequest {
    /// Returns the value of a header. The name is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the first value of a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) fn query_of(uri: &Uri) -> Vec<(String, String)> {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

/// Returns the headers, with credentials redacted.
pub(crate) fn headers_of(headers: &HeaderMap) -> Vec<(String, String)> {
    let one = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        let value = if is_credential(name.as_str()) {
            REDACTED.into()
        } else {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        (name.as_str().to_owned(), value)
    };
    headers.iter().map(one).collect()
}

fn is_credential(name: &str) -> bool {
    let parts = ["authorization", "cookie", "passthrough", "secret", "signature", "token"];
    parts.iter().any(|part| name.contains(part)) || (name.ends_with("key") && name != "x-idempotency-key")
}

/// The newest requests.
#[derive(Default)]
pub(crate) struct RequestLog {
    requests: VecDeque<(usize, ReceivedRequest)>,
    bytes: usize,
}

impl RequestLog {
    /// Adds a request whose body has this size.
    pub fn add(&mut self, request: ReceivedRequest, size: usize) {
        self.bytes += size;
        self.requests.push_back((size, request));
        while self.requests.len() > MAX_REQUESTS || self.bytes > MAX_BYTES {
            let Some((size, _)) = self.requests.pop_front() else { return };
            self.bytes -= size;
        }
    }

    /// Records the operation and the status of the response to a request.
    pub fn finish(&mut self, request_id: &str, operation: Option<&str>, status: u16) {
        let found = self.requests.iter_mut().rev().find(|(_, request)| request.request_id == request_id);
        if let Some((_, request)) = found {
            request.operation = operation.map(str::to_owned);
            request.status = Some(status);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &ReceivedRequest> {
        self.requests.iter().map(|(_, request)| request)
    }

    /// Returns a number of requests, newest first.
    pub fn newest(&self, count: usize) -> Vec<ReceivedRequest> {
        self.requests.iter().rev().take(count).map(|(_, request)| request.clone()).collect()
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
