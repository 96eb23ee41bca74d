//! The first response to an idempotency key is the response to every later request with it.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Call, State};
use crate::envelope::Problem;

/// Responses by what was asked with which key.
pub(crate) type Replays = BTreeMap<(String, String), Replay>;

/// A first response.
#[derive(Clone, Debug)]
pub(crate) struct Replay {
    response: Value,
    /// Until then the first request is still being worked on.
    running_until: DateTime<Utc>,
}

/// A response, and whether it was given before.
pub(crate) struct StoredResponse {
    pub body: Value,
    pub replayed: bool,
}

/// Carries a request out, unless its key was used before: then the first response is given again,
/// whatever the body says now. Only what was carried out is remembered; after a refusal the key is
/// free.
pub(crate) fn once(
    state: &mut State,
    call: &Call,
    takes: Duration,
    carry_out: impl FnOnce(&mut State) -> Result<Value, Problem>,
) -> Result<StoredResponse, Problem> {
    let first = |body| StoredResponse { body, replayed: false };
    let Some(key) = &call.idempotency_key else { return carry_out(state).map(first) };
    let path = call.target.split('?').next().unwrap_or_default();
    let key = (format!("{} {path}", call.operation.method), key.clone());
    if let Some(replay) = state.replays.get(&key) {
        if replay.running_until > call.now {
            let message = "The first request with this key is still being worked on";
            return Err(
                Problem::new(StatusCode::TOO_EARLY, "TOO_EARLY", message).with_retry_after(2)
            );
        }
        return Ok(StoredResponse { body: replay.response.clone(), replayed: true });
    }
    let response = carry_out(state)?;
    let running_until = call.now + TimeDelta::from_std(takes).unwrap_or_default();
    state.replays.insert(key, Replay { response: response.clone(), running_until });
    Ok(first(response))
}
