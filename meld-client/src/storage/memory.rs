//! A store in memory.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use meld_client_core::chrono::{DateTime, Utc};

use super::{Queue, Record, RecordState, Store};

/// A store in memory, for tests. It does not survive a crash. Clones share their records.
///
/// # Examples
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// use meld_client::chrono::Utc;
/// use meld_client::storage::{MemoryStore, Queue, Record, Store};
///
/// let store = MemoryStore::default();
/// let record = Record::new(Queue::Outbox, "a", "{}", Utc::now());
/// assert!(store.insert(&record).await?);
/// assert!(!store.insert(&record).await?);
/// # Ok::<(), std::convert::Infallible>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    records: Arc<Mutex<Records>>,
}

type Records = BTreeMap<(Queue, String), Record>;

impl MemoryStore {
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns `true` if the record may be claimed.
fn is_due(record: &Record, now: DateTime<Utc>) -> bool {
    record.state == RecordState::Pending && record.due_at <= now
}

fn claimed(record: &mut Record, until: DateTime<Utc>) -> Record {
    record.due_at = until;
    record.attempts += 1;
    record.clone()
}

impl Store for MemoryStore {
    type Error = Infallible;

    async fn insert(&self, record: &Record) -> Result<bool, Infallible> {
        let mut records = self.lock();
        let key = (record.queue, record.id.clone());
        let is_new = !records.contains_key(&key);
        if is_new {
            records.insert(key, record.clone());
        }
        Ok(is_new)
    }

    async fn get(&self, queue: Queue, id: &str) -> Result<Option<Record>, Infallible> {
        Ok(self.lock().get(&(queue, id.to_owned())).cloned())
    }

    async fn claim(
        &self,
        queue: Queue,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Record>, Infallible> {
        let mut records = self.lock();
        let mut due: Vec<&mut Record> =
            records.values_mut().filter(|it| it.queue == queue && is_due(it, now)).collect();
        due.sort_by_key(|record| record.due_at);
        Ok(due.into_iter().take(limit).map(|record| claimed(record, until)).collect())
    }

    async fn claim_one(
        &self,
        queue: Queue,
        id: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Record>, Infallible> {
        let mut records = self.lock();
        let record = records.get_mut(&(queue, id.to_owned())).filter(|record| is_due(record, now));
        Ok(record.map(|record| claimed(record, until)))
    }

    async fn update(&self, record: &Record) -> Result<bool, Infallible> {
        let mut records = self.lock();
        let stored = records.get_mut(&(record.queue, record.id.clone()));
        let Some(stored) = stored.filter(|stored| stored.attempts == record.attempts) else { return Ok(false) };
        stored.state = record.state;
        stored.due_at = record.due_at;
        stored.progress.clone_from(&record.progress);
        Ok(true)
    }

    async fn list(&self, queue: Queue, state: RecordState, limit: usize) -> Result<Vec<Record>, Infallible> {
        let records = self.lock();
        let mut found: Vec<&Record> = records.values().filter(|it| it.queue == queue && it.state == state).collect();
        found.sort_by_key(|record| record.due_at);
        Ok(found.into_iter().take(limit).cloned().collect())
    }

    async fn remove(&self, queue: Queue, id: &str) -> Result<bool, Infallible> {
        Ok(self.lock().remove(&(queue, id.to_owned())).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::super::conformance;
    use super::*;

    #[tokio::test]
    async fn memory_store_conforms() {
        conformance::run(|| async { MemoryStore::default() }).await.unwrap();
    }
}
