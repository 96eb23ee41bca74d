//! When a request is sent again, and after how long.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Error, ErrorKind, Method, Operation, Request, TransportFailure};

/// When a call that failed is sent again: how often, after which waits, and until when.
///
/// The failures that may pass are those of [`Error::is_retryable`]. What may be sent again after
/// them depends on the operation ([`Operation::repetition`]): questions may; what changes something
/// only with an idempotency key, which all attempts of a call share, or if the request never left
/// this machine; refreshing a connection never.
///
/// The waits grow by doubling, and each is drawn at random between nothing and that (full jitter),
/// so that many clients do not come back together. A `Retry-After` of the answer is the least that
/// is waited. If it asks for more than [`longest_retry_after`](Self::longest_retry_after), or the
/// deadline would pass, the error is given at once: [`Error::retry_after`] says when to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    at_most: u32,
    first_wait: Duration,
    longest_wait: Duration,
    longest_retry_after: Duration,
    deadline: Duration,
}

impl Default for Retries {
    /// Two retries, with waits from 0.5 to 8 seconds, a `Retry-After` of at most 30 seconds, and 90
    /// seconds for all of it.
    fn default() -> Self {
        Self {
            at_most: 2,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(8),
            longest_retry_after: Duration::from_secs(30),
            deadline: Duration::from_secs(90),
        }
    }
}

impl Retries {
    /// Every call is sent once.
    #[must_use]
    pub fn off() -> Self {
        Self::default().at_most(0)
    }

    /// Sets how often a call is sent again.
    #[must_use]
    pub fn at_most(self, retries: u32) -> Self {
        Self { at_most: retries, ..self }
    }

    /// Sets the bounds of the waits: that of the first, which each further one doubles, and the
    /// largest.
    #[must_use]
    pub fn waits(self, first: Duration, longest: Duration) -> Self {
        Self { first_wait: first, longest_wait: longest, ..self }
    }

    /// Sets up to which `Retry-After` the client waits itself.
    #[must_use]
    pub fn longest_retry_after(self, longest: Duration) -> Self {
        Self { longest_retry_after: longest, ..self }
    }

    /// Sets how long a call may take with all its attempts and waits, reading the answer included.
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
        self.at_most > 0 && self.deadline.is_zero()
    }

    /// How long after `started` an attempt may last, if it may not for ever.
    pub(crate) fn time_left(&self, started: Instant) -> Option<Duration> {
        (self.at_most > 0).then(|| self.deadline.saturating_sub(started.elapsed()))
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
        if retries >= self.at_most || !may_repeat(request, error) {
            return None;
        }
        let asked = error.retry_after().unwrap_or_default();
        let wait = asked.max(self.jittered(retries));
        let in_time = started.elapsed().saturating_add(wait) < self.deadline;
        (asked <= self.longest_retry_after && in_time).then_some(wait)
    }

    /// A random wait.
    fn jittered(&self, retries: u32) -> Duration {
        let doubled = self.first_wait.saturating_mul(2_u32.saturating_pow(retries));
        doubled.min(self.longest_wait).mul_f64(fastrand::f64())
    }
}

/// What sending a request of an operation a second time may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repetition {
    /// Nothing: the operation only asks.
    Harmless,
    /// Nothing if it carries the same idempotency key.
    NeedsKey,
    /// Do it twice.
    Doubles,
    /// Make it worse: a refused refresh counts against the provider's limit.
    Forbidden,
}

/// The operations that only ask although their method is `POST`.
const QUESTIONS: [&str; 2] = ["/payments/crypto/quote", "/payments/virtual-account/quote"];

/// Ends of the paths whose documents name an idempotency key and Meld's guides do not: it may be that nobody looks at it,
/// and then money would be given back, or taken, twice.
const UNSURE: [&str; 2] = ["/capture", "/refund"];

impl Operation {
    /// What sending a request of this operation a second time may do.
    #[must_use]
    pub fn repetition(&self) -> Repetition {
        match self {
            _ if self.only_reads() => Repetition::Harmless,
            _ if self.path.ends_with("/refresh") => Repetition::Forbidden,
            _ if UNSURE.iter().any(|end| self.path.ends_with(end)) => Repetition::Doubles,
            Self { takes_idempotency_key: true, .. } => Repetition::NeedsKey,
            _ => Repetition::Doubles,
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
        && match request.operation().repetition() {
            Repetition::Harmless => true,
            Repetition::NeedsKey => never_left || request.idempotency_key().is_some(),
            Repetition::Doubles => never_left,
            Repetition::Forbidden => false,
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
        for (operation, repetition) in [
            (operation(Method::Get, "/institutions", false), Repetition::Harmless),
            (operation(Method::Post, "/payments/crypto/quote", false), Repetition::Harmless),
            (operation(Method::Post, "/payments/transactions", true), Repetition::NeedsKey),
            (operation(Method::Post, "/crypto/session/widget", false), Repetition::Doubles),
            (
                operation(Method::Post, "/payments/transactions/{id}/refund", true),
                Repetition::Doubles,
            ),
            (
                operation(Method::Post, "/payments/transactions/{id}/capture", true),
                Repetition::Doubles,
            ),
            (operation(Method::Post, "/payments/external/refund", true), Repetition::Doubles),
            (operation(Method::Delete, "/x/{id}", false), Repetition::Doubles),
            (operation(Method::Post, "/x/{id}/refresh", false), Repetition::Forbidden),
        ] {
            assert_eq!(operation.repetition(), repetition, "{operation}");
        }
    }

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread() {
        let retries = Retries::default();
        for (already, longest) in [(0, 500), (1, 1_000), (3, 4_000), (4, 8_000), (99, 8_000)] {
            let waits: Vec<Duration> = (0..200).map(|_| retries.jittered(already)).collect();
            let longest = Duration::from_millis(longest);
            assert!(waits.iter().all(|wait| *wait <= longest), "{already}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait > longest.mul_f64(0.8)), "{already}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait < longest.mul_f64(0.2)), "{already}: {waits:?}");
        }
    }
}
