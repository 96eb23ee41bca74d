//! The traits that calls are made with.

pub use meld_client_core::{Call, Page};

pub use crate::activity::ActivityLog;
pub use crate::bank_linking::{
    BankLinking, ConnectToken, ConnectionLifeCycle, MoneyFlow, OffersProducts, SignedBalance,
};
pub use crate::crypto::{OpenedSession, QuotedSessions, RankedQuotes, ScoredQuote};
pub use crate::customers::{Customers, ForCustomer, KycProgress};
// Types of the API have some of these names.
pub use crate::network_partner::{
    DiscoverRoutes, PaymentMethod as _, Route as _, RouteMethod as _,
};
pub use crate::paging::Paged;
pub use crate::payments::{Ordered, PaymentMethods, Payments};
pub use crate::transactions::{
    SessionTransactions, TransactionProgress, TransactionSearch, TransactionWallets, Transactions,
};
pub use crate::virtual_accounts::{ReceivingDetails, VirtualAccounts};
#[cfg(feature = "webhooks")]
pub use crate::webhooks::Fetch;
