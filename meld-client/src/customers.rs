//! Customers, and their identity checks (KYC) at providers.
//!
//! - [`CustomersExt`] finds and creates customers, and starts and awaits KYC.
//! - [`KycExt`] reads a customer's KYC at each provider.
//! - [`CustomerRequestExt`] names a customer in a request.

mod customer_request;
mod ext;
mod find;
mod get_or_create;
// `versions` includes it.
#[cfg(rustfmt)]
mod hooks;
mod kyc;
mod kyc_outcome;
mod kyc_request;
mod versions;

pub use customer_request::CustomerRequestExt;
pub use ext::CustomersExt;
pub use get_or_create::FoundOrCreated;
pub use kyc::{KycExt, KycState, KycSteps, ProviderKyc};
pub use kyc_outcome::KycOutcome;
pub use kyc_request::KycStarted;
pub use versions::CustomersClient;

/// A customer by Meld's id or by your id. Requests take one of the two.
///
/// Virtual accounts take only Meld's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CustomerRef {
    /// Meld's id (`customerId`).
    Id(String),
    /// Your id (`externalCustomerId`).
    ExternalId(String),
}

impl CustomerRef {
    /// Creates a reference by Meld's id.
    pub fn id(id: impl Into<String>) -> Self {
        Self::Id(id.into())
    }

    /// Creates a reference by your id.
    pub fn external_id(external_id: impl Into<String>) -> Self {
        Self::ExternalId(external_id.into())
    }

    /// Returns Meld's id and your id, one of which is `None`.
    #[must_use]
    pub fn into_ids(self) -> (Option<String>, Option<String>) {
        match self {
            Self::Id(id) => (Some(id), None),
            Self::ExternalId(id) => (None, Some(id)),
        }
    }
}

/// Clones the reference, so that one can be used in many requests.
impl From<&Self> for CustomerRef {
    fn from(customer: &Self) -> Self {
        customer.clone()
    }
}
