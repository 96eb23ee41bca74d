//! Names that the rules would choose badly, as tables.

/// Names of schemas: module (`*` for any), name in the spec, Rust name.
pub const TYPE_NAMES: &[(&str, &str, &str)] = &[
    // Numbers and generic words do not describe the type.
    ("crypto", "ResponseData", "MercuryoPayment"),
    ("network_partner", "CurrencyResponse1", "CurrencyResponse"),
    ("network_partner", "PaymentMethod2", "RoutePaymentMethod"),
    ("network_partner", "Response", "FiatLimitsResponse"),
    ("network_partner", "Response1", "KycLimitsResponse"),
    // Without the date in the middle, the word `Limit` would occur twice.
    ("service_providers", "CryptoCurrencySellLimit20241212LimitDetails", "CryptoCurrencySellLimitDetails"),
    ("service_providers", "FiatCurrencyPurchaseLimit20231122LimitDetails", "FiatCurrencyPurchaseLimitDetails"),
    // Only imported transactions still have the schema without a date.
    ("payments", "PaymentTransactionOutput", "ExternalPaymentTransactionOutput"),
    ("payments", "PaymentTransactionResponse", "ExternalPaymentTransactionResponse"),
    ("payments", "ThreeDeeEssInput", "ThreeDsInput"),
];

/// Names of inline enums: module, `Schema.property` (or `method.parameter`) of one place, Rust name.
/// One place names the set of values for the whole module.
pub const ENUM_NAMES: &[(&str, &str, &str)] = &[
    ("bank_linking", "AuthenticationBypassDetails.category", "AuthenticationBypassCategory"),
    ("bank_linking", "ConnectStartRequest.products", "Product"),
    ("bank_linking", "FinancialAccountInvestmentHolding.type", "InvestmentHoldingType"),
    ("bank_linking", "FinancialAccountInvestmentTransaction.status", "PostingStatus"),
    ("bank_linking", "FinancialAccountInvestmentTransaction.type", "InvestmentTransactionType"),
    ("bank_linking", "FinancialAccountProcessorCreateTokenRequest.serviceProvider", "BankLinkingServiceProvider"),
    ("bank_linking", "FinancialAccountTransaction.category", "TransactionCategory"),
    ("bank_linking", "FinancialAccountTransaction.status", "TransactionStatus"),
    ("beta", "ActivityResponse.action", "ActivityAction"),
    ("crypto", "CryptoQuote.paymentMethodType", "QuotePaymentMethodType"),
    ("crypto", "CryptoQuote.integrationMode", "IntegrationMode"),
    ("crypto", "CryptoQuoteRequest.serviceProviders", "ServiceProvider"),
    ("crypto", "CryptoVirtualAccountQuote.serviceProvider", "ServiceProvider"),
    ("crypto", "CryptoQuote.serviceProvider", "RampServiceProvider"),
    ("crypto", "CryptoBuySessionData.serviceProvider", "ServiceProvider"),
    ("crypto", "HeadlessOrderOfframpRequest.serviceProvider", "HeadlessOfframpServiceProvider"),
    ("crypto", "HeadlessOrderOnrampRequest.serviceProvider", "HeadlessOnrampServiceProvider"),
    ("crypto", "HeadlessOrderOnrampResponse.responseKind", "HeadlessResponseKind"),
    ("crypto", "HeadlessOrderOnrampRequest.paymentMethodType", "HeadlessPaymentMethodType"),
    ("crypto", "VirtualAccountDepositInstructionsRequest.paymentMethodType", "DepositPaymentMethodType"),
    ("crypto", "VirtualAccountDepositInstructionsRequest.serviceProvider", "DepositServiceProvider"),
    ("crypto", "CheckoutUrlRequest.sessionType", "CheckoutSessionType"),
    ("crypto", "TransferOrder.providerMode", "ProviderMode"),
    ("crypto", "TransferOrder.transferMethod", "TransferMethod"),
    ("crypto", "TransferQueryRequest.operation", "TransferQuery"),
    ("crypto", "TransferVerification.purpose", "TransferVerificationPurpose"),
    ("crypto", "MultiFactorAuthorizationStatusOutput.method", "MultiFactorMethod"),
    ("payments", "MultiFactorAuthorizationStatusOutput.method", "MultiFactorMethod"),
    ("*", "CustomerAddress.type", "AddressType"),
    ("*", "CustomerAddressOutput.type", "AddressType"),
    ("customer", "Customer.status", "CustomerStatus"),
    ("customer", "Customer.type", "CustomerType"),
    ("customer", "CustomerKyc.status", "KycStatus"),
    ("customer", "ConfirmVerificationResponse.status", "VerificationResult"),
    ("customer", "CreateVerificationRequest.channel", "VerificationChannel"),
    ("customer", "InitiateKycRequest.kycShareProviders", "ServiceProvider"),
    ("customer", "InitiateKycRequest.mode", "KycInitiationMode"),
    ("customer", "InitiateKycRequest.serviceProvider", "KycProvider"),
    ("customer", "KycDataExportRequest.mode", "KycDataExportMode"),
    ("customer", "KycDocument.idDocSubType", "KycDocumentSide"),
    ("customer", "KycDocument.idDocType", "KycDocumentType"),
    ("customer", "KycRawData.mode", "KycRawDataMode"),
    ("customer", "KycTokenExportRequest.mode", "KycTokenExportMode"),
    ("customer", "VerificationResponse.status", "VerificationStatus"),
    ("payments", "PaymentMethodInput.type", "PaymentMethodType"),
    ("payments", "PaymentTransactionRequest.serviceProvider", "PaymentServiceProvider"),
    ("payments", "SimulateDepositRequest.serviceProvider", "DepositServiceProvider"),
    ("payments", "RiskAnalysisRequest.type", "TransactionType"),
    ("webhooks", "WebhookProfile.status", "WebhookProfileStatus"),
];

