//! The records of the outbox, the inbox and the reconciler: [`Store`] in SQL.

use meld_client::chrono::{DateTime, Utc};
use meld_client::storage::{Queue, Record, RecordState, Store};
use sqlx::any::AnyRow;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Row};

use super::transaction::{Guard, Transaction};
use super::{Database, Result};

/// The records of a database, or of a transaction that is not committed yet.
#[derive(Clone)]
pub struct Records {
    database: Database,
    transaction: Option<Transaction>,
}

/// A connection that a method uses.
enum Connection<'a> {
    Pooled(PoolConnection<Any>),
    Joined(Guard<'a>),
}

impl Connection<'_> {
    fn get(&mut self) -> Result<&mut AnyConnection> {
        match self {
            Self::Pooled(connection) => Ok(connection),
            Self::Joined(guard) => guard.as_deref_mut().ok_or(sqlx::Error::WorkerCrashed),
        }
    }
}

impl Records {
    /// Creates a store whose methods take effect immediately.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self { database: database.clone(), transaction: None }
    }

    /// Creates a store whose methods take effect with the transaction: an order and its request are stored together,
    /// or neither.
    pub(crate) fn within(database: &Database, transaction: &Transaction) -> Self {
        Self { database: database.clone(), transaction: Some(transaction.clone()) }
    }

    async fn connection(&self) -> Result<Connection<'_>> {
        Ok(match &self.transaction {
            Some(transaction) => Connection::Joined(transaction.lock().await),
            None => Connection::Pooled(self.database.connection().await?),
        })
    }

    /// Returns the number of records in each queue and state, for metrics.
    pub(crate) async fn count(&self) -> Result<Vec<(String, String, i64)>> {
        let sql = "SELECT queue, state, COUNT(*) FROM meld_records GROUP BY queue, state ORDER BY queue, state";
        let rows = sqlx::query(sql).fetch_all(self.connection().await?.get()?).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
    }
}

const COLUMNS: &str = "queue, id, content, state, due_at, was_due_at, attempts, progress";

impl Store for Records {
    type Error = sqlx::Error;

    async fn insert(&self, record: &Record) -> Result<bool> {
        let sql = "INSERT INTO meld_records (queue, id, content, state, due_at, was_due_at, attempts, progress)
                   VALUES ($1, $2, $3, $4, $5, $5, $6, $7) ON CONFLICT DO NOTHING";
        let query = sqlx::query(sql)
            .bind(record.queue.as_str())
            .bind(&record.id)
            .bind(&record.content)
            .bind(record.state.as_str())
            .bind(record.due_at.timestamp_micros())
            .bind(i64::from(record.attempts))
            .bind(record.progress.as_deref());
        Ok(query.execute(self.connection().await?.get()?).await?.rows_affected() == 1)
    }

    async fn get(&self, queue: Queue, id: &str) -> Result<Option<Record>> {
        let sql = format!("SELECT {COLUMNS} FROM meld_records WHERE queue = $1 AND id = $2");
        let query = sqlx::query(&sql).bind(queue.as_str()).bind(id);
        let row = query.fetch_optional(self.connection().await?.get()?).await?;
        row.map(|row| record(queue, &row)).transpose()
    }

    async fn claim(&self, queue: Queue, now: DateTime<Utc>, until: DateTime<Utc>, limit: usize) -> Result<Vec<Record>> {
        let lock = self.database.lock_clause();
        let sql = format!(
            "UPDATE meld_records SET was_due_at = due_at, due_at = $1, attempts = attempts + 1
             WHERE queue = $2 AND id IN (
                 SELECT id FROM meld_records WHERE queue = $2 AND state = 'pending' AND due_at <= $3
                 ORDER BY due_at LIMIT $4 {lock}
             ) RETURNING {COLUMNS}"
        );
        let query = sqlx::query(&sql)
            .bind(until.timestamp_micros())
            .bind(queue.as_str())
            .bind(now.timestamp_micros())
            .bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let mut rows = query.fetch_all(self.connection().await?.get()?).await?;
        // `RETURNING` has no order.
        rows.sort_by_cached_key(|row| row.try_get::<i64, _>("was_due_at").unwrap_or_default());
        rows.iter().map(|row| record(queue, row)).collect()
    }

    async fn claim_one(
        &self,
        queue: Queue,
        id: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Record>> {
        let sql = format!(
            "UPDATE meld_records SET was_due_at = due_at, due_at = $1, attempts = attempts + 1
             WHERE queue = $2 AND id = $3 AND state = 'pending' AND due_at <= $4 RETURNING {COLUMNS}"
        );
        let query =
            sqlx::query(&sql).bind(until.timestamp_micros()).bind(queue.as_str()).bind(id).bind(now.timestamp_micros());
        let row = query.fetch_optional(self.connection().await?.get()?).await?;
        row.map(|row| record(queue, &row)).transpose()
    }

    async fn update(&self, record: &Record) -> Result<bool> {
        let sql = "UPDATE meld_records SET state = $1, due_at = $2, progress = $3
                   WHERE queue = $4 AND id = $5 AND attempts = $6";
        let query = sqlx::query(sql)
            .bind(record.state.as_str())
            .bind(record.due_at.timestamp_micros())
            .bind(record.progress.as_deref())
            .bind(record.queue.as_str())
            .bind(&record.id)
            .bind(i64::from(record.attempts));
        Ok(query.execute(self.connection().await?.get()?).await?.rows_affected() == 1)
    }

    async fn list(&self, queue: Queue, state: RecordState, limit: usize) -> Result<Vec<Record>> {
        let sql =
            format!("SELECT {COLUMNS} FROM meld_records WHERE queue = $1 AND state = $2 ORDER BY due_at LIMIT $3");
        let query =
            sqlx::query(&sql).bind(queue.as_str()).bind(state.as_str()).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = query.fetch_all(self.connection().await?.get()?).await?;
        rows.iter().map(|row| record(queue, row)).collect()
    }

    async fn remove(&self, queue: Queue, id: &str) -> Result<bool> {
        let query = sqlx::query("DELETE FROM meld_records WHERE queue = $1 AND id = $2").bind(queue.as_str()).bind(id);
        Ok(query.execute(self.connection().await?.get()?).await?.rows_affected() == 1)
    }
}

/// Restores a record from its row.
fn record(queue: Queue, row: &AnyRow) -> Result<Record> {
    let damaged = |column: &str| sqlx::Error::ColumnNotFound(format!("{column} is damaged"));
    let due_at = DateTime::from_timestamp_micros(row.try_get("due_at")?).ok_or_else(|| damaged("due_at"))?;
    let mut record = Record::new(queue, row.try_get::<String, _>("id")?, row.try_get::<String, _>("content")?, due_at);
    record.state = row.try_get::<String, _>("state")?.parse().map_err(|_| damaged("state"))?;
    record.attempts = row.try_get::<i64, _>("attempts")?.try_into().map_err(|_| damaged("attempts"))?;
    record.progress = row.try_get("progress")?;
    Ok(record)
}
