//! Observers of attempts, for metrics and logs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::client::request::Request;
use crate::error::Error;
use crate::operation::Operation;

/// A listener that is called for every attempt to send a request and for its result.
///
/// The methods run between the attempts of the call, so they must not block. Their arguments contain no API key, no
/// credentials, no bodies, and no values of the path or query. Headers of a response that repeat a secret are redacted.
///
/// # Examples
///
/// ```
/// use meld_client_core::{Attempt, AttemptResult, Observer};
///
/// struct Metrics;
///
/// impl Observer for Metrics {
///     fn on_result(&self, attempt: &Attempt<'_>, result: &AttemptResult<'_>) {
///         println!("{} {:?} {:?}", attempt.operation(), result.status(), result.duration());
///     }
/// }
/// ```
pub trait Observer: Send + Sync + 'static {
    /// Called before each attempt.
    fn on_attempt(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// Called after each attempt, before the body is decoded.
    fn on_result(&self, attempt: &Attempt<'_>, result: &AttemptResult<'_>) {
        let _ = (attempt, result);
    }
}

/// An observer that the program keeps a handle of, such as counters.
impl<O: Observer + ?Sized> Observer for Arc<O> {
    fn on_attempt(&self, attempt: &Attempt<'_>) {
        O::on_attempt(self, attempt);
    }

    fn on_result(&self, attempt: &Attempt<'_>, result: &AttemptResult<'_>) {
        O::on_result(self, attempt, result);
    }
}

/// One attempt to send a request.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub(crate) request: &'a Request,
    /// The extra headers of all requests.
    pub(crate) defaults: &'a HeaderMap,
    pub(crate) retries: u32,
}

impl<'a> Attempt<'a> {
    /// Returns the operation: method, route template, version, family.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.request.operation()
    }

    /// Returns the number of attempts of the same call before this one: 0 for the first.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.retries
    }

    /// Returns the headers of the parameters, and the extra headers of the call and of the client: lower-case names in
    /// alphabetical order, with values. The value of a credential is `None`.
    ///
    /// Headers that the client sets itself are not included, such as `Authorization` and `Content-Type`.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'a str, Option<&'a str>)> {
        // Later headers override earlier ones, as in the message.
        let sources = [self.defaults, self.request.options().headers(), &self.request.fields.headers];
        let headers = sources.into_iter().flatten();
        let shown = headers.map(|(name, value)| (name.as_str(), value.to_str().ok().filter(|_| !value.is_sensitive())));
        shown.collect::<BTreeMap<_, _>>().into_iter().collect()
    }

    /// Returns the idempotency key that all attempts of the call share.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&'a str> {
        self.request.idempotency_key()
    }

    /// Returns the size of the body in bytes; 0 if there is none.
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

/// The result of an [`Attempt`].
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
    /// Returns the status of the response; `None` if there is no response.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Returns the headers of the response; `None` if there is no response.
    #[must_use]
    pub fn headers(&self) -> Option<&'a HeaderMap> {
        self.headers
    }

    /// Returns the size of the received body, in bytes after decompression; 0 if there is none.
    #[must_use]
    pub fn body_length(&self) -> usize {
        self.body_length
    }

    /// Returns the error of a failed attempt; `None` for a success. Its `Display` is one line without secrets. The body
    /// of the response ([`Error::body`]) may contain personal data that the request does not have.
    #[must_use]
    pub fn error(&self) -> Option<&'a Error> {
        self.error
    }

    /// Returns the duration of the attempt, up to the end of the body.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns the delay before the next attempt; `None` if this was the last one.
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
