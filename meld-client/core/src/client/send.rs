//! A call: the attempts to send a request, and the response.
//!
//! [`Transport::send`] completes the request, sends it until an attempt succeeds or must not be retried, decodes the
//! response, and compares it with the request.

use std::sync::atomic::Ordering;
use std::time::Duration;

use http::HeaderMap;
use tokio::runtime::Handle;
use tokio::time::Instant;
use tracing::{Instrument, Span};

use crate::client::agreement::{self, Requested};
use crate::client::content_encoding::{self, TooLarge};
use crate::client::observer::{Attempt, AttemptResult};
use crate::client::telemetry::{call_span, record_error, record_response};
use crate::client::transport::Inner;
use crate::error::is_success;
use crate::error::outcome::{Attempts, Evidence};
use crate::http_response::HttpResponse;
use crate::json::{FromJson, ToJson};
use crate::one_line::OneLine;
use crate::redact::Secrets;
use crate::{Error, ErrorResponse, Request, ResponseValue, Transport, TransportFailure};

/// The size limit of the body of an error status, in bytes after decompression.
const MAX_ERROR_SIZE: usize = 1024 * 1024;

/// The largest buffer that is reserved before any of a body has arrived, in bytes.
const MAX_RESERVED: usize = 256 * 1024;

/// The number of characters that are logged of the version that the service names.
const MAX_VERSION_LENGTH: usize = 40;

/// A successful response, before it is decoded.
struct Exchange {
    request: Request,
    response: HttpResponse,
    attempts: Attempts,
    span: Span,
}

/// Sending.
impl Transport {
    /// Sends a request and decodes the JSON of the response leniently: see [`json`](crate::json).
    ///
    /// # Errors
    ///
    /// Returns an error of kind:
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if a path parameter is not set
    /// - [`Configuration`](crate::ErrorKind::Configuration) if a setting makes every call fail, or there is no Tokio
    ///   runtime
    /// - [`Transport`](crate::ErrorKind::Transport) if the request cannot be sent, or no complete response arrives
    /// - [`Api`](crate::ErrorKind::Api) if the status is not 2xx, or if the body of a 2xx is only an error, as it is for
    ///   quotes
    /// - [`Decode`](crate::ErrorKind::Decode) if the response cannot be decoded, or is for something else than the
    ///   request
    pub async fn send<T: FromJson + ToJson + Default>(
        &self,
        request: Request,
    ) -> Result<ResponseValue<T>, Error> {
        // Boxed, so that the futures of all types stay small.
        let exchange = Box::pin(self.exchange(request, true)).await?;
        let strict = self.inner().strict;
        exchange.finish(self.inner(), |request, response| {
            let response = ResponseValue::from_http_response(response, strict)?;
            match Requested::of(request).filter(|_| !self.inner().takes_samples) {
                Some(requested) => agreement::check(&requested, response, strict),
                None => Ok(response),
            }
        })
    }

    /// Sends a request whose response has no body, or none that matters.
    ///
    /// # Errors
    ///
    /// Returns an error as [`send`](Self::send) does, except for the body of a success, which is not decoded.
    pub async fn send_ignoring_body(&self, request: Request) -> Result<ResponseValue<()>, Error> {
        let exchange = Box::pin(self.exchange(request, false)).await?;
        exchange.finish(self.inner(), |_, response| {
            Ok(ResponseValue::new((), response.status, response.headers))
        })
    }

