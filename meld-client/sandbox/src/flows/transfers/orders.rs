//! Transfer orders, and the removal of account links.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::machine;
use crate::amount::number;
use crate::call::Call;
use crate::clock::timestamp;
use crate::flows::fields::{check_wallet, decimal};
use crate::flows::headless::onramp::{check_external_id, secret};
use crate::flows::success::Success;
use crate::flows::{customers, market};
use crate::problem::Problem;
use crate::state::State;
use crate::state::transfers::{ActionToken, Phase, Transfer};

const TOKEN_FOR: TimeDelta = TimeDelta::minutes(30);
/// The time for which a token works after a newer one was returned.
const OVERLAP: TimeDelta = TimeDelta::minutes(2);
const ORDERS_PER_HOUR: usize = 10;
/// The actions of an order, and `true` for those that require an idempotency key.
pub(super) const OPERATIONS: [(&str, bool); 6] = [
    ("READ_SUBMISSION", false),
    ("PREPARE_ACCOUNT_AUTHORIZATION", true),
    ("COMPLETE_ACCOUNT_AUTHORIZATION", true),
    ("LIST_SOURCE_ACCOUNTS", false),
    ("SUBMIT_TRANSFER", true),
    ("SUBMIT_SECOND_FACTOR", true),
];

pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let customer = customers::find_known(state, call)?;
    let amount = check(call)?;
    check_external_id(state, call.text("externalOrderId"))?;
    let Some(external_id) = call.text("externalOrderId") else {
        let problem = Problem::bad_request("Orders of the sandbox need an ID for their simulation");
        return Err(problem.with_error("[externalOrderId] is required in the sandbox"));
    };
    let since = call.now - TimeDelta::hours(1);
    let recent = |order: &&Transfer| order.customer == customer && order.created_at > since;
    if state.transfers.orders.iter().filter(recent).count() >= ORDERS_PER_HOUR {
        let message = "A customer can have 10 transfer orders within an hour";
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "TRANSFER_RATE_LIMITED", message));
    }
    let id = state.identifier();
    state.transfers.orders.push(Transfer {
        id: id.clone(),
        external_id: external_id.to_owned(),
        customer,
        data: call.body.clone(),
        key: call.idempotency_key.clone(),
        amount,
        phase: Phase::NotStarted,
        transaction: None,
        tokens: Vec::new(),
        actions: std::collections::BTreeMap::new(),
        created_at: call.now,
    });
    show(state, &id, call.now)
}

fn bad(code: &'static str, error: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, "The transfer order is not valid").with_error(error)
}

fn check(call: &Call) -> Result<Decimal, Problem> {
    if call.text("countryCode") != Some("US") {
        return Err(bad("TRANSFER_JURISDICTION_UNSUPPORTED", "[countryCode] must be US"));
    }
    let currency = call.text("currencyCode").unwrap_or_default();
    if !market::is_crypto(currency) || call.text("networkCode") != Some(market::network(currency)) {
        return Err(bad("INVALID_CRYPTO_CURRENCY", "[networkCode] is not the network of the currency"));
    }
    check_wallet("destinationWalletAddress", call.text("destinationWalletAddress"))?;
    check_wallet("destinationWalletTag", call.text("destinationWalletTag"))?;
    let url = call.text("redirectUrl").unwrap_or_default();
    let parsed = url::Url::parse(url).ok().filter(|parsed| {
        parsed.scheme() != "http" && parsed.username().is_empty() && parsed.password().is_none() && url.len() <= 2048
    });
    if parsed.is_none() {
        let error = "[redirectUrl] must be an https URL or have a scheme of yours, without user information";
        return Err(bad("INVALID_REDIRECT_URL", error));
    }
    let amount = decimal(&call.body["amount"]).filter(|amount| *amount > Decimal::ZERO);
    let fits = |amount: &Decimal| amount.trunc().to_string().len() <= 12 && amount.normalize().scale() <= 20;
    amount.filter(fits).ok_or_else(|| {
        bad("INVALID_AMOUNT", "[amount] must be above 0, with at most 12 integer digits and 20 decimals")
    })
}

