//! Sending requests.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::client::agreement::{self, Requested};
use crate::client::passthrough::is_passthrough;
use crate::json::{FromJson, ToJson};
use crate::{
    Error, HttpConfig, Method, Observer, Passthrough, Request, ResponseValue, RetryPolicy,
};

/// What the client calls itself.
const CLIENT_NAME: &str = concat!("meld-client/", env!("CARGO_PKG_VERSION"));

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The largest response that is read unless told otherwise, in bytes.
const MAX_RESPONSE_SIZE: usize = 32 * 1024 * 1024;

/// How long one attempt may take unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long an attempt may take even if its caller has less time left.
const SHORTEST_ATTEMPT: Duration = Duration::from_secs(5);

/// The header that names the account whose providers network-partner operations list.
const ACCOUNT_ID: &str = "meld-account-id";

/// Sends requests to one Meld environment with one API key. A clone shares all of it.
///
/// Every request carries `Authorization: BASIC <key>`, the `Meld-Version` of its operation,
/// `Accept`, `User-Agent` and, with a body, `Content-Type`. Failures that may pass are sent again,
/// see [`RetryPolicy`]. A call that is dropped before it is done leaves nothing behind; whether Meld
/// carries it out is then not known.
///
/// Connections are made as [`HttpConfig`] says. Redirects are never followed.
#[derive(Clone)]
pub struct Transport {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Clone)]
pub(crate) struct Inner {
    base_url: Url,
    api_key: Option<SecretString>,
    /// The key as it is sent; nothing if it cannot be.
    authorization: Option<HeaderValue>,
    user_agent: HeaderValue,
    account_id: Option<HeaderValue>,
    passthrough: HeaderMap,
    pub(crate) http: reqwest::Client,
    pub(crate) timeout: Duration,
    pub(crate) retry_policy: RetryPolicy,
    pub(crate) max_response_size: usize,
    strict: bool,
    /// `true` if responses may be for something else than their requests.
    takes_samples: bool,
    pub(crate) observers: Vec<Arc<dyn Observer>>,
    /// Whether it was said that another API version responses than was asked for.
    pub(crate) version_reported: Arc<AtomicBool>,
}

