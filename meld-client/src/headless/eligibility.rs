//! The requirements of a provider for a purchase, as typed steps.

pub(super) mod agreement;
pub(super) mod fields;
pub(super) mod process;
mod requirement;

use std::fmt;

pub use agreement::Agreement;
pub use process::Process;
pub use requirement::{NextCall, Requirement, RequirementStep, StepState, UnmetReason};

use self::fields::Requirements;

/// The requirements of a provider for a purchase by one customer.
///
/// Requirements change: a verification becomes stale, and a provider finishes its review. Check them again right
/// before you create the order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Eligibility {
    /// The agreements that the customer must accept before the order. Show them in your app.
    ///
    /// Meld does not say which of them the customer has accepted, so they are not a part of
    /// [`readiness`](Self::readiness).
    pub agreements: Vec<Agreement>,
    /// The other requirements: contacts first, then KYC.
    pub steps: Vec<RequirementStep>,
}

/// The readiness of a customer for an order. Match it exhaustively: there will be no other values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Readiness {
    /// The order can be created once the agreements are accepted.
    Ready,
    /// The provider is reviewing. Check again later; this is not a failure.
    Pending,
    /// The customer or your backend has to act; see [`Eligibility::next_calls`].
    ActionRequired,
    /// The provider has permanently rejected the customer. Choose another provider.
    Blocked,
}

impl Eligibility {
    pub(super) fn of(response: &(impl Requirements + ?Sized)) -> Self {
        let mut fields = response.fields();
        Self { agreements: std::mem::take(&mut fields.agreements), steps: requirement::steps(fields) }
    }

    /// Returns the readiness of the customer, by the requirements that the provider enforces.
    ///
    /// A step with an unknown state counts as pending.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let enforced = || self.steps.iter().filter(|step| step.is_enforced);
        if enforced().any(|step| matches!(step.state, StepState::Blocked(_))) {
            Readiness::Blocked
        } else if enforced().any(|step| matches!(step.state, StepState::Required(_))) {
            Readiness::ActionRequired
        } else if enforced().all(|step| matches!(step.state, StepState::Satisfied)) {
            Readiness::Ready
        } else {
            Readiness::Pending
        }
    }

    /// Returns `true` if the order can be created once the agreements are accepted.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.readiness() == Readiness::Ready
    }

    /// Returns the calls that the open steps need, in order. Steps that are not enforced are included.
    pub fn next_calls(&self) -> impl Iterator<Item = NextCall<'_>> {
        let agreements = (!self.agreements.is_empty()).then_some(NextCall::AcceptAgreements(&self.agreements));
        agreements.into_iter().chain(self.steps.iter().filter_map(RequirementStep::next_call))
    }
}

impl fmt::Display for Readiness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Ready => "ready",
            Self::Pending => "pending",
            Self::ActionRequired => "action required",
            Self::Blocked => "blocked",
        })
    }
}

/// Reads the requirements of a provider from the response of `get_onramp_requirements`.
///
/// [`HeadlessOnrampExt::check_eligibility`](super::HeadlessOnrampExt::check_eligibility) requests them for an order.
pub trait EligibilityExt: Requirements {
    /// Returns the requirements as typed steps.
    ///
    /// Without a customer in the request, every contact that the provider requires is
    /// [`Required`](StepState::Required).
    fn eligibility(&self) -> Eligibility {
        Eligibility::of(self)
    }
}

impl<R: Requirements> EligibilityExt for R {}

#[cfg(test)]
#[cfg(feature = "v2026-02-03")]
mod tests;
