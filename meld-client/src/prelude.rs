//! The traits that calls are made with.

pub use meld_client_core::{Call, Page};

pub use crate::activity::ActivityLog;
pub use crate::bank_linking::{
    BankLinking, ConnectToken, ConnectionLifeCycle, MoneyFlow, OffersProducts, SignedBalance,
};
pub use crate::crypto::RankedQuotes;
pub use crate::paging::Paged;
