//! Headless orders that sell crypto and pay out fiat.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{providers, requirements};
use crate::call::Call;
use crate::flows::fields::{check_wallet, decimal};
use crate::flows::market::CurrencyPair;
use crate::flows::{customers, sessions};
use crate::problem::Problem;
use crate::state::State;
use crate::state::orders::Order;

pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let customer_id = call.text("customerId").unwrap_or_default();
    let customer = state.customers.find(customer_id).ok_or_else(|| customers::not_found(customer_id))?;
    let provider = providers::find(call.text("serviceProvider").unwrap_or_default())?;
    let payout = &call.body["fiatPayoutMethod"];
    let method = payout["type"].as_str().unwrap_or_default();
    if !provider.payouts.contains(&method) {
        return Err(providers::unsupported_method(provider, provider.payouts));
    }
    check_payout(method, &payout["details"])?;
    check_wallet("sourceWalletAddress", call.text("sourceWalletAddress"))?;
    let text = |field| call.text(field).unwrap_or_default();
    let pair = CurrencyPair::new(text("sourceCurrencyCode"), text("destinationCurrencyCode"))?;
    if pair.buys {
        let message = "The source currency must be crypto";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "INVALID_CRYPTO_CURRENCY", message));
    }
    pair.check_amount(decimal(&call.body["sourceAmount"]).unwrap_or_default())?;
    sessions::check_subaccount(state, call)?;
    requirements::check_kyc(provider, customer)?;
    let id = state.identifier();
    // An address for each order, so that what arrives belongs to one.
    let address = format!("0x{}", state.identifier());
    let order = Order {
        id: id.clone(),
        external_id: None,
        customer: customer_id.to_owned(),
        data: call.body.clone(),
        key: call.idempotency_key.clone(),
        deposit_address: Some(address.clone()),
        session_token: None,
        transaction: None,
        created_at: call.now,
    };
    state.orders.headless.push(order);
    Ok(json!({ "id": id, "paymentMethodType": method, "walletAddress": address }))
}

/// Checks that the details are those of the payout method.
fn check_payout(method: &str, details: &Value) -> Result<(), Problem> {
    let required = match method {
        "SEPA" => "iban",
        "MOBILE_MONEY" => "phoneNumber",
        _ => "accountNumber",
    };
    if details[required].is_string() {
        return Ok(());
    }
    let error = format!("[fiatPayoutMethod.details.{required}] is required for {method}");
    Err(Problem::bad_request("The details are not those of the payout method").with_error(error))
}
