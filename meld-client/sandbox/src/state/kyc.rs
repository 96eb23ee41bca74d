//! Who a customer is: asked for once for each provider, decided later.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Call, Due, State, customers, webhooks};
use crate::envelope::{Problem, timestamp};

/// What a provider knows of a customer.
#[derive(Clone, Debug)]
pub(crate) struct Kyc {
    pub provider: String,
    id: String,
    status: String,
    updated_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
}

/// As answers about the customer have it.
pub(crate) fn show(kyc: &Kyc) -> Value {
    json!({
        "id": kyc.id,
        "serviceProvider": kyc.provider,
        "status": "ACTIVE",
        "createdAt": timestamp(kyc.created_at),
        "kyc": { "status": kyc.status, "updatedAt": timestamp(kyc.updated_at) },
    })
}

/// Whether some provider has approved a customer.
pub(crate) fn is_approved(state: &State, customer: &str) -> bool {
    customers::find(state, customer)
        .is_some_and(|customer| customer.kyc.iter().any(|kyc| kyc.status == "APPROVED"))
}

pub(crate) fn initiate(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("customerId");
    let provider = call.text("serviceProvider").unwrap_or_default();
    let customer = customers::find(state, id).ok_or_else(|| Problem::not_found("customer"))?;
    if customer.kyc.iter().any(|kyc| kyc.provider == provider) {
        return Err(Problem::conflict("KYC of this customer at this provider was begun before"));
    }
    let hosted = call.text("mode") == Some("HOSTED_URL");
    if !hosted && call.body.get("serviceProviderDetails").is_none() {
        let error = "[serviceProviderDetails] is required with TOKEN_IMPORT".to_owned();
        return Err(Problem::bad_request("A token is needed").with_errors(vec![error]));
    }
    let shared = call.body["kycShareProviders"].as_array().cloned().unwrap_or_default();
    let providers = [provider].into_iter().chain(shared.iter().filter_map(Value::as_str));
    for provider in providers.map(str::to_owned).collect::<Vec<_>>() {
        let entry = Kyc {
            provider,
            id: state.identifier(),
            status: "PENDING".to_owned(),
            updated_at: call.now,
            created_at: call.now,
        };
        if let Some(customer) = customers::find_mut(state, id)
            && !customer.kyc.iter().any(|kyc| kyc.provider == entry.provider)
        {
            customer.kyc.push(entry);
        }
    }
    announce(state, id, call.now);
    if !hosted {
        // With a token there is nobody to wait for but the provider.
        state.schedule(call.now + TimeDelta::minutes(1), Due::Kyc(id.to_owned()));
    }
    Ok(json!({
        "customerId": id,
        "serviceProvider": provider,
        "status": "PENDING",
        "url": hosted.then(|| format!("{}/sandbox/kyc/{id}", call.base_url)),
    }))
}

/// All providers come to this decision about a customer.
pub(crate) fn decide(state: &mut State, customer: &str, status: &str, at: DateTime<Utc>) {
    let Some(found) = customers::find_mut(state, customer) else { return };
    for kyc in &mut found.kyc {
        kyc.status = status.to_owned();
        kyc.updated_at = at;
    }
    announce(state, customer, at);
}

fn announce(state: &mut State, customer: &str, at: DateTime<Utc>) {
    let Some(found) = customers::find(state, customer) else { return };
    for kyc in found.kyc.clone() {
        let payload = json!({
            "customerId": customer,
            "serviceProvider": kyc.provider,
            "status": kyc.status,
            "statusUpdatedAt": timestamp(kyc.updated_at),
        });
        webhooks::emit(state, "CUSTOMER_KYC_STATUS_CHANGE", payload, at);
    }
}
