//! Headless orders and deposits.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::route::{Field, Fields, Input, Kind, MAX_ITEMS, Route};
use super::transactions::{OUTCOME, outcome};
use crate::flows::fields::decimal;
use crate::flows::headless::{deposits, ledger, settlement};
use crate::flows::transfers::machine;
use crate::problem::Problem;

const AMOUNT: Field = Field::required("amount", Kind::Number, "The amount in major units of the source currency");

pub(super) const ROUTES: &[Route] = &[
    Route::get("/_mock/orders", "Lists the headless orders, newest last", list_orders),
    Route::post(
        "/_mock/orders/{id}/pay",
        "Pays an order that buys crypto. The transaction has its final status after two seconds",
        Fields::Only(&[OUTCOME]),
        pay,
    ),
    Route::post(
        "/_mock/orders/{id}/receive-crypto",
        "Receives crypto for an order that sells. Any other amount than that of the order fails",
        Fields::Only(&[AMOUNT]),
        receive,
    ),
    Route::post(
        "/_mock/orders/{id}/authorize",
        "Authorizes access to an account on the hosted page of a transfer order",
        Fields::Only(&[]),
        authorize,
    ),
    Route::get("/_mock/deposits", "Lists the virtual accounts for deposits", list_deposits),
    Route::post(
        "/_mock/deposits/{id}/complete",
        "Receives a deposit, which settles after 90 seconds",
        Fields::Only(&[AMOUNT]),
        complete_deposit,
    ),
    Route::post(
        "/_mock/deposits/{id}/fail",
        "Receives a deposit, which fails after 90 seconds",
        Fields::Only(&[AMOUNT]),
        fail_deposit,
    ),
];

fn list_orders(input: &Input) -> Result<Value, Problem> {
    input.read(|state| {
        let orders = ledger::list(state).into_iter().take(MAX_ITEMS).map(|order| {
            json!({
                "id": order.order_id,
                "amount": order.amount.to_string(),
                "currencyCode": order.currency,
                "transactionIds": order.transaction_ids,
            })
        });
        json!({ "orders": orders.collect::<Vec<_>>() })
    })
}

fn pay(input: &Input) -> Result<Value, Problem> {
    let outcome = outcome(input);
    let transaction = input.change("order", |state, now| settlement::pay(state, &input.id, outcome, now))?;
    Ok(json!({ "transactionId": transaction }))
}

fn receive(input: &Input) -> Result<Value, Problem> {
    let amount = amount(input)?;
    let noun = "order that sells crypto";
    let transaction = input.change(noun, |state, now| settlement::receive(state, &input.id, amount, now))?;
    Ok(json!({ "transactionId": transaction }))
}

fn authorize(input: &Input) -> Result<Value, Problem> {
    let noun = "transfer order with an open page";
    let url = input.change(noun, |state, now| machine::authorize(state, &input.id, now))?;
    Ok(json!({ "redirectUrl": url }))
}

fn list_deposits(input: &Input) -> Result<Value, Problem> {
    Ok(input.server.read(|state, now| {
        let deposits = state.orders.deposits.iter().rev().take(MAX_ITEMS).map(|deposit| {
            let mut json = deposits::request(deposit);
            json["id"] = json!(deposit.id);
            json["ready"] = json!(deposit.ready_at <= now);
            json
        });
        json!({ "deposits": deposits.collect::<Vec<_>>() })
    }))
}

fn complete_deposit(input: &Input) -> Result<Value, Problem> {
    deposit(input, "SETTLED")
}

fn fail_deposit(input: &Input) -> Result<Value, Problem> {
    deposit(input, "FAILED")
}

fn deposit(input: &Input, outcome: &'static str) -> Result<Value, Problem> {
    let amount = amount(input)?;
    let noun = "virtual account that is ready";
    let transaction = input.change(noun, |state, now| settlement::deposit(state, &input.id, amount, outcome, now))?;
    Ok(json!({ "transactionId": transaction }))
}

fn amount(input: &Input) -> Result<Decimal, Problem> {
    decimal(&input.body["amount"])
        .filter(|amount| *amount > Decimal::ZERO)
        .ok_or_else(|| Problem::bad_request("The body is not valid").with_error("[amount] must be a number above 0"))
}