/// Property names that need the name of their owner to be meaningful.
pub const VAGUE_PROPERTIES: &[&str] = &[
    "action", "category", "kind", "level", "method", "mode", "name", "reason", "state", "status", "subtype", "type",
    "value",
];

/// Verbs at the end of an operationId; the method name starts with them.
pub const VERBS: &[&str] = &[
    "cancel", "capture", "create", "delete", "export", "find", "get", "import", "initiate", "list", "refresh",
    "refund", "repair", "search", "simulate", "start", "test", "update",
];

/// Verbs that act on several things, so that the noun stays in the plural.
pub const MANY: &[&str] = &["find", "list", "search"];

/// Names of methods: module, operationId, method name.
pub const METHOD_NAMES: &[(&str, &str, &str)] = &[
    // The verb is in the middle.
    ("bank_linking", "bank-linking-accounts-create-processor-token", "create_processor_token"),
    // Meld's guides and the path use `connect/start`.
    ("bank_linking", "bank-linking-connect-create", "start_connect"),
    // Imports several connections at once.
    ("bank_linking", "bank-linking-connections-import", "import_connections"),
    // A POST that computes a quote; nothing is fetched.
    ("crypto", "/crypto-quote-get", "create_quote"),
    ("crypto", "/crypto-virtual-account-quote-get", "create_virtual_account_quote"),
    ("crypto", "/crypto-session-widget-create", "create_widget_session"),
    // The words of the payments family are redundant in this one.
    ("crypto", "/payments-transactions-get", "get_transaction"),
    ("crypto", "/payments-transactions-search", "search_transactions"),
    ("crypto", "/payments-transactions-sessions-get", "get_transaction_by_session"),
    ("crypto", "/payments-virtual-account-ramp-offramp-order-create", "create_offramp_order"),
    ("crypto", "/payments-virtual-account-ramp-onramp-order-create", "create_onramp_order"),
    // The path has the order of the words.
    ("crypto", "/crypto-order-headless-offramp-create", "create_headless_offramp_order"),
    ("crypto", "/crypto-order-headless-onramp-create", "create_headless_onramp_order"),
    ("crypto", "/crypto-onramp-verification-requirements-get", "get_onramp_requirements"),
    ("crypto", "/payments-virtual-account-deposit-instructions-create", "create_deposit_instructions"),
    // The words of the path are not those of the guides.
    ("crypto", "/crypto-order-headless-transfer-create", "create_transfer_order"),
    ("crypto", "/crypto-order-headless-transfer-get", "get_transfer_order"),
    ("crypto", "/crypto-order-headless-transfer-actions-run", "run_transfer_action"),
    ("crypto", "/crypto-order-headless-transfer-actions-read", "read_transfer_action"),
    ("crypto", "/crypto-order-headless-transfer-account-links-delete", "delete_account_link"),
    ("crypto", "/crypto-session-widget-url-create", "create_checkout_url"),
    ("crypto", "/crypto-session-mercuryo-apple-pay-validate-merchant", "validate_apple_pay_merchant"),
    ("crypto", "/crypto-session-mercuryo-apple-pay-process", "process_apple_pay"),
    ("crypto", "/crypto-session-applepay-paymentsession-get", "get_apple_pay_payment_session"),
    ("customer", "accounts-customers-kyc-export-token", "export_kyc_token"),
    ("customer", "accounts-customers-kyc-export-raw-data", "export_kyc_data"),
    ("customer", "accounts-customers-kyc-import-raw-data", "import_kyc_data"),
    ("payments", "payments-mock-headless-simulate", "simulate_order"),
    ("payments", "payments-mock-headless-virtual-account-simulate-deposit", "simulate_deposit"),
    // The verb is at the end.
    ("customer", "accounts-customers-verifications-confirm", "confirm_verification"),
    // Names the effect instead of the HTTP method.
    ("payments", "/payment-token-post", "create_payment_token"),
    ("payments", "/payments-transactions-risk-analysis", "create_risk_analysis"),
    ("payments", "/payouts-transactions-create", "create_payout"),
    // Lists of properties and limits, which the operationIds name in the singular.
    ("service_providers", "service-providers-limits-crypto-currency-sells-get", "get_crypto_currency_sell_limits"),
    ("service_providers", "service-providers-limits-fiat-currency-purchase-get", "get_fiat_currency_purchase_limits"),
    ("service_providers", "service-providers-limits-kyc-fiat-level-get", "get_kyc_fiat_level_limits"),
    ("service_providers", "service-providers-properties-country-search", "search_countries"),
    ("service_providers", "service-providers-properties-crypto-currency-search", "search_crypto_currencies"),
    ("service_providers", "service-providers-properties-defaults-by-country-search", "search_defaults_by_country"),
    ("service_providers", "service-providers-properties-fiat-currency-search", "search_fiat_currencies"),
    ("service_providers", "service-providers-properties-payment-method-search", "search_payment_methods"),
    // Lists the types of events that a profile can subscribe to.
    ("webhooks", "webhooks-events-get", "list_event_types"),
];

/// Leading words of operationIds that stand for the family: module, words. Other families stand for their own name.
pub const FAMILY_WORDS: &[(&str, &[&str])] = &[("customer", &["accounts", "customers"])];

/// Names of fields whose JSON name is a bad Rust name or differs between versions: JSON name, Rust name.
pub const FIELD_NAMES: &[(&str, &str)] = &[
    ("3ds", "three_ds"),
    // `streetLineOne` and `streetLineTwo` since 2026-02-03; the Rust name is the same in all versions.
    ("street_line_1", "street_line_one"),
    ("street_line_2", "street_line_two"),
];

/// Names of setters of header parameters: header, Rust name.
pub const HEADER_NAMES: &[(&str, &str)] = &[
    ("Meld-Account-Id", "account_id"),
    ("Meld-Passthrough-Key-Id", "passthrough_key_id"),
    ("Meld-Passthrough-Key-Private", "passthrough_key_private"),
    ("Meld-Passthrough-Key-Public", "passthrough_key_public"),
    ("Meld-Passthrough-Oauth", "passthrough_oauth"),
    ("Meld-Passthrough-Reference", "passthrough_reference"),
    ("X-Idempotency-Key", "idempotency_key"),
];
