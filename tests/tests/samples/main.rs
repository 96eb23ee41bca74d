//! Responses from Meld's guides, decoded as the types of all versions. Everything relevant is kept, to the last digit.

#![allow(clippy::panic, clippy::unwrap_used)] // Helpers of tests are tests, which the lint cannot see.

mod requests;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use meld_client::{v2023_12_19 as v2023, v2025_03_04 as v2025, v2026_02_03 as v2026};
use meld_client_core::http::{HeaderMap, StatusCode};
use meld_client_core::json::{FromJson, Json as AsJson, ToJson};
use meld_client_core::{ErrorCode, ErrorResponse, ResponseValue, serde_json};
use meld_tests::json::Json;
use v2026::bank_linking::types as bank;
use v2026::crypto::types as crypto;
use v2026::customer::types as customers;
use v2026::network_partner::types as partner;
use v2026::payments::types as payments;
use v2026::webhooks::types as webhooks;

/// Fields of samples that no type has, because no spec has them: sample and field.
const NOT_DOCUMENTED: &[(&str, &str)] = &[
    ("response-crypto-quote-buy-old", "quotes.customerScore"),
    // The page has a placeholder instead of the copy of the request.
    ("response-headless-onramp-order-apple-pay", "payload...."),
    ("response-headless-onramp-order-card", "payload...."),
    ("response-transaction-get-buy-old", "apiAccessProfileId"),
    ("response-transaction-get-sell", "apiAccessProfileId"),
    ("response-transaction-get-transfer", "apiAccessProfileId"),
];

