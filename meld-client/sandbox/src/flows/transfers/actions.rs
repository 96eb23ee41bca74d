//! The actions of a transfer order. Their errors have a body of their own.

use axum::http::StatusCode;
use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde_json::json;

use super::machine;
use super::orders::OPERATIONS;
use crate::call::Call;
use crate::flows::success::Success;
use crate::problem::Problem;
use crate::state::State;
use crate::state::transfers::{Action, Phase, Transfer};

/// The US dollars that a link can move in 24 hours.
const DAILY_LIMIT: Decimal = Decimal::from_parts(1000, 0, 0, false, 0);

fn refused(status: StatusCode, code: &'static str) -> Problem {
    Problem::new(status, code, code)
}

fn invalid() -> Problem {
    refused(StatusCode::BAD_REQUEST, "INVALID_REQUEST")
}

fn changed() -> Problem {
    refused(StatusCode::CONFLICT, "ORDER_STATE_CHANGED")
}

fn conflict() -> Problem {
    refused(StatusCode::CONFLICT, "REQUEST_CONFLICT")
}

fn in_flight() -> Problem {
    refused(StatusCode::TOO_EARLY, "OPERATION_IN_FLIGHT").with_retry_after(2)
}

/// Executes an action and returns the state that results.
pub(crate) fn run(state: &mut State, call: &Call) -> Result<Success, Problem> {
    let id = call.path("orderId");
    let token = call.token.as_deref().unwrap_or_default();
    let order = state.transfers.find(id).filter(|order| order.accepts(token, call.now));
    let order = order.ok_or_else(|| refused(StatusCode::UNAUTHORIZED, "AUTHORIZATION_REQUIRED"))?;
    if order.data["serviceProvider"] != call.path("serviceProvider") {
        return Err(refused(StatusCode::NOT_FOUND, "STATE_NOT_FOUND"));
    }
    let operation = call.text("operation").unwrap_or_default();
    check_form(call, operation)?;
    machine::advance(state, id, call.now);
    if !is_repeated(state, call, operation)? {
        execute(state, call, operation)?;
        if let Some(key) = &call.key
            && let Some(order) = state.transfers.find_mut(id)
        {
            let executed = Action { request: call.body.clone(), in_progress_until: call.in_progress_until() };
            order.actions.insert(key.clone(), executed);
        }
    }
    let order = state.transfers.find(id).ok_or_else(|| refused(StatusCode::NOT_FOUND, "STATE_NOT_FOUND"))?;
    let mut response = machine::response(state, order);
    if operation == "LIST_SOURCE_ACCOUNTS" {
        response["sourceAccounts"] = json!(machine::accounts(order));
    }
    let is_lost = operation == "SUBMIT_TRANSFER" && matches!(order.phase, Phase::Unknown { .. });
    Ok(if is_lost { Success::with_status(StatusCode::SERVICE_UNAVAILABLE, response) } else { response.into() })
}

/// Checks the fields of an action, and whether it has an idempotency key.
fn check_form(call: &Call, operation: &str) -> Result<(), Problem> {
    let (_, required) = OPERATIONS.iter().find(|(name, _)| *name == operation).ok_or_else(invalid)?;
    if call.body["version"] != 1 || call.key.is_some() != *required {
        return Err(invalid());
    }
    let own = match operation {
        "COMPLETE_ACCOUNT_AUTHORIZATION" => Some("authorizationHandle"),
        "SUBMIT_TRANSFER" => Some("sourceAccountId"),
        "SUBMIT_SECOND_FACTOR" => Some("secondFactorCode"),
        _ => None,
    };
    let is_known = |name: &String| ["version", "operation"].contains(&name.as_str()) || Some(name.as_str()) == own;
    let mut fields = call.body.as_object().into_iter().flatten().map(|(name, _)| name);
    let has_own = own.is_none_or(|name| call.text(name).is_some());
    let is_code =
        |code: &str| (1..=32).contains(&code.len()) && code.bytes().all(|letter| letter.is_ascii_alphanumeric());
    let has_own = has_own && call.text("secondFactorCode").is_none_or(is_code);
    if has_own && fields.all(is_known) { Ok(()) } else { Err(invalid()) }
}

/// Returns `true` if the action was executed before, with the same key. A send has one key for the order.
///
/// While the first request with the key is in progress, later ones are refused with 425.
fn is_repeated(state: &State, call: &Call, operation: &str) -> Result<bool, Problem> {
    let Some(order) = state.transfers.find(call.path("orderId")) else { return Ok(false) };
    let known = call.key.as_ref().and_then(|key| order.actions.get(key));
    let has_sent = || order.actions.values().any(|action| action.request["operation"] == "SUBMIT_TRANSFER");
    match known {
        Some(action) if action.request == call.body && action.in_progress_until > call.now => Err(in_flight()),
        Some(action) if action.request == call.body => Ok(true),
        Some(_) => Err(conflict()),
        None if operation == "SUBMIT_TRANSFER" && has_sent() => Err(conflict()),
        None => Ok(false),
    }
}

fn execute(state: &mut State, call: &Call, operation: &str) -> Result<(), Problem> {
    let id = call.path("orderId");
    let order = state.transfers.find(id).ok_or_else(changed)?;
    match (operation, &order.phase) {
        ("READ_SUBMISSION", _) | ("LIST_SOURCE_ACCOUNTS", Phase::Linked) => {}
        (
            "PREPARE_ACCOUNT_AUTHORIZATION",
            Phase::NotStarted | Phase::Authorizing { .. } | Phase::Unauthorized(_) | Phase::Linked,
        ) => machine::prepare(state, id, &call.base_url, call.now),
        // The response has the reason.
        ("COMPLETE_ACCOUNT_AUTHORIZATION", Phase::Unauthorized(_)) => {}
        ("COMPLETE_ACCOUNT_AUTHORIZATION", Phase::Authorizing { .. }) => {
            if !machine::complete(state, id, call.text("authorizationHandle").unwrap_or_default()) {
                return Err(refused(StatusCode::NOT_FOUND, "STATE_NOT_FOUND"));
            }
        }
        ("SUBMIT_TRANSFER", Phase::Linked) => {
            check_send(state, call, order)?;
            machine::send(state, id, call.now);
        }
        ("SUBMIT_SECOND_FACTOR", Phase::SecondFactor { .. }) => {
            machine::verify(state, id, call.text("secondFactorCode").unwrap_or_default(), call.now);
        }
        // An expired code has failed the order; the response has the reason.
        ("SUBMIT_SECOND_FACTOR", Phase::Failed("SECOND_FACTOR_EXPIRED")) => {}
        _ => return Err(changed()),
    }
    Ok(())
}

/// Checks the account of a send, and the limit of the link.
fn check_send(state: &State, call: &Call, order: &Transfer) -> Result<(), Problem> {
    let account = call.text("sourceAccountId").unwrap_or_default();
    if !machine::accounts(order).iter().any(|known| known["id"] == account) {
        return Err(invalid());
    }
    let since = call.now - TimeDelta::hours(24);
    let link = state.transfers.link(&order.customer);
    let sent = link.into_iter().flat_map(|link| &link.sent).filter(|(at, _)| *at > since).map(|(_, dollars)| *dollars);
    let total = sent.sum::<Decimal>() + machine::dollars(order);
    if !machine::is_eligible(order, account) || total > DAILY_LIMIT {
        return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "PROVIDER_REJECTED"));
    }
    Ok(())
}
