//! Sending requests.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::answer::Answer;
use crate::json::FromJson;
use crate::{Error, Request, ResponseValue, TransportFailure};

/// What the client calls itself.
const CLIENT_NAME: &str = concat!("meld-client/", env!("CARGO_PKG_VERSION"));

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The largest answer that is read unless told otherwise, in bytes.
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;

/// What stands for a secret where an answer repeats it.
const REDACTED: &[u8] = b"[redacted]";

/// Shorter texts are not looked for in answers: they are too likely to be there by chance.
const SHORTEST_SECRET: usize = 8;

/// Sends requests to one Meld environment with one API key. A clone shares all of it.
///
/// Every request carries `Authorization: BASIC <key>`, the `Meld-Version` of its operation,
/// `Accept`, `User-Agent` and, with a body, `Content-Type`.
///
/// The HTTP client decides on timeouts, proxies and redirects. It should not follow redirects to
/// other hosts, as it would take `Meld-Passthrough-…` headers along.
#[derive(Clone)]
pub struct Transport {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    base_url: Url,
    api_key: Option<SecretString>,
    http: reqwest::Client,
    largest_answer: usize,
    strict: bool,
}

impl Transport {
    /// A transport without an API key, to the environment with this base address
    /// (`https://api-sb.meld.io`, `https://api.meld.io`). The address may have a path, below which
    /// all paths of the API are taken to be.
    ///
    /// # Errors
    /// The address is not one: it has to be `https`, or `http` to this machine itself (`localhost`,
    /// `127.0.0.1`, `[::1]`), without user, password, query and fragment.
    pub fn new(base_url: &str, http: reqwest::Client) -> Result<Self, Error> {
        let base_url = check_base_url(base_url)?;
        let inner =
            Inner { base_url, api_key: None, http, largest_answer: LARGEST_ANSWER, strict: false };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Sends the secret API key with every request, exactly as the dashboard shows it.
    ///
    /// A key that no header can carry, or with white space in it, fails each call with an error of
    /// kind [`Configuration`](crate::ErrorKind::Configuration).
    #[must_use]
    pub fn with_api_key(mut self, api_key: SecretString) -> Self {
        Arc::make_mut(&mut self.inner).api_key = Some(api_key);
        self
    }

    /// Sets how large an answer may be, in bytes; 32 MiB if not set.
    #[must_use]
    pub fn with_largest_answer(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.inner).largest_answer = bytes;
        self
    }

    /// Whether an answer of which something cannot be read is an error; if not set, what cannot be read is left out
    /// and reported ([`ResponseValue::reports`], and `tracing` with the target `meld_client::decode`).
    #[must_use]
    pub fn with_strict_reading(mut self, strict: bool) -> Self {
        Arc::make_mut(&mut self.inner).strict = strict;
        self
    }

