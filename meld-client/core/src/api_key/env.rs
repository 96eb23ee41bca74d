//! API keys of environment variables.

use std::{env, fmt};

use secrecy::SecretString;

use super::{ApiKeyFuture, ApiKeyProvider};
use crate::error::Error;

/// Provides the API key of an environment variable, which is read again for each attempt.
///
/// Whitespace around the key is removed. Use [`FileApiKey`](crate::FileApiKey) for a key that another process changes.
///
/// # Examples
///
/// ```no_run
/// use meld_client_core::EnvApiKey;
///
/// let provider = EnvApiKey::new("MELD_API_KEY")?.with_account_label("main");
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone)]
pub struct EnvApiKey {
    variable: String,
    account_label: Option<String>,
    /// Reads a variable.
    environment: fn(&str) -> Option<String>,
}

impl EnvApiKey {
    /// Creates a provider for a variable, which must be set.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration), which names the variable, if it is
    /// not set, blank or not valid Unicode.
    pub fn new(variable: impl Into<String>) -> Result<Self, Error> {
        Self::with_environment(variable.into(), |variable| env::var(variable).ok())
    }

    fn with_environment(variable: String, environment: fn(&str) -> Option<String>) -> Result<Self, Error> {
        let provider = Self { variable, account_label: None, environment };
        provider.read()?;
        Ok(provider)
    }

    /// Sets the label of the account; see [`ApiKeyProvider::account_label`].
    #[must_use]
    pub fn with_account_label(self, label: impl Into<String>) -> Self {
        Self { account_label: Some(label.into()), ..self }
    }

    fn read(&self) -> Result<SecretString, Error> {
        let value = (self.environment)(&self.variable).unwrap_or_default();
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

impl fmt::Debug for EnvApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EnvApiKey")
            .field("variable", &self.variable)
            .field("account_label", &self.account_label)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use secrecy::ExposeSecret;

    use super::*;

    /// `true` once the variable has another value. A program cannot change its environment without unsafe code.
    static IS_ROTATED: AtomicBool = AtomicBool::new(false);

    fn variable(_: &str) -> Option<String> {
        Some(if IS_ROTATED.load(Ordering::Relaxed) { " new\n" } else { "old" }.to_owned())
    }

    #[test]
    fn variable_is_read_anew_each_time() {
        let provider = EnvApiKey::with_environment("KEY".to_owned(), variable).unwrap();
        let current = || provider.read().unwrap().expose_secret().to_owned();
        assert_eq!(current(), "old");
        IS_ROTATED.store(true, Ordering::Relaxed);
        assert_eq!(current(), "new");
    }

    #[test]
    fn missing_variable_is_named() {
        let error = EnvApiKey::new("MELD_NO_SUCH_VARIABLE").unwrap_err();
        assert_eq!(error.to_string(), "`MELD_NO_SUCH_VARIABLE` is not set; set it to the API key");
        assert!(EnvApiKey::new("PATH").is_ok());
    }
}
