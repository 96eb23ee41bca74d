//! A request: an operation with its parameters, headers and body.

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use uuid::Uuid;

use crate::client::passthrough::is_passthrough;
use crate::client::validate::{self, Validate, Validator};
use crate::redact::{self, Secrets, is_sensitive};
use crate::{Error, Operation, ParameterValue};

/// The characters that are encoded in a path segment: all except those that RFC 3986 calls unreserved.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters that are encoded in a query value. Commas (lists) and colons (times) are not.
const IN_QUERY: &AsciiSet = &IN_PATH.remove(b',').remove(b':');

const IDEMPOTENCY_KEY: &str = "x-idempotency-key";

/// A request of an operation, with its parameters and body.
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
}

impl Request {
    /// Creates a request without parameters. If the operation takes an idempotency key, it gets a fresh one (a random
    /// UUID).
    #[must_use]
    pub fn new(operation: &'static Operation) -> Self {
        let mut headers = HeaderMap::new();
        if operation.takes_idempotency_key
            && let Ok(key) = HeaderValue::try_from(Uuid::new_v4().to_string())
        {
            headers.insert(IDEMPOTENCY_KEY, key);
        }
        let path = operation.path.to_owned();
        Self { operation, path, query: Vec::new(), headers, body: None, has_caller_key: false }
    }

