//! Webhook profiles and the deliveries that are queued for them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::saved::pairs;

use chrono::{DateTime, TimeDelta, Utc};

/// The time after which a failed event is not retried.
const MAX_AGE: TimeDelta = TimeDelta::days(3);

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Profile {
    pub id: String,
    pub name: String,
    pub url: String,
    pub secret: String,
    /// The subscribed event types; empty means all.
    pub event_types: Vec<String>,
    pub event_version: String,
    pub status: String,
}

impl Profile {
    pub fn is_active(&self) -> bool {
        self.status == "ACTIVE"
    }
}

/// An event to deliver to one profile.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Delivery {
    pub url: String,
    pub secret: String,
    pub body: String,
    /// The number of failed attempts so far.
    pub retries: u32,
    /// The reason for the retry.
    pub reason: Option<String>,
    pub profile: String,
    pub event_type: String,
    pub event_id: String,
    /// The time of the first attempt.
    pub first: DateTime<Utc>,
}

/// The result of one attempt to deliver a webhook event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct WebhookDelivery {
    /// The event type, such as `WEBHOOK_TEST`.
    pub event_type: String,
    /// The event id, which is the same for all attempts.
    pub event_id: String,
    /// The number of attempts before this one.
    pub retries: u32,
    /// The reason of the failure as in `Meld-Retry-Reason`; `None` if the event was delivered.
    pub failure: Option<String>,
    /// The time by the server's clock.
    pub at: DateTime<Utc>,
}

/// The profiles, and the deliveries that are queued for them.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Webhooks {
    pub profiles: Vec<Profile>,
    #[serde(with = "pairs")]
    queue: BTreeMap<(DateTime<Utc>, usize), Delivery>,
    queued: usize,
    pub attempts: Vec<WebhookDelivery>,
    /// The events that were sent, one for each profile.
    sent: Vec<Delivery>,
}

impl Webhooks {
    /// Returns the active profiles that subscribe to an event type.
    pub fn subscribers(&self, event_type: &str) -> Vec<Profile> {
        let subscribes = |profile: &&Profile| {
            profile.is_active()
                && (profile.event_types.is_empty()
                    || profile.event_types.iter().any(|subscribed| subscribed == event_type))
        };
        self.profiles.iter().filter(subscribes).cloned().collect()
    }

    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.queue.keys().next().map(|(at, _)| *at)
    }

    /// Removes the deliveries that are due.
    pub fn take_due(&mut self, now: DateTime<Utc>) -> Vec<Delivery> {
        let later = self.queue.split_off(&(now + TimeDelta::nanoseconds(1), 0));
        std::mem::replace(&mut self.queue, later).into_values().collect()
    }

    pub fn queue(&mut self, at: DateTime<Utc>, delivery: Delivery) {
        self.queued += 1;
        self.queue.insert((at, self.queued), delivery);
    }

    /// Queues an event that was sent, for all of its profiles. Returns `None` if there is no such event.
    pub fn resend(&mut self, event_id: &str, now: DateTime<Utc>) -> Option<()> {
        let sent = self.sent.iter().filter(|delivery| delivery.event_id == event_id);
        let again = sent.map(|delivery| Delivery { retries: 0, reason: None, first: now, ..delivery.clone() });
        let again: Vec<Delivery> = again.collect();
        let found = (!again.is_empty()).then_some(());
        again.into_iter().for_each(|delivery| self.queue(now, delivery));
        found
    }

    /// Records the result of an attempt. A failed event is retried after one minute, then after twice as long each
    /// time, up to one hour, for three days.
    pub fn record(&mut self, delivery: Delivery, failure: Option<String>, now: DateTime<Utc>) {
        self.attempts.push(WebhookDelivery {
            event_type: delivery.event_type.clone(),
            event_id: delivery.event_id.clone(),
            retries: delivery.retries,
            failure: failure.clone(),
            at: now,
        });
        if !self.sent.iter().any(|sent| sent.event_id == delivery.event_id && sent.profile == delivery.profile) {
            self.sent.push(delivery.clone());
        }
        let wait = TimeDelta::minutes(60.min(1_i64 << delivery.retries.min(6)));
        let is_wanted = |profile: &Profile| profile.id == delivery.profile && profile.is_active();
        let retry = now + wait <= delivery.first + MAX_AGE && self.profiles.iter().any(is_wanted);
        if failure.is_some() && retry {
            let retries = delivery.retries + 1;
            self.queue(now + wait, Delivery { retries, reason: failure, ..delivery });
        }
    }
}
