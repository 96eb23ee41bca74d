//! The builder of a client.

mod build;
mod from_env;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use meld_client_core::http::{self, HeaderName, HeaderValue};
use meld_client_core::middleware::{AttemptService, Body, BoxError, Layer, ResponseBody, Service, layer_fn};
use meld_client_core::{
    ApiKeyProvider, ApiVersion, HttpConfig, Observer, Passthrough, RequestOptions, RetryPolicy, SecretString,
    Transport, reqwest,
};

use crate::client::Environment;

/// Builder for [`Meld`](crate::Meld). The API key and the environment are required.
///
/// If two methods set the same thing, the last one wins. [`environment`](Self::environment) and
/// [`base_url`](Self::base_url) set the same thing, and so do [`api_key`](Self::api_key),
/// [`api_key_provider`](Self::api_key_provider) and [`without_api_key`](Self::without_api_key). Methods override
/// the variables that [`from_env`](Self::from_env) read.
///
/// The API key is redacted in `Debug` output.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use meld_client::{Environment, Meld, RetryPolicy};
///
/// let meld = Meld::builder()
///     .api_key("the-key")
///     .environment(Environment::Sandbox)
///     .timeout(Duration::from_secs(10))
///     .retry_policy(RetryPolicy::default().max_retries(4))
///     .build()?;
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "call `build` to create the client"]
pub struct MeldBuilder {
    key: Option<Setting<Key>>,
    host: Option<Setting<Host>>,
    http: HttpConfig,
    timeout: Option<Duration>,
    retry_policy: RetryPolicy,
    strict_decoding: bool,
    max_response_size: Option<usize>,
    #[cfg(feature = "multipart")]
    max_upload_size: Option<u64>,
    user_agent: Option<String>,
    account_id: Option<String>,
    passthrough: Option<Passthrough>,
    /// The extra headers of all requests.
    headers: RequestOptions,
    meld_version: Option<ApiVersion>,
    /// The method and the error of the first setting that is not valid.
    invalid: Option<(&'static str, String)>,
    layers: Vec<AddLayer>,
    observers: Vec<Arc<dyn Observer>>,
}

/// Adds a layer to a transport.
type AddLayer = Arc<dyn Fn(Transport) -> Transport + Send + Sync>;

#[derive(Clone)]
enum Key {
    Fixed(SecretString),
    Provided(Arc<dyn ApiKeyProvider>),
    /// The caller chose to have none.
    Absent,
}

/// A value and its source.
#[derive(Clone)]
struct Setting<T> {
    value: T,
    /// The variable or method that set the value, for error messages.
    by: &'static str,
}

/// The server that requests are sent to.
#[derive(Clone)]
enum Host {
    Environment(Environment),
    BaseUrl(String),
    /// Both variables are set, and no method has overridden them.
    Ambiguous,
}

impl MeldBuilder {
    /// Sets the secret API key, exactly as the dashboard shows it: without the word `BASIC` and without any encoding.
    ///
    /// The public key is a different one. It is used in checkout URLs only.
    pub fn api_key(self, api_key: impl Into<SecretString>) -> Self {
        Self { key: Some(Setting { value: Key::Fixed(api_key.into()), by: "api_key" }), ..self }
    }

    /// Sets a provider that returns the API key before each attempt, for keys that change while the program runs.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use meld_client::{Environment, FileApiKey, Meld};
    ///
    /// let key = FileApiKey::open("/run/secrets/meld-api-key")?.with_account_label("main");
    /// let meld = Meld::builder().api_key_provider(key).environment(Environment::Production).build()?;
    /// # Ok::<(), meld_client::Error>(())
    /// ```
    pub fn api_key_provider(self, provider: impl ApiKeyProvider) -> Self {
        Self { key: Some(Setting { value: Key::Provided(Arc::new(provider)), by: "api_key_provider" }), ..self }
    }

    /// Creates a client without an API key.
    ///
    /// With a [base URL](Self::base_url) of your own, such as that of a gateway that adds the key, all requests are sent
    /// without a key. On Meld's hosts, such a client can only call network-partner operations.
    pub fn without_api_key(self) -> Self {
        Self { key: Some(Setting { value: Key::Absent, by: "without_api_key" }), ..self }
    }