    /// The base address.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.inner.base_url.as_str()
    }

    /// Sends a request and reads the JSON of the answer, tolerantly: see [`json`](crate::json).
    ///
    /// # Errors
    /// All kinds but [`InvalidRequest`](crate::ErrorKind::InvalidRequest), except for a path
    /// parameter that was not set. Every status but 2xx is an error of kind
    /// [`Api`](crate::ErrorKind::Api).
    pub async fn send<T: FromJson + Default>(
        &self,
        request: Request,
    ) -> Result<ResponseValue<T>, Error> {
        let operation = request.operation();
        // In a box, so that the futures of all types stay small.
        let answer = Box::pin(self.exchange(request, true)).await?;
        ResponseValue::from_answer(answer, self.inner.strict)
            .map_err(|error| error.with_operation(operation))
    }

    /// Sends a request whose answer has no body, or none that matters.
    ///
    /// # Errors
    /// Those of [`send`](Self::send), but none about the body of a success.
    pub async fn send_without_answer(&self, request: Request) -> Result<ResponseValue<()>, Error> {
        let answer = Box::pin(self.exchange(request, false)).await?;
        Ok(ResponseValue::new((), answer.status, answer.headers))
    }

    /// Sends a request and gives the answer if it is a success.
    async fn exchange(&self, request: Request, wants_body: bool) -> Result<Answer, Error> {
        let operation = request.operation();
        let failed = |error: Error| error.with_operation(operation);
        let message = self.message(&request).map_err(failed)?;
        let mut response =
            self.inner.http.execute(message).await.map_err(|error| failed(error.into()))?;
        let (body, complete) = read_body(&mut response, self.inner.largest_answer).await;
        let mut answer = Answer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body,
        };
        if answer.status.is_success() {
            return match complete {
                Err(error) if wants_body => Err(failed(error)),
                _ => Ok(answer),
            };
        }
        // An error status counts even if its body could not be read to the end.
        let key = self.inner.api_key.as_ref().map(|key| key.expose_secret().as_bytes());
        for secret in request.secrets().chain(key) {
            answer.body = redact(answer.body, secret);
        }
        Err(failed(Error::from_answer(answer)))
    }

    /// The request as the HTTP client wants it.
    fn message(&self, request: &Request) -> Result<reqwest::Request, Error> {
        let operation = request.operation();
        let mut message = reqwest::Request::new(operation.method.into(), self.address(request)?);
        let headers = message.headers_mut();
        headers.extend(request.headers.clone());
        if let Some(api_key) = &self.inner.api_key {
            headers.insert(AUTHORIZATION, authorization(api_key)?);
        }
        let version = HeaderValue::from_str(operation.version)
            .map_err(|_| Error::configuration("the API version cannot be sent as a header"))?;
        headers.insert("meld-version", version);
        headers.insert(ACCEPT, JSON);
        headers.insert(USER_AGENT, HeaderValue::from_static(CLIENT_NAME));
        if let Some(body) = &request.body {
            headers.insert(CONTENT_TYPE, JSON);
            *message.body_mut() = Some(body.clone().into());
        }
        Ok(message)
    }

    /// The whole address of a request, which must have come through parsing unchanged.
    fn address(&self, request: &Request) -> Result<Url, Error> {
        let base = self.inner.base_url.as_str().trim_end_matches('/');
        let text = format!("{base}{}", request.path_and_query()?);
        match Url::parse(&text) {
            Ok(address) if address.as_str() == text => Ok(address),
            _ => Err(Error::configuration("path and parameters make no address")),
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Transport")
            .field("base_url", &self.base_url())
            .field("has_api_key", &self.inner.api_key.is_some())
            .finish_non_exhaustive()
    }
}

/// Reads a base address. Messages do not repeat it, as it may hold a password.
fn check_base_url(base_url: &str) -> Result<Url, Error> {
    let wrong = |why: &str| Err(Error::configuration(format!("the base address {why}")));
    let Ok(url) = Url::parse(base_url) else {
        return wrong("is not a URL");
    };
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if !(url.scheme() == "https" || url.scheme() == "http" && is_local) {
        return wrong("must begin with https:// (http:// only to this machine itself)");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("must not have a user or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("must not have a query or fragment");
    }
    Ok(url)
}

/// Not basic authentication: the word in capitals, and the key without any encoding.
fn authorization(api_key: &SecretString) -> Result<HeaderValue, Error> {
    let api_key = api_key.expose_secret();
    let is_plain = !api_key.is_empty() && api_key.bytes().all(|byte| byte.is_ascii_graphic());
    match HeaderValue::try_from(format!("BASIC {api_key}")) {
        Ok(mut value) if is_plain => {
            value.set_sensitive(true);
            Ok(value)
        }
        _ => Err(Error::configuration(
            "the API key must be the key alone as the dashboard shows it, without white space \
             and without the word BASIC",
        )),
    }
}

/// Reads the body up to a size; gives what was read and whether that is all.
async fn read_body(
    response: &mut reqwest::Response,
    largest: usize,
) -> (Vec<u8>, Result<(), Error>) {
    let mut body = Vec::new();
    let too_large = || Err(Error::transport(TransportFailure::AnswerTooLarge));
    if response.content_length().is_some_and(|length| length > largest as u64) {
        return (body, too_large());
    }
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if chunk.len() > largest - body.len() => return (body, too_large()),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, Ok(())),
            Err(error) => return (body, Err(error.into())),
        }
    }
}

