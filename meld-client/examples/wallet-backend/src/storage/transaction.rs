//! Transactions that several writers share.

use std::sync::Arc;

use sqlx::Any;
use tokio::sync::{Mutex, MutexGuard};

use super::Result;

/// A transaction of the database. Clones share it. It is rolled back if the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Transaction(Arc<Mutex<Option<sqlx::Transaction<'static, Any>>>>);

/// Exclusive use of a transaction.
pub(crate) type Guard<'a> = MutexGuard<'a, Option<sqlx::Transaction<'static, Any>>>;

impl Transaction {
    pub(super) fn new(transaction: sqlx::Transaction<'static, Any>) -> Self {
        Self(Arc::new(Mutex::new(Some(transaction))))
    }

    pub(crate) async fn lock(&self) -> Guard<'_> {
        self.0.lock().await
    }

    /// Commits what all writers have written.
    pub(crate) async fn commit(self) -> Result<()> {
        match self.0.lock().await.take() {
            Some(transaction) => transaction.commit().await,
            None => Err(sqlx::Error::WorkerCrashed),
        }
    }
}
