//! Received requests and webhook deliveries.

use serde_json::{Value, json};

use super::redaction::redacted;
use super::route::{Fields, Input, MAX_ITEMS, Route};
use crate::clock::timestamp;
use crate::problem::Problem;
use crate::request_log::{REDACTED, ReceivedRequest, RequestLog};
use crate::sensitive::is_sensitive;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/_mock/requests", "Lists the received requests with redacted secrets, newest first", requests),
    Route::delete("/_mock/requests", "Clears the log of requests", clear),
    Route::get("/_mock/deliveries", "Lists the attempts to deliver webhook events, newest first", deliveries),
    Route::post(
        "/_mock/deliveries/{id}/resend",
        "Delivers a webhook event again; the id is its `eventId`",
        Fields::Only(&[]),
        resend,
    ),
];

fn requests(input: &Input) -> Result<Value, Problem> {
    let newest = input.server.log(|log| log.newest(MAX_ITEMS));
    Ok(json!({ "requests": newest.iter().map(|request| to_json(request, &input.server.api_key)).collect::<Vec<_>>() }))
}

fn to_json(request: &ReceivedRequest, api_key: &str) -> Value {
    let pairs = |pairs: &[(String, String)]| -> Vec<Value> {
        let one = |(name, value): &(String, String)| {
            let value = if is_sensitive(name) { REDACTED.to_owned() } else { value.replace(api_key, REDACTED) };
            json!({ "name": name, "value": value })
        };
        pairs.iter().map(one).collect()
    };
    json!({
        "requestId": request.request_id,
        "at": timestamp(request.at),
        "method": request.method,
        "path": request.path,
        "operation": request.operation,
        "query": pairs(&request.query),
        "headers": pairs(&request.headers),
        "body": redacted(&request.body, api_key),
        "status": request.status,
    })
}

fn clear(input: &Input) -> Result<Value, Problem> {
    input.server.log(RequestLog::clear);
    Ok(json!({}))
}

fn deliveries(input: &Input) -> Result<Value, Problem> {
    input.read(|state| {
        let attempts = state.webhooks.attempts.iter().rev().take(MAX_ITEMS).map(|attempt| {
            json!({
                "eventId": attempt.event_id,
                "eventType": attempt.event_type,
                "retries": attempt.retries,
                "failure": attempt.failure,
                "at": timestamp(attempt.at),
            })
        });
        json!({ "deliveries": attempts.collect::<Vec<_>>() })
    })
}

fn resend(input: &Input) -> Result<Value, Problem> {
    input.change("webhook event", |state, now| state.webhooks.resend(&input.id, now))?;
    Ok(json!({}))
}
