//! What came of waiting for a provider.

use super::kyc::{KycState, KycSteps, ProviderKyc};
use crate::SecretString;

/// A check that was begun or changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KycStarted {
    /// How far it is.
    pub state: KycState,
    /// The page to send the customer to, with the mode `HOSTED_URL`. Whoever has the address acts as the customer.
    pub url: Option<SecretString>,
}

impl KycStarted {
    #[allow(dead_code, reason = "no version with customers need be chosen")]
    pub(super) fn new(status: Option<&str>, url: Option<String>) -> Self {
        let state = status.map_or(KycState::Pending, KycState::from);
        Self { state, url: url.filter(|url| !url.is_empty()).map(SecretString::from) }
    }
}

/// What came of waiting for a provider to check a customer.
#[derive(Clone, Debug)]
pub enum KycOutcome {
    /// The provider takes the customer.
    Approved,
    /// The provider does not: [`KycState::Rejected`] or [`KycState::Expired`].
    Refused(KycState),
    /// It is the customer's turn: lead there to one of the pages, then wait again with
    /// [`wait_for_kyc_decision`](super::CustomersExt::wait_for_kyc_decision).
    NeedsCustomer(KycSteps),
    /// Nothing was decided before the waiting ended, which is no refusal: wait again later, or for the webhook event
    /// `CUSTOMER_KYC_STATUS_CHANGE`. With the last state, which is [`KycState::NotStarted`] if the provider was never
    /// asked.
    StillPending(KycState),
}

impl KycOutcome {
    /// Whether the provider takes the customer.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        matches!(self, Self::Approved)
    }

    /// What this entry means, while it is waited for: nothing if there is nothing to tell yet.
    pub(super) fn of(kyc: Option<&ProviderKyc>, until: Until) -> Option<Self> {
        let kyc = kyc?;
        match &kyc.state {
            KycState::Approved => Some(Self::Approved),
            KycState::Rejected | KycState::Expired => Some(Self::Refused(kyc.state.clone())),
            _ if until == Until::SomethingToDo && !kyc.steps.is_empty() => {
                Some(Self::NeedsCustomer(kyc.steps.clone()))
            }
            _ => None,
        }
    }
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// A decision, or that the customer has to do something.
    SomethingToDo,
    /// A decision.
    Decision,
}
