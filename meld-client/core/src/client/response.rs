//! The result of a successful call.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::client::header_names::MELD_VERSION;
use crate::error::Error;
use crate::error::outcome::{Attempts, Earlier};
use crate::error::under_success::is_success;
use crate::http_response::decode::{Undecodable, decode};
use crate::http_response::{self, HttpResponse};
use crate::json::{DecodeWarnings, FromJson};
use crate::redact::Secrets;

/// The decoded body of a successful response, with the response's status, headers and bytes.
///
/// It dereferences to the value. `Debug` prints the value alone.
///
/// # Examples
///
/// ```
/// use meld_client_core::ResponseValue;
/// use meld_client_core::http::{HeaderMap, StatusCode};
///
/// let body = br#"["USD",null,"EUR"]"#.to_vec();
/// let currencies =
///     ResponseValue::<Vec<String>>::from_body(StatusCode::OK, HeaderMap::new(), body, false)?;
/// assert_eq!(*currencies, ["USD", "EUR"]);
/// assert_eq!(currencies.bytes(), r#"["USD",null,"EUR"]"#);
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone)]
pub struct ResponseValue<T> {
    inner: T,
    status: StatusCode,
    headers: HeaderMap,
    bytes: Bytes,
    warnings: DecodeWarnings,
    attempts: Attempts,
}

impl<T: FromJson + Default> ResponseValue<T> {
    /// Decodes a response as [`Transport::send`](crate::Transport::send) does: leniently, or strictly so that every
    /// value that cannot be decoded is an error. Use it for responses that were stored or received in some other way.
    ///
    /// # Errors
    ///
    /// Returns an error of kind
    ///
    /// - [`Api`](crate::ErrorKind::Api) if the status is not a success or the body is only an error
    /// - [`Decode`](crate::ErrorKind::Decode) if the body is not JSON or not of the kind of `T`, or if `strict` is set
    ///   and a value cannot be decoded
    pub fn from_body(status: StatusCode, headers: HeaderMap, body: Vec<u8>, strict: bool) -> Result<Self, Error> {
        let response = HttpResponse { status, headers, body: body.into() };
        if !is_success(&response, T::declares) {
            return Err(Error::from_http_response(response));
        }
        let value = Self::from_http_response(response, &[], strict)?;
        value.warnings.log();
        Ok(value)
    }

    /// Decodes a success. Responses with the statuses of `without_content` may have no body.
    pub(crate) fn from_http_response(
        response: HttpResponse,
        without_content: &[u16],
        strict: bool,
    ) -> Result<Self, Error> {
        match decode::<T>(&response, without_content, strict) {
            Ok((inner, warnings)) => {
                let HttpResponse { status, headers, body } = response;
                Ok(Self { warnings, ..Self::new(inner, status, headers).with_bytes(body) })
            }
            Err(failure) => Err(Error::decode(failure, response)),
        }
    }
}

impl<T> ResponseValue<T> {
    /// Creates a response from its parts. Use it in tests.
    #[must_use]
    pub fn new(inner: T, status: StatusCode, headers: HeaderMap) -> Self {
        let (warnings, attempts) = (DecodeWarnings::default(), Attempts::default());
        Self { inner, status, headers, bytes: Bytes::new(), warnings, attempts }
    }

