//! When a request is sent again, and after how long.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Error, ErrorKind, Method, Operation, Request, TransportFailure};

/// Decides which failed attempts of a call are retried, after what delay and until when.
///
/// A failure is retried only if [`Error::is_retryable`] returns `true` and the operation allows it
/// ([`Operation::idempotency`]): reads always; writes only with an idempotency key, which all attempts of a call share,
/// or if the request provably never left this machine; a connection refresh never.
///
/// The delays are exponential with full jitter: each is drawn at random between zero and a bound that doubles. A
/// `Retry-After` header of the response is the minimum delay. If it asks for more than
/// [`max_retry_after`](Self::max_retry_after), or the deadline would pass, the error is returned at once:
/// [`Error::retry_after`] says when to try again.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use meld_client_core::RetryPolicy;
///
/// let policy = RetryPolicy::default()
///     .max_retries(4)
///     .initial_backoff(Duration::from_millis(200))
///     .max_backoff(Duration::from_secs(5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_retries: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    max_retry_after: Duration,
    deadline: Duration,
}

impl Default for RetryPolicy {
    /// Two retries with backoff bounds from 0.5 to 8 seconds, a `Retry-After` of at most 30 seconds, and a deadline of
    /// 90 seconds.
    fn default() -> Self {
        Self {
            max_retries: 2,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(8),
            max_retry_after: Duration::from_secs(30),
            deadline: Duration::from_secs(90),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy that never retries.
    #[must_use]
    pub fn never() -> Self {
        Self::default().max_retries(0)
    }

    /// Sets the number of retries after the first attempt. The default is 2.
    #[must_use]
    pub fn max_retries(self, retries: u32) -> Self {
        Self { max_retries: retries, ..self }
    }

    /// Sets the bound of the first delay, which doubles for each further one. The default is 0.5 seconds.
    #[must_use]
    pub fn initial_backoff(self, backoff: Duration) -> Self {
        Self { initial_backoff: backoff, ..self }
    }

    /// Sets the bound that no delay exceeds, other than one that a `Retry-After` header asks for. The default is 8
    /// seconds.
    #[must_use]
    pub fn max_backoff(self, backoff: Duration) -> Self {
        Self { max_backoff: backoff, ..self }
    }

    /// Sets the longest `Retry-After` that the client waits for. The default is 30 seconds.
    #[must_use]
    pub fn max_retry_after(self, longest: Duration) -> Self {
        Self { max_retry_after: longest, ..self }
    }

    /// Sets the time limit of a call, with all attempts, delays and the reading of the response. The default is 90
    /// seconds. It applies only if retries are enabled.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// The same with a deadline that is no later than this.
    pub(crate) fn within(self, deadline: Duration) -> Self {
        Self { deadline: self.deadline.min(deadline), ..self }
    }

    /// Returns `true` if the deadline has passed before the first attempt.
    pub(crate) fn has_no_time(&self) -> bool {
        self.max_retries > 0 && self.deadline.is_zero()
    }

    /// How long after `started` an attempt may last, if it may not for ever.
    pub(crate) fn time_left(&self, started: Instant) -> Option<Duration> {
        (self.max_retries > 0).then(|| self.deadline.saturating_sub(started.elapsed()))
    }

    /// How long to wait before the next attempt, after `retries` of them failed like this; nothing
    /// if there is none.
    pub(crate) fn wait(
        &self,
        request: &Request,
        error: &Error,
        retries: u32,
        started: Instant,
    ) -> Option<Duration> {
        if retries >= self.max_retries || !may_repeat(request, error) {
            return None;
        }
        let asked = error.retry_after().unwrap_or_default();
        let wait = asked.max(self.jittered(retries));
        let in_time = started.elapsed().saturating_add(wait) < self.deadline;
        (asked <= self.max_retry_after && in_time).then_some(wait)
    }

    /// A random wait.
    fn jittered(&self, retries: u32) -> Duration {
        let doubled = self.initial_backoff.saturating_mul(2_u32.saturating_pow(retries));
        doubled.min(self.max_backoff).mul_f64(fastrand::f64())
    }
}

/// The effect of sending a request of an operation a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// The operation only reads. Retries have no effect.
    Safe,
    /// The operation writes, and is executed once if all attempts carry the same idempotency key.
    WithKey,
    /// The operation writes, and a retry may execute it twice.
    NotIdempotent,
    /// A retry does harm even if the first attempt failed: a refused refresh counts against the provider's limit.
    NeverRetry,
}

/// The operations that only ask although their method is `POST`.
const QUESTIONS: [&str; 2] = ["/payments/crypto/quote", "/payments/virtual-account/quote"];

/// Ends of the paths whose documents name an idempotency key and Meld's guides do not: it may be that nobody looks at it,
/// and then money would be given back, or taken, twice.
const UNSURE: [&str; 2] = ["/capture", "/refund"];

impl Operation {
    /// What sending a request of this operation a second time may do.
    #[must_use]
    pub fn idempotency(&self) -> Idempotency {
        match self {
            _ if self.only_reads() => Idempotency::Safe,
            _ if self.path.ends_with("/refresh") => Idempotency::NeverRetry,
            _ if UNSURE.iter().any(|end| self.path.ends_with(end)) => Idempotency::NotIdempotent,
            Self { takes_idempotency_key: true, .. } => Idempotency::WithKey,
            _ => Idempotency::NotIdempotent,
        }
    }

