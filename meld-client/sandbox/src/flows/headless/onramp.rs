//! Headless orders that buy crypto.

use std::net::IpAddr;

use axum::http::StatusCode;
use chrono::DateTime;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::providers::{self, Provider};
use super::requirements;
use crate::call::Call;
use crate::flows::customers;
use crate::flows::fields::{check_country, check_wallet, decimal};
use crate::flows::market::{self, CurrencyPair};
use crate::problem::Problem;
use crate::random::{letters, seeded};
use crate::state::State;
use crate::state::orders::Order;

/// The payment methods that never return to a URL.
const WITHOUT_REDIRECT: [&str; 2] = ["CREDIT_DEBIT_CARD", "APPLE_PAY"];
/// The countries without native Apple Pay of Mercuryo.
const WITHOUT_APPLE_PAY: [&str; 2] = ["GB", "US"];

pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let method = call.text("paymentMethodType").unwrap_or_default();
    if WITHOUT_REDIRECT.contains(&method) && call.text("redirectUrl").is_some() {
        let problem = bad("INVALID_REDIRECT_URL", "Orders by card and Apple Pay have no redirect");
        return Err(problem.with_error("[redirectUrl] must not be set"));
    }
    let customer_id = customers::find_known(state, call)?;
    let provider = providers::find(call.text("serviceProvider").unwrap_or_default())?;
    check_method(call, provider, method)?;
    check_fields(call, provider)?;
    check_external_id(state, call.text("externalOrderId"))?;
    accept_agreements(state, call, provider, &customer_id)?;
    let customer = state.customers.find(&customer_id).ok_or_else(|| customers::not_found(&customer_id))?;
    requirements::check(state, call, provider, customer)?;
    let id = state.identifier();
    let order = Order {
        external_id: call.text("externalOrderId").map(str::to_owned),
        session_token: (method == "APPLE_PAY").then(|| secret(state.seed, "session", &id)),
        id,
        customer: customer_id,
        data: call.body.clone(),
        key: call.idempotency_key.clone(),
        deposit_address: None,
        transaction: None,
        created_at: call.now,
    };
    let response = to_json(state, call, &order);
    state.orders.headless.push(order);
    Ok(response)
}

fn bad(code: &'static str, message: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, message)
}

fn check_method(call: &Call, provider: &Provider, method: &str) -> Result<(), Problem> {
    if !provider.methods.contains(&method) {
        return Err(providers::unsupported_method(provider, provider.methods));
    }
    let country = call.text("countryCode").unwrap_or_default();
    if method == "APPLE_PAY" && provider.name == "MERCURYO" && WITHOUT_APPLE_PAY.contains(&country) {
        let message = "Native Apple Pay is not available in this country; offer the card instead";
        return Err(bad("INVALID_PAYMENT_METHOD", message));
    }
    if method == "MOBILE_MONEY" && call.text("customerPhoneNumber").is_none() {
        let problem = bad("PHONE_NUMBER_REQUIRED", "Mobile money requires a phone number");
        return Err(problem.with_error("[customerPhoneNumber] is required for MOBILE_MONEY"));
    }
    Ok(())
}

fn check_fields(call: &Call, provider: &Provider) -> Result<(), Problem> {
    check_country("countryCode", call.text("countryCode"))?;
    check_wallet("destinationWalletAddress", call.text("destinationWalletAddress"))?;
    let text = |field| call.text(field).unwrap_or_default();
    let pair = CurrencyPair::new(text("sourceCurrencyCode"), text("destinationCurrencyCode"))?;
    if !pair.buys {
        return Err(bad("INVALID_FIAT_CURRENCY", "The source currency must be fiat"));
    }
    pair.check_amount(decimal(&call.body["sourceAmount"]).unwrap_or_default())?;
    let network = call.text("destinationNetworkCode");
    let is_wrong = network.is_some_and(|network| network != market::network(&pair.destination));
    if is_wrong || (network.is_none() && provider.name == "STRIPE") {
        let problem = bad("INVALID_CRYPTO_CURRENCY", "The network must be that of the quote");
        return Err(problem.with_error("[destinationNetworkCode] is not the network of the currency"));
    }
    if call.text("clientIpAddress").is_some_and(|address| address.parse::<IpAddr>().is_err()) {
        let problem = Problem::bad_request("The address of the customer's device is not valid");
        return Err(problem.with_error("[clientIpAddress] must be an IPv4 or IPv6 address"));
    }
    Ok(())
}

/// Checks that no order of the account has this external id.
pub(crate) fn check_external_id(state: &State, external_id: Option<&str>) -> Result<(), Problem> {
    let is_used = |id: &str| state.orders.find_external(id).is_some() || state.transfers.find_external(id).is_some();
    if external_id.is_some_and(is_used) {
        let message = "The externalOrderId was used for another order of the account";
        return Err(bad("EXTERNAL_ORDER_ID_NOT_UNIQUE", message));
    }
    Ok(())
}

