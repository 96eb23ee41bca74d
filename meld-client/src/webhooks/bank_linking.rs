//! Payloads of the events of bank linking.
//!
//! In one aggregation they come in the order of [`ConnectionCompleted`] with [`ConnectionStatusChange`],
//! [`AccountsUpdating`], [`AccountsUpdated`], [`TransactionsAggregated`] and, the first time, the same for the
//! transactions of the past.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::serde_json::Value;

use super::payload::payload;
use crate::bank_linking::{ConnectionExt, ConnectionState};

/// A payload with what all events of a connection have.
macro_rules! connection_payload {
    ($(#[$attribute:meta])* $name:ident { $($fields:tt)* }) => {
        payload! {
            $(#[$attribute])*
            $name {
                /// Meld's id of the customer.
                customer_id: Option<String> = "customerId",
                /// Your id of the customer.
                external_customer_id: Option<String> = "externalCustomerId",
                /// The id of the connection.
                connection_id: Option<String> = "connectionId",
                /// The id of the bank. Missing where the event is about transactions.
                institution_id: Option<String> = "institutionId",
                /// The id of the request or the job that caused the event, for Meld's support.
                request_id: Option<String> = "requestId",
                /// What the provider said, in the provider's own form; at least its name.
                service_provider_details: Option<Value> = "serviceProviderDetails" secret,
                $($fields)*
            }
        }
    };
}

connection_payload! {
    /// The customer has finished the widget, to link or to link again (`BANK_LINKING_CONNECTION_COMPLETED`).
    ///
    /// There is no data yet: wait for [`AccountsUpdated`], and for [`TransactionsAggregated`] before reading
    /// transactions. A change of the status to `ACTIVE` comes with it; a connection that heals by itself sends only
    /// that.
    ConnectionCompleted {
        /// The name of the bank.
        institution_name: Option<String> = "institutionName",
    }
}

connection_payload! {
    /// The status of a connection, or the reason for it, is another one (`BANK_LINKING_CONNECTION_STATUS_CHANGE`).
    ///
    /// This is the event to watch the health of connections by: at `RECONNECT_REQUIRED`, ask the customer to repair
    /// the connection in the widget.
    ConnectionStatusChange {
        /// The status before: `ACTIVE`.
        old_status: Option<String> = "oldStatus",
        /// The reason for it: `LOGIN_REQUIRED`.
        old_status_reason: Option<String> = "oldStatusReason",
        /// The status now. One guide also names `CUSTOMER_ACTION_REQUIRED`, which no list of statuses has.
        new_status: Option<String> = "newStatus",
        /// The reason for it.
        new_status_reason: Option<String> = "newStatusReason",
        /// Of connections of one customer to one login at a bank, the one that is active in place of this one.
        active_duplicate_connection_id: Option<String> = "activeDuplicateConnectionId",
    }
}

/// The status after the change.
impl ConnectionExt for ConnectionStatusChange {
    fn state(&self) -> ConnectionState {
        let status = self.new_status.as_deref().unwrap_or_default();
        ConnectionState::new(status, self.new_status_reason.as_deref())
    }
}

connection_payload! {
    /// A connection is gone (`BANK_LINKING_CONNECTION_DELETED`): you have deleted it or its customer, or consent was
    /// withdrawn at the bank. [`AccountsRemoved`] follows.
    ConnectionDeleted {
        /// The name of the bank.
        institution_name: Option<String> = "institutionName",
        /// Why.
        reason: Option<String> = "reason",
    }
}

connection_payload! {
    /// The customer has to repair a connection (`BANK_LINKING_CUSTOMER_ACTION_REQUIRED`). An older event;
    /// [`ConnectionStatusChange`] says more.
    CustomerActionRequired {
        /// Why.
        reason: Option<String> = "reason",
    }
}

connection_payload! {
    /// Accounts can be added (`BANK_LINKING_NEW_ACCOUNTS_AVAILABLE`) or were added (`BANK_LINKING_ACCOUNTS_ADDED`). No
    /// document says what else is in these events; see [`Event::payload_json`](super::Event::payload_json).
    ConnectionNotice {}
}

connection_payload! {
    /// Meld is fetching the accounts of a connection (`BANK_LINKING_ACCOUNTS_UPDATING`), for the first time, as it does
    /// each day, or because a refresh was asked for. Do not read them yet: [`AccountsUpdated`] follows.
    AccountsUpdating {
        /// The accounts.
        financial_accounts: Vec<UpdatingAccount> = "financialAccounts",
    }
}

payload! {
    /// An account that is being fetched.
    UpdatingAccount {
        /// The id of the account.
        id: Option<String> = "id",
        /// Its name, if the bank gives one.
        name: Option<String> = "name",
        /// The last four digits of its number, if they are known.
        truncated_account_number: Option<String> = "truncatedAccountNumber",
        /// Whether it was not there before.
        new_account: Option<bool> = "newAccount",
    }
}

connection_payload! {
    /// The accounts of a connection were fetched, with all products but transactions
    /// (`BANK_LINKING_ACCOUNTS_UPDATED`): read them now. It says that they were fetched and not that anything is new.
    ///
    /// It is never sent if `TRANSACTIONS` is the only product of the connection: then wait for
    /// [`TransactionsAggregated`].
    AccountsUpdated {
        /// When.
        successfully_aggregated_at: Option<DateTime<Utc>> = "successfullyAggregatedAt",
        /// The accounts; none if nothing was updated.
        financial_accounts: Vec<UpdatedAccount> = "financialAccounts",
    }
}

payload! {
    /// An account that was fetched.
    UpdatedAccount {
        /// The id of the account.
        id: Option<String> = "id",
        /// What was fetched of it: `BALANCES`; never `TRANSACTIONS`.
        products: Vec<String> = "products",
    }
}

connection_payload! {
    /// Accounts are gone (`BANK_LINKING_ACCOUNTS_REMOVED`), because consent was withdrawn or they were closed. It
    /// follows on [`ConnectionDeleted`].
    AccountsRemoved {
        /// The accounts.
        financial_accounts: Vec<RemovedAccount> = "financialAccounts",
    }
}

payload! {
    /// An account that is gone.
    RemovedAccount {
        /// The id of the account.
        id: Option<String> = "id",
    }
}

connection_payload! {
    /// Transactions were added or changed (`BANK_LINKING_TRANSACTIONS_AGGREGATED`), or those of the past are there as
    /// far as they will be (`BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED`, at most once for a connection).
    ///
    /// Read the transactions of each account down to the key of the oldest that was updated, store them by their ids,
    /// and drop those that were removed. They are searched for by account and not by connection.
    TransactionsAggregated {
        /// When.
        successfully_aggregated_at: Option<DateTime<Utc>> = "successfullyAggregatedAt",
        /// Whether some are still to come.
        is_partial: Option<bool> = "isPartial",
        /// The accounts.
        financial_accounts: Vec<AggregatedAccount> = "financialAccounts",
    }
}

payload! {
    /// An account whose transactions were fetched.
    AggregatedAccount {
        /// The id of the account. Other events name it `id`.
        financial_account_id: Option<String> = "financialAccountId",
        /// The key, in the search for transactions, of the oldest one that is new or changed.
        oldest_transaction_updated_search_key: Option<String> = "oldestTransactionUpdatedSearchKey",
        /// How many transactions are new.
        num_transactions_added: Option<u64> = "numTransactionsAdded",
        /// How many investment transactions are new.
        num_investment_transactions_added: Option<u64> = "numInvestmentTransactionsAdded",
        /// How many transactions changed.
        num_transactions_updated: Option<u64> = "numTransactionsUpdated",
        /// How many investment transactions changed.
        num_investment_transactions_updated: Option<u64> = "numInvestmentTransactionsUpdated",
        /// The ids of transactions that are gone.
        transaction_ids_removed: Vec<String> = "transactionIdsRemoved",
        /// The ids of investment transactions that are gone.
        investment_transaction_ids_removed: Vec<String> = "investmentTransactionIdsRemoved",
        /// Whether the transactions of the past could be had. `false` is normal for some banks. Only in
        /// `BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED`.
        historical_aggregation_succeeded: Option<bool> = "historicalAggregationSucceeded",
        /// Why not.
        historical_aggregation_error: Option<AggregationError> = "historicalAggregationError",
    }
}

payload! {
    /// Why the transactions of the past could not be had.
    AggregationError {
        /// What the provider said, in the provider's own form.
        error: Option<Value> = "error" secret,
        /// The provider: `MX`.
        service_provider: Option<String> = "serviceProvider",
    }
}
