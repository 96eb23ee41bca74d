//! A call: the attempts to send a request, and the response.
//!
//! [`Transport::send`] completes the request, sends it until an attempt succeeds or must not be retried, decodes the
//! response, and compares it with the request.

#[cfg(feature = "multipart")]
mod multipart;

use std::pin::Pin;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::runtime::Handle;
use tracing::{Instrument, Span};

use crate::client::agreement::{self, Requested};
use crate::client::exchange::Expected;
use crate::client::request::Request;
use crate::client::response::ResponseValue;
use crate::client::telemetry::{call_span, record_error, record_response};
use crate::client::transport::{Inner, Transport};
use crate::error::Error;
use crate::error::outcome::Attempts;
use crate::error::under_success::{Declares, any_result};
use crate::http_response::HttpResponse;
use crate::http_response::decode::decode_with_serde;
use crate::json::{FromJson, ToJson};

/// A successful response that is not decoded yet, with its request.
pub struct Received<'t> {
    transport: &'t Inner,
    request: Request,
    response: HttpResponse,
    attempts: Attempts,
    span: Span,
}

/// The way in which the response of a call is received: [`Call::RECEIVE`](crate::Call::RECEIVE).
///
/// Each `send…` method of [`Transport`] has one, with its name. A call that wraps another has that of the other, or makes
/// one [of it](Self::with).
pub struct Receive<T> {
    expected: Expected,
    is_raw: bool,
    finish: Finish<T>,
}

type Finish<T> = fn(Received<'_>) -> Result<ResponseValue<T>, Error>;

impl<T> Receive<T> {
    const fn by(finish: Finish<T>, declares: Declares) -> Self {
        Self { expected: Expected { wants_body: true, declares }, is_raw: false, finish }
    }

    /// Receives the same response, and makes another output of it.
    ///
    /// # Examples
    ///
    /// A wrapper whose output has the body of the request beside it:
    ///
    /// ```
    /// use meld_client_core::{Call, Error, Operation, Receive, Request, RequestOptions, Transport, bytes::Bytes};
    ///
    /// struct WithBody<C>(C);
    ///
    /// impl<C: Call> Call for WithBody<C> {
    ///     type Output = (Option<Bytes>, C::Output);
    ///
    ///     const OPERATION: &'static Operation = C::OPERATION;
    ///
    ///     const RECEIVE: Receive<Self::Output> = C::RECEIVE.with(|received| {
    ///         let body = received.request().body_bytes().map(Bytes::copy_from_slice);
    ///         Ok(received.decode(C::RECEIVE)?.map(|output| (body, output)))
    ///     });
    ///
    ///     fn transport(&self) -> &Transport {
    ///         self.0.transport()
    ///     }
    ///
    ///     fn options_mut(&mut self) -> &mut RequestOptions {
    ///         self.0.options_mut()
    ///     }
    ///
    ///     fn into_request(self) -> Result<Request, Error> {
    ///         self.0.into_request()
    ///     }
    /// }
    /// ```
    #[must_use]
    pub const fn with<U>(self, receive: fn(Received<'_>) -> Result<ResponseValue<U>, Error>) -> Receive<U> {
        Receive { expected: self.expected, is_raw: self.is_raw, finish: receive }
    }
}

impl<T: FromJson + ToJson + Default> Receive<T> {
    /// Decodes JSON leniently.
    #[must_use]
    pub const fn send() -> Self {
        Self::by(|received| received.finish(Inner::decode_json), T::declares)
    }
}

impl<T: DeserializeOwned> Receive<T> {
    /// Decodes JSON by serde.
    #[doc(hidden)]
    #[must_use]
    pub const fn send_with_serde() -> Self {
        let receive = |received: Received<'_>| {
            received.finish(|_, _, response| match decode_with_serde::<T>(&response.body) {
                Ok(value) => {
                    let HttpResponse { status, headers, body } = response;
                    Ok(ResponseValue::new(value, status, headers).with_bytes(body))
                }
                Err(failure) => Err(Error::decode(failure, response)),
            })
        };
        Self::by(receive, Value::declares)
    }
}

impl Receive<()> {
    /// Ignores the body.
    #[must_use]
    pub const fn send_ignoring_body() -> Self {
        let receive = |received: Received<'_>| {
            received.finish(|_, _, HttpResponse { status, headers, body }| {
                Ok(ResponseValue::new((), status, headers).with_bytes(body))
            })
        };
        let expected = Expected { wants_body: false, declares: any_result };
        Self { expected, is_raw: false, finish: receive }
    }
}

