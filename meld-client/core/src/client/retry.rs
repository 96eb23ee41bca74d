//! The retry policy.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;

/// Decides which failed attempts of a call are retried, after what delay and until when.
///
/// A failure is retried only if [`Error::is_retryable`] returns `true` and the operation allows it
/// ([`Operation::idempotency`](crate::Operation::idempotency)):
///
/// - Reads are always retried.
/// - Writes are retried with an idempotency key, which all attempts of a call share. Without one, they are retried only
///   if the request was never sent.
/// - A connection refresh is never retried.
///
/// The delays are exponential with full jitter: each is drawn at random between zero and a bound that doubles. A
/// `Retry-After` header of the response is the minimum delay. If it asks for more than
/// [`max_retry_after`](Self::max_retry_after), or the deadline would pass, the error is returned immediately:
/// [`Error::retry_after`] says when to retry.
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
#[must_use]
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
    pub fn never() -> Self {
        Self::default().max_retries(0)
    }

    /// Sets the number of retries after the first attempt. The default is 2.
    pub fn max_retries(self, retries: u32) -> Self {
        Self { max_retries: retries, ..self }
    }

    /// Sets the bound of the first delay, which doubles for each further one. The default is 0.5 seconds.
    pub fn initial_backoff(self, backoff: Duration) -> Self {
        Self { initial_backoff: backoff, ..self }
    }

    /// Sets the bound that no delay exceeds, other than one that a `Retry-After` header asks for. The default is 8
    /// seconds.
    pub fn max_backoff(self, backoff: Duration) -> Self {
        Self { max_backoff: backoff, ..self }
    }

    /// Sets the longest `Retry-After` that the client waits for. The default is 30 seconds.
    pub fn max_retry_after(self, longest: Duration) -> Self {
        Self { max_retry_after: longest, ..self }
    }

    /// Sets the time limit of a call, with all attempts, delays and the reading of the response. The default is 90
    /// seconds. It applies only if retries are enabled.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Returns the number of retries, and the durations: initial backoff, longest backoff, longest `Retry-After` and
    /// deadline.
    #[doc(hidden)]
    #[must_use]
    pub fn parts(&self) -> (u32, [Duration; 4]) {
        (self.max_retries, [self.initial_backoff, self.max_backoff, self.max_retry_after, self.deadline])
    }

    /// Limits the deadline.
    pub(crate) fn within(self, deadline: Duration) -> Self {
        Self { deadline: self.deadline.min(deadline), ..self }
    }

    /// Returns `true` if the deadline has passed before the first attempt.
    pub(crate) fn has_no_time(&self) -> bool {
        self.max_retries > 0 && self.deadline.is_zero()
    }

    /// Returns the time that is left for an attempt of a call; `None` if it is not limited.
    pub(crate) fn time_left(&self, started: Instant) -> Option<Duration> {
        (self.max_retries > 0).then(|| self.deadline.saturating_sub(started.elapsed()))
    }

    /// Returns the delay before the next attempt, after an attempt with `retries` before it failed with `error`; `None`
    /// if there is no next attempt. The caller knows that the request may be repeated.
    pub(crate) fn delay(&self, error: &Error, retries: u32, started: Instant) -> Option<Duration> {
        if retries >= self.max_retries {
            return None;
        }
        let least = error.retry_after().unwrap_or_default();
        let delay = least.max(self.jittered(retries));
        let in_time = started.elapsed().saturating_add(delay) < self.deadline;
        (least <= self.max_retry_after && in_time).then_some(delay)
    }

    fn jittered(&self, retries: u32) -> Duration {
        let doubled = self.initial_backoff.saturating_mul(2_u32.saturating_pow(retries));
        doubled.min(self.max_backoff).mul_f64(fastrand::f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_bound_with_jitter() {
        let retries = RetryPolicy::default();
        for (already, longest) in [(0, 500), (1, 1_000), (3, 4_000), (4, 8_000), (99, 8_000)] {
            let delays: Vec<Duration> = (0..200).map(|_| retries.jittered(already)).collect();
            let longest = Duration::from_millis(longest);
            assert!(delays.iter().all(|delay| *delay <= longest), "{already}: {delays:?}");
            assert!(delays.iter().any(|delay| *delay > longest.mul_f64(0.8)), "{already}: {delays:?}");
            assert!(delays.iter().any(|delay| *delay < longest.mul_f64(0.2)), "{already}: {delays:?}");
        }
    }
}
