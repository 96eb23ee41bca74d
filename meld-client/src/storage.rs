//! Storage of work that must survive a crash: requests to send, events to handle, and transactions to fetch.
//!
//! `Outbox`, `Inbox` and `Reconciler` keep their work as [`Record`]s in a [`Store`], which you implement for your
//! database: one table and seven short methods. [`MemoryStore`] is for tests.
//!
//! [`conformance`] checks an implementation. Run it in your tests.
//!
//! # How work survives a crash
//!
//! A record that is due is *claimed*: its due time moves to the end of a lease, and its number of attempts increases. If the
//! process crashes, the record becomes due again at the end of the lease. The number of attempts is also the proof of
//! ownership: a change counts only while no one else has claimed the record.
//!
//! # Schema
//!
//! In SQL, the table and the two methods that matter are:
//!
//! ```sql
//! CREATE TABLE meld_records (
//!     queue    text        NOT NULL,
//!     id       text        NOT NULL,
//!     content  text        NOT NULL,
//!     state    text        NOT NULL,
//!     due_at   timestamptz NOT NULL,
//!     attempts integer     NOT NULL,
//!     progress text,
//!     PRIMARY KEY (queue, id)
//! );
//! CREATE INDEX meld_records_due ON meld_records (queue, state, due_at);
//!
//! -- Store::claim
//! UPDATE meld_records SET due_at = $until, attempts = attempts + 1
//! WHERE (queue, id) IN (
//!     SELECT queue, id FROM meld_records
//!     WHERE queue = $queue AND state = 'pending' AND due_at <= $now
//!     ORDER BY due_at LIMIT $limit FOR UPDATE SKIP LOCKED
//! ) RETURNING *;
//!
//! -- Store::update
//! UPDATE meld_records SET state = $state, due_at = $due_at, progress = $progress
//! WHERE queue = $queue AND id = $id AND attempts = $attempts;
//! ```

pub mod conformance;
mod memory;
#[cfg(any(feature = "client", feature = "webhooks"))]
mod panics;
mod record;
mod schedule;
mod store;

pub use memory::MemoryStore;
#[cfg(any(feature = "client", feature = "webhooks"))]
pub(crate) use panics::handled;
pub use record::{Queue, Record, RecordState, UnknownRecordState};
pub use schedule::Schedule;
#[cfg(feature = "client")]
pub(crate) use schedule::after;
pub use store::Store;
