//! Verifications of email addresses and phone numbers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::saved::{Name, name};

use crate::clock::timestamp;

/// All verifications, oldest first.
pub(crate) type Verifications = Vec<Verification>;

/// A verification of one contact of a customer.
// Contains personal data, so Debug is not implemented.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Verification {
    pub id: String,
    pub customer: String,
    pub channel: String,
    pub target: String,
    #[serde(deserialize_with = "name::deserialize")]
    pub status: Name,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub resend_available_at: DateTime<Utc>,
    /// The number of wrong codes.
    pub failures: i32,
    /// The number of requests for another code since the code was sent.
    pub repeats: u32,
    pub verified_at: Option<DateTime<Utc>>,
}

impl Verification {
    /// Returns `true` if the verification is about this contact of a customer.
    pub fn is_for(&self, customer: &str, channel: &str) -> bool {
        self.customer == customer && self.channel == channel
    }

    /// Returns the status at a time: a code expires by itself.
    pub fn status_at(&self, now: DateTime<Utc>) -> &'static str {
        if self.status == "PENDING" && self.expires_at <= now { "EXPIRED" } else { self.status }
    }

    pub fn to_json(&self, now: DateTime<Utc>) -> Value {
        json!({
            "verificationId": self.id,
            "channel": self.channel,
            "target": masked(&self.target),
            "status": self.status_at(now),
            "expiresAt": timestamp(self.expires_at),
            "resendAvailableAt": timestamp(self.resend_available_at),
        })
    }
}

/// Masks a contact: the first letter of an email address and its host, or the last digits of a phone number.
fn masked(target: &str) -> String {
    match target.split_once('@') {
        Some((name, host)) => format!("{}•••@{host}", name.chars().take(1).collect::<String>()),
        None => {
            let digits: Vec<char> = target.chars().collect();
            format!("+•••{}", digits[digits.len().saturating_sub(4)..].iter().collect::<String>())
        }
    }
}
