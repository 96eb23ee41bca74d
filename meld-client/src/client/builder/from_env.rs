//! Configuration by environment variables.

use std::env::{self, VarError};

use meld_client_core::{Error, SecretString};

use super::{Host, Key, MeldBuilder, Setting};
use crate::client::{
    Environment,
    variables::{API_KEY, BASE_URL, ENVIRONMENT},
};

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
        let key = api_key.map(|key| Setting { value: Key::Fixed(SecretString::from(key)), by: API_KEY });
        Ok(Self { key, host, ..Self::default() })
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
