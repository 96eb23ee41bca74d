//! Requests that move money are sent by a job, and their results settle the orders.

use meld_client::idempotent::JsonResponse;
use meld_client::outbox::{Settled, Settlement};
use meld_client::transactions::TransactionStatus;
use meld_client::v2026_02_03::payments::types::PaymentTransactionResponse;
use meld_client::v2026_02_03::prelude::*;

use super::{charge, deposit_account, progress};
use crate::error::AppError;
use crate::state::App;
use crate::storage::orders::{self, By, Kind, Order, State};

/// The number of results that are read at once.
const BATCH: usize = 50;

/// Sends requests that are due, and records all results. Returns the number of requests that were sent.
pub(crate) async fn run(app: &App) -> Result<usize, AppError> {
    let sent = app.outbox.run_once().await?.len();
    // Reads the stored results instead of the returned ones, so that those of a crashed process are recorded too.
    for settled in app.outbox.settled(BATCH).await? {
        let id = settled.id;
        settle(app, settled).await?;
        app.outbox.remove(id).await?;
    }
    for parked in app.outbox.parked(BATCH).await? {
        let order = with_key(app, &parked.id.to_string()).await?;
        let Some(order) = order.filter(|order| order.state != State::Parked) else { continue };
        tracing::error!(order = order.id, reason = parked.reason, "a request needs a decision");
        let message = "The outcome is not known yet. We are looking into it.".to_owned();
        save(app, Order { state: State::Parked, message: Some(message), ..order }).await?;
    }
    Ok(sent)
}

/// Records the result of a request in its order. It can be repeated.
async fn settle(app: &App, settled: Settled) -> Result<(), AppError> {
    let key = settled.id.to_string();
    let Some(order) = with_key(app, &key).await? else {
        tracing::error!(key, "a result belongs to no order");
        return Ok(());
    };
    match settled.settlement {
        Settlement::Completed(response) => completed(app, order, &response).await,
        Settlement::Rejected(rejection) => {
            let message = Some(rejection.message().to_owned());
            save(app, Order { state: State::Rejected, message, ..order }).await
        }
    }
}

async fn completed(app: &App, order: Order, response: &JsonResponse) -> Result<(), AppError> {
    if order.kind == Kind::DepositAccount {
        return deposit_account::opened(app, order, response).await;
    }
    let response: PaymentTransactionResponse = response.decode()?;
    let Some(transaction) = response.transaction else { return Ok(()) };
    // The refunded transaction has another status now, of which no event may tell.
    if let Some(parent) = charge::refunded_transaction(&order) {
        progress::refresh(app, &parent).await?;
    }
    if let Some(id) = &transaction.id {
        progress::watch(app, id).await?;
    }
    progress::update(&mut *app.database.connection().await?, order, &transaction).await
}

/// Decides about refunds whose outcome is unknown, as far as the refunded transaction proves it.
///
/// Meld does not document that refunds honor the idempotency key, so they are never sent again blindly.
pub(crate) async fn review(app: &App) -> Result<(), AppError> {
    for parked in app.outbox.parked(BATCH).await? {
        let order = with_key(app, &parked.id.to_string()).await?;
        let Some(order) = order.filter(|order| order.kind == Kind::Refund) else { continue };
        let Some(parent) = charge::refunded_transaction(&order) else { continue };
        let response = app.api.payments().get_transaction().id(&parent).send().await?.into_inner();
        let status = response.transaction.and_then(|transaction| transaction.transaction_status());
        if status == Some(TransactionStatus::Refunded) {
            save(app, Order { state: State::Settled, message: None, ..order }).await?;
            progress::refresh(app, &parent).await?;
            app.outbox.remove(parked.id).await?;
        }
    }
    Ok(())
}

async fn with_key(app: &App, key: &str) -> Result<Option<Order>, AppError> {
    Ok(orders::find(&mut *app.database.connection().await?, By::RequestKey, key).await?)
}

async fn save(app: &App, order: Order) -> Result<(), AppError> {
    order.save(&mut *app.database.connection().await?).await?;
    Ok(())
}