/// Setting it up.
impl Transport {
    /// Makes a transport without an API key, to the environment with this base URL (`https://api-sb.meld.io`,
    /// `https://api.meld.io`). The URL may have a path, below which all paths of the API are taken to be.
    ///
    /// # Errors
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration) if:
    ///
    /// - the URL is neither `https`, nor `http` to this machine itself (`localhost`, `127.0.0.1`, `[::1]`), nor `http`
    ///   with [`HttpConfig::allow_plain_http`]
    /// - the URL has a user, password, query or fragment
    /// - the HTTP client cannot be made as configured
    pub fn new(base_url: &str, http: HttpConfig) -> Result<Self, Error> {
        let base_url = http.base_url(base_url)?;
        let inner = Inner {
            http: http.client(&base_url)?,
            base_url,
            api_key: None,
            authorization: None,
            user_agent: HeaderValue::from_static(CLIENT_NAME),
            account_id: None,
            passthrough: HeaderMap::new(),
            timeout: TIMEOUT,
            retry_policy: RetryPolicy::default(),
            max_response_size: MAX_RESPONSE_SIZE,
            strict: false,
            takes_samples: false,
            observers: Vec::new(),
            version_reported: Arc::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Sends the secret API key with every request, exactly as the dashboard shows it.
    ///
    /// A key that no header can carry, or with white space in it, fails each call with an error of
    /// kind [`Configuration`](crate::ErrorKind::Configuration); see
    /// [`check_api_key`](Self::check_api_key).
    #[must_use]
    pub fn with_api_key(self, api_key: SecretString) -> Self {
        let authorization = authorization(&api_key);
        self.with(|inner| (inner.api_key, inner.authorization) = (Some(api_key), authorization))
    }

    /// Whether the API key can be sent, if there is one.
    ///
    /// # Errors
    /// It is empty, holds white space or the word `BASIC`, or characters that no header can carry.
    pub fn check_api_key(&self) -> Result<(), Error> {
        self.inner.check_api_key()
    }

    /// Returns an error if a setting makes every call fail.
    ///
    /// # Errors
    /// The timeout, the largest response, or the deadline of the retries is zero.
    pub fn check_settings(&self) -> Result<(), Error> {
        self.inner.check_settings()
    }

    /// Adds to the `User-Agent`, such as `wallet/1.2`.
    ///
    /// # Errors
    /// It has characters that no header can carry.
    pub fn with_user_agent(self, suffix: &str) -> Result<Self, Error> {
        let user_agent =
            HeaderValue::from_str(&format!("{CLIENT_NAME} {suffix}")).map_err(|_| {
                Error::configuration("`user_agent` has characters that no header can carry")
            })?;
        Ok(self.with(|inner| inner.user_agent = user_agent))
    }

    /// Asks network-partner operations for the providers of this account, where the call names none.
    ///
    /// # Errors
    /// It has characters that no header can carry.
    pub fn with_account_id(self, account_id: &str) -> Result<Self, Error> {
        let is_plain = !account_id.is_empty() && account_id.bytes().all(|b| b.is_ascii_graphic());
        match HeaderValue::from_str(account_id) {
            Ok(value) if is_plain => Ok(self.with(|inner| inner.account_id = Some(value))),
            _ => Err(Error::configuration("`account_id` must not be empty or hold white space")),
        }
    }

    /// Sends a merchant's own credentials with the operations that take them, where the call has none.
    ///
    /// # Errors
    /// A credential is empty or cannot be a header.
    pub fn with_passthrough(self, passthrough: &Passthrough) -> Result<Self, Error> {
        let headers = passthrough.headers()?;
        Ok(self.with(|inner| inner.passthrough = headers))
    }

    /// Sets how long one attempt may take, up to the end of the response; 30 seconds if not set.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        self.with(|inner| inner.timeout = timeout)
    }

    /// Sets when calls are sent again.
    #[must_use]
    pub fn with_retry_policy(self, policy: RetryPolicy) -> Self {
        self.with(|inner| inner.retry_policy = policy)
    }

    /// Limits a call to the time that its caller has left, as polls do: no retry begins later, and no attempt lasts
    /// longer than `left`, or than 5 seconds if `left` is less. Settings that are stricter stay.
    #[must_use]
    pub fn with_time_left(self, left: Duration) -> Self {
        self.with(|inner| {
            inner.timeout = inner.timeout.min(left.max(SHORTEST_ATTEMPT));
            let policy = inner.retry_policy;
            let is_last = left < SHORTEST_ATTEMPT;
            inner.retry_policy = if is_last { policy.max_retries(0) } else { policy.within(left) };
        })
    }

    /// Sets how large a response may be, in bytes after decompression; 32 MiB if not set.
    #[must_use]
    pub fn with_max_response_size(self, bytes: usize) -> Self {
        self.with(|inner| inner.max_response_size = bytes)
    }

    /// Whether a response of which something cannot be read is an error; if not set, what cannot be read is left out
    /// and reported ([`ResponseValue::decode_warnings`], and `tracing` with the target `meld_client::decode`).
    #[must_use]
    pub fn with_strict_decoding(self, strict: bool) -> Self {
        self.with(|inner| inner.strict = strict)
    }

    /// Accepts responses for something else than the request: for mock servers that response every request with the same
    /// samples, such as Prism. Never set it where money moves.
    #[must_use]
    pub fn with_sample_responses(self, takes_samples: bool) -> Self {
        self.with(|inner| inner.takes_samples = takes_samples)
    }

    /// Shows every attempt to one more observer.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Self {
        self.with(|inner| inner.observers.push(observer))
    }

    /// The base address.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.inner.base_url.as_str()
    }

    /// The API key, if one is set.
    #[must_use]
    pub fn api_key(&self) -> Option<&SecretString> {
        self.inner.api_key.as_ref()
    }

    /// Adds the headers that this transport sends with the operation and the request does not set itself: the account
    /// id and the passthrough credentials. Sending does the same.
    pub fn complete(&self, request: &mut Request) {
        self.inner.complete(request);
    }

    /// Whether the other transport asks the same of the same: environment, API key and account. What the one is
    /// answered about what there is, holds for the other then.
    #[must_use]
    pub fn shares_account_with(&self, other: &Self) -> bool {
        let (one, other) = (&self.inner, &other.inner);
        one.base_url == other.base_url
            && one.api_key() == other.api_key()
            && one.account_id == other.account_id
    }

    fn with(mut self, set: impl FnOnce(&mut Inner)) -> Self {
        set(Arc::make_mut(&mut self.inner));
        self
    }
}

