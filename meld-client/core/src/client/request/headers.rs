//! The headers of a request.

use http::header::COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::utf8_percent_encode;

use super::Request;
use crate::client::header_names::{AUTHORIZATION, IDEMPOTENCY_KEY, is_credential};
use crate::client::percent::IN_PATH;
use crate::error::Error;
use crate::parameter::ParameterValue;

impl Request {
    /// Adds a header, unless the value is `None`. Credentials (`Meld-Passthrough-…`, and names with `key`, `oauth` or
    /// `token`, except `X-Idempotency-Key`) are marked as sensitive.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is empty, has leading
    /// or trailing whitespace, or has characters that no header can carry.
    pub fn header<T: ParameterValue + ?Sized>(&mut self, name: &'static str, value: Option<&T>) -> Result<(), Error> {
        match value {
            Some(value) => self.set_header(name, &value.to_parameter()),
            None => Ok(()),
        }
    }

    /// Adds a required header.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is `None`, and as
    /// [`header`](Self::header) does.
    pub fn required_header<T: ParameterValue + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), Error> {
        let value = self.required(name, value.map(T::to_parameter))?;
        self.set_header(name, &value)
    }

    /// Adds the required header `Authorization: Bearer …` with a token that takes the place of the API key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is `None`, and as
    /// [`header`](Self::header) does.
    pub fn bearer_token<T: ParameterValue + ?Sized>(&mut self, token: Option<&T>) -> Result<(), Error> {
        let token = self.required(AUTHORIZATION, token.map(T::to_parameter))?;
        if token.is_empty() {
            return Err(self.invalid(AUTHORIZATION, "must not be empty"));
        }
        self.without_api_key();
        self.set_header(AUTHORIZATION, &format!("Bearer {token}"))
    }

    /// Sets a cookie, unless the value is `None`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is `None` and `is_required` is
    /// `true`, or if the cookies are too long for a header.
    pub fn cookie<T: ParameterValue + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
        is_required: bool,
    ) -> Result<(), Error> {
        let Some(value) = value else {
            let missing = || Err(Error::missing(name).with_operation(self.fields.operation));
            return if is_required { missing() } else { Ok(()) };
        };
        let value = value.to_parameter();
        let own = format!("{name}={}", utf8_percent_encode(&value, IN_PATH));
        let cookies = match self.fields.headers.get(COOKIE).and_then(|cookies| cookies.to_str().ok()) {
            Some(others) => format!("{others}; {own}"),
            None => own,
        };
        let Ok(mut cookies) = HeaderValue::try_from(cookies) else {
            return Err(self.invalid(name, "cannot be sent as a cookie"));
        };
        // Cookies often hold the credentials of a session.
        cookies.set_sensitive(true);
        self.fields.headers.insert(COOKIE, cookies);
        Ok(())
    }

    /// Returns the idempotency key; `None` if the operation takes none. Store it to send the same request again after a
    /// crash without executing it twice.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.fields.headers.get(IDEMPOTENCY_KEY)?.to_str().ok()
    }

    /// Returns `true` if the caller set the idempotency key, so that it may have been sent before. A key that
    /// [`new`](Self::new) generated was not.
    #[must_use]
    pub fn has_caller_idempotency_key(&self) -> bool {
        self.fields.has_caller_key
    }

    /// Returns the headers of the parameters. The values of credentials are marked as sensitive.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.fields.headers
    }

    /// Returns the headers of the parameters: lower-case names in alphabetical order, with values. The value of a
    /// credential is `None`. Headers that every request carries are not included, see [`Transport`](crate::Transport).
    #[must_use]
    pub fn redacted_headers(&self) -> Vec<(&str, Option<&str>)> {
        let mut headers = Vec::new();
        for (name, value) in &self.fields.headers {
            let shown = value.to_str().ok().filter(|_| !value.is_sensitive());
            headers.push((name.as_str(), shown));
        }
        headers.sort_unstable();
        headers
    }

    fn set_header(&mut self, name: &'static str, value: &str) -> Result<(), Error> {
        if value.is_empty() {
            return Err(self.invalid(name, "must not be empty"));
        }
        if value.trim() != value {
            return Err(self.invalid(name, "must not have leading or trailing whitespace"));
        }
        if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(self.invalid(name, "has characters that no header can carry"));
        }
        let (Ok(header), Ok(mut value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) else {
            return Err(self.invalid(name, "cannot be sent as a header"));
        };
        value.set_sensitive(is_credential(header.as_str()));
        self.fields.has_caller_key |= header == IDEMPOTENCY_KEY;
        self.fields.headers.insert(header, value);
        Ok(())
    }
}
