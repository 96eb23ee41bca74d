//! Constructors of errors, for tests of code that handles errors.

use std::error::Error as StdError;

use http::{HeaderMap, StatusCode};

use super::Error;
use super::kind::{ErrorKind, RawResponse, TransportFailure};
use super::outcome::Earlier;
use super::response::ErrorResponse;
use crate::http_response::HttpResponse;

/// Constructors for tests.
impl Error {
    /// Creates the error of an error response.
    ///
    /// # Examples
    ///
    /// ```
    /// use meld_client_core::http::{HeaderMap, StatusCode};
    /// use meld_client_core::{Error, ErrorCode};
    ///
    /// let body = br#"{"code":"INVALID_AMOUNT","message":"too low"}"#;
    /// let error = Error::from_response(StatusCode::BAD_REQUEST, HeaderMap::new(), body);
    /// assert_eq!(error.code(), Some(&ErrorCode::InvalidAmount));
    /// ```
    #[must_use]
    pub fn from_response(status: StatusCode, headers: HeaderMap, body: impl Into<Vec<u8>>) -> Self {
        Self::of(ErrorKind::Api(RawResponse::new(status, headers, body)))
    }

    /// Creates the error of a request without a response.
    #[must_use]
    pub fn transport(failure: TransportFailure) -> Self {
        Self::of(ErrorKind::Transport(failure))
    }

    /// Creates the error of a success that could not be decoded at `path`; `reason` continues "cannot be decoded at
    /// `path`:". An empty path stands for the whole body.
    ///
    /// # Examples
    ///
    /// ```
    /// use meld_client_core::http::{HeaderMap, StatusCode};
    /// use meld_client_core::{Error, RawResponse};
    ///
    /// let response = RawResponse::new(StatusCode::OK, HeaderMap::new(), r#"{"id":[]}"#);
    /// let error = Error::undecodable(response, "id", "expected a string, found a list");
    /// assert!(error.outcome_unknown());
    /// ```
    #[must_use]
    pub fn undecodable(response: RawResponse, path: impl Into<String>, reason: impl Into<String>) -> Self {
        let response = RawResponse { error: ErrorResponse::default(), ..response };
        Self::of(ErrorKind::Decode { path: path.into(), reason: reason.into(), response })
    }

    /// Creates the error of a success of an older API version than the request needs: `needed` is a date, `served` a date
    /// or `unversioned`.
    #[must_use]
    pub fn older_version(response: RawResponse, needed: &'static str, served: impl Into<String>) -> Self {
        let response = RawResponse { error: ErrorResponse::default(), ..response };
        Self::of(ErrorKind::OlderVersion { needed, served: served.into(), response })
    }

    /// Adds the fields of another invalid request, so that this one names all of them. Errors of other kinds stay as they
    /// are.
    ///
    /// # Examples
    ///
    /// ```
    /// use meld_client_core::Error;
    ///
    /// let error = Error::missing("sourceAmount").and(Error::invalid("countryCode", "must not be empty"));
    /// assert_eq!(error.to_string(), "`sourceAmount` is required; `countryCode` must not be empty");
    /// ```
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.merge(other);
        self
    }

    /// Sets the number of retries before this error.
    #[must_use]
    pub fn with_retries(mut self, retries: u32) -> Self {
        self.inner.attempts.retries = retries;
        self
    }

    /// Sets what is known of the attempts before the last one. [`Earlier::Unknown`] leaves the outcome unknown, unless
    /// this error refuses the content of the request.
    #[must_use]
    pub fn with_earlier_attempts(mut self, earlier: Earlier) -> Self {
        self.inner.attempts.earlier = earlier;
        self
    }

    /// Sets the idempotency key of the request.
    #[must_use]
    pub fn with_idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.inner.attempts.idempotency_key = Some(key.into());
        self
    }

    /// Sets the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    pub(crate) fn from_http_response(response: HttpResponse) -> Self {
        Self::of(ErrorKind::Api(RawResponse::from_http_response(response)))
    }
}

impl RawResponse {
    /// Creates a response from its parts. Use it in tests.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Vec<u8>>) -> Self {
        Self::from_http_response(HttpResponse { status, headers, body: body.into().into() })
    }

    pub(crate) fn from_http_response(http: HttpResponse) -> Self {
        let error = ErrorResponse::from_body(&http.body);
        Self { error, http, is_truncated: false, unreadable: None }
    }
}