impl Receive<Vec<u8>> {
    /// Takes the body as it is.
    #[must_use]
    pub const fn send_bytes() -> Self {
        let receive = |received: Received<'_>| {
            received.finish(|_, _, HttpResponse { status, headers, body }| {
                Ok(ResponseValue::new(body.to_vec(), status, headers).with_bytes(body))
            })
        };
        Self { is_raw: true, ..Self::by(receive, Value::declares) }
    }
}

impl Transport {
    /// Sends a request and decodes the JSON of the response leniently: see [`json`](crate::json).
    ///
    /// # Errors
    ///
    /// Returns an error of kind:
    ///
    /// - [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if a path parameter is not set, or the version of
    ///   [`Call::meld_version`](crate::Call::meld_version) is not a date
    /// - [`OlderVersion`](crate::ErrorKind::OlderVersion) if the response is of an API version in which the request has
    ///   another meaning
    /// - [`Configuration`](crate::ErrorKind::Configuration) if a setting makes every call fail, or there is no Tokio
    ///   runtime
    /// - [`Transport`](crate::ErrorKind::Transport) if the request cannot be sent, or no complete response arrives
    /// - [`Api`](crate::ErrorKind::Api) if the status is not 2xx, or if the body of a 2xx says failure and has no result,
    ///   as it is for quotes
    /// - [`Decode`](crate::ErrorKind::Decode) if the response cannot be decoded, or is for something else than the
    ///   request
    pub fn send<T: FromJson + ToJson + Default>(
        &self,
        request: Request,
    ) -> impl Future<Output = Result<ResponseValue<T>, Error>> + Send {
        self.receive(request, Receive::send())
    }

    /// Sends a request whose response has no body, or none that matters.
    ///
    /// # Errors
    ///
    /// Returns an error as [`send`](Self::send) does, except for the body of a success, which is not decoded.
    pub async fn send_ignoring_body(&self, request: Request) -> Result<ResponseValue<()>, Error> {
        self.receive(request, Receive::send_ignoring_body()).await
    }

    /// Sends a request whose response is decoded by serde into any type. An empty body is null.
    ///
    /// # Errors
    ///
    /// Returns an error as [`send`](Self::send) does, and of kind [`Decode`](crate::ErrorKind::Decode) if serde cannot
    /// decode the body.
    #[doc(hidden)]
    pub async fn send_with_serde<T: DeserializeOwned>(&self, request: Request) -> Result<ResponseValue<T>, Error> {
        self.receive(request, Receive::send_with_serde()).await
    }

    /// Sends a request whose response is bytes of another type than JSON.
    ///
    /// # Errors
    ///
    /// Returns an error as [`send`](Self::send) does, except for the body of a success, which is not decoded.
    pub async fn send_bytes(&self, request: Request) -> Result<ResponseValue<Vec<u8>>, Error> {
        self.receive(request, Receive::send_bytes()).await
    }

    /// Sends a request and decodes its response as `receive` says.
    pub(crate) fn receive<T>(
        &self,
        mut request: Request,
        Receive { expected, is_raw, finish }: Receive<T>,
    ) -> impl Future<Output = Result<ResponseValue<T>, Error>> + Send {
        request.fields.deviations.is_raw |= is_raw;
        // The request moves into the box at once, so that the futures of all calls are small.
        let sending = self.send_with_retries(request, expected);
        async move { finish(sending.await?) }
    }

