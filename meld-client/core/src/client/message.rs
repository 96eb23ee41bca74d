//! HTTP messages made of requests.

use std::borrow::Cow;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use url::Url;

use crate::client::header_names::{ACCOUNT_ID, MELD_VERSION, is_passthrough};
use crate::client::keys::ApiKey;
use crate::client::passthrough::plain_header;
use crate::client::request::Request;
use crate::client::transport::{Inner, Transport};
use crate::error::Error;
use crate::operation::Method;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl Transport {
    /// Adds the API version, the account id and the passthrough credentials, if the operation takes them and the
    /// request has none. They come from the options of the request, or else from this transport. Sending does the same.
    pub fn add_default_headers(&self, request: &mut Request) {
        let Inner { account_id, passthrough, meld_version, .. } = self.inner();
        if let Some(version) = meld_version.filter(|_| request.options().meld_version().is_none()) {
            request.options_mut().set_meld_version(version);
        }
        request.add_option_headers();
        request.add_headers_if_taken(account_id.as_ref(), passthrough);
    }
}

impl Request {
    /// Adds the headers of the call's own options: the account id and the passthrough credentials.
    #[doc(hidden)]
    pub fn add_option_headers(&mut self) {
        let account_id = self.options().account().and_then(plain_header);
        // Credentials that cannot be sent fail the call before.
        let passthrough = self.options().passthrough().and_then(|own| own.headers().ok()).unwrap_or_default();
        self.add_headers_if_taken(account_id.as_ref(), &passthrough);
    }

    /// Adds an account id and credentials if the operation takes them and the request has no others.
    fn add_headers_if_taken(&mut self, account_id: Option<&HeaderValue>, passthrough: &HeaderMap) {
        let parameters = self.operation().parameters;
        let takes = |name: &str| parameters.iter().any(|parameter| parameter.name.eq_ignore_ascii_case(name));
        if let Some(account_id) = account_id
            && takes(ACCOUNT_ID)
            && !self.fields.headers.contains_key(ACCOUNT_ID)
        {
            self.fields.headers.insert(ACCOUNT_ID, account_id.clone());
        }
        // All credentials or none: a mixed set is not valid.
        if !passthrough.is_empty()
            && passthrough.keys().all(|name| takes(name.as_str()))
            && !self.fields.headers.keys().any(|name| is_passthrough(name.as_str()))
        {
            self.fields.headers.extend(passthrough.clone());
        }
    }
}

impl Inner {
    /// Returns `true` if a request carries the API key.
    pub(crate) fn takes_api_key(&self, request: &Request) -> Result<bool, Error> {
        Ok(!request.fields.deviations.is_without_key && self.foreign_server(request)?.is_none())
    }

    /// Makes the message of a request for the HTTP client. `provided` is the API key of a provider.
    pub(crate) fn message(&self, request: &Request, provided: Option<&ApiKey>) -> Result<reqwest::Request, Error> {
        let operation = request.operation();
        let deviations = request.fields.deviations;
        let foreign = self.foreign_server(request)?;
        let url = self.url(request, foreign.as_ref())?;
        let mut message = reqwest::Request::new(operation.method.into(), url);
        let headers = message.headers_mut();
        // The parameters of the operation override extra headers.
        for set in [&self.headers, request.options().headers(), &request.fields.headers] {
            if !set.is_empty() {
                headers.extend(set.clone());
            }
        }
        if foreign.is_some() {
            let names = request.fields.headers.keys().filter(|name| is_passthrough(name.as_str()));
            names.for_each(|name| drop(headers.remove(name)));
        }
        let takes_key = !deviations.is_without_key && foreign.is_none();
        match provided.or(self.keys.fixed()) {
            Some(key) => {
                let authorization = key.authorization()?;
                if takes_key {
                    headers.insert(AUTHORIZATION, authorization.clone());
                }
            }
            None if takes_key && !deviations.key_is_optional && operation.needs_api_key() => {
                self.keys.check_absence()?;
            }
            None => {}
        }
        let version = HeaderValue::from_str(&request.meld_version())
            .map_err(|_| Error::configuration("the API version cannot be sent as a header"))?;
        headers.insert(&MELD_VERSION, version);
        headers.insert(ACCEPT, deviations.accept.map_or(JSON, HeaderValue::from_static));
        headers.insert(USER_AGENT, self.user_agent.clone());
        #[cfg(feature = "multipart")]
        if let Some(body) = &request.fields.multipart {
            body.check_size(self.max_upload_size)?;
            let form = body.form()?;
            return Ok(reqwest::RequestBuilder::from_parts(self.http.clone(), message).multipart(form).build()?);
        }
        if let Some(body) = &request.fields.body {
            let body_type = match deviations.content_type {
                Some(_) => HeaderValue::try_from(request.body_type()).unwrap_or(JSON),
                None => JSON,
            };
            headers.insert(CONTENT_TYPE, body_type);
            *message.body_mut() = Some(body.clone().into());
        } else if matches!(operation.method, Method::Post | Method::Put | Method::Patch) {
            // Some proxies refuse a request that may have a body and does not say that it has none.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(message)
    }

    /// Returns the base of the operation's own server if that is another host than the base URL's.
    fn foreign_server(&self, request: &Request) -> Result<Option<Url>, Error> {
        let server = request.fields.deviations.server.filter(|server| !server.starts_with('/'));
        // Only mock servers have plain HTTP, and stand for all servers.
        let Some(server) = server.filter(|_| self.base_url.scheme() == "https") else {
            return Ok(None);
        };
        let server =
            Url::parse(server).map_err(|_| Error::configuration("the server of the operation is not a URL"))?;
        Ok(Some(server))
    }

    /// Returns the URL of a request. Parsing must not change its path and query.
    fn url(&self, request: &Request, foreign: Option<&Url>) -> Result<Url, Error> {
        let mut server = Cow::Borrowed(foreign.unwrap_or(&self.base_url));
        let path = request.fields.deviations.server.filter(|server| server.starts_with('/'));
        if let Some(path) = path.filter(|_| server.scheme() == "https") {
            server.to_mut().set_path(path);
        }
        let below = request.path_and_query()?;
        let (path, query) = match below.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (below.as_str(), None),
        };
        // Parsing the base URL again would cost more than all the rest.
        let mut url = Url::clone(&server);
        url.set_path(&format!("{}{path}", server.path().trim_end_matches('/')));
        if query.is_some() {
            url.set_query(query);
        }
        let base = server.as_str().trim_end_matches('/');
        if url.as_str().strip_prefix(base) == Some(below.as_str()) {
            Ok(url)
        } else {
            Err(Error::configuration("the base URL, path and parameters do not make a URL"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::http_config::HttpConfig;
    use crate::test_support::GET_THING;

    fn transport(base_url: &str) -> Transport {
        Transport::new(base_url, HttpConfig::default()).unwrap()
    }

    #[test]
    fn url_keeps_base_path_and_encoding() {
        let mut request = Request::new(&GET_THING);
        request.path("id", Some("../x ä")).unwrap();
        request.query("a", Some("b'\"<>|[]{}`\\^"));
        for (base, start) in [
            ("https://api.meld.io", "https://api.meld.io"),
            ("https://Proxy.example:443/meld/v1/", "https://proxy.example/meld/v1"),
        ] {
            let url = transport(base).inner().url(&request, None).unwrap();
            let expected = "/things/..%2Fx%20%C3%A4?a=b%27%22%3C%3E%7C%5B%5D%7B%7D%60%5C%5E";
            assert_eq!(url.as_str(), format!("{start}{expected}"));
        }
    }
}
