//! The attempts of a call: each is prepared and exchanged, and a retry or the result follows.

use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;

use crate::client::exchange::Expected;
use crate::client::keys::ApiKey;
use crate::client::limits::{Limits, TIMEOUT};
use crate::client::observer::{Attempt, AttemptResult};
use crate::client::request::Request;
use crate::client::retry::RetryPolicy;
use crate::client::transport::Inner;
use crate::error::outcome::{Attempts, Evidence};
use crate::error::{Error, ErrorKind, TransportFailure};
use crate::http_response::HttpResponse;
use crate::operation::Idempotency;

/// One call, while its attempts are made.
struct Attempting<'a> {
    transport: &'a Inner,
    request: &'a Request,
    expected: Expected,
    limits: Limits,
    started: Instant,
    keys: CallKeys,
    attempts: Attempts,
}

/// The API keys of a provider during one call.
#[derive(Default)]
struct CallKeys {
    used: Option<ApiKey>,
    /// `true` if `used` is the key of the next attempt already.
    is_of_next: bool,
    /// `true` once a key was requested after a 401.
    is_refreshed: bool,
    /// The number of attempts repeated with another key, which are not retries of the policy.
    repeats: u32,
}

impl Inner {
    /// Sends a request until an attempt succeeds or must not be retried.
    pub(super) async fn attempts(
        &self,
        request: &Request,
        expected: Expected,
    ) -> (Result<HttpResponse, Error>, Attempts) {
        let mut attempting = Attempting {
            transport: self,
            request,
            expected,
            limits: self.limits.with(request.options()),
            started: Instant::now(),
            keys: CallKeys::default(),
            attempts: Attempts::default(),
        };
        let result = match self.check_limits(&attempting.limits) {
            Ok(()) => attempting.run().await,
            Err(error) => Err(error),
        };
        (result, attempting.attempts)
    }

    /// Passes the result of an attempt to the observers.
    fn notify(
        &self,
        attempt: &Attempt<'_>,
        result: &Result<HttpResponse, Error>,
        duration: Duration,
        next_attempt: Option<Duration>,
    ) {
        let headers;
        let result = match result {
            Ok(response) => {
                headers = self.redacted_headers(response, attempt.request);
                AttemptResult {
                    status: Some(response.status),
                    headers: Some(&headers),
                    body_length: response.body.len(),
                    error: None,
                    duration,
                    next_attempt,
                }
            }
            Err(error) => AttemptResult {
                status: error.status(),
                headers: error.headers(),
                body_length: error.body().map_or(0, <[u8]>::len),
                error: Some(error),
                duration,
                next_attempt,
            },
        };
        self.observers.iter().for_each(|observer| observer.on_result(attempt, &result));
    }
}

