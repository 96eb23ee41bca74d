//! Setting up a client.

use std::env::{self, VarError};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{
    Environment, Error, HttpConfig, Meld, Observer, Passthrough, RetryPolicy, SecretString,
    Transport, reqwest,
};

/// The variables that [`MeldBuilder::from_env`] reads.
const API_KEY: &str = "MELD_API_KEY";
const ENVIRONMENT: &str = "MELD_ENVIRONMENT";
const BASE_URL: &str = "MELD_BASE_URL";

/// Sets up a [`Meld`]: the API key and the environment must be set, all else has defaults.
///
/// Of two calls that set the same thing, the last one wins. [`environment`](Self::environment) and
/// [`base_url`](Self::base_url) set the same thing, and so do [`api_key`](Self::api_key) and
/// [`without_api_key`](Self::without_api_key). Every call replaces what [`from_env`](Self::from_env) read.
///
/// `Debug` shows no key.
#[derive(Clone, Default)]
#[must_use = "`build` gives the client"]
pub struct MeldBuilder {
    api_key: Option<Setting<SecretString>>,
    without_api_key: bool,
    host: Option<Setting<Host>>,
    http: HttpConfig,
    timeout: Option<Duration>,
    retry_policy: RetryPolicy,
    strict: bool,
    max_response_size: Option<usize>,
    user_agent: Option<String>,
    account_id: Option<String>,
    passthrough: Option<Passthrough>,
    observers: Vec<Arc<dyn Observer>>,
}

/// A value, and what set it.
#[derive(Clone)]
struct Setting<T> {
    value: T,
    /// The variable or function, for errors.
    by: &'static str,
}

/// Where requests are sent.
#[derive(Clone)]
enum Host {
    Environment(Environment),
    BaseUrl(String),
    /// Two variables say different things, and no call has decided.
    Unclear,
}

impl MeldBuilder {
    /// Makes a builder from variables of the process:
    ///
    /// - `MELD_API_KEY`: the API key
    /// - `MELD_ENVIRONMENT`: `sandbox` or `production`
    /// - `MELD_BASE_URL`: a base URL in place of an environment's
    ///
    /// A variable that is not set, or empty, can be made up for by a call. Calls also replace what variables say:
    /// `MeldBuilder::from_env()?.environment(Environment::Sandbox)` goes to the sandbox whatever is set. A base URL of
    /// plain `http` to another machine needs [`allow_plain_http`](Self::allow_plain_http) as well.
    ///
    /// # Errors
    /// A variable is not valid Unicode, or `MELD_ENVIRONMENT` is not an environment. If both `MELD_ENVIRONMENT` and
    /// `MELD_BASE_URL` are set, [`build`](Self::build) fails unless a call replaces them.
    pub fn from_env() -> Result<Self, Error> {
        let api_key = variable(API_KEY)?;
        let environment = match variable(ENVIRONMENT)? {
            Some(name) => {
                Some(name.parse::<Environment>().map_err(|error| at(ENVIRONMENT, &error))?)
            }
            None => None,
        };
        let host = match (environment, variable(BASE_URL)?) {
            (Some(_), Some(_)) => Some(Setting { value: Host::Unclear, by: BASE_URL }),
            (Some(environment), None) => {
                Some(Setting { value: Host::Environment(environment), by: ENVIRONMENT })
            }
            (None, Some(url)) => Some(Setting { value: Host::BaseUrl(url), by: BASE_URL }),
            (None, None) => None,
        };
        let api_key = api_key.map(|key| Setting { value: SecretString::from(key), by: API_KEY });
        Ok(Self { api_key, host, ..Self::default() })
    }

    /// The secret API key, as the dashboard shows it: without the word `BASIC`, without any
    /// encoding. Not the public key, which belongs into checkout addresses.
    pub fn api_key(mut self, api_key: impl Into<SecretString>) -> Self {
        self.api_key = Some(Setting { value: api_key.into(), by: "`api_key`" });
        self.without_api_key = false;
        self
    }

    /// No key: only what network partners support can be asked for then.
    pub fn without_api_key(mut self) -> Self {
        self.api_key = None;
        self.without_api_key = true;
        self
    }

