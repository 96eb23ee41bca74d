//! Requests to paths that no spec has.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use meld_client_core::http::{HeaderName, HeaderValue};
use meld_client_core::serde::Serialize;
use meld_client_core::serde::de::DeserializeOwned;
use meld_client_core::serde_json::value::{RawValue, to_raw_value};
use meld_client_core::uuid::Uuid;
use meld_client_core::{
    ApiVersion, Error, Idempotency, Method, Operation, ParameterValue, Request, RequestOptions, ResponseValue,
    RetryPolicy, Transport,
};

use crate::client::Meld;
use crate::operations::operations;

/// The version of requests if no API version is enabled.
const FALLBACK_VERSION: &str = "2026-02-03";

/// One operation for each method, in the newest enabled API version.
static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let version = operations().map(|operation| operation.version).max().unwrap_or(FALLBACK_VERSION);
    let methods = [
        Method::Get,
        Method::Put,
        Method::Post,
        Method::Delete,
        Method::Options,
        Method::Head,
        Method::Patch,
        Method::Trace,
    ];
    methods.into_iter().map(|method| operation(method, version)).collect()
});

fn operation(method: Method, version: &'static str) -> Operation {
    let is_read = matches!(method, Method::Get | Method::Head | Method::Options | Method::Trace);
    Operation {
        version,
        family: "raw",
        operation_id: "raw",
        method,
        path: "/{path}",
        rust_name: "request",
        has_body: true,
        takes_idempotency_key: !is_read,
        idempotency: if is_read { Idempotency::Safe } else { Idempotency::WithKey },
        ..Operation::DEFAULT
    }
}

impl Meld {
    /// Returns a builder for a request to any path, for operations that this crate lacks.
    ///
    /// The request has the same API key, retries, span, errors and redaction as those of operations. Paths are data:
    /// `send` refuses a path that is a URL, begins with `//`, or has a segment `..`, a query or control characters.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = meld_sandbox::Sandbox::start().await?;
    /// # let meld = meld_client::Meld::builder();
    /// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use meld_client::Method;
    /// use meld_client::serde_json::{Value, json};
    ///
    /// let body = json!({
    ///     "countryCode": "US",
    ///     "sourceAmount": 100,
    ///     "sourceCurrencyCode": "USD",
    ///     "destinationCurrencyCode": "BTC",
    /// });
    /// let request = meld.request(Method::Post, "/payments/crypto/quote").meld_version("2026-02-03");
    /// let response = request.json(&body).send::<Value>().await?;
    /// println!("{} {}", response.status(), response["quotes"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest {
        RawRequest {
            transport: self.transport().clone(),
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
            options: RequestOptions::default(),
            failure: None,
        }
    }
}

/// Builder for [`Meld::request`].
///
/// `GET`, `HEAD`, `OPTIONS` and `TRACE` are retried. Other methods are retried only with an
/// [idempotency key](Self::idempotency_key). `Debug` shows the method, not the path, which may contain private data.
#[must_use = "call `send` to send the request"]
pub struct RawRequest {
    transport: Transport,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Box<RawValue>>,
    options: RequestOptions,
    /// The first setting that is not valid, which fails the request.
    failure: Option<Error>,
}

impl RawRequest {
    /// Sets the API version: the header `Meld-Version`, as a date such as `"2026-05-01"`. The default is that of the
    /// client, or else the newest enabled API version.
    pub fn meld_version(mut self, version: impl TryInto<ApiVersion>) -> Self {
        match version.try_into() {
            Ok(version) => self.options.set_meld_version(version),
            Err(_) => self.fail(Error::invalid("meld_version", "must be a date such as `2026-05-01`")),
        }
        self
    }

    /// Adds a query parameter. Call it once for each value.
    pub fn query(mut self, name: impl Into<String>, value: impl ParameterValue) -> Self {
        self.query.push((name.into(), value.to_parameter().into_owned()));
        self
    }

    /// Sets the body to a value that is encoded as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        match to_raw_value(body) {
            Ok(body) => self.body = Some(body),
            Err(_) => self.fail(Error::invalid("body", "cannot be encoded as JSON")),
        }
        self
    }

    /// Sets the idempotency key (header `X-Idempotency-Key`), with which a write is retried.
    ///
    /// Set it only if Meld documents that the operation takes a key. Otherwise a retry may execute the request twice.
    pub fn idempotency_key(mut self, key: Uuid) -> Self {
        self.options.set_idempotency_key(key);
        self
    }

    /// Sets an extra header. Headers that the client sets itself are refused, as by
    /// [`Call::with_header`](crate::Call::with_header).
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        if let Err(error) = self.options.set_header(name, value) {
            self.fail(error);
        }
        self
    }

    /// Sets the time limit of one attempt, up to the end of the response.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.set_timeout(timeout);
        self
    }

    /// Sets the retry policy.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.options.set_retry_policy(policy);
        self
    }

    /// Returns the request without sending it.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the path, the version, the body or a
    /// header is not valid.
    pub fn into_request(self) -> Result<Request, Error> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let operation = OPERATIONS.iter().find(|operation| operation.method == self.method);
        let operation = operation.ok_or_else(|| Error::invalid("method", "is unknown"))?;
        let mut request = Request::raw(operation, &self.path, self.options)?;
        for (name, value) in self.query {
            request.raw_query(name, value);
        }
        if let Some(body) = self.body {
            request.body(&body)?;
        }
        Ok(request)
    }

    /// Sends the request, and decodes the JSON of the response by serde. [`ResponseValue::bytes`] has the body as
    /// received.
    ///
    /// Types of operations, such as `v2026_02_03::crypto::types::CryptoQuoteResponse`, can be decoded too. Use
    /// [`serde_json::Value`](crate::serde_json::Value) for any JSON, and `()` or `Option` if there may be no body.
    ///
    /// # Errors
    ///
    /// Returns an error if [`into_request`](Self::into_request) fails, no response arrives, Meld responds with an error
    /// status, or serde cannot decode the response.
    pub async fn send<T: DeserializeOwned>(self) -> Result<ResponseValue<T>, Error> {
        let transport = self.transport.clone();
        transport.send_with_serde(self.into_request()?).await
    }

    /// Keeps the first error.
    fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }
}

impl fmt::Debug for RawRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RawRequest").field("method", &self.method).finish_non_exhaustive()
    }
}
