//! The traits that calls are made with.

pub use meld_client_core::{Call, Page};

pub use crate::crypto::{QuotedSessions, RankedQuotes, ScoredQuote};
pub use crate::network_partner::{DiscoverRoutes, PaymentMethod, Route, RouteMethod};
pub use crate::paging::Paged;
pub use crate::transactions::{
    CryptoTransaction, SessionTransactions, TransactionProgress, TransactionSearch, Transactions,
};
