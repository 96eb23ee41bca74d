//! The one error type of the client.

mod code;
mod excerpt;
mod response;

use std::borrow::Cow;
use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::client::http_response::{self, HttpResponse};
use crate::client::outcome::{Earlier, Evidence, Execution};
use crate::client::redact::Secrets;
use crate::client::retry_after::retry_after;
use crate::client::send::Sent;
use crate::one_line::OneLine;
use crate::{Operation, ResponseValue};

pub use code::ErrorCode;
pub use response::ErrorResponse;
pub(crate) use response::is_all_of as is_error_body;

/// Why a call did not succeed.
///
/// `Display` is one printable line that names the operation (method and path, without values), what went wrong and
/// Meld's request id. Of an error response it has `code`, `message`, and from `errors` the names of the fields;
/// [`body`](Self::body) has the rest. Neither `Display` nor `Debug` shows header values, or the bodies of request and
/// response.
///
/// The API key and the sensitive values of the request (account and card numbers, tokens, credentials, dates of birth,
/// email addresses and telephone numbers) are redacted in everything that an error holds of a response, also where the
/// response escapes or groups them. A value of fewer than eight letters and digits is redacted only where it stands
/// alone.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    sent: Sent,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of failure an [`Error`] is, with what is known about it.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request was not sent, because a value in it is missing or cannot be sent.
    #[non_exhaustive]
    InvalidRequest {
        /// The name of the field or parameter, as Meld spells it; `body` for the body as a whole.
        field: Cow<'static, str>,
        /// What is wrong with it.
        reason: String,
    },
    /// The request could not be sent, or no whole response came.
    Transport(TransportFailure),
    /// Meld answered with an error status.
    Api(RawResponse),
    /// Meld reported success, but its response could not be read. What was asked for was done.
    #[non_exhaustive]
    Decode {
        /// Where in the response reading failed: `quotes[3].sourceAmount`; empty for the whole.
        path: String,
        /// What was found there and what was expected; without the value itself.
        reason: String,
        /// The response.
        response: RawResponse,
    },
    /// The client is set up wrongly; no request can be sent.
    #[non_exhaustive]
    Configuration {
        /// What is wrong.
        reason: String,
    },
}

/// How sending a request or reading its response failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportFailure {
    /// No connection: Meld has not seen the request.
    Connect,
    /// No secure connection, such as a certificate that is not trusted: Meld has not seen the
    /// request.
    Tls,
    /// No response in time: whether the request was carried out is not known.
    Timeout,
    /// The connection broke: whether the request was carried out is not known.
    Interrupted,
    /// The request was carried out, but the response is larger than allowed.
    ResponseTooLarge,
    /// The response came from another URL than that of the request, and is not used: whether the request was carried
    /// out is not known. Redirects are never followed, so this should not occur.
    OtherUrl,
    /// Anything else; sending the request again will not help.
    Other,
}

/// A response that is an error, or that could not be read.
pub struct RawResponse {
    error: ErrorResponse,
    http: HttpResponse,
    is_cut: bool,
}

impl RawResponse {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.http.status
    }

    /// The headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.http.headers
    }

    /// Returns the body as it came, but for redacted secrets: see [`Error::body`].
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.http.body
    }

    /// Returns `true` if the body is only the beginning of the one that was sent: it has more than 1 MiB, or the
    /// connection broke.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The body read as Meld's error form; empty if it has another form.
    #[must_use]
    pub fn response(&self) -> &ErrorResponse {
        &self.error
    }

    /// The id of the request for Meld's support, from the body or else from the headers.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.error.request_id.as_deref().or_else(|| http_response::request_id(&self.http.headers))
    }
}

/// Leaves out the headers and the body. Text of the response is printable and bounded.
impl fmt::Debug for RawResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |text: Option<&str>| text.map(|text| OneLine::new(text).to_string());
        formatter
            .debug_struct("RawResponse")
            .field("status", &self.status())
            .field("code", &line(self.error.code.as_ref().map(ErrorCode::as_str)))
            .field("message", &line(self.error.message.as_deref()))
            .field("request_id", &line(self.request_id()))
            .finish_non_exhaustive()
    }
}

