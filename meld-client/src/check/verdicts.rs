//! The entries of a report, derived from the responses.

use meld_client_core::http::StatusCode;
use meld_client_core::serde_json::Value;
use meld_client_core::{Error, ErrorCode, ErrorKind, ResponseValue, Transport};

use super::clock::Skew;
use super::evidence::{Evidence, Probed};
use super::profile::{CheckedProfile, profiles};
use super::report::{CheckEntry, CheckOutcome, CheckReport, CheckSubject};
use crate::client::Environment;

/// Derives the report. Consumes the evidence, because each error belongs to one entry.
pub(super) fn report(transport: &Transport, evidence: Evidence) -> CheckReport {
    let account_id = evidence.all().find_map(account_id);
    let version = evidence.all().find_map(|probed| Some(probed.headers()?.get("meld-version")?.to_str().ok()?.trim()));
    let version = version.map(str::to_owned);
    let skew = evidence.all().find_map(|probed| probed.skew);
    let found = evidence.profiles.as_ref().and_then(|probed| probed.result.as_ref().ok());
    let found = found.map(|page| profiles(page));
    let requested = evidence.best().map(|probed| probed.requested_version.clone());
    let key = KeyState::of(evidence.best());
    let entries = [
        environment(transport, key),
        account(account_id.as_deref(), key),
        api_version(requested.as_deref(), version.as_deref()),
        clock(skew),
    ];
    let (key_error, profiles_error) = errors(evidence);
    let mut all = vec![api_key(key, key_error)];
    all.extend(entries);
    all.push(webhooks(found.as_deref(), profiles_error, key));
    let clock_skew = skew.map(Skew::difference);
    CheckReport { entries: all, account_id, version, clock_skew, profiles: found.unwrap_or_default() }
}

/// The knowledge about the key.
#[derive(Clone, Copy, PartialEq)]
enum KeyState {
    /// No enabled family has an operation to call.
    Unasked,
    /// No response arrived.
    Unreachable,
    /// The client cannot send requests as it is configured.
    Misconfigured,
    /// Meld refuses the key.
    Refused,
    /// Meld accepts the key, but not for this operation.
    Forbidden,
    /// Meld responded with another error.
    Unproven,
    /// Meld accepts the key.
    Accepted,
}

impl KeyState {
    fn of(probed: Option<&Probed>) -> Self {
        let Some(probed) = probed else { return Self::Unasked };
        match &probed.result {
            Ok(_) => Self::Accepted,
            Err(error) => match (error.kind(), error.status()) {
                // The body could not be decoded, so the key was accepted.
                (ErrorKind::Decode { .. } | ErrorKind::OlderVersion { .. }, _) => Self::Accepted,
                // Meld's own key at a provider was refused.
                (_, Some(StatusCode::UNAUTHORIZED))
                    if error.code() == Some(&ErrorCode::ServiceProviderAuthenticationException) =>
                {
                    Self::Accepted
                }
                (_, Some(StatusCode::UNAUTHORIZED)) => Self::Refused,
                (_, Some(StatusCode::FORBIDDEN)) => Self::Forbidden,
                (_, Some(_)) => Self::Unproven,
                (ErrorKind::Transport(_), None) => Self::Unreachable,
                _ => Self::Misconfigured,
            },
        }
    }
}

/// Splits off the errors about the key and about the profiles.
fn errors(evidence: Evidence) -> (Option<Error>, Option<Error>) {
    let error = |probed: Option<Probed>| probed.and_then(|probed| probed.result.err());
    match evidence.other {
        Some(other) => (error(Some(other)), error(evidence.profiles)),
        None => (error(evidence.profiles), None),
    }
}

fn entry(subject: CheckSubject, outcome: CheckOutcome, reason: impl Into<String>) -> CheckEntry {
    CheckEntry { subject, outcome, reason: reason.into(), advice: None, error: None }
}

impl CheckEntry {
    fn advise(self, advice: &'static str) -> Self {
        Self { advice: Some(advice), ..self }
    }
}

fn api_key(key: KeyState, error: Option<Error>) -> CheckEntry {
    let text = error.as_ref().map(ToString::to_string).unwrap_or_default();
    let is = |outcome, reason: &str| entry(CheckSubject::ApiKey, outcome, reason);
    let entry = match key {
        KeyState::Unasked => is(CheckOutcome::Skipped, "no enabled family has an operation to check it by"),
        KeyState::Unreachable => is(CheckOutcome::Skipped, "no response"),
        KeyState::Misconfigured => is(CheckOutcome::Failed, &text).advise("correct the configuration of the client"),
        KeyState::Refused => is(CheckOutcome::Failed, "Meld refuses it")
            .advise("copy the secret key from the dashboard, without the word `BASIC`, for this environment"),
        KeyState::Forbidden => is(CheckOutcome::Warning, "Meld accepts it, but not for the operation of this check")
            .advise("check the permissions of the key in the dashboard"),
        KeyState::Unproven => is(CheckOutcome::Failed, &text).advise("check again later"),
        KeyState::Accepted => is(CheckOutcome::Passed, "Meld accepts it"),
    };
    CheckEntry { error, ..entry }
}

