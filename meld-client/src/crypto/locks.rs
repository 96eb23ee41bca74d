//! What users cannot change in a widget.

meld_client_core::string_enum! {
    /// A field of a session that the user cannot change in the widget. Which of them a provider heeds, differs.
    pub enum LockField {
        /// The crypto currency.
        CryptoCurrency = "cryptoCurrency",
        /// What is got.
        DestinationCurrencyCode = "destinationCurrencyCode",
        /// What is given.
        SourceCurrencyCode = "sourceCurrencyCode",
        /// The wallet.
        WalletAddress = "walletAddress",
        /// How much is given.
        SourceAmount = "sourceAmount",
        /// The payment method.
        PaymentMethodType = "paymentMethodType",
    }
}
