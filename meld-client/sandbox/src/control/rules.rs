//! Fault rules and stubs.

use serde_json::{Value, json};

use super::route::{Fields, Input, Route};
use crate::error::Error;
use crate::faults::{FaultRule, Faults};
use crate::problem::Problem;
use crate::stubs::registry::Stubs;
use crate::stubs::rule::StubRule;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/_mock/faults", "Lists the fault rules, and how often each fault was injected", faults),
    Route::post(
        "/_mock/faults",
        "Adds a fault rule, with the fields of the files of fault rules",
        Fields::Free,
        add_fault,
    ),
    Route::delete("/_mock/faults", "Removes all fault rules", clear_faults),
    Route::get("/_mock/stubs", "Lists the stubs, with their numbers of calls", stubs),
    Route::post(
        "/_mock/stubs",
        "Adds a stub: `operation`, the conditions `path`, `query`, `body`, `nth` and `probability`, and `responses`, a \
         list of objects with `status` and `body`, or `code`, or `fault`; each may have `headers` and `times`",
        Fields::Free,
        add_stub,
    ),
    Route::delete("/_mock/stubs", "Removes all stubs", clear_stubs),
    Route::get("/_mock/stubs/check", "Lists unused stubs and unexpected calls", check_stubs),
];

fn faults(input: &Input) -> Result<Value, Problem> {
    Ok(input.server.faults(|faults| {
        let rules: Vec<&FaultRule> = faults.rules().collect();
        json!({ "faults": rules, "injected": faults.injected })
    }))
}

fn add_fault(input: &Input) -> Result<Value, Problem> {
    let rule = serde_json::from_value(input.body.clone()).map_err(|error| invalid(&error.to_string()))?;
    FaultRule::validate(&rule, input.operations).map_err(|error| refused(&error))?;
    input.server.faults(|faults| faults.add(rule, input.server.seed));
    Ok(json!({}))
}

fn clear_faults(input: &Input) -> Result<Value, Problem> {
    input.server.faults(Faults::clear);
    Ok(json!({}))
}

fn stubs(input: &Input) -> Result<Value, Problem> {
    Ok(json!({ "stubs": input.server.stubs(|stubs| stubs.to_json()) }))
}

fn add_stub(input: &Input) -> Result<Value, Problem> {
    let rule: StubRule = serde_json::from_value(input.body.clone()).map_err(|error| invalid(&error.to_string()))?;
    rule.validate(input.operations).map_err(|error| refused(&error))?;
    Ok(json!({ "id": input.server.stubs(|stubs| stubs.add(rule, input.server.seed)) }))
}

fn clear_stubs(input: &Input) -> Result<Value, Problem> {
    input.server.stubs(Stubs::clear);
    Ok(json!({}))
}

fn check_stubs(input: &Input) -> Result<Value, Problem> {
    let unmet = input.server.stubs(|stubs| stubs.check()).err().unwrap_or_default();
    let is_met = unmet.unused.is_empty() && unmet.unexpected.is_empty();
    Ok(json!({ "met": is_met, "unused": unmet.unused, "unexpected": unmet.unexpected }))
}

fn invalid(error: &str) -> Problem {
    Problem::bad_request("The body is not valid").with_error(format!("[body] {error}"))
}

fn refused(error: &Error) -> Problem {
    Problem::bad_request(error.to_string())
}
