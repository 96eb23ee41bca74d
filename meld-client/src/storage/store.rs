//! The trait of stores.

use std::error::Error;
use std::sync::Arc;

use meld_client_core::chrono::{DateTime, Utc};

use super::{Queue, Record, RecordState};

/// A store of [`Record`]s that survives a crash: a table of a database, for example.
///
/// Every method is one atomic step, and has taken effect durably when it returns. Times have microseconds or better.
/// [`conformance`](super::conformance) checks these rules. The [module docs](super) have the schema in SQL.
///
/// # Examples
///
/// The methods of a store. One for a database executes a statement in each.
///
/// ```
/// use meld_client::chrono::{DateTime, Utc};
/// use meld_client::storage::{MemoryStore, Queue, Record, RecordState, Store};
///
/// struct Database(MemoryStore);
///
/// impl Store for Database {
///     type Error = std::convert::Infallible;
///
///     async fn insert(&self, record: &Record) -> Result<bool, Self::Error> {
///         self.0.insert(record).await
///     }
///     async fn get(&self, queue: Queue, id: &str) -> Result<Option<Record>, Self::Error> {
///         self.0.get(queue, id).await
///     }
///     async fn claim(
///         &self,
///         queue: Queue,
///         now: DateTime<Utc>,
///         until: DateTime<Utc>,
///         limit: usize,
///     ) -> Result<Vec<Record>, Self::Error> {
///         self.0.claim(queue, now, until, limit).await
///     }
///     async fn claim_one(
///         &self,
///         queue: Queue,
///         id: &str,
///         now: DateTime<Utc>,
///         until: DateTime<Utc>,
///     ) -> Result<Option<Record>, Self::Error> {
///         self.0.claim_one(queue, id, now, until).await
///     }
///     async fn update(&self, record: &Record) -> Result<bool, Self::Error> {
///         self.0.update(record).await
///     }
///     async fn list(&self, queue: Queue, state: RecordState, limit: usize) -> Result<Vec<Record>, Self::Error> {
///         self.0.list(queue, state, limit).await
///     }
///     async fn remove(&self, queue: Queue, id: &str) -> Result<bool, Self::Error> {
///         self.0.remove(queue, id).await
///     }
/// }
/// ```
pub trait Store: Send + Sync {
    /// The error of the storage.
    type Error: Error + Send + Sync + 'static;

    /// Inserts a record. Returns `false`, and changes nothing, if its queue has a record with its id.
    ///
    /// # Errors
    ///
    /// Returns the error of the storage.
    fn insert(&self, record: &Record) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Returns a record; `None` if there is none.
    ///
    /// # Errors
    ///
    /// Returns the error of the storage.
    fn get(&self, queue: Queue, id: &str) -> impl Future<Output = Result<Option<Record>, Self::Error>> + Send;

    /// Claims at most `limit` records that are pending and due at `now`, those first that have been due for longest.
    ///
    /// Each gets `until` as its due time and one more attempt, and is returned with both. No two callers claim the same
    /// attempt.
    ///
    /// # Errors
    ///
    /// Returns the error of the storage.
    fn claim(
        &self,
        queue: Queue,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Record>, Self::Error>> + Send;

    /// Claims one record as [`claim`](Self::claim) does. Returns `None` if it is missing, not pending, or not due.
    ///
    /// # Errors
    ///
    /// Returns the error of the storage.
    fn claim_one(
        &self,
        queue: Queue,
        id: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> impl Future<Output = Result<Option<Record>, Self::Error>> + Send;

    /// Writes state, due time and progress of a record. Returns `false`, and changes nothing, if the stored record is
    /// missing or has another number of attempts.
    ///
    /// # Errors
    ///
    /// Returns the error of the storage.
    fn update(&self, record: &Record) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Returns at most `limit` records in a state, by due time.
    ///
    /// # Errors
    ///
    /// Returns the error of the storage.
    fn list(
        &self,
        queue: Queue,
        state: RecordState,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Record>, Self::Error>> + Send;

    /// Removes a record. Returns `false` if there is none.
    ///
    /// # Errors
    ///
    /// Returns the error of the storage.
    fn remove(&self, queue: Queue, id: &str) -> impl Future<Output = Result<bool, Self::Error>> + Send;
}

impl<S: Store> Store for Arc<S> {
    type Error = S::Error;

    fn insert(&self, record: &Record) -> impl Future<Output = Result<bool, Self::Error>> + Send {
        S::insert(self, record)
    }

    fn get(&self, queue: Queue, id: &str) -> impl Future<Output = Result<Option<Record>, Self::Error>> + Send {
        S::get(self, queue, id)
    }

    fn claim(
        &self,
        queue: Queue,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Record>, Self::Error>> + Send {
        S::claim(self, queue, now, until, limit)
    }

    fn claim_one(
        &self,
        queue: Queue,
        id: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> impl Future<Output = Result<Option<Record>, Self::Error>> + Send {
        S::claim_one(self, queue, id, now, until)
    }

    fn update(&self, record: &Record) -> impl Future<Output = Result<bool, Self::Error>> + Send {
        S::update(self, record)
    }

    fn list(
        &self,
        queue: Queue,
        state: RecordState,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Record>, Self::Error>> + Send {
        S::list(self, queue, state, limit)
    }

    fn remove(&self, queue: Queue, id: &str) -> impl Future<Output = Result<bool, Self::Error>> + Send {
        S::remove(self, queue, id)
    }
}