    /// Sets the environment, which must be the one that the API key belongs to. Overrides a base URL set before.
    pub fn environment(self, environment: Environment) -> Self {
        Self { host: Some(Setting { value: Host::Environment(environment), by: "environment" }), ..self }
    }

    /// Sets a base URL to use instead of an environment's, such as a proxy or a mock server. Overrides an environment
    /// set before.
    ///
    /// The scheme must be `https`, or `http` for a loopback address. For plain `http` to other hosts see
    /// [`allow_plain_http`](Self::allow_plain_http).
    pub fn base_url(self, base_url: impl Into<String>) -> Self {
        Self { host: Some(Setting { value: Host::BaseUrl(base_url.into()), by: "base_url" }), ..self }
    }

    /// Allows a plain `http` base URL of another host, such as `http://mock:8080` in a container network. The
    /// default is `false`.
    ///
    /// The API key and all data are sent unencrypted. Do not enable this in production.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.http = self.http.allow_plain_http(allow);
        self
    }

    /// Sets the timeout of one attempt, up to the end of the response. The default is 30 seconds.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// Sets the timeout for connecting. The default is 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.connect_timeout(timeout);
        self
    }

    /// Sets how long an idle connection is kept for reuse. The default is 25 seconds. Zero opens a connection for every
    /// request.
    ///
    /// Keep it shorter than the idle timeout of load balancers in between, commonly 30 or 60 seconds. Otherwise
    /// requests can fail with an unknown outcome.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.idle_timeout(timeout);
        self
    }

    /// Sets the retry policy. The default is [`RetryPolicy::default`].
    pub fn retry_policy(self, policy: RetryPolicy) -> Self {
        Self { retry_policy: policy, ..self }
    }

    /// Makes a response that cannot be decoded completely an error. The default is `false`: fields that cannot be
    /// decoded are dropped and reported ([`ResponseValue::decode_warnings`](crate::ResponseValue::decode_warnings)).
    ///
    /// Use this in tests against the sandbox rather than in production.
    pub fn strict_decoding(self, strict: bool) -> Self {
        Self { strict_decoding: strict, ..self }
    }

    /// Sets the maximum size of a response, in bytes after decompression. The default is 32 MiB.
    pub fn max_response_size(self, bytes: usize) -> Self {
        Self { max_response_size: Some(bytes), ..self }
    }

    /// Sets the maximum size of all parts of a multipart request together, in bytes. The default is 32 MiB.
    #[cfg(feature = "multipart")]
    pub fn max_upload_size(self, bytes: u64) -> Self {
        Self { max_upload_size: Some(bytes), ..self }
    }

    /// Appends a product name to the `User-Agent` header, such as `wallet/1.2`.
    pub fn user_agent(self, suffix: impl Into<String>) -> Self {
        Self { user_agent: Some(suffix.into()), ..self }
    }

    /// Sets the account whose providers network-partner operations list (header `Meld-Account-Id`). A call can override
    /// it.
    pub fn account_id(self, account_id: impl Into<String>) -> Self {
        Self { account_id: Some(account_id.into()), ..self }
    }

    /// Sets a merchant's own credentials at a payment provider, for the operations that take them. A call can override
    /// them.
    pub fn passthrough(self, passthrough: Passthrough) -> Self {
        Self { passthrough: Some(passthrough), ..self }
    }

    /// Sets an extra header of all requests, such as one that a gateway needs.
    /// [`Call::with_header`](crate::Call::with_header) overrides it for a call.
    ///
    /// [`build`](Self::build) fails for a header that is not valid or that the client sets itself, such as
    /// `Authorization`. The error names the method to use.
    ///
    /// # Examples
    ///
    /// ```
    /// use meld_client::{Environment, Meld};
    ///
    /// let builder = || Meld::builder().api_key("the-key").environment(Environment::Sandbox);
    /// let meld = builder().header("X-Tenant", "acme").build()?;
    /// let error = builder().header("Authorization", "Bearer token").build().unwrap_err();
    /// assert!(error.to_string().contains("use `MeldBuilder::api_key`"));
    /// # Ok::<(), meld_client::Error>(())
    /// ```
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        if let Err(error) = self.headers.set_header(name, value) {
            self.refuse("header", &error.to_string());
        }
        self
    }

    /// Keeps the error of the first setting that is not valid for [`build`](Self::build).
    fn refuse(&mut self, method: &'static str, reason: &str) {
        self.invalid.get_or_insert_with(|| (method, reason.to_owned()));
    }

    /// Sets the API version of all requests: the header `Meld-Version`, as a date such as `"2026-05-01"`, instead of
    /// the versions that the operations need. [`Call::meld_version`](crate::Call::meld_version) overrides it for a
    /// call.
    ///
    /// Types and validation stay those of the version crate. [`build`](Self::build) fails for anything but a date.
    pub fn meld_version(mut self, version: impl TryInto<ApiVersion>) -> Self {
        match version.try_into() {
            Ok(version) => self.meld_version = Some(version),
            Err(_) => self.refuse("meld_version", "must be a date such as `2026-05-01`"),
        }
        self
    }

    /// Adds a [`tower`](https://docs.rs/tower) layer around each attempt, inside of those that were added before: the
    /// first is the outermost, as in `tower::ServiceBuilder`. See [`middleware`](crate::middleware) for the rules, and
    /// `guide::production` for recipes.
    ///
    /// # Examples
    ///
    /// At most five requests per second:
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use meld_client::{Environment, Meld};
    /// use tower::limit::RateLimitLayer;
    ///
    /// let meld = Meld::builder()
    ///     .api_key("the-key")
    ///     .environment(Environment::Sandbox)
    ///     .layer(RateLimitLayer::new(5, Duration::from_secs(1)))
    ///     .build()?;
    /// # Ok::<(), meld_client::Error>(())
    /// ```
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<AttemptService> + Send + Sync + 'static,
        L::Service: Service<http::Request<Body>, Response = http::Response<B>> + Send + 'static,
        <L::Service as Service<http::Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<http::Request<Body>>>::Future: Send + 'static,
        B: ResponseBody,
    {
        let layer = Arc::new(layer);
        self.layers.push(Arc::new(move |transport: Transport| {
            let layer = Arc::clone(&layer);
            transport.with_layer(layer_fn(move |inner| layer.layer(inner)))
        }));
        self
    }

    /// Adds an observer of all attempts.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Trusts the certificates of a PEM file, in addition to those of the platform, such as the certificate of a
    /// corporate proxy.
    #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.root_certificates(pem);
        self
    }

    /// Configures the HTTP client: proxies, name resolution, certificates and so on.
    ///
    /// Several calls apply in order, together with [`connect_timeout`](Self::connect_timeout) and
    /// [`idle_timeout`](Self::idle_timeout). The guarantees of [`HttpConfig`] hold whatever is configured: for example,
    /// redirects are not followed, and plain `http` uses no proxy. The timeout of a whole attempt is set by
    /// [`timeout`](Self::timeout). With the feature `rustls-ring` alone, TLS settings have no effect here; see
    /// [`HttpConfig::configure`].
    ///
    /// # Examples
    ///
    /// ```
    /// use meld_client::{Environment, Meld, reqwest};
    ///
    /// let proxy = reqwest::Proxy::https("http://proxy.example:3128").expect("a URL");
    /// let meld = Meld::builder()
    ///     .api_key("the-key")
    ///     .environment(Environment::Sandbox)
    ///     .configure_http(move |http| http.proxy(proxy.clone()))
    ///     .build()?;
    /// # Ok::<(), meld_client::Error>(())
    /// ```
    pub fn configure_http(
        mut self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http = self.http.configure(configure);
        self
    }
}

impl fmt::Debug for MeldBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MeldBuilder")
            .field("api_key", &self.key.as_ref().map(|key| key.by))
            .field("host", &self.host.as_ref().map(|host| host.by))
            .field("http", &self.http)
            .field("timeout", &self.timeout)
            .field("retry_policy", &self.retry_policy)
            .field("strict_decoding", &self.strict_decoding)
            .finish_non_exhaustive()
    }
}
