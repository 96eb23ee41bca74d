//! Bank connections.

use serde_json::{Value, json};

use super::route::{Field, Fields, Input, Kind, MAX_ITEMS, Route};
use crate::flows::bank_linking::{connections, transactions};
use crate::problem::Problem;
use crate::statuses::ConnectionStatus;

/// The maximum number of transactions that one request adds.
const MAX_TRANSACTIONS: u64 = 10_000;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/_mock/connections", "Lists the bank connections, newest first", list),
    Route::post(
        "/_mock/connections/{id}/complete",
        "Completes the widget of a connection, to link or to repair it",
        Fields::Only(&[]),
        complete,
    ),
    Route::post(
        "/_mock/connections/{id}/status",
        "Changes the status of a connection",
        Fields::Only(&[
            Field::required("status", Kind::OneOf(ConnectionStatus::NAMES), "The status"),
            Field::optional("reason", Kind::Text, "The reason"),
        ]),
        set_status,
    ),
    Route::post(
        "/_mock/accounts/{id}/transactions",
        "Adds, changes and removes the newest transactions of a bank account",
        Fields::Only(&[
            Field::optional("add", Kind::Number, "The number of new transactions"),
            Field::optional("change", Kind::Number, "The number of changed transactions"),
            Field::optional("remove", Kind::Number, "The number of removed transactions"),
        ]),
        update_transactions,
    ),
];

fn list(input: &Input) -> Result<Value, Problem> {
    input.read(|state| {
        let connections = state.bank.connections.iter().rev().take(MAX_ITEMS).map(|connection| {
            let accounts = state.bank.accounts_of(&connection.id).map(|account| account.id.as_str());
            json!({
                "id": connection.id,
                "customerId": connection.customer,
                "externalCustomerId": connection.external_customer,
                "status": connection.status,
                "widgetOpen": connection.widget_open,
                "accountIds": accounts.collect::<Vec<_>>(),
            })
        });
        json!({ "connections": connections.collect::<Vec<_>>() })
    })
}

fn complete(input: &Input) -> Result<Value, Problem> {
    let noun = "connection with an open widget";
    let accounts = input.change(noun, |state, now| connections::complete(state, &input.id, now))?;
    Ok(json!({ "accountIds": accounts }))
}

fn set_status(input: &Input) -> Result<Value, Problem> {
    let (status, reason) = (input.text("status").unwrap_or_default(), input.text("reason"));
    let status = ConnectionStatus::find(status).unwrap_or(ConnectionStatus::Undetermined).name();
    input.change("connection", |state, now| connections::set_status(state, &input.id, status, reason, now))?;
    Ok(json!({}))
}

fn update_transactions(input: &Input) -> Result<Value, Problem> {
    let count = |field: &str| {
        let count = input.body.get(field).map_or(Some(0), Value::as_u64).filter(|count| *count <= MAX_TRANSACTIONS);
        let count = count.and_then(|count| usize::try_from(count).ok());
        count.ok_or_else(|| {
            let error = format!("[{field}] must be a whole number from 0 to {MAX_TRANSACTIONS}");
            Problem::bad_request("The body is not valid").with_error(error)
        })
    };
    let counts = (count("add")?, count("change")?, count("remove")?);
    input.change("financial account", |state, now| transactions::update(state, &input.id, counts, now))?;
    Ok(json!({}))
}
