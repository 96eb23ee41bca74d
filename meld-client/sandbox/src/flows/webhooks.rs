//! Webhook profiles: created, changed, tested.

use serde_json::{Value, json};
use url::Url;

use crate::call::Call;
use crate::problem::Problem;
use crate::random::{letters, seeded};
use crate::specs::ApiVersion;
use crate::state::State;
use crate::state::webhooks::Profile;

/// The event types that a profile can subscribe to.
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

fn emit_test(state: &mut State, profile: &Profile, call: &Call) {
    let event_id = state.identifier();
    let payload = json!({ "requestId": call.request_id });
    state.emit_to(profile, "WEBHOOK_TEST", &event_id, &payload, call.now);
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
    emit_test(state, &profile, call);
    Ok(to_json(state, &profile))
}

/// Sets the fields of a profile that a request names.
fn change(profile: &mut Profile, call: &Call) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if let Some(url) = call.text("url") {
        if !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            errors.push("[url] must be an http or https URL".to_owned());
        }
        profile.url = url.to_owned();
    }
    if let Some(version) = call.text("eventVersion") {
        if version.parse::<ApiVersion>().is_err() {
            errors.push("[eventVersion] must be a date such as 2026-02-03".to_owned());
        }
        profile.event_version = version.to_owned();
    }
    // Null means all types; no other field can be cleared.
    if call.body.get("eventTypes").is_some() {
        profile.event_types = call.texts("eventTypes");
    }
    for (name, field) in [("name", &mut profile.name), ("status", &mut profile.status)] {
        if let Some(text) = call.text(name) {
            text.clone_into(field);
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
    Ok(call.page(&found, key, "webhookProfiles", |profile| to_json(state, profile)))
}

fn position(state: &State, call: &Call) -> Result<usize, Problem> {
    let id = call.path("webhookProfileId");
    let found = state.webhooks.profiles.iter().position(|profile| profile.id == id);
    found.ok_or_else(|| Problem::not_found("webhook profile"))
}

pub(crate) fn get(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let index = position(state, call)?;
    Ok(to_json(state, &state.webhooks.profiles[index]))
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
    if !profile.is_active() {
        return Err(Problem::bad_request("A disabled profile cannot be tested"));
    }
    emit_test(state, &profile, call);
    Ok(json!({ "requestId": call.request_id }))
}

pub(crate) fn event_types(_: &mut State, _: &Call) -> Result<Value, Problem> {
    Ok(json!(EVENT_TYPES))
}

fn to_json(state: &State, profile: &Profile) -> Value {
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
