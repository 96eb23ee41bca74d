//! Webhook profiles, the events that they ask for, and when each is sent and sent again.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use url::Url;

use super::{Call, State};
use crate::documents::ApiVersion;
use crate::envelope::{Problem, timestamp};
use crate::pages;
use crate::random::{letters, seeded};

/// The events that a profile can ask for.
const EVENT_TYPES: [&str; 19] = [
    "TRANSACTION_CRYPTO_PENDING",
    "TRANSACTION_CRYPTO_FAILED",
    "TRANSACTION_CRYPTO_TRANSFERRING",
    "TRANSACTION_CRYPTO_COMPLETE",
    "TRANSACTION_FIAT_CREATED",
    "TRANSACTION_FIAT_UPDATED",
    "BANK_LINKING_CONNECTION_COMPLETED",
    "BANK_LINKING_CONNECTION_DELETED",
    "BANK_LINKING_CONNECTION_STATUS_CHANGE",
    "BANK_LINKING_ACCOUNTS_ADDED",
    "BANK_LINKING_ACCOUNTS_UPDATING",
    "BANK_LINKING_ACCOUNTS_UPDATED",
    "BANK_LINKING_ACCOUNTS_REMOVED",
    "BANK_LINKING_TRANSACTIONS_AGGREGATED",
    "BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED",
    "BANK_LINKING_NEW_ACCOUNTS_AVAILABLE",
    "CUSTOMER_KYC_STATUS_CHANGE",
    "TEST",
    "WEBHOOK_TEST",
];
/// An event is given up after this.
const LONGEST: TimeDelta = TimeDelta::days(3);

/// A profile: where events go.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    id: String,
    name: String,
    url: String,
    secret: String,
    event_types: Vec<String>,
    event_version: String,
    status: String,
}

/// An event on its way to one profile.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub url: String,
    pub secret: String,
    pub body: String,
    /// How often it was sent before.
    pub retries: u32,
    /// Why it is sent again.
    pub reason: Option<String>,
    profile: String,
    event_type: String,
    event_id: String,
    first: DateTime<Utc>,
}

/// How one sending of an event ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// What kind of event it was.
    pub event_type: String,
    /// Its id: the same at every sending.
    pub event_id: String,
    /// How often it was sent before.
    pub retries: u32,
    /// Why it did not arrive, as `Meld-Retry-Reason` has it; nothing if it did.
    pub failure: Option<String>,
    /// When, by the sandbox's clock.
    pub at: DateTime<Utc>,
}

/// Profiles, and what is to be sent to them.
#[derive(Default)]
pub(crate) struct Webhooks {
    profiles: Vec<Profile>,
    waiting: BTreeMap<(DateTime<Utc>, usize), Delivery>,
    queued: usize,
    pub sent: Vec<WebhookDelivery>,
}

impl Webhooks {
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        self.waiting.keys().next().map(|(at, _)| *at)
    }

    /// Takes what is to be sent by now.
    pub fn take_due(&mut self, now: DateTime<Utc>) -> Vec<Delivery> {
        let later = self.waiting.split_off(&(now + TimeDelta::nanoseconds(1), 0));
        std::mem::replace(&mut self.waiting, later).into_values().collect()
    }

    fn queue(&mut self, at: DateTime<Utc>, delivery: Delivery) {
        self.queued += 1;
        self.waiting.insert((at, self.queued), delivery);
    }

    /// Notes how a sending ended. What did not arrive is sent again: after a minute, then after
    /// twice as long each time, up to an hour, for three days.
    pub fn ended(&mut self, delivery: Delivery, failure: Option<String>, now: DateTime<Utc>) {
        self.sent.push(WebhookDelivery {
            event_type: delivery.event_type.clone(),
            event_id: delivery.event_id.clone(),
            retries: delivery.retries,
            failure: failure.clone(),
            at: now,
        });
        let wait = TimeDelta::minutes(60.min(1_i64 << delivery.retries.min(6)));
        let active =
            |profile: &Profile| profile.id == delivery.profile && profile.status == "ACTIVE";
        let goes_on = now + wait <= delivery.first + LONGEST && self.profiles.iter().any(active);
        if failure.is_some() && goes_on {
            let retries = delivery.retries + 1;
            self.queue(now + wait, Delivery { retries, reason: failure, ..delivery });
        }
    }
}

/// The signature of an event, for the header `Meld-Signature`: HMAC-SHA256 with the secret as it is
/// written, over timestamp, URL and body, in base64 with the alphabet of URLs and padding.
pub fn sign_webhook(secret: &str, timestamp: &str, url: &str, body: &str) -> String {
    // A key of any length will do, so there is always one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{timestamp}.{url}.{body}").as_bytes());
    URL_SAFE.encode(mac.finalize().into_bytes())
}

