//! One HTTP exchange: a message is sent, and the whole response arrives.

mod layered;

use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body::{Body as _, Frame};
use reqwest::Body;
use tokio::time::{Instant, timeout_at};

use crate::client::content_encoding;
use crate::client::header_names::MELD_VERSION;
use crate::client::request::Request;
use crate::client::transport::Inner;
use crate::error::under_success::{Declares, is_success};
use crate::error::{Error, ErrorResponse, TransportFailure};
use crate::http_response::HttpResponse;
use crate::http_response::decode::Undecodable;
use crate::one_line::OneLine;
use crate::redact::Secrets;

/// The size limit of the body of an error status, in bytes after decompression.
const MAX_ERROR_SIZE: usize = 1024 * 1024;

/// The largest buffer that is reserved before any of a body has arrived, in bytes.
const MAX_RESERVED: usize = 256 * 1024;

/// The number of characters that are logged of the version that the service names.
const MAX_VERSION_LENGTH: usize = 40;

/// The body that a call expects of a success.
#[derive(Clone, Copy)]
pub(super) struct Expected {
    /// `false` if the body does not matter.
    pub(super) wants_body: bool,
    /// The fields of its type.
    pub(super) declares: Declares,
}

impl Inner {
    /// Sends a message without layers, and returns the response if it is a success.
    ///
    /// Not an `async fn`, because the future of one stores its arguments twice. The same goes for `receive` and
    /// `read_body`.
    pub(super) fn exchange(
        &self,
        message: reqwest::Request,
        request: &Request,
        expected: Expected,
    ) -> impl Future<Output = Result<HttpResponse, Error>> + Send {
        let url = message.url().clone();
        let sending = self.http.execute(message);
        async move {
            let response = Error::check_url(sending.await?, &url)?;
            self.receive(response.into(), request, expected, None).await
        }
    }

    /// Receives the rest of a response, and returns it if it is a success. `deadline` is that of the attempt, if the
    /// HTTP client does not enforce it.
    pub(super) fn receive(
        &self,
        response: http::Response<Body>,
        request: &Request,
        expected: Expected,
        deadline: Option<Instant>,
    ) -> impl Future<Output = Result<HttpResponse, Error>> + Send {
        let (http::response::Parts { status, headers, .. }, body) = response.into_parts();
        self.compare_version(request, &headers);
        let largest = self.largest(status);
        async move {
            let (body, complete) = read_body(body, status.is_success(), largest, deadline).await;
            self.success(HttpResponse { status, headers, body }, complete, request, expected)
        }
    }

    /// Returns the size limit of a body, in bytes.
    fn largest(&self, status: StatusCode) -> usize {
        match status.is_success() {
            true => self.max_response_size,
            false => self.max_response_size.min(MAX_ERROR_SIZE),
        }
    }

    /// Returns a response that has arrived if it is a success. `complete` is an error if its body is not complete.
    fn success(
        &self,
        mut response: HttpResponse,
        complete: Result<(), Error>,
        request: &Request,
        expected: Expected,
    ) -> Result<HttpResponse, Error> {
        let status = response.status;
        let is_file = request.fields.deviations.is_raw && status.is_success();
        let complete = decompress(&mut response, complete, is_file, self.largest(status));
        let compression = content_encoding::compression(&response.headers, &response.body, is_file);
        let body_matters = !status.is_success() || (expected.wants_body && complete.is_ok());
        if let Some(name) = compression.filter(|_| body_matters).map(Cow::into_owned) {
            return Err(self.compressed(&name, response, request));
        }
        if is_success(&response, expected.declares) {
            self.redact_key(&mut response.headers);
            return match complete {
                Err(error) if expected.wants_body => Err(error),
                _ => Ok(response),
            };
        }
        // An error status counts even if its body did not arrive completely.
        let code = ErrorResponse::from_body(&response.body).code;
        self.secrets(request).redact_response(&mut response);
        let error = Error::from_http_response(response).with_known_code(code);
        Err(if complete.is_ok() { error } else { error.with_truncated_body() })
    }

    /// Returns the error of a response whose body is still compressed. Secrets cannot be found in such a body, so that the
    /// error does not have it.
    fn compressed(&self, name: &str, response: HttpResponse, request: &Request) -> Error {
        let mut response = HttpResponse { body: Bytes::new(), ..response };
        let reason = content_encoding::reason(name);
        self.secrets(request).redact_headers(&mut response.headers);
        match response.status.is_success() {
            true => Error::decode(Undecodable { path: String::new(), reason }, response),
            false => Error::from_http_response(response).with_unreadable_body(reason),
        }
    }

