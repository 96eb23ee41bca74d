//! The outcome of a payout, and the rule for its idempotency key.

use meld_client_core::{Call, Error, ResponseValue};

use super::payout::{OrderedPayout, PayoutOrder};
use super::versions::PayoutResponse;
use crate::payments::{IdempotentRequest, Outcome};
use crate::polling::Polling;

/// The outcome of an order of a payout. Match it exhaustively: there will be no other values.
///
/// Meld keeps responding with 425 to the key of a failed attempt. A new attempt then needs a new key, that is, a new
/// [`idempotent`](crate::payments::IdempotentExt::idempotent) request.
#[derive(Debug)]
#[must_use]
#[expect(clippy::large_enum_variant, reason = "there is one for each order, and callers match it at once")]
pub enum PayoutOutcome<Response> {
    /// The payout is ordered. Send the [deposit](OrderedPayout::deposit).
    Ordered(ResponseValue<OrderedPayout<Response>>),
    /// Meld refused the order, and nothing was executed. The key is spent: change the request, and use a new key.
    NeedsNewKey(Error),
    /// Meld responded with 425 until the time limit.
    ///
    /// Either an attempt is still being executed, or an earlier attempt has failed. Wait for a webhook event of the
    /// customer, and search for the customer's transactions. If there is none, use a new key.
    StillInProgress,
    /// The order may have been executed. Send it again with the same key.
    Unknown(Error),
}

impl<Response> PayoutOutcome<Response> {
    /// Returns the ordered payout, and `None` otherwise.
    #[must_use]
    pub fn ordered(self) -> Option<ResponseValue<OrderedPayout<Response>>> {
        match self {
            Self::Ordered(response) => Some(response),
            Self::NeedsNewKey(_) | Self::StillInProgress | Self::Unknown(_) => None,
        }
    }
}

impl<C: Call<Output: PayoutResponse>> IdempotentRequest<PayoutOrder<C>> {
    /// Sends the order of a payout until it is ordered or refused, or the time limit is reached.
    ///
    /// Obeys `Retry-After`, and always sends the same key.
    ///
    /// # Errors
    ///
    /// Returns an error if no attempt reached Meld, so that the same key can be used again.
    pub async fn finish_payout(&self, polling: Polling) -> Result<PayoutOutcome<C::Output>, Error> {
        match self.finish(polling).await {
            Ok(Outcome::Completed(response)) => Ok(PayoutOutcome::Ordered(response)),
            Ok(Outcome::InProgress { .. }) => Ok(PayoutOutcome::StillInProgress),
            Ok(Outcome::Unknown(error)) => Ok(PayoutOutcome::Unknown(error)),
            Err(error) if error.status().is_some() => Ok(PayoutOutcome::NeedsNewKey(error)),
            Err(error) => Err(error),
        }
    }
}
