//! The traits that calls are made with.

pub use meld_client_core::{Call, Page};

pub use crate::activity::ActivityLog;
pub use crate::bank_linking::{
    BankLinking, ConnectToken, ConnectionLifeCycle, MoneyFlow, OffersProducts, SignedBalance,
};
pub use crate::crypto::RankedQuotes;
pub use crate::customers::{Customers, ForCustomer, KycProgress};
pub use crate::paging::Paged;
pub use crate::payments::{Ordered, PaymentMethods, Payments};
pub use crate::virtual_accounts::{ReceivingDetails, VirtualAccounts};
