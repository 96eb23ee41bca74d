//! The reconciler: fetches transactions for which no webhook has arrived.
//!
//! Webhooks can get lost, and some providers send none. [`Reconciler::watch`] remembers a transaction, or the session
//! or order that it will belong to. [`Reconciler::run_once`] fetches those without an event for longer than the
//! [patience](Reconciler::patience), and passes their state to your code, which treats it like a webhook.
//!
//! [`Reconciled::event`] is the event that a webhook would have delivered, so that the same code handles both. Pass it to
//! `Inbox::receive` (module `inbox`), which also drops repetitions.

mod queue;
mod reconciled;
mod watched;

pub use queue::{Reconciler, Watch};
pub use reconciled::Reconciled;
pub use watched::Watched;
