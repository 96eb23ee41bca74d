//! Checks of [`Store`] implementations.
//!
//! Run them in the tests of your store:
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # runtime.block_on(async {
//! use meld_client::storage::{MemoryStore, conformance};
//!
//! // The function returns an empty store each time.
//! conformance::run(|| async { MemoryStore::default() }).await?;
//! # Ok::<(), conformance::Violation>(())
//! # }).unwrap();
//! ```

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use meld_client_core::chrono::{DateTime, TimeDelta, Utc};

use super::{Queue, Record, RecordState, Store};

/// The number of concurrent claims.
const CLAIMS: usize = 8;

/// The rule that a store breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    rule: &'static str,
    found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the store breaks the rule `{}`: {}", self.rule, self.found)
    }
}

impl std::error::Error for Violation {}

/// Checks all rules of [`Store`]. `make` returns an empty store each time.
///
/// # Errors
///
/// Returns the first rule that is broken, or the error of the store.
pub async fn run<S: Store, Made: Future<Output = S>>(make: impl Fn() -> Made) -> Result<(), Violation> {
    insertion(&make().await).await?;
    claims(&make().await).await?;
    leases(&make().await).await?;
    updates(&make().await).await?;
    states(&make().await).await?;
    removal(&make().await).await?;
    concurrency(&make().await).await
}

/// Returns a time in seconds.
fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(2_000_000_000 + seconds)
}

fn record(id: &str, due: i64) -> Record {
    Record::new(Queue::Outbox, id, format!("{{\"id\":\"{id}\"}}"), at(due))
}

/// Requires that two values are equal.
fn same<T: PartialEq + fmt::Debug>(rule: &'static str, found: T, expected: T) -> Result<(), Violation> {
    if found == expected {
        return Ok(());
    }
    Err(Violation { rule, found: format!("found {found:?}, expected {expected:?}") })
}

/// Converts the error of the store.
fn ok<T, E: std::error::Error>(result: Result<T, E>) -> Result<T, Violation> {
    result.map_err(|error| Violation { rule: "no errors", found: error.to_string() })
}

fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.id.as_str()).collect()
}

async fn insertion<S: Store>(store: &S) -> Result<(), Violation> {
    let rule = "a record is inserted once and returned unchanged";
    let mut first = record("a", 0);
    // Longer than short text columns, with characters of every kind.
    first.content = format!("{{\"text\":\"é😀\\n'\\\"{}\"}}", "x".repeat(100_000));
    first.due_at += TimeDelta::microseconds(123_456);
    same(rule, ok(store.insert(&first).await)?, true)?;
    same(rule, ok(store.get(Queue::Outbox, "a").await)?.as_ref() == Some(&first), true)?;
    same(rule, ok(store.insert(&record("a", 7)).await)?, false)?;
    same(rule, ok(store.get(Queue::Outbox, "a").await)?.as_ref() == Some(&first), true)?;
    let long = "i".repeat(255);
    same(rule, ok(store.insert(&record(&long, 0)).await)?, true)?;
    same(rule, ok(store.get(Queue::Outbox, &long).await)?, Some(record(&long, 0)))?;
    let rule = "queues have ids of their own, which are case-sensitive";
    for queue in [Queue::Inbox, Queue::Watches] {
        same(rule, ok(store.get(queue, "a").await)?, None)?;
        same(rule, ok(store.insert(&Record { queue, ..record("a", 0) }).await)?, true)?;
    }
    same(rule, ok(store.get(Queue::Outbox, "A").await)?, None)
}

async fn claims<S: Store>(store: &S) -> Result<(), Violation> {
    let rule = "due records are claimed, those first that have been due for longest";
    for (id, due) in [("late", 30), ("first", 10), ("second", 20), ("future", 99)] {
        ok(store.insert(&record(id, due)).await)?;
    }
    ok(store.insert(&Record { queue: Queue::Inbox, ..record("other", 0) }).await)?;
    let some = ok(store.claim(Queue::Outbox, at(30), at(50), 2).await)?;
    same(rule, ids(&some), vec!["first", "second"])?;
    let rest = ok(store.claim(Queue::Outbox, at(30), at(60), 10).await)?;
    same(rule, ids(&rest), vec!["late"])?;
    let rule = "a claim returns the new due time and number of attempts, and stores them";
    for (claimed, until) in [(&some[0], 50), (&some[1], 50), (&rest[0], 60)] {
        let expected = Record { attempts: 1, ..record(&claimed.id, until) };
        same(rule, claimed, &expected)?;
        same(rule, ok(store.get(Queue::Outbox, &claimed.id).await)?, Some(expected))?;
    }
    let rule = "at most `limit` records are claimed";
    same(rule, ok(store.claim(Queue::Outbox, at(1000), at(2000), 0).await)?.len(), 0)
}

async fn leases<S: Store>(store: &S) -> Result<(), Violation> {
    let rule = "a claimed record is claimed again from the end of its lease";
    ok(store.insert(&record("a", 0)).await)?;
    let one = |now: i64, until: i64| store.claim_one(Queue::Outbox, "a", at(now), at(until));
    same(rule, ok(one(-1, 10).await)?.is_none(), true)?;
    same(rule, ok(one(0, 10).await)?.map(|it| it.attempts), Some(1))?;
    same(rule, ok(one(9, 20).await)?.is_none(), true)?;
    same(rule, ok(store.claim(Queue::Outbox, at(9), at(20), 1).await)?.len(), 0)?;
    same(rule, ok(one(10, 20).await)?.map(|it| (it.attempts, it.due_at)), Some((2, at(20))))?;
    same(rule, ok(store.claim_one(Queue::Outbox, "b", at(99), at(100)).await)?, None)?;
    same(rule, ok(store.claim_one(Queue::Inbox, "a", at(99), at(100)).await)?, None)
}

