//! Idempotency keys: the first response to a key is replayed to every later request with it.

use axum::http::StatusCode;
use serde_json::Value;

use super::success::{Content, Success};
use super::transfers::orders;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::state::replays::Replay;

/// A response, and `true` if it was replayed.
pub(crate) struct StoredResponse {
    pub success: Success,
    pub replayed: bool,
}

impl StoredResponse {
    /// Wraps a response that was not replayed.
    pub fn first(success: impl Into<Success>) -> Self {
        Self { success: success.into(), replayed: false }
    }
}

/// The rules for the keys of an operation.
#[derive(Clone, Copy, Default)]
struct Rules {
    /// The status of a replay, if it is not that of the first response.
    replay_status: Option<StatusCode>,
    /// A key of a failed request stays in use: later requests with it are refused with 425.
    keeps_failed: bool,
    /// A key cannot be used with another body.
    compares_body: bool,
    /// A replay has a new action token.
    renews_token: bool,
    /// A request in progress is refused without a body.
    is_bare: bool,
    /// The error code of a request in progress.
    in_progress: Option<&'static str>,
}

impl Rules {
    fn of(operation: &str) -> Self {
        let headless = Self { replay_status: Some(StatusCode::OK), ..Self::default() };
        let in_progress = Some("HEADLESS_PAYMENT_IN_PROGRESS");
        match operation {
            "crypto-order-headless-onramp-create" => Self { in_progress, ..headless },
            "crypto-order-headless-offramp-create" => Self { in_progress, keeps_failed: true, ..headless },
            "payments-virtual-account-deposit-instructions-create" => headless,
            "crypto-order-headless-transfer-create" => {
                Self { compares_body: true, renews_token: true, is_bare: true, ..headless }
            }
            _ => Self::default(),
        }
    }

    fn in_progress(self) -> Problem {
        let message = "The first request with this key is still in progress";
        let code = self.in_progress.unwrap_or("TOO_EARLY");
        let problem = Problem::new(StatusCode::TOO_EARLY, code, message).with_retry_after(2);
        if self.is_bare { problem.without_body() } else { problem }
    }
}

/// Executes a request, or replays the response to the first request with its key.
///
/// Unless the rules of the operation say otherwise, the body of the later request does not matter, and after a refusal
/// the key can be used again. Only responses that complete the request are stored: 202 is not.
pub(crate) fn execute_once(
    state: &mut State,
    call: &Call,
    execute: impl FnOnce(&mut State) -> Result<Success, Problem>,
) -> Result<StoredResponse, Problem> {
    let Some(key) = &call.idempotency_key else {
        return execute(state).map(StoredResponse::first);
    };
    let rules = Rules::of(call.operation.name());
    let path = call.target.split('?').next().unwrap_or_default();
    let key = (format!("{} {path}", call.operation.method), key.clone());
    if let Some(replay) = state.replays.get(&key) {
        if rules.compares_body && replay.request != call.body {
            let message = "The key was used with another body";
            return Err(Problem::new(StatusCode::CONFLICT, "IDEMPOTENCY_KEY_CONFLICT", message));
        }
        let response = replay.response.as_ref().filter(|_| replay.in_progress_until <= call.now);
        let response = response.ok_or_else(|| rules.in_progress())?.clone();
        let renewed = if rules.renews_token { orders::renew(state, response, call.now) } else { response };
        let success: Success = renewed.into();
        return Ok(StoredResponse { success: Success { status: rules.replay_status, ..success }, replayed: true });
    }
    let response = execute(state);
    let stored = match &response {
        Ok(Success { status: Some(StatusCode::ACCEPTED), .. }) => return response.map(StoredResponse::first),
        Ok(Success { content: Content::Json(body), .. }) => Some(body.clone()),
        Ok(_) => Some(Value::Null),
        Err(_) if rules.keeps_failed => None,
        Err(_) => return response.map(StoredResponse::first),
    };
    let replay = Replay { request: call.body.clone(), response: stored, in_progress_until: call.in_progress_until() };
    state.replays.insert(key, replay);
    response.map(StoredResponse::first)
}