    /// Sets the body as if it had been received. Use it in tests.
    #[must_use]
    pub fn with_bytes(self, bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into(), ..self }
    }

    /// Logs the values that could not be decoded. Secrets of the request are redacted, because names of fields may
    /// contain them.
    pub(crate) fn log_decode_warnings(&mut self, secrets: &Secrets) {
        self.warnings.change_paths(|path| secrets.redact_text(path).into_owned());
        self.warnings.log();
    }

    /// Returns the value and the warnings, to drop a part of the value and report it.
    pub(crate) fn parts_mut(&mut self) -> (&mut T, &mut DecodeWarnings) {
        (&mut self.inner, &mut self.warnings)
    }

    pub(crate) fn with_attempts(self, attempts: Attempts) -> Self {
        Self { attempts, ..self }
    }

    /// Returns the idempotency key of the request; `None` if it carried none.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.attempts.idempotency_key.as_deref()
    }

    /// Returns the number of retries before this response.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.attempts.retries
    }

    /// Returns what is known of the attempts of this call before the last one.
    #[must_use]
    pub fn earlier_attempts(&self) -> Earlier {
        self.attempts.earlier
    }

    /// Returns the values of the response that could not be decoded and were dropped. Nearly always empty.
    #[must_use]
    pub fn decode_warnings(&self) -> &DecodeWarnings {
        &self.warnings
    }

    /// Returns the value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// Returns the HTTP status: 200, 201, 202 or 204. A replay of a create with the same idempotency key has 200 in
    /// place of 201. A 202 means that the request is not executed completely yet.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body as received, after decompression. Clones share the memory.
    ///
    /// It has everything that the value lacks: unknown fields, and values that could not be decoded. It may contain
    /// personal data and tokens, which `Debug` of the value redacts.
    ///
    /// It is empty for a value of [`new`](Self::new). If the operation has no response, it is the part that arrived.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Returns the version of the endpoint (header `Meld-Version`): the newest that is not newer than the
    /// [version of the request](crate::Request::meld_version).
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.headers.get(&MELD_VERSION)?.to_str().ok()
    }

    /// Returns the id of the request for Meld's support; `None` if the headers have none.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        http_response::request_id(&self.headers)
    }

    /// Returns how long Meld asks to wait before the next request: the header `Retry-After`, in seconds or as a date.
    /// A 202 may carry it.
    ///
    /// A date that has passed is zero, and more than a year is a year.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        http_response::retry_after(&self.headers)
    }

    /// Converts the value, and keeps status, headers, bytes and warnings.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> ResponseValue<U> {
        let Self { inner, status, headers, bytes, warnings, attempts } = self;
        ResponseValue { inner: change(inner), status, headers, bytes, warnings, attempts }
    }
}

impl Error {
    /// Creates the error of a response that was decoded, but has no usable value at this path. `reason` continues
    /// "cannot be decoded at `path`:".
    #[must_use]
    pub fn unusable<T>(response: &ResponseValue<T>, path: String, reason: impl Into<String>) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let response = HttpResponse { status, headers, body: Bytes::new() };
        Self::decode(Undecodable { path, reason: reason.into() }, response)
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> DerefMut for ResponseValue<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T> AsRef<T> for ResponseValue<T> {
    fn as_ref(&self) -> &T {
        &self.inner
    }
}

/// Writes the value alone.
impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn stored_body_decodes_like_a_response() {
        let read = |body: &str, strict| {
            let (headers, body) = (HeaderMap::new(), body.as_bytes().to_vec());
            ResponseValue::<Vec<bool>>::from_body(StatusCode::OK, headers, body, strict)
        };
        let response = read("[true,7]", false).unwrap();
        assert_eq!((response.as_ref(), response.decode_warnings().count()), (&vec![true], 1));
        assert_eq!(response.bytes(), "[true,7]");
        assert_eq!(response.decode_warnings().first()[0].path, "[1]");
        let error = read("[true,7]", true).unwrap_err().to_string();
        assert!(error.contains("[1]") && read("{", false).is_err(), "{error}");
    }

    #[test]
    fn response_value_derefs_to_its_value() {
        let mut headers = HeaderMap::new();
        headers.insert("Meld-Version", HeaderValue::from_static("2025-03-04"));
        headers.insert("X-Request-Id", HeaderValue::from_static("abc"));
        headers.insert("Retry-After", HeaderValue::from_static("120"));
        let mut response = ResponseValue::new(vec![1], StatusCode::CREATED, headers);
        response.push(2);
        assert_eq!(response.len(), 2);
        assert_eq!(response.as_ref(), &[1, 2]);
        assert_eq!(format!("{response:?}"), "[1, 2]");
        let response = response.with_bytes("[1]").map(|items| items.len());
        assert_eq!((response.bytes(), format!("{response:?}").as_str()), (&Bytes::from("[1]"), "2"));
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.version(), Some("2025-03-04"));
        assert_eq!(response.request_id(), Some("abc"));
        assert_eq!(response.retry_after(), Some(Duration::from_secs(120)));
        assert_eq!(response.headers().len(), 3);
        assert_eq!(response.into_inner(), 2);
    }
}
