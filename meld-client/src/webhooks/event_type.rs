//! The types of events.

meld_client_core::string_enum! {
    /// What kind of event it is. New ones come without notice and are `Unknown` here.
    pub enum EventType {
        /// The customer has finished the widget of a bank. No data yet.
        BankLinkingConnectionCompleted = "BANK_LINKING_CONNECTION_COMPLETED",
        /// The status of a connection, or the reason for it, is another one.
        BankLinkingConnectionStatusChange = "BANK_LINKING_CONNECTION_STATUS_CHANGE",
        /// A connection is gone.
        BankLinkingConnectionDeleted = "BANK_LINKING_CONNECTION_DELETED",
        /// The customer has to repair a connection. An older event; subscribe to
        /// `BANK_LINKING_CONNECTION_STATUS_CHANGE`.
        BankLinkingCustomerActionRequired = "BANK_LINKING_CUSTOMER_ACTION_REQUIRED",
        /// There are accounts at the bank that are not linked.
        BankLinkingNewAccountsAvailable = "BANK_LINKING_NEW_ACCOUNTS_AVAILABLE",
        /// Accounts were linked.
        BankLinkingAccountsAdded = "BANK_LINKING_ACCOUNTS_ADDED",
        /// Accounts are being fetched. Do not read them yet.
        BankLinkingAccountsUpdating = "BANK_LINKING_ACCOUNTS_UPDATING",
        /// Accounts were fetched: all products but transactions. Never sent if `TRANSACTIONS` is the only product.
        BankLinkingAccountsUpdated = "BANK_LINKING_ACCOUNTS_UPDATED",
        /// Accounts are gone.
        BankLinkingAccountsRemoved = "BANK_LINKING_ACCOUNTS_REMOVED",
        /// Transactions were added or changed.
        BankLinkingTransactionsAggregated = "BANK_LINKING_TRANSACTIONS_AGGREGATED",
        /// The transactions of the past were fetched, or cannot be had.
        BankLinkingHistoricalTransactionsAggregated =
            "BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED",
        /// A crypto transaction has begun.
        TransactionCryptoPending = "TRANSACTION_CRYPTO_PENDING",
        /// The crypto, or what it was sold for, is on its way.
        TransactionCryptoTransferring = "TRANSACTION_CRYPTO_TRANSFERRING",
        /// A crypto transaction is settled.
        TransactionCryptoComplete = "TRANSACTION_CRYPTO_COMPLETE",
        /// A crypto transaction has failed, or was declined, cancelled or refunded.
        TransactionCryptoFailed = "TRANSACTION_CRYPTO_FAILED",
        /// A payment or payout was made.
        TransactionFiatCreated = "TRANSACTION_FIAT_CREATED",
        /// A payment or payout has changed. Only from providers that tell Meld.
        TransactionFiatUpdated = "TRANSACTION_FIAT_UPDATED",
        /// A provider thinks otherwise of a customer.
        CustomerKycStatusChange = "CUSTOMER_KYC_STATUS_CHANGE",
        /// A test of a webhook profile.
        WebhookTest = "WEBHOOK_TEST",
        /// A test.
        Test = "TEST",
    }
}
