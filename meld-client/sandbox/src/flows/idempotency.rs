//! Idempotency keys: the first response to a key is replayed to every later request with it.

use std::time::Duration;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::Value;

use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::state::replays::Replay;

/// A response, and `true` if it was replayed.
pub(crate) struct StoredResponse {
    pub body: Value,
    pub replayed: bool,
}

impl StoredResponse {
    /// Wraps a response that was not replayed.
    pub fn first(body: Value) -> Self {
        Self { body, replayed: false }
    }
}

/// Executes a request, or replays the response to the first request with its key, whatever the body is now.
///
/// Only successful responses are stored: after a refusal the key can be used again.
pub(crate) fn execute_once(
    state: &mut State,
    call: &Call,
    takes: Duration,
    execute: impl FnOnce(&mut State) -> Result<Value, Problem>,
) -> Result<StoredResponse, Problem> {
    let Some(key) = &call.idempotency_key else {
        return execute(state).map(StoredResponse::first);
    };
    let path = call.target.split('?').next().unwrap_or_default();
    let key = (format!("{} {path}", call.operation.method), key.clone());
    if let Some(replay) = state.replays.get(&key) {
        if replay.in_progress_until > call.now {
            let message = "The first request with this key is still in progress";
            return Err(Problem::new(StatusCode::TOO_EARLY, "TOO_EARLY", message).with_retry_after(2));
        }
        return Ok(StoredResponse { body: replay.response.clone(), replayed: true });
    }
    let response = execute(state)?;
    let in_progress_until = call.now + TimeDelta::from_std(takes).unwrap_or_default();
    state.replays.insert(key, Replay { response: response.clone(), in_progress_until });
    Ok(StoredResponse::first(response))
}
