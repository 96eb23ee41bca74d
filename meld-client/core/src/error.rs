//! The error type of the client.

mod chain;
mod code;
pub(crate) mod collect;
mod constructors;
mod display;
mod excerpt;
mod from_key_provider;
pub(crate) mod from_layer;
mod from_reqwest;
mod invalid_fields;
mod kind;
pub(crate) mod not_sent;
pub mod outcome;
mod response;
mod retry;
#[cfg(test)]
mod tests;
pub(crate) mod under_success;
mod words;

use std::borrow::Cow;
use std::convert::Infallible;
use std::error::Error as StdError;

use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::http_response::HttpResponse;
use crate::http_response::decode::{Undecodable, decode_with_serde};
use crate::operation::Operation;
use crate::redact::Secrets;

pub use code::ErrorCode;
pub use invalid_fields::InvalidFields;
pub use kind::{ErrorKind, RawResponse, TransportFailure};
use outcome::{Attempts, Earlier, Evidence, Execution};
pub use response::ErrorResponse;
pub use under_success::is_result_field;

/// The error of a call.
///
/// `Display` is one printable line that names the operation (method and path, without values), the failure and Meld's
/// request id. For an error response it has `code`, `message`, and the names of the fields in `errors`;
/// [`body`](Self::body) has the rest. Neither `Display` nor `Debug` shows header values, or the bodies of request and
/// response.
///
/// The API key and the sensitive values of the request are redacted wherever an error shows a response, even if the
/// response escapes, encodes or groups them. Sensitive values are account and card numbers, tokens, credentials, names,
/// dates of birth, email and postal addresses, and phone numbers. A value of fewer than eight letters and digits is
/// redacted only as a whole word.
///
/// # Examples
///
/// Code that handles errors can be tested without a server, because each kind has a constructor
/// ([`missing`](Self::missing), [`invalid`](Self::invalid), [`configuration`](Self::configuration),
/// [`transport`](Self::transport), [`from_response`](Self::from_response), [`undecodable`](Self::undecodable),
/// [`older_version`](Self::older_version)):
///
/// ```
/// use meld_client_core::http::{HeaderMap, StatusCode};
/// use meld_client_core::outcome::Earlier;
/// use meld_client_core::{Error, ErrorCode, ErrorKind, TransportFailure};
///
/// #[derive(Debug, PartialEq)]
/// enum Next {
///     ChangeAmount,
///     LookUp,
///     TellUser,
/// }
///
/// fn next(error: &Error) -> Next {
///     match error.kind() {
///         _ if error.outcome_unknown() => Next::LookUp,
///         ErrorKind::Api(_) if error.code() == Some(&ErrorCode::InvalidAmount) => Next::ChangeAmount,
///         _ => Next::TellUser,
///     }
/// }
///
/// let refused = || Error::from_response(StatusCode::BAD_REQUEST, HeaderMap::new(), br#"{"code":"INVALID_AMOUNT"}"#);
/// assert_eq!(next(&refused()), Next::ChangeAmount);
/// assert_eq!(next(&Error::transport(TransportFailure::Timeout)), Next::LookUp);
/// assert_eq!(next(&refused().with_retries(1).with_earlier_attempts(Earlier::Unknown)), Next::LookUp);
/// assert_eq!(next(&Error::missing("sourceAmount")), Next::TellUser);
/// ```
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    attempts: Attempts,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Constructors.
impl Error {
    /// Creates the error of a required field or parameter that is missing. `field` is its name as Meld spells it.
    #[must_use]
    pub fn missing(field: &'static str) -> Self {
        Self::invalid(field, "is required")
    }

    /// Creates the error of a field or parameter that is not valid. `reason` continues its name: `must not be empty`.
    #[must_use]
    pub fn invalid(field: impl Into<Cow<'static, str>>, reason: impl Into<String>) -> Self {
        let (field, reason, others) = (field.into(), reason.into(), InvalidFields::default());
        Self::of(ErrorKind::InvalidRequest { field, reason, others })
    }

    /// Creates the error of a client that is not configured correctly.
    #[must_use]
    pub fn configuration(reason: impl Into<String>) -> Self {
        Self::of(ErrorKind::Configuration { reason: reason.into() })
    }