/// Sends an event to all profiles that want it.
pub(crate) fn emit(state: &mut State, event_type: &str, payload: Value, at: DateTime<Utc>) {
    let wants = |profile: &&Profile| {
        profile.status == "ACTIVE"
            && (profile.event_types.is_empty()
                || profile.event_types.iter().any(|wanted| wanted == event_type))
    };
    let profiles: Vec<Profile> = state.webhooks.profiles.iter().filter(wants).cloned().collect();
    let event_id = if profiles.is_empty() { return } else { state.identifier() };
    for profile in profiles {
        send(state, &profile, event_type, &event_id, &payload, at);
    }
}

fn send(
    state: &mut State,
    profile: &Profile,
    event_type: &str,
    event_id: &str,
    payload: &Value,
    at: DateTime<Utc>,
) {
    let event = json!({
        "eventType": event_type,
        "eventId": event_id,
        "timestamp": timestamp(at),
        "accountId": state.account_id,
        "profileId": profile.id,
        "version": profile.event_version,
        "payload": payload,
    });
    let delivery = Delivery {
        url: profile.url.clone(),
        secret: profile.secret.clone(),
        body: event.to_string(),
        retries: 0,
        reason: None,
        profile: profile.id.clone(),
        event_type: event_type.to_owned(),
        event_id: event_id.to_owned(),
        first: at,
    };
    state.webhooks.queue(at, delivery);
}

fn send_test(state: &mut State, profile: &Profile, call: &Call) {
    let event_id = state.identifier();
    let payload = json!({ "requestId": call.request_id });
    send(state, profile, "WEBHOOK_TEST", &event_id, &payload, call.now);
}

pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = state.identifier();
    let version = call.now.date_naive().format("%Y-%m-%d").to_string();
    let mut profile = Profile {
        secret: letters(&mut seeded(state.seed, &format!("secret {id}")), 28),
        id,
        name: String::new(),
        url: String::new(),
        event_types: Vec::new(),
        event_version: version,
        status: "ACTIVE".to_owned(),
    };
    change(&mut profile, call)?;
    state.webhooks.profiles.push(profile.clone());
    send_test(state, &profile, call);
    Ok(show(state, &profile))
}

/// Takes over what a request says of a profile.
fn change(profile: &mut Profile, call: &Call) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if let Some(url) = call.text("url") {
        if !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            errors.push("[url] is to be an address with http or https".to_owned());
        }
        profile.url = url.to_owned();
    }
    if let Some(version) = call.text("eventVersion") {
        if version.parse::<ApiVersion>().is_err() {
            errors.push("[eventVersion] is to be a date such as 2026-02-03".to_owned());
        }
        profile.event_version = version.to_owned();
    }
    // Without types it gets all, which null says as well; all else there always is.
    if let Some(types) = call.body.get("eventTypes") {
        let types = types.as_array().map(Vec::as_slice).unwrap_or_default();
        profile.event_types = types.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    }
    for (field, place) in [("name", &mut profile.name), ("status", &mut profile.status)] {
        if let Some(text) = call.text(field) {
            *place = text.to_owned();
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    Err(Problem::bad_request("The profile is not valid").with_errors(errors))
}

pub(crate) fn search(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let mut found: Vec<&Profile> = state.webhooks.profiles.iter().collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    let key = |profile: &&Profile| profile.id.clone();
    let show = |profile: &&Profile| show(state, profile);
    Ok(pages::page(call.operation.name(), &call.query, &found, key, "webhookProfiles", show))
}

fn position(state: &State, call: &Call) -> Result<usize, Problem> {
    let id = call.path("webhookProfileId");
    let found = state.webhooks.profiles.iter().position(|profile| profile.id == id);
    found.ok_or_else(|| Problem::not_found("webhook profile"))
}

pub(crate) fn get(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let index = position(state, call)?;
    Ok(show(state, &state.webhooks.profiles[index]))
}

pub(crate) fn update(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let index = position(state, call)?;
    let mut profile = state.webhooks.profiles[index].clone();
    change(&mut profile, call)?;
    state.webhooks.profiles[index] = profile;
    get(state, call)
}

pub(crate) fn test(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let index = position(state, call)?;
    let profile = state.webhooks.profiles[index].clone();
    if profile.status != "ACTIVE" {
        return Err(Problem::bad_request("A disabled profile cannot be tested"));
    }
    send_test(state, &profile, call);
    Ok(json!({ "requestId": call.request_id }))
}

pub(crate) fn event_types(_: &mut State, _: &Call) -> Result<Value, Problem> {
    Ok(json!(EVENT_TYPES))
}

fn show(state: &State, profile: &Profile) -> Value {
    let types = (!profile.event_types.is_empty()).then_some(&profile.event_types);
    json!({
        "id": profile.id,
        "key": profile.id,
        "accountId": state.account_id,
        "name": profile.name,
        "url": profile.url,
        "secret": profile.secret,
        "eventTypes": types,
        "eventVersion": profile.event_version,
        "status": profile.status,
    })
}
