//! API keys of environment variables.

use std::env;

use secrecy::SecretString;

use super::{ApiKeyFuture, ApiKeyProvider};
use crate::Error;

/// Provides the API key of an environment variable, which is read anew for each attempt.
///
/// White space around the key is removed. Use [`FileApiKey`](crate::FileApiKey) for a key that another process changes.
///
/// # Examples
///
/// ```no_run
/// use meld_client_core::EnvApiKey;
///
/// let provider = EnvApiKey::new("MELD_API_KEY")?.with_account_label("main");
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct EnvApiKey {
    variable: String,
    account_label: Option<String>,
}

impl EnvApiKey {
    /// Creates a provider for a variable, which must be set.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration), which names the variable, if it is
    /// not set, blank or not valid Unicode.
    pub fn new(variable: impl Into<String>) -> Result<Self, Error> {
        let provider = Self { variable: variable.into(), account_label: None };
        provider.read()?;
        Ok(provider)
    }

    /// Sets the label of the account; see [`ApiKeyProvider::account_label`].
    #[must_use]
    pub fn with_account_label(self, label: impl Into<String>) -> Self {
        Self { account_label: Some(label.into()), ..self }
    }

    fn read(&self) -> Result<SecretString, Error> {
        let value = env::var(&self.variable).unwrap_or_default();
        match value.trim() {
            "" => Err(Error::configuration(format!("`{}` is not set; set it to the API key", self.variable))),
            key => Ok(SecretString::from(key)),
        }
    }
}

impl ApiKeyProvider for EnvApiKey {
    fn api_key(&self) -> ApiKeyFuture<'_> {
        Box::pin(std::future::ready(self.read()))
    }

    fn account_label(&self) -> Option<&str> {
        self.account_label.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_variable_is_named() {
        let error = EnvApiKey::new("MELD_NO_SUCH_VARIABLE").unwrap_err();
        assert_eq!(error.to_string(), "`MELD_NO_SUCH_VARIABLE` is not set; set it to the API key");
        assert!(EnvApiKey::new("PATH").is_ok());
    }
}
