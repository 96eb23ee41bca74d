//! The methods for transfers.

use meld_client_core::{Call, Error};

use super::machine::Transfer;
use super::order::TransferOrderCall;
use super::unlink::{self, UnlinkAccountOutcome};
use super::versions::Transfers;
use crate::polling::Polling;

/// Transfers crypto from an account that the customer links, on `crypto` clients from 2026-02-03 on.
///
/// Only customers in the United States are supported. The associated types are those of
/// [`TransferClient`](super::TransferClient). The guide `headless` shows a whole transfer.
///
/// # Examples
///
/// ```no_run
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # async fn example(meld: meld_client::Meld) -> Result<(), Box<dyn std::error::Error>> {
/// use meld_client::headless::TransferStep;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let crypto = meld.v2026_02_03().crypto();
/// let mut transfer = crypto.resume_transfer("WQ7tR2kVx9bNfH4cJmPz3s").await?;
/// match transfer.step() {
///     TransferStep::SelectSourceAccount(step) => {
///         let account = step.accounts().iter().find(|account| account.is_eligible).cloned();
///         if let Some(account) = account {
///             println!("{:?}", step.submit(&account).await?);
///         }
///     }
///     other => println!("{other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
pub trait TransferExt: Transfers {
    /// Orders a transfer (operation `/crypto-order-headless-transfer-create`).
    ///
    /// Make the call [idempotent](crate::payments::IdempotentExt::idempotent). The same key with another request is a
    /// conflict (409). A customer can have 10 orders an hour.
    ///
    /// # Errors
    ///
    /// Sending the call returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the request
    ///
    /// - has an amount that is not more than 0, or has more than 12 integer digits or 20 decimals,
    /// - has not exactly one of `customerId` and `externalCustomerId`,
    /// - has another country than `US`,
    /// - has a wallet address or tag with whitespace, or
    /// - has a redirect URL that is neither `https` nor an app's scheme, or that has a user.
    fn order_transfer(&self, request: impl TryInto<Self::OrderRequest, Error: Into<Error>>) -> TransferOrderCall<Self> {
        TransferOrderCall::new(self.clone(), request.try_into().map_err(Into::into))
    }

    /// Continues a transfer from its order, such as the response of [`order_transfer`](Self::order_transfer).
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the order lacks its id, its provider
    /// or its action token, or names another action endpoint than the documented one.
    fn transfer(&self, order: Self::Order) -> Result<Transfer<Self>, Error> {
        Transfer::new(self.clone(), order)
    }

    /// Reads the order of a transfer, and continues it (operation `/crypto-order-headless-transfer-get`).
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such order. Also returns the errors of the request and of
    /// [`transfer`](Self::transfer).
    fn resume_transfer(&self, order_id: &str) -> impl Future<Output = Result<Transfer<Self>, Error>> + Send {
        let call = self.get_order(order_id);
        async move { Transfer::new(self.clone(), read(call).await?) }
    }

    /// Unlinks a customer's account at a provider (operation `/crypto-order-headless-transfer-account-links-delete`).
    ///
    /// The customer is named by Meld's id. Repeats the request while the provider has not confirmed it.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such customer. Also returns the errors of the request.
    fn unlink_account(
        &self,
        provider: impl Into<Self::Provider>,
        customer_id: impl Into<String>,
        polling: Polling,
    ) -> impl Future<Output = Result<UnlinkAccountOutcome, Error>> + Send {
        unlink::unlink(self, provider.into(), customer_id.into(), polling)
    }
}

async fn read<C: Call>(call: C) -> Result<C::Output, Error> {
    let transport = call.transport().clone();
    Ok(C::send_request(&transport, call.into_request()?).await?.into_inner())
}

impl<C: Transfers> TransferExt for C {}
