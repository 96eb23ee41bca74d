//! Verifications of contacts by one-time codes.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::call::Call;
use crate::clock::timestamp;
use crate::problem::Problem;
use crate::state::State;
use crate::state::verifications::Verification;

/// The code that confirms every verification.
const CODE: &str = "000000";
/// The phone number whose line is VOIP. All others are mobile.
const VOIP_NUMBER: &str = "+15005550009";
/// The contacts to which no code can be sent.
const UNREACHABLE: [&str; 2] = ["unreachable@example.com", "+15005550001"];
const VALID_FOR: TimeDelta = TimeDelta::minutes(10);
const COOLDOWN: TimeDelta = TimeDelta::seconds(30);
/// The number of codes for a contact of a customer in 24 hours.
const DAILY_CAP: usize = 10;
/// The number of attempts to confirm one verification.
const ATTEMPTS: i32 = 15;

/// Sends a code, unless there is a pending one that was just sent.
pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let customer = call.path("customerId");
    let channel = call.text("channel").unwrap_or_default();
    let target = target(state, call, channel)?;
    let of_channel = |one: &&mut Verification| one.is_for(customer, channel);
    let mut known: Vec<&mut Verification> = state.verifications.iter_mut().filter(of_channel).collect();
    if let Some(pending) = known.iter_mut().rfind(|one| one.status_at(call.now) == "PENDING") {
        if pending.target != target {
            return Err(Problem::conflict("Another verification of this channel is in progress"));
        }
        // The first repetition gets the pending verification; more of them are too many.
        if pending.resend_available_at > call.now && pending.repeats == 0 {
            pending.repeats += 1;
            return Ok(pending.to_json(call.now));
        }
    }
    if let Some(at) = known.iter().map(|one| one.resend_available_at).max().filter(|at| *at > call.now) {
        return Err(too_many(Some(at)));
    }
    if known.iter().filter(|one| one.created_at > call.now - TimeDelta::hours(24)).count() >= DAILY_CAP {
        return Err(too_many(None));
    }
    if UNREACHABLE.contains(&target.as_str()) {
        return Err(Problem::new(StatusCode::BAD_GATEWAY, "VERIFICATION_SEND_FAILED", "The code was not sent"));
    }
    for replaced in known.into_iter().filter(|one| one.status == "PENDING") {
        replaced.status = "EXPIRED";
    }
    let verification = Verification {
        id: state.identifier(),
        customer: customer.to_owned(),
        channel: channel.to_owned(),
        target,
        status: "PENDING",
        created_at: call.now,
        expires_at: call.now + VALID_FOR,
        resend_available_at: call.now + COOLDOWN,
        failures: 0,
        repeats: 0,
        verified_at: None,
    };
    let response = verification.to_json(call.now);
    state.verifications.push(verification);
    Ok(response)
}

/// Returns the contact of a request, which is that of the customer by default.
fn target(state: &State, call: &Call, channel: &str) -> Result<String, Problem> {
    let customer = state.customers.find(call.path("customerId")).ok_or_else(not_found)?;
    let own = customer.details.get(&channel.to_lowercase()).and_then(Value::as_str);
    let target = call.text("target").or(own).unwrap_or_default();
    let is_phone = target
        .strip_prefix('+')
        .is_some_and(|digits| (8..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit()));
    let is_email = target.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if (channel == "PHONE" && is_phone) || (channel == "EMAIL" && is_email) {
        return Ok(target.to_owned());
    }
    let error = "[target] must be an email address, or a phone number such as +14155550123";
    Err(Problem::bad_request("The contact is not valid").with_error(error))
}

fn too_many(resend_available_at: Option<DateTime<Utc>>) -> Problem {
    let message = "Too many codes were sent to this contact";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", message)
        .with_field("resendAvailableAt", json!(resend_available_at.map(timestamp)))
}

/// Creates the error that is the same for an unknown customer and an unknown verification.
fn not_found() -> Problem {
    Problem::not_found("verification")
}

/// Confirms a verification. A wrong code is a success with the status `FAILED`.
pub(crate) fn confirm(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let (customer, id) = (call.path("customerId"), call.path("verificationId"));
    let found = state.verifications.iter_mut().find(|one| one.id == id && one.customer == customer);
    let found = found.ok_or_else(not_found)?;
    if found.status_at(call.now) != "PENDING" {
        let message = format!("The verification is {}, not PENDING", found.status_at(call.now));
        return Err(Problem::bad_request(message));
    }
    if call.text("code") != Some(CODE) {
        found.failures += 1;
        let left = ATTEMPTS - found.failures;
        if left == 0 {
            found.status = "FAILED";
        }
        return Ok(json!({ "verificationId": id, "status": "FAILED", "attemptsRemaining": left }));
    }
    found.status = "VERIFIED";
    found.verified_at = Some(call.now);
    let verified = found.clone();
    let others = state.verifications.iter_mut().filter(|one| one.is_for(customer, &verified.channel));
    for other in others.filter(|one| one.target != verified.target && one.status == "VERIFIED") {
        other.status = "INVALIDATED";
    }
    if let Some(customer) = state.customers.find_mut(customer) {
        let target = json!(verified.target);
        customer.details.entry(verified.channel.to_lowercase()).or_insert(target);
    }
    Ok(json!({
        "verificationId": id,
        "status": "VERIFIED",
        "verifiedAt": timestamp(call.now),
        "lineType": (verified.channel == "PHONE").then(|| line_type(&verified.target)),
    }))
}

fn line_type(number: &str) -> &'static str {
    if number == VOIP_NUMBER { "VOIP" } else { "MOBILE" }
}

pub(crate) fn search(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let customer = call.path("customerId");
    state.customers.find(customer).ok_or_else(not_found)?;
    let of_customer = state.verifications.iter().rev().filter(|one| one.customer == customer);
    let is_match = |one: &&Verification| {
        call.matches("channel", Some(&one.channel)) && call.matches("status", Some(one.status_at(call.now)))
    };
    Ok(of_customer.filter(is_match).map(|one| one.to_json(call.now)).collect())
}

/// Invalidates the verifications of a contact that has changed; `field` is its name in the customer.
pub(super) fn invalidate(state: &mut State, customer: &str, field: &str) {
    let Some(found) = state.customers.find(customer) else { return };
    let contact = found.details.get(field).and_then(Value::as_str);
    let channel = field.to_uppercase();
    let of_channel = state.verifications.iter_mut().filter(|one| one.is_for(customer, &channel));
    for one in of_channel.filter(|one| contact != Some(one.target.as_str())) {
        match one.status {
            "VERIFIED" => one.status = "INVALIDATED",
            "PENDING" => one.status = "EXPIRED",
            _ => {}
        }
    }
}

/// Returns the reason for which a contact of a customer does not meet a requirement; `None` if it does.
pub(super) fn unmet(
    state: &State,
    customer: &str,
    channel: &str,
    (within_days, requires_mobile): (Option<i64>, bool),
    now: DateTime<Utc>,
) -> Option<&'static str> {
    let is_verified = |one: &&Verification| one.is_for(customer, channel) && one.status == "VERIFIED";
    let Some(verified) = state.verifications.iter().rfind(is_verified) else { return Some("MISSING") };
    let is_stale = |days| verified.verified_at.is_none_or(|at| at + TimeDelta::days(days) < now);
    if within_days.is_some_and(is_stale) {
        return Some("STALE");
    }
    (requires_mobile && line_type(&verified.target) != "MOBILE").then_some("VOIP")
}