    /// Adds the operation that failed.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static Operation) -> Self {
        self.inner.operation = Some(operation);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: Attempts) -> Self {
        self.inner.attempts = attempts;
        self
    }

    /// Restores the code as it was before redaction, if it is a documented one and so holds no secret. It decides about
    /// the outcome, and a secret may read like a part of it.
    pub(crate) fn with_known_code(mut self, code: Option<ErrorCode>) -> Self {
        let known = code.filter(|code| !matches!(code, ErrorCode::Unknown(_)));
        if let (ErrorKind::Api(response), Some(code)) = (&mut self.inner.kind, known) {
            response.error.code = Some(code);
        }
        self
    }

    /// Marks the body of the response as longer than the part that was received.
    pub(crate) fn with_truncated_body(mut self) -> Self {
        if let ErrorKind::Api(response) = &mut self.inner.kind {
            response.is_truncated = true;
        }
        self
    }

    /// Adds the reason why the body of the response could not be decompressed.
    pub(crate) fn with_unreadable_body(mut self, reason: String) -> Self {
        if let ErrorKind::Api(response) = &mut self.inner.kind {
            response.unreadable = Some(reason);
        }
        self
    }

    /// Redacts a response that could not be decoded. An error response is redacted before it becomes an error.
    pub(crate) fn redacted(mut self, secrets: &Secrets) -> Self {
        match &mut self.inner.kind {
            ErrorKind::Decode { path, reason, response } => {
                *path = secrets.redact_text(path).into_owned();
                *reason = secrets.redact_text(reason).into_owned();
                secrets.redact_response(&mut response.http);
            }
            ErrorKind::OlderVersion { response, .. } => secrets.redact_response(&mut response.http),
            _ => {}
        }
        self
    }

    pub(crate) fn decode(failure: Undecodable, response: HttpResponse) -> Self {
        let Undecodable { path, reason } = failure;
        let error = ErrorResponse::default();
        let response = RawResponse { error, http: response, is_truncated: false, unreadable: None };
        Self::of(ErrorKind::Decode { path, reason, response })
    }

    fn of(kind: ErrorKind) -> Self {
        let inner = Inner { kind, operation: None, attempts: Attempts::default(), source: None };
        Self { inner: Box::new(inner) }
    }
}

