//! Creation of a client from its configuration.

use meld_client_core::{Error, Transport};

use super::{Host, Key, MeldBuilder, Setting};
use crate::client::{
    Environment, Meld,
    variables::{API_KEY, BASE_URL, ENVIRONMENT},
};

impl MeldBuilder {
    /// Creates the client.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), which names the setting or variable, if:
    ///
    /// - no API key or no environment is set
    /// - `MELD_ENVIRONMENT` and `MELD_BASE_URL` are both set, and no method overrides them
    /// - a value is invalid, such as a key with whitespace, a plain `http` base URL of another machine, or a timeout
    ///   of zero
    pub fn build(self) -> Result<Meld, Error> {
        let base_url = self.checked_base_url()?;
        if let Some((by, error)) = self.invalid {
            return Err(Error::configuration(format!("`{by}`: {error}")));
        }
        let Some(key) = self.key else {
            return Err(Error::configuration(format!(
                "no API key is set; call `api_key`, or set `{API_KEY}` and use `from_env`"
            )));
        };
        let mut transport = with_key(Transport::new(&base_url, self.http)?, key)?
            .with_retry_policy(self.retry_policy)
            .with_strict_decoding(self.strict_decoding);
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
        for (name, value) in self.headers.headers() {
            transport = transport.with_header(name.clone(), value.clone())?;
        }
        if let Some(version) = self.meld_version {
            transport = transport.with_meld_version(version);
        }
        transport = self.layers.iter().fold(transport, |transport, add| add(transport));
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
        let has_tls = cfg!(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"));
        if !has_tls && !self.http.is_configured() && base_url.starts_with("https") {
            return Err(Error::configuration(
                "the base URL needs TLS; enable the feature `rustls`, `rustls-ring` or `native-tls`, or configure TLS by \
                 `configure_http`",
            ));
        }
        Ok(base_url)
    }
}

/// Sets the source of the API key.
fn with_key(transport: Transport, key: Setting<Key>) -> Result<Transport, Error> {
    match key.value {
        Key::Fixed(secret) => {
            let transport = transport.with_api_key(secret);
            transport.check_api_key().map_err(|error| at(key.by, &error))?;
            Ok(transport)
        }
        Key::Provided(provider) => Ok(transport.with_api_key_provider(provider)),
        Key::Absent if is_meld(transport.base_url()) => Ok(transport),
        Key::Absent => Ok(transport.without_api_key()),
    }
}

/// Returns `true` if a base URL is one of Meld's, which no gateway adds a key to.
fn is_meld(base_url: &str) -> bool {
    let below = |environment: Environment| base_url.strip_prefix(environment.base_url());
    [Environment::Sandbox, Environment::Production].into_iter().filter_map(below).any(|rest| rest.starts_with('/'))
}

/// Adds the variable or method that set the invalid value to an error.
fn at(by: &str, error: &Error) -> Error {
    Error::configuration(format!("`{by}`: {error}"))
}
