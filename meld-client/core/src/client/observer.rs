//! Seeing every attempt, for metrics and logs of one's own.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::{Error, Operation, Request};

/// Sees every attempt to send a request, and what came of it.
///
/// Neither method may change anything or wait: they run between the attempts of the call. What they
/// see has no secrets: no API key, no credentials, no bodies, and no values of the path or query. Headers of a response
/// that repeat a secret are redacted.
pub trait Observer: Send + Sync + 'static {
    /// An attempt begins.
    fn on_attempt(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// An attempt has come to its end. Reading the body as a type comes after it.
    fn on_result(&self, attempt: &Attempt<'_>, outcome: &AttemptResult<'_>) {
        let _ = (attempt, outcome);
    }
}

/// One sending of a request.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub(crate) request: &'a Request,
    pub(crate) retries: u32,
}

impl<'a> Attempt<'a> {
    /// The operation: method, route template, version, family.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.request.operation()
    }

    /// How many attempts of the same call came before: 0 for the first.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.retries
    }

    /// The headers that were set for this call, in the order of their names (in small letters), without
    /// the values of credentials.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'a str, Option<&'a str>)> {
        self.request.shown_headers()
    }

    /// The idempotency key that all attempts of the call share.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&'a str> {
        self.request.idempotency_key()
    }

    /// The size of the body in bytes; 0 without one.
    #[must_use]
    pub fn body_length(&self) -> usize {
        self.request.body_bytes().map_or(0, <[u8]>::len)
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Attempt")
            .field("operation", &format_args!("{}", self.operation()))
            .field("retries", &self.retries)
            .field("headers", &self.headers())
            .field("body_length", &self.body_length())
            .finish()
    }
}

/// What came of an [`Attempt`].
#[derive(Clone, Copy)]
pub struct AttemptResult<'a> {
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: Option<&'a HeaderMap>,
    pub(crate) body_length: usize,
    pub(crate) error: Option<&'a Error>,
    pub(crate) duration: Duration,
    pub(crate) next_attempt: Option<Duration>,
}

impl<'a> AttemptResult<'a> {
    /// The status of the response, if one came.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The headers of the response, if one came.
    #[must_use]
    pub fn headers(&self) -> Option<&'a HeaderMap> {
        self.headers
    }

    /// The size of the body that came, in bytes after decompression; 0 without one.
    #[must_use]
    pub fn body_length(&self) -> usize {
        self.body_length
    }

    /// Why the attempt failed, if it did. Its `Display` is one line without secrets; [`Error::body`] is the body of the
    /// response, which may hold other personal data than the request.
    #[must_use]
    pub fn error(&self) -> Option<&'a Error> {
        self.error
    }

    /// How long the attempt took, up to the end of the body.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// After how long the request is sent again; nothing if this was the last attempt.
    #[must_use]
    pub fn next_attempt(&self) -> Option<Duration> {
        self.next_attempt
    }
}

impl fmt::Debug for AttemptResult<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AttemptResult")
            .field("status", &self.status)
            .field("body_length", &self.body_length)
            .field("error", &self.error.map(ToString::to_string))
            .field("duration", &self.duration)
            .field("next_attempt", &self.next_attempt)
            .finish_non_exhaustive()
    }
}
