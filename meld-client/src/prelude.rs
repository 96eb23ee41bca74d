//! The traits that calls are made with.
//!
//! Their functions are there too where names of your own stand in their place, such as a `Payments` or a `Page`.

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

/// Again without names, for modules that have types with theirs.
mod unnamed {
    pub use meld_client_core::{Call as _, Page as _};

    pub use crate::activity::ActivityLog as _;
    pub use crate::bank_linking::{
        BankLinking as _, ConnectToken as _, ConnectionLifeCycle as _, MoneyFlow as _,
        OffersProducts as _, SignedBalance as _,
    };
    pub use crate::crypto::{
        OpenedSession as _, QuotedSessions as _, RankedQuotes as _, ScoredQuote as _,
    };
    pub use crate::customers::{Customers as _, ForCustomer as _, KycProgress as _};
    pub use crate::network_partner::DiscoverRoutes as _;
    pub use crate::paging::Paged as _;
    pub use crate::payments::{Ordered as _, PaymentMethods as _, Payments as _};
    pub use crate::transactions::{
        SessionTransactions as _, TransactionProgress as _, TransactionSearch as _,
        TransactionWallets as _, Transactions as _,
    };
    pub use crate::virtual_accounts::{ReceivingDetails as _, VirtualAccounts as _};
    #[cfg(feature = "webhooks")]
    pub use crate::webhooks::Fetch as _;
}
#[doc(hidden)]
pub use unnamed::*;

#[cfg(test)]
#[cfg(all(
    feature = "v2026-02-03",
    feature = "bank_linking",
    feature = "crypto",
    feature = "customer",
    feature = "payments"
))]
mod tests {
    use crate::Meld;
    use crate::v2026_02_03::prelude::*;

    /// As a program may name its own.
    struct BankLinking;
    struct Customers;
    struct Ordered;
    struct Paged;
    struct Payments;
    struct Transactions;

    #[test]
    fn names_of_ones_own_hide_no_functions() {
        let _ = (BankLinking, Customers, Ordered, Paged, Payments, Transactions);
        let meld = Meld::builder().api_key("key").base_url("http://localhost:1").build().unwrap();
        let api = meld.v2026_02_03();
        assert!(api.payments().refund("a").order().is_ok());
        let waiting = crate::Waiting::default();
        drop(api.crypto().wait_for_transaction("a", waiting));
        drop(api.customer().by_id("a"));
        drop(api.bank_linking().catch_up("a", None));
        drop(api.bank_linking().accounts_search().all(1));
    }
}
