//! A request: an operation with its parameters, headers and body.

mod headers;
#[cfg(feature = "multipart")]
mod multipart;
mod version;

use std::borrow::Cow;
use std::fmt;

use http::header::COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use uuid::Uuid;

use self::headers::IDEMPOTENCY_KEY;
#[cfg(feature = "multipart")]
use crate::client::multipart::{MultipartBody, ResponseParts};
use crate::client::validate::{Validate, Validator};
use crate::redact::{self, Secrets, is_sensitive};
use crate::{Error, Operation, ParameterValue, RequestOptions};

/// The characters that are encoded in a path segment: all except those that RFC 3986 calls unreserved.
pub(crate) const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters that are encoded in a query value. Commas (lists) and colons (times) are not.
const IN_QUERY: &AsciiSet = &IN_PATH.remove(b',').remove(b':');

/// A request of an operation, with its parameters, body and options.
///
/// A clone is the same request: it has the same idempotency key, if the operation takes one. `Debug` shows the names of
/// the parameters, not their values.
///
/// # Examples
///
/// ```
/// use meld_client_core::{Idempotency, Method, Operation, Parameter, Request};
///
/// static GET_TRANSACTION: Operation = Operation {
///     version: "2026-02-03",
///     family: "payments",
///     operation_id: "/payments-transaction-get",
///     method: Method::Get,
///     path: "/payments/transactions/{id}",
///     rust_name: "get_transaction",
///     parameters: &[Parameter::path("id", "id")],
///     has_body: false,
///     success: &[200],
///     success_body_statuses: &[],
///     error_codes: &[],
///     takes_idempotency_key: false,
///     idempotency: Idempotency::Safe,
///     is_paged: false,
///     minimum_version: None,
/// };
///
/// let mut request = Request::new(&GET_TRANSACTION);
/// request.path("id", Some("WXDkrqUtRm"))?;
/// assert_eq!(request.path_and_query()?, "/payments/transactions/WXDkrqUtRm");
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Request {
    operation: &'static Operation,
    path: String,
    query: Vec<(Cow<'static, str>, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
    /// A body of several parts, in place of `body`.
    #[cfg(feature = "multipart")]
    pub(crate) multipart: Option<MultipartBody>,
    /// `true` if the caller set the idempotency key, which may have been sent before.
    has_caller_key: bool,
    options: RequestOptions,
    pub(crate) deviations: Deviations,
}

/// The ways in which an operation differs from those of Meld: most have none.
#[derive(Clone, Copy, Default)]
pub(crate) struct Deviations {
    /// Media type of the body; `None` for `application/json`.
    pub content_type: Option<&'static str>,
    /// Media type of the response; `None` for `application/json`.
    pub accept: Option<&'static str>,
    /// Path on the host of the base URL, or URL, in place of the base URL.
    pub server: Option<&'static str>,
    /// `true` if the request is sent without an API key if there is none.
    pub key_is_optional: bool,
    /// `true` if the API key is never sent.
    pub is_without_key: bool,
    /// `true` if the response is bytes, which are not decompressed.
    pub is_raw: bool,
    /// The fields of a multipart response.
    #[cfg(feature = "multipart")]
    pub response_parts: Option<&'static ResponseParts>,
}

impl Request {
    /// Creates a request without parameters, with the options of its transport. If the operation takes an idempotency
    /// key, the request gets a fresh one (a random UUID).
    #[must_use]
    pub fn new(operation: &'static Operation) -> Self {
        Self::with_options(operation, RequestOptions::default())
    }

    /// Creates a request like [`new`](Self::new), with its own options.
    #[must_use]
    pub fn with_options(operation: &'static Operation, options: RequestOptions) -> Self {
        let mut headers = HeaderMap::new();
        if operation.takes_idempotency_key
            && let Ok(key) = HeaderValue::try_from(Uuid::new_v4().to_string())
        {
            headers.insert(IDEMPOTENCY_KEY, key);
        }
        Self {
            operation,
            path: operation.path.to_owned(),
            query: Vec::new(),
            headers,
            body: None,
            #[cfg(feature = "multipart")]
            multipart: None,
            has_caller_key: false,
            options,
            deviations: Deviations::default(),
        }
    }

    /// Returns the options.
    #[must_use]
    pub fn options(&self) -> &RequestOptions {
        &self.options
    }

    /// Returns the options, to change them.
    pub fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    /// Returns the operation.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Sets a path parameter. The value is encoded, so that it stays within its segment of the path.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if:
    ///
    /// - the value is `None` or empty
    /// - the value is `.` or `..`, which would change the path
    /// - the path has no such parameter, or it is already set
    pub fn path<T: ParameterValue + ?Sized>(&mut self, name: &'static str, value: Option<&T>) -> Result<(), Error> {
        let value = self.required(name, value.map(T::to_parameter))?;
        self.fill(name, &value)
    }

    /// Returns the value of a path parameter; `None` if it is not set, or is only a part of its segment.
    #[must_use]
    pub fn path_value(&self, name: &str) -> Option<String> {
        let is_it = |segment: &str| segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) == Some(name);
        // Values stay within their segments, so that both paths have the same number of them.
        let mut segments = self.operation.path.split('/').zip(self.path.split('/'));
        let (_, value) = segments.find(|(segment, value)| is_it(segment) && !is_it(value))?;
        percent_decode_str(value).decode_utf8().ok().map(Cow::into_owned)
    }

    /// Adds a query parameter, unless the value is `None`.
    pub fn query<T: ParameterValue + ?Sized>(&mut self, name: &'static str, value: Option<&T>) {
        if let Some(value) = value {
            self.push_query(name, value.to_parameter().into_owned());
        }
    }

    /// Returns the value of a query parameter.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Sets a query parameter, and removes its previous values.
    pub fn replace_query(&mut self, name: &'static str, value: impl Into<String>) {
        self.query.retain(|(known, _)| *known != name);
        self.push_query(name, value.into());
    }

    /// Adds a required query parameter.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is `None` or empty.
    pub fn required_query<T: ParameterValue + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), Error> {
        let value = self.required(name, value.map(T::to_parameter))?;
        self.push_query(name, value.into_owned());
        Ok(())
    }

    /// Adds a query parameter of several values, separated by commas, unless there are none.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if an item is empty or contains a
    /// comma, because Meld would receive other items.
    pub fn list<T: ParameterValue>(&mut self, name: &'static str, values: &[T]) -> Result<(), Error> {
        if values.is_empty() {
            return Ok(());
        }
        let values: Vec<Cow<'_, str>> = values.iter().map(T::to_parameter).collect();
        if values.iter().any(|value| value.is_empty()) {
            return Err(self.invalid(name, "must not have empty items"));
        }
        if values.iter().any(|value| value.contains(',')) {
            return Err(self.invalid(name, "must not have items that contain a comma"));
        }
        self.push_query(name, values.join(","));
        Ok(())
    }

    /// Adds a required query parameter of several values, separated by commas.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if there is no item, or if an item
    /// is empty or contains a comma.
    pub fn required_list<T: ParameterValue>(&mut self, name: &'static str, values: &[T]) -> Result<(), Error> {
        if values.is_empty() {
            return Err(Error::missing(name).with_operation(self.operation));
        }
        self.list(name, values)
    }

    /// Adds a query parameter once for each value.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if there is no value and `is_required` is `true`.
    pub fn repeated<T: ParameterValue>(
        &mut self,
        name: &'static str,
        values: &[T],
        is_required: bool,
    ) -> Result<(), Error> {
        if values.is_empty() && is_required {
            return Err(Error::missing(name).with_operation(self.operation));
        }
        let values = values.iter();
        let values = values.map(|value| (Cow::Borrowed(name), value.to_parameter().into_owned()));
        self.query.extend(values);
        Ok(())
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
            let missing = || Err(Error::missing(name).with_operation(self.operation));
            return if is_required { missing() } else { Ok(()) };
        };
        let value = value.to_parameter();
        let own = format!("{name}={}", utf8_percent_encode(&value, IN_PATH));
        let cookies = match self.headers.get(COOKIE).and_then(|cookies| cookies.to_str().ok()) {
            Some(others) => format!("{others}; {own}"),
            None => own,
        };
        let Ok(mut cookies) = HeaderValue::try_from(cookies) else {
            return Err(self.invalid(name, "cannot be sent as a cookie"));
        };
        // Cookies often hold the credentials of a session.
        cookies.set_sensitive(true);
        self.headers.insert(COOKIE, cookies);
        Ok(())
    }

    /// Sets the media type of the body in place of `application/json`.
    pub fn content_type(&mut self, media_type: &'static str) {
        self.deviations.content_type = Some(media_type);
    }

    /// Sets the media type of the response in place of `application/json`.
    pub fn accept(&mut self, media_type: &'static str) {
        self.deviations.accept = Some(media_type);
    }

    /// Never sends the API key, because the operation takes none.
    pub fn without_api_key(&mut self) {
        self.deviations.is_without_key = true;
    }

    /// Sends the request without an API key if there is none.
    pub fn api_key_is_optional(&mut self) {
        self.deviations.key_is_optional = true;
    }

    /// Sets the server of the operation: a path on the host of the base URL, or a URL.
    ///
    /// Another host gets no API key and no merchant's credentials. A base URL of plain HTTP, as mock servers have, stands
    /// for all servers, so that tests reach no other host.
    pub fn server(&mut self, server: &'static str) {
        self.deviations.server = Some(server);
    }

    /// Sets the body to bytes of a media type, unless they are `None`. The boundary of a multipart type is that of the
    /// first line.
    pub fn bytes_body(&mut self, media_type: &'static str, body: Option<Vec<u8>>) {
        self.deviations.content_type = Some(media_type);
        self.body = body;
    }

    /// Sets a required body to bytes of a media type, as [`bytes_body`](Self::bytes_body) does.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the body is `None`.
    pub fn required_bytes_body(&mut self, media_type: &'static str, body: Option<Vec<u8>>) -> Result<(), Error> {
        if body.is_none() {
            return Err(Error::missing("body").with_operation(self.operation));
        }
        self.bytes_body(media_type, body);
        Ok(())
    }

    /// Sets the body.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value cannot be encoded as
    /// JSON.
    pub fn body<T: Serialize + ?Sized>(&mut self, body: &T) -> Result<(), Error> {
        let body = serde_json::to_vec(body).map_err(|_| self.invalid("body", "cannot be encoded as JSON"))?;
        self.body = Some(body);
        Ok(())
    }

    /// Validates parameters or a body by their rules.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for the first rule that is broken.
    pub fn validate(&self, rules: impl FnOnce(&mut Validator)) -> Result<(), Error> {
        let mut validator = Validator::default();
        rules(&mut validator);
        validator.finish().map_err(|error| error.with_operation(self.operation))
    }

    /// Validates and sets the body, unless it is `None`.
    ///
    /// # Errors
    ///
    /// Returns the error of the body's builder, or one of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if
    /// the value is not valid or cannot be encoded as JSON.
    pub fn optional_body<T: Serialize + Validate>(&mut self, body: Option<Result<T, Error>>) -> Result<(), Error> {
        let Some(body) = body else { return Ok(()) };
        let body = body.map_err(|error| error.with_operation(self.operation))?;
        self.validate(|validator| body.validate(validator))?;
        self.body(&body)
    }

    /// Validates and sets a required body.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the body is `None`, and as
    /// [`optional_body`](Self::optional_body) does.
    pub fn required_body<T: Serialize + Validate>(&mut self, body: Option<Result<T, Error>>) -> Result<(), Error> {
        if body.is_none() {
            return Err(Error::missing("body").with_operation(self.operation));
        }
        self.optional_body(body)
    }

    /// Returns path and query, as they are appended to the base URL.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if a path parameter is not set.
    pub fn path_and_query(&self) -> Result<String, Error> {
        let mut url = self.path.clone();
        if let Some(name) = self.first_unset_parameter() {
            return Err(Error::missing(name).with_operation(self.operation));
        }
        let mut separator = '?';
        for (name, value) in &self.query {
            url.push(separator);
            url.extend(utf8_percent_encode(name, IN_QUERY));
            url.push('=');
            url.extend(utf8_percent_encode(value, IN_QUERY));
            separator = '&';
        }
        Ok(url)
    }

    /// Returns the JSON of the body; `None` if there is no body, or one of several parts.
    #[must_use]
    pub fn body_bytes(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// Returns bytes that only a request with an equal body has, for a hash that is stored with an idempotency key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the body has a stream, which is
    /// sent once.
    pub fn body_identity(&self) -> Result<Cow<'_, [u8]>, Error> {
        #[cfg(feature = "multipart")]
        if let Some(body) = &self.multipart {
            let identity = body.identity().map(Cow::Owned);
            return identity.ok_or_else(|| self.invalid("body", "has a stream, which can be sent only once"));
        }
        Ok(Cow::Borrowed(self.body_bytes().unwrap_or_default()))
    }

    /// Returns `true` if the body can be sent once only, because it has a stream.
    pub(crate) fn is_sent_once(&self) -> bool {
        #[cfg(feature = "multipart")]
        let is_sent_once = self.multipart.as_ref().is_some_and(MultipartBody::has_stream);
        #[cfg(not(feature = "multipart"))]
        let is_sent_once = false;
        is_sent_once
    }

    /// Adds the values that must be redacted everywhere: credentials in headers, and sensitive parameters and fields.
    pub(crate) fn add_secrets(&self, secrets: &mut Secrets) {
        let headers = self.headers.values().filter(|value| value.is_sensitive());
        headers.for_each(|value| {
            let value = String::from_utf8_lossy(value.as_bytes());
            secrets.add(value.strip_prefix("Bearer ").unwrap_or(&value));
        });
        let sensitive = self.query.iter().filter(|(name, _)| is_sensitive("", name));
        sensitive.for_each(|(_, value)| secrets.add(value));
        for (name, value) in self.operation.path.split('/').zip(self.path.split('/')) {
            if name.starts_with('{') && is_sensitive("", name.trim_matches(['{', '}'])) {
                secrets.add(&percent_decode_str(value).decode_utf8_lossy());
            }
        }
        if let Some(body) = self.body.as_ref().filter(|_| self.deviations.has_json_body()) {
            redact::add_body(body, secrets);
        }
        #[cfg(feature = "multipart")]
        self.multipart.iter().for_each(|body| body.add_secrets(secrets));
    }

    /// Returns the media type of the body.
    pub(crate) fn body_type(&self) -> String {
        let media_type = self.deviations.content_type.unwrap_or("application/json");
        let has_boundary = media_type.contains("boundary=");
        let body = self.body.as_deref().unwrap_or_default();
        match multipart_boundary(body) {
            Some(boundary) if media_type.starts_with("multipart/") && !has_boundary => {
                format!("{media_type}; boundary=\"{boundary}\"")
            }
            _ => media_type.to_owned(),
        }
    }

    pub(crate) fn push_query(&mut self, name: impl Into<Cow<'static, str>>, value: String) {
        self.query.push((name.into(), value));
    }

    fn required<'a>(&self, name: &'static str, value: Option<Cow<'a, str>>) -> Result<Cow<'a, str>, Error> {
        match value {
            Some(value) if !value.is_empty() => Ok(value),
            Some(_) => Err(self.invalid(name, "must not be empty")),
            None => Err(Error::missing(name).with_operation(self.operation)),
        }
    }

    fn fill(&mut self, name: &'static str, value: &str) -> Result<(), Error> {
        if matches!(value, "." | "..") {
            return Err(self.invalid(name, "must not be `.` or `..`"));
        }
        let encoded = utf8_percent_encode(value, IN_PATH).to_string();
        self.fill_encoded(name, &encoded)
    }

    /// Puts a value that is encoded into the path.
    pub(crate) fn fill_encoded(&mut self, name: &'static str, encoded: &str) -> Result<(), Error> {
        let placeholder = format!("{{{name}}}");
        if !self.path.contains(&placeholder) {
            return Err(self.invalid(name, "is not a parameter of the path, or is already set"));
        }
        self.path = self.path.replace(&placeholder, encoded);
        Ok(())
    }

    /// Returns the first path parameter that is not set. Values contain no braces, because these are encoded.
    fn first_unset_parameter(&self) -> Option<&'static str> {
        let names = self.operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        names.into_iter().find(|name| self.path.contains(&format!("{{{name}}}")))
    }

    pub(crate) fn invalid(&self, name: &'static str, reason: &str) -> Error {
        Error::invalid(name, reason).with_operation(self.operation)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<&str> = self.query.iter().map(|(name, _)| &**name).collect();
        let headers: Vec<&str> = self.headers.keys().map(HeaderName::as_str).collect();
        let mut debug = formatter.debug_struct("Request");
        debug
            .field("operation", &format_args!("{}", self.operation))
            .field("query", &query)
            .field("headers", &headers)
            .field("body_bytes", &self.body.as_ref().map(Vec::len));
        #[cfg(feature = "multipart")]
        if let Some(body) = &self.multipart {
            debug.field("body_parts", &body.count());
        }
        debug.finish()
    }
}

impl Deviations {
    /// Returns `true` if the body is JSON.
    fn has_json_body(&self) -> bool {
        self.content_type.is_none_or(|media_type| media_type.contains("json"))
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

#[cfg(test)]
mod tests;
