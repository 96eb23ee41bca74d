//! The body of a request.

use std::borrow::Cow;

use serde::Serialize;

use super::Request;
#[cfg(feature = "multipart")]
use crate::client::multipart::MultipartBody;
use crate::client::validate::{Validate, Validator};
use crate::error::Error;

type Encoded = serde_json::Result<Vec<u8>>;

impl Request {
    /// Sets the body.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value cannot be encoded as
    /// JSON.
    pub fn body<T: Serialize + ?Sized>(&mut self, body: &T) -> Result<(), Error> {
        self.encoded_body(serde_json::to_vec(body))
    }

    /// Validates and sets the body, unless it is `None`.
    ///
    /// # Errors
    ///
    /// Returns the error of the body's builder, or one of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if
    /// the value is not valid or cannot be encoded as JSON.
    pub fn optional_body<T: Serialize + Validate>(&mut self, body: Option<Result<T, Error>>) -> Result<(), Error> {
        match body {
            None => Ok(()),
            Some(Err(error)) => Err(error.with_operation(self.fields.operation)),
            Some(Ok(body)) => self.valid_body(&|validator| body.validate(validator), &|| serde_json::to_vec(&body)),
        }
    }

    /// Sets the body if it is valid. There is one copy of this function for all types.
    fn valid_body(&mut self, rules: &dyn Fn(&mut Validator), encode: &dyn Fn() -> Encoded) -> Result<(), Error> {
        self.validate(rules)?;
        self.encoded_body(encode())
    }

    fn encoded_body(&mut self, body: Encoded) -> Result<(), Error> {
        self.fields.body = Some(body.map_err(|_| self.invalid("body", "cannot be encoded as JSON"))?);
        Ok(())
    }

    /// Validates and sets a required body.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the body is `None`, and as
    /// [`optional_body`](Self::optional_body) does.
    pub fn required_body<T: Serialize + Validate>(&mut self, body: Option<Result<T, Error>>) -> Result<(), Error> {
        if body.is_none() {
            return Err(Error::missing("body").with_operation(self.fields.operation));
        }
        self.optional_body(body)
    }

    /// Sets the body to bytes of a media type, unless they are `None`. The boundary of a multipart type is that of the
    /// first line.
    pub fn bytes_body(&mut self, media_type: &'static str, body: Option<Vec<u8>>) {
        self.fields.deviations.content_type = Some(media_type);
        self.fields.body = body;
    }

    /// Sets a required body to bytes of a media type, as [`bytes_body`](Self::bytes_body) does.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the body is `None`.
    pub fn required_bytes_body(&mut self, media_type: &'static str, body: Option<Vec<u8>>) -> Result<(), Error> {
        if body.is_none() {
            return Err(Error::missing("body").with_operation(self.fields.operation));
        }
        self.bytes_body(media_type, body);
        Ok(())
    }

    /// Sets the media type of the body instead of `application/json`.
    pub fn content_type(&mut self, media_type: &'static str) {
        self.fields.deviations.content_type = Some(media_type);
    }

    /// Returns the JSON of the body; `None` if there is no body, or one of several parts.
    #[must_use]
    pub fn body_bytes(&self) -> Option<&[u8]> {
        self.fields.body.as_deref()
    }

    /// Returns bytes that only a request with an equal body has, for a hash that is stored with an idempotency key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the body has a stream, which is
    /// sent once.
    pub fn body_identity(&self) -> Result<Cow<'_, [u8]>, Error> {
        #[cfg(feature = "multipart")]
        if let Some(body) = &self.fields.multipart {
            let identity = body.identity().map(Cow::Owned);
            return identity.ok_or_else(|| self.invalid("body", "has a stream, which can be sent only once"));
        }
        Ok(Cow::Borrowed(self.body_bytes().unwrap_or_default()))
    }

    /// Returns `true` if the body can be sent once only, because it has a stream.
    pub(crate) fn is_sent_once(&self) -> bool {
        #[cfg(feature = "multipart")]
        let is_sent_once = self.fields.multipart.as_ref().is_some_and(MultipartBody::has_stream);
        #[cfg(not(feature = "multipart"))]
        let is_sent_once = false;
        is_sent_once
    }

    /// Returns the media type of the body.
    pub(crate) fn body_type(&self) -> String {
        let media_type = self.fields.deviations.content_type.unwrap_or("application/json");
        let has_boundary = media_type.contains("boundary=");
        let body = self.fields.body.as_deref().unwrap_or_default();
        match multipart_boundary(body) {
            Some(boundary) if media_type.starts_with("multipart/") && !has_boundary => {
                format!("{media_type}; boundary=\"{boundary}\"")
            }
            _ => media_type.to_owned(),
        }
    }
}

/// Returns the boundary of a multipart body: its first line without the two hyphens.
fn multipart_boundary(body: &[u8]) -> Option<&str> {
    let line = body.strip_prefix(b"--")?.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let boundary = std::str::from_utf8(line).ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let is_boundary = (1..=70).contains(&boundary.len()) && boundary.bytes().all(is_plain);
    is_boundary.then_some(boundary)
}
