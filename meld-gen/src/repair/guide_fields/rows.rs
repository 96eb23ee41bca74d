//! The table of what Meld's guides show and its specs lack.

use super::{Change, Field, Operation, Row};

const APPLE_PAY: &str = "docs/stablecoins/headless-integration/apple-pay";
const CARDS: &str = "docs/stablecoins/headless-integration/cards";
const DEPOSITS: &str = "docs/stablecoins/virtual-account-integration/payins";
const ELIGIBILITY: &str = "docs/stablecoins/headless-integration/shared-flows/eligibility";
const HEADLESS: &str = "docs/stablecoins/headless-integration";
const NETWORK_PARTNER: &str =
    "docs/stablecoins/white-label-api-integration/migration-service-provider-to-network-partner";
const SEARCH: &str = "reference/payments-transactions-search";
const STATUSES: &str = "docs/stablecoins/for-all-products/transaction-statuses";
const QUOTES: &str = "docs/stablecoins/headless-integration/shared-flows/quotes";
const VERIFICATION: &str = "docs/stablecoins/headless-integration/shared-flows/verification";

const QUOTE: Operation = Operation("post", "/payments/crypto/quote");
const ONRAMP: Operation = Operation("post", "/crypto/order/headless/onramp");
const INSTRUCTIONS: Operation = Operation("post", "/payments/virtual-account/deposit-instructions");
const TRANSACTIONS: Operation = Operation("get", "/payments/transactions");
const UPDATE_KYC: Operation = Operation("patch", "/accounts/customers/{customerId}/kyc/initiate");
const VERIFY: Operation = Operation("post", "/accounts/customers/{customerId}/verifications");

const INTEGRATION_MODES: Field = Field::Enum(
    "Integration of the quotes: with a widget (default), headless, or both",
    &["WIDGET", "HEADLESS", "ALL"],
);
const CHAIN: Field = Field::Text("Well-known ID of the blockchain network, such as `1`");
const NETWORK: Field = Field::Text("Meld's code of the blockchain network that the crypto is sent on");
const SUBDIVISION: Field = Field::Text("ISO 3166-2 code of the customer's state or province, such as `US-CA`");
const PROVIDERS: &[&str] = &["STRIPE", "BANXA", "COINBASEPAY"];
const STATUS: Field = Field::Reference("TransactionStatus", "Current status of the transaction");
const TRANSACTION_STATUS: Change = Change::Enum(
    "TransactionStatus",
    "PaymentTransactionOutput",
    Field::Enum(
        "Status of a transaction. `TransactionStatusExt` of the crate `meld-client` returns its progress.",
        &[
            "PENDING_CREATED",
            "PENDING",
            "TWO_FA_REQUIRED",
            "TWO_FA_PROVIDED",
            "SETTLING",
            "ERROR",
            "ONRAMP_SETTLED",
            "SWAPPING",
            "SWAP_SETTLED",
            "PROCESSING",
            "SETTLED",
            "FAILED",
            "DECLINED",
            "CANCELLED",
            "REFUNDED",
            "PARTIALLY_REFUNDED",
            "VOIDED",
            "ACCEPTED",
            "AUTHORIZED",
            "PARTIALLY_SETTLED",
            "AUTHORIZATION_EXPIRED",
        ],
    ),
);
const SURFACE: Field = Field::Reference("HeadlessSurface", "Surface of the payment in the app");

