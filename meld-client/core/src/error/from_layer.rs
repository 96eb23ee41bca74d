//! Errors of layers.

use std::error::Error as StdError;

use super::Error;
use super::chain::chain;
use super::kind::{ErrorKind, TransportFailure};
use super::not_sent::NotSent;
use crate::redact::Secrets;

/// The error type of layers and of the services that they wrap.
pub type BoxError = Box<dyn StdError + Send + Sync>;

impl Error {
    /// Converts the error of a layer.
    ///
    /// The chain of sources decides on the kind: an error of the client or of the HTTP client stays what it is, and a
    /// [`NotSent`] is believed. Any other error leaves the outcome unknown. A text that repeats a secret is replaced.
    pub(crate) fn from_layer(error: BoxError, secrets: &Secrets) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(own) => return *own,
            Err(error) => error,
        };
        let failure = failure_of(&*error);
        Self::transport(failure).with_source(redacted(error, secrets))
    }

    /// Converts an error that claims that the request was not sent, although it was.
    pub(crate) fn into_layer_failure(self) -> Self {
        Self::transport(TransportFailure::Layer).with_source(self)
    }
}

/// Returns the failure that the first known error in the chain of sources stands for.
fn failure_of(error: &(dyn StdError + 'static)) -> TransportFailure {
    let known = |error: &(dyn StdError + 'static)| {
        if error.is::<NotSent>() {
            return Some(TransportFailure::NotSent);
        }
        match error.downcast_ref::<Error>().map(Error::kind) {
            Some(ErrorKind::Transport(failure)) => Some(*failure),
            _ => None,
        }
    };
    chain(error).find_map(known).unwrap_or(TransportFailure::Layer)
}

/// Replaces an error whose text or debug output repeats a secret of the request.
fn redacted(error: BoxError, secrets: &Secrets) -> BoxError {
    let mut has_secret = false;
    let mut lines = Vec::new();
    for error in chain(&*error) {
        let (text, debug) = (error.to_string(), format!("{error:?}"));
        let line = secrets.redact_text(&text);
        has_secret |= *line != *text || *secrets.redact_text(&debug) != *debug;
        lines.push(line.into_owned());
    }
    if has_secret { lines.join(": ").into() } else { error }
}
