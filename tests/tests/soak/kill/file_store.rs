//! A store in an append-only file of JSON lines, one for each change.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use meld_client::storage::{MemoryStore, Queue, Record, RecordState, Store};
use meld_client_core::serde_json::{self, Value, json};

use super::lines::Lines;

#[derive(Clone)]
pub struct FileStore {
    /// Held during each change, so that the lines have the order of the changes.
    file: Arc<Mutex<Lines>>,
    records: MemoryStore,
}

impl FileStore {
    /// Opens a store and reads its records.
    pub async fn open(path: &Path) -> Self {
        let records = MemoryStore::default();
        for line in Lines::read(path) {
            apply(&records, &serde_json::from_str(&line).unwrap()).await;
        }
        Self { file: Arc::new(Mutex::new(Lines::open(path))), records }
    }

    /// Writes a change before it has an effect.
    fn write(&self, change: &Value) {
        self.file.lock().unwrap().append(&change.to_string());
    }
}

/// The outbox as the file records it.
#[derive(Default)]
pub struct OutboxFigures {
    /// The ids of all records that were ever inserted.
    pub inserted: BTreeSet<String>,
    pub attempts: usize,
    /// The number of times that a record was parked.
    pub parked: usize,
}

/// Reads what a file says of the outbox.
pub fn outbox(path: &Path) -> OutboxFigures {
    let mut figures = OutboxFigures::default();
    for line in Lines::read(path) {
        let change: Value = serde_json::from_str(&line).unwrap();
        if change["queue"] != "outbox" {
            continue;
        }
        match change["change"].as_str().unwrap() {
            "insert" => drop(figures.inserted.insert(change["id"].as_str().unwrap().to_owned())),
            "claim" => figures.attempts += 1,
            "update" if change["state"] == "parked" => figures.parked += 1,
            _ => {}
        }
    }
    figures
}

fn line(change: &str, record: &Record) -> Value {
    let Record { queue, id, state, due_at, attempts, progress, .. } = record;
    let mut line = json!({
        "change": change, "queue": queue.as_str(), "id": id, "state": state.as_str(), "dueAt": due_at,
        "attempts": attempts, "progress": progress,
    });
    if change == "insert" {
        line["content"] = record.content.as_str().into();
    }
    line
}

/// Repeats a change.
async fn apply(records: &MemoryStore, line: &Value) {
    let text = |name: &str| line[name].as_str().unwrap_or_default();
    let queue = Queue::ALL.into_iter().find(|queue| queue.as_str() == text("queue")).unwrap();
    let due_at = text("dueAt").parse().unwrap_or_default();
    let mut record = Record::new(queue, text("id"), text("content"), due_at);
    match text("change") {
        "insert" => assert!(records.insert(&record).await.unwrap()),
        "remove" => assert!(records.remove(queue, text("id")).await.unwrap()),
        "claim" => {
            let stored = records.get(queue, text("id")).await.unwrap().unwrap();
            records.claim_one(queue, text("id"), stored.due_at, due_at).await.unwrap().unwrap();
        }
        "update" => {
            record.state = text("state").parse().unwrap();
            record.attempts = line["attempts"].as_u64().unwrap().try_into().unwrap();
            record.progress = line["progress"].as_str().map(str::to_owned);
            assert!(records.update(&record).await.unwrap());
        }
        other => panic!("{other}"),
    }
}

/// The changes of one process happen one after the other, because the service has one thread.
impl Store for FileStore {
    type Error = Infallible;

    async fn insert(&self, record: &Record) -> Result<bool, Infallible> {
        if self.records.get(record.queue, &record.id).await?.is_some() {
            return Ok(false);
        }
        self.write(&line("insert", record));
        self.records.insert(record).await
    }

    async fn get(&self, queue: Queue, id: &str) -> Result<Option<Record>, Infallible> {
        self.records.get(queue, id).await
    }

    async fn claim(
        &self,
        queue: Queue,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Record>, Infallible> {
        let claimed = self.records.claim(queue, now, until, limit).await?;
        claimed.iter().for_each(|record| self.write(&line("claim", record)));
        Ok(claimed)
    }

    async fn claim_one(
        &self,
        queue: Queue,
        id: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<Record>, Infallible> {
        let claimed = self.records.claim_one(queue, id, now, until).await?;
        claimed.iter().for_each(|record| self.write(&line("claim", record)));
        Ok(claimed)
    }

    async fn update(&self, record: &Record) -> Result<bool, Infallible> {
        let is_own = self.records.update(record).await?;
        if is_own {
            self.write(&line("update", record));
        }
        Ok(is_own)
    }

    async fn list(&self, queue: Queue, state: RecordState, limit: usize) -> Result<Vec<Record>, Infallible> {
        self.records.list(queue, state, limit).await
    }

    async fn remove(&self, queue: Queue, id: &str) -> Result<bool, Infallible> {
        if self.records.get(queue, id).await?.is_none() {
            return Ok(false);
        }
        self.write(&json!({ "change": "remove", "queue": queue.as_str(), "id": id }));
        self.records.remove(queue, id).await
    }
}

#[tokio::test]
async fn file_store_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::sync::atomic::AtomicUsize::new(0);
    let make = || {
        let number = made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = folder.path().join(number.to_string());
        async move { FileStore::open(&path).await }
    };
    meld_client::storage::conformance::run(make).await.unwrap();
    for number in 0..made.into_inner() {
        let path = folder.path().join(number.to_string());
        let store = FileStore::open(&path).await;
        let again = FileStore::open(&path).await;
        for queue in Queue::ALL {
            for state in [RecordState::Pending, RecordState::Parked, RecordState::Done] {
                let listed = store.list(queue, state, 1000).await.unwrap();
                assert_eq!(listed, again.list(queue, state, 1000).await.unwrap());
            }
        }
    }
}
