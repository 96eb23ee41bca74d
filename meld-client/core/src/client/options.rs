//! The options of one request, and the limits of its attempts.

use std::time::Duration;

use crate::{ApiVersion, Error, RetryPolicy};

/// The default time limit of an attempt.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The time limit of an attempt whose caller has less time left.
const SHORTEST_ATTEMPT: Duration = Duration::from_secs(5);

/// The options of one [`Request`](crate::Request), which override the settings of its [`Transport`](crate::Transport).
///
/// Most callers set them by the methods of [`Call`](crate::Call).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use meld_client_core::{RequestOptions, RetryPolicy};
///
/// let mut options = RequestOptions::default();
/// options.set_timeout(Duration::from_secs(60));
/// options.set_retry_policy(RetryPolicy::never());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestOptions {
    timeout: Option<Duration>,
    retry_policy: Option<RetryPolicy>,
    time_left: Option<Duration>,
    /// The API version that the caller set; `Some(None)` if it is not a version.
    meld_version: Option<Option<ApiVersion>>,
}

impl RequestOptions {
    /// Sets the time limit of one attempt, up to the end of the response.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// Sets the retry policy.
    pub fn set_retry_policy(&mut self, policy: RetryPolicy) {
        self.retry_policy = Some(policy);
    }

    /// Sets the API version: the header `Meld-Version`, in place of the version that the operation and its parameters
    /// need.
    pub fn set_meld_version(&mut self, version: ApiVersion) {
        self.meld_version = Some(Some(version));
    }

    /// Sets a version that may be invalid, which fails the call.
    pub(crate) fn set_meld_version_or_fail(&mut self, version: Option<ApiVersion>) {
        self.meld_version = Some(version);
    }

    pub(crate) fn meld_version(&self) -> Option<Option<ApiVersion>> {
        self.meld_version
    }

    /// Limits the request to the time that its caller has left, as polls do. No retry begins later, and no attempt
    /// lasts longer than `left`, or than 5 seconds if `left` is less. Stricter options and settings stay.
    pub fn set_time_left(&mut self, left: Duration) {
        self.time_left = Some(left);
    }
}

/// The limits of the attempts of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The time limit of one attempt.
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
        let timeout = options.timeout.unwrap_or(self.timeout);
        let retry_policy = options.retry_policy.unwrap_or(self.retry_policy);
        let Some(left) = options.time_left else { return Self { timeout, retry_policy } };
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
        Self::configuration(format!("`{name}` is zero, so that every call would fail; set more"))
    }
}
