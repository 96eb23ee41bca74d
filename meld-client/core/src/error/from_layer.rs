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
    /// The chain of sources decides the kind. An error of the client or of the HTTP client keeps its kind, and a
    /// [`NotSent`] is trusted. Any other error leaves the outcome unknown. A text that repeats a secret is replaced.
    pub(crate) fn from_layer(error: BoxError, secrets: &Secrets) -> Self {
        let failure = failure_of(&*error);
        if let Some(text) = redacted(&*error, secrets) {
            return Self::transport(failure).with_source(text);
        }
        match error.downcast::<Self>() {
            Ok(own) => *own,
            Err(error) => Self::transport(failure).with_source(error),
        }
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

/// Returns the text of an error of user code without the secrets that it repeats; `None` if neither it nor its debug
/// output repeats one.
pub(super) fn redacted(error: &(dyn StdError + 'static), secrets: &Secrets) -> Option<String> {
    let mut has_secret = false;
    let mut lines = Vec::new();
    for error in chain(error) {
        let (text, debug) = (error.to_string(), format!("{error:?}"));
        let line = secrets.redact_text(&text);
        has_secret |= *line != *text || *secrets.redact_text(&debug) != *debug;
        // An error of the client shows its source itself.
        if !error.is::<Error>() || error.source().is_none() {
            lines.push(line.into_owned());
        }
    }
    has_secret.then(|| lines.join(": "))
}
