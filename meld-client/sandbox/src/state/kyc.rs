//! Who a customer is: asked for once for each provider, decided later.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Call, Due, State, crypto, customers, webhooks};
use crate::envelope::{Problem, timestamp};

/// What a provider knows of a customer.
#[derive(Clone, Debug)]
pub(crate) struct Kyc {
    pub provider: String,
    id: String,
    status: String,
    /// Where the provider asks the customer for more, until it has decided.
    hosted_url: Option<String>,
    updated_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
}

/// As responses about the customer have it.
pub(crate) fn show(kyc: &Kyc) -> Value {
    json!({
        "id": kyc.id,
        "serviceProvider": kyc.provider,
        "status": "ACTIVE",
        "createdAt": timestamp(kyc.created_at),
        "kyc": {
            "status": kyc.status,
            "updatedAt": timestamp(kyc.updated_at),
            "additionalInfo": kyc.hosted_url.as_ref().map(|url| json!({ "HostedURL": url })),
        },
    })
}

/// Whether some provider has approved a customer.
pub(crate) fn is_approved(state: &State, customer: &str) -> bool {
    customers::find(state, customer)
        .is_some_and(|customer| customer.kyc.iter().any(|kyc| kyc.status == "APPROVED"))
}

/// Checks that the customer of an order exists, and that the provider of the order has approved it: what another
/// provider has decided does not count.
pub(crate) fn check_order(state: &State, call: &Call) -> Result<(), Problem> {
    let id = call.text("customerId").unwrap_or_default();
    let customer = customers::find(state, id).ok_or_else(|| customers::unknown(id))?;
    let provider = call.text("serviceProvider").unwrap_or_default();
    for field in ["destinationWalletAddress", "sourceWalletAddress"] {
        crypto::check_wallet(field, call.text(field))?;
    }
    let is_it = |kyc: &Kyc| kyc.provider == provider && kyc.status == "APPROVED";
    if customer.kyc.iter().any(is_it) {
        return Ok(());
    }
    let message = format!(
        "An order needs a customer whose KYC {provider} itself has approved: name it in kycShareProviders of POST \
         /accounts/customers/{{customerId}}/kyc/initiate, and wait for its status"
    );
    Err(Problem::new(StatusCode::FORBIDDEN, "KYC_NOT_COMPLETED", message))
}

pub(crate) fn initiate(state: &mut State, call: &Call) -> Result<Value, Problem> {
    if is_begun(state, call)? {
        return Err(Problem::conflict("KYC of this customer at this provider was begun before"));
    }
    begin(state, call)
}

/// A change of a check: more providers get to know of it, and its page is given again.
pub(crate) fn update(state: &mut State, call: &Call) -> Result<Value, Problem> {
    if !is_begun(state, call)? {
        return Err(Problem::not_found("check of this customer at this provider"));
    }
    begin(state, call)
}

fn is_begun(state: &State, call: &Call) -> Result<bool, Problem> {
    let customer = customers::find(state, call.path("customerId"));
    let customer = customer.ok_or_else(|| Problem::not_found("customer"))?;
    let provider = call.text("serviceProvider").unwrap_or_default();
    Ok(customer.kyc.iter().any(|kyc| kyc.provider == provider))
}

fn begin(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("customerId");
    let provider = call.text("serviceProvider").unwrap_or_default();
    let hosted = call.text("mode") == Some("HOSTED_URL");
    if call.text("mode") == Some("TOKEN_IMPORT")
        && call.body.get("serviceProviderDetails").is_none()
    {
        let error = "[serviceProviderDetails] is required with TOKEN_IMPORT".to_owned();
        return Err(Problem::bad_request("A token is needed").with_errors(vec![error]));
    }
    if call.text("mode") == Some("RAW_DATA_IMPORT") {
        let error = "[mode] RAW_DATA_IMPORT is sent as multipart/form-data".to_owned();
        return Err(Problem::bad_request("Raw data is not sent as JSON").with_errors(vec![error]));
    }
    let shared = call.body["kycShareProviders"].as_array().cloned().unwrap_or_default();
    let providers = [provider].into_iter().chain(shared.iter().filter_map(Value::as_str));
    let has_address = customers::find(state, id).is_some_and(|customer| customer.has_any_address());
    if providers.clone().any(|provider| provider == "DUENETWORK") && !has_address {
        let error = "[customerId] has no address: POST /accounts/customers/{customerId}/addresses";
        let problem = Problem::bad_request("DUENETWORK needs an address of the customer first");
        return Err(problem.with_errors(vec![error.to_owned()]));
    }
    for provider in providers.map(str::to_owned).collect::<Vec<_>>() {
        add(state, id, provider, "PENDING", call.now);
    }
    announce(state, id, call.now);
    if !hosted {
        // With a token there is nobody to wait for but the provider.
        state.schedule(call.now + TimeDelta::minutes(1), Due::Kyc(id.to_owned()));
    }
    let found = customers::find(state, id).and_then(|customer| {
        customer.kyc.iter().find(|kyc| kyc.provider == provider).map(|kyc| kyc.status.clone())
    });
    Ok(json!({
        "customerId": id,
        "serviceProvider": provider,
        "status": found,
        "url": hosted.then(|| format!("{}/sandbox/kyc/{id}", call.base_url)),
    }))
}

/// A provider gets to know a customer, unless it does already.
fn add(state: &mut State, customer: &str, provider: String, status: &str, at: DateTime<Utc>) {
    let entry = Kyc {
        provider,
        id: state.identifier(),
        status: status.to_owned(),
        hosted_url: None,
        updated_at: at,
        created_at: at,
    };
    if let Some(customer) = customers::find_mut(state, customer)
        && !customer.kyc.iter().any(|kyc| kyc.provider == entry.provider)
    {
        customer.kyc.push(entry);
    }
}

/// These providers have approved a customer.
pub(crate) fn approve(state: &mut State, customer: &str, providers: &[&str], at: DateTime<Utc>) {
    for provider in providers {
        add(state, customer, (*provider).to_owned(), "APPROVED", at);
    }
    announce(state, customer, at);
}

/// All providers, or one, come to this decision about a customer. Whether there is somebody to decide about.
pub(crate) fn decide(
    state: &mut State,
    customer: &str,
    provider: Option<&str>,
    status: &str,
    at: DateTime<Utc>,
) -> bool {
    change(state, customer, provider, at, |kyc| {
        status.clone_into(&mut kyc.status);
        kyc.hosted_url = None;
    })
}

/// A provider asks the customer for more, on a page of its own. Whether it knows the customer.
pub(crate) fn ask_for_more(
    state: &mut State,
    customer: &str,
    provider: &str,
    base_url: &str,
    at: DateTime<Utc>,
) -> bool {
    let url = format!("{base_url}/sandbox/kyc/{customer}?provider={provider}");
    change(state, customer, Some(provider), at, |kyc| kyc.hosted_url = Some(url.clone()))
}

fn change(
    state: &mut State,
    customer: &str,
    provider: Option<&str>,
    at: DateTime<Utc>,
    change: impl Fn(&mut Kyc),
) -> bool {
    let Some(found) = customers::find_mut(state, customer) else { return false };
    let mut changed = provider.is_none();
    for kyc in &mut found.kyc {
        if provider.is_none_or(|provider| provider == kyc.provider) {
            change(kyc);
            kyc.updated_at = at;
            changed = true;
        }
    }
    announce(state, customer, at);
    changed
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