/// Responses that no type can represent, and the reason.
const NOT_REPRESENTED: &[(&str, &str)] = &[
    ("response-auth-check", "the check of a key at the root of the service, which no spec has"),
    ("response-legacy-crypto-currencies", "an older form: the spec has a list"),
    ("response-legacy-fiat-purchase-limits", "an older form: the spec has a list"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/samples")
}

/// The names of the samples with a prefix, without it.
fn names(prefix: &str) -> impl Iterator<Item = String> + '_ {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.filter_map(move |path| Some(path.file_stem()?.to_str()?.strip_prefix(prefix)?.to_owned()))
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

/// Decodes a sample as a type of an older version, which may lack newer fields, but none that decides on money.
fn older<T: FromJson + ToJson + Default>(name: &str) {
    const KEPT: &str = "chainId createdAt destinationAmount exchangeRate paymentMethodType serviceProvider sourceAmount \
                        status totalFee";
    let (_, lost) = read::<T>(name);
    for field in lost {
        let is_kept = KEPT.split(' ').any(|kept| field.rsplit('.').next() == Some(kept));
        assert!(!is_kept, "{name}: {field}");
    }
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
        assert!(same(path, came.as_ref(), value), "{name}: {path} is {value:?} instead of {came:?}");
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
        (Some(Json::Number(came)), Json::Number(written)) if path.contains(".serviceProviderDetails.") => {
            came.parse::<f64>() == written.parse()
        }
        (Some(Json::Number(came)), Json::Text(written)) => came == written,
        (Some(Json::Text(came)), Json::Text(written)) => {
            let time = |text: &str| text.parse::<DateTime<Utc>>().ok();
            came.eq_ignore_ascii_case(written) || time(came).is_some_and(|t| time(written) == Some(t))
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

fn time(text: &str) -> Option<DateTime<Utc>> {
    Some(text.parse().unwrap())
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
fn secrets_are_redacted() {
    let assert_redacted = |secret: Option<String>, start: &str, debug: String| {
        let secret = secret.unwrap();
        assert!(secret.starts_with(start) && !debug.contains(&secret), "{debug}");
    };
    let started: bank::ConnectStartResponse = sample("response-bank-linking-connect-start");
    assert_redacted(started.connect_token.clone(), "eyJmYWtl.", format!("{started:?}"));
    for name in ["widget", "widget-quickstart", "widget-buy-old", "widget-sell", "widget-transfer"] {
        let session: crypto::SessionTokenResponse = sample(&format!("response-crypto-session-{name}"));
        assert_redacted(session.token.clone(), "eyJmYWtl.", format!("{session:?}"));
    }
    let profile: webhooks::WebhookProfile = sample("response-webhook-profile-create");
    assert_redacted(profile.secret.clone(), "Yg8BhALx5JHU", format!("{profile:?}"));
}

#[test]
fn receiving_bank_follows_payment_method() {
    let order: crypto::VirtualAccountOnrampOrderResponse = sample("response-virtual-account-onramp-order");
    let Some(crypto::ReceivingBankInformation::Ach(account)) = order.receiving_bank_information else {
        panic!("the payment method says that it is ACH")
    };
    assert_eq!(account.account_number.as_deref(), Some("7607982375"));
}

/// Decodes a sample as the newest type, and as those of older versions.
macro_rules! reads {
    (all $module:ident::$type:ident) => {
        reads!(
            v2026::$module::types::$type,
            v2025::$module::types::$type,
            v2023::$module::types::$type
        )
    };
    ($newest:ty $(, $older:ty)*) => {
        |name: &str| {
            sample::<$newest>(name);
            $(older::<$older>(name);)*
        }
    };
}

/// Decodes a sample of a name as its type.
type ReadSample = fn(&str);

/// Decodes quotes; those of virtual accounts have the same fields.
const QUOTES: ReadSample = reads!(
    crypto::CryptoQuoteResponse,
    v2025::crypto::types::CryptoQuoteResponse,
    crypto::CryptoVirtualAccountQuoteResponse,
    v2025::crypto::types::CryptoVirtualAccountQuoteResponse,
    v2023::crypto::types::CryptoVirtualAccountQuoteResponse
);

/// Decodes the defaults of countries.
const DEFAULTS: ReadSample = reads!(
    Vec<v2026::service_providers::types::DefaultsPerCountry>,
    Vec<v2025::service_providers::types::DefaultsPerCountry>,
    Vec<v2023::service_providers::types::DefaultsPerCountry>
);

/// Decodes the details of a service provider, which every error may have.
fn error_details(name: &str) {
    let details: serde_json::Value = serde_json::from_str(&text(name)).unwrap();
    let error = serde_json::json!({ "code": "BAD_REQUEST", "serviceProviderDetails": details });
    let error = ErrorResponse::from_body(error.to_string().as_bytes());
    assert_eq!(serde_json::to_value(error.service_provider_details).unwrap(), details, "{name}");
}

/// Decodes the key that every item of a search result has.
fn page_key(name: &str) {
    sample::<bank::Connection>(name);
    sample::<bank::FinancialAccount>(name);
    sample::<bank::FinancialAccountInvestmentHolding>(name);
    sample::<bank::FinancialAccountInvestmentTransaction>(name);
    sample::<bank::FinancialAccountTransaction>(name);
    sample::<bank::Institution>(name);
}

/// Decodes the list of event types, which has types without a name in the spec.
fn event_types(name: &str) {
    let received = sample::<Vec<String>>(name);
    let known = |event_type: &String| webhooks::EventType::from(event_type.as_str()).is_known();
    assert!(received.iter().any(known), "{name}");
}

/// The type of a sample, by the start of its name. The first match counts.
const TYPES: &[(&str, ReadSample)] = &[
    ("error-fragment-service-provider-details", error_details),
    ("error-", |name| assert!(ErrorResponse::from_body(text(name).as_bytes()).code.is_some())),
    ("response-bank-linking-account-", reads!(all bank_linking::FinancialAccount)),
    ("response-bank-linking-connect-repair", reads!(all bank_linking::ConnectRepairResponse)),
    ("response-bank-linking-connect-start", reads!(all bank_linking::ConnectStartResponse)),
    ("response-crypto-quote-", QUOTES),
    ("response-crypto-session-widget", reads!(all crypto::SessionTokenResponse)),
    ("response-customer-address-", reads!(all customer::CustomerAddress)),
    ("response-customer-verification-confirm-", reads!(customers::ConfirmVerificationResponse)),
    ("response-customer-verification-create", reads!(customers::VerificationResponse)),
    ("response-customer-", reads!(all customer::Customer)),
    ("response-deposit-instructions-", reads!(all crypto::VirtualAccountDepositInstructionsResponse)),
    ("response-fragment-crypto-quote-", reads!(crypto::CryptoQuote)),
    ("response-fragment-pagination-key", page_key),
    ("response-fragment-service-provider-customer-", reads!(customers::ServiceProviderCustomer)),
    ("response-headless-onramp-", reads!(crypto::HeadlessOrderOnrampResponse)),
    ("response-headless-transfer-", reads!(crypto::TransferOrder)),
    ("response-investment-", reads!(all bank_linking::FinancialAccountInvestmentTransaction)),
    ("response-kyc-export-raw-data-part", reads!(customers::KycRawData)),
    ("response-legacy-defaults-by-country", DEFAULTS),
    ("response-mock-simulate-deposit", reads!(payments::SimulateDepositResponse)),
    ("response-network-partner-currencies-", reads!(partner::CurrencyResponse)),
    ("response-network-partner-defaults-", reads!(partner::CountryDefaults)),
    ("response-network-partner-payment-", reads!(Vec<partner::SupportedPaymentMethod>)),
    ("response-network-partner-routes-", reads!(Vec<partner::SupportedRoute>)),
    ("response-payments-", reads!(all payments::PaymentTransactionResponse)),
    ("response-transaction-get-ach-", reads!(all payments::PaymentTransactionResponse)),
    ("response-transaction-get-buy-old", reads!(all crypto::PaymentTransactionOutput)),
    ("response-transaction-get-sell", reads!(all crypto::PaymentTransactionOutput)),
    ("response-transaction-get-transfer", reads!(all crypto::PaymentTransactionOutput)),
    ("response-transaction-get-virtual-account", reads!(all crypto::PaymentTransactionOutput)),
    ("response-transaction-get-", reads!(all crypto::PaymentTransactionResponse)),
    ("response-virtual-account-offramp-", reads!(all crypto::VirtualAccountOfframpOrderResponse)),
    ("response-virtual-account-onramp-", reads!(all crypto::VirtualAccountOnrampOrderResponse)),
    ("response-virtual-account-quote", QUOTES),
    ("response-webhook-event-types", event_types),
    ("response-webhook-profile-", reads!(all webhooks::WebhookProfile)),
];

#[test]
fn every_sample_is_decoded() {
    let mut count = 0;
    // Requests are built and decoded in `requests.rs`.
    for name in names("").filter(|name| !name.starts_with("request-")) {
        if NOT_REPRESENTED.iter().any(|(sample, _)| *sample == name) {
            continue;
        }
        let found = TYPES.iter().find(|(prefix, _)| name.starts_with(prefix));
        let (_, read) = found.unwrap_or_else(|| panic!("{name}: of which type is it?"));
        read(&name);
        count += 1;
    }
    // Bypasses the test harness, which shows only the output of failed tests.
    let line = format!("samples: {count} read, {} not represented, 0 failures\n", NOT_REPRESENTED.len());
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    assert_eq!(count, 71);
}