    /// Collects the secrets of a request, which are redacted wherever the response repeats them.
    pub(super) fn secrets(&self, request: &Request) -> Secrets {
        let mut secrets = Secrets::default();
        self.keys.add_secrets(&mut secrets);
        self.headers.values().filter(|value| value.is_sensitive()).for_each(|value| secrets.add_header(value));
        request.add_secrets(&mut secrets);
        secrets.collected()
    }

    /// Redacts the API key in the headers of a success. Errors about its value show parts of them.
    fn redact_key(&self, headers: &mut HeaderMap) {
        let Some(shortest) = self.keys.shortest() else { return };
        // An escaped key is not shorter than the key, and hardly any header is as long.
        let is_long = |text: &[u8]| text.len() >= shortest;
        if headers.iter().any(|(name, value)| is_long(name.as_str().as_bytes()) || is_long(value.as_bytes())) {
            let mut secrets = Secrets::default();
            self.keys.add_secrets(&mut secrets);
            secrets.collected().redact_headers(headers);
        }
    }

    /// Returns the headers of a success for spans and observers.
    pub(super) fn redacted_headers(&self, response: &HttpResponse, request: &Request) -> HeaderMap {
        let mut headers = response.headers.clone();
        self.secrets(request).redact_headers(&mut headers);
        headers
    }

    /// Logs, once per transport, that the response is of another API version than the request. An older version is what
    /// the service serves for an endpoint that has not changed since; a newer one is not expected.
    fn compare_version(&self, request: &Request, headers: &HeaderMap) {
        let operation = request.operation();
        let requested = &*request.meld_version();
        let served = headers.get(&MELD_VERSION).and_then(|value| value.to_str().ok());
        let Some(served) = served.filter(|served| *served != requested) else { return };
        if self.version_reported.swap(true, Ordering::Relaxed) {
            return;
        }
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

#[cfg(feature = "gzip")]
fn decompress(
    response: &mut HttpResponse,
    complete: Result<(), Error>,
    is_file: bool,
    largest: usize,
) -> Result<(), Error> {
    // Bytes may be a gzip file.
    if is_file && !content_encoding::is_gzip(&response.headers) {
        return complete;
    }
    let layers = if is_file { 1 } else { content_encoding::LAYERS };
    match content_encoding::decompress(std::mem::take(&mut response.body), layers, largest) {
        Ok(body) => {
            response.body = body;
            complete
        }
        Err(content_encoding::TooLarge) => Err(Error::transport(TransportFailure::ResponseTooLarge)),
    }
}

/// Leaves the body as it is: no request accepts a compressed one.
#[cfg(not(feature = "gzip"))]
fn decompress(_: &mut HttpResponse, complete: Result<(), Error>, _: bool, _: usize) -> Result<(), Error> {
    complete
}

/// Reads the body up to a size. Returns the bytes that arrived, and an error if they are not all.
fn read_body(
    mut body: Body,
    is_success: bool,
    largest: usize,
    deadline: Option<Instant>,
) -> impl Future<Output = (Bytes, Result<(), Error>)> + Send {
    let too_large = || Err(Error::transport(TransportFailure::ResponseTooLarge));
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    async move {
        if announced > largest && is_success {
            return (Bytes::new(), too_large());
        }
        let mut bytes = Vec::new();
        loop {
            match next_frame(&mut body, deadline).await {
                Ok(Some(Ok(chunk))) if chunk.len() > largest - bytes.len() => {
                    bytes.extend_from_slice(&chunk[..largest - bytes.len()]);
                    return (bytes.into(), too_large());
                }
                // Most bodies come in one piece, which is not copied.
                Ok(Some(Ok(chunk))) if bytes.is_empty() && body.size_hint().exact() == Some(0) => {
                    return (chunk, Ok(()));
                }
                Ok(Some(Ok(chunk))) => {
                    // A wrong `Content-Length` must not reserve much memory.
                    let rest = announced.saturating_sub(bytes.len()).min(MAX_RESERVED);
                    bytes.reserve(chunk.len().max(rest));
                    bytes.extend_from_slice(&chunk);
                }
                // Trailers.
                Ok(Some(Err(_))) => {}
                Ok(None) => return (bytes.into(), Ok(())),
                Err(error) => return (bytes.into(), Err(error)),
            }
        }
    }
}

/// Returns the next chunk of a body, `Err` in `Ok` for other frames, and `None` at the end.
async fn next_frame(body: &mut Body, deadline: Option<Instant>) -> Result<Option<Result<Bytes, Frame<Bytes>>>, Error> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
    let frame = match deadline {
        None => frame.await,
        // In a box, because only layers need it, and all calls would be larger.
        Some(deadline) => match Box::pin(timeout_at(deadline, frame)).await {
            Ok(frame) => frame,
            Err(_) => return Err(Error::transport(TransportFailure::Timeout)),
        },
    };
    Ok(frame.transpose()?.map(Frame::into_data))
}
