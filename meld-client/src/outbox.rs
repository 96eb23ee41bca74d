//! The outbox: requests that are stored before they are sent, and sent until their outcome is known.
//!
//! Use it for payments, payouts and orders of a service that may crash at any time. [`Outbox::enqueue`] stores an
//! idempotent request in your database. [`Outbox::run_once`] sends the requests that are due, each with its stored key, so that
//! Meld executes each request at most once. After a crash, the next process continues where the last one stopped.
//!
//! # Results
//!
//! The result of each request stays in the store until you [`remove`](Outbox::remove) it. A crash before you have stored
//! the result therefore loses nothing:
//!
//! 1. Read results from [`run_once`](Outbox::run_once), and once on startup from [`settled`](Outbox::settled).
//! 2. Record each result in your own tables.
//! 3. Remove it from the outbox.
//!
//! # Parked requests
//!
//! A request is parked until you decide, if a retry may do harm or cannot help:
//!
//! - Refunds and captures with an unknown outcome, because Meld does not document that these honor the key. Read the
//!   transaction first.
//! - Stored requests that cannot be loaded, such as those of another account.
//! - Requests without an outcome after [`Schedule::max_attempts`](crate::storage::Schedule::max_attempts).
//!
//! Decide with [`retry`](Outbox::retry) or [`remove`](Outbox::remove).

mod delivery;
mod error;
mod progress;
mod queue;

pub use delivery::{Delivery, Parked, Rejection, Settled, Settlement};
pub use error::OutboxError;
pub use queue::Outbox;
