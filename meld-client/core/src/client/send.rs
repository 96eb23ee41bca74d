//! A request and its response, with all attempts that it takes.

use std::sync::atomic::Ordering;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tracing::field::{Empty, display};
use tracing::{Instrument, Level, Span};

use crate::client::content_encoding::{self, TooLarge};
use crate::client::http_response::{self, HttpResponse};
use crate::client::observer::{Attempt, AttemptResult};
use crate::client::outcome::{Earlier, Evidence};
use crate::client::redact::Secrets;
use crate::client::transport::Inner;
use crate::one_line::OneLine;
use crate::{Error, ErrorResponse, Operation, Request, ResponseValue, Transport, TransportFailure};

/// How much is read of the body of an error status, in bytes after decompression.
const LARGEST_ERROR: usize = 1024 * 1024;

/// How many characters of the version that the service names are logged.
const LONGEST_VERSION: usize = 40;

/// How much is set aside for a body before any of it has come, in bytes.
const LARGEST_RESERVED: usize = 256 * 1024;

/// A response that is a success, before it is read.
pub(crate) struct Exchange {
    request: Request,
    response: HttpResponse,
    sent: Sent,
    span: Span,
}

/// What is worth knowing of a call when it is over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    pub(crate) idempotency_key: Option<String>,
    pub(crate) retries: u32,
    /// The knowledge about the attempts before the last one.
    pub(crate) earlier: Earlier,
}

impl Exchange {
    /// Reads the response as a value, as part of the call.
    pub(crate) fn read<T>(
        self,
        transport: &Inner,
        read: impl FnOnce(&Request, HttpResponse) -> Result<ResponseValue<T>, Error>,
    ) -> Result<ResponseValue<T>, Error> {
        let Self { request, response, sent, span } = self;
        match span.in_scope(|| read(&request, response)) {
            Ok(mut value) => {
                if value.decode_warnings().count() > 0 {
                    let secrets = transport.secrets(&request);
                    span.in_scope(|| value.log_decode_warnings(&secrets));
                }
                Ok(value.with_sent(sent))
            }
            Err(error) => {
                let error = error.redacted(&transport.secrets(&request));
                let error = error.with_operation(request.operation()).with_sent(sent);
                record_error(&span, &error);
                Err(error)
            }
        }
    }
}

impl Transport {
    /// Sends a request, as often as it takes, and gives the response if it is a success.
    pub(crate) async fn exchange(
        &self,
        mut request: Request,
        wants_body: bool,
    ) -> Result<Exchange, Error> {
        let operation = request.operation();
        // The HTTP client would panic.
        if Handle::try_current().is_err() {
            let reason = "a call needs a Tokio runtime around it: none is running in this thread";
            return Err(Error::configuration(reason).with_operation(operation));
        }
        let span = span(operation, self.inner.host());
        self.inner.complete(&mut request);
        let attempts = self.inner.attempts(&request, wants_body).instrument(span.clone());
        let (result, mut sent) = attempts.await;
        sent.idempotency_key = request.idempotency_key().map(str::to_owned);
        if sent.retries > 0 {
            span.record("http.request.resend_count", sent.retries);
        }
        match result {
            Ok(response) => {
                if !span.is_disabled() {
                    record_response(&span, response.status, &self.inner.shown(&response, &request));
                }
                Ok(Exchange { request, response, sent, span })
            }
            Err(error) => {
                let error = error.with_operation(operation).with_sent(sent);
                record_error(&span, &error);
                Err(error)
            }
        }
    }
}

impl Inner {
    /// Sends a request until it succeeds or must not be sent again.
    async fn attempts(
        &self,
        request: &Request,
        wants_body: bool,
    ) -> (Result<HttpResponse, Error>, Sent) {
        let started = Instant::now();
        let mut sent = Sent::default();
        loop {
            let retries = sent.retries;
            let left = self.retry_policy.time_left(started).unwrap_or(Duration::MAX);
            let mut message = match self.message(request) {
                Ok(message) => message,
                Err(error) => return (Err(error), sent),
            };
            *message.timeout_mut() = Some(self.timeout.min(left));
            let attempt = Attempt { request, retries };
            self.observers.iter().for_each(|observer| observer.on_attempt(&attempt));
            let sent_at = Instant::now();
            let result = self.attempt(message, request, wants_body).await;
            let wait = match &result {
                Ok(_) => None,
                Err(error) => self.retry_policy.wait(request, error, retries, started),
            };
            if !self.observers.is_empty() {
                self.show(&attempt, &result, sent_at.elapsed(), wait);
            }
            match (result, wait) {
                (Err(error), Some(wait)) => {
                    tracing::debug!(target: "meld_client::retry", %error, ?wait, "sending again");
                    tokio::time::sleep(wait).await;
                    sent.retries += 1;
                    sent.earlier = sent.earlier.after(Evidence::of_error(&error));
                }
                (result, _) => return (result, sent),
            }
        }
    }

