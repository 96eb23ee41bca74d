//! Unlinking a customer's account.

use meld_client_core::http::StatusCode;
use meld_client_core::{Call, Error};

use super::versions::Transfers;
use crate::polling::{Poll, Polling};

/// The outcome of unlinking an account. Match it exhaustively: there will be no other values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub enum UnlinkAccountOutcome {
    /// The link is removed, or there was none (204).
    Removed,
    /// The provider has not confirmed the removal within the time limit (202). Unlink again later.
    NotYetConfirmed,
    /// A transfer with an unknown result keeps the link (409). Unlink again later.
    TransferInProgress,
}

/// Deletes the link until the provider has confirmed it.
pub(super) async fn unlink<C: Transfers>(
    client: &C,
    provider: C::Provider,
    customer_id: String,
    polling: Polling,
) -> Result<UnlinkAccountOutcome, Error> {
    let call = client.delete_link(provider, customer_id);
    send_until_confirmed(call, polling).await
}

async fn send_until_confirmed<D: Call<Output = ()>>(call: D, polling: Polling) -> Result<UnlinkAccountOutcome, Error> {
    let transport = &call.transport().clone();
    let request = &call.into_request()?;
    let outcome = polling.until(|left| async move {
        let mut request = request.clone();
        left.limit(request.options_mut());
        match D::send_request(transport, request).await {
            Ok(response) if response.status() == StatusCode::ACCEPTED => {
                Ok(Poll::Pending { retry_after: response.retry_after() })
            }
            Ok(_) => Ok(Poll::Ready(UnlinkAccountOutcome::Removed)),
            Err(error) if error.status() == Some(StatusCode::CONFLICT) => {
                Ok(Poll::Ready(UnlinkAccountOutcome::TransferInProgress))
            }
            Err(error) => Err(error),
        }
    });
    Ok(outcome.await?.unwrap_or(UnlinkAccountOutcome::NotYetConfirmed))
}
