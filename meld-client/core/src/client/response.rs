//! What a successful call gives.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::client::http_response::{self, HttpResponse};
use crate::client::outcome::Earlier;
use crate::client::redact::Secrets;
use crate::client::retry_after::retry_after;
use crate::client::send::Sent;
use crate::json::FromJson;
use crate::{DecodeWarnings, Error};

/// The value of a successful response, with the response's status and headers.
///
/// It can be used like the value itself.
#[derive(Clone)]
pub struct ResponseValue<T> {
    inner: T,
    status: StatusCode,
    headers: HeaderMap,
    warnings: DecodeWarnings,
    sent: Sent,
}

impl<T: FromJson + Default> ResponseValue<T> {
    /// Decodes a response as [`Transport::send`](crate::Transport::send) does: leniently, or strictly so that every value
    /// that cannot be decoded is an error. Use it for responses that were stored or received in some other way.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Api`](crate::ErrorKind::Api) if the status is not a success or the body is only an
    /// error, and [`Decode`](crate::ErrorKind::Decode) if the body is not JSON, not of the kind of `T`, or `strict` is set
    /// and a value of it cannot be decoded.
    pub fn from_body(
        status: StatusCode,
        headers: HeaderMap,
        body: Vec<u8>,
        strict: bool,
    ) -> Result<Self, Error> {
        let response = HttpResponse { status, headers, body };
        if !response.is_success() {
            return Err(Error::from_http_response(response));
        }
        let value = Self::from_http_response(response, strict)?;
        value.warnings.log();
        Ok(value)
    }

    pub(crate) fn from_http_response(response: HttpResponse, strict: bool) -> Result<Self, Error> {
        match http_response::read::<T>(&response, strict) {
            Ok((inner, warnings)) => {
                let HttpResponse { status, headers, .. } = response;
                Ok(Self { inner, status, headers, warnings, sent: Sent::default() })
            }
            Err(failure) => Err(failure.into_error(response)),
        }
    }
}

impl<T> ResponseValue<T> {
    /// Puts a value together with status and headers.
    #[must_use]
    pub fn new(inner: T, status: StatusCode, headers: HeaderMap) -> Self {
        Self { inner, status, headers, warnings: DecodeWarnings::default(), sent: Sent::default() }
    }

    /// Logs what could not be read, without the secrets of the request. Names of fields may hold them.
    pub(crate) fn log_decode_warnings(&mut self, secrets: &Secrets) {
        self.warnings.change_paths(|path| secrets.redact_text(path).into_owned());
        self.warnings.log();
    }

    /// The value and the reports, to take something out of the one and say so in the other.
    pub(crate) fn parts_mut(&mut self) -> (&mut T, &mut DecodeWarnings) {
        (&mut self.inner, &mut self.warnings)
    }

    pub(crate) fn with_sent(self, sent: Sent) -> Self {
        Self { sent, ..self }
    }

    /// The idempotency key that the request carried, if it carried one.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.sent.idempotency_key.as_deref()
    }

    /// How often the request was sent again before this response came.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.sent.retries
    }

    /// Returns what is known of the attempts of this call before the last one.
    #[must_use]
    pub fn earlier_attempts(&self) -> Earlier {
        self.sent.earlier
    }

    /// What could not be read of the response and was left out: empty in nearly every case.
    #[must_use]
    pub fn decode_warnings(&self) -> &DecodeWarnings {
        &self.warnings
    }

    /// The value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// The HTTP status: 200, 201, 202 or 204. A replay of a create with the same idempotency key
    /// has 200 in place of 201; 202 means that it is not done yet.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The version of the endpoint that was used (header `Meld-Version`): the newest one that is
    /// not newer than the version asked for.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.headers.get("meld-version")?.to_str().ok()
    }

    /// The id of the request for Meld's support, if the headers name one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        http_response::request_id(&self.headers)
    }

    /// Returns how long Meld asks to wait before the next request: the header `Retry-After`, in seconds or as a date.
    /// A 202 may carry it, for what is not ready yet.
    ///
    /// A date that has passed is zero, and more than a year is a year.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers)
    }

    /// Turns the value into another one, keeping status and headers.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> ResponseValue<U> {
        let Self { inner, status, headers, warnings, sent } = self;
        ResponseValue { inner: change(inner), status, headers, warnings, sent }
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

/// Shows the value alone.
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
    fn a_kept_body_is_read_like_a_response() {
        let read = |body: &str, strict| {
            let (headers, body) = (HeaderMap::new(), body.as_bytes().to_vec());
            ResponseValue::<Vec<bool>>::from_body(StatusCode::OK, headers, body, strict)
        };
        let response = read("[true,7]", false).unwrap();
        assert_eq!((response.as_ref(), response.decode_warnings().count()), (&vec![true], 1));
        assert_eq!(response.decode_warnings().first()[0].path, "[1]");
        let error = read("[true,7]", true).unwrap_err().to_string();
        assert!(error.contains("[1]") && read("{", false).is_err(), "{error}");
    }

    #[test]
    fn it_is_used_like_its_value() {
        let mut headers = HeaderMap::new();
        headers.insert("Meld-Version", HeaderValue::from_static("2025-03-04"));
        headers.insert("X-Request-Id", HeaderValue::from_static("abc"));
        headers.insert("Retry-After", HeaderValue::from_static("120"));
        let mut response = ResponseValue::new(vec![1], StatusCode::CREATED, headers);
        response.push(2);
        assert_eq!(response.len(), 2);
        assert_eq!(response.as_ref(), &[1, 2]);
        assert_eq!(format!("{response:?}"), "[1, 2]");
        let response = response.map(|items| items.len());
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.version(), Some("2025-03-04"));
        assert_eq!(response.request_id(), Some("abc"));
        assert_eq!(response.retry_after(), Some(Duration::from_secs(120)));
        assert_eq!(response.headers().len(), 3);
        assert_eq!(response.into_inner(), 2);
    }
}