async fn updates<S: Store>(store: &S) -> Result<(), Violation> {
    let rule = "an update counts only for the current attempt";
    ok(store.insert(&record("a", 0)).await)?;
    let first = ok(store.claim_one(Queue::Outbox, "a", at(0), at(10)).await)?;
    let second = ok(store.claim_one(Queue::Outbox, "a", at(10), at(20)).await)?;
    let (Some(first), Some(second)) = (first, second) else {
        return Err(Violation { rule, found: "the record was not claimed".to_owned() });
    };
    let stale = Record { progress: Some("stale".to_owned()), state: RecordState::Done, ..first };
    same(rule, ok(store.update(&stale).await)?, false)?;
    same(rule, ok(store.get(Queue::Outbox, "a").await)?, Some(second.clone()))?;
    same(rule, ok(store.update(&record("missing", 0)).await)?, false)?;
    let rule = "an update writes state, due time and progress, and nothing else";
    let changed = Record { progress: Some("{\"é\":1}".to_owned()), due_at: at(40), ..second };
    let other = Record { content: "another".to_owned(), ..changed.clone() };
    same(rule, ok(store.update(&other).await)?, true)?;
    same(rule, ok(store.get(Queue::Outbox, "a").await)?, Some(changed.clone()))?;
    same(rule, ok(store.update(&Record { progress: None, ..changed.clone() }).await)?, true)?;
    let cleared = ok(store.get(Queue::Outbox, "a").await)?;
    same(rule, cleared, Some(Record { progress: None, ..changed }))
}

async fn states<S: Store>(store: &S) -> Result<(), Violation> {
    for (id, state, due) in [
        ("pending", RecordState::Pending, 0),
        ("parked", RecordState::Parked, 0),
        ("late", RecordState::Done, 20),
        ("early", RecordState::Done, 10),
    ] {
        ok(store.insert(&record(id, 0)).await)?;
        ok(store.update(&Record { state, ..record(id, due) }).await)?;
    }
    let rule = "only pending records are claimed";
    same(rule, ids(&ok(store.claim(Queue::Outbox, at(99), at(100), 10).await)?), vec!["pending"])?;
    same(rule, ok(store.claim_one(Queue::Outbox, "parked", at(99), at(100)).await)?, None)?;
    let rule = "records are listed by state, in the order of their due times";
    for (state, expected) in [
        (RecordState::Pending, vec!["pending"]),
        (RecordState::Parked, vec!["parked"]),
        (RecordState::Done, vec!["early", "late"]),
    ] {
        same(rule, ids(&ok(store.list(Queue::Outbox, state, 10).await)?), expected)?;
    }
    same(rule, ids(&ok(store.list(Queue::Outbox, RecordState::Done, 1).await)?), vec!["early"])?;
    same(rule, ok(store.list(Queue::Inbox, RecordState::Done, 10).await)?.len(), 0)
}

async fn removal<S: Store>(store: &S) -> Result<(), Violation> {
    let rule = "a record is removed once";
    ok(store.insert(&record("a", 0)).await)?;
    same(rule, ok(store.remove(Queue::Inbox, "a").await)?, false)?;
    same(rule, ok(store.remove(Queue::Outbox, "a").await)?, true)?;
    same(rule, ok(store.remove(Queue::Outbox, "a").await)?, false)?;
    same(rule, ok(store.get(Queue::Outbox, "a").await)?, None)?;
    same(rule, ok(store.insert(&record("a", 5)).await)?, true)
}

async fn concurrency<S: Store>(store: &S) -> Result<(), Violation> {
    let rule = "concurrent claims share no record";
    let count = 3 * CLAIMS;
    for index in 0..count {
        ok(store.insert(&record(&format!("{index}"), 0)).await)?;
    }
    let claims = (0..CLAIMS).map(|_| store.claim(Queue::Outbox, at(0), at(100), 3));
    let mut claimed = Vec::new();
    for result in all(claims).await {
        claimed.extend(ok(result)?);
    }
    // Claims that meet may get fewer records, but none twice.
    claimed.extend(ok(store.claim(Queue::Outbox, at(0), at(100), count).await)?);
    let mut ids = ids(&claimed);
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    same(rule, (all, ids.len()), (count, count))?;
    let rule = "concurrent insertions of one id insert one record";
    let new = record("new", 0);
    let mut inserted = 0;
    for result in self::all((0..CLAIMS).map(|_| store.insert(&new))).await {
        inserted += usize::from(ok(result)?);
    }
    same(rule, inserted, 1)
}

async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.map(Box::pin).collect();
    let mut results: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    let polled = poll_fn(|context| {
        let mut is_pending = false;
        for (future, result) in running.iter_mut().zip(&mut results) {
            if result.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *result = Some(value),
                    Poll::Pending => is_pending = true,
                }
            }
        }
        if is_pending { Poll::Pending } else { Poll::Ready(()) }
    });
    pin!(polled).await;
    results.into_iter().flatten().collect()
}
