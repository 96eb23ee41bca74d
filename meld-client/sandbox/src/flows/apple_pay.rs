//! Apple Pay of Mercuryo on the customer's device, with the session token of an order.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::headless::settlement;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::state::orders::Order;

const TOKEN_FOR: TimeDelta = TimeDelta::minutes(30);

fn order(state: &State, call: &Call) -> Result<Order, Problem> {
    let is_match = |order: &&Order| {
        order.session_token.is_some() && order.session_token == call.token && order.created_at + TOKEN_FOR > call.now
    };
    state.orders.headless.iter().find(is_match).cloned().ok_or_else(|| {
        let message = "The session token belongs to no live order";
        Problem::new(StatusCode::BAD_REQUEST, "INVALID_SESSION_ID", message)
    })
}

/// Validates the merchant for Apple's payment sheet.
pub(crate) fn validate_merchant(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let order = order(state, call)?;
    Ok(json!({ "merchantSession": merchant_session(&order) }))
}

pub(crate) fn payment_session(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let order = order(state, call)?;
    Ok(json!({ "paymentSession": merchant_session(&order) }))
}

fn merchant_session(order: &Order) -> Value {
    json!({
        "merchantSessionIdentifier": format!("session-{}", order.id),
        "merchantIdentifier": "merchant.com.example.app",
        "displayName": "Example",
    })
}

/// Pays an order. A repetition returns the same transaction.
pub(crate) fn process(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let order = order(state, call)?;
    let mut errors = Vec::new();
    let mut compare = |field: &str, wanted: &Value| {
        if call.body[field] != *wanted {
            errors.push(format!("[{field}] is not that of the order"));
        }
    };
    compare("merchant_transaction_id", &json!(format!("merchant-{}", order.id)));
    compare("address", &order.data["destinationWalletAddress"]);
    if order.data["clientIpAddress"].is_string() {
        compare("ip", &order.data["clientIpAddress"]);
    }
    if !errors.is_empty() {
        return Err(Problem::bad_request("The payment does not match its order").with_errors(errors));
    }
    let transaction = settlement::pay(state, &order.id, "SETTLED", call.now);
    let text = |field: &str| order.data[field].as_str().map_or_else(|| order.data[field].to_string(), str::to_owned);
    Ok(json!({
        "code": "200",
        "status": 200,
        "message": "accepted",
        "data": {
            "id": order.id,
            "status": "order_scheduled",
            "address": order.data["destinationWalletAddress"],
            "currency": order.data["destinationCurrencyCode"],
            "fiat_amount": text("sourceAmount"),
            "fiatcurrency": order.data["sourceCurrencyCode"],
            "transaction": { "id": transaction },
        },
    }))
}
