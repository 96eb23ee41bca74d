//! Checkout URLs: pages that open a widget session with prefilled values.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use url::Url;

use super::fields::{check_country, check_wallet, decimal};
use super::sessions;
use crate::call::Call;
use crate::problem::Problem;
use crate::random::{letters, seeded};
use crate::state::State;
use crate::state::checkouts::Checkout;
use crate::state::sessions::Session;

const LOCKABLE: [&str; 6] = [
    "walletAddress",
    "destinationCurrencyCode",
    "sourceCurrencyCode",
    "sourceAmount",
    "paymentMethodType",
    "countryCode",
];
/// The time for which a URL works.
const VALID_FOR: TimeDelta = TimeDelta::days(30);

pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let refused = |error: String| Err(Problem::bad_request("The checkout URL is not valid").with_error(error));
    // A secret key instead of the publishable one would be shown to the customer.
    if call.text("publicKey") == Some(call.api_key.as_str()) {
        return refused("[publicKey] is the secret key; send the publishable key of the account".to_owned());
    }
    let prefill = &call.body["prefill"];
    for lock in call.texts("locked") {
        let field = LOCKABLE.iter().find(|field| field.eq_ignore_ascii_case(&lock));
        match field {
            None => return refused(format!("[locked] `{lock}` is not one of {}", LOCKABLE.join(", "))),
            Some(field) if prefill[field].is_null() => {
                return refused(format!("[prefill.{field}] is locked, so required"));
            }
            Some(_) => {}
        }
    }
    check_amount(call.text("sessionType"), prefill)?;
    check_country("prefill.countryCode", prefill["countryCode"].as_str())?;
    check_wallet("prefill.walletAddress", prefill["walletAddress"].as_str())?;
    if call.text("redirectUrl").is_some_and(|url| Url::parse(url).is_err()) {
        return refused("[redirectUrl] must be an absolute URL".to_owned());
    }
    let external_session = call.text("externalSessionId").map(str::to_owned);
    if sessions::is_used(state, external_session.as_deref()) {
        let message = "The externalSessionId was used before";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "DUPLICATE_EXTERNAL_SESSION_ID", message));
    }
    let number = state.identifier();
    let token = letters(&mut seeded(state.seed, &format!("checkout {number}")), 40);
    let url = format!("{}/sandbox/checkout/{token}", call.base_url);
    state.checkouts.push(Checkout { token, data: call.body.clone(), expires_at: call.now + VALID_FOR });
    Ok(json!({ "widgetUrl": url }))
}

/// Checks the amount against the range of the session type.
fn check_amount(session_type: Option<&str>, prefill: &Value) -> Result<(), Problem> {
    let least = if session_type == Some("BUY") { Decimal::ONE } else { Decimal::new(1, 4) };
    let most = Decimal::from(if session_type == Some("SELL") { 1_000_000 } else { 10_000_000 });
    let amount = &prefill["sourceAmount"];
    let is_valid = decimal(amount).is_some_and(|amount| (least..=most).contains(&amount));
    if amount.is_null() || is_valid {
        return Ok(());
    }
    let error = format!("[prefill.sourceAmount] must be from {least} to {most}");
    Err(Problem::bad_request("The amount is out of range").with_error(error))
}

/// Opens a checkout URL and pays, as a customer does. Returns the id of the transaction, or `None` if the URL is unknown
/// or expired, or has opened its only session.
pub(crate) fn open(state: &mut State, token: &str, now: DateTime<Utc>) -> Option<String> {
    let checkout = state.checkouts.iter().find(|checkout| checkout.token == token && checkout.expires_at > now)?;
    let data = checkout.data.clone();
    let external_id = data["externalSessionId"].as_str().map(str::to_owned);
    if sessions::is_used(state, external_id.as_deref()) {
        return None;
    }
    let sells = data["sessionType"] == "SELL";
    let prefill = |field: &str, default: &str| {
        let value = &data["prefill"][field];
        value.as_str().map(str::to_owned).or(value.as_f64().map(|_| value.to_string())).unwrap_or(default.to_owned())
    };
    let (source, destination) = if sells { ("BTC", "USD") } else { ("USD", "BTC") };
    let session_data = json!({
        "countryCode": prefill("countryCode", "US"),
        "sourceCurrencyCode": prefill("sourceCurrencyCode", source),
        "destinationCurrencyCode": prefill("destinationCurrencyCode", destination),
        "sourceAmount": prefill("sourceAmount", "100"),
        "paymentMethodType": prefill("paymentMethodType", "CREDIT_DEBIT_CARD"),
        "walletAddress": prefill("walletAddress", "2N3oefVeg6stiTb5Kh3ozCSkaqmx91FDbsm"),
        "serviceProvider": "TRANSAK",
    });
    let customer = match data["externalCustomerId"].as_str() {
        Some(external) => state.customer_with_external_id(external),
        None => state.add_customer(None),
    };
    let session = Session {
        id: state.identifier(),
        external_id,
        kind: if sells { "CRYPTO_SELL" } else { "CRYPTO_PURCHASE" },
        data: session_data,
        customer,
        subaccount: None,
        transaction: None,
    };
    let id = session.id.clone();
    state.sessions.push(session);
    sessions::complete(state, &id, "SETTLED", now)
}