    /// Sends a message once.
    async fn attempt(
        &self,
        message: reqwest::Request,
        request: &Request,
        wants_body: bool,
    ) -> Result<HttpResponse, Error> {
        let url = message.url().clone();
        let mut response = self.http.execute(message).await?;
        // Redirects are not followed, so this is another client than was made, or a fault in it.
        if *response.url() != url {
            return Err(Error::transport(TransportFailure::OtherUrl));
        }
        self.compare_version(request, response.headers());
        let status = response.status();
        let largest = match status.is_success() {
            true => self.max_response_size,
            false => self.max_response_size.min(LARGEST_ERROR),
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
        if response.is_success() {
            self.redact_key(&mut response.headers);
            return match complete {
                Err(error) if wants_body => Err(error),
                _ => Ok(response),
            };
        }
        // An error status counts even if its body could not be read to the end.
        let code = ErrorResponse::from_body(&response.body).code;
        self.secrets(request).redact_response(&mut response);
        let error = Error::from_http_response(response).with_known_code(code);
        Err(if complete.is_ok() { error } else { error.with_cut_body() })
    }

    /// The secrets of a request, which nothing may show that comes back.
    fn secrets(&self, request: &Request) -> Secrets {
        let mut secrets = Secrets::default();
        if let Some(api_key) = self.api_key() {
            secrets.add_api_key(&String::from_utf8_lossy(api_key));
        }
        request.add_secrets(&mut secrets);
        secrets.collected()
    }

    /// Redacts the API key in the headers of a success, which errors about its value show parts of.
    fn redact_key(&self, headers: &mut HeaderMap) {
        let Some(api_key) = self.api_key() else { return };
        // However it is escaped, it is not shorter. Hardly any header is as long.
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

    /// The headers of a success as spans and observers see them.
    fn shown(&self, response: &HttpResponse, request: &Request) -> HeaderMap {
        let mut headers = response.headers.clone();
        self.secrets(request).redact_headers(&mut headers);
        headers
    }

    /// Tells the observers what came of an attempt.
    fn show(
        &self,
        attempt: &Attempt<'_>,
        result: &Result<HttpResponse, Error>,
        duration: Duration,
        next_attempt: Option<Duration>,
    ) {
        let shown;
        let outcome = match result {
            Ok(response) => AttemptResult {
                status: Some(response.status),
                headers: {
                    shown = self.shown(response, attempt.request);
                    Some(&shown)
                },
                body_length: response.body.len(),
                error: None,
                duration,
                next_attempt,
            },
            Err(error) => AttemptResult {
                status: error.status(),
                headers: error.headers(),
                body_length: error.body().map_or(0, <[u8]>::len),
                error: Some(error),
                duration,
                next_attempt,
            },
        };
        self.observers.iter().for_each(|observer| observer.on_result(attempt, &outcome));
    }

    /// Says once if another version responses than was asked for. An older one is what the service
    /// gives where an endpoint has not changed since; a newer one it should not give.
    fn compare_version(&self, request: &Request, headers: &HeaderMap) {
        let operation = request.operation();
        let served = headers.get("meld-version").and_then(|value| value.to_str().ok());
        let Some(served) = served.filter(|served| *served != operation.version) else { return };
        if self.version_reported.swap(true, Ordering::Relaxed) {
            return;
        }
        let asked = operation.version;
        let redacted = self.secrets(request).redact_text(served);
        let served = &*OneLine::new(&redacted).at_most(LONGEST_VERSION).to_string();
        if served < asked {
            tracing::info!(
                target: "meld_client::version", %operation, asked, served,
                "the endpoint has an older version than asked for; said once"
            );
        } else {
            tracing::warn!(
                target: "meld_client::version", %operation, asked, served,
                "the service responds in a newer version than asked for; said once"
            );
        }
    }
}

/// The span of a call, with the names that OpenTelemetry gives to HTTP clients.
fn span(operation: &Operation, host: &str) -> Span {
    tracing::span!(
        target: "meld_client", Level::INFO, "meld_client.call",
        otel.name = %operation,
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = operation.method.as_str(),
        url.template = operation.path,
        server.address = host,
        meld.operation_id = operation.operation_id,
        meld.version = operation.version,
        meld.version.served = Empty,
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        meld.request_id = Empty,
        error.type = Empty,
    )
}

fn record_response(span: &Span, status: StatusCode, headers: &HeaderMap) {
    span.record("http.response.status_code", status.as_u16());
    if let Some(id) = http_response::request_id(headers) {
        span.record("meld.request_id", one_line(id));
    }
    if let Some(version) = headers.get("meld-version").and_then(|value| value.to_str().ok()) {
        span.record("meld.version.served", one_line(version));
    }
}

fn one_line(text: &str) -> String {
    OneLine::new(text).to_string()
}

fn record_error(span: &Span, error: &Error) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", display(error.type_name()));
    if let Some(status) = error.status() {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Some(id) = error.request_id() {
        span.record("meld.request_id", one_line(id));
    }
}

/// Reads the body up to a size; gives what was read and whether that is all.
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
    // What is announced is not believed beyond reason.
    let mut body = Vec::with_capacity(announced.min(LARGEST_RESERVED));
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