/// The versions are the oldest ones that have the row.
pub(super) static ROWS: &[Row] = &[
    row("crypto", NEWEST, QUOTES, Change::Parameter(QUOTE, "integrationMode", INTEGRATION_MODES)),
    row("crypto", NEWEST, QUOTES, Change::ParameterVersion(QUOTE, "integrationMode", HEADLESS_VERSION)),
    row("crypto", NEWEST, QUOTES, Change::Property("CryptoQuote", "destinationNetworkCode", NETWORK)),
    row("crypto", NEWEST, QUOTES, Change::Property("CryptoQuote", "integrationMode", INTEGRATION_MODES)),
    row(
        "crypto",
        NEWEST,
        QUOTES,
        Change::Property("CryptoQuote", "kycMode", Field::Text("Mode in which the provider runs KYC, such as `ASYNC`")),
    ),
    row("crypto", NEWEST, HEADLESS, Change::Version(ONRAMP, HEADLESS_VERSION)),
    row("crypto", NEWEST, CARDS, Change::Property("HeadlessOrderOnrampRequest", "destinationNetworkCode", NETWORK)),
    row("crypto", NEWEST, CARDS, Change::Property("HeadlessOrderOnrampRequest", "subdivision", SUBDIVISION)),
    row("crypto", NEWEST, CARDS, Change::DecimalText("HeadlessOrderOnrampRequest", "sourceAmount")),
    row("crypto", NEWEST, HEADLESS, Change::Values("HeadlessOrderOnrampRequest", "serviceProvider", PROVIDERS)),
    row("crypto", NEWEST, CARDS, Change::Property("RequestPayload", "destinationNetworkCode", NETWORK)),
    row("crypto", NEWEST, CARDS, Change::Property("RequestPayload", "subdivision", SUBDIVISION)),
    row("crypto", NEWEST, HEADLESS, Change::Values("RequestPayload", "serviceProvider", PROVIDERS)),
    row(
        "crypto",
        NEWEST,
        APPLE_PAY,
        Change::Property(
            "HeadlessOrderOnrampResponse",
            "responseKind",
            Field::Enum("Kind of the response: data of a session, or of an SDK", &["SESSION", "SDK_BOOTSTRAP"]),
        ),
    ),
    row(
        "crypto",
        NEWEST,
        APPLE_PAY,
        Change::Property(
            "HeadlessOrderOnrampResponse",
            "paymentActions",
            Field::Object("Actions of the order. Meld's SDKs decode them; pass them on as they are."),
        ),
    ),
    row(
        "crypto",
        NEWEST,
        APPLE_PAY,
        Change::Property(
            "HeadlessOrderOnrampResponse",
            "headlessPresentation",
            Field::Reference("HeadlessPresentation", "Surface and protocol that the app shows the order with"),
        ),
    ),
    row("crypto", NEWEST, APPLE_PAY, Change::Property("ApplePayOrder", "presentation", SURFACE)),
    row(
        "crypto",
        NEWEST,
        APPLE_PAY,
        Change::Property("ApplePayOrder", "merchantIdentifier", Field::Text("Apple's identifier of the merchant")),
    ),
    row("crypto", NEWEST, CARDS, Change::Values("CardOrder", "renderMode", &["SDK_NATIVE"])),
    row(
        "crypto",
        OLDEST,
        DEPOSITS,
        Change::Property(
            "VirtualAccountDepositInstructionsRequest",
            "countryCode",
            Field::Text("ISO 3166-1 alpha-2 code of the customer's country. The guides always send it."),
        ),
    ),
    row("crypto", OLDEST, DEPOSITS, Change::Successes(INSTRUCTIONS, &[200, 202])),
    row("crypto", OLDEST, STATUSES, TRANSACTION_STATUS),
    row("crypto", OLDEST, STATUSES, Change::Retype("PaymentTransactionOutput", "status", STATUS)),
    row("crypto", OLDEST, STATUSES, Change::Retype("SearchedPaymentTransactionOutput", "status", STATUS)),
    row("crypto", OLDEST, SEARCH, Change::ParameterType(TRANSACTIONS, "statuses", STATUS)),
    row("crypto", OLDEST, SEARCH, Change::ParameterType(TRANSACTIONS, "from", Field::DateOrTime)),
    row("crypto", OLDEST, SEARCH, Change::ParameterType(TRANSACTIONS, "to", Field::DateOrTime)),
    row("payments", OLDEST, STATUSES, TRANSACTION_STATUS),
    row("payments", OLDEST, STATUSES, Change::Retype("PaymentTransactionOutput", "status", STATUS)),
    row("payments", OLDEST, STATUSES, Change::Retype("SearchedPaymentTransactionOutput", "status", STATUS)),
    row("payments", OLDEST, SEARCH, Change::ParameterType(TRANSACTIONS, "statuses", STATUS)),
    row("payments", OLDEST, SEARCH, Change::ParameterType(TRANSACTIONS, "from", Field::DateOrTime)),
    row("payments", OLDEST, SEARCH, Change::ParameterType(TRANSACTIONS, "to", Field::DateOrTime)),
    row("network_partner", NEWEST, NETWORK_PARTNER, Change::Property("Currency", "chainId", CHAIN)),
    row("customer", NEWEST, VERIFICATION, Change::Codes(VERIFY, 409, &["CONFLICT"])),
    row("customer", NEWEST, VERIFICATION, Change::Codes(VERIFY, 429, &["TOO_MANY_REQUESTS"])),
    row("customer", NEWEST, VERIFICATION, Change::Codes(VERIFY, 502, &["VERIFICATION_SEND_FAILED"])),
    row("customer", NEWEST, ELIGIBILITY, Change::OwnBody(UPDATE_KYC, "UpdateKycRequest")),
    row(
        "customer",
        NEWEST,
        ELIGIBILITY,
        Change::Retype(
            "UpdateKycRequest",
            "serviceProviderDetails",
            Field::Object("Data that the provider requires: the `missingFields` of a requirement, or a KYC token"),
        ),
    ),
];

const OLDEST: &str = "2023-12-19";
const NEWEST: &str = "2026-02-03";

/// The version that headless orders on an onramp, and quotes for them, need.
const HEADLESS_VERSION: &str = "2026-05-01";

const fn row(family: &'static str, since: &'static str, page: &'static str, change: Change) -> Row {
    Row { family, since, page, change }
}
