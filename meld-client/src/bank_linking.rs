//! Linking banks: the life of a connection, and what is done with one.
//!
//! | to | see |
//! |---|---|
//! | start, repair, refresh, widen or unlink a connection | [`BankLinkingExt`], on each version's client of the family |
//! | know what a status means | [`ConnectionState`], [`ConnectionExt`] |
//! | know how long a connect token is good for | [`ConnectTokenExt`] |
//! | catch up with changed transactions | [`BankLinkingExt::changed_transactions`] |
//! | tell money in from money out, and what is owed from what is owned | [`FinancialAccountTransactionExt`], [`FinancialAccountExt`] |
//! | show the user a choice of banks | [`BankLinkingExt::institutions_offering`], [`InstitutionExt`] |
//!
//! [`ConnectionState`] is there without the feature `client` too, for who only receives webhooks.
#![cfg_attr(
    not(all(feature = "bank_linking", feature = "v2026-02-03")),
    allow(unused, reason = "no version with bank linking need be chosen")
)]
#![cfg_attr(
    not(feature = "client"),
    allow(rustdoc::broken_intra_doc_links, reason = "calls come with a version")
)]

#[cfg(feature = "client")]
mod amounts;
#[cfg(feature = "client")]
mod calls;
#[cfg(feature = "client")]
mod changed_transactions;
#[cfg(feature = "client")]
mod connect_token;
#[cfg(feature = "client")]
mod institutions;
mod life_cycle;
#[cfg(feature = "client")]
mod steps;
#[cfg(feature = "client")]
mod unlink;
#[cfg(feature = "client")]
mod versions;

#[cfg(feature = "client")]
pub use amounts::{FinancialAccountExt, FinancialAccountTransactionExt};
#[cfg(feature = "client")]
pub use calls::BankLinkingExt;
#[cfg(feature = "client")]
pub use changed_transactions::ChangedTransactions;
#[cfg(feature = "client")]
pub use connect_token::{ConnectTokenClaims, ConnectTokenExt};
#[cfg(feature = "client")]
pub use institutions::InstitutionExt;
pub use life_cycle::{
    ConnectionExt, ConnectionState, ConnectionStatus, ConnectionStatusReason, NextStep,
};
#[cfg(feature = "client")]
pub use steps::Aggregation;
#[cfg(feature = "client")]
pub use unlink::{UnlinkFailure, UnlinkOutcome, Unlinked};