/// Returns an order with a new action token.
fn show(state: &mut State, id: &str, now: DateTime<Utc>) -> Result<Value, Problem> {
    let unknown = || Problem::not_found("transfer order");
    machine::advance(state, id, now);
    let number_of_token = state.identifier();
    let value = secret(state.seed, "action", &number_of_token);
    let token = ActionToken { value, expires_at: now + TOKEN_FOR };
    state.transfers.find_mut(id).ok_or_else(unknown)?.add_token(token.clone(), now, OVERLAP);
    let order = state.transfers.find(id).ok_or_else(unknown)?;
    let next = machine::response(state, order);
    let provider = &order.data["serviceProvider"];
    let operation = |(name, required): &(&str, bool)| json!({ "operation": name, "idempotencyKeyRequired": required });
    Ok(json!({
        "id": id,
        "customerId": order.customer,
        "externalOrderId": order.external_id,
        "serviceProvider": provider,
        "transferMethod": "ACCOUNT_LINK",
        "currencyCode": order.data["currencyCode"],
        "networkCode": order.data["networkCode"],
        "amount": number(order.amount),
        "destinationWalletAddress": order.data["destinationWalletAddress"],
        "countryCode": order.data["countryCode"],
        "status": machine::order_status(state, order),
        "transactionId": order.transaction,
        "providerMode": "SIMULATED",
        "headlessPresentation":
            { "surface": "PROVIDER_ACCOUNT_LINK", "protocol": "MELD_ACCOUNT_TRANSFER", "version": 1 },
        "next": next,
        "actionToken": token.value,
        "actionTokenExpiresAt": timestamp(token.expires_at),
        "paymentActions": {
            "version": 1,
            "endpoint": format!("/crypto/order/headless/transfer/{}/{id}/actions", provider.as_str().unwrap_or_default()),
            "bearerTokenPointer": "/actionToken",
            "operations": OPERATIONS.iter().map(operation).collect::<Vec<_>>(),
        },
    }))
}

pub(crate) fn get(state: &mut State, call: &Call) -> Result<Value, Problem> {
    show(state, call.path("orderId"), call.now)
}

/// Gives the response to the first request of a key a new token.
pub(crate) fn renew(state: &mut State, mut first: Value, now: DateTime<Utc>) -> Value {
    let id = first["id"].as_str().unwrap_or_default().to_owned();
    if let Ok(shown) = show(state, &id, now) {
        for field in ["actionToken", "actionTokenExpiresAt"] {
            first[field] = shown[field].clone();
        }
    }
    first
}

/// Removes the account link of a customer: 202 while the provider has not confirmed it, and 204 then.
pub(crate) fn unlink(state: &mut State, call: &Call) -> Result<Success, Problem> {
    let id = call.query("customerId").unwrap_or_default();
    state.customers.find(id).ok_or_else(|| customers::not_found(id))?;
    let of_customer = state.transfers.orders.iter().filter(|order| order.customer == id);
    for order in of_customer.map(|order| order.id.clone()).collect::<Vec<_>>() {
        machine::advance(state, &order, call.now);
    }
    let mut of_customer = state.transfers.orders.iter_mut().filter(|order| order.customer == id);
    if of_customer.any(|order| order.is_unresolved()) {
        let message = "A transfer from the account is in progress";
        return Err(Problem::new(StatusCode::CONFLICT, "TRANSFER_IN_PROGRESS", message));
    }
    for order in state.transfers.orders.iter_mut().filter(|order| order.customer == id) {
        if matches!(order.phase, Phase::Linked) {
            order.phase = Phase::NotStarted;
        }
    }
    if state.transfers.remove_link(id, call.now) {
        return Ok(Success::empty(StatusCode::NO_CONTENT));
    }
    Ok(Success { retry_after: Some(1), ..Success::empty(StatusCode::ACCEPTED) })
}
