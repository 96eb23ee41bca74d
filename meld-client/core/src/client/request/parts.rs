//! The parts of a request as plain data, so that it can be stored.

use http::header::COOKIE;
use http::{HeaderName, HeaderValue};

use super::Request;
use super::deviations::Deviations;
use crate::client::header_names::{IDEMPOTENCY_KEY, is_credential};
use crate::client::options::RequestOptions;
use crate::error::Error;
use crate::operation::Operation;
use crate::redact::{is_sensitive, redacted_fields, redacted_pointers};

/// The parts of a request that are not in its operation.
#[doc(hidden)]
#[derive(Clone)]
pub struct RequestParts {
    /// The path with its parameters, encoded.
    pub path: String,
    /// Names and values of the query, not encoded.
    pub query: Vec<(String, String)>,
    /// The headers of the parameters.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The JSON of the body.
    pub body: Option<String>,
    /// The options.
    pub options: RequestOptions,
    /// `true` if the API key is never sent.
    pub is_without_key: bool,
    /// `true` if the request is sent without an API key if there is none.
    pub key_is_optional: bool,
}

impl Request {
    /// Returns the parts of the request.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the request has files or its
    /// own server, or if its body or response is not JSON.
    #[doc(hidden)]
    pub fn to_parts(&self) -> Result<RequestParts, Error> {
        let unstorable = |reason| Err(self.invalid("body", reason));
        #[cfg(feature = "multipart")]
        if self.fields.multipart.is_some() {
            return unstorable("has files or several parts, which cannot be stored");
        }
        let Deviations { content_type, accept, server, key_is_optional, is_without_key, .. } = self.fields.deviations;
        if content_type.is_some() || accept.is_some() || server.is_some() {
            return unstorable("has a media type or server that cannot be stored");
        }
        let Ok(body) = self.fields.body.clone().map(String::from_utf8).transpose() else {
            return unstorable("is not UTF-8, which cannot be stored");
        };
        let mut headers: Vec<_> =
            self.fields.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        headers.sort_by(|one, other| one.0.as_str().cmp(other.0.as_str()));
        Ok(RequestParts {
            path: self.fields.path.clone(),
            query: self.fields.query.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
            headers,
            body,
            options: self.fields.options.clone(),
            is_without_key,
            key_is_optional,
        })
    }

    /// Creates a request from its parts. The idempotency key counts as set by the caller.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the path is not one of the
    /// operation.
    #[doc(hidden)]
    pub fn from_parts(operation: &'static Operation, parts: RequestParts) -> Result<Self, Error> {
        let mut request = Self::with_options(operation, parts.options);
        if !is_path_of(operation.path, &parts.path) {
            return Err(request.invalid("path", "is not the path of the operation"));
        }
        request.fields.path = parts.path;
        request.fields.query = parts.query.into_iter().map(|(name, value)| (name.into(), value)).collect();
        request.fields.headers.clear();
        for (name, mut value) in parts.headers {
            value.set_sensitive(name == COOKIE || is_credential(name.as_str()));
            request.fields.has_caller_key |= name == IDEMPOTENCY_KEY;
            request.fields.headers.append(name, value);
        }
        request.fields.body = parts.body.map(String::into_bytes);
        let Deviations { is_without_key, key_is_optional, .. } = &mut request.fields.deviations;
        (*is_without_key, *key_is_optional) = (parts.is_without_key, parts.key_is_optional);
        Ok(request)
    }

