//! Responses from Meld's guides, decoded as the types of all versions. Everything relevant is kept, to the last digit.

#![allow(clippy::panic, clippy::unwrap_used)] // Helpers of tests are tests, which the lint cannot see.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use meld_client::{v2023_12_19 as v2023, v2025_03_04 as v2025, v2026_02_03 as v2026};
use meld_client_core::http::{HeaderMap, StatusCode};
use meld_client_core::json::{FromJson, Json as AsJson, ToJson};
use meld_client_core::{Decimal, ErrorCode, ErrorResponse, ResponseValue, serde_json};
use meld_tests::json::Json;
use v2026::bank_linking::types as bank;
use v2026::crypto::types as crypto;
use v2026::customer::types as customer;
use v2026::network_partner::types as partner;
use v2026::payments::types as payments;
use v2026::webhooks::types as webhooks;

/// Fields of samples that no type has, because no spec has them: sample and field.
const NOT_DOCUMENTED: &[(&str, &str)] = &[
    ("response-crypto-quote-buy-old", "quotes.customerScore"),
    ("response-crypto-quote-headless-payin", "quotes.integrationMode"),
    ("response-crypto-quote-headless-payin", "quotes.kycMode"),
    ("response-fragment-crypto-quote-headless-sandbox", "integrationMode"),
    ("response-fragment-crypto-quote-headless-sandbox", "kycMode"),
    ("response-network-partner-currencies-crypto-migration", "currencies.chainId"),
    ("response-transaction-get-buy-old", "apiAccessProfileId"),
    ("response-transaction-get-sell", "apiAccessProfileId"),
    ("response-transaction-get-transfer", "apiAccessProfileId"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/samples")
}

fn text(name: &str) -> String {
    fs::read_to_string(folder().join(name).with_extension("json")).unwrap()
}

/// Decodes a sample as a type of the newest version. Asserts that nothing is dropped, and that every documented value
/// round-trips.
fn sample<T: FromJson + ToJson + Default>(name: &str) -> T {
    let (value, lost) = read::<T>(name);
    let known = NOT_DOCUMENTED.iter().filter(|(sample, _)| *sample == name);
    assert_eq!(lost, known.map(|(_, field)| *field).collect::<Vec<_>>(), "{name}");
    value
}

/// Decodes a sample as a type and asserts that its values round-trip. Returns also the fields that do not.
fn read<T: FromJson + ToJson + Default>(name: &str) -> (T, Vec<String>) {
    let text = text(name);
    let body = text.clone().into_bytes();
    let response = ResponseValue::<T>::from_body(StatusCode::OK, HeaderMap::new(), body, false);
    let response = response.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(response.decode_warnings().first(), [], "{name}");
    let written = serde_json::to_string(&AsJson(response.as_ref())).unwrap();
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    leaves(&Json::parse(&text).unwrap(), "", &mut before);
    leaves(&Json::parse(&written).unwrap(), "", &mut after);
    for (path, value) in &after {
        let came = before.remove(path);
        // The guides have another name for a customer's own id than the specs, whose name is encoded.
        let other = || path.replace("externalId", "externalCustomerId");
        let came = came.or_else(|| before.remove(&other()));
        assert!(
            same(path, came.as_ref(), value),
            "{name}: {path} is {value:?} instead of {came:?}"
        );
    }
    let mut lost: Vec<String> = before.keys().map(|path| field(path)).collect();
    lost.sort_unstable();
    lost.dedup();
    (response.into_inner(), lost)
}

/// A path without the indices.
fn field(path: &str) -> String {
    let mut field = path.trim_start_matches('.').to_owned();
    field.retain(|character| !"[]0123456789".contains(character));
    field.trim_start_matches('.').to_owned()
}

/// Returns `true` if the values are equal to the digit. Times may have another format, and a number may replace its
/// string. Only free-form responses of providers have numbers with the precision of `f64`.
fn same(path: &str, came: Option<&Json>, written: &Json) -> bool {
    match (came, written) {
        (Some(came), written) if came == written => true,
        (Some(Json::Number(came)), Json::Number(written))
            if path.contains(".serviceProviderDetails.") =>
        {
            came.parse::<f64>() == written.parse()
        }
        (Some(Json::Number(came)), Json::Text(written)) => came == written,
        (Some(Json::Text(came)), Json::Text(written)) => {
            let time = |text: &str| text.parse::<DateTime<Utc>>().ok();
            came.eq_ignore_ascii_case(written)
                || time(came).is_some_and(|t| time(written) == Some(t))
        }
        _ => false,
    }
}

/// All values except null and empty ones, by path.
fn leaves(json: &Json, path: &str, found: &mut BTreeMap<String, Json>) {
    match json {
        nothing if nothing.is_nothing() => {}
        Json::Object(fields) => {
            fields.iter().for_each(|(name, value)| leaves(value, &format!("{path}.{name}"), found));
        }
        Json::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| leaves(item, &format!("{path}[{index}]"), found));
        }
        value => drop(found.insert(path.to_owned(), value.clone())),
    }
}

