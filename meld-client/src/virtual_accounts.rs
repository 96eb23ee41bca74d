//! Virtual accounts: bank transfers that buy crypto, and crypto that is paid out to bank accounts.
//!
//! The provider has to approve the customer before the first order; see
//! [`wait_for_kyc`](crate::customers::CustomersExt::wait_for_kyc).

mod ext;
// `versions` includes it.
#[cfg(rustfmt)]
mod hooks;
mod versions;

pub use ext::{ReceivingDetailsExt, VirtualAccountsExt};
pub use versions::VirtualAccountsClient;
