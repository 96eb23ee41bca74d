//! Setting up a client.

use std::env::{self, VarError};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{
    Environment, Error, Meld, Observer, Passthrough, Retries, SecretString, Transport, reqwest,
};

/// How long connecting may take unless told otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Sets up a [`Meld`]: the API key and the environment must be set, all else has defaults.
///
/// `Debug` shows no key.
#[derive(Clone, Default)]
#[must_use = "`build` gives the client"]
pub struct MeldBuilder {
    api_key: Option<SecretString>,
    without_api_key: bool,
    environment: Option<Environment>,
    base_url: Option<String>,
    http_client: Option<reqwest::Client>,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    retries: Retries,
    strict: bool,
    largest_answer: Option<usize>,
    user_agent: Option<String>,
    account_id: Option<String>,
    passthrough: Option<Passthrough>,
    observers: Vec<Arc<dyn Observer>>,
}

impl MeldBuilder {
    /// A builder with what the variables of the process say: the key in `MELD_API_KEY`, and where to
    /// in `MELD_ENVIRONMENT` (`sandbox` or `production`) or, for an address of one's own,
    /// `MELD_BASE_URL`. What is not there can be set, and what is there can be replaced, afterwards.
    ///
    /// # Errors
    /// A variable is no text, or `MELD_ENVIRONMENT` is no environment.
    pub fn from_env() -> Result<Self, Error> {
        let environment = variable("MELD_ENVIRONMENT")?.map(|name| name.parse());
        Ok(Self {
            api_key: variable("MELD_API_KEY")?.map(SecretString::from),
            environment: environment.transpose()?,
            base_url: variable("MELD_BASE_URL")?,
            ..Self::default()
        })
    }

    /// The secret API key, as the dashboard shows it: without the word `BASIC`, without any
    /// encoding. Not the public key, which belongs into checkout addresses.
    pub fn api_key(mut self, api_key: impl Into<SecretString>) -> Self {
        self.api_key = Some(api_key.into());
        self
    }

    /// No key: only what network partners support can be asked for then.
    pub fn without_api_key(mut self) -> Self {
        self.without_api_key = true;
        self
    }

    /// The environment, which the key must belong to.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Another base address than the environment's: `https`, or `http` to this machine itself.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// How long one attempt may take, up to the end of the answer; 30 seconds if not set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long connecting may take; 10 seconds if not set. Goes with the client's own HTTP client
    /// only.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// When calls are sent again; see [`Retries`] for what happens if this is not set.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Whether an answer of which something cannot be read is an error. If not set, it is read as
    /// far as it goes: for tests against the sandbox rather than for production.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// How large an answer may be, in bytes after decompression; 32 MiB if not set.
    pub fn largest_answer(mut self, bytes: usize) -> Self {
        self.largest_answer = Some(bytes);
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

    /// The HTTP client to send with, in place of one that the client makes: for certificates,
    /// proxies and pools of one's own. It should not follow redirects to other hosts. Its time-out
    /// for a whole request is not used, as [`timeout`](Self::timeout) is set for each.
    pub fn http_client(mut self, http_client: reqwest::Client) -> Self {
        self.http_client = Some(http_client);
        self
    }

    /// The client.
    ///
    /// # Errors
    /// Key or environment are not set, or something of what is set cannot be; the error (of kind
    /// [`Configuration`](crate::ErrorKind::Configuration)) says what.
    pub fn build(self) -> Result<Meld, Error> {
        let base_url = self.checked_base_url()?;
        if self.api_key.is_none() && !self.without_api_key {
            return Err(Error::configuration(
                "no API key is set: `api_key`, or MELD_API_KEY with `from_env`",
            ));
        }
        let mut transport = Transport::new(&base_url, self.http()?)?
            .with_retries(self.retries)
            .with_strict_reading(self.strict);
        if let Some(api_key) = self.api_key.filter(|_| !self.without_api_key) {
            transport = transport.with_api_key(api_key);
            transport.check_api_key()?;
        }
        if let Some(timeout) = self.timeout {
            transport = transport.with_timeout(timeout);
        }
        if let Some(bytes) = self.largest_answer {
            transport = transport.with_largest_answer(bytes);
        }
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
        let of_environment = self.environment.map(|environment| environment.base_url().to_owned());
        let base_url = self.base_url.clone().or(of_environment).ok_or_else(|| {
            Error::configuration(
                "no environment is set: `environment`, or MELD_ENVIRONMENT with `from_env`",
            )
        })?;
        let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
        if !has_tls && self.http_client.is_none() && base_url.starts_with("https") {
            return Err(Error::configuration(
                "https needs the feature `rustls` or `native-tls`, or an `http_client` that has TLS",
            ));
        }
        Ok(base_url)
    }

    /// The HTTP client: what is given, or one that follows no redirects, as these would take
    /// credentials to other hosts or make a payment anew.
    fn http(&self) -> Result<reqwest::Client, Error> {
        match (&self.http_client, self.connect_timeout) {
            (Some(_), Some(_)) => Err(Error::configuration(
                "`connect_timeout` has no effect on a given `http_client`: set it there",
            )),
            (Some(client), None) => Ok(client.clone()),
            (None, timeout) => reqwest::Client::builder()
                .connect_timeout(timeout.unwrap_or(CONNECT_TIMEOUT))
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .map_err(|error| {
                    Error::configuration(format!("no HTTP client can be made: {error}"))
                }),
        }
    }
}

impl fmt::Debug for MeldBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MeldBuilder")
            .field("has_api_key", &self.api_key.is_some())
            .field("environment", &self.environment)
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
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
            Err(Error::configuration(format!("the variable {name} is no text")))
        }
    }
}