/// Records the acceptance of the provider's agreements that an order reports.
fn accept_agreements(state: &mut State, call: &Call, provider: &Provider, customer: &str) -> Result<(), Problem> {
    let accepted = call.body.get("agreementAcceptedAt").or(call.body.pointer("/providerData/agreementAcceptedAt"));
    let Some(accepted) = accepted.and_then(Value::as_str) else { return Ok(()) };
    if !DateTime::parse_from_rfc3339(accepted).is_ok_and(|at| at <= call.now) {
        let problem = bad("TRANSACTION_REQUEST_VALIDATION_ERROR", "The agreements were accepted in the future");
        return Err(problem.with_error("[agreementAcceptedAt] must be a time that has passed"));
    }
    if let Some(customer) = state.customers.find_mut(customer) {
        customer.agreements.push(provider.name.to_owned());
    }
    Ok(())
}

/// Returns a token that looks like a JWT, by the seed.
pub(crate) fn secret(seed: u64, purpose: &str, id: &str) -> String {
    let mut random = seeded(seed, &format!("{purpose} {id}"));
    format!("eyJmYWtl.{}.{}", letters(&mut random, 24), letters(&mut random, 24))
}

fn to_json(state: &State, call: &Call, order: &Order) -> Value {
    let customer = state.customers.find(&order.customer);
    let mut response = json!({
        "id": order.id,
        "customerId": order.customer,
        "externalCustomerId": customer.and_then(|customer| customer.external_id.clone()),
        "externalOrderId": order.external_id,
        "paymentMethodType": call.body["paymentMethodType"],
        "paymentMethodResponseDetails": details(state, call, order),
        "payload": call.body,
    });
    // The fields of the newer version.
    if let Some(fields) = response.as_object_mut().filter(|_| call.version > call.operation.version) {
        fields.extend(presentation(call, order));
    }
    response
}

/// Returns the data for the payment, by payment method.
fn details(state: &State, call: &Call, order: &Order) -> Value {
    let mut random = seeded(state.seed, &format!("order {}", order.id));
    let mut digits = |length: usize| -> String {
        use rand::RngExt as _;
        (0..length).map(|_| char::from(b'0' + random.random_range(0..10))).collect()
    };
    let id = &order.id;
    match call.text("paymentMethodType").unwrap_or_default() {
        "CREDIT_DEBIT_CARD" if is_native(call) => json!({ "renderMode": "SDK_NATIVE" }),
        "CREDIT_DEBIT_CARD" => json!({
            "serviceProviderWidgetUrl": format!("{}/sandbox/order/{id}", call.base_url),
            "renderMode": "IFRAME",
        }),
        "APPLE_PAY" => json!({
            "presentation": "NATIVE_TOKEN",
            "sessionToken": order.session_token,
            "merchantTransactionId": format!("merchant-{id}"),
            "merchantIdentifier": "merchant.com.example.app",
        }),
        "ACH" => json!({ "accountNumber": digits(12), "routingNumber": "110000000", "paymentReference": id }),
        "SEPA" => json!({ "iban": format!("DE89{}", digits(18)), "bic": "COBADEFFXXX", "paymentReference": id }),
        "PIX" => json!({ "pixKey": format!("pix-{id}"), "paymentReference": id }),
        _ => json!({ "mobileMoneyReference": digits(10), "paymentReference": id }),
    }
}

/// Returns `true` if the SDK of the provider shows the payment.
fn is_native(call: &Call) -> bool {
    call.text("serviceProvider") == Some("STRIPE")
}

/// Returns the fields by which an SDK presents the payment.
fn presentation(call: &Call, order: &Order) -> Map<String, Value> {
    let method = call.text("paymentMethodType").unwrap_or_default();
    let fields = match method {
        "APPLE_PAY" => json!({
            "responseKind": "SESSION",
            "headlessPresentation": { "surface": "NATIVE_TOKEN", "protocol": "MELD_WALLET_TOKEN", "version": 1 },
            "paymentActions": {
                "version": 1,
                "endpoint": "/crypto/session/mercuryo/apple-pay/process",
                "tokenPointer": "/paymentMethodResponseDetails/sessionToken",
            },
        }),
        "CREDIT_DEBIT_CARD" if is_native(call) => json!({
            "responseKind": "SDK_BOOTSTRAP",
            "paymentActions": { "version": 1, "clientSecret": format!("secret-{}", order.id) },
        }),
        _ => json!({}),
    };
    fields.as_object().cloned().unwrap_or_default()
}

/// Returns the amount of crypto for an amount of fiat, or the other way around, without a fee of one percent. `None` if the
/// currencies are not a pair or the amount is too large.
pub(super) fn destination_amount(source: &str, destination: &str, amount: Decimal) -> Option<Decimal> {
    let pair = CurrencyPair::new(source, destination).ok()?;
    let left = amount.checked_mul(pair.source_price)?.checked_mul(Decimal::new(99, 2))?;
    Some(left.checked_div(pair.destination_price)?.round_dp(8))
}
