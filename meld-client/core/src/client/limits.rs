//! The limits of the attempts of a request.

use std::time::Duration;

use crate::client::options::RequestOptions;
use crate::client::retry::RetryPolicy;
use crate::error::Error;

/// The default time limit of an attempt.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// The time limit of an attempt whose caller has less time left.
const SHORTEST_ATTEMPT: Duration = Duration::from_secs(5);

/// The limits of the attempts of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) retry_policy: RetryPolicy,
}

impl Default for Limits {
    fn default() -> Self {
        Self { timeout: TIMEOUT, retry_policy: RetryPolicy::default() }
    }
}

impl Limits {
    /// Applies the options of a request.
    pub(crate) fn with(self, options: &RequestOptions) -> Self {
        let timeout = options.timeout().unwrap_or(self.timeout);
        let retry_policy = options.retry_policy().unwrap_or(self.retry_policy);
        let Some(left) = options.time_left() else { return Self { timeout, retry_policy } };
        let is_last = left < SHORTEST_ATTEMPT;
        Self {
            timeout: timeout.min(left.max(SHORTEST_ATTEMPT)),
            retry_policy: if is_last { retry_policy.max_retries(0) } else { retry_policy.within(left) },
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
        Self::configuration(format!("`{name}` is zero, so every call would fail; set a positive value"))
    }
}