    /// Sends a request with all retries, and returns the response if it is a success.
    async fn exchange(&self, mut request: Request, wants_body: bool) -> Result<Exchange, Error> {
        let operation = request.operation();
        // The HTTP client would panic.
        if Handle::try_current().is_err() {
            let reason = "no Tokio runtime is running in this thread; make the call within one";
            return Err(Error::configuration(reason).with_operation(operation));
        }
        let span = call_span(operation, self.inner().host());
        self.inner().complete(&mut request);
        let (result, mut attempts) =
            self.attempts(&request, wants_body).instrument(span.clone()).await;
        attempts.idempotency_key = request.idempotency_key().map(str::to_owned);
        if attempts.retries > 0 {
            span.record("http.request.resend_count", attempts.retries);
        }
        match result {
            Ok(response) => {
                if !span.is_disabled() {
                    let headers = self.inner().redacted_headers(&response, &request);
                    record_response(&span, response.status, &headers);
                }
                Ok(Exchange { request, response, attempts, span })
            }
            Err(error) => {
                let error = error.with_operation(operation).with_attempts(attempts);
                record_error(&span, &error);
                Err(error)
            }
        }
    }

    /// Sends a request until an attempt succeeds or must not be retried.
    async fn attempts(
        &self,
        request: &Request,
        wants_body: bool,
    ) -> (Result<HttpResponse, Error>, Attempts) {
        let (inner, policy) = (self.inner(), self.options().retry_policy);
        let started = Instant::now();
        let mut attempts = Attempts::default();
        if let Err(error) = self.check_settings() {
            return (Err(error), attempts);
        }
        loop {
            let retries = attempts.retries;
            let left = policy.time_left(started).unwrap_or(Duration::MAX);
            let mut message = match inner.message(request) {
                Ok(message) => message,
                Err(error) => return (Err(error), attempts),
            };
            *message.timeout_mut() = Some(self.options().timeout.min(left));
            let attempt = Attempt { request, retries };
            inner.observers.iter().for_each(|observer| observer.on_attempt(&attempt));
            let sent_at = Instant::now();
            let result = inner.attempt(message, request, wants_body).await;
            let delay = match &result {
                Ok(_) => None,
                Err(error) => policy.delay(request, error, retries, started),
            };
            if !inner.observers.is_empty() {
                inner.notify(&attempt, &result, sent_at.elapsed(), delay);
            }
            match (result, delay) {
                (Err(error), Some(delay)) => {
                    tracing::debug!(target: "meld_client::retry", %error, ?delay, "retrying");
                    tokio::time::sleep(delay).await;
                    attempts.retries += 1;
                    attempts.earlier = attempts.earlier.after(Evidence::of_error(&error));
                }
                (result, _) => return (result, attempts),
            }
        }
    }
}

impl Exchange {
    /// Decodes the response within the span of the call, and adds to the result what is known of the attempts.
    fn finish<T>(
        self,
        transport: &Inner,
        decode: impl FnOnce(&Request, HttpResponse) -> Result<ResponseValue<T>, Error>,
    ) -> Result<ResponseValue<T>, Error> {
        let Self { request, response, attempts, span } = self;
        match span.in_scope(|| decode(&request, response)) {
            Ok(mut value) => {
                if value.decode_warnings().count() > 0 {
                    let secrets = transport.secrets(&request);
                    span.in_scope(|| value.log_decode_warnings(&secrets));
                }
                Ok(value.with_attempts(attempts))
            }
            Err(error) => {
                let error = error.redacted(&transport.secrets(&request));
                let error = error.with_operation(request.operation()).with_attempts(attempts);
                record_error(&span, &error);
                Err(error)
            }
        }
    }
}

