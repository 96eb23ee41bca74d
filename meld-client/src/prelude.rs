//! The traits that calls are made with.

pub use meld_client_core::{Call, Page};

pub use crate::crypto::{OpenedSession, QuotedSessions, RankedQuotes, ScoredQuote};
// Types of the API have some of these names.
pub use crate::network_partner::{
    DiscoverRoutes, PaymentMethod as _, Route as _, RouteMethod as _,
};
pub use crate::paging::Paged;
pub use crate::transactions::{
    CryptoTransaction, SessionTransactions, TransactionProgress, TransactionSearch, Transactions,
};
