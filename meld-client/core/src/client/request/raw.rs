//! Requests to paths that no spec has.

use std::borrow::Cow;

use http::header::HeaderName;
use percent_encoding::{AsciiSet, percent_decode_str, utf8_percent_encode};

use super::Request;
use crate::client::header_names::IDEMPOTENCY_KEY;
use crate::client::options::RequestOptions;
use crate::client::percent::IN_PATH;
use crate::error::Error;
use crate::operation::Operation;

/// The name of the only parameter in the path of the operation.
const PATH: &str = "path";

/// The characters that are encoded in a whole path: those of a segment, except the delimiters of RFC 3986, and `%`.
const IN_WHOLE_PATH: &AsciiSet = &IN_PATH
    .remove(b'/')
    .remove(b'%')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

impl Request {
    /// Creates a request to any path below the base URL. `operation` has the path `/{path}`. An idempotency key is sent
    /// only if the options have one.
    ///
    /// The path is data: it can neither leave the host nor the path of the base URL. Percent-encoded characters stay as
    /// they are, and other characters are encoded.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the path
    ///
    /// - does not begin with one `/`
    /// - has a query or a fragment, a backslash, or control characters
    /// - has a segment `.` or `..`, also percent-encoded
    /// - has a `%` that encodes nothing
    #[doc(hidden)]
    pub fn raw(operation: &'static Operation, path: &str, options: RequestOptions) -> Result<Self, Error> {
        let mut request = Self::with_options(operation, options);
        if !request.fields.has_caller_key {
            request.fields.headers.remove(HeaderName::from_static(IDEMPOTENCY_KEY));
        }
        check(path).map_err(|reason| request.invalid(PATH, reason))?;
        let encoded = utf8_percent_encode(path.trim_start_matches('/'), IN_WHOLE_PATH).to_string();
        request.fill_encoded(PATH, &encoded)?;
        Ok(request)
    }

    /// Adds a query parameter of any name.
    #[doc(hidden)]
    pub fn raw_query(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.fields.query.push((name.into(), value.into()));
    }
}

/// Returns the reason why a path is refused. The reason does not repeat the path, which may contain private data.
fn check(path: &str) -> Result<(), &'static str> {
    if path.contains("://") {
        return Err("must be a path, not a URL; the host is that of the client");
    }
    let Some(rest) = path.strip_prefix('/') else {
        return Err("must begin with `/`");
    };
    if rest.starts_with('/') {
        return Err("must not begin with `//`, which would name a host");
    }
    if path.contains('?') {
        return Err("must not have a query; set query parameters one by one");
    }
    if path.contains(['#', '\\']) || path.chars().any(char::is_control) {
        return Err("must not have `#`, a backslash or control characters");
    }
    for segment in rest.split('/') {
        let is_encoded = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
        if !segment.split('%').skip(1).all(is_encoded) {
            return Err("has a `%` that is not followed by two hexadecimal digits; write `%25` for the character");
        }
        if matches!(&*percent_decode_str(segment).decode_utf8_lossy(), "." | "..") {
            return Err("must not have a segment `.` or `..`");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::GET_THING;

    static RAW: Operation = Operation { path: "/{path}", parameters: &[], ..GET_THING };

    fn path_of(path: &str) -> Result<String, Error> {
        Request::raw(&RAW, path, RequestOptions::default())?.path_and_query()
    }

    #[test]
    fn raw_paths_are_encoded_and_stay_the_same() {
        for (path, encoded) in [
            ("/", "/"),
            ("/payments/transactions", "/payments/transactions"),
            ("/a/b%2Fc/@me", "/a/b%2Fc/@me"),
            ("/a b/ä/{id}", "/a%20b/%C3%A4/%7Bid%7D"),
            ("/{path}", "/%7Bpath%7D"),
            ("/a//b/", "/a//b/"),
        ] {
            assert_eq!(path_of(path).unwrap(), encoded);
        }
    }
}
