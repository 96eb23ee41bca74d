//! From an event to the call that reads what it is about.

#![allow(unused_macros, unused_imports, reason = "no version and no family need be chosen")]

use super::{
    AccountsUpdated, AggregatedAccount, ConnectionCompleted, ConnectionDeleted, ConnectionNotice,
    ConnectionStatusChange, CryptoTransaction, CustomerActionRequired, FiatTransaction,
    KycStatusChange, UpdatedAccount,
};
use crate::for_versions::for_versions;

/// The call that reads what an event is about, as it is now. Events say little, and by the time of reading it may be out
/// of date.
///
/// | of | by the client of | is read |
/// |---|---|---|
/// | [`ConnectionCompleted`], [`ConnectionStatusChange`], [`ConnectionDeleted`], [`CustomerActionRequired`], [`ConnectionNotice`] | `bank_linking` | the connection |
/// | [`AccountsUpdated`] | `bank_linking` | the accounts of the connection |
/// | [`UpdatedAccount`] | `bank_linking` | the account |
/// | [`AggregatedAccount`] | `bank_linking` | the transactions of the account, the newest first |
/// | [`CryptoTransaction`] | `payments` or `crypto` | the transaction |
/// | [`FiatTransaction`] | `payments` | the transaction |
/// | [`KycStatusChange`] | `customer` | the customer, in a list of one |
///
/// Of an [`AggregatedAccount`] that is all transactions of the account. Those that changed alone,
/// `changed_transactions` of the client of `bank_linking` reads, by the key that the event names.
///
/// There is none for [`AccountsUpdating`](super::AccountsUpdating): nothing is to be read yet.
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
///         // Responded, and nothing to do.
///         _ => {}
///     }
///     Ok(())
/// }
/// # }
/// ```
pub trait FetchExt<Client> {
    /// The call.
    type Call;

    /// The call, ready to be sent. Nothing if the event lacks the id.
    fn fetch(&self, client: &Client) -> Option<Self::Call>;
}

/// Implements [`FetchExt`]: `fetch!(version, family: Payload by its_id -> Call = |client, id| ...)`.
macro_rules! fetch {
    ($version:ident, $family:ident: $($payload:ident)|+ by $id:ident -> $call:ident = |$client:ident, $value:ident| $make:expr) => {
        $(impl FetchExt<crate::$version::$family::Client> for $payload {
            type Call = crate::$version::$family::builder::$call;

            fn fetch(&self, $client: &crate::$version::$family::Client) -> Option<Self::Call> {
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
        // The largest pages that there are.
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
