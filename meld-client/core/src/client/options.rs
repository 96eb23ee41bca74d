//! The options of one call.

use std::time::Duration;

use crate::{Error, RetryPolicy};

/// The default time limit of an attempt.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The time limit of an attempt whose caller has less time left.
const SHORTEST_ATTEMPT: Duration = Duration::from_secs(5);

/// The time limit of each attempt of a call, and its retry policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) timeout: Duration,
    pub(crate) retry_policy: RetryPolicy,
}

impl Default for Options {
    fn default() -> Self {
        Self { timeout: TIMEOUT, retry_policy: RetryPolicy::default() }
    }
}

impl Options {
    /// Limits the options to the time that the caller has left.
    pub(crate) fn within(self, left: Duration) -> Self {
        let policy = self.retry_policy;
        let is_last = left < SHORTEST_ATTEMPT;
        Self {
            timeout: self.timeout.min(left.max(SHORTEST_ATTEMPT)),
            retry_policy: if is_last { policy.max_retries(0) } else { policy.within(left) },
        }
    }

    /// Returns an error if the time limit or the deadline is zero.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.timeout.is_zero() {
            return Err(Error::zero_setting("timeout"));
        }
        if self.retry_policy.has_no_time() {
            return Err(Error::zero_setting("RetryPolicy::deadline"));
        }
        Ok(())
    }
}

impl Error {
    /// Creates the error of a setting that makes every call fail.
    pub(crate) fn zero_setting(name: &str) -> Self {
        Self::configuration(format!("`{name}` is zero, so that every call would fail; set more"))
    }
}