    /// Returns the names of the parameters and fields that are set and redacted: credentials, account and card numbers,
    /// and personal data.
    ///
    /// # Examples
    ///
    /// ```
    /// # use meld_client_core::{Operation, Request, serde_json::json};
    /// # fn example(operation: &'static Operation) -> Result<(), meld_client_core::Error> {
    /// let mut request = Request::new(operation);
    /// request.body(&json!({ "sourceAmount": 10, "customer": { "email": "robin@example.com" } }))?;
    /// assert_eq!(request.redacted_fields(), ["customer.email"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn redacted_fields(&self) -> Vec<String> {
        let headers = self.fields.headers.iter().chain(self.fields.options.headers());
        let headers = headers.filter(|(_, value)| value.is_sensitive());
        let mut names: Vec<String> = headers.map(|(name, _)| name.as_str().to_owned()).collect();
        names.sort_unstable();
        let query = self.fields.query.iter().filter(|(name, _)| is_sensitive("", name));
        names.extend(query.map(|(name, _)| name.to_string()));
        let parameters =
            self.fields.operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        names.extend(parameters.filter(|name| is_sensitive("", name)).map(str::to_owned));
        names.extend(redacted_fields(self.json_body()));
        names
    }

    /// Returns the JSON pointers of the fields of the body that are redacted: `/customer/email`.
    #[doc(hidden)]
    #[must_use]
    pub fn redacted_pointers(&self) -> Vec<String> {
        redacted_pointers(self.json_body())
    }

    /// Returns the body if it is JSON, and nothing otherwise.
    fn json_body(&self) -> &[u8] {
        self.fields.body.as_deref().filter(|_| self.fields.deviations.has_json_body()).unwrap_or_default()
    }
}

/// Returns `true` if a path is that of a template with its parameters.
fn is_path_of(template: &str, path: &str) -> bool {
    let (mut known, mut found) = (template.split('/'), path.split('/'));
    loop {
        match (known.next(), found.next()) {
            (None, None) => return true,
            (Some(known), Some(found)) if known == found && !known.contains('{') => {}
            (Some(known), Some(found)) if known.contains('{') && is_segment(found) => {}
            _ => return false,
        }
    }
}

/// Returns `true` for an encoded segment of a path.
fn is_segment(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"{}?#\"<>\\^`|".contains(&byte);
    !matches!(text, "" | "." | "..") && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::GET_THING;

    #[test]
    fn parts_make_the_same_request() {
        let mut request = Request::new(&GET_THING);
        request.path("id", Some("a/b ä")).unwrap();
        request.query("limit", Some("1,2&3"));
        request.header("Meld-Passthrough-Key", Some("secret")).unwrap();
        let again = Request::from_parts(&GET_THING, request.to_parts().unwrap()).unwrap();
        assert_eq!(again.path_and_query().unwrap(), request.path_and_query().unwrap());
        assert_eq!(again.headers(), request.headers());
        assert_eq!(again.redacted_headers(), request.redacted_headers());
        assert_eq!(again.path_value("id").as_deref(), Some("a/b ä"));
    }

    #[test]
    fn paths_of_other_operations_are_refused() {
        let parts = Request::new(&GET_THING).to_parts().unwrap();
        for (path, is_right) in [
            ("/things/a", true),
            ("/things/a%2Fb", true),
            ("/things/", false),
            ("/things/..", false),
            ("/things/{id}", false),
            ("/things/a/b", false),
            ("/things/a?b", false),
            ("/thing/a", false),
            ("/things", false),
        ] {
            let request = Request::from_parts(&GET_THING, RequestParts { path: path.to_owned(), ..parts.clone() });
            assert_eq!(request.is_ok(), is_right, "{path}");
        }
    }

    #[test]
    fn redacted_fields_are_named() {
        let mut request = Request::new(&GET_THING);
        request.header("Meld-Passthrough-Key", Some("secret")).unwrap();
        request.query("accountNumber", Some("1"));
        request
            .body(&serde_json::json!({
                "amount": 1, "paymentMethod": { "type": "CARD", "details": { "number": "4242", "kind": "CREDIT" } },
                "owners": [{ "email": "a" }, { "email": "b", "emails": [] }], "nonce": null,
            }))
            .unwrap();
        let fields = ["owners[0].email", "owners[1].email", "paymentMethod.details.number"];
        let mut found = request.redacted_fields();
        assert_eq!(found.drain(..2).collect::<Vec<_>>(), ["meld-passthrough-key", "accountNumber"]);
        found.sort();
        assert_eq!(found, fields);
    }
}
