//! What events say, by their type.

use std::fmt;

use meld_client_core::serde_json::Value;

use super::{
    AccountsRemoved, AccountsUpdated, AccountsUpdating, ConnectionCompleted, ConnectionDeleted,
    ConnectionNotice, ConnectionStatusChange, CryptoTransaction, CustomerActionRequired,
    FiatTransaction, KycStatusChange, TransactionsAggregated,
};

/// Makes a payload, or a part of one, that is read tolerantly: null, empty and absent are the same.
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
    /// Sent when a profile is made, and when it is asked to be tested (`WEBHOOK_TEST`, `TEST`). Nothing is to be done
    /// but to response.
    WebhookTest {
        /// The id of the request that asked for the test.
        request_id: Option<String> = "requestId",
    }
}

/// What an event says, by its type.
///
/// All fields may be missing. New ones come without notice; [`Event::payload_json`](super::Event::payload_json) has
/// them.
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
    /// That of a type which is not known here, as it came. Output with 200: it would come again for three days.
    Unknown(UnknownPayload),
}

/// The same expression for the payload of any known type.
macro_rules! of_any {
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
            Payload::TransactionsAggregated($inner)
            | Payload::HistoricalTransactionsAggregated($inner) => $known,
            Payload::CryptoTransaction($inner) => $known,
            Payload::FiatTransaction($inner) => $known,
            Payload::KycStatusChange($inner) => $known,
            Payload::Test($inner) => $known,
            Payload::Unknown($unknown) => $other,
        }
    };
}
#[cfg(test)]
pub(super) use of_any;

impl Payload {
    /// The id of the request or the job that caused the event, for Meld's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        of_any!(self, known => known.request_id.as_deref(), unknown => unknown.text("requestId"))
    }

    /// Meld's id of the customer whom the event is about.
    #[must_use]
    pub fn customer_id(&self) -> Option<&str> {
        match self {
            Self::CryptoTransaction(payload) => payload.customer_id.as_deref(),
            Self::FiatTransaction(payload) => payload.customer_id.as_deref(),
            Self::KycStatusChange(payload) => payload.customer_id.as_deref(),
            Self::Test(_) => None,
            Self::Unknown(unknown) => unknown.text("customerId"),
            other => other.connection().and_then(|connection| connection.customer_id),
        }
    }

    /// Your id of the customer whom the event is about.
    #[must_use]
    pub fn external_customer_id(&self) -> Option<&str> {
        match self {
            Self::CryptoTransaction(payload) => payload.external_customer_id.as_deref(),
            Self::FiatTransaction(payload) => payload.external_customer_id.as_deref(),
            Self::KycStatusChange(_) | Self::Test(_) => None,
            Self::Unknown(unknown) => unknown.text("externalCustomerId"),
            other => other.connection().and_then(|connection| connection.external_customer_id),
        }
    }

    /// The id of the bank connection that the event is about.
    #[must_use]
    pub fn connection_id(&self) -> Option<&str> {
        match self {
            Self::Unknown(unknown) => unknown.text("connectionId"),
            other => other.connection().and_then(|connection| connection.connection_id),
        }
    }

    /// The id of the account at Meld where it stands in the payload.
    pub(super) fn account_id(&self) -> Option<&str> {
        match self {
            Self::CryptoTransaction(payload) => payload.account_id.as_deref(),
            Self::FiatTransaction(payload) => payload.account_id.as_deref(),
            Self::KycStatusChange(payload) => payload.account_id.as_deref(),
            Self::Unknown(unknown) => unknown.text("accountId"),
            _ => None,
        }
    }

    /// What all events of a connection have.
    fn connection(&self) -> Option<Connection<'_>> {
        macro_rules! connection {
            ($payload:expr) => {
                Some(Connection {
                    customer_id: $payload.customer_id.as_deref(),
                    external_customer_id: $payload.external_customer_id.as_deref(),
                    connection_id: $payload.connection_id.as_deref(),
                })
            };
        }
        match self {
            Self::ConnectionCompleted(payload) => connection!(payload),
            Self::ConnectionStatusChange(payload) => connection!(payload),
            Self::ConnectionDeleted(payload) => connection!(payload),
            Self::CustomerActionRequired(payload) => connection!(payload),
            Self::NewAccountsAvailable(payload) | Self::AccountsAdded(payload) => {
                connection!(payload)
            }
            Self::AccountsUpdating(payload) => connection!(payload),
            Self::AccountsUpdated(payload) => connection!(payload),
            Self::AccountsRemoved(payload) => connection!(payload),
            Self::TransactionsAggregated(payload)
            | Self::HistoricalTransactionsAggregated(payload) => connection!(payload),
            _ => None,
        }
    }
}

/// The ids in an event of a connection.
struct Connection<'p> {
    customer_id: Option<&'p str>,
    external_customer_id: Option<&'p str>,
    connection_id: Option<&'p str>,
}

/// The payload of an event of a type that is not known here. Debug output does not show it: it may hold account
/// numbers.
#[derive(Clone, Default, PartialEq)]
pub struct UnknownPayload {
    content: Value,
}

impl UnknownPayload {
    pub(super) fn new(content: Value) -> Self {
        Self { content }
    }

    /// The payload as it came; null where there was none.
    ///
    /// Numbers have the precision that `serde_json` gives them;
    /// [`Event::payload_json`](super::Event::payload_json) has all their digits.
    #[must_use]
    pub fn content(&self) -> &Value {
        &self.content
    }

    /// A field that is a text.
    fn text(&self, name: &str) -> Option<&str> {
        self.content.get(name)?.as_str().filter(|text| !text.is_empty())
    }
}

impl fmt::Debug for UnknownPayload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("UnknownPayload").finish_non_exhaustive()
    }
}