    /// Sends a request with all retries, and returns the response if it is a success.
    ///
    /// The future has no type of its own: the compiler would prove for each operation that it is `Send`.
    fn send_with_retries(
        &self,
        mut request: Request,
        expected: Expected,
    ) -> Pin<Box<dyn Future<Output = Result<Received<'_>, Error>> + Send + '_>> {
        Box::pin(async move {
            self.prepare(&mut request)?;
            let span = call_span(&request, self.inner().host());
            let (result, attempts) = self.inner().attempts(&request, expected).instrument(span.clone()).await;
            self.inner().received(request, result, attempts, span)
        })
    }

    /// Completes a request by the settings of this transport.
    fn prepare(&self, request: &mut Request) -> Result<(), Error> {
        // The HTTP client would panic.
        if Handle::try_current().is_err() {
            let reason = "no Tokio runtime is running in this thread; make the call within one";
            return Err(Error::configuration(reason).with_operation(request.operation()));
        }
        request.check_options()?;
        self.add_default_headers(request);
        Ok(())
    }
}

impl Inner {
    /// Records the result of the attempts in the span of the call.
    fn received(
        &self,
        request: Request,
        result: Result<HttpResponse, Error>,
        mut attempts: Attempts,
        span: Span,
    ) -> Result<Received<'_>, Error> {
        attempts.idempotency_key = request.idempotency_key().map(str::to_owned);
        if attempts.retries > 0 {
            span.record("http.request.resend_count", attempts.retries);
        }
        match result {
            Ok(response) => {
                if !span.is_disabled() {
                    let headers = self.redacted_headers(&response, &request);
                    record_response(&span, response.status, &headers);
                }
                Ok(Received { transport: self, request, response, attempts, span })
            }
            Err(error) => {
                let error = error.with_operation(request.operation()).with_attempts(attempts);
                record_error(&span, &error);
                Err(error)
            }
        }
    }
}

impl<'t> Received<'t> {
    /// Returns the request.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Decodes the response as `receive` does.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Decode`](crate::ErrorKind::Decode) if the response cannot be decoded, or is for something
    /// else than the request. Further kinds are those of [`Transport::send`] that concern a response.
    pub fn decode<T>(self, receive: Receive<T>) -> Result<ResponseValue<T>, Error> {
        (receive.finish)(self)
    }

    /// Decodes the response within the span of the call, and adds to the result what is known of the attempts.
    fn finish<T>(
        self,
        decode: impl FnOnce(&'t Inner, &Request, HttpResponse) -> Result<ResponseValue<T>, Error>,
    ) -> Result<ResponseValue<T>, Error> {
        let Self { transport, request, response, attempts, span } = self;
        match span.in_scope(|| decode(transport, &request, transport.of_version(&request, response)?)) {
            Ok(mut value) => {
                if value.decode_warnings().count() > 0 {
                    #[cfg(feature = "opentelemetry")]
                    transport.metrics.count_decode_warnings(&request, value.decode_warnings().count());
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
    /// Decodes JSON, and compares it with the request.
    fn decode_json<T: FromJson + ToJson + Default>(
        &self,
        request: &Request,
        response: HttpResponse,
    ) -> Result<ResponseValue<T>, Error> {
        let without_content = request.operation().success_without_content;
        let response = ResponseValue::from_http_response(response, without_content, self.strict)?;
        match Requested::of(request).filter(|_| !self.takes_samples) {
            Some(requested) => agreement::check(&requested, response, self.strict),
            None => Ok(response),
        }
    }

    /// Returns the response if it is of a version that means what the request does.
    fn of_version(&self, request: &Request, response: HttpResponse) -> Result<HttpResponse, Error> {
        if self.takes_samples { Ok(response) } else { request.check_served_version(response) }
    }
}
