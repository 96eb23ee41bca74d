//! The changes that a transaction makes to its order.

use meld_client::Decimal;
use meld_client::reconciler::Watched;
use meld_client::transactions::Progress;
use meld_client::uuid::Uuid;
use meld_client::v2026_02_03::payments::types::PaymentTransactionOutput;
use meld_client::v2026_02_03::prelude::*;
use sqlx::AnyConnection;

use crate::error::AppError;
use crate::state::App;
use crate::storage::orders::{self, By, Kind, Order, State};

/// Fetches a transaction, and updates its order. Events may be old, so only the fetched state counts. Returns `true` if the
/// transaction has ended.
pub(crate) async fn refresh(app: &App, transaction_id: &str) -> Result<bool, AppError> {
    let response = app.api.payments().get_transaction().id(transaction_id).send().await?.into_inner();
    let Some(transaction) = response.transaction else { return Ok(false) };
    let mut connection = app.database.connection().await?;
    match find(&mut connection, transaction_id, &transaction).await? {
        Some(order) => update(&mut connection, order, &transaction).await?,
        None => tracing::info!(transaction_id, "a transaction belongs to no order"),
    }
    Ok(transaction.is_terminal())
}

/// Updates an order by the current state of its transaction.
pub(crate) async fn update(
    connection: &mut AnyConnection,
    order: Order,
    transaction: &PaymentTransactionOutput,
) -> Result<(), AppError> {
    let (state, message) = state(&order, transaction);
    let text = |amount: Option<Decimal>| amount.map(|amount| amount.normalize().to_string());
    let order = Order {
        state,
        message,
        transaction_id: transaction.id.clone().or(order.transaction_id),
        source_amount: text(transaction.source_amount).or(order.source_amount),
        source_currency: transaction.source_currency_code.clone().or(order.source_currency),
        destination_amount: text(transaction.destination_amount).or(order.destination_amount),
        destination_currency: transaction.destination_currency_code.clone().or(order.destination_currency),
        provider: transaction.service_provider.clone().or(order.provider),
        ..order
    };
    let status = transaction.transaction_status().map_or_else(|| "UNKNOWN".to_owned(), |status| status.to_string());
    // The status first: after a crash between the two, the event is handled again.
    order.add_event(&mut *connection, &status).await?;
    order.save(connection).await?;
    Ok(())
}

/// Returns the state of an order, with a sentence for the customer.
fn state(order: &Order, transaction: &PaymentTransactionOutput) -> (State, Option<String>) {
    match transaction.progress() {
        Progress::Settled => (State::Settled, None),
        Progress::Ended => (State::Ended, None),
        Progress::Pending => match transaction.deposit().filter(|_| order.kind == Kind::Sell) {
            Some(deposit) => (State::Waiting, Some(format!("Send exactly {} to {}", deposit.amount, deposit.address))),
            None => (State::Pending, None),
        },
    }
}

/// Returns the order of a transaction. A deposit to a known account becomes an order.
async fn find(
    connection: &mut AnyConnection,
    transaction_id: &str,
    transaction: &PaymentTransactionOutput,
) -> Result<Option<Order>, AppError> {
    if let Some(order) = orders::find(&mut *connection, By::TransactionId, transaction_id).await? {
        return Ok(Some(order));
    }
    for id in [&transaction.session_id, &transaction.order_id].into_iter().flatten() {
        match orders::find(&mut *connection, By::MeldId, id).await? {
            Some(account) if account.kind == Kind::DepositAccount => {
                let mut deposit = Order::new(Uuid::new_v4().to_string(), &account.user_id, Kind::Deposit);
                deposit.state = State::Pending;
                deposit.transaction_id = Some(transaction_id.to_owned());
                deposit.insert(&mut *connection).await?;
                // Another process may have inserted it.
                return Ok(orders::find(connection, By::TransactionId, transaction_id).await?);
            }
            Some(order) => return Ok(Some(order)),
            None => {}
        }
    }
    Ok(None)
}

/// Watches a transaction, in case no webhook arrives.
pub(crate) async fn watch(app: &App, transaction_id: &str) -> Result<(), AppError> {
    app.reconciler.watch(&Watched::Transaction(transaction_id.to_owned())).await?;
    Ok(())
}