    /// Returns `true` if the operation changes nothing at Meld: a quote, or any `GET`.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        matches!(self.method, Method::Get | Method::Head | Method::Options)
            || QUESTIONS.contains(&self.path)
    }
}

/// Whether a request may be sent again after this error.
fn may_repeat(request: &Request, error: &Error) -> bool {
    let never_left = matches!(error.kind(), ErrorKind::Transport(TransportFailure::Connect));
    error.is_retryable()
        && match request.operation().idempotency() {
            Idempotency::Safe => true,
            Idempotency::WithKey => never_left || request.idempotency_key().is_some(),
            Idempotency::NotIdempotent => never_left,
            Idempotency::NeverRetry => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::GET_THING;

    fn operation(method: Method, path: &'static str, takes_idempotency_key: bool) -> Operation {
        Operation { method, path, takes_idempotency_key, ..GET_THING }
    }

    #[test]
    fn operations_are_told_apart_by_what_a_second_time_does() {
        for (operation, idempotency) in [
            (operation(Method::Get, "/institutions", false), Idempotency::Safe),
            (operation(Method::Post, "/payments/crypto/quote", false), Idempotency::Safe),
            (operation(Method::Post, "/payments/transactions", true), Idempotency::WithKey),
            (operation(Method::Post, "/crypto/session/widget", false), Idempotency::NotIdempotent),
            (
                operation(Method::Post, "/payments/transactions/{id}/refund", true),
                Idempotency::NotIdempotent,
            ),
            (
                operation(Method::Post, "/payments/transactions/{id}/capture", true),
                Idempotency::NotIdempotent,
            ),
            (
                operation(Method::Post, "/payments/external/refund", true),
                Idempotency::NotIdempotent,
            ),
            (operation(Method::Delete, "/x/{id}", false), Idempotency::NotIdempotent),
            (operation(Method::Post, "/x/{id}/refresh", false), Idempotency::NeverRetry),
        ] {
            assert_eq!(operation.idempotency(), idempotency, "{operation}");
        }
    }

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread() {
        let retries = RetryPolicy::default();
        for (already, longest) in [(0, 500), (1, 1_000), (3, 4_000), (4, 8_000), (99, 8_000)] {
            let waits: Vec<Duration> = (0..200).map(|_| retries.jittered(already)).collect();
            let longest = Duration::from_millis(longest);
            assert!(waits.iter().all(|wait| *wait <= longest), "{already}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait > longest.mul_f64(0.8)), "{already}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait < longest.mul_f64(0.2)), "{already}: {waits:?}");
        }
    }
}
