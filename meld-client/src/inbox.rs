//! The inbox: webhook events that are stored before they are handled, and handled once.
//!
//! Meld delivers an event until your server responds with 200, for up to three days, and may deliver it more than once.
//! [`Inbox::receive`] stores a verified event and drops repetitions, so that you can respond immediately.
//! [`Inbox::run_once`] passes the stored events to your code until it succeeds. After a crash, the next process
//! continues where the last one stopped.
//!
//! # Exactly once
//!
//! An event is passed to your code again only if your code failed, or the process crashed before the result was stored. Then
//! [`InboxEvent::attempt`] is more than 1, and part of the work may already be done. Make the work idempotent: write
//! your own records under the id of the event, or check for it if `attempt` is more than 1.

mod event;
mod queue;
#[cfg(test)]
mod tests;

pub use event::{InboxEvent, ParkedEvent};
pub use queue::{Handled, Inbox};
