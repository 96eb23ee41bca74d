//! Responses as they go over the wire, with what faults do to them.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use futures_util::stream;
use serde_json::Value;

use crate::damage;
use crate::documents::Operation;
use crate::faults::Fault;

/// In so many pieces does a body come that drips.
const DRIPS: usize = 20;
/// What a gateway sends that has lost what is behind it.
const PAGE: &str = "<html><head><title>502 Bad Gateway</title></head>\
                    <body><h1>502 Bad Gateway</h1></body></html>\n";
/// A version that was never asked for.
const OTHER_VERSION: &str = "2019-01-01";

/// Marks a response in whose place the connection is reset.
#[derive(Clone, Copy)]
pub(crate) struct Reset;

/// What is to be answered.
pub(crate) struct Reply {
    pub operation: Option<&'static Operation>,
    pub request_id: String,
    pub status: StatusCode,
    pub body: Option<Value>,
    pub retry_after: Option<String>,
    pub fault: Option<Fault>,
    /// For faults that repeat it.
    pub api_key: String,
}

impl Reply {
    /// The response; `slow` is how long a body takes that drips.
    pub fn into_response(self, slow: Duration) -> Response<Body> {
        let fault = self.fault;
        let mut response = Response::new(self.payload(slow));
        *response.status_mut() = match fault {
            Some(Fault::HtmlErrorPage) => StatusCode::BAD_GATEWAY,
            _ => self.status,
        };
        if fault.is_some_and(Fault::resets) {
            response.extensions_mut().insert(Reset);
        }
        let mut add = |name: &'static str, value: &str| {
            // Values are our own, or were headers before.
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name, value);
            }
        };
        let repeats_key = fault == Some(Fault::KeyInHeaders);
        add("x-request-id", if repeats_key { &self.api_key } else { &self.request_id });
        if let Some(seconds) = &self.retry_after {
            add("retry-after", seconds);
        }
        if let Some((name, value)) = fault.and_then(Fault::header) {
            add(name, value);
        }
        match (fault, self.operation) {
            (Some(Fault::WrongVersion), _) => add("meld-version", OTHER_VERSION),
            (Some(Fault::KeyInHeaders), _) => add("meld-version", &self.api_key),
            (Some(Fault::NoVersion), _) | (_, None) => {}
            (_, Some(operation)) => add("meld-version", &operation.version.to_string()),
        }
        if fault == Some(Fault::HtmlErrorPage) {
            add(header::CONTENT_TYPE.as_str(), "text/html");
        } else if self.body.is_some() {
            add(header::CONTENT_TYPE.as_str(), "application/json");
        }
        response
    }

    fn payload(&self, slow: Duration) -> Body {
        let Some(body) = &self.body else { return Body::empty() };
        let text = damage::write(self.operation, body, self.fault, &self.api_key);
        match self.fault {
            Some(fault) if fault.is_without_body() => Body::empty(),
            Some(Fault::HtmlErrorPage) => Body::from(PAGE),
            Some(Fault::CutOff) => cut_off(text),
            Some(Fault::SlowDrip) => drip(text, slow),
            _ => Body::from(text),
        }
    }
}

/// The first half, and then the connection ends.
fn cut_off(text: Vec<u8>) -> Body {
    let middle = text.len() / 2;
    let half = Bytes::from(text).slice(..middle);
    Body::from_stream(stream::unfold(Some(half), |half: Option<Bytes>| async move {
        match half {
            Some(half) => Some((Ok(half), None)),
            None => {
                // What was written has to leave before the connection does.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(io::Error::other("a fault was asked for")), None))
            }
        }
    }))
}

/// A body in pieces, which takes so long in all.
fn drip(text: Vec<u8>, slow: Duration) -> Body {
    let size = text.len().div_ceil(DRIPS).max(1);
    let pause = slow / u32::try_from(DRIPS).unwrap_or(1);
    Body::from_stream(stream::unfold(Bytes::from(text), move |mut left| async move {
        if left.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = left.split_to(size.min(left.len()));
        Some((Ok::<_, io::Error>(piece), left))
    }))
}