impl Attempting<'_> {
    async fn run(&mut self) -> Result<HttpResponse, Error> {
        loop {
            let message = match self.provide_key().await.and_then(|()| self.message()) {
                Ok(message) => message,
                // Nothing was sent, so no observer is called.
                Err(error) => match self.delay_of_policy(&error) {
                    Some(delay) => {
                        self.wait(&error, delay).await;
                        continue;
                    }
                    None => return Err(error),
                },
            };
            let attempt =
                Attempt { request: self.request, defaults: &self.transport.headers, retries: self.attempts.retries };
            self.transport.observers.iter().for_each(|observer| observer.on_attempt(&attempt));
            let sent_at = Instant::now();
            let transport = self.transport;
            let result = match transport.layers.service(&transport.http) {
                None => transport.exchange(message, self.request, self.expected).await,
                // In a box, because the future of a call without layers would be larger.
                Some(service) => {
                    let exchange = transport.exchange_in_layers(service, message, &attempt, self.expected);
                    let (result, earlier) = Box::pin(exchange).await;
                    self.attempts.earlier = self.attempts.earlier.max(earlier);
                    result
                }
            };
            let duration = sent_at.elapsed();
            #[cfg(feature = "opentelemetry")]
            self.transport.metrics.record_attempt(self.request, &self.transport.base_url, &result, duration);
            let delay = match &result {
                Ok(_) => None,
                Err(error) => self.delay(error).await,
            };
            if !self.transport.observers.is_empty() {
                self.transport.notify(&attempt, &result, duration, delay);
            }
            match (result, delay) {
                (Err(error), Some(delay)) => self.wait(&error, delay).await,
                (result, _) => return result,
            }
        }
    }

    fn policy(&self) -> RetryPolicy {
        self.limits.retry_policy
    }

    /// Returns the time limit of the next attempt.
    fn time_limit(&self) -> Duration {
        let left = self.policy().time_left(self.started).unwrap_or(Duration::MAX);
        self.limits.timeout.min(left)
    }

    /// Returns the number of retries that count for the policy.
    fn counted_retries(&self) -> u32 {
        self.attempts.retries - self.keys.repeats
    }

    /// Returns the delay of the retry policy before the next attempt; `None` if there is none.
    fn delay_of_policy(&self, error: &Error) -> Option<Duration> {
        let may_retry = may_retry(self.request, error);
        may_retry.then(|| self.policy().delay(error, self.counted_retries(), self.started)).flatten()
    }

    /// Gets the API key of the next attempt if it is that of a provider.
    async fn provide_key(&mut self) -> Result<(), Error> {
        let Some(provided) = self.transport.keys.provided() else { return Ok(()) };
        if !std::mem::take(&mut self.keys.is_of_next) && self.transport.takes_api_key(self.request)? {
            self.keys.used = Some(provided.key(self.time_limit()).await?);
        }
        Ok(())
    }

    fn message(&self) -> Result<reqwest::Request, Error> {
        let mut message = self.transport.message(self.request, self.keys.used.as_ref())?;
        let limit = self.time_limit();
        // The HTTP client has the default limit itself.
        if limit != TIMEOUT {
            *message.timeout_mut() = Some(limit);
        }
        #[cfg(feature = "opentelemetry")]
        crate::client::metrics::add_trace_context(message.headers_mut());
        Ok(message)
    }

    /// Returns the delay before the next attempt; `None` if there is none.
    ///
    /// A 401 proves that the attempt was not executed, so it is repeated with another key even if it is a write. A code
    /// of a provider, or a truncated response, can revert that.
    async fn delay(&mut self, error: &Error) -> Option<Duration> {
        let is_rejected = error.status() == Some(StatusCode::UNAUTHORIZED);
        if is_rejected
            && (is_repeatable(self.request) || Evidence::of_error(error) == Evidence::RefusesAttempt)
            && !self.keys.is_refreshed
            && !self.request.is_sent_once()
            && let (Some(provided), Some(used)) = (self.transport.keys.provided(), &self.keys.used)
        {
            self.keys.is_refreshed = true;
            if let Some(next) = provided.key_after(used, self.time_limit()).await {
                self.keys.used = Some(next);
                self.keys.is_of_next = true;
                if !self.time_limit().is_zero() {
                    self.keys.repeats += 1;
                    return Some(Duration::ZERO);
                }
            }
        }
        self.delay_of_policy(error)
    }

    async fn wait(&mut self, error: &Error, delay: Duration) {
        tracing::debug!(target: "meld_client::retry", %error, ?delay, "retrying");
        #[cfg(feature = "opentelemetry")]
        self.transport.metrics.count_retry(self.request, error);
        tokio::time::sleep(delay).await;
        self.attempts.retries += 1;
        self.attempts.earlier = self.attempts.earlier.after(Evidence::of_error(error));
    }
}

/// Returns `true` if a retry after this error cannot execute the request twice.
fn may_retry(request: &Request, error: &Error) -> bool {
    let never_left =
        matches!(error.kind(), ErrorKind::Transport(TransportFailure::Connect | TransportFailure::NotSent));
    error.is_retryable()
        && !request.is_sent_once()
        && match request.operation().idempotency {
            Idempotency::Safe | Idempotency::WithKey => never_left || is_repeatable(request),
            Idempotency::NotIdempotent => never_left,
            Idempotency::NeverRetry => false,
        }
}

/// Returns `true` if a repeated request is executed once at most.
fn is_repeatable(request: &Request) -> bool {
    match request.operation().idempotency {
        Idempotency::Safe => true,
        Idempotency::WithKey => request.idempotency_key().is_some(),
        Idempotency::NotIdempotent | Idempotency::NeverRetry => false,
    }
}