impl Inner {
    /// Sends a message once.
    async fn attempt(
        &self,
        message: reqwest::Request,
        request: &Request,
        wants_body: bool,
    ) -> Result<HttpResponse, Error> {
        let url = message.url().clone();
        let mut response = self.http.execute(message).await?;
        // Redirects are not followed, so this is a fault of the HTTP client or of its configuration.
        if *response.url() != url {
            return Err(Error::transport(TransportFailure::OtherUrl));
        }
        self.compare_version(request, response.headers());
        let status = response.status();
        let largest = match status.is_success() {
            true => self.max_response_size,
            false => self.max_response_size.min(MAX_ERROR_SIZE),
        };
        let (body, complete) = read_body(&mut response, largest).await;
        let (body, complete) = match content_encoding::decompress(body, largest) {
            Ok(body) => (body, complete),
            Err(TooLarge) => {
                (Vec::new(), Err(Error::transport(TransportFailure::ResponseTooLarge)))
            }
        };
        let headers = std::mem::take(response.headers_mut());
        let mut response = HttpResponse { status, headers, body };
        if is_success(&response) {
            self.redact_key(&mut response.headers);
            return match complete {
                Err(error) if wants_body => Err(error),
                _ => Ok(response),
            };
        }
        // An error status counts even if its body did not arrive completely.
        let code = ErrorResponse::from_body(&response.body).code;
        self.secrets(request).redact_response(&mut response);
        let error = Error::from_http_response(response).with_known_code(code);
        Err(if complete.is_ok() { error } else { error.with_truncated_body() })
    }

    /// Collects the secrets of a request, which are redacted wherever the response repeats them.
    fn secrets(&self, request: &Request) -> Secrets {
        let mut secrets = Secrets::default();
        if let Some(api_key) = self.api_key() {
            secrets.add_api_key(&String::from_utf8_lossy(api_key));
        }
        request.add_secrets(&mut secrets);
        secrets.collected()
    }

    /// Redacts the API key in the headers of a success. Errors about its value show parts of them.
    fn redact_key(&self, headers: &mut HeaderMap) {
        let Some(api_key) = self.api_key() else { return };
        // An escaped key is not shorter than the key, and hardly any header is as long.
        let is_long = |text: &[u8]| text.len() >= api_key.len();
        if headers
            .iter()
            .any(|(name, value)| is_long(name.as_str().as_bytes()) || is_long(value.as_bytes()))
        {
            let mut secrets = Secrets::default();
            secrets.add_api_key(&String::from_utf8_lossy(api_key));
            secrets.collected().redact_headers(headers);
        }
    }

    /// Returns the headers of a success for spans and observers.
    fn redacted_headers(&self, response: &HttpResponse, request: &Request) -> HeaderMap {
        let mut headers = response.headers.clone();
        self.secrets(request).redact_headers(&mut headers);
        headers
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

    /// Logs, once per transport, that the response is of another API version than the request. An older version is what
    /// the service serves for an endpoint that has not changed since; a newer one is not expected.
    fn compare_version(&self, request: &Request, headers: &HeaderMap) {
        let operation = request.operation();
        let served = headers.get("meld-version").and_then(|value| value.to_str().ok());
        let Some(served) = served.filter(|served| *served != operation.version) else { return };
        if self.version_reported.swap(true, Ordering::Relaxed) {
            return;
        }
        let requested = operation.version;
        let redacted = self.secrets(request).redact_text(served);
        let served = &*OneLine::new(&redacted).at_most(MAX_VERSION_LENGTH).to_string();
        if served < requested {
            tracing::info!(
                target: "meld_client::version", %operation, requested, served,
                "the endpoint has an older version than requested; logged once"
            );
        } else {
            tracing::warn!(
                target: "meld_client::version", %operation, requested, served,
                "the service responds in a newer version than requested; logged once"
            );
        }
    }
}

/// Reads the body up to a size. The result is the bytes that arrived, and an error if they are not all.
async fn read_body(
    response: &mut reqwest::Response,
    largest: usize,
) -> (Vec<u8>, Result<(), Error>) {
    let too_large = || Err(Error::transport(TransportFailure::ResponseTooLarge));
    let announced = response.content_length().unwrap_or_default();
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    if announced > largest && response.status().is_success() {
        return (Vec::new(), too_large());
    }
    // A wrong `Content-Length` must not reserve much memory.
    let mut body = Vec::with_capacity(announced.min(MAX_RESERVED));
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if chunk.len() > largest - body.len() => {
                body.extend_from_slice(&chunk[..largest - body.len()]);
                return (body, too_large());
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, Ok(())),
            Err(error) => return (body, Err(error.into())),
        }
    }
}
