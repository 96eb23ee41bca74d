//! Orders that move crypto from an account at a provider, and the links to such accounts.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::saved::{Name, name};

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

/// The time in which the provider confirms the removal of a link.
const CONFIRMED_AFTER: TimeDelta = TimeDelta::seconds(1);

/// All transfer orders and account links.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Transfers {
    pub orders: Vec<Transfer>,
    pub links: Vec<Link>,
}

impl Transfers {
    pub fn find(&self, id: &str) -> Option<&Transfer> {
        self.orders.iter().find(|order| order.id == id)
    }

    pub fn find_mut(&mut self, id: &str) -> Option<&mut Transfer> {
        self.orders.iter_mut().find(|order| order.id == id)
    }

    pub fn find_external(&self, external_id: &str) -> Option<&Transfer> {
        self.orders.iter().find(|order| order.external_id == external_id)
    }

    /// Returns the account link of a customer. `None` if it is being removed.
    pub fn link(&self, customer: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.customer == customer && link.removed_at.is_none())
    }

    pub fn link_mut(&mut self, customer: &str) -> Option<&mut Link> {
        self.links.iter_mut().find(|link| link.customer == customer && link.removed_at.is_none())
    }

    /// Removes the account link of a customer. Returns `true` once the provider has confirmed it.
    ///
    /// The provider confirms immediately if the link has sent nothing, and later otherwise.
    pub fn remove_link(&mut self, customer: &str, now: DateTime<Utc>) -> bool {
        if let Some(link) = self.link_mut(customer) {
            let wait = if link.sent.is_empty() { TimeDelta::zero() } else { CONFIRMED_AFTER };
            link.removed_at = Some(now + wait);
        }
        self.links.retain(|link| link.removed_at.is_none_or(|at| at > now));
        !self.is_removing(customer, now)
    }

    /// Returns `true` if the provider has not confirmed the removal of the customer's link.
    pub fn is_removing(&self, customer: &str, now: DateTime<Utc>) -> bool {
        let is_pending = |link: &Link| link.customer == customer && link.removed_at.is_some_and(|at| at > now);
        self.links.iter().any(is_pending)
    }
}

/// A link to the account of a customer at the provider.
#[derive(Deserialize, Serialize)]
pub(crate) struct Link {
    pub customer: String,
    /// The times of wrong codes.
    pub wrong_codes: Vec<DateTime<Utc>>,
    /// The times and US dollars of transfers.
    pub sent: Vec<(DateTime<Utc>, Decimal)>,
    /// The time at which the provider confirms the removal, if the link is being removed.
    pub removed_at: Option<DateTime<Utc>>,
}

/// A transfer order.
// Contains tokens, so Debug is not implemented.
#[derive(Deserialize, Serialize)]
pub(crate) struct Transfer {
    pub id: String,
    pub external_id: String,
    pub customer: String,
    /// The request.
    pub data: Value,
    /// The idempotency key of the request.
    pub key: Option<String>,
    pub amount: Decimal,
    pub phase: Phase,
    pub transaction: Option<String>,
    pub tokens: Vec<ActionToken>,
    /// The actions that were executed, by idempotency key.
    pub actions: BTreeMap<String, Action>,
    pub created_at: DateTime<Utc>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Action {
    pub request: Value,
    pub in_progress_until: DateTime<Utc>,
}

/// A token for the actions of an order.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct ActionToken {
    pub value: String,
    pub expires_at: DateTime<Utc>,
}

#[derive(Clone, Deserialize, Serialize)]
pub(crate) enum Phase {
    NotStarted,
    /// The customer authorizes access on a hosted page.
    Authorizing {
        url: String,
        handle: String,
        expires_at: DateTime<Utc>,
        has_returned: bool,
    },
    Linked,
    /// The authorization failed, and can be retried.
    Unauthorized(#[serde(deserialize_with = "name::deserialize")] Name),
    SecondFactor {
        expires_at: DateTime<Utc>,
        attempts: i32,
    },
    Submitted,
    /// The provider did not respond, but took the transfer; this is known from a time on.
    Unknown {
        until: DateTime<Utc>,
    },
    Failed(#[serde(deserialize_with = "name::deserialize")] Name),
}

impl Transfer {
    /// Returns the last digit of the amount, which selects a case.
    pub fn case(&self) -> Option<char> {
        self.amount.normalize().to_string().chars().last()
    }

    /// Returns `true` if a token is valid.
    pub fn accepts(&self, token: &str, now: DateTime<Utc>) -> bool {
        self.tokens.iter().any(|known| known.value == token && known.expires_at > now)
    }

    /// Adds a token, after which earlier ones are valid for a short time only.
    pub fn add_token(&mut self, token: ActionToken, now: DateTime<Utc>, overlap: TimeDelta) {
        self.tokens.retain(|known| known.expires_at > now);
        for known in &mut self.tokens {
            known.expires_at = known.expires_at.min(now + overlap);
        }
        self.tokens.push(token);
    }

    /// Returns `true` if crypto is being sent, or may be.
    pub fn is_unresolved(&self) -> bool {
        matches!(self.phase, Phase::SecondFactor { .. } | Phase::Unknown { .. })
    }
}
