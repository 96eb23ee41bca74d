//! The connection to one Meld environment, and its settings.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;
use url::Url;

use crate::api_key::ApiKeyProvider;
use crate::client::api_version::ApiVersion;
use crate::client::header_names::extra_header;
use crate::client::http_config::HttpConfig;
use crate::client::keys::{ApiKey, Keys, Provided};
use crate::client::limits::Limits;
#[cfg(feature = "opentelemetry")]
use crate::client::metrics::Metrics;
use crate::client::middleware::{AttemptService, Body, BoxError, Layer, Layers, ResponseBody, Service};
use crate::client::observer::Observer;
use crate::client::passthrough::{Passthrough, plain_header};
use crate::client::retry::RetryPolicy;
use crate::error::Error;

/// The name of the client in `User-Agent`.
const CLIENT_NAME: &str = concat!("meld-client/", env!("CARGO_PKG_VERSION"));

/// The default size limit of a response, in bytes.
const MAX_RESPONSE_SIZE: usize = 32 * 1024 * 1024;

/// The default size limit of the files of a request, in bytes.
#[cfg(feature = "multipart")]
const MAX_UPLOAD_SIZE: u64 = 32 * 1024 * 1024;

/// A client of one Meld environment with one API key. Clones share connections and settings.
///
/// Every request carries `Authorization: BASIC <key>`, the `Meld-Version` of its operation, `Accept`, `User-Agent` and,
/// with a body, `Content-Type`. Temporary failures are retried; see [`RetryPolicy`]. The
/// outcome of a call that is dropped before it completes is unknown.
///
/// [`HttpConfig`] configures the connections. Redirects are never followed.
///
/// # Examples
///
/// ```
/// use meld_client_core::{HttpConfig, RetryPolicy, SecretString, Transport};
///
/// let transport = Transport::new("https://api-sb.meld.io", HttpConfig::default())?
///     .with_api_key(SecretString::from("the key"))
///     .with_retry_policy(RetryPolicy::never());
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Transport {
    inner: Arc<Inner>,
}

/// The settings of a transport. Each request may override some of them by its
/// [`RequestOptions`](crate::RequestOptions).
#[derive(Clone)]
pub(crate) struct Inner {
    pub(super) base_url: Url,
    pub(super) keys: Keys,
    pub(super) layers: Layers,
    pub(super) user_agent: HeaderValue,
    pub(super) account_id: Option<HeaderValue>,
    pub(super) passthrough: HeaderMap,
    /// Extra headers of all requests.
    pub(super) headers: HeaderMap,
    pub(super) meld_version: Option<ApiVersion>,
    pub(super) limits: Limits,
    pub(crate) http: reqwest::Client,
    pub(crate) max_response_size: usize,
    #[cfg(feature = "multipart")]
    pub(crate) max_upload_size: u64,
    pub(crate) strict: bool,
    /// `true` if responses need not match their requests.
    pub(crate) takes_samples: bool,
    pub(crate) observers: Vec<Arc<dyn Observer>>,
    #[cfg(feature = "opentelemetry")]
    pub(super) metrics: Metrics,
    /// `true` once a response of another API version was logged.
    pub(crate) version_reported: Arc<AtomicBool>,
}

