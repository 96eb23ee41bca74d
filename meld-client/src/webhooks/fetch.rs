//! Fetching the resources that events are about.

#![allow(unused_macros, unused_imports, reason = "no version and no family need be chosen")]

use super::{
    AccountsUpdated, AggregatedAccount, ConnectionCompleted, ConnectionDeleted, ConnectionNotice,
    ConnectionStatusChange, CryptoTransaction, CustomerActionRequired, FiatTransaction, KycStatusChange,
    UpdatedAccount,
};

/// Returns the call that reads the resource an event is about.
///
/// Events have few fields and may be outdated when you process them, so read the current state.
///
/// | Payload | Client | Result |
/// |---|---|---|
/// | [`ConnectionCompleted`], [`ConnectionStatusChange`], [`ConnectionDeleted`], [`CustomerActionRequired`], [`ConnectionNotice`] | `bank_linking` | the connection |
/// | [`AccountsUpdated`] | `bank_linking` | the accounts of the connection |
/// | [`UpdatedAccount`] | `bank_linking` | the account |
/// | [`AggregatedAccount`] | `bank_linking` | all transactions of the account, newest first |
/// | [`CryptoTransaction`] | `payments` or `crypto` | the transaction |
/// | [`FiatTransaction`] | `payments` | the transaction |
/// | [`KycStatusChange`] | `customer` | the customer, in a list of one |
///
/// To read only the new and changed transactions of an [`AggregatedAccount`], pass its key to
/// [`BankLinkingExt::changed_transactions`](crate::bank_linking::BankLinkingExt::changed_transactions).
///
/// Not implemented for [`AccountsUpdating`](super::AccountsUpdating), whose data must not be read yet.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking", feature = "payments"))] {
/// use meld_client::Error;
/// use meld_client::v2026_02_03::Api;
/// use meld_client::v2026_02_03::prelude::*;
/// use meld_client::webhooks::{Event, Payload};
///
/// async fn follow(api: &Api, event: &Event) -> Result<(), Error> {
///     match &event.payload {
///         Payload::CryptoTransaction(event) => {
///             if let Some(call) = event.fetch(&api.payments()) {
///                 let transaction = call.send().await?.into_inner().transaction;
///                 println!("{:?}", transaction.and_then(|transaction| transaction.status));
///             }
///         }
///         Payload::AccountsUpdated(event) => {
///             if let Some(call) = event.fetch(&api.bank_linking()) {
///                 println!("{} accounts", call.all(1000).await?.len());
///             }
///         }
///         // Nothing to do.
///         _ => {}
///     }
///     Ok(())
/// }
/// # }
/// ```
pub trait FetchExt<Client> {
    /// The builder of the call.
    type Call;

    /// Returns the call, ready to be sent, or `None` if the payload lacks the id.
    fn fetch(&self, client: &Client) -> Option<Self::Call>;
}

/// Implements [`FetchExt`]: `fetch!(version, family: Payload by id_field -> Builder = |client, id| ...)`.
macro_rules! fetch {
    ($version:ident, $family:ident: $($payload:ident)|+ by $id:ident -> $call:ident = |$client:ident, $value:ident| $make:expr) => {
        $(impl FetchExt<crate::for_versions::$version::$family::Client> for $payload {
            type Call = crate::for_versions::$version::$family::builder::$call;

            fn fetch(&self, $client: &crate::for_versions::$version::$family::Client) -> Option<Self::Call> {
                let $value = self.$id.as_ref()?;
                Some($make)
            }
        })+
    };
}

macro_rules! bank_linking {
    ($version:ident) => {
        fetch!($version, bank_linking:
            ConnectionCompleted | ConnectionStatusChange | ConnectionDeleted | CustomerActionRequired | ConnectionNotice
            by connection_id -> GetConnection = |client, id| client.get_connection().connection_id(id));
        // Limits are the maximum page sizes.
        fetch!($version, bank_linking: AccountsUpdated by connection_id -> SearchAccounts
            = |client, id| client.search_accounts().connection_id(id).limit(100));
        fetch!($version, bank_linking: UpdatedAccount by id -> GetAccount
            = |client, id| client.get_account().financial_account_id(id));
        fetch!($version, bank_linking: AggregatedAccount by financial_account_id -> SearchTransactions
            = |client, id| client.search_transactions().financial_account_id(id).limit(1000));
    };
}

macro_rules! payments {
    ($version:ident) => {
        fetch!($version, payments: CryptoTransaction | FiatTransaction by payment_transaction_id -> GetTransaction
            = |client, id| client.get_transaction().id(id));
    };
}

macro_rules! crypto {
    ($version:ident) => {
        fetch!($version, crypto: CryptoTransaction by payment_transaction_id -> GetTransaction
            = |client, id| client.get_transaction().id(id));
    };
}

macro_rules! customer {
    ($version:ident) => {
        fetch!($version, customer: KycStatusChange by customer_id -> SearchCustomers
            = |client, id| client.search_customers().customer_ids([id]));
    };
}

for_versions!("bank_linking", bank_linking);
for_versions!("payments", payments);
for_versions!("crypto", crypto);
for_versions!("customer", customer);
