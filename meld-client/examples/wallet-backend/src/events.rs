//! The changes that each event makes. The same code handles webhooks and what the reconciler found.

use meld_client::inbox::InboxEvent;
use meld_client::transactions::TransactionStatusExt as _;
use meld_client::webhooks::Payload;

use crate::error::AppError;
use crate::metrics::Count;
use crate::orders::progress;
use crate::state::App;
use crate::{banks, kyc};

/// Handles an event of the inbox. It is handed out again if this fails, so each step can be repeated.
pub(crate) async fn handle(app: App, received: InboxEvent) -> Result<(), AppError> {
    tracing::info!(id = received.id, kind = %received.event.event_type, attempt = received.attempt, "event");
    let result = dispatch(&app, &received.event.payload).await;
    if result.is_ok() {
        app.reconciler.heard_event(&received.event).await?;
    }
    app.metrics.add(if result.is_ok() { Count::EventsHandled } else { Count::EventsFailed });
    result
}

async fn dispatch(app: &App, payload: &Payload) -> Result<(), AppError> {
    match payload {
        Payload::CryptoTransaction(event) => {
            transaction(app, event.payment_transaction_id.as_deref(), event.is_terminal()).await
        }
        Payload::FiatTransaction(event) => {
            transaction(app, event.payment_transaction_id.as_deref(), event.is_terminal()).await
        }
        Payload::ConnectionCompleted(event) => connection(app, event.connection_id.as_deref()).await,
        Payload::ConnectionStatusChange(event) => connection(app, event.connection_id.as_deref()).await,
        Payload::AccountsUpdated(event) => connection(app, event.connection_id.as_deref()).await,
        Payload::TransactionsAggregated(event) => {
            // The accounts first, because their transactions refer to them.
            connection(app, event.connection_id.as_deref()).await?;
            for changed in &event.financial_accounts {
                banks::update_transactions(app, changed).await?;
            }
            Ok(())
        }
        Payload::KycStatusChange(event) => match &event.customer_id {
            Some(id) => kyc::refresh(app, id).await,
            None => Ok(()),
        },
        // Test events, and types that this service does not need.
        _ => Ok(()),
    }
}

async fn transaction(app: &App, id: Option<&str>, is_terminal: bool) -> Result<(), AppError> {
    let Some(id) = id else { return Ok(()) };
    let has_ended = progress::refresh(app, id).await?;
    // The event is handled again until the final state can be fetched.
    if is_terminal && !has_ended { Err(AppError::Behind) } else { Ok(()) }
}

async fn connection(app: &App, id: Option<&str>) -> Result<(), AppError> {
    match id {
        Some(id) => banks::update_connection(app, id).await,
        None => Ok(()),
    }
}
