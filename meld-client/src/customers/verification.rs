//! Verification of a customer's email address or phone number.

mod confirm;
pub(super) mod contact;
mod history;
mod start;

pub use confirm::Confirmation;
pub use contact::{Contact, ContactChannel};
pub use history::{ContactState, VerificationRecord};
pub use start::{PendingVerification, Resend, VerificationStart};

pub(super) use confirm::confirm;
pub(super) use history::records;
pub(super) use start::start;

use meld_client_core::chrono::{DateTime, Utc};

use super::versions::VerificationFields;

/// Parses a time of a verification. `None` if it is missing or not in a format of RFC 3339.
fn time(text: Option<&str>) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text?).ok().map(|time| time.to_utc())
}

/// The fields of a verification that several results have.
fn pending(fields: VerificationFields<'_>) -> PendingVerification {
    PendingVerification {
        id: fields.id.unwrap_or_default().to_owned(),
        masked_contact: fields.target.map(str::to_owned),
        expires_at: time(fields.expires_at),
        resend: Resend::of(time(fields.resend_available_at)),
    }
}
