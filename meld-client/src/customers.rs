//! CustomersExt, and what is known of them at the providers.
//!
//! [`CustomersExt`] finds, makes and asks for a check of customers, [`KycExt`] says what each provider thinks of
//! one, and [`CustomerRequestExt`] names one in a request.

mod creating;
mod finding;
mod for_customer;
mod kyc;
mod outcome;
mod versions;

pub use creating::FoundOrCreated;
pub use finding::CustomersExt;
pub use for_customer::CustomerRequestExt;
pub use kyc::{KycExt, KycState, KycSteps, ProviderKyc};
pub use outcome::{KycOutcome, KycStarted};

/// A customer, by the id that Meld gave or by the one of your own. Requests take one of the two and never both.
///
/// Virtual accounts take Meld's id alone: their requests have no place for the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CustomerRef {
    /// Meld's id (`customerId`).
    Id(String),
    /// Your id (`externalCustomerId`).
    ExternalId(String),
}

impl CustomerRef {
    /// By Meld's id.
    pub fn id(id: impl Into<String>) -> Self {
        Self::Id(id.into())
    }

    /// By your own id.
    pub fn external_id(external_id: impl Into<String>) -> Self {
        Self::ExternalId(external_id.into())
    }
}

/// By reference, so that one can be kept and named in many requests.
impl From<&Self> for CustomerRef {
    fn from(customer: &Self) -> Self {
        customer.clone()
    }
}
