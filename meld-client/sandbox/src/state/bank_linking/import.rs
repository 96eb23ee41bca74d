//! Connections that were made elsewhere.

use serde_json::{Value, json};

use super::super::{Call, State, activity, customers};
use super::institutions::INSTITUTIONS;
use super::{Connection, connections};
use crate::envelope::Problem;

/// What marks a token that the provider does not take.
const REFUSED: &str = "refused";

/// Imports connections of any provider that the documents know, which are more than the guides speak of. Those whose
/// access or refresh token has the word `refused` fail, which the activity log alone tells.
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
        let customer = customers::with_external_id(state, external);
        attributes["customerId"] = json!(customer);
        take_over(state, call, &id, customer, external, &provider(one));
        let details = json!({});
        activity::log(state, call, "INSTITUTION_CONNECTION_IMPORTED", attributes, details);
    }
    Ok(json!({ "requestId": call.request_id }))
}

/// The connection is there at once, with its accounts and its events.
fn take_over(
    state: &mut State,
    call: &Call,
    id: &str,
    customer: String,
    external: &str,
    provider: &str,
) {
    let products = ["BALANCES", "IDENTIFIERS", "OWNERS", "TRANSACTIONS"];
    state.bank.connections.push(Connection {
        id: id.to_owned(),
        customer,
        external_customer: Some(external.to_owned()),
        institution: INSTITUTIONS.iter().find(|institution| institution.provider == provider),
        products: products.map(str::to_owned).to_vec(),
        optional_products: Vec::new(),
        regions: Vec::new(),
        status: "IN_PROGRESS".to_owned(),
        reason: None,
        widget_open: true,
        created_at: call.now,
        aggregated_at: None,
        refreshed_at: None,
    });
    connections::complete(state, id, call.now);
}
