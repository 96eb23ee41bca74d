//! A request: an operation with its parameters, headers and body.

mod headers;

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use uuid::Uuid;

use self::headers::IDEMPOTENCY_KEY;
use crate::client::validate::{Validate, Validator};
use crate::redact::{self, Secrets, is_sensitive};
use crate::{Error, Operation, ParameterValue, RequestOptions};

/// The characters that are encoded in a path segment: all except those that RFC 3986 calls unreserved.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

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
///     takes_idempotency_key: false,
///     idempotency: Idempotency::Safe,
///     is_paged: false,
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
    query: Vec<(&'static str, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
    /// `true` if the caller set the idempotency key, which may have been sent before.
    has_caller_key: bool,
    options: RequestOptions,
}

impl Request {
    /// Creates a request without parameters, with the options of its transport. If the operation takes an idempotency key,
    /// the request gets a fresh one (a random UUID).
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
            has_caller_key: false,
            options,
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
    pub fn path<T: ParameterValue + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), Error> {
        let value = self.required(name, value.map(T::to_parameter))?;
        self.fill(name, &value)
    }

    /// Returns the value of a path parameter; `None` if it is not set, or is only a part of its segment.
    #[must_use]
    pub fn path_value(&self, name: &str) -> Option<String> {
        let is_it = |segment: &str| {
            segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) == Some(name)
        };
        // Values stay within their segments, so that both paths have the same number of them.
        let mut segments = self.operation.path.split('/').zip(self.path.split('/'));
        let (_, value) = segments.find(|(segment, value)| is_it(segment) && !is_it(value))?;
        percent_decode_str(value).decode_utf8().ok().map(Cow::into_owned)
    }

    /// Adds a query parameter, unless the value is `None`.
    pub fn query<T: ParameterValue + ?Sized>(&mut self, name: &'static str, value: Option<&T>) {
        if let Some(value) = value {
            self.query.push((name, value.to_parameter().into_owned()));
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
        self.query.push((name, value.into()));
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
        self.query.push((name, value.into_owned()));
        Ok(())
    }

    /// Adds a query parameter of several values, separated by commas, unless there are none.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if an item is empty or contains a comma, because Meld
    /// would receive other items.
    pub fn list<T: ParameterValue>(
        &mut self,
        name: &'static str,
        values: &[T],
    ) -> Result<(), Error> {
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
        self.query.push((name, values.join(",")));
        Ok(())
    }

    /// Adds a required query parameter of several values, separated by commas.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if there is no item, or if an item is empty or contains
    /// a comma.
    pub fn required_list<T: ParameterValue>(
        &mut self,
        name: &'static str,
        values: &[T],
    ) -> Result<(), Error> {
        if values.is_empty() {
            return Err(Error::missing(name).with_operation(self.operation));
        }
        self.list(name, values)
    }

    /// Sets the body.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value cannot be encoded as JSON.
    pub fn body<T: Serialize + ?Sized>(&mut self, body: &T) -> Result<(), Error> {
        let body = serde_json::to_vec(body)
            .map_err(|_| self.invalid("body", "cannot be encoded as JSON"))?;
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
    /// Returns the error of the body's builder, or one of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the
    /// value is not valid or cannot be encoded as JSON.
    pub fn optional_body<T: Serialize + Validate>(
        &mut self,
        body: Option<Result<T, Error>>,
    ) -> Result<(), Error> {
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
    pub fn required_body<T: Serialize + Validate>(
        &mut self,
        body: Option<Result<T, Error>>,
    ) -> Result<(), Error> {
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

    /// Returns the JSON of the body; `None` if there is no body.
    #[must_use]
    pub fn body_bytes(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// Adds the values that must be redacted everywhere: credentials in headers, and sensitive parameters and fields.
    pub(crate) fn add_secrets(&self, secrets: &mut Secrets) {
        let headers = self.headers.values().filter(|value| value.is_sensitive());
        headers.for_each(|value| secrets.add(&String::from_utf8_lossy(value.as_bytes())));
        let sensitive = self.query.iter().filter(|(name, _)| is_sensitive("", name));
        sensitive.for_each(|(_, value)| secrets.add(value));
        for (name, value) in self.operation.path.split('/').zip(self.path.split('/')) {
            if name.starts_with('{') && is_sensitive("", name.trim_matches(['{', '}'])) {
                secrets.add(&percent_decode_str(value).decode_utf8_lossy());
            }
        }
        if let Some(body) = &self.body {
            redact::add_body(body, secrets);
        }
    }

    fn required<'a>(
        &self,
        name: &'static str,
        value: Option<Cow<'a, str>>,
    ) -> Result<Cow<'a, str>, Error> {
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
        let placeholder = format!("{{{name}}}");
        if !self.path.contains(&placeholder) {
            return Err(self.invalid(name, "is not a parameter of the path, or is already set"));
        }
        let encoded = utf8_percent_encode(value, IN_PATH).to_string();
        self.path = self.path.replace(&placeholder, &encoded);
        Ok(())
    }

    /// Returns the first path parameter that is not set. Values contain no braces, because these are encoded.
    fn first_unset_parameter(&self) -> Option<&'static str> {
        let names =
            self.operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        names.into_iter().find(|name| self.path.contains(&format!("{{{name}}}")))
    }

    fn invalid(&self, name: &'static str, reason: &str) -> Error {
        Error::invalid(name, reason).with_operation(self.operation)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<&str> = self.query.iter().map(|(name, _)| *name).collect();
        let headers: Vec<&str> = self.headers.keys().map(HeaderName::as_str).collect();
        formatter
            .debug_struct("Request")
            .field("operation", &format_args!("{}", self.operation))
            .field("query", &query)
            .field("headers", &headers)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .finish()
    }
}

#[cfg(test)]
mod tests;
