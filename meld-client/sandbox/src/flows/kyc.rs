//! KYC checks: initiated once for each provider, decided later. Their data is imported and exported by `raw_data`.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::call::Call;
use crate::clock::timestamp;
use crate::problem::Problem;
use crate::state::State;
use crate::state::customers::Kyc;
use crate::state::schedule::Event;

pub(crate) mod raw_data;

pub(crate) fn initiate(state: &mut State, call: &Call) -> Result<Value, Problem> {
    if call.text("mode") == Some("RAW_DATA_IMPORT") {
        let error = "[mode] RAW_DATA_IMPORT requires multipart/form-data";
        return Err(Problem::bad_request("Raw data cannot be sent as JSON").with_error(error));
    }
    refuse_second_kyc(state, call)?;
    start(state, call)
}

fn refuse_second_kyc(state: &State, call: &Call) -> Result<(), Problem> {
    if is_initiated(state, call)? {
        return Err(Problem::conflict("The provider has a KYC check of this customer already"));
    }
    Ok(())
}

/// Updates a check: shares it with more providers and returns its page again.
pub(crate) fn update(state: &mut State, call: &Call) -> Result<Value, Problem> {
    if !is_initiated(state, call)? {
        return Err(Problem::not_found("check of this customer at this provider"));
    }
    submit_fields(state, call);
    start(state, call)
}

/// Records the further fields of an update for the providers that it is shared with, or for all.
fn submit_fields(state: &mut State, call: &Call) {
    let Some(customer) = state.customers.find_mut(call.path("customerId")) else { return };
    let shared = call.texts("kycShareProviders");
    let all = || customer.kyc.iter().map(|kyc| kyc.provider.clone()).collect();
    let providers: Vec<String> = if shared.is_empty() { all() } else { shared };
    let fields = call.body["serviceProviderDetails"].as_object().into_iter().flatten();
    for (field, _) in fields.filter(|(_, value)| !value.is_null()) {
        let submitted = providers.iter().map(|provider| (provider.clone(), field.clone()));
        customer.kyc_fields.extend(submitted);
    }
}

fn is_initiated(state: &State, call: &Call) -> Result<bool, Problem> {
    let customer = state.customers.find(call.path("customerId"));
    let customer = customer.ok_or_else(|| Problem::not_found("customer"))?;
    let provider = call.text("serviceProvider").unwrap_or_default();
    Ok(customer.kyc_at(provider).is_some())
}

fn start(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("customerId");
    let provider = call.text("serviceProvider").unwrap_or_default();
    let hosted = call.text("mode") == Some("HOSTED_URL");
    if call.text("mode") == Some("TOKEN_IMPORT") && call.body.get("serviceProviderDetails").is_none() {
        let error = "[serviceProviderDetails] is required with TOKEN_IMPORT";
        return Err(Problem::bad_request("A token is required").with_error(error));
    }
    let shared = call.body["kycShareProviders"].as_array().cloned().unwrap_or_default();
    let providers = [provider].into_iter().chain(shared.iter().filter_map(Value::as_str));
    let has_address = state.customers.find(id).is_some_and(|customer| !customer.addresses.is_empty());
    if providers.clone().any(|provider| provider == "DUENETWORK") && !has_address {
        let error = "[customerId] has no address: POST /accounts/customers/{customerId}/addresses";
        let problem = Problem::bad_request("DUENETWORK requires an address of the customer");
        return Err(problem.with_error(error));
    }
    for provider in providers.map(str::to_owned).collect::<Vec<_>>() {
        add(state, id, provider, "PENDING", call.now);
    }
    ask_for_terms(state, id, &call.base_url);
    emit(state, id, call.now);
    if !hosted {
        // With a token, the customer has nothing to do, so the provider decides by itself.
        state.schedule.add(call.now + TimeDelta::minutes(1), Event::Kyc(id.to_owned()));
    }
    let kyc = state.customers.find(id).and_then(|customer| customer.kyc_at(provider));
    Ok(json!({
        "customerId": id,
        "serviceProvider": provider,
        "status": kyc.map(|kyc| &kyc.status),
        "url": hosted.then(|| format!("{}/sandbox/kyc/{id}", call.base_url)),
    }))
}

/// Makes Due Network ask for the acceptance of its terms, until it has decided.
fn ask_for_terms(state: &mut State, customer: &str, base_url: &str) {
    let Some(found) = state.customers.find_mut(customer) else { return };
    for kyc in found.kyc.iter_mut().filter(|kyc| kyc.provider == "DUENETWORK" && kyc.status == "PENDING") {
        kyc.terms_url = Some(format!("{base_url}/sandbox/kyc/{customer}?provider=DUENETWORK&page=terms"));
    }
}

/// Adds a check by a provider, unless there is one.
fn add(state: &mut State, customer: &str, provider: String, status: &str, at: DateTime<Utc>) {
    let entry = Kyc {
        provider,
        id: state.identifier(),
        status: status.to_owned(),
        hosted_url: None,
        terms_url: None,
        updated_at: at,
        created_at: at,
    };
    if let Some(customer) = state.customers.find_mut(customer)
        && customer.kyc_at(&entry.provider).is_none()
    {
        customer.kyc.push(entry);
    }
}

/// Approves a customer at some providers.
pub(crate) fn approve(state: &mut State, customer: &str, providers: &[&str], at: DateTime<Utc>) {
    for provider in providers {
        add(state, customer, (*provider).to_owned(), "APPROVED", at);
    }
    emit(state, customer, at);
}

/// Sets the status of a customer at one provider, or at all. Returns `None` if there is no such customer or check.
pub(crate) fn decide(
    state: &mut State,
    customer: &str,
    provider: Option<&str>,
    status: &str,
    at: DateTime<Utc>,
) -> Option<()> {
    change(state, customer, provider, at, |kyc| {
        status.clone_into(&mut kyc.status);
        kyc.hosted_url = None;
        kyc.terms_url = None;
    })
}

/// Makes a provider request more from the customer, on a hosted page. Returns `None` if there is no such check.
pub(crate) fn request_more(
    state: &mut State,
    customer: &str,
    provider: &str,
    base_url: &str,
    at: DateTime<Utc>,
) -> Option<()> {
    let url = format!("{base_url}/sandbox/kyc/{customer}?provider={provider}");
    change(state, customer, Some(provider), at, |kyc| kyc.hosted_url = Some(url.clone()))
}

fn change(
    state: &mut State,
    customer: &str,
    provider: Option<&str>,
    at: DateTime<Utc>,
    change: impl Fn(&mut Kyc),
) -> Option<()> {
    let found = state.customers.find_mut(customer)?;
    let mut changed = provider.is_none();
    for kyc in &mut found.kyc {
        if provider.is_none_or(|provider| provider == kyc.provider) {
            change(kyc);
            kyc.updated_at = at;
            changed = true;
        }
    }
    emit(state, customer, at);
    changed.then_some(())
}

fn emit(state: &mut State, customer: &str, at: DateTime<Utc>) {
    let Some(found) = state.customers.find(customer) else { return };
    for kyc in found.kyc.clone() {
        let payload = json!({
            "customerId": customer,
            "serviceProvider": kyc.provider,
            "status": kyc.status,
            "statusUpdatedAt": timestamp(kyc.updated_at),
        });
        state.emit("CUSTOMER_KYC_STATUS_CHANGE", &payload, at);
    }
}
