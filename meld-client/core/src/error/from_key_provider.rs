//! Errors of providers of API keys.

use super::Error;
use super::kind::{ErrorKind, TransportFailure};
use super::not_sent::NotSent;

impl Error {
    /// Converts the error of a provider of API keys. The request was not sent, whatever the provider met.
    pub(crate) fn from_key_provider(error: Self) -> Self {
        match error.kind() {
            ErrorKind::Configuration { .. } | ErrorKind::Transport(TransportFailure::NotSent) => error,
            _ => {
                let refusal = NotSent::new("there is no API key");
                let refusal = if error.is_retryable() { refusal.retryable() } else { refusal };
                refusal.with_source(error).into()
            }
        }
    }
}