fn environment(transport: &Transport, key: KeyState) -> CheckEntry {
    let url = transport.base_url().trim_end_matches('/');
    let known = [Environment::Sandbox, Environment::Production].into_iter().find(|known| known.base_url() == url);
    let name = known.map_or_else(|| url.to_owned(), |known| format!("{known}, {url}"));
    let is = |outcome, reason: String| entry(CheckSubject::Environment, outcome, reason);
    match key {
        KeyState::Unreachable => is(CheckOutcome::Failed, format!("{name} does not respond"))
            .advise("check the base URL, name resolution, proxy and certificates"),
        KeyState::Unasked | KeyState::Misconfigured => is(CheckOutcome::Skipped, name),
        KeyState::Refused => is(CheckOutcome::Warning, format!("{name} does not know the key"))
            .advise("the key may belong to the other environment: keys of the sandbox and of production differ"),
        KeyState::Forbidden | KeyState::Unproven | KeyState::Accepted => is(CheckOutcome::Passed, name),
    }
}

fn account(id: Option<&str>, key: KeyState) -> CheckEntry {
    let is = |outcome, reason: &str| entry(CheckSubject::Account, outcome, reason);
    match (id, key) {
        (Some(id), _) => is(CheckOutcome::Passed, id),
        (None, KeyState::Accepted) => is(CheckOutcome::Skipped, "no response names it"),
        (None, _) => is(CheckOutcome::Skipped, "unknown without an accepted key"),
    }
}

fn api_version(requested: Option<&str>, served: Option<&str>) -> CheckEntry {
    let is = |outcome, reason: String| entry(CheckSubject::ApiVersion, outcome, reason);
    match (requested, served) {
        (Some(requested), Some(served)) if requested == served => is(CheckOutcome::Passed, served.to_owned()),
        (Some(requested), Some(served)) => {
            is(CheckOutcome::Warning, format!("Meld serves {served} where {requested} is requested"))
                .advise("check that no proxy changes the header `Meld-Version`")
        }
        (Some(requested), None) => is(CheckOutcome::Skipped, format!("no response tells; {requested} is requested")),
        (None, _) => is(CheckOutcome::Skipped, "no response".to_owned()),
    }
}

fn clock(skew: Option<Skew>) -> CheckEntry {
    let is = |outcome, reason: String| entry(CheckSubject::Clock, outcome, reason);
    let advice = "synchronize the clock of this machine, or webhooks are rejected";
    match skew {
        None => is(CheckOutcome::Skipped, "no response has the header `Date`".to_owned()),
        Some(skew) if skew.is_tolerated() => is(CheckOutcome::Passed, skew.describe()),
        Some(skew) if skew.rejects_webhooks() => is(CheckOutcome::Failed, skew.describe()).advise(advice),
        Some(skew) => is(CheckOutcome::Warning, skew.describe()).advise(advice),
    }
}

fn webhooks(profiles: Option<&[CheckedProfile]>, error: Option<Error>, key: KeyState) -> CheckEntry {
    let is = |outcome, reason: String| entry(CheckSubject::Webhooks, outcome, reason);
    let Some(profiles) = profiles else {
        let reason = match &error {
            Some(error) => error.to_string(),
            None if key == KeyState::Accepted => "the feature `webhooks` is off".to_owned(),
            None => "unknown without an accepted key".to_owned(),
        };
        let outcome = if error.is_some() { CheckOutcome::Warning } else { CheckOutcome::Skipped };
        return CheckEntry { error, ..is(outcome, reason) };
    };
    let list = |is_active: bool| {
        let wanted = profiles.iter().filter(move |profile| profile.is_active == is_active);
        wanted.map(ToString::to_string).collect::<Vec<_>>()
    };
    match (list(true), list(false)) {
        (active, paused) if active.is_empty() && paused.is_empty() => {
            is(CheckOutcome::Warning, "no webhook profile".to_owned())
                .advise("create a profile to receive webhooks (`create_profile`)")
        }
        (active, paused) if active.is_empty() => {
            is(CheckOutcome::Failed, format!("no profile is active: {}", paused.join("; ")))
                .advise("activate a profile (`update_profile`)")
        }
        (active, paused) if paused.is_empty() => is(CheckOutcome::Passed, active.join("; ")),
        (active, paused) => {
            is(CheckOutcome::Warning, format!("{}; not active: {}", active.join("; "), paused.join("; ")))
                .advise("activate or delete the other profiles")
        }
    }
}

/// Returns the account that an item of a response names.
fn account_id(probed: &Probed) -> Option<String> {
    let response: &ResponseValue<Value> = probed.result.as_ref().ok().filter(|_| probed.probe.names_account())?;
    let lists = response.as_object()?.values().filter_map(Value::as_array);
    let mut ids = lists.flatten().filter_map(|item| item["accountId"].as_str());
    ids.find(|id| !id.is_empty()).map(str::to_owned)
}
