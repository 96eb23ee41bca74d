//! Bank linking: connections, their life cycle and their data.
//!
//! | Task | Item |
//! |---|---|
//! | Start, repair, refresh, extend or unlink a connection | [`BankLinkingExt`] |
//! | Interpret a connection's status | [`ConnectionState`], [`ConnectionExt`] |
//! | Read the expiry of a connect token | [`ConnectTokenExt`] |
//! | Fetch changed transactions | [`BankLinkingExt::changed_transactions`] |
//! | Interpret the signs of amounts and balances | [`FinancialAccountTransactionExt`], [`FinancialAccountExt`] |
//! | Build a picker of institutions | [`BankLinkingExt::find_institutions`], [`InstitutionExt`] |
//!
//! [`ConnectionState`] needs no feature, so that a program that only receives webhooks can use it.
#![cfg_attr(not(feature = "client"), allow(rustdoc::broken_intra_doc_links, reason = "operations need an API version"))]

#[cfg(feature = "client")]
mod aggregation;
#[cfg(feature = "client")]
mod balances;
#[cfg(feature = "client")]
mod changed_transactions;
#[cfg(feature = "client")]
mod connect_token;
#[cfg(feature = "client")]
mod ext;
// `versions` includes it.
#[cfg(rustfmt)]
mod hooks;
#[cfg(feature = "client")]
mod institutions;
mod life_cycle;
#[cfg(feature = "client")]
mod requests;
#[cfg(feature = "client")]
mod unlink;
#[cfg(feature = "client")]
mod versions;

#[cfg(feature = "client")]
pub use self::{
    aggregation::Aggregation,
    balances::{FinancialAccountExt, FinancialAccountTransactionExt},
    changed_transactions::ChangedTransactions,
    connect_token::{ConnectTokenClaims, ConnectTokenExt},
    ext::BankLinkingExt,
    institutions::InstitutionExt,
    unlink::{UnlinkFailure, UnlinkOutcome, Unlinked},
    versions::BankLinkingClient,
};
pub use life_cycle::{ConnectionExt, ConnectionState, ConnectionStatus, ConnectionStatusReason, NextStep};
