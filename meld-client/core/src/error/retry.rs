//! Facts about an error that decide on retries.

use std::time::Duration;

use super::code::ErrorCode;
use super::kind::{ErrorKind, TransportFailure};
use super::{Error, not_sent::NotSent};
use crate::http_response::retry_after;

impl Error {
    /// Returns how long Meld asks to wait before the next request: the header `Retry-After`, in seconds or as a date,
    /// whatever the status. For a request that was not sent, it is the time that the layer asks for
    /// ([`NotSent::retry_after`]).
    ///
    /// A date that has passed is zero, and more than a year is a year.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.headers().and_then(retry_after).or_else(|| self.not_sent_for())
    }

    /// Returns `true` if the same request may succeed later, unless the code says otherwise:
    ///
    /// - after a failed or broken connection, or a timeout
    /// - after the statuses 408, 425, 429 and 5xx, except 501 (the provider does not offer the operation)
    ///
    /// A layer decides for a request that it did not send ([`NotSent::retryable`]).
    ///
    /// A retry is not always harmless: a write needs the same idempotency key, or may be executed twice
    /// ([`Operation::idempotency`](crate::Operation::idempotency)).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            ErrorKind::Transport(TransportFailure::NotSent) => self.not_sent().is_some_and(NotSent::is_retryable),
            ErrorKind::Transport(failure) => {
                matches!(failure, TransportFailure::Connect | TransportFailure::Timeout | TransportFailure::Interrupted)
            }
            ErrorKind::Api(response) => {
                let may_pass = matches!(response.status().as_u16(), 408 | 425 | 429 | 500 | 502..=599);
                may_pass && !response.error_response().code.as_ref().is_some_and(is_permanent)
            }
            _ => false,
        }
    }
}

/// Returns `true` for codes with a permanent cause, although their status suggests a temporary one.
fn is_permanent(code: &ErrorCode) -> bool {
    matches!(code, ErrorCode::NotSupported | ErrorCode::PriorAuthenticationError | ErrorCode::TransferRateLimited)
}
