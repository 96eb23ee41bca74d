//! Payloads of bank-linking events.
//!
//! The events of one aggregation are, in order: [`ConnectionCompleted`] with [`ConnectionStatusChange`],
//! [`AccountsUpdating`], [`AccountsUpdated`], [`TransactionsAggregated`] and, the first time,
//! [`TransactionsAggregated`] for historical transactions.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::serde_json::Value;

use super::payload::{has_ids, payload};
use crate::bank_linking::{ConnectionExt, ConnectionState};

/// Declares a payload with the fields that all events of a connection have.
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
                /// The id of the bank. Missing in events about transactions.
                institution_id: Option<String> = "institutionId",
                /// The id of the request or job that caused the event, for Meld's support.
                request_id: Option<String> = "requestId",
                /// Details in the provider's own format, with at least its name. Redacted in `Debug` output.
                service_provider_details: Option<Value> = "serviceProviderDetails" secret,
                $($fields)*
            }
        }

        has_ids!($name: request_id customer_id external_customer_id connection_id);
    };
}

connection_payload! {
    /// The customer finished the widget, to link or to relink a bank (`BANK_LINKING_CONNECTION_COMPLETED`).
    ///
    /// No data is available yet: wait for [`AccountsUpdated`], and for [`TransactionsAggregated`] before reading
    /// transactions. A [`ConnectionStatusChange`] to `ACTIVE` accompanies this event. A connection that recovers by
    /// itself sends only that.
    ConnectionCompleted {
        /// The name of the bank.
        institution_name: Option<String> = "institutionName",
    }
}

connection_payload! {
    /// The status of a connection, or its reason, changed (`BANK_LINKING_CONNECTION_STATUS_CHANGE`).
    ///
    /// Use this event to monitor connections. On `RECONNECT_REQUIRED`, ask the customer to repair the connection in the
    /// widget.
    ConnectionStatusChange {
        /// The previous status, such as `ACTIVE`.
        old_status: Option<String> = "oldStatus",
        /// The reason for the previous status, such as `LOGIN_REQUIRED`.
        old_status_reason: Option<String> = "oldStatusReason",
        /// The current status. One guide also names `CUSTOMER_ACTION_REQUIRED`, which is in no list of statuses.
        new_status: Option<String> = "newStatus",
        /// The reason for the current status.
        new_status_reason: Option<String> = "newStatusReason",
        /// The id of the active connection that duplicates this one: same customer, same bank login.
        active_duplicate_connection_id: Option<String> = "activeDuplicateConnectionId",
    }
}

/// Uses the status after the change.
impl ConnectionExt for ConnectionStatusChange {
    fn state(&self) -> ConnectionState {
        let status = self.new_status.as_deref().unwrap_or_default();
        ConnectionState::new(status, self.new_status_reason.as_deref())
    }
}

connection_payload! {
    /// A connection was deleted (`BANK_LINKING_CONNECTION_DELETED`): by deleting it or its customer, or because consent
    /// was withdrawn at the bank. [`AccountsRemoved`] follows.
    ConnectionDeleted {
        /// The name of the bank.
        institution_name: Option<String> = "institutionName",
        /// The reason for the deletion.
        reason: Option<String> = "reason",
    }
}

connection_payload! {
    /// The customer has to repair a connection (`BANK_LINKING_CUSTOMER_ACTION_REQUIRED`). An older event; prefer
    /// [`ConnectionStatusChange`], which has more details.
    CustomerActionRequired {
        /// The reason.
        reason: Option<String> = "reason",
    }
}

connection_payload! {
    /// Accounts can be added (`BANK_LINKING_NEW_ACCOUNTS_AVAILABLE`) or were added (`BANK_LINKING_ACCOUNTS_ADDED`).
    ///
    /// Other fields of these events are not documented; see [`Event::payload_json`](super::Event::payload_json).
    ConnectionNotice {}
}

connection_payload! {
    /// Meld is updating the accounts of a connection (`BANK_LINKING_ACCOUNTS_UPDATING`): for the first time, in the
    /// daily update, or after a refresh request. Do not read them yet: [`AccountsUpdated`] follows.
    AccountsUpdating {
        /// The accounts being updated.
        financial_accounts: Vec<UpdatingAccount> = "financialAccounts",
    }
}

