//! Orders, and the statuses that they had.

use std::fmt;
use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::Result;
use super::database::now;
pub(crate) use super::kinds::{Kind, State};

#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) kind: Kind,
    pub(crate) state: State,
    pub(crate) provider: Option<String>,
    pub(crate) source_amount: Option<String>,
    pub(crate) source_currency: Option<String>,
    pub(crate) destination_amount: Option<String>,
    pub(crate) destination_currency: Option<String>,
    pub(crate) details: String,
    pub(crate) request_key: Option<String>,
    pub(crate) meld_id: Option<String>,
    pub(crate) transaction_id: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) attempts: i64,
    pub(crate) created_at: i64,
}

impl Order {
    /// Creates an order that the service has to prepare. `id` is the once-only token of the form.
    pub(crate) fn new(id: impl Into<String>, user_id: impl Into<String>, kind: Kind) -> Self {
        Self {
            id: id.into(),
            user_id: user_id.into(),
            kind,
            state: State::Preparing,
            provider: None,
            source_amount: None,
            source_currency: None,
            destination_amount: None,
            destination_currency: None,
            details: "{}".to_owned(),
            request_key: None,
            meld_id: None,
            transaction_id: None,
            url: None,
            message: None,
            attempts: 0,
            created_at: now(),
        }
    }

