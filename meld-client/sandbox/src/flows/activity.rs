//! The activity log: requests about connections, and imports.

use chrono::DateTime;
use serde_json::{Value, json};

use crate::call::Call;
use crate::clock::timestamp;
use crate::problem::Problem;
use crate::state::State;
use crate::state::activities::Activity;

/// Logs an action on a connection.
pub(crate) fn log(state: &mut State, call: &Call, action: &'static str, attributes: Value, details: Value) {
    let key = state.identifier();
    let request_id = call.request_id.clone();
    let activity = Activity { key, at: call.now, action, request_id, attributes, details };
    state.activities.push(activity);
}

/// Logs a request about a connection, with the status of its response.
pub(crate) fn log_request(state: &mut State, call: &Call, response: &Result<Value, Problem>) {
    if !call.operation.name().starts_with("bank-linking-connect") {
        return;
    }
    let id = call.path.get("connectionId").map(String::as_str).or(call.text("connectionId"));
    let status = response.as_ref().err().map(|problem| problem.status.as_u16());
    let details = json!({
        "path": call.target.split('?').next(),
        "status": status.unwrap_or(call.operation.success.as_u16()),
    });
    log(state, call, "INBOUND_REQUEST", json!({ "connectionId": id }), details);
}

fn is_match(activity: &Activity, call: &Call) -> bool {
    let time = |name| DateTime::parse_from_rfc3339(call.query(name)?).ok();
    let attribute = |name: &str| activity.attributes[name].as_str();
    let lists = |parameter, name: &str| call.lists(parameter, attribute(name).unwrap_or_default());
    time("start").is_none_or(|start| activity.at >= start)
        && time("end").is_none_or(|end| activity.at <= end)
        && call.lists("actions", activity.action)
        && call.matches("requestId", Some(&activity.request_id))
        && call.matches("customerId", attribute("customerId"))
        && call.matches("externalCustomerId", attribute("externalCustomerId"))
        && lists("connectionIds", "connectionId")
        && lists("financialAccountIds", "financialAccountId")
}

pub(crate) fn search(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let found: Vec<&Activity> = state.activities.iter().filter(|activity| is_match(activity, call)).collect();
    let key = |activity: &&Activity| activity.key.clone();
    Ok(call.page(&found, key, "activities", |activity| {
        let mut attributes = activity.attributes.clone();
        attributes["requestId"] = json!(activity.request_id);
        json!({
            "key": activity.key,
            "action": activity.action,
            "occurredAt": timestamp(activity.at),
            "attributes": attributes,
            "entity": { "type": "CONNECTION", "id": activity.attributes["connectionId"] },
        })
    }))
}

pub(crate) fn details(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let found = state.activities.iter().filter(|activity| call.lists("keys", &activity.key));
    Ok(found.map(|one| json!({ "key": one.key, "details": one.details })).collect())
}
