//! The builder of a client.

use std::env::{self, VarError};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{
    Environment, Error, HttpConfig, Meld, Observer, Passthrough, RetryPolicy, SecretString, Transport, reqwest,
};

/// The environment variables that [`MeldBuilder::from_env`] reads.
const API_KEY: &str = "MELD_API_KEY";
const ENVIRONMENT: &str = "MELD_ENVIRONMENT";
const BASE_URL: &str = "MELD_BASE_URL";

/// Builder for [`Meld`]. The API key and the environment are required.
///
/// If two methods set the same thing, the last one wins. [`environment`](Self::environment) and
/// [`base_url`](Self::base_url) set the same thing, and so do [`api_key`](Self::api_key) and
/// [`without_api_key`](Self::without_api_key). Methods override the variables that [`from_env`](Self::from_env) read.
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
    api_key: Option<Setting<SecretString>>,
    without_api_key: bool,
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
    observers: Vec<Arc<dyn Observer>>,
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
    /// Creates a builder from environment variables.
    ///
    /// | Variable | Value |
    /// |---|---|
    /// | `MELD_API_KEY` | The API key. |
    /// | `MELD_ENVIRONMENT` | `sandbox` or `production`. |
    /// | `MELD_BASE_URL` | A base URL to use instead of an environment's. |
    ///
    /// A variable that is empty counts as not set. Methods supply missing values and override variables:
    /// `MeldBuilder::from_env()?.environment(Environment::Sandbox)` always uses the sandbox. A plain `http` base URL of
    /// another machine also needs [`allow_plain_http`](Self::allow_plain_http).
    ///
    /// If both `MELD_ENVIRONMENT` and `MELD_BASE_URL` are set, [`build`](Self::build) fails unless a method overrides
    /// them.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if a variable is not valid Unicode, or if
    /// `MELD_ENVIRONMENT` is neither `sandbox` nor `production`.
    pub fn from_env() -> Result<Self, Error> {
        let api_key = variable(API_KEY)?;
        let environment = match variable(ENVIRONMENT)? {
            Some(name) => Some(Environment::parse(&name, &format!("`{ENVIRONMENT}`"))?),
            None => None,
        };
        let host = match (environment, variable(BASE_URL)?) {
            (Some(_), Some(_)) => Some(Setting { value: Host::Ambiguous, by: BASE_URL }),
            (Some(environment), None) => Some(Setting { value: Host::Environment(environment), by: ENVIRONMENT }),
            (None, Some(url)) => Some(Setting { value: Host::BaseUrl(url), by: BASE_URL }),
            (None, None) => None,
        };
        let api_key = api_key.map(|key| Setting { value: SecretString::from(key), by: API_KEY });
        Ok(Self { api_key, host, ..Self::default() })
    }

    /// Sets the secret API key, exactly as the dashboard shows it: without the word `BASIC` and without any encoding.
    ///
    /// The public key is a different one. It is used in checkout URLs only.
    pub fn api_key(mut self, api_key: impl Into<SecretString>) -> Self {
        self.api_key = Some(Setting { value: api_key.into(), by: "api_key" });
        self.without_api_key = false;
        self
    }

    /// Creates a client without an API key, which can only call network-partner operations.
    pub fn without_api_key(mut self) -> Self {
        self.api_key = None;
        self.without_api_key = true;
        self
    }

    /// Sets the environment, which must be the one that the API key belongs to. Overrides a base URL set before.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.host = Some(Setting { value: Host::Environment(environment), by: "environment" });
        self
    }

    /// Sets a base URL to use instead of an environment's, such as a proxy or a mock server. Overrides an environment
    /// set before.
    ///
    /// The scheme must be `https`, or `http` for this machine itself. For plain `http` to another machine see
    /// [`allow_plain_http`](Self::allow_plain_http).
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.host = Some(Setting { value: Host::BaseUrl(base_url.into()), by: "base_url" });
        self
    }

    /// Allows a plain `http` base URL of another machine, such as `http://mock:8080` in a container network. The
    /// default is `false`.
    ///
    /// The API key and all data are sent unencrypted. Do not enable this in production.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.http = self.http.allow_plain_http(allow);
        self
    }

    /// Sets the timeout of one attempt, up to the end of the response. The default is 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
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
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry_policy = policy;
        self
    }

    /// Makes a response that cannot be decoded completely an error. The default is `false`: fields that cannot be
    /// decoded are dropped and reported ([`ResponseValue::decode_warnings`](crate::ResponseValue::decode_warnings)).
    ///
    /// Use this in tests against the sandbox rather than in production.
    pub fn strict_decoding(mut self, strict: bool) -> Self {
        self.strict_decoding = strict;
        self
    }

    /// Sets the maximum size of a response, in bytes after decompression. The default is 32 MiB.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = Some(bytes);
        self
    }

    /// Sets the maximum size of all parts of a multipart request together, in bytes. The default is 32 MiB.
    #[cfg(feature = "multipart")]
    pub fn max_upload_size(mut self, bytes: u64) -> Self {
        self.max_upload_size = Some(bytes);
        self
    }

    /// Appends a product name to the `User-Agent` header, such as `wallet/1.2`.
    pub fn user_agent(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent = Some(suffix.into());
        self
    }

    /// Sets the account whose providers network-partner operations list (header `Meld-Account-Id`). A call can override
    /// it.
    pub fn account_id(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// Sets a merchant's own credentials at a payment provider, for the operations that take them. A call can override
    /// them.
    pub fn passthrough(mut self, passthrough: Passthrough) -> Self {
        self.passthrough = Some(passthrough);
        self
    }

    /// Adds an observer of all attempts.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Configures the HTTP client: certificates, proxies, name resolution and so on.
    ///
    /// Several calls apply in order, together with [`connect_timeout`](Self::connect_timeout) and
    /// [`idle_timeout`](Self::idle_timeout). The guarantees of [`HttpConfig`] hold whatever is configured: for example,
    /// redirects are not followed, and plain `http` uses no proxy. The timeout of a whole attempt is set by
    /// [`timeout`](Self::timeout).
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

    /// Creates the client.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), which names the setting or variable, if:
    ///
    /// - no API key or no environment is set
    /// - `MELD_ENVIRONMENT` and `MELD_BASE_URL` are both set, and no method overrides them
    /// - a value is invalid, such as a key with white space, a plain `http` base URL of another machine, or a timeout
    ///   of zero
    pub fn build(self) -> Result<Meld, Error> {
        let base_url = self.checked_base_url()?;
        if self.api_key.is_none() && !self.without_api_key {
            return Err(Error::configuration(format!(
                "no API key is set; call `api_key`, or set `{API_KEY}` and use `from_env`"
            )));
        }
        let mut transport = Transport::new(&base_url, self.http)?
            .with_retry_policy(self.retry_policy)
            .with_strict_decoding(self.strict_decoding);
        if let Some(api_key) = self.api_key {
            transport = transport.with_api_key(api_key.value);
            transport.check_api_key().map_err(|error| at(api_key.by, &error))?;
        }
        if let Some(timeout) = self.timeout {
            transport = transport.with_timeout(timeout);
        }
        if let Some(bytes) = self.max_response_size {
            transport = transport.with_max_response_size(bytes);
        }
        #[cfg(feature = "multipart")]
        if let Some(bytes) = self.max_upload_size {
            transport = transport.with_max_upload_size(bytes);
        }
        transport.check_settings()?;
        if let Some(suffix) = &self.user_agent {
            transport = transport.with_user_agent(suffix)?;
        }
        if let Some(account_id) = &self.account_id {
            transport = transport.with_account_id(account_id)?;
        }
        if let Some(passthrough) = &self.passthrough {
            transport = transport.with_passthrough(passthrough)?;
        }
        Ok(Meld::new(self.observers.into_iter().fold(transport, Transport::with_observer)))
    }

    fn checked_base_url(&self) -> Result<String, Error> {
        let (base_url, by) = match &self.host {
            Some(Setting { value: Host::Environment(environment), by }) => (environment.base_url().to_owned(), by),
            Some(Setting { value: Host::BaseUrl(url), by }) => (url.clone(), by),
            Some(Setting { value: Host::Ambiguous, .. }) => {
                return Err(Error::configuration(format!(
                    "`{ENVIRONMENT}` and `{BASE_URL}` are both set; unset one, or call `environment` or `base_url`"
                )));
            }
            None => {
                return Err(Error::configuration(format!(
                    "no environment is set; call `environment`, or set `{ENVIRONMENT}` and use `from_env`"
                )));
            }
        };
        self.http.check_base_url(&base_url).map_err(|error| at(by, &error))?;
        let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
        if !has_tls && !self.http.is_configured() && base_url.starts_with("https") {
            return Err(Error::configuration(
                "the base URL needs TLS; enable the feature `rustls` or `native-tls`, or configure TLS by `configure_http`",
            ));
        }
        Ok(base_url)
    }
}

impl fmt::Debug for MeldBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MeldBuilder")
            .field("has_api_key", &self.api_key.is_some())
            .field("host", &self.host.as_ref().map(|host| host.by))
            .field("http", &self.http)
            .field("timeout", &self.timeout)
            .field("retry_policy", &self.retry_policy)
            .field("strict_decoding", &self.strict_decoding)
            .finish_non_exhaustive()
    }
}

/// Returns the value of an environment variable, or `None` if it is not set or blank.
fn variable(name: &str) -> Result<Option<String>, Error> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::configuration(format!("`{name}` is not valid Unicode"))),
    }
}

/// Adds the variable or method that set the invalid value to an error.
fn at(by: &str, error: &Error) -> Error {
    Error::configuration(format!("`{by}`: {error}"))
}