    /// Returns the idempotency key; `None` if the operation takes none. Store it to send the same request again after a
    /// crash without executing it twice.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.headers.get(IDEMPOTENCY_KEY)?.to_str().ok()
    }

    /// Returns `true` if the caller set the idempotency key, so that it may have been sent before. A key that
    /// [`new`](Self::new) generated was not.
    #[must_use]
    pub fn has_caller_idempotency_key(&self) -> bool {
        self.has_caller_key
    }

    /// Returns the headers of the parameters. The values of credentials are marked as sensitive.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
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

    /// Adds a header, unless the value is `None`. Credentials (`Meld-Passthrough-…`, and names with `key`, `oauth` or
    /// `token`, except `X-Idempotency-Key`) are marked as sensitive.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is empty, has leading or trailing white
    /// space, or has characters that no header can carry.
    pub fn header<T: ParameterValue + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), Error> {
        match value {
            Some(value) => self.set_header(name, &value.to_parameter()),
            None => Ok(()),
        }
    }

    /// Adds a required header.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is `None`, and as [`header`](Self::header)
    /// does.
    pub fn required_header<T: ParameterValue + ?Sized>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), Error> {
        let value = self.required(name, value.map(T::to_parameter))?;
        self.set_header(name, &value)
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

    /// Validates parameters by the rules of the operation.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for the first rule that is broken.
    pub fn validate(&self, rules: impl FnOnce(&mut Validator)) -> Result<(), Error> {
        let mut validator = Validator::default();
        rules(&mut validator);
        validator.finish().map_err(|error| error.with_operation(self.operation))
    }

    /// Sets the body, unless it is `None`.
    ///
    /// # Errors
    ///
    /// Returns the error of the body's builder, or one of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the value is not
    /// valid or cannot be encoded as JSON.
    pub fn built_body<T: Serialize + Validate>(
        &mut self,
        body: Option<Result<T, Error>>,
    ) -> Result<(), Error> {
        // The fields of a built value are public, so that it may have changed since.
        match body.map(|body| body.and_then(validate::validated)) {
            Some(Ok(body)) => self.body(&body),
            Some(Err(error)) => Err(error.with_operation(self.operation)),
            None => Ok(()),
        }
    }

    /// Sets a required body.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the body is `None`, and as
    /// [`built_body`](Self::built_body) does.
    pub fn required_body<T: Serialize + Validate>(
        &mut self,
        body: Option<Result<T, Error>>,
    ) -> Result<(), Error> {
        if body.is_none() {
            return Err(Error::missing("body").with_operation(self.operation));
        }
        self.built_body(body)
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

    /// Returns the headers of the parameters: lower-case names in alphabetical order, with values. The value of a credential
    /// is `None`. Headers that every request carries are not included, see [`Transport`](crate::Transport).
    #[must_use]
    pub fn redacted_headers(&self) -> Vec<(&str, Option<&str>)> {
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            let shown = value.to_str().ok().filter(|_| !value.is_sensitive());
            headers.push((name.as_str(), shown));
        }
        headers.sort_unstable();
        headers
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

    fn set_header(&mut self, name: &'static str, value: &str) -> Result<(), Error> {
        if value.is_empty() {
            return Err(self.invalid(name, "must not be empty"));
        }
        if value.trim() != value {
            return Err(self.invalid(name, "must not have leading or trailing white space"));
        }
        if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(self.invalid(name, "has characters that no header can carry"));
        }
        let (Ok(header), Ok(mut value)) =
            (HeaderName::try_from(name), HeaderValue::from_str(value))
        else {
            return Err(self.invalid(name, "cannot be sent as a header"));
        };
        value.set_sensitive(is_credential(header.as_str()));
        self.has_caller_key |= header == IDEMPOTENCY_KEY;
        self.headers.insert(header, value);
        Ok(())
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

/// Returns `true` if a header (lower-case name) holds a credential.
fn is_credential(header: &str) -> bool {
    header != IDEMPOTENCY_KEY
        && (is_passthrough(header)
            || ["key", "oauth", "token"].iter().any(|word| header.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::GET_THING;

    fn path_of(value: &str) -> Result<String, Error> {
        let mut request = Request::new(&GET_THING);
        request.path("id", Some(value))?;
        request.path_and_query()
    }

    #[test]
    fn path_values_stay_in_their_segment() {
        for (value, path) in [
            ("WXDkrqUtRm", "/things/WXDkrqUtRm"),
            ("addr_1-2.3~", "/things/addr_1-2.3~"),
            ("../x", "/things/..%2Fx"),
            ("a/b", "/things/a%2Fb"),
            ("a\\b", "/things/a%5Cb"),
            ("a?b#c%2e d", "/things/a%3Fb%23c%252e%20d"),
            ("ä", "/things/%C3%A4"),
            ("{id}\n", "/things/%7Bid%7D%0A"),
        ] {
            assert_eq!(path_of(value).unwrap(), path);
        }
        for value in ["", ".", ".."] {
            assert_eq!(path_of(value).unwrap_err().field(), Some("id"), "{value:?}");
        }
        let missing = Request::new(&GET_THING).path::<str>("id", None).unwrap_err();
        assert_eq!(missing.to_string(), "GET /things/{id}: `id` is required");
        let unset = Request::new(&GET_THING).path_and_query().unwrap_err();
        assert_eq!(unset.field(), Some("id"));
        assert_eq!(
            Request::new(&GET_THING).path("other", Some("x")).unwrap_err().field(),
            Some("other")
        );
    }

    #[test]
    fn query_values_and_lists_are_encoded() {
        let mut request = Request::new(&GET_THING);
        request.path("id", Some(&7_u64)).unwrap();
        request.query("a", Some("x y+z&=ä"));
        request.query::<str>("absent", None);
        request.required_query("from", Some("2024-05-08T00:00:00.000Z")).unwrap();
        request.list("list", &["A", "B C"]).unwrap();
        request.list::<String>("none", &[]).unwrap();
        assert_eq!(
            request.path_and_query().unwrap(),
            "/things/7?a=x%20y%2Bz%26%3D%C3%A4&from=2024-05-08T00:00:00.000Z&list=A,B%20C"
        );
    }

    #[test]
    fn invalid_values_name_their_parameter() {
        let mut request = Request::new(&GET_THING);
        let failures = [
            request.list("a", &["x,y"]),
            request.list("a", &["x", ""]),
            request.required_list::<String>("a", &[]),
            request.required_list("a", &["x,y"]),
            request.required_query::<str>("a", None),
            request.required_query("a", Some("")),
            request.required_header::<str>("a", None),
            request.header("a", Some("")),
            request.header("a", Some("x\r\nEvil: 1")),
            request.header("a", Some("ä")),
            request.header("a", Some(" x")),
        ];
        for failure in failures {
            assert_eq!(failure.unwrap_err().field(), Some("a"));
        }
        assert!(request.query.is_empty() && request.headers.is_empty());
    }

    #[test]
    fn credentials_are_sensitive_and_not_shown() {
        let mut request = Request::new(&GET_THING);
        for name in ["Meld-Passthrough-Reference", "X-Crypto-Session-Token", "My-OAuth", "Api-Key"]
        {
            request.header(name, Some("secret-value")).unwrap();
            assert!(request.headers[name].is_sensitive(), "{name}");
        }
        for name in ["X-Idempotency-Key", "Meld-Account-Id"] {
            request.required_header(name, Some("secret-value")).unwrap();
            assert!(!request.headers[name].is_sensitive(), "{name}");
        }
        request.query("q", Some("secret-value"));
        request.path("id", Some("secret-value")).unwrap();
        request.body("secret-value").unwrap();
        let text = format!("{request:?}");
        assert!(text.contains("GET /things/{id}") && text.contains("x-idempotency-key"), "{text}");
        assert!(!text.contains("secret"), "{text}");
        let mut secrets = Secrets::default();
        request.add_secrets(&mut secrets);
        assert_eq!(secrets.collected().redact_text("a secret-value"), "a [redacted]");
        let shown: Vec<_> = request.redacted_headers().into_iter().filter_map(|(_, v)| v).collect();
        assert_eq!(request.redacted_headers().len(), 6);
        assert_eq!(shown, ["secret-value"; 2]);
        assert_eq!(request.body_bytes(), Some(&br#""secret-value""#[..]));
    }

    #[test]
    fn request_has_one_idempotency_key() {
        static TAKES_A_KEY: Operation = Operation { takes_idempotency_key: true, ..GET_THING };
        let key_of =
            |request: &Request| request.idempotency_key().unwrap().parse::<Uuid>().unwrap();
        let mut request = Request::new(&TAKES_A_KEY);
        let key = key_of(&request);
        assert_eq!((key.get_version_num(), key_of(&request.clone())), (4, key));
        assert_ne!(key_of(&Request::new(&TAKES_A_KEY)), key);
        let stored = Uuid::from_u128(7);
        request.header("X-Idempotency-Key", Some(&stored)).unwrap();
        assert_eq!((key_of(&request), request.headers.len()), (stored, 1));
        assert!(request.has_caller_idempotency_key());
        assert!(!Request::new(&TAKES_A_KEY).has_caller_idempotency_key());
        assert_eq!(Request::new(&GET_THING).idempotency_key(), None);
    }

    #[test]
    fn body_that_is_not_json_is_refused() {
        let not_json = std::collections::HashMap::from([((1, 2), 3)]);
        let failure = Request::new(&GET_THING).body(&not_json).unwrap_err();
        assert_eq!(failure.field(), Some("body"));
    }
}
