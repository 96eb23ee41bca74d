//! The kinds of failures, and what is known about each.

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, StatusCode};

use super::code::ErrorCode;
use super::invalid_fields::InvalidFields;
use super::response::ErrorResponse;
use crate::http_response::{HttpResponse, request_id};
use crate::one_line::OneLine;

/// The kind of an [`Error`](crate::Error), with what is known about the failure.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request was not sent, because values are missing or not valid. [`Error::invalid_fields`] names all of them.
    ///
    /// [`Error::invalid_fields`]: crate::Error::invalid_fields
    #[non_exhaustive]
    InvalidRequest {
        /// The path of the first field or parameter, as Meld spells it: `paymentMethod.achDetails.accountNumber`;
        /// `body` for the body as a whole.
        field: Cow<'static, str>,
        /// The reason, which continues the name: `is required`.
        reason: String,
        /// The other fields and parameters that are missing or not valid.
        others: InvalidFields,
    },
    /// The request could not be sent, or no complete response arrived.
    Transport(TransportFailure),
    /// Meld responded with an error.
    Api(RawResponse),
    /// Meld responded with a success, but its body could not be decoded. The request was executed.
    #[non_exhaustive]
    Decode {
        /// The path where decoding failed: `quotes[3].sourceAmount`; empty for the whole body.
        path: String,
        /// The expected and the found kind of value, without the value itself.
        reason: String,
        /// The response.
        response: RawResponse,
    },
    /// Meld responded with a success, but in an older API version than the request needs. The request, or a parameter of
    /// it, had another meaning or none. A write may have been executed.
    #[non_exhaustive]
    OlderVersion {
        /// The version that the request needs at least: `2026-05-01`.
        needed: &'static str,
        /// The version of the response: a date, or `unversioned`.
        served: String,
        /// The response.
        response: RawResponse,
    },
    /// The client is not configured correctly, so that no request can be sent.
    #[non_exhaustive]
    Configuration {
        /// The setting and what is wrong with it.
        reason: String,
    },
}

/// The reason why a request could not be sent, or why its response could not be received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportFailure {
    /// No connection. Meld has not received the request.
    Connect,
    /// No secure connection, for example because a certificate is not trusted. Meld has not received the request.
    Tls,
    /// No response in time. The outcome is unknown.
    Timeout,
    /// The connection broke. The outcome is unknown.
    Interrupted,
    /// The request was executed, but the response is larger than
    /// [`max_response_size`](crate::Transport::with_max_response_size).
    ResponseTooLarge,
    /// The response came from another URL than that of the request, and is dropped. The outcome is unknown. Redirects
    /// are never followed, so this should not occur.
    OtherUrl,
    /// A [layer](crate::middleware) or the provider of the API key refused the request before it was sent
    /// ([`NotSent`](crate::NotSent)). Meld has not received the request.
    NotSent,
    /// A [layer](crate::middleware) failed. The outcome is unknown.
    Layer,
    /// Any other failure. A retry will not help.
    Other,
}

impl TransportFailure {
    /// Returns the failure in one word, for metrics.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::ResponseTooLarge => "response_too_large",
            Self::OtherUrl => "other_url",
            Self::NotSent => "not_sent",
            Self::Layer => "layer",
            Self::Other => "other",
        }
    }
}

/// A response that is an error, or that could not be decoded.
pub struct RawResponse {
    pub(super) error: ErrorResponse,
    pub(super) http: HttpResponse,
    pub(super) is_truncated: bool,
    /// The reason why the body could not be decompressed.
    pub(super) unreadable: Option<String>,
}

impl RawResponse {
    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.http.status
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.http.headers
    }

    /// Returns the body with secrets redacted; see [`Error::body`](crate::Error::body).
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.http.body
    }

    /// Returns `true` if only the beginning of the body was received: it is longer than 1 MiB, or the connection broke.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// Returns `true` if a part of the body did not arrive, or cannot be decompressed.
    pub(super) fn lacks_body(&self) -> bool {
        self.is_truncated || self.unreadable.is_some()
    }

    /// Returns the body decoded as Meld's error response. It is empty if the body is something else.
    #[must_use]
    pub fn error_response(&self) -> &ErrorResponse {
        &self.error
    }

    /// Returns the id of the request for Meld's support, from the body or else from the headers.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.error.request_id.as_deref().or_else(|| request_id(&self.http.headers))
    }
}

/// Omits the headers and the body. Strings of the response are printable and bounded.
impl fmt::Debug for RawResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |text: Option<&str>| text.map(|text| OneLine::new(text).to_string());
        formatter
            .debug_struct("RawResponse")
            .field("status", &self.status())
            .field("code", &line(self.error.code.as_ref().map(ErrorCode::as_str)))
            .field("message", &line(self.error.message.as_deref()))
            .field("request_id", &line(self.request_id()))
            .finish_non_exhaustive()
    }
}