payload! {
    /// An account of [`AccountsUpdating`].
    UpdatingAccount {
        /// The id of the account.
        id: Option<String> = "id",
        /// The name, if the bank provides one.
        name: Option<String> = "name",
        /// The last four digits of the account number, if known.
        truncated_account_number: Option<String> = "truncatedAccountNumber",
        /// `true` if the account is new.
        new_account: Option<bool> = "newAccount",
    }
}

connection_payload! {
    /// The accounts of a connection were updated, with all products except transactions
    /// (`BANK_LINKING_ACCOUNTS_UPDATED`). Read them now; nothing need have changed.
    ///
    /// This event is never sent if `TRANSACTIONS` is the only product of the connection. Wait for
    /// [`TransactionsAggregated`] in this case.
    AccountsUpdated {
        /// The time of the update.
        successfully_aggregated_at: Option<DateTime<Utc>> = "successfullyAggregatedAt",
        /// The updated accounts. Empty if none was updated.
        financial_accounts: Vec<UpdatedAccount> = "financialAccounts",
    }
}

payload! {
    /// An account of [`AccountsUpdated`].
    UpdatedAccount {
        /// The id of the account.
        id: Option<String> = "id",
        /// The updated products, such as `BALANCES`. Never `TRANSACTIONS`.
        products: Vec<String> = "products",
    }
}

connection_payload! {
    /// Accounts were removed (`BANK_LINKING_ACCOUNTS_REMOVED`), because consent was withdrawn or they were closed.
    /// Follows [`ConnectionDeleted`].
    AccountsRemoved {
        /// The removed accounts.
        financial_accounts: Vec<RemovedAccount> = "financialAccounts",
    }
}

payload! {
    /// An account of [`AccountsRemoved`].
    RemovedAccount {
        /// The id of the account.
        id: Option<String> = "id",
    }
}

connection_payload! {
    /// Transactions were added or changed (`BANK_LINKING_TRANSACTIONS_AGGREGATED`), or all available historical
    /// transactions were imported (`BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED`, at most once per connection).
    ///
    /// For each account, read the transactions down to the oldest updated key, store them by id, and delete the removed
    /// ones. Transactions are searched by account, not by connection.
    TransactionsAggregated {
        /// The time of the aggregation.
        successfully_aggregated_at: Option<DateTime<Utc>> = "successfullyAggregatedAt",
        /// `true` if more transactions are still to come.
        is_partial: Option<bool> = "isPartial",
        /// The accounts with new, changed or removed transactions.
        financial_accounts: Vec<AggregatedAccount> = "financialAccounts",
    }
}

payload! {
    /// An account of [`TransactionsAggregated`].
    AggregatedAccount {
        /// The id of the account. Other events call it `id`.
        financial_account_id: Option<String> = "financialAccountId",
        /// The key of the oldest new or changed transaction in the transaction search.
        oldest_transaction_updated_search_key: Option<String> = "oldestTransactionUpdatedSearchKey",
        /// The number of new transactions.
        num_transactions_added: Option<u64> = "numTransactionsAdded",
        /// The number of new investment transactions.
        num_investment_transactions_added: Option<u64> = "numInvestmentTransactionsAdded",
        /// The number of changed transactions.
        num_transactions_updated: Option<u64> = "numTransactionsUpdated",
        /// The number of changed investment transactions.
        num_investment_transactions_updated: Option<u64> = "numInvestmentTransactionsUpdated",
        /// The ids of removed transactions.
        transaction_ids_removed: Vec<String> = "transactionIdsRemoved",
        /// The ids of removed investment transactions.
        investment_transaction_ids_removed: Vec<String> = "investmentTransactionIdsRemoved",
        /// `true` if historical transactions were imported. `false` is normal for some banks. Only in
        /// `BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED`.
        historical_aggregation_succeeded: Option<bool> = "historicalAggregationSucceeded",
        /// The reason for a failed import.
        historical_aggregation_error: Option<AggregationError> = "historicalAggregationError",
    }
}

payload! {
    /// The reason for a failed import of historical transactions.
    AggregationError {
        /// The error in the provider's own format. Redacted in `Debug` output.
        error: Option<Value> = "error" secret,
        /// The provider, such as `MX`.
        service_provider: Option<String> = "serviceProvider",
    }
}
