//! A request: an operation with its parameters, headers and body.

mod body;
mod deviations;
mod headers;
#[cfg(feature = "multipart")]
mod multipart;
mod parts;
mod path;
mod query;
mod raw;
mod secrets;
mod target;
mod version;

use std::borrow::Cow;
use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

pub(crate) use self::deviations::Deviations;
pub use self::parts::RequestParts;
use crate::client::header_names::IDEMPOTENCY_KEY;
#[cfg(feature = "multipart")]
use crate::client::multipart::MultipartBody;
use crate::client::options::RequestOptions;
use crate::client::validate::Validator;
use crate::error::Error;
use crate::operation::Operation;

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
///     idempotency: Idempotency::Safe,
///     ..Operation::DEFAULT
/// };
///
/// let mut request = Request::new(&GET_TRANSACTION);
/// request.path("id", Some("WXDkrqUtRm"))?;
/// assert_eq!(request.path_and_query()?, "/payments/transactions/WXDkrqUtRm");
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Request {
    // In a box, because a request moves through many functions, and into the future of its call.
    pub(super) fields: Box<Fields>,
}

#[derive(Clone)]
pub(super) struct Fields {
    operation: &'static Operation,
    path: String,
    query: Vec<(Cow<'static, str>, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    /// A body of several parts, instead of `body`.
    #[cfg(feature = "multipart")]
    pub(super) multipart: Option<MultipartBody>,
    /// `true` if the caller set the idempotency key, which may have been sent before.
    has_caller_key: bool,
    options: RequestOptions,
    pub(super) deviations: Deviations,
}

impl Request {
    /// Creates a request without parameters, with the options of its transport. If the operation takes an idempotency
    /// key, the request gets a fresh one (a random UUID).
    #[must_use]
    pub fn new(operation: &'static Operation) -> Self {
        Self::with_options(operation, RequestOptions::default())
    }

    /// Creates a request like [`new`](Self::new), with its own options, of which it takes the idempotency key.
    #[must_use]
    pub fn with_options(operation: &'static Operation, options: RequestOptions) -> Self {
        let mut headers = HeaderMap::new();
        let caller_key = options.idempotency_key();
        if operation.takes_idempotency_key
            && let Ok(key) = HeaderValue::try_from(caller_key.unwrap_or_else(Uuid::new_v4).to_string())
        {
            headers.insert(IDEMPOTENCY_KEY, key);
        }
        let fields = Fields {
            operation,
            path: operation.path.to_owned(),
            query: Vec::new(),
            headers,
            body: None,
            #[cfg(feature = "multipart")]
            multipart: None,
            has_caller_key: caller_key.is_some() && operation.takes_idempotency_key,
            options,
            deviations: Deviations::default(),
        };
        Self { fields: Box::new(fields) }
    }

    /// Returns the options.
    #[must_use]
    pub fn options(&self) -> &RequestOptions {
        &self.fields.options
    }

    /// Returns the options, to change them.
    pub fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.fields.options
    }

    /// Returns the operation.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.fields.operation
    }

    /// Validates parameters or a body by their rules.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if rules are broken. It names all fields.
    pub fn validate(&self, rules: impl FnOnce(&mut Validator)) -> Result<(), Error> {
        let mut validator = Validator::default();
        rules(&mut validator);
        validator.finish().map_err(|error| error.with_operation(self.fields.operation))
    }

    /// Returns an error if an option is not valid for the operation.
    pub(crate) fn check_options(&self) -> Result<(), Error> {
        self.fields.options.check().map_err(|error| error.with_operation(self.fields.operation))?;
        if self.fields.options.idempotency_key().is_some() && !self.fields.operation.takes_idempotency_key {
            return Err(self.invalid("X-Idempotency-Key", "is not accepted by this operation"));
        }
        Ok(())
    }

    fn required<'a>(&self, name: &'static str, value: Option<Cow<'a, str>>) -> Result<Cow<'a, str>, Error> {
        match value {
            Some(value) if !value.is_empty() => Ok(value),
            Some(_) => Err(self.invalid(name, "must not be empty")),
            None => Err(Error::missing(name).with_operation(self.fields.operation)),
        }
    }

    pub(crate) fn invalid(&self, name: &'static str, reason: &str) -> Error {
        Error::invalid(name, reason).with_operation(self.fields.operation)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<&str> = self.fields.query.iter().map(|(name, _)| &**name).collect();
        let headers: Vec<&str> = self.fields.headers.keys().map(HeaderName::as_str).collect();
        let mut debug = formatter.debug_struct("Request");
        debug
            .field("operation", &format_args!("{}", self.fields.operation))
            .field("query", &query)
            .field("headers", &headers)
            .field("body_bytes", &self.fields.body.as_ref().map(Vec::len));
        #[cfg(feature = "multipart")]
        if let Some(body) = &self.fields.multipart {
            debug.field("body_parts", &body.count());
        }
        debug.finish()
    }
}

#[cfg(test)]
mod tests;