/// Making errors.
impl Error {
    /// A required field or parameter is missing, named as Meld spells it.
    #[must_use]
    pub fn missing(field: &'static str) -> Self {
        Self::invalid(field, "is required")
    }

    /// A field or parameter cannot be sent as it is; `why` goes on after its name: "is required".
    #[must_use]
    pub fn invalid(field: impl Into<Cow<'static, str>>, why: impl Into<String>) -> Self {
        Self::of(ErrorKind::InvalidRequest { field: field.into(), reason: why.into() })
    }

    /// The client is set up wrongly.
    #[must_use]
    pub fn configuration(reason: impl Into<String>) -> Self {
        Self::of(ErrorKind::Configuration { reason: reason.into() })
    }

    /// A response that was read, but makes no sense at this path.
    #[must_use]
    pub fn unusable<T>(
        response: &ResponseValue<T>,
        path: String,
        reason: impl Into<String>,
    ) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self::decode(path, reason.into(), HttpResponse { status, headers, body: Vec::new() })
    }

    /// Adds which operation failed.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static Operation) -> Self {
        self.inner.operation = Some(operation);
        self
    }

    pub(crate) fn with_sent(mut self, sent: Sent) -> Self {
        self.inner.sent = sent;
        self
    }

    /// Makes the error that an error response stands for. Use it in tests of code that handles errors.
    ///
    /// ```
    /// use meld_client_core::{Error, ErrorCode, http::{HeaderMap, StatusCode}};
    ///
    /// let body = br#"{"code":"INVALID_AMOUNT","message":"too low"}"#.to_vec();
    /// let error = Error::from_response(StatusCode::BAD_REQUEST, HeaderMap::new(), body);
    /// assert_eq!(error.code(), Some(&ErrorCode::InvalidAmount));
    /// ```
    #[must_use]
    pub fn from_response(status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self::from_http_response(HttpResponse { status, headers, body })
    }

    /// Makes the error of a request that got no response. Use it in tests of code that handles errors.
    #[must_use]
    pub fn transport(failure: TransportFailure) -> Self {
        Self::of(ErrorKind::Transport(failure))
    }

    pub(crate) fn from_http_response(response: HttpResponse) -> Self {
        let error = ErrorResponse::from_body(&response.body);
        Self::of(ErrorKind::Api(RawResponse { error, http: response, is_cut: false }))
    }

    /// Restores the code as it was before redaction, if it is a documented one and so holds no secret. It decides about the
    /// outcome, and a secret may read like a part of it.
    pub(crate) fn with_known_code(mut self, code: Option<ErrorCode>) -> Self {
        let known = code.filter(|code| !matches!(code, ErrorCode::Unknown(_)));
        if let (ErrorKind::Api(response), Some(code)) = (&mut self.inner.kind, known) {
            response.error.code = Some(code);
        }
        self
    }

    /// Notes that the body of the response is longer than what was read of it.
    pub(crate) fn with_cut_body(mut self) -> Self {
        if let ErrorKind::Api(response) = &mut self.inner.kind {
            response.is_cut = true;
        }
        self
    }

    /// Redacts a response that could not be decoded. That of an error status is redacted before it is one.
    pub(crate) fn redacted(mut self, secrets: &Secrets) -> Self {
        if let ErrorKind::Decode { path, reason, response } = &mut self.inner.kind {
            *path = secrets.redact_text(path).into_owned();
            *reason = secrets.redact_text(reason).into_owned();
            secrets.redact_response(&mut response.http);
        }
        self
    }

    pub(crate) fn decode(path: String, reason: String, response: HttpResponse) -> Self {
        let response =
            RawResponse { error: ErrorResponse::default(), http: response, is_cut: false };
        Self::of(ErrorKind::Decode { path, reason, response })
    }

    fn of(kind: ErrorKind) -> Self {
        let inner = Inner { kind, operation: None, sent: Sent::default(), source: None };
        Self { inner: Box::new(inner) }
    }
}