    /// The environment, which the key must belong to. Replaces a base URL that was set before.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.host = Some(Setting { value: Host::Environment(environment), by: "`environment`" });
        self
    }

    /// Another base URL than the environment's: `https`, or `http` to this machine itself; to others see
    /// [`allow_plain_http`](Self::allow_plain_http). Replaces an environment that was set before.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.host = Some(Setting { value: Host::BaseUrl(base_url.into()), by: "`base_url`" });
        self
    }

    /// Whether a base URL of plain `http` to another machine is accepted, such as `http://mock:8080` in a network of
    /// containers. It is not, if not set.
    ///
    /// The API key and all data travel readable for everybody in between. Do not set it in production.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.http = self.http.allow_plain_http(allow);
        self
    }

    /// How long one attempt may take, up to the end of the response; 30 seconds if not set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long connecting may take; 10 seconds if not set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.connect_timeout(timeout);
        self
    }

    /// How long a connection may be idle before it is closed and no longer used; 25 seconds if not set. Zero makes a
    /// connection for every request.
    ///
    /// It should be shorter than the time after which a load balancer in between closes idle connections, commonly 30
    /// or 60 seconds. Otherwise requests can fail with an unknown outcome.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.idle_timeout(timeout);
        self
    }

    /// When calls are sent again; see [`RetryPolicy`] for what happens if this is not set.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry_policy = policy;
        self
    }

    /// Whether a response of which something cannot be read is an error. If not set, it is read as
    /// far as it goes: for tests against the sandbox rather than for production.
    pub fn strict_decoding(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// How large a response may be, in bytes after decompression; 32 MiB if not set.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = Some(bytes);
        self
    }

    /// What is added to the `User-Agent`, such as `wallet/1.2`.
    pub fn user_agent(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent = Some(suffix.into());
        self
    }

    /// The account whose providers network-partner operations list (`Meld-Account-Id`), where a call
    /// names none.
    pub fn account_id(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// A merchant's own credentials at a payment provider, for the operations that take them, where
    /// a call has none.
    pub fn passthrough(mut self, passthrough: Passthrough) -> Self {
        self.passthrough = Some(passthrough);
        self
    }

    /// One more observer of all attempts.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observers.push(Arc::new(observer));
        self
    }

    /// Changes the HTTP client that is going to be made: certificates, proxies, name resolution and so on.
    ///
    /// Calls add up, and apply in their order together with [`connect_timeout`](Self::connect_timeout) and
    /// [`idle_timeout`](Self::idle_timeout). What [`HttpConfig`] promises holds whatever is configured: redirects are
    /// not followed, for example, and plain `http` uses no proxy. The time-out for a whole request is set for each
    /// request, by [`timeout`](Self::timeout).
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

    /// The client.
    ///
    /// # Errors
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration), which names the setting or
    /// variable, if:
    ///
    /// - no API key, or no environment, is set
    /// - `MELD_ENVIRONMENT` and `MELD_BASE_URL` are both set, and no call decides between them
    /// - a value cannot be used, such as a key with white space, a base URL of plain `http` to another machine, or a
    ///   time-out of zero
    pub fn build(self) -> Result<Meld, Error> {
        let base_url = self.checked_base_url()?;
        if self.api_key.is_none() && !self.without_api_key {
            return Err(Error::configuration(format!(
                "no API key is set: call `api_key`, or set {API_KEY} and use `from_env`"
            )));
        }
        let mut transport = Transport::new(&base_url, self.http)?
            .with_retry_policy(self.retry_policy)
            .with_strict_decoding(self.strict);
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
            Some(Setting { value: Host::Environment(environment), by }) => {
                (environment.base_url().to_owned(), by)
            }
            Some(Setting { value: Host::BaseUrl(url), by }) => (url.clone(), by),
            Some(Setting { value: Host::Unclear, .. }) => {
                return Err(Error::configuration(format!(
                    "{ENVIRONMENT} and {BASE_URL} are both set: unset one of them, or call `environment` or `base_url`"
                )));
            }
            None => {
                return Err(Error::configuration(format!(
                    "no environment is set: call `environment`, or set {ENVIRONMENT} and use `from_env`"
                )));
            }
        };
        self.http.check_base_url(&base_url).map_err(|error| at(by, &error))?;
        let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
        if !has_tls && !self.http.is_configured() && base_url.starts_with("https") {
            return Err(Error::configuration(
                "https needs the feature `rustls` or `native-tls`, or TLS by `configure_http`",
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
            .field("strict", &self.strict)
            .finish_non_exhaustive()
    }
}

/// A variable of the process; one that is empty counts as not set.
fn variable(name: &str) -> Result<Option<String>, Error> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            Err(Error::configuration(format!("{name} is not valid Unicode")))
        }
    }
}

/// The error with the variable or function that it is about.
fn at(by: &str, error: &Error) -> Error {
    Error::configuration(format!("{by}: {error}"))
}
