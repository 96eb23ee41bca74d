//! The types of events.

meld_client_core::string_enum! {
    /// The type of an event. Meld adds types without notice; those are `Unknown`.
    pub enum EventType {
        /// The customer finished the bank-linking widget. No data is available yet.
        BankLinkingConnectionCompleted = "BANK_LINKING_CONNECTION_COMPLETED",
        /// The status of a connection, or its reason, changed.
        BankLinkingConnectionStatusChange = "BANK_LINKING_CONNECTION_STATUS_CHANGE",
        /// A connection was deleted.
        BankLinkingConnectionDeleted = "BANK_LINKING_CONNECTION_DELETED",
        /// The customer has to repair a connection. An older event; subscribe to
        /// `BANK_LINKING_CONNECTION_STATUS_CHANGE` instead.
        BankLinkingCustomerActionRequired = "BANK_LINKING_CUSTOMER_ACTION_REQUIRED",
        /// The bank has accounts that are not linked.
        BankLinkingNewAccountsAvailable = "BANK_LINKING_NEW_ACCOUNTS_AVAILABLE",
        /// Accounts were linked.
        BankLinkingAccountsAdded = "BANK_LINKING_ACCOUNTS_ADDED",
        /// Accounts are being updated. Do not read them yet.
        BankLinkingAccountsUpdating = "BANK_LINKING_ACCOUNTS_UPDATING",
        /// Accounts were updated, with all products except transactions. Never sent if `TRANSACTIONS` is the only
        /// product.
        BankLinkingAccountsUpdated = "BANK_LINKING_ACCOUNTS_UPDATED",
        /// Accounts were removed.
        BankLinkingAccountsRemoved = "BANK_LINKING_ACCOUNTS_REMOVED",
        /// Transactions were added or changed.
        BankLinkingTransactionsAggregated = "BANK_LINKING_TRANSACTIONS_AGGREGATED",
        /// The import of historical transactions finished or failed.
        BankLinkingHistoricalTransactionsAggregated =
            "BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED",
        /// A crypto transaction was created.
        TransactionCryptoPending = "TRANSACTION_CRYPTO_PENDING",
        /// The crypto, or the proceeds of a sale, are being transferred.
        TransactionCryptoTransferring = "TRANSACTION_CRYPTO_TRANSFERRING",
        /// A crypto transaction settled.
        TransactionCryptoComplete = "TRANSACTION_CRYPTO_COMPLETE",
        /// A crypto transaction failed, or was declined, cancelled or refunded.
        TransactionCryptoFailed = "TRANSACTION_CRYPTO_FAILED",
        /// A payment or payout was created.
        TransactionFiatCreated = "TRANSACTION_FIAT_CREATED",
        /// A payment or payout changed. Only sent for providers that notify Meld.
        TransactionFiatUpdated = "TRANSACTION_FIAT_UPDATED",
        /// The KYC status of a customer at a provider changed.
        CustomerKycStatusChange = "CUSTOMER_KYC_STATUS_CHANGE",
        /// A test event for a webhook profile.
        WebhookTest = "WEBHOOK_TEST",
        /// A test event.
        Test = "TEST",
    }
}
