//! The codes that Meld documents for failed requests.

use crate::json::macros::string_enum;

string_enum! {
    /// The code of an error response (field `code`), which programs branch on.
    ///
    /// New providers and features add codes. Treat an unknown one by its HTTP status. The number in brackets is the
    /// documented status.
    pub enum ErrorCode {
        /// The provider is not configured completely for the account (400).
        AccountBadConfiguration = "ACCOUNT_BAD_CONFIGURATION",
        /// Selling crypto is switched off for the account (400).
        AccountOfframpNotEnabled = "ACCOUNT_OFFRAMP_NOT_ENABLED",
        /// Buying crypto is switched off for the account (400).
        AccountOnrampNotEnabled = "ACCOUNT_ONRAMP_NOT_ENABLED",
        /// Headless transfers: a new `actionToken` is needed, with the same idempotency key (401).
        AuthorizationRequired = "AUTHORIZATION_REQUIRED",
        /// The request is not valid as a whole, for example with both kinds of customer id (400).
        BadRequest = "BAD_REQUEST",
        /// Headless transfers: another request is changing this customer's order (409).
        ConcurrentStateChange = "CONCURRENT_STATE_CHANGE",
        /// The current state does not allow this (409).
        Conflict = "CONFLICT",
        /// The wallet address or tag is blank, longer than 256 characters or has forbidden characters (400).
        CryptoInvalidDestinationWallet = "CRYPTO_INVALID_DESTINATION_WALLET",
        /// One of `customerId` and `externalCustomerId` is needed (400).
        CustomerIdRequired = "CUSTOMER_ID_REQUIRED",
        /// `bypassKyc` needs a customer whose KYC is approved (400).
        CustomerKycNotApproved = "CUSTOMER_KYC_NOT_APPROVED",
        /// There is no such customer (400, not 404).
        CustomerNotFound = "CUSTOMER_NOT_FOUND",
        /// A limit at the provider is reached; `errors` names what lifts it (422).
        CustomerNotPaymentReady = "CUSTOMER_NOT_PAYMENT_READY",
        /// The verification of the customer could not be determined (500).
        CustomerVerificationUnavailable = "CUSTOMER_VERIFICATION_UNAVAILABLE",
        /// The `externalSessionId` was used before (400).
        DuplicateExternalSessionId = "DUPLICATE_EXTERNAL_SESSION_ID",
        /// The account used the `externalOrderId` before (400 or 409).
        ExternalOrderIdNotUnique = "EXTERNAL_ORDER_ID_NOT_UNIQUE",
        /// A query failed within Meld; nothing was changed (500).
        FailedGettingTransaction = "FAILED_GETTING_TRANSACTION",
        /// The key is valid, but the account may not do this (403).
        Forbidden = "FORBIDDEN",
        /// The provider has no headless route, or no transfers (400).
        HeadlessNotSupported = "HEADLESS_NOT_SUPPORTED",
        /// The same request is still being executed; retry with the same key (425).
        HeadlessPaymentInProgress = "HEADLESS_PAYMENT_IN_PROGRESS",
        /// The outcome of the order is unknown (409).
        HeadlessPaymentOutcomeUnknown = "HEADLESS_PAYMENT_OUTCOME_UNKNOWN",
        /// The provider refused; a new order, key and `externalOrderId` are needed (422).
        HeadlessProviderRejected = "HEADLESS_PROVIDER_REJECTED",
        /// The idempotency key was used with another body (409).
        IdempotencyKeyConflict = "IDEMPOTENCY_KEY_CONFLICT",
        /// This operation requires an idempotency key (400).
        IdempotencyKeyRequired = "IDEMPOTENCY_KEY_REQUIRED",
        /// The provider cannot combine these values (400).
        IncompatibleRequest = "INCOMPATIBLE_REQUEST",
        /// Payments: the first transaction could not be created.
        InitialTransactionError = "INITIAL_TRANSACTION_ERROR",
        /// The provider refused the amount, or it has too many digits (400).
        InvalidAmount = "INVALID_AMOUNT",
        /// The amount or the currency is not valid (400).
        InvalidAmountOrCurrency = "INVALID_AMOUNT_OR_CURRENCY",
        /// More than any provider of this route takes (400).
        InvalidAmountTooHigh = "INVALID_AMOUNT_TOO_HIGH",
        /// Less than any provider of this route takes (400).
        InvalidAmountTooLow = "INVALID_AMOUNT_TOO_LOW",
        /// The cryptocurrency is not supported, or its network is not certain (400).
        InvalidCryptoCurrency = "INVALID_CRYPTO_CURRENCY",
        /// The fiat currency is not supported (400).
        InvalidFiatCurrency = "INVALID_FIAT_CURRENCY",
        /// The payment method is not known, or not available in this way (400).
        InvalidPaymentMethod = "INVALID_PAYMENT_METHOD",
        /// Headless transfers: the provider's response was not valid; get the order (502).
        InvalidProviderResponse = "INVALID_PROVIDER_RESPONSE",
        /// Query parameters were refused; `errors` names them (400).
        InvalidQueryParameter = "INVALID_QUERY_PARAMETER",
        /// The redirect URL breaks a rule, or none is allowed here (400).
        InvalidRedirectUrl = "INVALID_REDIRECT_URL",
        /// Headless transfers: a field or the idempotency key is not valid (400).
        InvalidRequest = "INVALID_REQUEST",
        /// The session token belongs to no active order.
        InvalidSessionId = "INVALID_SESSION_ID",
        /// Meld could not encode its response (500).
        JsonProcessingError = "JSON_PROCESSING_ERROR",
        /// The customer's KYC at this provider is not approved (403).
        KycNotCompleted = "KYC_NOT_COMPLETED",
        /// A token to share KYC data could not be created (500).
        KycTokenGenerationFailed = "KYC_TOKEN_GENERATION_FAILED",
        /// Only the consent to the provider's terms is missing (403).
        LegalAcceptanceRequired = "LEGAL_ACCEPTANCE_REQUIRED",
        /// There is no such resource; for quotes: no provider offers this combination (404).
        NotFound = "NOT_FOUND",
        /// The provider does not offer this (501).
        NotSupported = "NOT_SUPPORTED",
        /// No provider quotes this method and amount; often the method is a display name (400).
        NoValidQuotes = "NO_VALID_QUOTES",
        /// Headless transfers: the same operation is running; retry later with the same key (425).
        OperationInFlight = "OPERATION_IN_FLIGHT",
        /// Headless transfers: the order has changed; get it (409).
        OrderStateChanged = "ORDER_STATE_CHANGED",
        /// The `Meld-Passthrough-*` headers are incomplete or contradict each other (400).
        PassthroughCredentialsInvalid = "PASSTHROUGH_CREDENTIALS_INVALID",
        /// No headless route for this method, country, pair and network (400).
        PaymentMethodNotSupported = "PAYMENT_METHOD_NOT_SUPPORTED",
        /// Payments: the state of the payment transaction does not allow this.
        PaymentTransactionStateInvalid = "PAYMENT_TRANSACTION_STATE_INVALID",
        /// `customerPhoneNumber` is needed (400).
        PhoneNumberRequired = "PHONE_NUMBER_REQUIRED",
        /// Payments: the state of the transaction before this one does not allow this.
        PreviousTransactionStateInvalid = "PREVIOUS_TRANSACTION_STATE_INVALID",
        /// No authorisation at the provider is stored under this id (500).
        PriorAuthenticationError = "PRIOR_AUTHENTICATION_ERROR",
        /// Headless transfers: the provider limits requests; retry later with the same key (429).
        ProviderRateLimited = "PROVIDER_RATE_LIMITED",
        /// Headless transfers: the provider refused; get the order (422).
        ProviderRejected = "PROVIDER_REJECTED",
        /// Headless transfers: the provider is not reachable; retry later with the same key (502).
        ProviderUnavailable = "PROVIDER_UNAVAILABLE",
        /// The providers were too slow (408).
        QuoteTimeout = "QUOTE_TIMEOUT",
        /// Headless transfers: sent before under another key or account; get the order (409).
        RequestConflict = "REQUEST_CONFLICT",
        /// No transfer route for this account, country and asset (409).
        RoutingUnavailable = "ROUTING_UNAVAILABLE",
        /// Meld could not log in at the provider; unrelated to the caller's key (401).
        ServiceProviderAuthenticationException = "SERVICE_PROVIDER_AUTHENTICATION_EXCEPTION",
        /// The provider failed (500).
        ServiceProviderError = "SERVICE_PROVIDER_ERROR",
        /// The provider is switched off for the account (403).
        ServiceProviderNotEnabled = "SERVICE_PROVIDER_NOT_ENABLED",
        /// Headless transfers: there is no such state; get the order (404).
        StateNotFound = "STATE_NOT_FOUND",
        /// Stripe refused; a new order, key and `externalOrderId` are needed (422).
        StripeHeadlessProviderRejected = "STRIPE_HEADLESS_PROVIDER_REJECTED",
        /// A request with the same idempotency key is still being executed (425).
        TooEarly = "TOO_EARLY",
        /// A cooldown or daily limit, until `resendAvailableAt` in the body (429).
        TooManyRequests = "TOO_MANY_REQUESTS",
        /// Payments: the transaction could not be created.
        TransactionCreationError = "TRANSACTION_CREATION_ERROR",
        /// The provider could not be reached (500).
        TransactionException = "TRANSACTION_EXCEPTION",
        /// A required provider returned no quote (500).
        TransactionFailedGettingCryptoQuote = "TRANSACTION_FAILED_GETTING_CRYPTO_QUOTE",
        /// No provider returned a quote or a reason (422).
        TransactionFailedGettingCryptoQuoteFromProvider =
            "TRANSACTION_FAILED_GETTING_CRYPTO_QUOTE_FROM_PROVIDER",
        /// The transaction does not exist yet; retry later (404).
        TransactionFetchBySessionNotYetCreatedWithProvider =
            "TRANSACTION_FETCH_BY_SESSION_NOT_YET_CREATED_WITH_PROVIDER",
        /// This provider does not find transactions by session before they exist (404).
        TransactionFetchBySessionProviderUnsupported =
            "TRANSACTION_FETCH_BY_SESSION_PROVIDER_UNSUPPORTED",
        /// Payments: no transaction has this id.
        TransactionInvalidId = "TRANSACTION_INVALID_ID",
        /// The kind of transaction could not be determined (400).
        TransactionInvalidParameter = "TRANSACTION_INVALID_PARAMETER",
        /// The provider is missing or not valid (400).
        TransactionInvalidProvider = "TRANSACTION_INVALID_PROVIDER",
        /// Payments: the provider's id of the transaction is not valid.
        TransactionInvalidServiceTransactionId = "TRANSACTION_INVALID_SERVICE_TRANSACTION_ID",
        /// Payments: the id of the transaction's state is not valid.
        TransactionInvalidStateId = "TRANSACTION_INVALID_STATE_ID",
        /// Payments: the provider's details are missing.
        TransactionMissingServiceProviderDetails = "TRANSACTION_MISSING_SERVICE_PROVIDER_DETAILS",
        /// Payments: there was no response.
        TransactionNoResponse = "TRANSACTION_NO_RESPONSE",
        /// Payments: the gateway's response has no result.
        TransactionNoResult = "TRANSACTION_NO_RESULT",
        /// Payments: data of the transaction is missing.
        TransactionNullData = "TRANSACTION_NULL_DATA",
        /// The provider does not support this combination (400).
        TransactionPropertyCombinationNotSupportedByServiceProvider =
            "TRANSACTION_PROPERTY_COMBINATION_NOT_SUPPORTED_BY_SERVICE_PROVIDER",
        /// Payments: the request to the gateway could not be created.
        TransactionRequestCreationError = "TRANSACTION_REQUEST_CREATION_ERROR",
        /// A field is not valid (400).
        TransactionRequestValidationError = "TRANSACTION_REQUEST_VALIDATION_ERROR",
        /// Payments: there was nothing to update.
        TransactionUpdateNullError = "TRANSACTION_UPDATE_NULL_ERROR",
        /// A transfer with an unknown outcome blocks this (409).
        TransferInProgress = "TRANSFER_IN_PROGRESS",
        /// Transfers need `countryCode` `US` (400).
        TransferJurisdictionUnsupported = "TRANSFER_JURISDICTION_UNSUPPORTED",
        /// Transfers are switched off for the account (403).
        TransferNotEnabled = "TRANSFER_NOT_ENABLED",
        /// More than 10 transfer orders of this customer within an hour (429).
        TransferRateLimited = "TRANSFER_RATE_LIMITED",
        /// The credentials are missing or wrong (401).
        Unauthorized = "UNAUTHORIZED",
        /// Meld failed (500).
        UnexpectedError = "UNEXPECTED_ERROR",
        /// The reason is unknown to Meld.
        UnknownError = "UNKNOWN",
        /// A verification is missing; `errors` lists it (403).
        VerificationRequired = "VERIFICATION_REQUIRED",
        /// The verification code could not be sent (502).
        VerificationSendFailed = "VERIFICATION_SEND_FAILED",
        /// Headless and white-label use is switched off for the account (403).
        WhitelabelNotEnabled = "WHITELABEL_NOT_ENABLED",
    }
}