/// Replaces every occurrence of a secret.
fn redact(body: Vec<u8>, secret: &[u8]) -> Vec<u8> {
    let occurs =
        secret.len() >= SHORTEST_SECRET && body.windows(secret.len()).any(|part| part == secret);
    if !occurs {
        return body;
    }
    let mut redacted = Vec::with_capacity(body.len());
    let mut rest = &body[..];
    while let Some((first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(secret) {
            redacted.extend_from_slice(REDACTED);
            rest = after;
        } else {
            redacted.push(*first);
            rest = after;
        }
    }
    redacted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::GET_THING;

    fn transport(base_url: &str) -> Result<Transport, Error> {
        Transport::new(base_url, reqwest::Client::new())
    }

    #[test]
    fn base_addresses_are_https_or_local() {
        for good in [
            "https://api.meld.io",
            "https://api-sb.meld.io/",
            "https://proxy.example:8443/meld/v1",
            "http://localhost:8080",
            "http://127.0.0.1:9",
            "http://[::1]:9/x/",
        ] {
            assert!(transport(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "api.meld.io",
            "http://api.meld.io",
            "http://localhost.example",
            "http://128.0.0.1",
            "ftp://localhost",
            "file:///tmp",
            "https://user@api.meld.io",
            "https://:password@api.meld.io",
            "https://api.meld.io?x=1",
            "https://api.meld.io/#x",
        ] {
            let error = transport(bad).unwrap_err();
            assert!(matches!(error.kind(), crate::ErrorKind::Configuration { .. }), "{bad}");
            assert!(!error.to_string().contains("password@"), "{error}");
        }
    }

    #[test]
    fn addresses_keep_the_prefix_and_the_path() {
        let mut request = Request::new(&GET_THING);
        request.path("id", Some("../x ä")).unwrap();
        request.query("a", Some("b'\"<>|[]{}`\\^"));
        for (base, start) in [
            ("https://api.meld.io", "https://api.meld.io"),
            ("https://Proxy.example:443/meld/v1/", "https://proxy.example/meld/v1"),
        ] {
            let address = transport(base).unwrap().address(&request).unwrap();
            let expected = "/things/..%2Fx%20%C3%A4?a=b%27%22%3C%3E%7C%5B%5D%7B%7D%60%5C%5E";
            assert_eq!(address.as_str(), format!("{start}{expected}"));
        }
    }

    #[test]
    fn the_key_is_shown_nowhere() {
        let transport = transport("https://api.meld.io").unwrap();
        let transport = transport.with_api_key(SecretString::from("top-secret"));
        let mut request = Request::new(&GET_THING);
        request.path("id", Some("x")).unwrap();
        let message = transport.message(&request).unwrap();
        assert_eq!(message.headers()[AUTHORIZATION], "BASIC top-secret");
        for text in [format!("{transport:?}"), format!("{message:?}"), format!("{request:?}")] {
            assert!(!text.contains("top-secret"), "{text}");
        }
    }

    #[test]
    fn keys_that_cannot_be_right_are_refused_unshown() {
        for key in ["", "two words", "BASIC secret", "secret\n", "secret\r\nEvil: 1", "sécret"] {
            let error = authorization(&SecretString::from(key)).unwrap_err();
            assert!(matches!(error.kind(), crate::ErrorKind::Configuration { .. }));
            assert!(!format!("{error} {error:?}").contains("cret"), "{error:?}");
        }
    }

    #[test]
    fn secrets_are_replaced() {
        let body = redact(b"a secret-key, secret-key".to_vec(), b"secret-key");
        assert_eq!(body, b"a [redacted], [redacted]");
        assert_eq!(redact(b"secret-ke".to_vec(), b"secret-key"), b"secret-ke");
        assert_eq!(redact(b"abc".to_vec(), b"b"), b"abc");
        assert_eq!(redact(Vec::new(), b""), b"");
    }
}
