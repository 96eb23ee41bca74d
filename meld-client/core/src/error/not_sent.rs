//! The error of a request that was held back before it was sent.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::Error;
use super::chain::chain;
use super::kind::{ErrorKind, TransportFailure};
use crate::one_line::OneLine;

/// The error of a [layer](crate::middleware) that refuses a request before it is sent.
///
/// It is proof that Meld has not received the request, so that the outcome of a write stays known. Rate limiters,
/// circuit breakers and providers of API keys return it. By default, the [`RetryPolicy`](crate::RetryPolicy) does not
/// retry it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use meld_client_core::{Error, ErrorKind, NotSent, TransportFailure};
///
/// let refusal = NotSent::new("the circuit is open").retry_after(Duration::from_secs(5));
/// let error = Error::from(refusal);
/// assert!(matches!(error.kind(), ErrorKind::Transport(TransportFailure::NotSent)));
/// assert!(error.is_retryable() && !error.outcome_unknown());
/// assert_eq!(error.to_string(), "the request was not sent: the circuit is open");
/// ```
#[derive(Debug)]
#[must_use]
pub struct NotSent {
    reason: Cow<'static, str>,
    is_retryable: bool,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl NotSent {
    /// Creates an error that is not retried. `reason` continues "the request was not sent:".
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { reason: reason.into(), is_retryable: false, retry_after: None, source: None }
    }

    /// Lets the retry policy retry the request.
    pub fn retryable(self) -> Self {
        Self { is_retryable: true, ..self }
    }

    /// Lets the retry policy retry the request after this time, as a `Retry-After` header does.
    pub fn retry_after(self, delay: Duration) -> Self {
        Self { is_retryable: true, retry_after: Some(delay), ..self }
    }

    /// Sets the error that caused this one.
    pub fn with_source(self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// Returns `true` if the retry policy may retry the request.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.is_retryable
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", OneLine::new(&self.reason))
    }
}

impl StdError for NotSent {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<NotSent> for Error {
    fn from(refusal: NotSent) -> Self {
        Self::transport(TransportFailure::NotSent).with_source(refusal)
    }
}

impl Error {
    /// Returns the refusal of a request that was not sent, from the chain of sources.
    pub(super) fn not_sent(&self) -> Option<&NotSent> {
        if !matches!(self.kind(), ErrorKind::Transport(TransportFailure::NotSent)) {
            return None;
        }
        chain(self.source()?).find_map(|error| error.downcast_ref())
    }

    /// Returns the time that a layer asks to wait before a retry.
    pub(super) fn not_sent_for(&self) -> Option<Duration> {
        self.not_sent().and_then(|refusal| refusal.retry_after)
    }
}