/// Settings.
impl Transport {
    /// Creates a transport without an API key.
    ///
    /// `base_url` is the URL of the environment: `https://api-sb.meld.io` or `https://api.meld.io`. It may have a path,
    /// to which all paths of the API are appended.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration) if:
    ///
    /// - the URL is neither `https`, nor `http` to a loopback address (`localhost`, `127.0.0.1`, `[::1]`), nor `http`
    ///   with [`HttpConfig::allow_plain_http`]
    /// - the URL has a user, password, query or fragment
    /// - the HTTP client cannot be created as configured
    pub fn new(base_url: &str, http: HttpConfig) -> Result<Self, Error> {
        let base_url = http.base_url(base_url)?;
        let inner = Inner {
            http: http.client(&base_url)?,
            base_url,
            keys: Keys::default(),
            layers: Layers::default(),
            user_agent: HeaderValue::from_static(CLIENT_NAME),
            account_id: None,
            passthrough: HeaderMap::new(),
            headers: HeaderMap::new(),
            meld_version: None,
            limits: Limits::default(),
            max_response_size: MAX_RESPONSE_SIZE,
            #[cfg(feature = "multipart")]
            max_upload_size: MAX_UPLOAD_SIZE,
            strict: false,
            takes_samples: false,
            observers: Vec::new(),
            #[cfg(feature = "opentelemetry")]
            metrics: Metrics::default(),
            version_reported: Arc::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Sets the API key, exactly as the dashboard shows it.
    ///
    /// A key with whitespace, quotes or characters that no header can carry fails each call with an error of kind
    /// [`Configuration`](crate::ErrorKind::Configuration); see [`check_api_key`](Self::check_api_key).
    #[must_use]
    pub fn with_api_key(self, api_key: SecretString) -> Self {
        self.with(|inner| inner.keys = Keys::Fixed(ApiKey::new(api_key)))
    }

    /// Sets a provider that is asked for the API key before each attempt, instead of a fixed key.
    #[must_use]
    pub fn with_api_key_provider(self, provider: Arc<dyn ApiKeyProvider>) -> Self {
        self.with(|inner| inner.keys = Keys::Provided(Arc::new(Provided::new(provider))))
    }

    /// Sends all requests without an API key, for a gateway that adds it. Without this setting and without a key, calls
    /// of operations that need one fail with an error of kind [`Configuration`](crate::ErrorKind::Configuration).
    #[must_use]
    pub fn without_api_key(self) -> Self {
        self.with(|inner| inner.keys = Keys::OfGateway)
    }

    /// Returns an error if there is an API key that cannot be sent.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration) if the key is empty, or contains
    /// whitespace, quotes, the word `BASIC` or characters that no header can carry.
    pub fn check_api_key(&self) -> Result<(), Error> {
        self.inner.keys.fixed().map_or(Ok(()), |key| key.authorization().map(drop))
    }

    /// Returns an error if a setting makes every call fail.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration) if the timeout, the maximum response
    /// size or the deadline of the retry policy is zero.
    pub fn check_settings(&self) -> Result<(), Error> {
        self.inner.check_limits(&self.inner.limits)
    }

    /// Appends a product to the `User-Agent`, such as `wallet/1.2`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration) if `suffix` has characters that no
    /// header can carry.
    pub fn with_user_agent(self, suffix: &str) -> Result<Self, Error> {
        let user_agent = HeaderValue::from_str(&format!("{CLIENT_NAME} {suffix}"))
            .map_err(|_| Error::configuration("`user_agent` has characters that no header can carry"))?;
        Ok(self.with(|inner| inner.user_agent = user_agent))
    }

    /// Sets the account whose providers network-partner operations list, unless the call names one.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration) if `account_id` is empty, or
    /// contains whitespace or characters that no header can carry.
    pub fn with_account_id(self, account_id: &str) -> Result<Self, Error> {
        let invalid = "`account_id` must not be empty or contain whitespace";
        let value = plain_header(account_id).ok_or_else(|| Error::configuration(invalid))?;
        Ok(self.with(|inner| inner.account_id = Some(value)))
    }

    /// Sets a merchant's own credentials. They are sent with the operations that take them, unless the call has its
    /// own.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration) if a credential is empty or cannot
    /// be sent as a header.
    pub fn with_passthrough(self, passthrough: &Passthrough) -> Result<Self, Error> {
        let headers = passthrough.headers()?;
        Ok(self.with(|inner| inner.passthrough = headers))
    }

    /// Sets an extra header of all requests, such as one that a gateway needs. A call can override it.
    ///
    /// # Errors
    ///
    /// Returns an error as [`RequestOptions::set_header`](crate::RequestOptions::set_header) does.
    pub fn with_header<N, V>(self, name: N, value: V) -> Result<Self, Error>
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        let (name, value) = extra_header(name, value)?;
        Ok(self.with(|inner| drop(inner.headers.insert(name, value))))
    }

    /// Sets the API version of all requests: the header `Meld-Version`, instead of the versions that the operations
    /// need. A call can override it.
    #[must_use]
    pub fn with_meld_version(self, version: ApiVersion) -> Self {
        self.with(|inner| inner.meld_version = Some(version))
    }

    /// Sets the time limit of one attempt, up to the end of the response. The default is 30 seconds.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        self.with(|inner| inner.limits.timeout = timeout)
    }

    /// Sets the retry policy. The default is [`RetryPolicy::default`].
    #[must_use]
    pub fn with_retry_policy(self, policy: RetryPolicy) -> Self {
        self.with(|inner| inner.limits.retry_policy = policy)
    }

    /// Sets the size limit of a response, in bytes after decompression. The default is 32 MiB.
    #[must_use]
    pub fn with_max_response_size(self, bytes: usize) -> Self {
        self.with(|inner| inner.max_response_size = bytes)
    }

