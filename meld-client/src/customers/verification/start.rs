//! Starting a verification, and its limits.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::http::StatusCode;
use meld_client_core::json::parse_value;
use meld_client_core::{Call, Error, ErrorCode, ResponseValue};

use super::{pending, time};
use crate::customers::versions::VerificationResponse;

/// A verification whose code is on its way to the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingVerification {
    /// The id, to confirm the verification.
    pub id: String,
    /// The contact with most characters masked: `u•••@example.com`.
    pub masked_contact: Option<String>,
    /// The time at which the code expires.
    pub expires_at: Option<DateTime<Utc>>,
    /// The limit for another code.
    pub resend: Resend,
}

/// The limit for another code. Match it exhaustively: there will be no other values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resend {
    /// Another code can be sent from this time on.
    At(DateTime<Utc>),
    /// No other code can be sent, because the customer has reached the cap (`resendAvailableAt` is null).
    Capped,
}

impl Resend {
    pub(super) fn of(available_at: Option<DateTime<Utc>>) -> Self {
        available_at.map_or(Self::Capped, Self::At)
    }

    /// Returns the limit in the error of a verification that Meld refused to start (429). `None` for any other error.
    ///
    /// [`start_verification`](crate::customers::VerificationsExt::start_verification) does this already. Use it with the
    /// error of a plain `create_verification`.
    ///
    /// # Examples
    ///
    /// ```
    /// use meld_client::Error;
    /// use meld_client::customers::Resend;
    /// use meld_client::http::{HeaderMap, StatusCode};
    ///
    /// let body = br#"{"code": "TOO_MANY_REQUESTS", "resendAvailableAt": null}"#;
    /// let error = Error::from_response(StatusCode::TOO_MANY_REQUESTS, HeaderMap::new(), body.to_vec());
    /// assert_eq!(Resend::of_error(&error), Some(Resend::Capped));
    /// ```
    #[must_use]
    pub fn of_error(error: &Error) -> Option<Self> {
        let body = error.body().filter(|_| error.status() == Some(StatusCode::TOO_MANY_REQUESTS));
        limit(body?)
    }

    /// Returns `true` if another code can be sent at a time.
    #[must_use]
    pub fn is_available_at(&self, now: DateTime<Utc>) -> bool {
        matches!(self, Self::At(time) if *time <= now)
    }
}

/// The result of starting a verification. Match it exhaustively: there will be no other values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum VerificationStart {
    /// The code was sent. Ask the customer for it.
    Sent(PendingVerification),
    /// No code was sent, because of the cooldown or the cap (429).
    Limited(Resend),
    /// No code was sent, because another verification of the customer is being started (409). Read the history.
    AlreadyInProgress,
    /// The code could not be sent (502). Meld withholds the reason. Try again later, or use another contact.
    SendFailed,
}

/// Sends the call that starts a verification, and classifies the result.
pub(in crate::customers) async fn start<C: Call<Output: VerificationResponse>>(
    call: C,
) -> Result<VerificationStart, Error> {
    let transport = call.transport().clone();
    match C::send_request(&transport, call.into_request()?).await {
        Ok(response) => started(&response).map(VerificationStart::Sent),
        Err(error) => refused(error),
    }
}

fn started(response: &ResponseValue<impl VerificationResponse>) -> Result<PendingVerification, Error> {
    let fields = response.fields();
    if fields.id.is_none_or(str::is_empty) {
        return Err(Error::unusable(response, "verificationId".to_owned(), "it is required to confirm the code"));
    }
    Ok(pending(fields))
}

fn refused(error: Error) -> Result<VerificationStart, Error> {
    match (error.status(), error.code()) {
        (Some(StatusCode::TOO_MANY_REQUESTS), _) => match Resend::of_error(&error) {
            Some(limit) => Ok(VerificationStart::Limited(limit)),
            // Any other limit of Meld.
            None => Err(error),
        },
        (Some(StatusCode::CONFLICT), _) => Ok(VerificationStart::AlreadyInProgress),
        (_, Some(ErrorCode::VerificationSendFailed)) => Ok(VerificationStart::SendFailed),
        _ => Err(error),
    }
}

/// Returns the limit of a refusal. `None` if it does not have the field: null is the cap, and missing is another limit.
fn limit(body: &[u8]) -> Option<Resend> {
    let body = parse_value(body);
    let available_at = body.get("resendAvailableAt")?;
    Some(Resend::of(time(available_at.as_str())))
}
