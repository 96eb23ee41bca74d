//! Virtual accounts: bank transfers that buy crypto, and crypto that is paid out to bank accounts.
//!
//! `DepositInstructionsExt` requests a standing bank account for any number of deposits. [`VirtualAccountsExt`] orders
//! single transfers.
//!
//! The provider has to approve the customer before the first order; see
//! [`wait_for_kyc`](crate::customers::CustomersExt::wait_for_kyc).

#[cfg(feature = "crypto")]
mod deposits;
mod ext;
// `versions` includes it.
#[cfg(rustfmt)]
mod hooks;
mod versions;

#[cfg(feature = "crypto")]
pub use deposits::{DepositDetailsExt, DepositInstructionsExt, OrderedTransactionExt};
pub use ext::{ReceivingDetailsExt, VirtualAccountsExt};
#[cfg(feature = "crypto")]
pub use versions::DepositsClient;
pub use versions::VirtualAccountsClient;
