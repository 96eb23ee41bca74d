//! The verifications of a customer, and the state of a contact.

use super::{ContactChannel, PendingVerification, pending};
use crate::customers::versions::{VerificationFields, VerificationHistory};

/// One verification of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerificationRecord {
    /// The id.
    pub id: Option<String>,
    /// The channel.
    pub channel: Option<ContactChannel>,
    /// The state.
    pub state: ContactState,
}

/// The state of a verification, or of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContactState {
    /// The contact is verified. A provider may still require a newer verification.
    Verified,
    /// The customer has to enter the code.
    Pending(PendingVerification),
    /// The contact was verified, and changed later. Verify it again.
    Invalidated,
    /// No attempts are left.
    Failed,
    /// The code has expired, or was replaced by a newer one.
    Expired,
    /// There is no verification of the contact.
    NeverVerified,
    /// A status that this crate does not know.
    Unknown(String),
}

/// Returns the verifications of a response, the newest first.
pub(in crate::customers) fn records(response: &impl VerificationHistory) -> Vec<VerificationRecord> {
    response.verifications().into_iter().map(record).collect()
}

fn record(fields: VerificationFields<'_>) -> VerificationRecord {
    let state = match fields.status.unwrap_or_default() {
        "VERIFIED" => ContactState::Verified,
        "PENDING" => ContactState::Pending(pending(fields)),
        "INVALIDATED" => ContactState::Invalidated,
        "FAILED" => ContactState::Failed,
        "EXPIRED" => ContactState::Expired,
        other => ContactState::Unknown(other.to_owned()),
    };
    let channel = fields.channel.map(ContactChannel::from);
    VerificationRecord { id: fields.id.map(str::to_owned), channel, state }
}

impl ContactState {
    /// Returns the state of a contact, by its verifications from the newest to the oldest.
    ///
    /// The newest one that was ever verified decides, because a later code that expired does not undo it.
    pub(in crate::customers) fn of(records: Vec<VerificationRecord>) -> Self {
        let was_verified = |state: &Self| matches!(state, Self::Verified | Self::Invalidated);
        let mut states: Vec<Self> = records.into_iter().map(|record| record.state).collect();
        let index = states.iter().position(was_verified).unwrap_or_default();
        match states.is_empty() {
            true => Self::NeverVerified,
            false => states.swap_remove(index),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(newest_first: &[&str]) -> ContactState {
        let record = |status: &&str| record(VerificationFields { status: Some(*status), ..Default::default() });
        ContactState::of(newest_first.iter().map(record).collect())
    }

    #[test]
    fn newest_verified_or_invalidated_decides() {
        assert_eq!(state(&[]), ContactState::NeverVerified);
        assert_eq!(state(&["EXPIRED", "VERIFIED", "FAILED"]), ContactState::Verified);
        assert_eq!(state(&["PENDING", "INVALIDATED", "VERIFIED"]), ContactState::Invalidated);
        assert_eq!(state(&["VERIFIED", "INVALIDATED"]), ContactState::Verified);
        assert_eq!(state(&["FAILED", "EXPIRED"]), ContactState::Failed);
        assert_eq!(state(&["BRAND_NEW"]), ContactState::Unknown("BRAND_NEW".to_owned()));
        assert!(matches!(state(&["PENDING", "EXPIRED"]), ContactState::Pending(_)));
    }
}
