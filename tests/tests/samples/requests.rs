//! Requests of Meld's guides, built with the builders of the newest version. They are encoded as the guides show them, and
//! decode to what was built.

mod accounts;
mod headless;
mod quotes;
mod sessions;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use meld_client_core::Error;
use meld_client_core::json::{FromJson, Json as AsJson, ToJson, exact};
use meld_client_core::serde_json::{self, Value, json};

use super::{customers, names, text};

/// Encodes the request of a sample.
type Build = fn(&Sample) -> Result<Value, Error>;

/// The requests, by the name of the sample.
const REQUESTS: [&[(&str, Build)]; 4] = [accounts::REQUESTS, headless::REQUESTS, quotes::REQUESTS, sessions::REQUESTS];

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

    /// The string at a JSON pointer.
    fn at(&self, pointer: &str) -> String {
        self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}")).to_owned()
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

/// Encodes a request. The result, which equals the sample, decodes to the same request.
fn encoded<T: FromJson + ToJson + PartialEq>(request: Result<T, Error>) -> Result<Value, Error> {
    let request = request?;
    let text = serde_json::to_string(&AsJson(&request)).unwrap();
    let decoded: T = exact::decode(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert!(decoded == request, "{text}");
    Ok(serde_json::to_value(AsJson(&request)).unwrap())
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
    let builds: BTreeMap<&str, Build> = REQUESTS.into_iter().flatten().copied().collect();
    for (name, build) in &builds {
        let sample = Sample::new(name);
        let written = build(&sample).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(written, sample.expected(name), "{name}");
    }
    let not_represented = NOT_REPRESENTED.iter().map(|(name, _)| *name);
    let known: BTreeSet<String> = builds.keys().copied().chain(not_represented).map(str::to_owned).collect();
    assert_eq!(samples, known);
    // Bypasses the test harness, which shows only the output of failed tests.
    let line = format!("samples: {} built, {} not represented\n", builds.len(), NOT_REPRESENTED.len());
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

#[test]
fn differences_belong_to_samples() {
    for (name, _) in DIFFERENCES {
        assert!(REQUESTS.into_iter().flatten().any(|(sample, _)| sample == name), "{name}");
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
    let written = encoded(missing.build()).unwrap();
    assert_eq!(written["serviceProviderDetails"], Value::Object(fields));
}
