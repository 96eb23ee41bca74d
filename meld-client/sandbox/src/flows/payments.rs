//! Card and bank payments: charges, captures, refunds and payouts.

mod rules;

use axum::http::StatusCode;
use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{customers, transactions};
use crate::call::Call;
use crate::clock::timestamp;
use crate::problem::Problem;
use crate::state::State;
use crate::state::ledger::Payment;
use crate::state::transactions::Transaction;

/// The number of the test card that providers decline.
const DECLINED_CARD: &str = "4000000000000002";

pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let mut transaction = new_transaction(state, call, "CHARGE")?;
    let authorizes_only = call.body["capture"] == false;
    let amount = transaction.source_amount;
    let then: &[(TimeDelta, &str)] = match transaction.method.as_deref() {
        Some("ACH") => {
            transaction.status = "PENDING";
            &[(TimeDelta::hours(1), "SETTLING"), (TimeDelta::hours(8), "SETTLED")]
        }
        _ if is_declined(call) => {
            transaction.status = "DECLINED";
            &[]
        }
        _ if authorizes_only => {
            transaction.status = "AUTHORIZED";
            transaction.authorized = Some(amount);
            &[(TimeDelta::days(30), "AUTHORIZATION_EXPIRED")]
        }
        _ => {
            transaction.status = "SETTLED";
            transaction.authorized = Some(amount);
            transaction.captured = Some(amount);
            &[]
        }
    };
    finish(state, call, transaction, then)
}

pub(crate) fn pay_out(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let transaction = new_transaction(state, call, "PAYOUT")?;
    let then = [(TimeDelta::hours(1), "SETTLING"), (TimeDelta::hours(8), "SETTLED")];
    finish(state, call, transaction, &then)
}

fn is_declined(call: &Call) -> bool {
    let number = call.body.pointer("/paymentMethod/details/number").and_then(Value::as_str);
    number.is_some_and(|number| number.replace(' ', "") == DECLINED_CARD)
}

/// Validates a charge or a payout and creates its transaction.
fn new_transaction(state: &mut State, call: &Call, kind: &'static str) -> Result<Transaction, Problem> {
    let source = rules::amount(call)?;
    let method = rules::method(call)?;
    let provider = rules::provider(call, method)?;
    rules::passthrough(call)?;
    let customer = customers::find_or_create(state, call)?;
    if method == "ACH" {
        rules::bank_account(state, call, customer.as_deref())?;
    }
    let id = state.identifier();
    let mut transaction = Transaction::new(id, kind, "PENDING", source, provider, call.now);
    transaction.customer = customer;
    transaction.description = call.text("description").map(str::to_owned);
    transaction.method = Some(method.to_owned());
    Ok(transaction)
}

/// Adds a transaction to the ledger and the state, and returns the response.
fn finish(
    state: &mut State,
    call: &Call,
    transaction: Transaction,
    then: &[(TimeDelta, &'static str)],
) -> Result<Value, Problem> {
    let id = transaction.id.clone();
    record(state, call, &transaction, transaction.source_amount);
    transactions::add(state, transaction, then);
    get(state, &id)
}

fn get(state: &State, id: &str) -> Result<Value, Problem> {
    let transaction = find(state, id)?;
    Ok(json!({ "transaction": transactions::to_json(state, transaction) }))
}

fn find<'a>(state: &'a State, id: &str) -> Result<&'a Transaction, Problem> {
    state.transactions.find(id).ok_or_else(not_found)
}

/// Creates the error for an unknown transaction: 400, not 404.
fn not_found() -> Problem {
    let message = "There is no such transaction";
    Problem::new(StatusCode::BAD_REQUEST, "TRANSACTION_INVALID_ID", message)
}

fn record(state: &mut State, call: &Call, transaction: &Transaction, amount: Decimal) {
    state.ledger.push(Payment {
        operation: call.operation.name().to_owned(),
        transaction_id: transaction.id.clone(),
        amount,
        currency: transaction.source_currency.clone(),
        idempotency_key: call.idempotency_key.clone(),
        at: call.now,
    });
}

/// Returns the amount of a capture or refund, which is all that is left by default.
fn amount_or_default(call: &Call, left: Decimal) -> Result<Decimal, Problem> {
    let amount = match call.body.get("sourceAmount") {
        // Parsed from the JSON text, so that 10.1 stays exact.
        Some(amount) => amount.to_string().parse().unwrap_or_default(),
        None => left,
    };
    if amount <= Decimal::ZERO || amount > left {
        let error = format!("[sourceAmount] must be above 0 and at most {left}, the remaining amount");
        return Err(rules::bad_amount(&error));
    }
    Ok(amount)
}

/// Creates the error for a wrong status, which says when the transaction will be settled.
fn wrong_state(state: &State, code: &'static str, rule: &str, transaction: &Transaction) -> Problem {
    let mut message = format!("{rule}; this one is {}", transaction.status);
    if let Some(at) = state.schedule.settles_at(&transaction.id) {
        let at = timestamp(at);
        message.push_str(&format!("; it will be SETTLED at {at} by the clock of the mock server"));
    }
    Problem::new(StatusCode::BAD_REQUEST, code, message)
}

pub(crate) fn capture(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("id");
    let transaction = find(state, id)?.clone();
    if transaction.status != "AUTHORIZED" {
        let rule = "Only a transaction that is AUTHORIZED (capture: false) can be captured, once";
        let code = "PREVIOUS_TRANSACTION_STATE_INVALID";
        return Err(wrong_state(state, code, rule, &transaction));
    }
    let amount = amount_or_default(call, transaction.source_amount)?;
    record(state, call, &transaction, amount);
    if let Some(transaction) = state.transactions.find_mut(id) {
        transaction.captured = Some(amount);
    }
    transactions::set_status(state, id, "SETTLED", call.now);
    get(state, id)
}

pub(crate) fn refund(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("id");
    let charge = find(state, id)?.clone();
    if charge.kind != "CHARGE" || !["SETTLED", "PARTIALLY_REFUNDED"].contains(&charge.status) {
        let rule = "Only a CHARGE that is SETTLED or PARTIALLY_REFUNDED can be refunded";
        return Err(wrong_state(state, "PAYMENT_TRANSACTION_STATE_INVALID", rule, &charge));
    }
    let captured = charge.captured.unwrap_or(charge.source_amount);
    let amount = amount_or_default(call, captured - charge.refunded)?;
    let refunded = charge.refunded + amount;
    if let Some(charge) = state.transactions.find_mut(id) {
        charge.refunded = refunded;
    }
    let status = if refunded == captured { "REFUNDED" } else { "PARTIALLY_REFUNDED" };
    transactions::set_status(state, id, status, call.now);

    let source = (amount, charge.source_currency.as_str());
    let new_id = state.identifier();
    let mut refund = Transaction::new(new_id, "REFUND", "SETTLED", source, &charge.provider, call.now);
    refund.parent = Some(charge.id.clone());
    refund.customer = charge.customer.clone();
    refund.method = charge.method.clone();
    refund.description = call.text("description").map(str::to_owned);
    finish(state, call, refund, &[])
}
