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
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::client::{HttpConfig, Request, RetryPolicy, Transport};
    use crate::test_support::GET_THING;

    /// `true` once the variable has another value. A program cannot change its environment without unsafe code.
    static IS_ROTATED: AtomicBool = AtomicBool::new(false);

    fn variable(_: &str) -> Option<String> {
        Some(if IS_ROTATED.load(Ordering::Relaxed) { " new\n" } else { "old" }.to_owned())
    }

    /// Rejects the first request, changes the variable, accepts the second, and returns their keys.
    fn serve(listener: TcpListener) -> std::io::Result<Vec<String>> {
        let mut keys = Vec::new();
        for status in ["401 Unauthorized", "200 OK"] {
            let mut stream = listener.accept()?.0;
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            for line in lines.take_while(|line| !line.is_empty()) {
                keys.extend(line.strip_prefix("authorization: BASIC ").map(str::to_owned));
            }
            IS_ROTATED.store(true, Ordering::Relaxed);
            write!(stream, "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{{}}")?;
        }
        Ok(keys)
    }

    #[test]
    fn variable_is_read_anew_after_a_401() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let served = std::thread::spawn(move || serve(listener).unwrap());
        let provider = EnvApiKey::with_environment("KEY".to_owned(), variable).unwrap();
        let transport = Transport::new(&url, HttpConfig::default()).unwrap().with_retry_policy(RetryPolicy::never());
        let transport = transport.with_api_key_provider(Arc::new(provider));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut request = Request::new(&GET_THING);
        request.path("id", Some("1")).unwrap();
        runtime.block_on(transport.send::<serde_json::Value>(request)).unwrap();
        assert_eq!(served.join().unwrap(), ["old", "new"]);
    }

    #[test]
    fn missing_variable_is_named() {
        let error = EnvApiKey::new("MELD_NO_SUCH_VARIABLE").unwrap_err();
        assert_eq!(error.to_string(), "`MELD_NO_SUCH_VARIABLE` is not set; set it to the API key");
        assert!(EnvApiKey::new("PATH").is_ok());
    }
}