/// Asking what went wrong.
impl Error {
    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.inner.kind
    }

    /// The operation that failed, where it is known.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.inner.operation
    }

    /// The field or parameter of an invalid request.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match &self.inner.kind {
            ErrorKind::InvalidRequest { field, .. } => Some(field),
            _ => None,
        }
    }

    /// The status of the response, if one came; a success status if the response could not be read.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(RawResponse::status)
    }

    /// The code of Meld's error response.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.api().and_then(|response| response.code.as_ref())
    }

    /// The id of the request for Meld's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.response().and_then(RawResponse::request_id)
    }

    /// Meld's error response.
    #[must_use]
    pub fn api(&self) -> Option<&ErrorResponse> {
        match &self.inner.kind {
            ErrorKind::Api(response) => Some(response.response()),
            _ => None,
        }
    }

    /// The headers of the response, if one came.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(RawResponse::headers)
    }

    /// The body of the response as it came, if one came: that of an error status, or the one that
    /// could not be read.
    ///
    /// Where the response repeats the API key or a sensitive value of the request, such as an account number, a token
    /// or an email address, `[redacted]` stands in its place. JSON remains JSON. Of the body of an error status only
    /// the first 1 MiB is here.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.response().map(RawResponse::body)
    }

    /// Of a response that could not be read, the part around the place where reading failed: names,
    /// but no values (`{"quotes":[{"name":"…","amount":…}]}`).
    #[must_use]
    pub fn excerpt(&self) -> Option<String> {
        match &self.inner.kind {
            ErrorKind::Decode { path, response, .. } => excerpt::around(response.body(), path),
            _ => None,
        }
    }

    /// Reads the body of the response as any type, for the error statuses that carry a success body
    /// ([`Operation::success_body_statuses`]).
    ///
    /// # Errors
    /// There is no response, or its body is no such type.
    pub fn decode_body<T: DeserializeOwned>(&self) -> Result<T, Self> {
        let response = match self.response() {
            Some(response) => response.http.clone(),
            None => HttpResponse::default(),
        };
        http_response::decode(&response.body)
            .map_err(|failure| failure.into_error(response).maybe_with_operation(self.operation()))
    }

    /// How often the request was sent again before this error.
    ///
    /// The error is that of the last attempt; see
    /// [`outcome_unknown`](Self::outcome_unknown) for those before it.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.inner.sent.retries
    }

    /// Returns `true` if the request may have been executed in spite of the error, by the last attempt or by one before
    /// it; see [`outcome`](crate::outcome) for the rules.
    ///
    /// Send such a write again with the same [`idempotency_key`](Self::idempotency_key), or look it up, before you make
    /// a new one. Attempts of other calls with the same key are not taken into account.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        let is_read = self.operation().is_some_and(Operation::only_reads);
        let fails_under_success =
            self.api().is_some() && self.status().is_some_and(|it| it.is_success());
        if is_read && fails_under_success {
            return false;
        }
        let heeds_key = self.operation().is_some_and(Operation::heeds_idempotency_key);
        let execution = Execution::of(Evidence::of_error(self), self.earlier_attempts(), heeds_key);
        execution != Execution::NotExecuted
    }

    /// Returns what is known of the attempts of this call before the last one.
    #[must_use]
    pub fn earlier_attempts(&self) -> Earlier {
        self.inner.sent.earlier
    }

    /// The idempotency key that the request carried, if it carried one. Where the outcome is not
    /// known, the same request with the same key is safe to send again.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.inner.sent.idempotency_key.as_deref()
    }

    /// Returns how long Meld asks to wait before the next request: the header `Retry-After`, in seconds or as a date,
    /// whatever the status.
    ///
    /// A date that has passed is zero, and more than a year is a year.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.headers().and_then(retry_after)
    }

    /// What kind of failure it is, in a word for metrics: the status of an error response, or one of
    /// `invalid_request`, `configuration`, `decode`, `connect`, `tls`, `timeout`, `interrupted`,
    /// `response_too_large`, `other_url`, `other`.
    #[must_use]
    pub fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match &self.inner.kind {
            ErrorKind::Api(response) => return Cow::Owned(response.status().as_u16().to_string()),
            ErrorKind::InvalidRequest { .. } => "invalid_request",
            ErrorKind::Configuration { .. } => "configuration",
            ErrorKind::Decode { .. } => "decode",
            ErrorKind::Transport(failure) => failure.name(),
        })
    }

    /// Whether the same request may succeed when it is sent again later.
    ///
    /// This is so for connections that fail or break, timeouts, and the statuses 408, 425, 429 and
    /// 5xx except 501 (the provider does not offer the operation), but for codes that say it is not.
    /// It does not say that sending again is harmless: a request that is not a mere question needs
    /// the same idempotency key, or may be carried out twice ([`Operation::idempotency`]).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match &self.inner.kind {
            ErrorKind::Transport(failure) => matches!(
                failure,
                TransportFailure::Connect
                    | TransportFailure::Timeout
                    | TransportFailure::Interrupted
            ),
            ErrorKind::Api(response) => {
                let may_pass =
                    matches!(response.status().as_u16(), 408 | 425 | 429 | 500 | 502..=599);
                may_pass && !response.error.code.as_ref().is_some_and(stays_so)
            }
            _ => false,
        }
    }

    fn response(&self) -> Option<&RawResponse> {
        match &self.inner.kind {
            ErrorKind::Api(response) | ErrorKind::Decode { response, .. } => Some(response),
            _ => None,
        }
    }

    fn maybe_with_operation(mut self, operation: Option<&'static Operation>) -> Self {
        self.inner.operation = operation;
        self
    }
}

