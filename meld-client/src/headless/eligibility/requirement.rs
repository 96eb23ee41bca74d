//! The steps of a customer towards an order, and the calls that they need.

use super::agreement::Agreement;
use super::fields::{ContactFields, KycFields, RequirementFields};
use super::process::Process;

meld_client_core::string_enum! {
    /// The reason for a contact that does not meet the requirements.
    pub enum UnmetReason {
        /// The customer has never verified the contact.
        Missing = "MISSING",
        /// The customer verified the contact too long ago. Verify it again.
        Stale = "STALE",
        /// The phone number is not of the required type of line. Verify another number.
        Voip = "VOIP",
    }
}

/// One requirement of a provider, and its state.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RequirementStep {
    /// The requirement.
    pub requirement: Requirement,
    /// The state for this customer.
    pub state: StepState,
    /// `false` if the provider only prefers that the requirement is met.
    pub is_enforced: bool,
}

/// A requirement of a provider.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Requirement {
    /// A verified email address.
    Email,
    /// A verified phone number.
    Phone {
        /// The type of line that the provider accepts, such as `MOBILE`.
        line_type: Option<String>,
        /// The number of days after which a verification becomes stale.
        reverify_within_days: Option<i32>,
    },
    /// Meld's own KYC (`MELD_KYC_APPROVED`).
    MeldKyc,
    /// KYC that was shared with the provider and accepted by it (`PROVIDER_KYC_SHARE`).
    ProviderKycShare,
    /// Further data for the provider (`PROVIDER_EXTRA_KYC`).
    ProviderExtraKyc {
        /// The names of the fields to collect. Send them as `serviceProviderDetails` of an update of the KYC.
        missing_fields: Vec<String>,
        /// The provider's own processes, such as `limitUpgrade`.
        processes: Vec<Process>,
    },
    /// A requirement that this crate does not know, by its code.
    Unknown(String),
}

/// The state of a requirement for one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepState {
    /// The requirement is met.
    Satisfied,
    /// The provider is reviewing. Wait; this is not a failure.
    Pending,
    /// The customer or your backend has to act. Contacts have a reason.
    Required(Option<UnmetReason>),
    /// The provider has permanently rejected the customer, with its reason.
    Blocked(Option<String>),
    /// A state that this crate does not know. Check again later.
    Unknown(String),
}

/// The call that an open requirement needs.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum NextCall<'a> {
    /// Show the agreements in your app, and let the customer accept them.
    AcceptAgreements(&'a [Agreement]),
    /// Start a verification of the customer's email address; see
    /// [`start_verification`](crate::customers::VerificationsExt::start_verification).
    VerifyEmail,
    /// Start a verification of the customer's phone number; see
    /// [`start_verification`](crate::customers::VerificationsExt::start_verification).
    VerifyPhone,
    /// Verify another phone number, because the provider does not accept this type of line.
    VerifyOtherPhone,
    /// Start KYC at Meld's KYC provider; see
    /// [`start_or_update_kyc`](crate::customers::CustomersExt::start_or_update_kyc).
    StartKyc,
    /// Share the KYC with the provider: [`start_or_update_kyc`](crate::customers::CustomersExt::start_or_update_kyc)
    /// with the provider in `kyc_share_providers`.
    ShareKyc,
    /// Send these fields to the provider; see
    /// [`submit_missing_fields`](crate::customers::KycSharingExt::submit_missing_fields).
    SubmitFields(&'a [String]),
    /// Finish a process at the provider.
    FinishProcesses(&'a [Process]),
    /// Wait, and check the requirements again.
    CheckAgain,
    /// Use another provider, because this one has permanently rejected the customer.
    UseOtherProvider,
}

impl RequirementStep {
    /// Returns the call that the step needs. `None` if it is satisfied.
    #[must_use]
    pub fn next_call(&self) -> Option<NextCall<'_>> {
        let reason = match &self.state {
            StepState::Satisfied => return None,
            StepState::Pending | StepState::Unknown(_) => return Some(NextCall::CheckAgain),
            StepState::Blocked(_) => return Some(NextCall::UseOtherProvider),
            StepState::Required(reason) => reason,
        };
        Some(match &self.requirement {
            Requirement::Email => NextCall::VerifyEmail,
            Requirement::Phone { .. } if *reason == Some(UnmetReason::Voip) => NextCall::VerifyOtherPhone,
            Requirement::Phone { .. } => NextCall::VerifyPhone,
            Requirement::MeldKyc => NextCall::StartKyc,
            Requirement::ProviderKycShare => NextCall::ShareKyc,
            Requirement::ProviderExtraKyc { missing_fields, processes } if missing_fields.is_empty() => {
                NextCall::FinishProcesses(processes)
            }
            Requirement::ProviderExtraKyc { missing_fields, .. } => NextCall::SubmitFields(missing_fields),
            Requirement::Unknown(_) => NextCall::CheckAgain,
        })
    }
}

/// Converts the requirements of a version, except for the agreements.
pub(super) fn steps(fields: RequirementFields<'_>) -> Vec<RequirementStep> {
    let RequirementFields { email, phone, line_type, reverify_within_days, enforced, kyc, .. } = fields;
    let is_enforced = enforced.unwrap_or(true);
    let contact = |contact: ContactFields<'_>, requirement| {
        let state = contact_state(contact)?;
        Some(RequirementStep { requirement, state, is_enforced })
    };
    let line_type = line_type.map(str::to_owned);
    let mut steps: Vec<RequirementStep> = contact(email, Requirement::Email).into_iter().collect();
    steps.extend(contact(phone, Requirement::Phone { line_type, reverify_within_days }));
    steps.extend(kyc.into_iter().map(kyc_step));
    steps
}

/// Returns the state of a contact. `None` if the provider does not require it.
fn contact_state(contact: ContactFields<'_>) -> Option<StepState> {
    let reason = contact.reason.filter(|reason| !reason.is_empty()).map(UnmetReason::from);
    match (contact.is_required, contact.is_satisfied) {
        (Some(false), _) | (None, None) => None,
        (_, Some(true)) => Some(StepState::Satisfied),
        _ => Some(StepState::Required(reason)),
    }
}

fn kyc_step(fields: KycFields<'_>) -> RequirementStep {
    let KycFields { code, status, reason, missing_fields, processes } = fields;
    let requirement = match code.unwrap_or_default() {
        "MELD_KYC_APPROVED" => Requirement::MeldKyc,
        "PROVIDER_KYC_SHARE" => Requirement::ProviderKycShare,
        "PROVIDER_EXTRA_KYC" => Requirement::ProviderExtraKyc { missing_fields: missing_fields.to_vec(), processes },
        other => Requirement::Unknown(other.to_owned()),
    };
    let state = match status.unwrap_or_default() {
        "SATISFIED" => StepState::Satisfied,
        "PENDING" => StepState::Pending,
        "REQUIRED" => StepState::Required(None),
        "BLOCKED" => StepState::Blocked(reason.map(str::to_owned)),
        other => StepState::Unknown(other.to_owned()),
    };
    RequirementStep { requirement, state, is_enforced: true }
}
