//! The reasons for rejecting a delivery.

use std::fmt;
use std::time::Duration;

use meld_client_core::http::StatusCode;

use super::ParseEventError;

/// The reason for rejecting a delivery.
///
/// The message says what to check. Neither `Display` nor `Debug` shows the secret, the signature or any of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// A header is missing or not ASCII: Meld did not send the request, or a proxy removed the header.
    MissingHeader(
        /// The name of the header.
        &'static str,
    ),
    /// The signature does not have the format that Meld uses.
    MalformedSignature(
        /// The problem, to be read after "the signature", such as "is hexadecimal".
        &'static str,
    ),
    /// The timestamp cannot be parsed.
    MalformedTimestamp,
    /// The signature does not match the URL and the body with any of the secrets.
    WrongSignature,
    /// The delivery was signed too long ago: a replay by an attacker, or this server's clock is fast.
    TooOld {
        /// The time since signing.
        age: Duration,
        /// The allowed difference ([`Verifier::tolerance`](super::Verifier::tolerance)).
        tolerance: Duration,
    },
    /// The delivery was signed in the future: this server's clock is slow.
    InTheFuture {
        /// The time until signing.
        ahead: Duration,
        /// The allowed difference ([`Verifier::tolerance`](super::Verifier::tolerance)).
        tolerance: Duration,
    },
    /// The signature is valid, but the body is not an event.
    InvalidEvent(ParseEventError),
    /// The body is larger than the server allows.
    BodyTooLarge,
    /// The connection broke before the end of the body.
    BodyInterrupted,
}

impl Rejection {
    /// Returns the status for the response: 401 if verification failed, 400 or 413 if the body is invalid.
    ///
    /// Respond with the status only, because the reason would help an attacker. Meld retries every delivery without a
    /// 200 for up to three days.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::MissingHeader(_)
            | Self::MalformedSignature(_)
            | Self::MalformedTimestamp
            | Self::WrongSignature
            | Self::TooOld { .. }
            | Self::InTheFuture { .. } => StatusCode::UNAUTHORIZED,
            Self::InvalidEvent(_) | Self::BodyInterrupted => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingHeader(name) => write!(
                formatter,
                "the header `{name}` is missing; if Meld sent the request, check the proxies in between"
            ),
            Self::MalformedSignature(why) => write!(formatter, "the signature {why}"),
            Self::MalformedTimestamp => formatter.write_str("the timestamp of the signature cannot be parsed"),
            Self::WrongSignature => formatter.write_str(
                "the signature does not match; check that the secret and the URL are exactly those of the webhook \
                 profile, and that the body is unchanged",
            ),
            Self::TooOld { age, tolerance } => write!(
                formatter,
                "the delivery was signed {} seconds ago, more than the {} seconds of `tolerance`; \
                 set this server's clock, or allow more",
                seconds(*age),
                tolerance.as_secs()
            ),
            Self::InTheFuture { ahead, tolerance } => write!(
                formatter,
                "the delivery was signed {} seconds in the future, more than the {} seconds of \
                 `tolerance`; set this server's clock",
                seconds(*ahead),
                tolerance.as_secs()
            ),
            Self::InvalidEvent(error) => write!(formatter, "{error}"),
            Self::BodyTooLarge => formatter.write_str("the body is larger than allowed"),
            Self::BodyInterrupted => formatter.write_str("the body is incomplete"),
        }
    }
}

impl std::error::Error for Rejection {}

/// Returns whole seconds, rounded up so that an excess always shows as more than the limit.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0))
}

impl From<ParseEventError> for Rejection {
    fn from(error: ParseEventError) -> Self {
        Self::InvalidEvent(error)
    }
}
