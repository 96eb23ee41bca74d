//! Requests of Meld's guides, as the types of the newest version. They decode exactly, and are encoded as the guides show
//! them. The tests of `wire` build each field of each request.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use meld_client_core::json::{FromJson, Json as AsJson, ToJson, exact};
use meld_client_core::serde_json::{self, Value, json};

use super::{bank, crypto, customers, names, payments, text, webhooks};

/// Decodes a request, and encodes it again.
type Recode = fn(&Value) -> Value;

/// The types of the requests, by the name of the sample.
const REQUESTS: &[(&str, Recode)] = &[
    ("bank-linking-connect-start", recoded::<bank::ConnectStartRequest>),
    ("bank-linking-connect-start-optional-products", recoded::<bank::ConnectStartRequest>),
    ("crypto-quote", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-quote-amount-as-string", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-quote-buy-old", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-quote-headless-payin", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-quote-headless-payout", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-quote-native-apple-pay", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-quote-quickstart-btc", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-quote-quickstart-buy", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-quote-quickstart-sell", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-quote-sell", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-quote-sell-flow", recoded::<crypto::CryptoQuoteRequest>),
    ("crypto-session-widget", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-buy-2026", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-buy-old", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-bypass-kyc", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-lock-fields", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-quickstart-buy", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-quickstart-sell", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-sell", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-sell-2026", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-subaccount", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-transfer", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-transfer-multi", recoded::<crypto::SessionTokenForWidgetRequest>),
    ("crypto-session-widget-url", recoded::<crypto::CheckoutUrlRequest>),
    ("crypto-session-widget-url-minimal", recoded::<crypto::CheckoutUrlRequest>),
    ("customer-address-create-billing", recoded::<customers::CreateCustomerAddressRequest>),
    ("customer-address-create-residence", recoded::<customers::CreateCustomerAddressRequest>),
    ("customer-create-external-customer-id", recoded::<customers::CreateCustomerRequest>),
    ("customer-create-external-id", recoded::<customers::CreateCustomerRequest>),
    ("customer-create-native-apple-pay", recoded::<customers::CreateCustomerRequest>),
    ("customer-create-payins", recoded::<customers::CreateCustomerRequest>),
    ("customer-create-retrieve-kyc", recoded::<customers::CreateCustomerRequest>),
    ("customer-create-subaccount", recoded::<customers::CreateCustomerRequest>),
    ("customer-create-unified-kyc", recoded::<customers::CreateCustomerRequest>),
    ("customer-create-virtual-account", recoded::<customers::CreateCustomerRequest>),
    ("customer-create-virtual-account-with-address", recoded::<customers::CreateCustomerRequest>),
    ("customer-create-you-kyc", recoded::<customers::CreateCustomerRequest>),
    ("customer-update-email", recoded::<customers::CustomerUpdateRequest>),
    ("customer-update-name-email", recoded::<customers::CustomerUpdateRequest>),
    ("customer-verification-confirm", recoded::<customers::ConfirmVerificationRequest>),
    ("customer-verification-create", recoded::<customers::CreateVerificationRequest>),
    ("deposit-instructions", recoded::<crypto::VirtualAccountDepositInstructionsRequest>),
    ("fragment-bank-linking-account-preference-override", |sample| {
        field_recoded::<bank::BankLinkingPreference>(sample, "accountPreferenceOverride")
    }),
    ("fragment-crypto-session-widget-url-locked", recoded::<crypto::CheckoutUrlRequest>),
    ("fragment-headless-offramp-mobile-money", |sample| {
        field_recoded::<crypto::FiatPayoutMethod>(sample, "fiatPayoutMethod")
    }),
    ("fragment-headless-offramp-sepa", |sample| field_recoded::<crypto::FiatPayoutMethod>(sample, "fiatPayoutMethod")),
    ("fragment-payment-method-card", |sample| field_recoded::<payments::PaymentMethodInput>(sample, "paymentMethod")),
    ("fragment-payment-method-meld-token", |sample| {
        field_recoded::<payments::PaymentMethodInput>(sample, "paymentMethod")
    }),
    ("headless-offramp-order-ach", recoded::<crypto::HeadlessOrderOfframpRequest>),
    ("headless-onramp-order-apple-pay", recoded::<crypto::HeadlessOrderOnrampRequest>),
    ("headless-onramp-order-card", recoded::<crypto::HeadlessOrderOnrampRequest>),
    ("headless-onramp-order-native-apple-pay", recoded::<crypto::HeadlessOrderOnrampRequest>),
    ("headless-transfer-action-complete", recoded::<crypto::TransferActionRequest>),
    ("headless-transfer-action-prepare", recoded::<crypto::TransferActionRequest>),
    ("headless-transfer-action-second-factor", recoded::<crypto::TransferActionRequest>),
    ("headless-transfer-action-submit", recoded::<crypto::TransferActionRequest>),
    ("headless-transfer-order", recoded::<crypto::TransferOrderRequest>),
    ("kyc-export-raw-data", recoded::<customers::KycDataExportRequest>),
    ("kyc-export-token", recoded::<customers::KycTokenExportRequest>),
    ("kyc-initiate-hosted-url", recoded::<customers::InitiateKycRequest>),
    ("kyc-initiate-hosted-url-share", recoded::<customers::InitiateKycRequest>),
    ("kyc-initiate-patch", recoded::<customers::UpdateKycRequest>),
    ("kyc-initiate-raw-data-part", recoded::<customers::KycRawData>),
    ("kyc-initiate-token-import", recoded::<customers::InitiateKycRequest>),
    ("kyc-initiate-token-import-share", recoded::<customers::InitiateKycRequest>),
    ("mercuryo-apple-pay-process", recoded::<crypto::MercuryoNativeApplePayRequest>),
    ("mock-headless-simulate", recoded::<payments::SimulateOrderRequest>),
    ("mock-headless-simulate-transfer", recoded::<payments::SimulateOrderRequest>),
    ("mock-simulate-deposit", recoded::<payments::SimulateDepositRequest>),
    ("payments-ach-payin", recoded::<payments::PaymentTransactionRequest>),
    ("payments-ach-payout", recoded::<payments::PayoutTransactionRequest>),
    ("virtual-account-offramp-order", recoded::<crypto::VirtualAccountOfframpOrderRequest>),
    ("virtual-account-onramp-order", recoded::<crypto::VirtualAccountOnrampOrderRequest>),
    ("virtual-account-quote", recoded::<crypto::CryptoVirtualAccountQuoteRequest>),
    ("webhook-profile-create", recoded::<webhooks::WebhookProfileCreateRequest>),
];

/// Samples that no type can represent, and the reason.
const NOT_REPRESENTED: &[(&str, &str)] = &[
    ("crypto-quote-fragment-v2022-buy", "a request of version 2022, without the country that the spec requires"),
    ("crypto-quote-fragment-v2022-sell", "a request of version 2022, without the country that the spec requires"),
    ("crypto-session-widget-flat", "a form without `sessionData`, which no spec has"),
    ("crypto-session-widget-transfer-v2022", "a request of version 2022, whose one currency is now a list"),
    ("payments-transaction-nonce", "an older form: the spec has `sourceAmount` instead of `amount`, and no `vault`"),
];

/// A difference between a sample and the request that the spec describes.
enum Difference {
    /// The guides also show the number as a string.
    Number(&'static str),
    /// The guides have another name for the field than the spec: name in the sample, name in the spec.
    Name(&'static str, &'static str),
    /// The sample has the value in a format that the spec does not allow: field, value in the format of the spec.
    Format(&'static str, &'static str),
    /// The spec does not have the field.
    Unknown(&'static str),
    /// The spec requires the field, which the sample lacks.
    Missing(&'static str, &'static str),
}

use Difference::{Format, Missing, Name, Number, Unknown};

/// The differences of samples. Fields are JSON pointers.
const DIFFERENCES: &[(&str, Difference)] = &[
    ("crypto-quote-amount-as-string", Number("/sourceAmount")),
    ("crypto-quote-buy-old", Number("/sourceAmount")),
    ("crypto-quote-sell-flow", Number("/sourceAmount")),
    ("crypto-session-widget-lock-fields", Missing("/sessionType", "BUY")),
    ("crypto-session-widget-subaccount", Missing("/sessionType", "BUY")),
    ("customer-address-create-billing", Name("/address/country", "/address/countryCode")),
    ("customer-create-external-customer-id", Name("/externalCustomerId", "/externalId")),
    ("customer-create-retrieve-kyc", Name("/externalCustomerId", "/externalId")),
    ("customer-create-unified-kyc", Name("/externalCustomerId", "/externalId")),
    ("customer-create-unified-kyc", Format("/dateOfBirth", "1980-01-30")),
    // The address is created by an operation of its own.
    ("customer-create-virtual-account-with-address", Unknown("/addresses")),
    ("customer-create-you-kyc", Name("/externalCustomerId", "/externalId")),
    ("fragment-crypto-session-widget-url-locked", Missing("/publicKey", "the-public-key")),
    ("virtual-account-offramp-order", Name(BENEFICIARY_STREET.0, BENEFICIARY_STREET.1)),
    ("virtual-account-offramp-order", Name(BANK_STREET.0, BANK_STREET.1)),
];

const BENEFICIARY_STREET: (&str, &str) = (
    "/paymentMethod/details/beneficiaryAddress/street_line_1",
    "/paymentMethod/details/beneficiaryAddress/streetLineOne",
);
const BANK_STREET: (&str, &str) =
    ("/paymentMethod/details/bankAddress/street_line_1", "/paymentMethod/details/bankAddress/streetLineOne");

/// A request that a guide shows.
struct Sample(Value);

impl Sample {
    fn new(name: &str) -> Self {
        Self(serde_json::from_str(&text(&format!("request-{name}"))).unwrap())
    }

    /// The request that the spec describes.
    fn expected(mut self, name: &str) -> Value {
        for (_, difference) in DIFFERENCES.iter().filter(|(sample, _)| *sample == name) {
            difference.apply(&mut self.0);
        }
        without_nulls(self.0)
    }
}

impl Difference {
    /// Changes the sample. Panics if it does not have the difference, so that no entry is left over.
    fn apply(&self, sample: &mut Value) {
        match self {
            Number(field) => {
                let text = take(sample, field).unwrap();
                put(sample, field, serde_json::from_str(text.as_str().unwrap()).unwrap());
            }
            Name(from, to) => {
                let value = take(sample, from).unwrap();
                put(sample, to, value);
            }
            Format(field, value) => {
                take(sample, field).unwrap();
                put(sample, field, (*value).into());
            }
            Unknown(field) => drop(take(sample, field).unwrap()),
            Missing(field, value) => {
                assert_eq!(sample.pointer(field), None, "{field}");
                put(sample, field, (*value).into());
            }
        }
    }
}

/// The object that holds a field, and the field's name in it.
fn holder<'a>(sample: &'a mut Value, field: &'a str) -> (&'a mut serde_json::Map<String, Value>, &'a str) {
    let (parent, name) = field.rsplit_once('/').unwrap();
    (sample.pointer_mut(parent).and_then(Value::as_object_mut).unwrap(), name)
}

fn take(sample: &mut Value, field: &str) -> Option<Value> {
    let (fields, name) = holder(sample, field);
    fields.remove(name)
}

fn put(sample: &mut Value, field: &str, value: Value) {
    let (fields, name) = holder(sample, field);
    assert_eq!(fields.insert(name.to_owned(), value), None, "{field}");
}

fn recoded<T: FromJson + ToJson>(request: &Value) -> Value {
    let decoded: T = exact::decode(request.to_string().as_bytes()).unwrap_or_else(|error| panic!("{request}: {error}"));
    serde_json::to_value(AsJson(&decoded)).unwrap()
}

/// The field that a guide shows alone.
fn field_recoded<T: FromJson + ToJson>(request: &Value, field: &str) -> Value {
    json!({ field: recoded::<T>(&request[field]) })
}

/// A missing value and null are equal.
fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, field| !field.is_null());
        for field in fields.values_mut() {
            *field = without_nulls(field.take());
        }
    }
    value
}

