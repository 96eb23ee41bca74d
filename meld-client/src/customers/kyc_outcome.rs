//! Polling for a KYC decision.

use std::sync::{Mutex, PoisonError};

use meld_client_core::{Call as _, Error};

use super::find::find;
use super::kyc::{KycState, KycSteps, ProviderKyc, latest, provider_kycs};
use super::versions::Customers;
use crate::polling::{Poll, Polling};

/// The result of polling for a provider's decision about a customer.
#[derive(Clone, Debug)]
pub enum KycOutcome {
    /// The provider has approved the customer.
    Approved,
    /// The provider has refused the customer: [`KycState::Rejected`] or [`KycState::Expired`].
    Refused(KycState),
    /// The customer has to act. Open one of the pages, then poll again with
    /// [`wait_for_kyc_decision`](super::CustomersExt::wait_for_kyc_decision).
    NeedsCustomer(KycSteps),
    /// The time limit was reached without a decision. This is not a refusal.
    ///
    /// Poll again later, or use the webhook event `CUSTOMER_KYC_STATUS_CHANGE`. Contains the last state, which is
    /// [`KycState::NotStarted`] if the provider does not know the customer.
    Pending(KycState),
}

impl KycOutcome {
    /// Returns `true` if the provider has approved the customer.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        matches!(self, Self::Approved)
    }

    /// Returns the outcome of a provider's entry. `None` while polling has to continue.
    fn of(kyc: Option<&ProviderKyc>, until: Until) -> Option<Self> {
        let kyc = kyc?;
        match &kyc.state {
            KycState::Approved => Some(Self::Approved),
            KycState::Rejected | KycState::Expired => Some(Self::Refused(kyc.state.clone())),
            _ if until == Until::CustomerStep && !kyc.steps.is_empty() => Some(Self::NeedsCustomer(kyc.steps.clone())),
            _ => None,
        }
    }
}

/// The event that ends polling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// A decision, or a step that the customer has to take.
    CustomerStep,
    /// A decision.
    Decision,
}

/// Polls a customer until the event occurs at a provider.
pub(super) async fn wait<C: Customers>(
    client: &C,
    id: String,
    provider: String,
    polling: Polling,
    until: Until,
) -> Result<KycOutcome, Error> {
    let last = Mutex::new(KycState::NotStarted);
    let (id, provider, last_seen) = (&id, &provider, &last);
    let found = polling.until(|left| async move {
        let mut search = client.search_by_id(id.clone());
        left.limit(search.options_mut());
        let found = find(search, |known, _| known == Some(id)).await?;
        let retry_after = found.page.retry_after();
        let missing = || {
            let why = "no customer has this id";
            let error = Error::unusable(&found.page, "customers".to_owned(), why);
            error.with_operation(found.operation)
        };
        let kyc = latest(provider_kycs(&found.customer.ok_or_else(missing)?), provider);
        let outcome = KycOutcome::of(kyc.as_ref(), until);
        let state = kyc.map_or(KycState::NotStarted, |kyc| kyc.state);
        *last_seen.lock().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(outcome.map_or(Poll::Pending { retry_after }, Poll::Ready))
    });
    let found = found.await?;
    let last = last.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(found.unwrap_or(KycOutcome::Pending(last)))
}
