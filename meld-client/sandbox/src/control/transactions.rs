//! Widget sessions and transactions.

use serde_json::{Value, json};

use super::route::{Field, Fields, Input, Kind, MAX_ITEMS, Route};
use crate::clock::timestamp;
use crate::flows::sessions;
use crate::problem::Problem;
use crate::statuses::Outcome;

/// The field with the final status of a transaction.
pub(super) const OUTCOME: Field =
    Field::optional("outcome", Kind::OneOf(Outcome::NAMES), "The final status of the transaction; SETTLED by default");

pub(super) const ROUTES: &[Route] = &[
    Route::get("/_mock/sessions", "Lists the widget sessions, newest first", list_sessions),
    Route::post(
        "/_mock/sessions/{id}/complete",
        "Pays in the widget of a session. The transaction has its final status after 90 seconds",
        Fields::Only(&[OUTCOME]),
        complete,
    ),
    Route::get("/_mock/payments", "Lists the executed payments in fiat money, newest first", list_payments),
    Route::get("/_mock/transactions", "Lists the payment transactions, newest first", list_transactions),
];

/// Returns the final status that a request names.
pub(super) fn outcome(input: &Input) -> &'static str {
    input.text("outcome").and_then(Outcome::find).unwrap_or(Outcome::Settled).name()
}

fn list_sessions(input: &Input) -> Result<Value, Problem> {
    input.read(|state| {
        let sessions = state.sessions.iter().rev().take(MAX_ITEMS).map(|session| {
            let transaction = session.transaction.as_deref().and_then(|id| state.transactions.find(id));
            json!({
                "id": session.id,
                "externalSessionId": session.external_id,
                "customerId": session.customer,
                "type": session.kind,
                "transactionId": session.transaction,
                "transactionStatus": transaction.map(|transaction| transaction.status),
            })
        });
        json!({ "sessions": sessions.collect::<Vec<_>>() })
    })
}

fn complete(input: &Input) -> Result<Value, Problem> {
    let outcome = outcome(input);
    let transaction = input.change("session", |state, now| sessions::complete(state, &input.id, outcome, now))?;
    Ok(json!({ "transactionId": transaction }))
}

fn list_payments(input: &Input) -> Result<Value, Problem> {
    input.read(|state| {
        let payments = state.ledger.iter().rev().take(MAX_ITEMS).map(|payment| {
            json!({
                "operation": payment.operation,
                "transactionId": payment.transaction_id,
                "amount": payment.amount.to_string(),
                "currencyCode": payment.currency,
                "idempotencyKey": payment.idempotency_key,
                "at": timestamp(payment.at),
            })
        });
        json!({ "payments": payments.collect::<Vec<_>>() })
    })
}

fn list_transactions(input: &Input) -> Result<Value, Problem> {
    input.read(|state| {
        let transactions = state.transactions.newest_first().take(MAX_ITEMS).map(|transaction| {
            json!({
                "id": transaction.id,
                "type": transaction.kind,
                "status": transaction.status,
                "sourceAmount": transaction.source_amount.to_string(),
                "sourceCurrencyCode": transaction.source_currency,
                "serviceProvider": transaction.provider,
                "customerId": transaction.customer,
                "sessionId": transaction.session,
                "orderId": transaction.headless_order,
                "createdAt": timestamp(transaction.created_at),
                "updatedAt": timestamp(transaction.updated_at),
            })
        });
        json!({ "transactions": transactions.collect::<Vec<_>>() })
    })
}