/// Sending.
impl Transport {
    /// Sends a request and reads the JSON of the response, tolerantly: see [`json`](crate::json).
    ///
    /// # Errors
    /// All kinds but [`InvalidRequest`](crate::ErrorKind::InvalidRequest), except for a path
    /// parameter that was not set. Every status but 2xx is an error of kind
    /// [`Api`](crate::ErrorKind::Api), and so is a 2xx whose body is nothing but an error, as quotes
    /// give it. A response for something else than the request is one of kind
    /// [`Decode`](crate::ErrorKind::Decode).
    pub async fn send<T: FromJson + ToJson + Default>(
        &self,
        request: Request,
    ) -> Result<ResponseValue<T>, Error> {
        // In a box, so that the futures of all types stay small.
        let exchange = Box::pin(self.exchange(request, true)).await?;
        let strict = self.inner.strict;
        exchange.read(&self.inner, |request, response| {
            let response = ResponseValue::from_http_response(response, strict)?;
            match Requested::of(request).filter(|_| !self.inner.takes_samples) {
                Some(requested) => agreement::check(&requested, response, strict),
                None => Ok(response),
            }
        })
    }

    /// Sends a request whose response has no body, or none that matters.
    ///
    /// # Errors
    /// Those of [`send`](Self::send), but none about the body of a success.
    pub async fn send_ignoring_body(&self, request: Request) -> Result<ResponseValue<()>, Error> {
        let exchange = Box::pin(self.exchange(request, false)).await?;
        exchange.read(&self.inner, |_, response| {
            Ok(ResponseValue::new((), response.status, response.headers))
        })
    }
}

/// Making messages.
impl Inner {
    /// The host of the base URL.
    pub(crate) fn host(&self) -> &str {
        self.base_url.host_str().unwrap_or_default()
    }

    /// The API key as bytes.
    pub(crate) fn api_key(&self) -> Option<&[u8]> {
        self.api_key.as_ref().map(|key| key.expose_secret().as_bytes())
    }

    fn check_settings(&self) -> Result<(), Error> {
        let zero = match self {
            _ if self.timeout.is_zero() => "`timeout`",
            _ if self.max_response_size == 0 => "`max_response_size`",
            _ if self.retry_policy.has_no_time() => "`RetryPolicy::deadline`",
            _ => return Ok(()),
        };
        Err(Error::configuration(format!("{zero} is zero; every call would fail")))
    }

    fn check_api_key(&self) -> Result<(), Error> {
        if self.api_key.is_some() && self.authorization.is_none() {
            return Err(Error::configuration(
                "the API key must be the key alone as the dashboard shows it, without white space \
                 and without the word BASIC",
            ));
        }
        Ok(())
    }

    /// Adds what the operation takes and the call does not set itself.
    pub(crate) fn complete(&self, request: &mut Request) {
        let parameters = request.operation().parameters;
        let takes = |name: &str| {
            parameters.iter().any(|parameter| parameter.name.eq_ignore_ascii_case(name))
        };
        if let Some(account_id) = &self.account_id
            && takes(ACCOUNT_ID)
            && !request.headers.contains_key(ACCOUNT_ID)
        {
            request.headers.insert(ACCOUNT_ID, account_id.clone());
        }
        // All or none: parts of two sets make none that is right.
        if self.passthrough.keys().all(|name| takes(name.as_str()))
            && !request.headers.keys().any(|name| is_passthrough(name.as_str()))
        {
            request.headers.extend(self.passthrough.clone());
        }
    }

