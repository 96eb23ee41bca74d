//! The payloads of events, by event type.

use meld_client_core::serde_json::Value;

use super::{
    AccountsRemoved, AccountsUpdated, AccountsUpdating, ConnectionCompleted, ConnectionDeleted, ConnectionNotice,
    ConnectionStatusChange, CryptoTransaction, CustomerActionRequired, FiatTransaction, KycStatusChange,
    TransactionsAggregated,
};

/// Declares a payload, or a part of one. Decoding is lenient: null, empty and missing are equivalent.
macro_rules! payload {
    ($(#[$attribute:meta])* $name:ident {
        $($(#[$field_attribute:meta])* $field:ident: $type:ty = $json:literal $($mark:ident $($more:literal)?)?,)*
    }) => {
        $(#[$attribute])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_attribute])* pub $field: $type,)*
        }

        meld_client_core::object! {
            read $name { $($field: $json $($mark $($more)?)?),* }
        }
    };
}
pub(super) use payload;

payload! {
    /// A test event (`WEBHOOK_TEST`, `TEST`), sent when a profile is created or its test is requested. Respond with
    /// 200; nothing else is needed.
    WebhookTest {
        /// The id of the request that caused the test.
        request_id: Option<String> = "requestId",
    }
}

/// The payload of an event, by event type.
///
/// Any field may be missing. Meld adds fields without notice; they are in
/// [`Event::payload_json`](super::Event::payload_json).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Payload {
    /// `BANK_LINKING_CONNECTION_COMPLETED`
    ConnectionCompleted(ConnectionCompleted),
    /// `BANK_LINKING_CONNECTION_STATUS_CHANGE`
    ConnectionStatusChange(ConnectionStatusChange),
    /// `BANK_LINKING_CONNECTION_DELETED`
    ConnectionDeleted(ConnectionDeleted),
    /// `BANK_LINKING_CUSTOMER_ACTION_REQUIRED`
    CustomerActionRequired(CustomerActionRequired),
    /// `BANK_LINKING_NEW_ACCOUNTS_AVAILABLE`
    NewAccountsAvailable(ConnectionNotice),
    /// `BANK_LINKING_ACCOUNTS_ADDED`
    AccountsAdded(ConnectionNotice),
    /// `BANK_LINKING_ACCOUNTS_UPDATING`
    AccountsUpdating(AccountsUpdating),
    /// `BANK_LINKING_ACCOUNTS_UPDATED`
    AccountsUpdated(AccountsUpdated),
    /// `BANK_LINKING_ACCOUNTS_REMOVED`
    AccountsRemoved(AccountsRemoved),
    /// `BANK_LINKING_TRANSACTIONS_AGGREGATED`
    TransactionsAggregated(TransactionsAggregated),
    /// `BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED`
    HistoricalTransactionsAggregated(TransactionsAggregated),
    /// `TRANSACTION_CRYPTO_PENDING`, `TRANSACTION_CRYPTO_TRANSFERRING`, `TRANSACTION_CRYPTO_COMPLETE` and
    /// `TRANSACTION_CRYPTO_FAILED`
    CryptoTransaction(CryptoTransaction),
    /// `TRANSACTION_FIAT_CREATED` and `TRANSACTION_FIAT_UPDATED`
    FiatTransaction(FiatTransaction),
    /// `CUSTOMER_KYC_STATUS_CHANGE`
    KycStatusChange(KycStatusChange),
    /// `WEBHOOK_TEST` and `TEST`
    Test(WebhookTest),
    /// Any other type, as free-form JSON. Respond with 200, or Meld retries for three days.
    Unknown(UnknownPayload),
}

/// Evaluates the same expression for the payload of any known type.
macro_rules! match_payload {
    ($payload:expr, $inner:ident => $known:expr, $unknown:ident => $other:expr) => {
        match $payload {
            Payload::ConnectionCompleted($inner) => $known,
            Payload::ConnectionStatusChange($inner) => $known,
            Payload::ConnectionDeleted($inner) => $known,
            Payload::CustomerActionRequired($inner) => $known,
            Payload::NewAccountsAvailable($inner) | Payload::AccountsAdded($inner) => $known,
            Payload::AccountsUpdating($inner) => $known,
            Payload::AccountsUpdated($inner) => $known,
            Payload::AccountsRemoved($inner) => $known,
            Payload::TransactionsAggregated($inner) | Payload::HistoricalTransactionsAggregated($inner) => $known,
            Payload::CryptoTransaction($inner) => $known,
            Payload::FiatTransaction($inner) => $known,
            Payload::KycStatusChange($inner) => $known,
            Payload::Test($inner) => $known,
            Payload::Unknown($unknown) => $other,
        }
    };
}
#[cfg(test)]
pub(super) use match_payload;

/// The ids that payloads have. `None` if the type has no such field.
#[derive(Default)]
pub(super) struct Ids<'p> {
    pub request_id: Option<&'p str>,
    pub customer_id: Option<&'p str>,
    pub external_customer_id: Option<&'p str>,
    pub connection_id: Option<&'p str>,
    pub account_id: Option<&'p str>,
}

/// A payload with ids.
pub(super) trait HasIds {
    fn ids(&self) -> Ids<'_>;
}

/// Implements [`HasIds`] for a payload with these fields.
macro_rules! has_ids {
    ($name:ident: $($id:ident)*) => {
        impl super::payload::HasIds for $name {
            fn ids(&self) -> super::payload::Ids<'_> {
                super::payload::Ids { $($id: self.$id.as_deref(),)* ..Default::default() }
            }
        }
    };
}
pub(super) use has_ids;

has_ids!(WebhookTest: request_id);

impl Payload {
    /// Returns the id of the request or job that caused the event, for Meld's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.ids().request_id
    }

    /// Returns Meld's id of the customer.
    #[must_use]
    pub fn customer_id(&self) -> Option<&str> {
        self.ids().customer_id
    }

    /// Returns your id of the customer.
    #[must_use]
    pub fn external_customer_id(&self) -> Option<&str> {
        self.ids().external_customer_id
    }

    /// Returns the id of the bank connection.
    #[must_use]
    pub fn connection_id(&self) -> Option<&str> {
        self.ids().connection_id
    }

    /// Returns the id of your account at Meld, if the payload has it.
    pub(super) fn account_id(&self) -> Option<&str> {
        self.ids().account_id
    }

    fn ids(&self) -> Ids<'_> {
        match_payload!(self, known => known.ids(), unknown => unknown.ids())
    }
}

/// The payload of an unknown event type.
///
/// `Debug` omits the content, which may contain account numbers.
#[derive(Clone, Default, PartialEq)]
pub struct UnknownPayload {
    content: Value,
}

impl UnknownPayload {
    pub(super) fn new(content: Value) -> Self {
        Self { content }
    }

    /// Returns the payload, or null if there is none.
    ///
    /// Numbers have the precision of `serde_json`; [`Event::payload_json`](super::Event::payload_json) keeps every
    /// digit.
    #[must_use]
    pub fn content(&self) -> &Value {
        &self.content
    }
}

impl HasIds for UnknownPayload {
    fn ids(&self) -> Ids<'_> {
        let id = |name| self.content.get(name)?.as_str().filter(|id| !id.is_empty());
        Ids {
            request_id: id("requestId"),
            customer_id: id("customerId"),
            external_customer_id: id("externalCustomerId"),
            connection_id: id("connectionId"),
            account_id: id("accountId"),
        }
    }
}

meld_client_core::opaque!(UnknownPayload);
