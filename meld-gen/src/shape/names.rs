//! Every name that a rule would choose badly, in one place.

/// Schemas that get another name than the rules give: module (`*` for any), name in the document, Rust name.
pub const TYPE_NAMES: &[(&str, &str, &str)] = &[
    // Generated numbers and empty words say nothing to a user.
    ("network_partner", "CurrencyResponse1", "CurrencyResponse"),
    ("network_partner", "PaymentMethod2", "RoutePaymentMethod"),
    ("network_partner", "Response", "FiatLimitsResponse"),
    ("network_partner", "Response1", "KycLimitsResponse"),
    // Without the date in the middle, the word Limit would stand twice.
    (
        "service_providers",
        "CryptoCurrencySellLimit20241212LimitDetails",
        "CryptoCurrencySellLimitDetails",
    ),
    (
        "service_providers",
        "FiatCurrencyPurchaseLimit20231122LimitDetails",
        "FiatCurrencyPurchaseLimitDetails",
    ),
    // Only imported transactions still have the form from before all dates.
    ("payments", "PaymentTransactionOutput", "ExternalPaymentTransactionOutput"),
    ("payments", "PaymentTransactionResponse", "ExternalPaymentTransactionResponse"),
    ("payments", "ThreeDeeEssInput", "ThreeDsInput"),
];

/// Enums that stand inline: module, `Schema.property` (or `method.parameter`) of one place, Rust name.
/// One place names the set of values wherever it stands in the module.
pub const ENUM_NAMES: &[(&str, &str, &str)] = &[
    ("bank_linking", "AuthenticationBypassDetails.category", "AuthenticationBypassCategory"),
    ("bank_linking", "ConnectStartRequest.products", "Product"),
    ("bank_linking", "FinancialAccountInvestmentHolding.type", "InvestmentHoldingType"),
    ("bank_linking", "FinancialAccountInvestmentTransaction.status", "PostingStatus"),
    ("bank_linking", "FinancialAccountInvestmentTransaction.type", "InvestmentTransactionType"),
    (
        "bank_linking",
        "FinancialAccountProcessorCreateTokenRequest.serviceProvider",
        "BankLinkingServiceProvider",
    ),
    ("bank_linking", "FinancialAccountTransaction.category", "TransactionCategory"),
    ("bank_linking", "FinancialAccountTransaction.status", "TransactionStatus"),
    ("beta", "ActivityResponse.action", "ActivityAction"),
    ("crypto", "CryptoQuote.paymentMethodType", "QuotePaymentMethodType"),
    ("crypto", "CryptoQuoteRequest.serviceProviders", "ServiceProvider"),
    ("crypto", "CryptoVirtualAccountQuote.serviceProvider", "ServiceProvider"),
    ("crypto", "CryptoQuote.serviceProvider", "RampServiceProvider"),
    ("crypto", "MultiFactorAuthorizationStatusOutput.method", "MultiFactorMethod"),
    ("payments", "MultiFactorAuthorizationStatusOutput.method", "MultiFactorMethod"),
    ("*", "CustomerAddress.type", "AddressType"),
    ("*", "CustomerAddressOutput.type", "AddressType"),
    ("customer", "Customer.status", "CustomerStatus"),
    ("customer", "Customer.type", "CustomerType"),
    ("customer", "CustomerKyc.status", "KycStatus"),
    ("customer", "InitiateKycRequest.mode", "KycInitiationMode"),
    ("customer", "InitiateKycRequest.serviceProvider", "KycProvider"),
    ("payments", "PaymentMethodInput.type", "PaymentMethodType"),
    ("payments", "PaymentTransactionRequest.serviceProvider", "PaymentServiceProvider"),
    ("payments", "RiskAnalysisRequest.type", "TransactionType"),
    ("webhooks", "WebhookProfile.status", "WebhookProfileStatus"),
];

/// Property names that say nothing without the name of their owner.
pub const VAGUE_PROPERTIES: &[&str] = &[
    "action", "category", "kind", "level", "method", "mode", "name", "reason", "state", "status",
    "subtype", "type", "value",
];

/// Operations whose method gets another name than the rule gives: module, operationId, method name.
pub const METHOD_NAMES: &[(&str, &str, &str)] = &[
    // Both are POSTs that compute a quote; nothing is fetched.
    ("crypto", "/crypto-quote-get", "quote"),
    ("crypto", "/crypto-virtual-account-quote-get", "virtual_account_quote"),
    // Says what it makes instead of the HTTP method.
    ("payments", "/payment-token-post", "token_create"),
];

/// Leading words of operationIds that stand for the family: module, words.
/// A family outside of this table stands for its own name.
pub const FAMILY_WORDS: &[(&str, &[&str])] = &[("customer", &["accounts", "customers"])];

/// Fields whose name in JSON makes no good Rust name, or differs between versions: JSON name, Rust name.
pub const FIELD_NAMES: &[(&str, &str)] = &[
    ("3ds", "three_ds"),
    // Called streetLineOne and streetLineTwo from 2026-02-03 on: one Rust name for all versions.
    ("street_line_1", "street_line_one"),
    ("street_line_2", "street_line_two"),
];

/// Header parameters whose setter has another name than the header: header, Rust name.
pub const HEADER_NAMES: &[(&str, &str)] = &[
    ("Meld-Account-Id", "account_id"),
    ("Meld-Passthrough-Key-Id", "passthrough_key_id"),
    ("Meld-Passthrough-Key-Private", "passthrough_key_private"),
    ("Meld-Passthrough-Key-Public", "passthrough_key_public"),
    ("Meld-Passthrough-Oauth", "passthrough_oauth"),
    ("Meld-Passthrough-Reference", "passthrough_reference"),
    ("X-Idempotency-Key", "idempotency_key"),
];

/// Type names that generated code uses itself; a schema of such a name gets the word `Schema` behind it, and an
/// operation's builder the word `Builder`.
pub const RESERVED_TYPES: &[&str] = &[
    "BTreeMap",
    "Bound",
    "Box",
    "Check",
    "Checker",
    "Client",
    "DateTime",
    "Decimal",
    "Default",
    "Deserialize",
    "Err",
    "Error",
    "ErrorResponse",
    "From",
    "Into",
    "IntoIterator",
    "Map",
    "Method",
    "NaiveDate",
    "None",
    "Nullable",
    "Ok",
    "Operation",
    "Option",
    "Parameter",
    "Request",
    "ResponseValue",
    "Result",
    "Self",
    "Serialize",
    "Some",
    "String",
    "Transport",
    "TryFrom",
    "TryInto",
    "Utc",
    "Uuid",
    "Value",
    "Vec",
];
