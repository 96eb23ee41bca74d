//! Errors of providers of API keys.

use super::Error;
use super::from_layer::redacted;
use super::kind::{ErrorKind, TransportFailure};
use super::not_sent::NotSent;
use crate::redact::Secrets;

impl Error {
    /// Converts the error of a provider of API keys. The request was not sent, whatever the provider met. A text that
    /// repeats an earlier key is replaced.
    pub(crate) fn from_key_provider(error: Self, secrets: &Secrets) -> Self {
        let refusal = NotSent::new("there is no API key");
        let refusal = if error.is_retryable() { refusal.retryable() } else { refusal };
        match (error.kind(), redacted(&error, secrets)) {
            (ErrorKind::Configuration { .. }, Some(text)) => Self::configuration(text),
            (_, Some(text)) => refusal.with_source(text).into(),
            (ErrorKind::Configuration { .. } | ErrorKind::Transport(TransportFailure::NotSent), None) => error,
            (_, None) => refusal.with_source(error).into(),
        }
    }
}