    /// Inserts the order. Returns `false` if the form was sent before.
    pub(crate) async fn insert(&self, connection: &mut AnyConnection) -> Result<bool> {
        let sql = "INSERT INTO orders (id, user_id, kind, state, provider, source_amount, source_currency,
                       destination_amount, destination_currency, details, request_key, meld_id, transaction_id, url,
                       message, attempts, due_at, created_at, updated_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, $17)
                   ON CONFLICT DO NOTHING";
        let result = sqlx::query(sql)
            .bind(&self.id)
            .bind(&self.user_id)
            .bind(self.kind.as_str())
            .bind(self.state.as_str())
            .bind(&self.provider)
            .bind(&self.source_amount)
            .bind(&self.source_currency)
            .bind(&self.destination_amount)
            .bind(&self.destination_currency)
            .bind(&self.details)
            .bind(&self.request_key)
            .bind(&self.meld_id)
            .bind(&self.transaction_id)
            .bind(&self.url)
            .bind(&self.message)
            .bind(self.attempts)
            .bind(self.created_at)
            .execute(connection)
            .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Writes what may change, if the stored order is not final yet. Returns `false` if it is.
    ///
    /// Events can arrive late and out of order. A final state is therefore never replaced, except by that of a
    /// refund, which follows settling.
    pub(crate) async fn save(&self, connection: &mut AnyConnection) -> Result<bool> {
        let sql = "UPDATE orders SET state = $1, provider = $2, source_amount = $3, source_currency = $4,
                       destination_amount = $5, destination_currency = $6, details = $7, request_key = $8,
                       meld_id = $9, transaction_id = $10, url = $11, message = $12, updated_at = $13
                   WHERE id = $14 AND (state NOT IN ('settled', 'ended', 'rejected') OR $1 = 'ended')";
        let result = sqlx::query(sql)
            .bind(self.state.as_str())
            .bind(&self.provider)
            .bind(&self.source_amount)
            .bind(&self.source_currency)
            .bind(&self.destination_amount)
            .bind(&self.destination_currency)
            .bind(&self.details)
            .bind(&self.request_key)
            .bind(&self.meld_id)
            .bind(&self.transaction_id)
            .bind(&self.url)
            .bind(&self.message)
            .bind(now())
            .bind(&self.id)
            .execute(connection)
            .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Records a status of the transaction. A status that is known already changes nothing.
    pub(crate) async fn add_event(&self, connection: &mut AnyConnection, status: &str) -> Result<()> {
        let sql = "INSERT INTO order_events (order_id, status, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        sqlx::query(sql).bind(&self.id).bind(status).bind(now()).execute(connection).await.map(|_| ())
    }

    /// Returns the statuses with their times in microseconds, in order.
    pub(crate) async fn events(&self, connection: &mut AnyConnection) -> Result<Vec<(String, i64)>> {
        let sql = "SELECT status, at FROM order_events WHERE order_id = $1 ORDER BY at";
        let rows = sqlx::query(sql).bind(&self.id).fetch_all(connection).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}

/// The column by which an order is found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    Id,
    RequestKey,
    MeldId,
    TransactionId,
}

pub(crate) async fn find(connection: &mut AnyConnection, by: By, value: &str) -> Result<Option<Order>> {
    let column = match by {
        By::Id => "id",
        By::RequestKey => "request_key",
        By::MeldId => "meld_id",
        By::TransactionId => "transaction_id",
    };
    let sql = format!("SELECT * FROM orders WHERE {column} = $1");
    let row = sqlx::query(&sql).bind(value).fetch_optional(connection).await?;
    row.as_ref().map(order).transpose()
}

/// Stores the idempotency key of an order that has none. Returns the stored key.
pub(crate) async fn set_request_key(connection: &mut AnyConnection, id: &str, key: &str) -> Result<String> {
    let sql = "UPDATE orders SET request_key = COALESCE(request_key, $1) WHERE id = $2 RETURNING request_key";
    sqlx::query(sql).bind(key).bind(id).fetch_one(connection).await?.try_get(0)
}

/// Returns the newest orders of a user.
pub(crate) async fn find_by_user(connection: &mut AnyConnection, user_id: &str, limit: i64) -> Result<Vec<Order>> {
    let sql = "SELECT * FROM orders WHERE user_id = $1 ORDER BY created_at DESC LIMIT $2";
    let rows = sqlx::query(sql).bind(user_id).bind(limit).fetch_all(connection).await?;
    rows.iter().map(order).collect()
}

/// Claims orders that need a session: those that are due, which are not due again before `lease` has passed.
pub(crate) async fn claim_unopened(connection: &mut AnyConnection, lease: Duration) -> Result<Vec<Order>> {
    let until = now() + i64::try_from(lease.as_micros()).unwrap_or(i64::MAX / 2);
    // The condition is repeated, so that two processes do not claim the same order.
    let sql = "UPDATE orders SET due_at = $1, attempts = attempts + 1
               WHERE state = 'preparing' AND kind IN ('buy', 'sell') AND due_at <= $2 RETURNING *";
    let rows = sqlx::query(sql).bind(until).bind(now()).fetch_all(connection).await?;
    rows.iter().map(order).collect()
}

/// Returns the number of orders of each kind and state, for metrics.
pub(crate) async fn count(connection: &mut AnyConnection) -> Result<Vec<(String, String, i64)>> {
    let sql = "SELECT kind, state, COUNT(*) FROM orders GROUP BY kind, state ORDER BY kind, state";
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
}

fn order(row: &AnyRow) -> Result<Order> {
    Ok(Order {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        kind: Kind::parse(row.try_get("kind")?)?,
        state: State::parse(row.try_get("state")?)?,
        provider: row.try_get("provider")?,
        source_amount: row.try_get("source_amount")?,
        source_currency: row.try_get("source_currency")?,
        destination_amount: row.try_get("destination_amount")?,
        destination_currency: row.try_get("destination_currency")?,
        details: row.try_get("details")?,
        request_key: row.try_get("request_key")?,
        meld_id: row.try_get("meld_id")?,
        transaction_id: row.try_get("transaction_id")?,
        url: row.try_get("url")?,
        message: row.try_get("message")?,
        attempts: row.try_get("attempts")?,
        created_at: row.try_get("created_at")?,
    })
}

/// Omits the details, which can have personal data.
impl fmt::Debug for Order {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Order");
        shown.field("id", &self.id).field("kind", &self.kind).field("state", &self.state).finish_non_exhaustive()
    }
}
