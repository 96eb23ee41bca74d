//! Responses on the wire, with the damage of faults.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use futures_util::stream;
use serde_json::Value;

use crate::faults::{Fault, bodies};
use crate::multipart::Multipart;
use crate::specs::{ApiVersion, Operation};

const PIECES: usize = 20;
/// The error page of a gateway.
const PAGE: &str = "<html><head><title>502 Bad Gateway</title></head>\
                    <body><h1>502 Bad Gateway</h1></body></html>\n";
/// A version that no request asks for.
const OTHER_VERSION: &str = "2019-01-01";

/// A marker of responses that are replaced by a reset of the connection.
#[derive(Clone, Copy)]
pub(crate) struct Reset;

/// A response before faults damage it.
pub(crate) struct Reply {
    pub operation: Option<&'static Operation>,
    /// The version that is served.
    pub version: Option<ApiVersion>,
    pub request_id: String,
    pub status: StatusCode,
    pub body: Option<Value>,
    /// The body instead of JSON.
    pub multipart: Option<Multipart>,
    pub retry_after: Option<String>,
    /// Further headers.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub fault: Option<Fault>,
    /// The API key, for faults that leak it.
    pub api_key: String,
}

impl Reply {
    /// Builds the HTTP response. `slow` is the duration of a body in pieces.
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
            // All values are constants, or were valid headers before.
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name, value);
            }
        };
        let leaks_key = fault == Some(Fault::KeyInHeaders);
        add("x-request-id", if leaks_key { &self.api_key } else { &self.request_id });
        if let Some(seconds) = &self.retry_after {
            add("retry-after", seconds);
        }
        if let Some((name, value)) = fault.and_then(Fault::header) {
            add(name, value);
        }
        match (fault, self.version) {
            (Some(Fault::WrongVersion), _) => add("meld-version", OTHER_VERSION),
            (Some(Fault::KeyInHeaders), _) => add("meld-version", &self.api_key),
            (Some(Fault::NoVersion), _) | (_, None) => {}
            (_, Some(version)) => add("meld-version", &version.to_string()),
        }
        if fault == Some(Fault::HtmlErrorPage) {
            add(header::CONTENT_TYPE.as_str(), "text/html");
        } else if self.multipart.is_some() {
            add(header::CONTENT_TYPE.as_str(), &Multipart::content_type());
        } else if self.body.is_some() {
            add(header::CONTENT_TYPE.as_str(), "application/json");
        }
        response.headers_mut().extend(self.headers);
        response
    }

    /// Returns the parts with the damage of the fault in the JSON part.
    fn damaged(&self, parts: &Multipart) -> Multipart {
        let mut parts = parts.clone();
        if let Some(data) = parts.0.first_mut().filter(|_| self.fault.is_some())
            && let Ok(value) = serde_json::from_slice(&data.bytes)
        {
            data.bytes = bodies::encode(self.operation, &value, self.fault, &self.api_key).into();
        }
        parts
    }

    fn payload(&self, slow: Duration) -> Body {
        let text = match (&self.multipart, &self.body) {
            (Some(parts), _) => self.damaged(parts).encode(),
            (None, Some(body)) => bodies::encode(self.operation, body, self.fault, &self.api_key),
            (None, None) => return Body::empty(),
        };
        match self.fault {
            Some(fault) if fault.is_without_body() => Body::empty(),
            Some(Fault::HtmlErrorPage) => Body::from(PAGE),
            Some(Fault::CutOff) => cut_off(text),
            Some(Fault::SlowDrip) => in_pieces(text, slow),
            _ => Body::from(text),
        }
    }
}

/// Sends the first half, then closes the connection.
fn cut_off(text: Vec<u8>) -> Body {
    let middle = text.len() / 2;
    let half = Bytes::from(text).slice(..middle);
    Body::from_stream(stream::unfold(Some(half), |half: Option<Bytes>| async move {
        match half {
            Some(half) => Some((Ok(half), None)),
            None => {
                // The half must be sent before the connection is closed.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(io::Error::other("injected fault")), None))
            }
        }
    }))
}

/// Sends a body in pieces, within `slow`.
fn in_pieces(text: Vec<u8>, slow: Duration) -> Body {
    let size = text.len().div_ceil(PIECES).max(1);
    let pause = slow / u32::try_from(PIECES).unwrap_or(1);
    Body::from_stream(stream::unfold(Bytes::from(text), move |mut left| async move {
        if left.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = left.split_to(size.min(left.len()));
        Some((Ok::<_, io::Error>(piece), left))
    }))
}
