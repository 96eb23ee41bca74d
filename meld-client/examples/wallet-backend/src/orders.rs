//! Orders: how each kind begins, and how a transaction changes it.

pub(crate) mod card;
pub(crate) mod charge;
pub(crate) mod deposit_account;
pub(crate) mod progress;
pub(crate) mod queue;
pub(crate) mod settlement;
pub(crate) mod widget;
