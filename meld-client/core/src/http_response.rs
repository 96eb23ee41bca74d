//! A response before it is decoded: status, headers and body.

pub(crate) mod decode;
mod retry_after;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

pub(crate) use retry_after::retry_after;

/// A whole response as it came.
#[derive(Clone, Default)]
pub(crate) struct HttpResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The headers that may hold the request id, the most likely first. Meld documents only the field `requestId` of error
/// bodies.
const REQUEST_ID_HEADERS: [&str; 3] = ["x-request-id", "request-id", "x-correlation-id"];

/// Returns the id of the request from the headers of its response.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    REQUEST_ID_HEADERS.iter().find_map(|name| headers.get(*name)?.to_str().ok())
}
