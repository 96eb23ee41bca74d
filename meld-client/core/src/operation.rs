//! What is documented about one operation of the API.

use std::fmt;

/// One operation of one API version, as documented.
///
/// Each generated module holds a table `OPERATIONS` of these; a [`Request`](crate::Request) names
/// the one that it carries out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The API version, sent as `Meld-Version`: `2026-02-03`.
    pub version: &'static str,
    /// The part of the API that the operation belongs to: `crypto`.
    pub family: &'static str,
    /// The name in Meld's document: `/crypto-quote-get`.
    pub operation_id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base address, with its parameters in braces: `/payments/transactions/{id}`.
    pub path: &'static str,
    /// The name of the function in the generated module: `quote`.
    pub rust_name: &'static str,
    /// The path, query and header parameters.
    pub parameters: &'static [Parameter],
    /// Whether the request has a JSON body.
    pub has_body: bool,
    /// The documented success statuses.
    pub success: &'static [u16],
    /// The error statuses whose body is documented to be the success type; see
    /// [`Error::decode_body`](crate::Error::decode_body).
    pub success_body_statuses: &'static [u16],
    /// Whether the request may carry an `X-Idempotency-Key`.
    pub takes_idempotency_key: bool,
    /// Whether the response is one page of a list (`before`, `after`, `limit`).
    pub is_paged: bool,
}

impl Operation {
    /// Whether the service responds nothing without an API key. What network partners support may be
    /// asked without one, or with the id of an account.
    #[must_use]
    pub fn needs_api_key(&self) -> bool {
        !self.path.starts_with("/network-partner/")
    }
}

impl fmt::Display for Operation {
    /// Method and path: `GET /payments/transactions/{id}`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

/// One parameter of an [`Operation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name in the request: `accountFilter`.
    pub name: &'static str,
    /// The name of the generated function: `account_filter`.
    pub rust_name: &'static str,
    /// Where the parameter goes.
    pub location: ParameterLocation,
    /// Whether the document demands it.
    pub required: bool,
    /// Whether it takes several values, which are sent as one, separated by commas.
    pub is_list: bool,
}

impl Parameter {
    /// A parameter of the path, which is always required.
    #[must_use]
    pub const fn path(name: &'static str, rust_name: &'static str) -> Self {
        let location = ParameterLocation::Path;
        Self { name, rust_name, location, required: true, is_list: false }
    }

    /// A parameter of the query.
    #[must_use]
    pub const fn query(name: &'static str, rust_name: &'static str) -> Self {
        let location = ParameterLocation::Query;
        Self { name, rust_name, location, required: false, is_list: false }
    }

    /// A header.
    #[must_use]
    pub const fn header(name: &'static str, rust_name: &'static str) -> Self {
        let location = ParameterLocation::Header;
        Self { name, rust_name, location, required: false, is_list: false }
    }

    /// The same, demanded by the document.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, taking several values.
    #[must_use]
    pub const fn list(self) -> Self {
        Self { is_list: true, ..self }
    }
}

/// Where a [`Parameter`] goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterLocation {
    /// Into the path.
    Path,
    /// Into the query.
    Query,
    /// Into the headers.
    Header,
}

/// The HTTP methods that OpenAPI knows.
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
    /// The method as it stands in a request: `GET`.
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
