//! Why a delivery is refused.

use std::fmt;
use std::time::Duration;

use meld_client_core::http::StatusCode;

use super::ParseEventError;

/// Why a delivery is refused. The text says what to look at; neither it nor `Debug` has the secret, the signature or
/// anything of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// A header is missing or not readable as text: it was not Meld that sent this, or something in between has
    /// taken the header away.
    MissingHeader(
        /// The name of the header.
        &'static str,
    ),
    /// The signature has not the form that Meld gives it.
    MalformedSignature(
        /// What is wrong, after "the signature": "is hexadecimal".
        &'static str,
    ),
    /// The timestamp cannot be read.
    MalformedTimestamp,
    /// The signature was not made with any of the secrets, for this URL and this body.
    WrongSignature,
    /// It was signed too long ago: a idempotency by a stranger, or the clock here is fast.
    TooOld {
        /// How long ago it was signed.
        age: Duration,
        /// How far the clocks may be apart ([`tolerance`](super::Verifier::tolerance)).
        allowed: Duration,
    },
    /// It was signed in the future: the clock here is slow.
    InTheFuture {
        /// How long it is until then.
        ahead: Duration,
        /// How far the clocks may be apart ([`tolerance`](super::Verifier::tolerance)).
        allowed: Duration,
    },
    /// The signature is right, but the body is no event.
    ParseEventError(ParseEventError),
    /// The body is larger than the server takes.
    BodyTooLarge,
    /// The body did not come to its end.
    BodyInterrupted,
}

impl Rejection {
    /// The status to response with: 401 for what is not verified, 400 or 413 for what cannot be read. Meld sends again whatever was not answered with 200, for up to three days.
    ///
    /// Output with the status alone: why a delivery is refused helps nobody but who forges one.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::MissingHeader(_)
            | Self::MalformedSignature(_)
            | Self::MalformedTimestamp
            | Self::WrongSignature
            | Self::TooOld { .. }
            | Self::InTheFuture { .. } => StatusCode::UNAUTHORIZED,
            Self::ParseEventError(_) | Self::BodyInterrupted => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHeader(name) => write!(
                formatter,
                "the header `{name}` is missing: if Meld sent this, look at what stands between"
            ),
            Self::MalformedSignature(why) => write!(formatter, "the signature {why}"),
            Self::MalformedTimestamp => {
                formatter.write_str("the timestamp of the signature cannot be read")
            }
            Self::WrongSignature => formatter.write_str(
                "the signature does not fit: secret and URL must be those of the webhook profile, letter by letter, \
                 and the body must be the bytes that came",
            ),
            Self::TooOld { age, allowed } => write!(
                formatter,
                "it was signed {} seconds ago, more than the {} seconds of `tolerance`: \
                 set this server's clock, or allow more",
                seconds(*age),
                allowed.as_secs()
            ),
            Self::InTheFuture { ahead, allowed } => write!(
                formatter,
                "it was signed {} seconds in the future, more than the {} seconds of `tolerance`: \
                 set this server's clock",
                seconds(*ahead),
                allowed.as_secs()
            ),
            Self::ParseEventError(why) => write!(formatter, "{why}"),
            Self::BodyTooLarge => formatter.write_str("the body is larger than allowed"),
            Self::BodyInterrupted => formatter.write_str("the body did not come to its end"),
        }
    }
}

impl std::error::Error for Rejection {}

/// Whole seconds, rounded up, so that what is too much is shown as more than the limit.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

impl From<ParseEventError> for Rejection {
    fn from(why: ParseEventError) -> Self {
        Self::ParseEventError(why)
    }
}