    /// The request as the HTTP client wants it.
    pub(crate) fn message(&self, request: &Request) -> Result<reqwest::Request, Error> {
        let operation = request.operation();
        let mut message = reqwest::Request::new(operation.method.into(), self.address(request)?);
        let headers = message.headers_mut();
        headers.extend(request.headers.clone());
        self.check_api_key()?;
        self.check_settings()?;
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        } else if operation.needs_api_key() {
            return Err(Error::configuration("this operation needs an API key, and none is set"));
        }
        let version = HeaderValue::from_str(operation.version)
            .map_err(|_| Error::configuration("the API version cannot be sent as a header"))?;
        headers.insert("meld-version", version);
        headers.insert(ACCEPT, JSON);
        headers.insert(USER_AGENT, self.user_agent.clone());
        if let Some(body) = &request.body {
            headers.insert(CONTENT_TYPE, JSON);
            *message.body_mut() = Some(body.clone().into());
        } else if matches!(operation.method, Method::Post | Method::Put | Method::Patch) {
            // Some proxies refuse a request that could have a body and does not say that it has none.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(message)
    }

    /// The whole address of a request, which must have come through parsing unchanged.
    fn address(&self, request: &Request) -> Result<Url, Error> {
        let below = request.path_and_query()?;
        let (path, query) = match below.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (below.as_str(), None),
        };
        // The base is not parsed again, which costs more than all the rest.
        let mut address = self.base_url.clone();
        address.set_path(&format!("{}{path}", self.base_url.path().trim_end_matches('/')));
        address.set_query(query);
        let base = self.base_url.as_str().trim_end_matches('/');
        if address.as_str().strip_prefix(base) == Some(below.as_str()) {
            Ok(address)
        } else {
            Err(Error::configuration("path and parameters make no address"))
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Transport")
            .field("base_url", &self.base_url())
            .field("has_api_key", &self.inner.api_key.is_some())
            .field("timeout", &self.inner.timeout)
            .field("retry_policy", &self.inner.retry_policy)
            .field("strict", &self.inner.strict)
            .finish_non_exhaustive()
    }
}

/// Not basic authentication: the word in capitals, and the key without any encoding.
fn authorization(api_key: &SecretString) -> Option<HeaderValue> {
    let api_key = api_key.expose_secret();
    let is_plain = !api_key.is_empty() && api_key.bytes().all(|byte| byte.is_ascii_graphic());
    let mut value = HeaderValue::try_from(format!("BASIC {api_key}")).ok().filter(|_| is_plain)?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::GET_THING;

    fn transport(base_url: &str) -> Result<Transport, Error> {
        Transport::new(base_url, HttpConfig::default())
    }

    #[test]
    fn what_is_asked_depends_on_environment_key_and_account() {
        let start = || transport("https://api.meld.io").unwrap();
        let keyed = |key: &str| start().with_api_key(SecretString::from(key));
        let of_account = |id: &str| keyed("one").with_account_id(id).unwrap();
        let changed = keyed("one").with_timeout(Duration::from_secs(1)).with_strict_decoding(true);
        assert!(
            keyed("one").shares_account_with(&changed) && start().shares_account_with(&start())
        );
        assert!(of_account("a").shares_account_with(&of_account("a")));
        for other in [start(), keyed("two"), of_account("a")] {
            assert!(!keyed("one").shares_account_with(&other));
        }
        assert!(!of_account("a").shares_account_with(&of_account("b")));
        assert!(!start().shares_account_with(&transport("https://api-sb.meld.io").unwrap()));
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
            let address = transport(base).unwrap().inner.address(&request).unwrap();
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
        let message = transport.inner.message(&request).unwrap();
        assert_eq!(message.headers()[AUTHORIZATION], "BASIC top-secret");
        for text in [format!("{transport:?}"), format!("{message:?}"), format!("{request:?}")] {
            assert!(!text.contains("top-secret"), "{text}");
        }
    }

    #[test]
    fn keys_that_cannot_be_right_are_refused_unshown() {
        for key in ["", "two words", "BASIC secret", "secret\n", "secret\r\nEvil: 1", "sécret"] {
            let transport = transport("https://api.meld.io").unwrap();
            let transport = transport.with_api_key(SecretString::from(key));
            let error = transport.check_api_key().unwrap_err();
            assert!(matches!(error.kind(), crate::ErrorKind::Configuration { .. }));
            assert!(!format!("{error} {error:?}").contains("cret"), "{error:?}");
        }
    }
}