/// The codes that waiting a little does not help although their status says so.
fn stays_so(code: &ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::NotSupported
            | ErrorCode::PriorAuthenticationError
            | ErrorCode::TransferRateLimited
    )
}

impl TransportFailure {
    fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::ResponseTooLarge => "response_too_large",
            Self::OtherUrl => "other_url",
            Self::Other => "other",
        }
    }
}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// The address of the request is left out: its query may hold personal data.
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        let failure = if error.is_connect() && is_tls(&error) {
            TransportFailure::Tls
        } else if error.is_connect() {
            TransportFailure::Connect
        } else if error.is_timeout() {
            TransportFailure::Timeout
        } else if error.is_request() || error.is_body() || error.is_decode() {
            TransportFailure::Interrupted
        } else {
            TransportFailure::Other
        };
        let mut made = Self::transport(failure);
        made.inner.source = Some(Box::new(error.without_url()));
        made
    }
}

/// Whether TLS is what failed.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if is_of_tls(error) {
            return true;
        }
        // What stands within an error of input and output is not its source.
        cause = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(within) => Some(within),
            None => error.source(),
        };
    }
    false
}

fn is_of_tls(error: &(dyn StdError + 'static)) -> bool {
    #[cfg(feature = "rustls")]
    if error.is::<rustls::Error>() {
        return true;
    }
    #[cfg(feature = "native-tls")]
    if error.is::<native_tls::Error>() {
        return true;
    }
    let _ = error;
    false
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as _)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("operation", &self.inner.operation.map(ToString::to_string))
            .field("kind", &self.inner.kind)
            .field("retries", &self.inner.sent.retries)
            .field("source", &self.inner.source)
            .finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.inner.operation {
            write!(formatter, "{operation}: ")?;
        }
        match &self.inner.kind {
            ErrorKind::InvalidRequest { field, reason } => {
                write!(formatter, "`{field}` {}", OneLine::new(reason))?;
            }
            ErrorKind::Transport(failure) => self.write_transport(*failure, formatter)?,
            ErrorKind::Api(response) => {
                write_api(response, formatter)?;
                formatter.write_str(if response.is_cut { ", its body is cut off" } else { "" })?;
            }
            ErrorKind::Decode { path, reason, response } => {
                write!(formatter, "the response ({}) cannot be read", response.status())?;
                if !path.is_empty() {
                    write!(formatter, " at `{}`", OneLine::new(path))?;
                }
                write!(formatter, ": {}", OneLine::new(reason))?;
                if let Some(excerpt) = self.excerpt() {
                    write!(formatter, ", in `{}`", OneLine::new(&excerpt))?;
                }
            }
            ErrorKind::Configuration { reason } => write!(formatter, "{}", OneLine::new(reason))?,
        }
        match (self.inner.sent.retries, self.request_id()) {
            (0, None) => Ok(()),
            (0, Some(id)) => write!(formatter, " (request id {})", OneLine::new(id)),
            (retries, None) => write!(formatter, " (retries: {retries})"),
            (retries, Some(id)) => {
                write!(formatter, " (retries: {retries}, request id {})", OneLine::new(id))
            }
        }
    }
}

