//! Providers of API keys.

mod env;
mod file;

use std::fmt;
use std::pin::Pin;

use secrecy::SecretString;

use crate::error::Error;

pub use env::EnvApiKey;
pub use file::FileApiKey;

/// The result of a method of [`ApiKeyProvider`].
pub type ApiKeyFuture<'a> = Pin<Box<dyn Future<Output = Result<SecretString, Error>> + Send + 'a>>;

/// A source of the API key, which is called before each attempt to send a request.
///
/// Use it for keys that change while the program runs. [`FileApiKey`] reads a mounted secret, and [`EnvApiKey`] an
/// environment variable. Implement the trait for your secret manager. A [`SecretString`] is a provider of a key that
/// never changes.
///
/// After a response with status 401, [`refresh`](Self::refresh) is called once. If the key differs from the rejected
/// one, the attempt is repeated once, for reads and writes. A 401 proves that Meld did not execute the request.
///
/// The time limit of an attempt also limits its provider. An error fails the call; its outcome is known, because
/// nothing was sent. A provider that is called for every attempt should cache its key.
///
/// # Examples
///
/// ```
/// use meld_client_core::{ApiKeyFuture, ApiKeyProvider, Error, NotSent, SecretString};
///
/// struct Vault;
///
/// # impl Vault { async fn read(&self, _: &str) -> Result<String, std::io::Error> { Ok("the-key".to_owned()) } }
/// impl ApiKeyProvider for Vault {
///     fn api_key(&self) -> ApiKeyFuture<'_> {
///         Box::pin(async {
///             let key = self.read("secret/meld").await;
///             let key = key.map_err(|error| NotSent::new("the vault failed").retryable().with_source(error))?;
///             Ok(SecretString::from(key))
///         })
///     }
///
///     fn account_label(&self) -> Option<&str> {
///         Some("main")
///     }
/// }
/// ```
pub trait ApiKeyProvider: Send + Sync + 'static {
    /// Returns the API key, exactly as the dashboard shows it.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no key. The retry policy retries a [`NotSent`](crate::NotSent) that allows it.
    fn api_key(&self) -> ApiKeyFuture<'_>;

    /// Returns the API key after Meld rejected `rejected` with status 401. Drop a cached key that equals it.
    ///
    /// The default implementation returns [`api_key`](Self::api_key).
    ///
    /// # Errors
    ///
    /// Returns an error if there is no key. The call then fails with the 401.
    fn refresh<'a>(&'a self, rejected: &'a SecretString) -> ApiKeyFuture<'a> {
        let _ = rejected;
        self.api_key()
    }

    /// Returns a label of the Meld account that all keys of this provider belong to, such as `main`. It is not secret,
    /// and must not change when the key does. The default is `None`.
    ///
    /// It takes the place of the API key where the client tells accounts apart: for stored idempotency keys and for
    /// cached discovery responses. Without it, a stored idempotency key is not bound to the account.
    fn account_label(&self) -> Option<&str> {
        None
    }
}

/// Provides a key that never changes.
impl ApiKeyProvider for SecretString {
    fn api_key(&self) -> ApiKeyFuture<'_> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}

impl fmt::Debug for dyn ApiKeyProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ApiKeyProvider").field("account_label", &self.account_label()).finish_non_exhaustive()
    }
}

/// The maximum length of a key, in bytes. A longer string is not a key.
const MAX_LENGTH: usize = 4096;

/// Returns `true` if the string is a key and nothing else. Quotes are rejected: they remain from `.env` files.
pub(crate) fn is_api_key(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'');
    (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(is_allowed)
}
