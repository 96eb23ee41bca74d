//! Bank linking: connections through their statuses, accounts, transactions and investments.

pub(super) mod aggregation;
pub(crate) mod connections;
pub(super) mod events;
pub(super) mod import;
pub(super) mod institutions;
pub(super) mod investments;
pub(super) mod queries;
pub(crate) mod transactions;
