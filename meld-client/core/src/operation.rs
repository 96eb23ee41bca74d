//! The metadata of operations.

use std::fmt;

/// The metadata of one operation of one API version.
///
/// Each generated module lists its operations; each [`Request`](crate::Request) has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The API version: `2026-02-03`. It is sent as `Meld-Version`, unless
    /// [`minimum_version`](Self::minimum_version) is newer.
    pub version: &'static str,
    /// The family: `crypto`.
    pub family: &'static str,
    /// The `operationId` in Meld's spec: `/crypto-quote-get`.
    pub operation_id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, with its parameters in braces: `/payments/transactions/{id}`.
    pub path: &'static str,
    /// The name of the generated method.
    pub rust_name: &'static str,
    /// The path, query, header and cookie parameters.
    pub parameters: &'static [Parameter],
    /// `true` if the request has a JSON body.
    pub has_body: bool,
    /// The documented success statuses.
    pub success: &'static [u16],
    /// The success statuses that are documented without content, if another one has content. A response with such a status
    /// and without a body is decoded as an output without fields, items or value.
    pub success_without_content: &'static [u16],
    /// The error statuses whose documented body is that of a success; see
    /// [`Error::decode_body`](crate::Error::decode_body).
    pub success_body_statuses: &'static [u16],
    /// The documented error codes, each with its status; see [`ErrorCode`](crate::ErrorCode). Others may come.
    pub error_codes: &'static [(u16, &'static str)],
    /// `true` if the request may carry an `X-Idempotency-Key`.
    pub takes_idempotency_key: bool,
    /// The effect of a retry.
    pub idempotency: Idempotency,
    /// `true` if the response is one page of a list (`before`, `after`, `limit`).
    pub is_paged: bool,
    /// The API version that requests need at least: `2026-05-01`. `None` if [`version`](Self::version) is enough.
    pub minimum_version: Option<&'static str>,
}

impl Operation {
    /// A `GET` without parameters that responds with 200, to be completed: it has no version, family, name or path.
    pub const DEFAULT: Self = Self {
        version: "",
        family: "",
        operation_id: "",
        method: Method::Get,
        path: "",
        rust_name: "",
        parameters: &[],
        has_body: false,
        success: &[200],
        success_without_content: &[],
        success_body_statuses: &[],
        error_codes: &[],
        takes_idempotency_key: false,
        idempotency: Idempotency::Safe,
        is_paged: false,
        minimum_version: None,
    };

    /// Returns `true` if the operation needs an API key. Operations of network partners need none, or the id of an account.
    #[must_use]
    pub fn needs_api_key(&self) -> bool {
        !self.path.starts_with("/network-partner/")
    }
}

/// The effect of a retry of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// The operation only reads. Retries have no effect.
    Safe,
    /// The operation writes, and is executed once if all attempts carry the same idempotency key.
    WithKey,
    /// The operation writes, and a retry may execute it twice.
    NotIdempotent,
    /// A retry does harm even if the first attempt failed: a refused refresh counts against the provider's limit.
    NeverRetry,
}

impl Operation {
    /// Returns `true` if the service is known to execute requests with the same idempotency key only once.
    #[must_use]
    pub fn honors_idempotency_key(&self) -> bool {
        self.idempotency == Idempotency::WithKey
    }

    /// Returns `true` if the operation changes nothing at Meld: a quote, or any `GET`.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.idempotency == Idempotency::Safe
    }
}

impl fmt::Display for Operation {
    /// Writes method and path: `GET /payments/transactions/{id}`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

/// One parameter of an [`Operation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Parameter {
    /// The name in the request: `accountFilter`.
    pub name: &'static str,
    /// The name of the generated setter: `account_filter`.
    pub rust_name: &'static str,
    /// The part of the request that has the parameter.
    pub location: ParameterLocation,
    /// `true` if the parameter is required.
    pub required: bool,
    /// `true` if the parameter takes several values, which are sent separated by commas or as one parameter each.
    pub is_list: bool,
    /// The API version that requests with the parameter need at least; `None` for any.
    pub minimum_version: Option<&'static str>,
}

impl Parameter {
    /// Creates a path parameter, which is always required.
    pub const fn path(name: &'static str, rust_name: &'static str) -> Self {
        let location = ParameterLocation::Path;
        Self { name, rust_name, location, required: true, is_list: false, minimum_version: None }
    }

    /// Creates an optional query parameter.
    pub const fn query(name: &'static str, rust_name: &'static str) -> Self {
        let location = ParameterLocation::Query;
        Self { name, rust_name, location, required: false, is_list: false, minimum_version: None }
    }

    /// Creates an optional header.
    pub const fn header(name: &'static str, rust_name: &'static str) -> Self {
        let location = ParameterLocation::Header;
        Self { name, rust_name, location, required: false, is_list: false, minimum_version: None }
    }

    /// Creates an optional cookie.
    pub const fn cookie(name: &'static str, rust_name: &'static str) -> Self {
        let location = ParameterLocation::Cookie;
        Self { name, rust_name, location, required: false, is_list: false, minimum_version: None }
    }

    /// Makes the parameter required.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Sets the API version that requests with the parameter need at least: `2026-05-01`.
    pub const fn since(self, version: &'static str) -> Self {
        Self { minimum_version: Some(version), ..self }
    }

    /// Makes the parameter take several values.
    pub const fn list(self) -> Self {
        Self { is_list: true, ..self }
    }
}

/// The part of a request that has a [`Parameter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterLocation {
    /// The path.
    Path,
    /// The query.
    Query,
    /// The headers.
    Header,
    /// The header `Cookie`.
    Cookie,
}

/// An HTTP method of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// `HEAD`
    Head,
    /// `PATCH`
    Patch,
    /// `TRACE`
    Trace,
}

impl Method {
    /// Returns the method in capitals: `GET`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Put => Self::PUT,
            Method::Post => Self::POST,
            Method::Delete => Self::DELETE,
            Method::Options => Self::OPTIONS,
            Method::Head => Self::HEAD,
            Method::Patch => Self::PATCH,
            Method::Trace => Self::TRACE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_keep_their_names() {
        use Method::{Delete, Get, Head, Options, Patch, Post, Put, Trace};
        for method in [Get, Put, Post, Delete, Options, Head, Patch, Trace] {
            assert_eq!(http::Method::from(method).as_str(), method.as_str());
            assert_eq!(method.to_string(), method.as_str());
        }
    }
}
