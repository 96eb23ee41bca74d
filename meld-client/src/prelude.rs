//! The extension traits of clients, builders and responses.
//!
//! Import everything with the prelude of an API version, such as `use meld_client::v2026_02_03::prelude::*;`.

pub use meld_client_core::{Call, Page as _};

#[cfg(feature = "beta")]
pub use crate::activity::ActivityExt;
pub use crate::bank_linking::{
    BankLinkingExt, ConnectTokenExt, ConnectionExt, FinancialAccountExt, FinancialAccountTransactionExt, InstitutionExt,
};
#[cfg(all(feature = "crypto", feature = "v2026-02-03"))]
pub use crate::crypto::{ApplePayResultExt, MintedUrlExt};
#[cfg(feature = "crypto")]
pub use crate::crypto::{QuoteExt, QuotesByMethodExt, QuotesExt, WidgetSessionExt};
#[cfg(all(feature = "customer", feature = "v2026-02-03"))]
pub use crate::customers::KycFilesExt;
pub use crate::customers::{CustomerRequestExt, CustomersExt, KycExt, KycSharingExt, VerificationsExt};
#[cfg(all(feature = "crypto", feature = "idempotent", feature = "webhooks"))]
pub use crate::headless::CreditExt;
#[cfg(all(feature = "crypto", feature = "idempotent"))]
pub use crate::headless::{EligibilityExt, HeadlessOnrampExt, HeadlessPayoutExt, TransferExt};
#[cfg(feature = "idempotent")]
pub use crate::idempotent::IdempotentExt;
pub use crate::money::MoneyExt;
#[cfg(any(feature = "network_partner", feature = "service_providers"))]
pub use crate::network_partner::{NetworkPartnerExt, PaymentMethodExt, RouteExt, RouteMethodExt};
pub use crate::pagination::PaginationExt;
pub use crate::payments::{PaymentMethodInputExt, PaymentsExt};
pub use crate::transactions::{
    SessionTransactionsExt, TransactionSearchExt, TransactionStatusExt, TransactionWalletsExt, TransactionsExt,
};
#[cfg(feature = "crypto")]
pub use crate::virtual_accounts::{DepositDetailsExt, DepositInstructionsExt, OrderedTransactionExt};
pub use crate::virtual_accounts::{ReceivingDetailsExt, VirtualAccountsExt};
#[cfg(feature = "webhooks")]
pub use crate::webhooks::FetchExt;