impl Error {
    fn write_transport(
        &self,
        failure: TransportFailure,
        formatter: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        formatter.write_str(match failure {
            TransportFailure::Connect => "no connection to Meld",
            TransportFailure::Tls => "no secure connection to Meld",
            TransportFailure::Timeout => "no response in time",
            TransportFailure::Interrupted => "the connection broke before the whole response came",
            TransportFailure::ResponseTooLarge => "the response is larger than allowed",
            TransportFailure::OtherUrl => "the response came from another URL than asked",
            TransportFailure::Other => "the request could not be sent",
        })?;
        let mut cause = self.source();
        while let Some(deeper) = cause.and_then(StdError::source) {
            cause = Some(deeper);
        }
        match cause {
            Some(cause) => write!(formatter, ": {}", OneLine::new(&cause.to_string())),
            None => Ok(()),
        }
    }
}

/// `400 Bad Request, BAD_REQUEST: text [field, otherField]`, or what else the response is.
fn write_api(response: &RawResponse, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(formatter, "{}", response.status())?;
    let error = &response.error;
    if *error == ErrorResponse::default() {
        return write_foreign(response, formatter);
    }
    if let Some(code) = &error.code {
        write!(formatter, ", {}", OneLine::new(code.as_str()))?;
    }
    if let Some(message) = &error.message {
        write!(formatter, ": {}", OneLine::new(message))?;
    }
    let fields: Vec<&str> = error.errors.iter().filter_map(|line| field_of(line)).collect();
    if !fields.is_empty() {
        write!(formatter, " [{}]", OneLine::new(&fields.join(", ")))?;
    }
    Ok(())
}

/// `502 Bad Gateway, with text/html and not Meld's form of errors: "Bad gateway"`.
fn write_foreign(response: &RawResponse, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(location) = header(header::LOCATION).filter(|_| response.status().is_redirection())
    {
        // The rest of the address may hold what was asked for.
        let host = url::Url::parse(location).ok();
        let host = host.as_ref().and_then(url::Url::host_str).unwrap_or("the same host");
        return write!(formatter, ", a redirect to {}, which is not followed", OneLine::new(host));
    }
    if response.body().trim_ascii().is_empty() {
        return formatter.write_str(", without a body");
    }
    let kind = header(header::CONTENT_TYPE).unwrap_or("a body");
    write!(formatter, ", with {} and not Meld's form of errors", OneLine::new(kind))?;
    match excerpt::title(response.body()) {
        Some(title) => write!(formatter, ": \"{}\"", OneLine::new(&title)),
        None => Ok(()),
    }
}

