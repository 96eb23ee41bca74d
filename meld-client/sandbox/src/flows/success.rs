//! Responses to requests that succeed.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use crate::multipart::Multipart;

/// The response to a request that succeeds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Success {
    /// The status, if it is not the operation's own.
    pub status: Option<StatusCode>,
    /// The seconds of `Retry-After`.
    pub retry_after: Option<u64>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub content: Content,
}

/// The body of a successful response.
#[derive(Clone, Debug, Default)]
pub(crate) enum Content {
    #[default]
    Empty,
    Json(Value),
    Multipart(Multipart),
    /// JSON that is sent even if the operation declares no body.
    AsIs(Value),
}

impl Success {
    /// Creates a response without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// Creates a JSON response with a status of its own.
    pub fn with_status(status: StatusCode, body: Value) -> Self {
        Self { status: Some(status), ..body.into() }
    }
}

impl From<Value> for Success {
    fn from(body: Value) -> Self {
        Self { content: Content::Json(body), ..Self::default() }
    }
}

impl From<Multipart> for Success {
    fn from(body: Multipart) -> Self {
        Self { content: Content::Multipart(body), ..Self::default() }
    }
}
