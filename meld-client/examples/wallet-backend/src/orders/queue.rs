//! Requests that move money are stored with their orders. `settlement` sends them.

use meld_client::idempotent::IdempotentRequest;
use meld_client::outbox::Outbox;

use crate::error::AppError;
use crate::state::App;
use crate::storage::Records;
use crate::storage::orders::Order;

/// Stores an order together with its request: both or neither. An order with this id is not changed, so that a form
/// that is sent twice has one request.
///
/// The request has account numbers and personal data, which are stored until it is settled. Encrypt the disk of the
/// database, or the column `content`.
pub(crate) async fn place<C>(app: &App, mut order: Order, request: &IdempotentRequest<C>) -> Result<(), AppError> {
    let transaction = app.database.begin().await?;
    let records = Records::within(&app.database, &transaction);
    let key = Outbox::new(&app.meld, records).enqueue_with_secrets(request).await?;
    order.request_key = Some(key.to_string());
    let is_new = match transaction.lock().await.as_deref_mut() {
        Some(connection) => order.insert(connection).await?,
        None => false,
    };
    if is_new {
        transaction.commit().await?;
        app.wake.notify_waiters();
    }
    // Otherwise the second request ends with the transaction.
    Ok(())
}