/// What a line of `errors` is about: the field of `[field] text`, or all of `field: STATE`.
fn field_of(line: &str) -> Option<&str> {
    if let Some((field, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return Some(field);
    }
    let (field, state) = line.split_once(": ")?;
    let is_name =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_state = is_name(state) && !state.bytes().any(|byte| byte.is_ascii_lowercase());
    (is_name(field) && is_state).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::GET_THING;

    fn api(status: u16, body: &str) -> Error {
        let mut headers = HeaderMap::new();
        headers.insert("x-request-id", http::HeaderValue::from_static("from-header"));
        let status = StatusCode::from_u16(status).unwrap();
        Error::from_http_response(HttpResponse { status, headers, body: body.as_bytes().to_vec() })
            .with_operation(&GET_THING)
    }

    #[test]
    fn it_is_small_and_can_cross_threads() {
        fn assert_error<T: StdError + Send + Sync + 'static>() {}
        assert_error::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn lines_tell_what_to_do() {
        assert_eq!(Error::missing("sourceAmount").to_string(), "`sourceAmount` is required");
        let invalid = Error::invalid("id", "must not\nbe empty").with_operation(&GET_THING);
        assert_eq!(invalid.to_string(), "GET /things/{id}: `id` must not be empty");
        assert_eq!(invalid.field(), Some("id"));
        let error = api(
            400,
            r#"{"code":"BAD_REQUEST","message":"Two\nlines","requestId":"abc",
                "errors":["[email] a@b is wrong","phone: STALE","free text of a@b","a: b"]}"#,
        );
        assert_eq!(
            error.to_string(),
            "GET /things/{id}: 400 Bad Request, BAD_REQUEST: Two lines [email, phone: STALE] \
             (request id abc)"
        );
        assert_eq!(error.code(), Some(&ErrorCode::BadRequest));
        assert_eq!(error.request_id(), Some("abc"));
        let error = api(502, "<html><title>Bad\ngateway</title>private</html>");
        assert_eq!(
            error.to_string(),
            "GET /things/{id}: 502 Bad Gateway, with a body and not Meld's form of errors: \
             \"Bad gateway\" (request id from-header)"
        );
        assert_eq!(error.api(), Some(&ErrorResponse::default()));
        assert!(api(400, &format!("\"{}\"", "x".repeat(5000))).to_string().len() < 400);
    }

    #[test]
    fn statuses_decide_whether_to_try_again() {
        for status in [408, 425, 429, 500, 502, 503, 504, 599] {
            assert!(api(status, "").is_retryable(), "{status}");
        }
        for status in [400, 401, 403, 404, 409, 422, 501] {
            assert!(!api(status, "").is_retryable(), "{status}");
        }
        assert!(!Error::missing("a").is_retryable());
        assert!(Error::transport(TransportFailure::Timeout).is_retryable());
        assert!(!Error::transport(TransportFailure::ResponseTooLarge).is_retryable());
    }

    #[test]
    fn debug_omits_headers_and_body() {
        let text = format!("{:?}", api(409, r#"{"code":"CONFLICT","private":"hidden value"}"#));
        assert!(text.contains("CONFLICT") && text.contains("GET /things/{id}"), "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }

    #[test]
    fn bodies_of_errors_can_be_read_as_any_type() {
        let error = api(404, r#"{"a":5}"#);
        let body: std::collections::HashMap<String, u8> = error.decode_body().unwrap();
        assert_eq!(body["a"], 5);
        assert_eq!(error.body(), Some(r#"{"a":5}"#.as_bytes()));
        let failure = error.decode_body::<Vec<u8>>().unwrap_err();
        assert_eq!(failure.operation(), Some(&GET_THING));
        assert!(matches!(failure.kind(), ErrorKind::Decode { .. }));
        assert!(Error::missing("a").decode_body::<u8>().is_err());
    }

    #[test]
    fn errors_are_one_printable_line() {
        let odd = "a\\n\\u001b[2J\\u009b\\u202e\\u200b\\u2028b";
        let body = format!(
            r#"{{"code":"{odd}","message":"{odd}","errors":["[{odd}] x"],"requestId":"{odd}"}}"#
        );
        let long = "x".repeat(5000);
        let long = format!(r#"{{"code":"{long}","message":"{long}","requestId":"{long}"}}"#);
        for body in [body, long] {
            let error = api(400, &body);
            for text in [error.to_string(), format!("{error:?}")] {
                let odd = |c: char| {
                    c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
                };
                assert!(!text.contains(odd) && text.len() < 2000, "{text:?}");
            }
        }
    }
}