fn decimal(digits: &str) -> Option<Decimal> {
    Some(digits.parse().unwrap())
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    Some(text.parse().unwrap())
}

/// The number with all digits: 1.50 is not 1.5.
fn digits(number: Option<Decimal>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

#[test]
fn errors() {
    let error = |name: &str| ErrorResponse::from_body(text(name).as_bytes());
    let bad = error("error-bad-request");
    assert_eq!(bad.code, Some(ErrorCode::BadRequest));
    assert_eq!(bad.errors, ["Example text"]);
    assert_eq!(bad.request_id.as_deref(), Some("a9a93ca831d01055a46901384c09f218"));
    assert_eq!(bad.time(), time("2022-01-19T20:32:30.784928Z"));
    let conflict = error("error-conflict");
    assert_eq!(conflict.code, Some(ErrorCode::Conflict));
    assert_eq!(conflict.time(), time("2026-08-14T09:41:22.482Z"));
    let apple_pay = error("error-native-apple-pay-invalid-payment-method");
    assert_eq!(apple_pay.code.unwrap(), "INVALID_PAYMENT_METHOD");
    assert_eq!(apple_pay.timestamp.as_deref(), Some("2026-08-10T12:00:00Z"));
    let low = error("error-observed-third-party-amount-too-low");
    assert_eq!(low.code, Some(ErrorCode::InvalidAmountTooLow));
    assert_eq!(low.service_provider_details.unwrap()["message"], "Example text");
}

#[test]
fn bank_accounts() {
    let account: bank::FinancialAccount = sample("response-bank-linking-account-balances");
    assert_eq!(account.id.as_deref(), Some("gALag8LAS7ZMonqH4BheU"));
    assert_eq!(account.institution_name.as_deref(), Some("Chase"));
    assert_eq!(account.status.unwrap(), "ACTIVE");
    assert_eq!(account.subtype.unwrap(), "CHECKING");
    let balances = account.balances.unwrap();
    assert_eq!(balances.current_amount, decimal("3578.41"));
    assert_eq!(balances.available_amount, decimal("3578.41"));
    assert_eq!(balances.updated_at, time("2022-03-08T23:19:23Z"));

    let account: bank::FinancialAccount = sample("response-bank-linking-account-identifiers");
    let identifiers = account.identifiers.unwrap();
    let ach = identifiers.ach.unwrap();
    assert_eq!(ach.account_number.as_deref(), Some("31652902051410084"));
    assert_eq!(ach.routing_number.as_deref(), Some("110000000"));
    assert!(identifiers.bacs.is_none() && identifiers.eft.is_none());
}

#[test]
fn bank_connections() {
    let started: bank::ConnectStartResponse = sample("response-bank-linking-connect-start");
    assert_eq!(started.id.as_deref(), Some("dKQdYKxgvbFqRmhT4SCQ8W"));
    assert_eq!(started.external_customer_id.as_deref(), Some("testCustomer"));
    let token = "eyJmYWtl.Z7nSYqewvKPcuLWMGLpHGMie.RZs2irKWTdZKhE2ojd9vLaqj";
    assert_eq!(started.connect_token.as_deref(), Some(token));
    assert!(!format!("{started:?}").contains(token));
    let repair: bank::ConnectRepairResponse = sample("response-bank-linking-connect-repair");
    assert_eq!(repair.institution_id.as_deref(), Some("S1nybNmvia7w5hojcd1QsF"));
    assert!(repair.widget_url.unwrap().starts_with("https://institution-connect-sb.meld.io?"));
}

#[test]
fn bank_investments() {
    type Investment = bank::FinancialAccountInvestmentTransaction;
    let investment: Investment = sample("response-investment-transaction");
    assert_eq!(digits(investment.amount), "11.11000000000000000000");
    assert_eq!(digits(investment.quantity), "2.00000000000000000000");
    assert_eq!(digits(investment.cost_basis), "5.56000000000000000000");
    assert_eq!(investment.symbol.as_deref(), Some("RKLB"));
    assert_eq!(investment.status.unwrap(), "POSTED");
    assert_eq!(investment.transaction_date, time("2023-06-16T00:00:00Z"));
    assert!(investment.type_.unwrap().as_str().eq_ignore_ascii_case("buy"));
}

/// The asserted parts of a quote: provider, payment method, source and destination amount, total fee, rate.
type Quote = [&'static str; 6];

const QUOTES: &[(&str, &[Quote])] = &[
    (
        "response-crypto-quote-buy-old",
        &[
            ["BANXA", "CREDIT_DEBIT_CARD", "100", "0.031663", "2.24", "3158.3"],
            ["TRANSAK", "APPLE_PAY", "100", "0.02952059", "9.05", "3387.466"],
            ["BLOCKCHAINDOTCOM", "CREDIT_DEBIT_CARD", "100.00", "0.0310259", "1.88", "3223.11"],
        ],
    ),
    ("response-crypto-quote-headless-payin", &[["NOAH", "ACH", "100.00", "99.10", "0.90", "1.0"]]),
    (
        "response-crypto-quote-quickstart-btc",
        &[["TOPPER", "CREDIT_DEBIT_CARD", "100.00", "0.00105423", "4.18", "94856.0"]],
    ),
    (
        "response-crypto-quote-ramp-intelligence",
        &[
            ["UNLIMIT", "CREDIT_DEBIT_CARD", "200.00", "0.04308219", "", "4642.29"],
            ["KRYPTONIM", "CREDIT_DEBIT_CARD", "200.00", "0.04176125", "", "4789.13"],
            ["STRIPE", "CREDIT_DEBIT_CARD", "200.00", "0.041154", "", "4859.80"],
        ],
    ),
    (
        "response-crypto-quote-sell",
        &[
            ["TRANSAK", "VISA_DIRECT", "0.01", "26.32", "4.43", "3075"],
            ["TRANSAK", "CREDIT_DEBIT_CARD", "0.01", "27.04", "4.93", "2986"],
        ],
    ),
    ("response-virtual-account-quote", &[["NOAH", "ACH", "100", "99.10", "0.90", "1.0"]]),
];

/// Decodes a sample of quotes as a type and returns the asserted parts of each.
macro_rules! quotes {
    ($type:ty, $name:expr) => {{
        let (response, _) = read::<$type>($name);
        let quotes = response.quotes.iter().map(|quote| {
            [
                quote.service_provider.as_ref().map(ToString::to_string).unwrap_or_default(),
                quote.payment_method_type.as_ref().map(ToString::to_string).unwrap_or_default(),
                digits(quote.source_amount),
                digits(quote.destination_amount),
                digits(quote.total_fee),
                digits(quote.exchange_rate),
            ]
        });
        quotes.collect::<Vec<[String; 6]>>()
    }};
}

#[test]
fn crypto_quotes_of_all_versions() {
    for (name, expected) in QUOTES {
        let all = [
            quotes!(crypto::CryptoQuoteResponse, name),
            quotes!(crypto::CryptoVirtualAccountQuoteResponse, name),
            quotes!(v2025::crypto::types::CryptoQuoteResponse, name),
            quotes!(v2025::crypto::types::CryptoVirtualAccountQuoteResponse, name),
            quotes!(v2023::crypto::types::CryptoVirtualAccountQuoteResponse, name),
        ];
        for quotes in all {
            assert_eq!(quotes, *expected, "{name}");
        }
    }
}

#[test]
fn crypto_quotes_are_ranked() {
    let response: crypto::CryptoQuoteResponse = sample("response-crypto-quote-ramp-intelligence");
    let ranks = response.quotes.iter().map(|quote| {
        let rank = quote.ramp_intelligence.as_ref().unwrap();
        (digits(rank.ramp_score), rank.low_kyc)
    });
    let expected = [("78.5", None), ("45.2", Some(true)), ("12.1", Some(false))];
    assert!(ranks.eq(expected.map(|(score, low)| (score.to_owned(), low))));
    let quote: crypto::CryptoQuote = sample("response-fragment-crypto-quote-headless-sandbox");
    assert_eq!(digits(quote.destination_amount), "97.971552");
    assert_eq!(quote.service_provider.unwrap(), "NOAH");
}

/// Sample, id, external session, external customer, `true` if it has the provider's own widget.
type Session = (&'static str, &'static str, &'static str, &'static str, bool);

#[test]
fn crypto_sessions() {
    let sessions: &[Session] = &[
        (
            "response-crypto-session-widget",
            "4i5YGKMSLZFEtpokw3n6ub",
            "session_456",
            "user_123",
            true,
        ),
        (
            "response-crypto-session-widget-quickstart",
            "muc6jeRm4Ehtf7FhDry4su",
            "testSession",
            "testCustomer",
            true,
        ),
        (
            "response-crypto-session-widget-buy-old",
            "NLwKxSpSCULipALwFZ6CqG",
            "buysession1",
            "customer1",
            false,
        ),
        (
            "response-crypto-session-widget-sell",
            "GZexrZnzAKsQWPRjpfeHeM",
            "sellsession1",
            "customer1",
            false,
        ),
        (
            "response-crypto-session-widget-transfer",
            "hWRSvakicrsBrevDjHEscR",
            "NGbkhhcRrnJoGW4s",
            "customer1",
            false,
        ),
        ("response-crypto-session-widget-bypass-kyc", "pmZkGoSPiVz8feqs6SP7WN", "", "", true),
    ];
    for (name, id, session, customer, has_own) in sessions {
        let response: crypto::SessionTokenResponse = sample(name);
        assert_eq!(response.id.as_deref(), Some(*id), "{name}");
        assert_eq!(response.external_session_id.as_deref().unwrap_or_default(), *session, "{name}");
        assert_eq!(
            response.external_customer_id.as_deref().unwrap_or_default(),
            *customer,
            "{name}"
        );
        assert_eq!(response.service_provider_widget_url.is_some(), *has_own, "{name}");
        let token = response.token.clone().unwrap();
        assert!(token.starts_with("eyJmYWtl.") && !format!("{response:?}").contains(&token));
    }
}

/// Status, provider, source amount, destination amount, chain, creation.
type Transaction = [&'static str; 6];

/// The asserted parts of a transaction.
macro_rules! transaction {
    ($transaction:expr) => {{
        let transaction = $transaction;
        let crypto = transaction.crypto_details.as_ref();
        [
            transaction.status.as_ref().map(ToString::to_string).unwrap_or_default(),
            transaction.service_provider.as_ref().map(ToString::to_string).unwrap_or_default(),
            digits(transaction.source_amount),
            digits(transaction.destination_amount),
            crypto.and_then(|crypto| crypto.chain_id.clone()).unwrap_or_default(),
            transaction.created_at.unwrap().to_rfc3339(),
        ]
    }};
}

#[test]
fn crypto_transactions_of_all_versions() {
    let bare: &[(&str, Transaction)] = &[
        (
            "response-transaction-get-buy-old",
            ["SETTLED", "BANXA", "100.00", "0.02872325", "1", "2024-04-19T20:47:36.578875+00:00"],
        ),
        (
            "response-transaction-get-sell",
            ["SETTLED", "TRANSAK", "0.01", "26.18", "1", "2024-04-19T20:47:36.578875+00:00"],
        ),
        (
            "response-transaction-get-transfer",
            ["SETTLED", "MESH", "0.02872325", "", "1", "2024-04-19T20:47:36.578875+00:00"],
        ),
        (
            "response-transaction-get-virtual-account",
            ["SETTLED", "NOAH", "100.00", "99.10", "", "2025-02-24T16:36:41+00:00"],
        ),
    ];
    for (name, expected) in bare {
        let newest: crypto::PaymentTransactionOutput = sample(name);
        assert_eq!(transaction!(&newest), *expected, "{name}");
        let (older, _) = read::<v2025::crypto::types::PaymentTransactionOutput>(name);
        assert_eq!(transaction!(&older), *expected, "{name}");
    }
    let wrapped: &[(&str, Transaction)] = &[
        (
            "response-transaction-get-crypto",
            ["SETTLED", "TOPPER", "100.00", "0.00105423", "1", "2025-12-08T20:03:07.173223+00:00"],
        ),
        (
            "response-transaction-get-crypto-quickstart-2026",
            ["SETTLED", "TRANSAK", "100.00", "95.82", "1", "2025-12-08T20:03:07.173223+00:00"],
        ),
        (
            "response-transaction-get-payin",
            ["SETTLING", "NOAH", "100.00", "99.10", "1", "2026-07-15T18:00:00+00:00"],
        ),
        (
            "response-transaction-get-payout",
            ["SETTLING", "NOAH", "100.00", "99.10", "1", "2026-07-15T18:00:00+00:00"],
        ),
    ];
    for (name, expected) in wrapped {
        let newest: crypto::PaymentTransactionResponse = sample(name);
        assert_eq!(transaction!(newest.transaction.unwrap()), *expected, "{name}");
        let (older, _) = read::<v2025::crypto::types::PaymentTransactionResponse>(name);
        assert_eq!(transaction!(older.transaction.unwrap()), *expected, "{name}");
    }
}

#[test]
fn crypto_transactions_in_detail() {
    let sell: crypto::PaymentTransactionOutput = sample("response-transaction-get-sell");
    assert_eq!(sell.service_provider_details["cryptoCurrencyAmount"], 0.01);
    let details = sell.crypto_details.unwrap();
    assert_eq!(digits(details.total_fee), "3.27");
    assert_eq!(digits(details.transaction_fee), "1.5");
    assert_eq!(details.total_fee_in_usd, None);
    let wallet = "0xe6c127fd546e2dbaf1265a0a72a648515cd7e30f";
    assert_eq!(details.destination_wallet_address.as_deref(), Some(wallet));
    let buy: crypto::PaymentTransactionOutput = sample("response-transaction-get-buy-old");
    assert_eq!(buy.fiat_amount_in_usd, decimal("96.73"));
    assert_eq!(buy.crypto_details.unwrap().wallet_address.as_deref(), Some("testWalletAddress"));
    assert!(buy.customer.unwrap().addresses.is_empty());
}

#[test]
fn virtual_accounts() {
    let onramp: crypto::VirtualAccountOnrampOrderResponse =
        sample("response-virtual-account-onramp-order");
    assert_eq!(onramp.order_id.as_deref(), Some("CHU8C6WQafjbvNgfF7KUcB"));
    let Some(crypto::ReceivingBankInformation::Ach(account)) = onramp.receiving_bank_information
    else {
        panic!("the payment method says that it is ACH")
    };
    assert_eq!(account.account_number.as_deref(), Some("7607982375"));
    assert_eq!(account.routing_number.as_deref(), Some("110000000"));
    let offramp: crypto::VirtualAccountOfframpOrderResponse =
        sample("response-virtual-account-offramp-order");
    assert_eq!(offramp.payment_method_type.unwrap(), "ACH");
    let wallet = "0x5f399c995845e88d1b17463ae45762ee914016df";
    assert_eq!(offramp.wallet_address.as_deref(), Some(wallet));
}

#[test]
fn payments_of_all_versions() {
    for (name, status, amount, in_usd) in [
        ("response-payments-ach-payin", "PENDING", "10.00", ""),
        ("response-transaction-get-ach-payin", "SETTLED", "10.00", "10.00"),
        ("response-transaction-get-ach-payout", "SETTLED", "15.00", "15.00"),
    ] {
        let response: payments::PaymentTransactionResponse = sample(name);
        let payment = response.transaction.unwrap();
        assert_eq!(payment.status.as_ref().unwrap(), status, "{name}");
        assert_eq!(payment.service_provider.as_ref().unwrap(), "PLAID", "{name}");
        assert_eq!(digits(payment.source_amount), amount, "{name}");
        assert_eq!(digits(payment.fiat_amount_in_usd), in_usd, "{name}");
        assert_eq!(payment.destination_amount, None, "{name}");
        let address = &payment.customer.as_ref().unwrap().addresses[0];
        let city = address.address_details.as_ref().unwrap().city.as_deref();
        assert_eq!(city, Some("Boston"), "{name}");
        let (older, _) = read::<v2025::payments::types::PaymentTransactionResponse>(name);
        assert_eq!(digits(older.transaction.unwrap().source_amount), amount, "{name}");
        let (oldest, _) = read::<v2023::payments::types::PaymentTransactionResponse>(name);
        assert_eq!(digits(oldest.transaction.unwrap().source_amount), amount, "{name}");
    }
}

#[test]
fn customers() {
    let created: customer::Customer = sample("response-customer-create-external-id");
    assert_eq!(created.external_id.as_deref(), Some("your-internal-user-id"));
    assert_eq!(created.name.unwrap().first_name.as_deref(), Some("Robin"));
    assert_eq!(created.status.unwrap(), "ACTIVE");
    let updated: customer::Customer = sample("response-customer-update");
    assert_eq!((updated.phone, updated.addresses.len()), (None, 0));
    let approved: customer::Customer = sample("response-customer-get-kyc-approved");
    assert_eq!(approved.date_of_birth.as_deref(), Some("01-30-1980"));
    let provider = &approved.service_provider_customers[0];
    assert_eq!(provider.service_provider.as_ref().unwrap(), "SUMSUB");
    assert_eq!(provider.created_at, time("2026-02-24T22:20:47.148504Z"));
    assert!(provider.deleted_at.is_none() && provider.service_provider_details.is_empty());
    assert_eq!(provider.kyc.as_ref().unwrap().status.as_ref().unwrap(), "APPROVED");
    let address: customer::CustomerAddress = sample("response-customer-address-create-billing");
    assert_eq!(address.type_.unwrap(), "BILLING");
    let details = address.address_details.unwrap();
    assert_eq!((details.postal_code.as_deref(), details.line_two), (Some("02112"), None));
}

#[test]
fn customers_at_providers() {
    let pending: customer::Customer = sample("response-customer-get-provider-kyc-pending");
    let provider = &pending.service_provider_customers[0];
    assert_eq!(provider.service_provider.as_ref().unwrap(), "Virtual Account Provider");
    let kyc = provider.kyc.as_ref().unwrap();
    assert_eq!(kyc.updated_at, time("2026-04-08T20:04:20.457281Z"));
    let method = kyc.onboarding_method.as_ref().unwrap();
    assert_eq!(method.onboarding_type.as_deref(), Some("KYC_TOKEN_SHARE"));
    let hosted: customer::Customer = sample("response-customer-get-provider-hosted-url");
    let [first, second] = &hosted.service_provider_customers[..] else { panic!("there are two") };
    assert!(first.kyc.as_ref().unwrap().additional_info.is_empty());
    let url = &second.kyc.as_ref().unwrap().additional_info["HostedURL"];
    assert_eq!(url, "https://noah.example.com/kyc/session/abc123");
}

#[test]
fn network_partners() {
    let currencies: partner::CurrencyResponse =
        sample("response-network-partner-currencies-crypto-migration");
    let currency = &currencies.currencies[0];
    assert_eq!(currency.currency_code.as_deref(), Some("USDC"));
    assert_eq!((currency.decimal_places, currency.chain_code.as_deref()), (Some(6), Some("ETH")));
    let methods: Vec<partner::SupportedPaymentMethod> =
        sample("response-network-partner-payment-methods-offramp");
    assert_eq!(methods[1].method.as_deref(), Some("PAYOUT_TO_CARD"));
    let routes: Vec<partner::SupportedRoute> =
        sample("response-network-partner-routes-onramp-migration");
    assert_eq!(routes[0].partner.as_ref().unwrap(), "TRANSAK");
    let limits = routes[0].payment_methods[0].limits.as_ref().unwrap();
    assert_eq!((digits(limits.min), digits(limits.max)), ("2.00".to_owned(), "7500.00".to_owned()));
}

#[test]
fn webhook_profiles() {
    let profile: webhooks::WebhookProfile = sample("response-webhook-profile-create");
    assert_eq!(profile.id.as_deref(), Some("6XURQnQwLFrgCfMc3PSsT85N3uTECF"));
    assert_eq!(profile.status.as_ref().unwrap(), "ACTIVE");
    assert_eq!(profile.event_version.as_deref(), Some("2022-01-31"));
    assert!(profile.event_types.is_empty());
    let secret = profile.secret.clone().unwrap();
    assert!(secret.starts_with("Yg8BhALx5JHU") && !format!("{profile:?}").contains(&secret));
}

/// Decodes a sample as the newest type, and as those of the other versions that have it.
macro_rules! reads {
    ($module:ident::$type:ident) => {
        |name: &str| {
            sample::<v2026::$module::types::$type>(name);
            read::<v2025::$module::types::$type>(name);
            read::<v2023::$module::types::$type>(name);
        }
    };
    (new $type:ty) => {
        |name: &str| drop(sample::<$type>(name))
    };
}

/// Decodes a sample of a name as its type.
type ReadSample = fn(&str);

/// The type of a sample, by the start of its name. The first match counts.
const TYPES: &[(&str, ReadSample)] = &[
    ("error-", |name| assert!(ErrorResponse::from_body(text(name).as_bytes()).code.is_some())),
    ("response-bank-linking-account-", reads!(bank_linking::FinancialAccount)),
    ("response-bank-linking-connect-repair", reads!(bank_linking::ConnectRepairResponse)),
    ("response-bank-linking-connect-start", reads!(bank_linking::ConnectStartResponse)),
    ("response-crypto-quote-", reads!(new crypto::CryptoQuoteResponse)),
    ("response-crypto-session-widget", reads!(crypto::SessionTokenResponse)),
    ("response-customer-address-", reads!(customer::CustomerAddress)),
    ("response-customer-", reads!(customer::Customer)),
    ("response-fragment-crypto-quote-", reads!(new crypto::CryptoQuote)),
    ("response-investment-", reads!(bank_linking::FinancialAccountInvestmentTransaction)),
    ("response-network-partner-currencies-", reads!(new partner::CurrencyResponse)),
    ("response-network-partner-payment-", reads!(new Vec<partner::SupportedPaymentMethod>)),
    ("response-network-partner-routes-", reads!(new Vec<partner::SupportedRoute>)),
    ("response-payments-", reads!(payments::PaymentTransactionResponse)),
    ("response-transaction-get-ach-", reads!(payments::PaymentTransactionResponse)),
    ("response-transaction-get-buy-old", reads!(crypto::PaymentTransactionOutput)),
    ("response-transaction-get-sell", reads!(crypto::PaymentTransactionOutput)),
    ("response-transaction-get-transfer", reads!(crypto::PaymentTransactionOutput)),
    ("response-transaction-get-virtual-account", reads!(crypto::PaymentTransactionOutput)),
    ("response-transaction-get-", reads!(crypto::PaymentTransactionResponse)),
    ("response-virtual-account-offramp-", reads!(crypto::VirtualAccountOfframpOrderResponse)),
    ("response-virtual-account-onramp-", reads!(crypto::VirtualAccountOnrampOrderResponse)),
    ("response-virtual-account-quote", reads!(crypto::CryptoVirtualAccountQuoteResponse)),
    ("response-webhook-profile-", reads!(webhooks::WebhookProfile)),
];

#[test]
fn every_sample_is_decoded() {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let mut count = 0;
    for path in files.filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let found = TYPES.iter().find(|(prefix, _)| name.starts_with(prefix));
        let (_, read) = found.unwrap_or_else(|| panic!("{name}: of which type is it?"));
        read(&name);
        count += 1;
    }
    // Bypasses the test harness, which shows only the output of failed tests.
    let line = format!("samples: {count} read, 0 failures\n");
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    assert_eq!(count, 51);
}
