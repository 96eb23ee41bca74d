//! Imports of connections that were created elsewhere.

use serde_json::{Value, json};

use super::connections;
use crate::call::Call;
use crate::flows::activity;
use crate::problem::Problem;
use crate::state::State;
use crate::state::bank_linking::Connection;
use crate::state::institutions::INSTITUTIONS;

/// The word in a token that makes its import fail.
const REFUSED: &str = "refused";

/// Imports connections of any provider that the specs know, which are more than the guides mention.
///
/// An import fails if its access or refresh token contains `refused`. Only the activity log shows the failure.
pub(crate) fn import(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let wanted = call.body["connections"].as_array().cloned().unwrap_or_default();
    let provider = |one: &Value| one["serviceProvider"].as_str().unwrap_or_default().to_owned();
    for one in &wanted {
        let text = |name: &str| one[name].as_str();
        let token = text("accessToken").or_else(|| text("refreshToken")).unwrap_or_default();
        let external = text("externalCustomerId").unwrap_or_default();
        let id = state.identifier();
        let mut attributes = json!({
            "connectionId": id,
            "externalCustomerId": external,
            "serviceProvider": provider(one),
        });
        if token.contains(REFUSED) {
            let details = json!({ "errorCode": "INVALID_ACCESS_TOKEN" });
            let action = "INSTITUTION_CONNECTION_IMPORT_FAILED";
            activity::log(state, call, action, attributes, details);
            continue;
        }
        let customer = state.customer_with_external_id(external);
        attributes["customerId"] = json!(customer);
        add(state, call, &id, customer, external, &provider(one));
        let details = json!({});
        activity::log(state, call, "INSTITUTION_CONNECTION_IMPORTED", attributes, details);
    }
    Ok(json!({ "requestId": call.request_id }))
}

/// Adds a completed connection, with its accounts and events.
fn add(state: &mut State, call: &Call, id: &str, customer: String, external: &str, provider: &str) {
    let products = ["BALANCES", "IDENTIFIERS", "OWNERS", "TRANSACTIONS"];
    state.bank.connections.push(Connection {
        institution: INSTITUTIONS.iter().find(|institution| institution.provider == provider),
        products: products.map(str::to_owned).to_vec(),
        ..Connection::new(id.to_owned(), customer, external, call.now)
    });
    connections::complete(state, id, call.now);
}