    /// Sets the size limit of all parts of a multipart body together, in bytes. The default is 32 MiB. A larger body
    /// fails the call before anything is sent.
    #[cfg(feature = "multipart")]
    #[must_use]
    pub fn with_max_upload_size(self, bytes: u64) -> Self {
        self.with(|inner| inner.max_upload_size = bytes)
    }

    /// Sets whether a value that cannot be decoded makes its response an error. The default is `false`: the value is
    /// dropped and reported ([`ResponseValue::decode_warnings`](crate::ResponseValue::decode_warnings), and `tracing`
    /// with the target `meld_client::decode`).
    #[must_use]
    pub fn with_strict_decoding(self, strict: bool) -> Self {
        self.with(|inner| inner.strict = strict)
    }

    /// Sets whether responses that do not match their requests are accepted. The default is `false`.
    ///
    /// Set it for mock servers that respond to every request with the same samples, such as Prism. Never set it where
    /// money moves.
    #[must_use]
    pub fn with_sample_responses(self, takes_samples: bool) -> Self {
        self.with(|inner| inner.takes_samples = takes_samples)
    }

    /// Adds a layer around each attempt, inside of those that were added before; see
    /// [`middleware`](crate::middleware).
    ///
    /// All layers start with fresh state: a rate limit is not shared with the transport as it was before.
    #[must_use]
    pub fn with_layer<L, B>(self, layer: L) -> Self
    where
        L: Layer<AttemptService> + Send + Sync + 'static,
        L::Service: Service<http::Request<Body>, Response = http::Response<B>> + Send + 'static,
        <L::Service as Service<http::Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<http::Request<Body>>>::Future: Send + 'static,
        B: ResponseBody,
    {
        self.with(|inner| inner.layers.push(layer))
    }

    /// Adds an observer of all attempts.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Self {
        self.with(|inner| inner.observers.push(observer))
    }

    /// Returns the base URL.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.inner.base_url.as_str()
    }

    /// Returns the API key; `None` if none is set, or if a provider returns it.
    #[must_use]
    pub fn api_key(&self) -> Option<&SecretString> {
        self.inner.keys.fixed().map(ApiKey::secret)
    }

    /// Returns the [label of the account](ApiKeyProvider::account_label) of the provider of API keys; `None` without a
    /// provider, or if it has none.
    #[must_use]
    pub fn account_label(&self) -> Option<&str> {
        self.inner.keys.account_label()
    }

    /// Returns `true` if both transports use the same environment, API key and account, so that cached discovery
    /// responses can be shared.
    #[must_use]
    pub fn shares_account_with(&self, other: &Self) -> bool {
        let (one, other) = (&self.inner, &other.inner);
        one.base_url == other.base_url && one.keys.is_same_account(&other.keys) && one.account_id == other.account_id
    }

    fn with(mut self, set: impl FnOnce(&mut Inner)) -> Self {
        set(Arc::make_mut(&mut self.inner));
        self
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }
}

impl Inner {
    /// Returns the host of the base URL.
    pub(crate) fn host(&self) -> &str {
        self.base_url.host_str().unwrap_or_default()
    }

    /// Returns an error if the limits of a request make it fail.
    pub(crate) fn check_limits(&self, limits: &Limits) -> Result<(), Error> {
        limits.check()?;
        match self.max_response_size {
            0 => Err(Error::zero_setting("max_response_size")),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Transport")
            .field("base_url", &self.base_url())
            .field("has_api_key", &matches!(self.inner.keys, Keys::Fixed(_) | Keys::Provided(_)))
            .field("timeout", &self.inner.limits.timeout)
            .field("retry_policy", &self.inner.limits.retry_policy)
            .field("strict", &self.inner.strict)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transport(base_url: &str) -> Result<Transport, Error> {
        Transport::new(base_url, HttpConfig::default())
    }

    #[test]
    fn account_is_environment_key_and_account_id() {
        let start = || transport("https://api.meld.io").unwrap();
        let keyed = |key: &str| start().with_api_key(SecretString::from(key));
        let of_account = |id: &str| keyed("one").with_account_id(id).unwrap();
        let changed = keyed("one").with_timeout(Duration::from_secs(1)).with_strict_decoding(true);
        assert!(keyed("one").shares_account_with(&changed) && start().shares_account_with(&start()));
        assert!(of_account("a").shares_account_with(&of_account("a")));
        for other in [start(), keyed("two"), of_account("a")] {
            assert!(!keyed("one").shares_account_with(&other));
        }
        assert!(!of_account("a").shares_account_with(&of_account("b")));
        assert!(!start().shares_account_with(&transport("https://api-sb.meld.io").unwrap()));
    }
}
