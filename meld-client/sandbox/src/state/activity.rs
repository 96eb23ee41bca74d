//! The activity log: what was asked for, and what became of connections.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Call, State};
use crate::envelope::{Problem, timestamp};
use crate::pages;

/// The oldest activities are forgotten beyond this many.
const KEPT: usize = 5000;

/// Everything that is logged, the newest first.
#[derive(Default)]
pub(crate) struct Activities(VecDeque<Activity>);

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    key: String,
    at: DateTime<Utc>,
    action: &'static str,
    request_id: String,
    /// The attributes: `connectionId` and so on.
    attributes: Value,
    details: Value,
}

/// Logs something that happened to a connection.
pub(crate) fn log(
    state: &mut State,
    call: &Call,
    action: &'static str,
    attributes: Value,
    details: Value,
) {
    let key = state.identifier();
    let request_id = call.request_id.clone();
    let activity = Activity { key, at: call.now, action, request_id, attributes, details };
    state.activities.0.push_front(activity);
    state.activities.0.truncate(KEPT);
}

/// Logs a request about a connection, and how it was answered.
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

impl Activity {
    fn is_wanted(&self, call: &Call) -> bool {
        let time = |name| DateTime::parse_from_rfc3339(call.query(name)?).ok();
        let is = |parameter, attribute: &str| {
            call.query(parameter).is_none_or(|wanted| self.attributes[attribute] == wanted)
        };
        let of = |parameter, attribute: &str| {
            call.wants(parameter, self.attributes[attribute].as_str().unwrap_or_default())
        };
        time("start").is_none_or(|start| self.at >= start)
            && time("end").is_none_or(|end| self.at <= end)
            && call.wants("actions", self.action)
            && call.query("requestId").is_none_or(|wanted| self.request_id == wanted)
            && is("customerId", "customerId")
            && is("externalCustomerId", "externalCustomerId")
            && of("connectionIds", "connectionId")
            && of("financialAccountIds", "financialAccountId")
    }
}

pub(crate) fn search(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let wanted = state.activities.0.iter().filter(|activity| activity.is_wanted(call));
    let found: Vec<&Activity> = wanted.collect();
    let key = |activity: &&Activity| activity.key.clone();
    let show = |activity: &&Activity| {
        let mut attributes = activity.attributes.clone();
        attributes["requestId"] = json!(activity.request_id);
        json!({
            "key": activity.key,
            "action": activity.action,
            "occurredAt": timestamp(activity.at),
            "attributes": attributes,
            "entity": { "type": "CONNECTION", "id": activity.attributes["connectionId"] },
        })
    };
    Ok(pages::page(call.operation.name(), &call.query, &found, key, "activities", show))
}

pub(crate) fn details(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let wanted = state.activities.0.iter().filter(|activity| call.wants("keys", &activity.key));
    Ok(wanted.map(|one| json!({ "key": one.key, "details": one.details })).collect())
}
