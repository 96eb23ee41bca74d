//! The API keys of a transport: one that never changes, or those of a provider.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use crate::api_key::{ApiKeyFuture, ApiKeyProvider, is_api_key};
use crate::error::Error;
use crate::error::not_sent::NotSent;
use crate::redact::Secrets;

/// The number of keys of a provider that are redacted: the keys of calls in progress, and earlier ones.
const RECENT_KEYS: usize = 8;

/// The API key as it is sent.
#[derive(Clone)]
pub(crate) struct ApiKey {
    secret: SecretString,
    /// The header with the key; `None` if no header can carry it.
    authorization: Option<HeaderValue>,
}

impl ApiKey {
    pub(crate) fn new(secret: SecretString) -> Self {
        let authorization = authorization(&secret);
        Self { secret, authorization }
    }

    pub(crate) fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// Returns the header with the key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration) if no header can carry the key.
    pub(crate) fn authorization(&self) -> Result<&HeaderValue, Error> {
        self.authorization.as_ref().ok_or_else(|| {
            Error::configuration(
                "the API key must be the key alone as the dashboard shows it, without whitespace or quotes \
                 and without the word BASIC",
            )
        })
    }

    fn is_same(&self, other: &SecretString) -> bool {
        self.secret.expose_secret() == other.expose_secret()
    }
}

/// The source of the API keys of a transport.
#[derive(Clone, Default)]
pub(crate) enum Keys {
    /// Only operations that need no key can be called.
    #[default]
    None,
    /// A gateway adds the key to all requests.
    OfGateway,
    Fixed(ApiKey),
    Provided(Arc<Provided>),
}

impl Keys {
    /// Returns the key that never changes.
    pub(crate) fn fixed(&self) -> Option<&ApiKey> {
        match self {
            Self::Fixed(key) => Some(key),
            _ => None,
        }
    }

    pub(crate) fn provided(&self) -> Option<&Provided> {
        match self {
            Self::Provided(provided) => Some(provided),
            _ => None,
        }
    }

    /// Returns the label of the account that the keys of a provider belong to.
    pub(crate) fn account_label(&self) -> Option<&str> {
        self.provided().and_then(|provided| provided.provider.account_label())
    }

    /// Returns an error if requests must have a key.
    pub(crate) fn check_absence(&self) -> Result<(), Error> {
        match self {
            Self::OfGateway => Ok(()),
            _ => Err(Error::configuration("this operation needs an API key, and none is set")),
        }
    }

    /// Adds the keys that a response may repeat.
    pub(crate) fn add_secrets(&self, secrets: &mut Secrets) {
        match self {
            Self::None | Self::OfGateway => {}
            Self::Fixed(key) => secrets.add_api_key(key.secret.expose_secret()),
            Self::Provided(provided) => provided.add_secrets(secrets),
        }
    }

    /// Returns the length of the shortest key that was sent, in bytes.
    pub(crate) fn shortest(&self) -> Option<usize> {
        match self {
            Self::None | Self::OfGateway => None,
            Self::Fixed(key) => Some(key.secret.expose_secret().len()),
            Self::Provided(provided) => provided.recent().iter().map(|key| key.expose_secret().len()).min(),
        }
    }

    /// Returns `true` if the keys are known to belong to the same account.
    pub(crate) fn is_same_account(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) | (Self::OfGateway, Self::OfGateway) => true,
            (Self::Fixed(one), Self::Fixed(other)) => one.is_same(&other.secret),
            (Self::Provided(one), Self::Provided(other)) => {
                let labels = (one.provider.account_label(), other.provider.account_label());
                Arc::ptr_eq(one, other) || matches!(labels, (Some(one), Some(other)) if one == other)
            }
            _ => false,
        }
    }
}

/// A provider, and the keys that it returned.
pub(crate) struct Provided {
    provider: Arc<dyn ApiKeyProvider>,
    recent: Mutex<Vec<SecretString>>,
}

impl Provided {
    pub(crate) fn new(provider: Arc<dyn ApiKeyProvider>) -> Self {
        Self { provider, recent: Mutex::default() }
    }

    /// Returns the key for an attempt.
    ///
    /// # Errors
    ///
    /// Returns an error that proves that nothing was sent, if the provider fails or takes longer than `limit`.
    pub(crate) async fn key(&self, limit: Duration) -> Result<ApiKey, Error> {
        self.ask(self.provider.api_key(), limit).await
    }

    /// Returns a key other than the one that the service rejected; `None` if there is none.
    pub(crate) async fn key_after(&self, rejected: &ApiKey, limit: Duration) -> Option<ApiKey> {
        match self.ask(self.provider.refresh(&rejected.secret), limit).await {
            Ok(key) => (!key.is_same(&rejected.secret)).then_some(key),
            Err(error) => {
                tracing::warn!(target: "meld_client::api_key", %error, "no new API key after a 401");
                None
            }
        }
    }

    async fn ask(&self, key: ApiKeyFuture<'_>, limit: Duration) -> Result<ApiKey, Error> {
        let late = |_| NotSent::new("the provider of the API key did not respond in time").retryable();
        let failed = |error| Error::from_key_provider(error, &self.secrets());
        let secret = timeout(limit, key).await.map_err(late)?.map_err(failed)?;
        let key = ApiKey::new(secret);
        key.authorization()?;
        self.remember(&key);
        Ok(key)
    }

    /// Keeps the key, so that it is redacted.
    fn remember(&self, key: &ApiKey) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        match recent.iter().position(|known| key.is_same(known)) {
            // The keys that were used last stay longest.
            Some(index) => recent[index..].rotate_left(1),
            None if recent.len() < RECENT_KEYS => recent.push(key.secret.clone()),
            None => {
                recent.rotate_left(1);
                recent.pop();
                recent.push(key.secret.clone());
            }
        }
    }

    fn add_secrets(&self, secrets: &mut Secrets) {
        self.recent().iter().for_each(|key| secrets.add_api_key(key.expose_secret()));
    }

    fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        self.add_secrets(&mut secrets);
        secrets.collected()
    }

    fn recent(&self) -> Vec<SecretString> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Returns the header of an API key. It is not basic authentication: the word is in capitals, and the key is not
/// encoded.
fn authorization(api_key: &SecretString) -> Option<HeaderValue> {
    let api_key = Some(api_key.expose_secret()).filter(|key| is_api_key(key))?;
    let mut value = HeaderValue::try_from(format!("BASIC {api_key}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}
