//! Confirming a verification by its code.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::http::StatusCode;
use meld_client_core::{Call, Error};

use super::time;
use crate::customers::versions::ConfirmationResponse;

/// The result of confirming a verification.
///
/// A wrong code is a response with status 200, so it is not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub enum Confirmation {
    /// The contact is verified.
    Verified {
        /// The type of the phone line, if it is known: `MOBILE`, `VOIP`.
        line_type: Option<String>,
        /// The time of the verification.
        verified_at: Option<DateTime<Utc>>,
    },
    /// The code is wrong.
    WrongCode {
        /// The number of attempts before the contact is locked. `None` if Meld does not say.
        attempts_remaining: Option<u32>,
    },
    /// The verification is not pending any more (400): it has expired, or a newer code replaced it. Start a new one.
    NotPending,
    /// A status that this crate does not know. Read the history of the contact.
    Unknown(String),
}

impl Confirmation {
    /// Returns `true` if the contact is verified.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified { .. })
    }
}

/// Sends the call that confirms a verification, and classifies the result.
pub(in crate::customers) async fn confirm<C: Call<Output: ConfirmationResponse>>(
    call: C,
) -> Result<Confirmation, Error> {
    let transport = call.transport().clone();
    let response = match C::send_request(&transport, call.into_request()?).await {
        Err(error) if error.status() == Some(StatusCode::BAD_REQUEST) => return Ok(Confirmation::NotPending),
        response => response?,
    };
    let fields = response.fields();
    Ok(match fields.status.unwrap_or_default() {
        "VERIFIED" => Confirmation::Verified {
            line_type: fields.line_type.map(str::to_owned),
            verified_at: time(fields.verified_at),
        },
        "FAILED" => {
            let attempts_remaining = fields.attempts_remaining.and_then(|attempts| u32::try_from(attempts).ok());
            Confirmation::WrongCode { attempts_remaining }
        }
        other => Confirmation::Unknown(other.to_owned()),
    })
}