/// Details of the failure.
impl Error {
    /// Returns the kind of failure.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.inner.kind
    }

    /// Returns the operation that failed; `None` if it is not known.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.inner.operation
    }

    /// Returns the first field or parameter of an invalid request; [`invalid_fields`](Self::invalid_fields) has all.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match &self.inner.kind {
            ErrorKind::InvalidRequest { field, .. } => Some(field),
            _ => None,
        }
    }

    /// Returns the status of the response; `None` if there is no response. It is a success if the response could not be
    /// decoded.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(RawResponse::status)
    }

    /// Returns the code of Meld's error response.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.error_response().and_then(|response| response.code.as_ref())
    }

    /// Returns the id of the request for Meld's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.response().and_then(RawResponse::request_id)
    }

    /// Returns Meld's error response.
    #[must_use]
    pub fn error_response(&self) -> Option<&ErrorResponse> {
        match &self.inner.kind {
            ErrorKind::Api(response) => Some(response.error_response()),
            _ => None,
        }
    }

    /// Returns the headers of the response; `None` if there is no response.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(RawResponse::headers)
    }

    /// Returns the body of the response, which is an error or could not be decoded; `None` if there is no response.
    ///
    /// The API key and sensitive values of the request, such as an account number, a token or an email address, are
    /// replaced with `[redacted]`. JSON remains JSON. The body of an error status is cut after 1 MiB.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.response().map(RawResponse::body)
    }

    /// Returns the part of a response around the value that could not be decoded, with names but without values:
    /// `{"quotes":[{"name":"…","amount":…}]}`.
    #[must_use]
    pub fn excerpt(&self) -> Option<String> {
        match &self.inner.kind {
            ErrorKind::Decode { path, response, .. } => excerpt::around(response.body(), path),
            _ => None,
        }
    }

    /// Decodes the body of the response as any type. Use it for the error statuses that carry a success body
    /// ([`Operation::success_body_statuses`]).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Decode`](ErrorKind::Decode) if there is no response, or if its body is not a `T`.
    pub fn decode_body<T: DeserializeOwned>(&self) -> Result<T, Self> {
        let response = match self.response() {
            Some(response) => response.http.clone(),
            None => HttpResponse::default(),
        };
        decode_with_serde(&response.body).map_err(|failure| {
            let mut error = Self::decode(failure, response);
            error.inner.operation = self.operation();
            error
        })
    }

    /// Returns the number of retries before this error.
    ///
    /// The error is that of the last attempt; [`outcome_unknown`](Self::outcome_unknown) takes all attempts into
    /// account.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.inner.attempts.retries
    }

    /// Returns `true` if any attempt may have executed the request despite the error. See [`outcome`](crate::outcome)
    /// for the rules.
    ///
    /// Send such a write again with the same [`idempotency_key`](Self::idempotency_key), or look it up, before you make
    /// a new one. Attempts of other calls with the same key are not taken into account. The outcome of a read is known
    /// after a 4xx, whoever sent it.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        let is_read = self.operation().is_some_and(Operation::is_read_only);
        let is_older = matches!(self.kind(), ErrorKind::OlderVersion { .. });
        let is_answered = |status: StatusCode| status.is_success() || status.is_client_error();
        let is_refused = self.error_response().is_some() && self.status().is_some_and(is_answered);
        if is_read && (is_refused || is_older) {
            return false;
        }
        let honors_key = self.operation().is_some_and(Operation::honors_idempotency_key);
        let execution = Execution::of(Evidence::of_error(self), self.earlier_attempts(), honors_key);
        execution != Execution::NotExecuted
    }

    /// Returns what is known of the attempts of this call before the last one.
    #[must_use]
    pub fn earlier_attempts(&self) -> Earlier {
        self.inner.attempts.earlier
    }

    /// Returns the idempotency key of the request; `None` if it carried none. If the outcome is unknown, the same
    /// request with the same key is safe to send again.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.inner.attempts.idempotency_key.as_deref()
    }

    /// Returns the kind of failure in one word, for metrics.
    ///
    /// It is the status of an error response, or one of `invalid_request`, `configuration`, `decode`, `older_version`,
    /// `connect`, `tls`, `timeout`, `interrupted`, `response_too_large`, `other_url`, `not_sent`, `layer`, `other`.
    #[must_use]
    pub fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match &self.inner.kind {
            ErrorKind::Api(response) => return Cow::Owned(response.status().as_u16().to_string()),
            ErrorKind::InvalidRequest { .. } => "invalid_request",
            ErrorKind::Configuration { .. } => "configuration",
            ErrorKind::OlderVersion { .. } => "older_version",
            ErrorKind::Decode { .. } => "decode",
            ErrorKind::Transport(failure) => failure.name(),
        })
    }

    fn response(&self) -> Option<&RawResponse> {
        match &self.inner.kind {
            ErrorKind::Api(response)
            | ErrorKind::Decode { response, .. }
            | ErrorKind::OlderVersion { response, .. } => Some(response),
            _ => None,
        }
    }
}

impl Evidence {
    /// Returns the evidence of an error about the last attempt.
    #[must_use]
    pub fn of_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidRequest { .. }
            | ErrorKind::Configuration { .. }
            | ErrorKind::Transport(TransportFailure::Connect | TransportFailure::Tls | TransportFailure::NotSent) => {
                Self::RefusesAttempt
            }
            ErrorKind::Transport(_) | ErrorKind::Decode { .. } | ErrorKind::OlderVersion { .. } => Self::Inconclusive,
            ErrorKind::Api(response) => {
                let code = response.error_response().code.as_ref();
                match Self::of_status(response.status(), code) {
                    // The code, which may say otherwise, is in the part that did not arrive or cannot be read.
                    Self::RefusesAttempt if response.lacks_body() && code.is_none() => Self::Inconclusive,
                    evidence => evidence,
                }
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as _)
    }
}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
