//! Card and bank payments: authorise, capture, refund, pay out; and the ledger that tests read.

mod rules;

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::transactions::{self, Transaction};
use super::{Call, State, customers};
use crate::envelope::{Problem, timestamp};

/// A card that providers decline, as their own test cards do.
const DECLINED_CARD: &str = "4000000000000002";

/// One thing that was carried out: an entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// What was done: the operationId.
    pub operation: String,
    /// The transaction that it made or changed.
    pub transaction_id: String,
    /// How much.
    pub amount: Decimal,
    /// Of what.
    pub currency: String,
    /// The key it was sent with.
    pub idempotency_key: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let mut transaction = begin(state, call, "CHARGE")?;
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
    let transaction = begin(state, call, "PAYOUT")?;
    let then = [(TimeDelta::hours(1), "SETTLING"), (TimeDelta::hours(8), "SETTLED")];
    finish(state, call, transaction, &then)
}

fn is_declined(call: &Call) -> bool {
    let number = call.body.pointer("/paymentMethod/details/number").and_then(Value::as_str);
    number.is_some_and(|number| number.replace(' ', "") == DECLINED_CARD)
}

fn begin(state: &mut State, call: &Call, kind: &'static str) -> Result<Transaction, Problem> {
    let source = rules::amount(call)?;
    let method = rules::method(call)?;
    let provider = rules::provider(call, method)?;
    rules::passthrough(call)?;
    let customer = customers::named(state, call)?.map(|(id, _)| id);
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

fn finish(
    state: &mut State,
    call: &Call,
    transaction: Transaction,
    then: &[(TimeDelta, &'static str)],
) -> Result<Value, Problem> {
    let id = transaction.id.clone();
    record(state, call, &transaction, transaction.source_amount);
    transactions::add(state, transaction, then);
    shown(state, &id)
}

fn shown(state: &State, id: &str) -> Result<Value, Problem> {
    let transaction = transactions::find(state, id).ok_or_else(unknown)?;
    Ok(json!({ "transaction": transactions::show(state, transaction) }))
}

fn unknown() -> Problem {
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

/// The amount that a capture or refund names, or all that is left.
fn amount_or(call: &Call, left: Decimal) -> Result<Decimal, Problem> {
    let amount = match call.body.get("sourceAmount") {
        // By way of the text, so that 10.1 stays 10.1.
        Some(amount) => amount.to_string().parse().unwrap_or_default(),
        None => left,
    };
    if amount <= Decimal::ZERO || amount > left {
        let error =
            format!("[sourceAmount] is to be above 0 and at most {left}, which is what is left");
        return Err(rules::bad_amount(&error));
    }
    Ok(amount)
}

/// Says which status is needed, and when the transaction has it.
fn wrong_state(
    state: &State,
    code: &'static str,
    rule: &str,
    transaction: &Transaction,
) -> Problem {
    let mut message = format!("{rule}; this one is {}", transaction.status);
    if let Some(at) = state.settles_at(&transaction.id) {
        let at = timestamp(at);
        message.push_str(&format!(", and SETTLED from {at} on by the clock of the mock server"));
    }
    Problem::new(StatusCode::BAD_REQUEST, code, message)
}

pub(crate) fn capture(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("id");
    let transaction = transactions::find(state, id).ok_or_else(unknown)?.clone();
    if transaction.status != "AUTHORIZED" {
        let rule = "Only a transaction that is AUTHORIZED (capture: false) can be captured, once";
        let code = "PREVIOUS_TRANSACTION_STATE_INVALID";
        return Err(wrong_state(state, code, rule, &transaction));
    }
    let amount = amount_or(call, transaction.source_amount)?;
    record(state, call, &transaction, amount);
    if let Some(transaction) = transactions::find_mut(state, id) {
        transaction.captured = Some(amount);
    }
    transactions::set_status(state, id, "SETTLED", call.now);
    shown(state, id)
}

pub(crate) fn refund(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("id");
    let charge = transactions::find(state, id).ok_or_else(unknown)?.clone();
    if charge.kind != "CHARGE" || !["SETTLED", "PARTIALLY_REFUNDED"].contains(&charge.status) {
        let rule = "Only a CHARGE that is SETTLED or PARTIALLY_REFUNDED can be refunded";
        return Err(wrong_state(state, "PAYMENT_TRANSACTION_STATE_INVALID", rule, &charge));
    }
    let captured = charge.captured.unwrap_or(charge.source_amount);
    let amount = amount_or(call, captured - charge.refunded)?;
    let refunded = charge.refunded + amount;
    if let Some(charge) = transactions::find_mut(state, id) {
        charge.refunded = refunded;
    }
    let status = if refunded == captured { "REFUNDED" } else { "PARTIALLY_REFUNDED" };
    transactions::set_status(state, id, status, call.now);

    let source = (amount, charge.source_currency.as_str());
    let new_id = state.identifier();
    let mut refund =
        Transaction::new(new_id, "REFUND", "SETTLED", source, &charge.provider, call.now);
    refund.parent = Some(charge.id.clone());
    refund.customer = charge.customer.clone();
    refund.method = charge.method.clone();
    refund.description = call.text("description").map(str::to_owned);
    finish(state, call, refund, &[])
}