#[test]
fn every_request_is_encoded_as_shown() {
    let samples: BTreeSet<String> = names("request-").collect();
    let types: BTreeMap<&str, Recode> = REQUESTS.iter().copied().collect();
    for (name, recode) in &types {
        let expected = Sample::new(name).expected(name);
        assert_eq!(recode(&expected), expected, "{name}");
    }
    let not_represented = NOT_REPRESENTED.iter().map(|(name, _)| *name);
    let known: BTreeSet<String> = types.keys().copied().chain(not_represented).map(str::to_owned).collect();
    assert_eq!(samples, known);
    // Bypasses the test harness, which shows only the output of failed tests.
    let line = format!("samples: {} requests, {} not represented\n", types.len(), NOT_REPRESENTED.len());
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

#[test]
fn differences_belong_to_samples() {
    for (name, _) in DIFFERENCES {
        assert!(REQUESTS.iter().any(|(sample, _)| sample == name), "{name}");
    }
}

#[test]
fn verification_codes_are_redacted() {
    let confirmed = customers::ConfirmVerificationRequest::builder().code("316856").build().unwrap();
    assert!(!format!("{confirmed:?}").contains("316856"), "{confirmed:?}");
}

#[test]
fn kyc_updates_send_missing_fields() {
    let Value::Object(fields) = json!({ "occupation": "Baker" }) else { panic!("not an object") };
    let missing = customers::UpdateKycRequest::builder()
        .service_provider(customers::KycProvider::Sumsub)
        .mode(customers::KycInitiationMode::HostedUrl)
        .service_provider_details(fields.clone());
    let written = serde_json::to_value(AsJson(&missing.build().unwrap())).unwrap();
    assert_eq!(written["serviceProviderDetails"], Value::Object(fields));
}
