//! The status of the server, its clock, and its reset.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::route::{Field, Fields, Input, Kind, Route};
use crate::clock::timestamp;
use crate::faults::Faults;
use crate::problem::Problem;
use crate::request_log::RequestLog;
use crate::state::State;
use crate::stubs::registry::Stubs;

/// The maximum advance of the clock: ten years.
const MAX_ADVANCE: f64 = 10.0 * 365.0 * 86_400.0;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/_mock/status", "Returns the URL, the time and the number of requests", status),
    Route::get("/_mock/clock", "Returns the time of the server", clock),
    Route::post(
        "/_mock/clock/advance",
        "Advances the clock. Everything that is scheduled before the new time happens at once",
        Fields::Only(&[Field::required("seconds", Kind::Number, "The seconds to advance by, from 0")]),
        advance,
    ),
    Route::post("/_mock/reset", "Removes all data, faults, stubs and logs", Fields::Only(&[]), reset),
];

fn status(input: &Input) -> Result<Value, Problem> {
    let server = input.server;
    Ok(json!({
        "baseUrl": server.base_url,
        "now": timestamp(server.clock.now()),
        "requestsReceived": server.requests.load(Ordering::Relaxed),
        "seed": server.seed,
    }))
}

fn clock(input: &Input) -> Result<Value, Problem> {
    Ok(json!({ "now": timestamp(input.server.clock.now()) }))
}

fn advance(input: &Input) -> Result<Value, Problem> {
    let seconds = input.body["seconds"].as_f64().filter(|seconds| (0.0..=MAX_ADVANCE).contains(seconds));
    let seconds = seconds.ok_or_else(|| {
        Problem::bad_request("The body is not valid").with_error("[seconds] must be from 0 to ten years")
    })?;
    input.server.clock.advance(Duration::from_secs_f64(seconds));
    // Reading lets the scheduled events happen.
    input.server.change(|_, _| ());
    clock(input)
}

fn reset(input: &Input) -> Result<Value, Problem> {
    let server = input.server;
    server.faults(|faults| *faults = Faults::new(Vec::new(), server.seed));
    server.stubs(Stubs::clear);
    server.log(RequestLog::clear);
    server.change(|state, _| *state = State::new(server.seed, state.bank.transactions_per_account));
    Ok(json!({}))
}
