//! Customers: found or created by their external id, with addresses.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::bank_linking::connections;
use super::verifications;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::state::customers::{Customer, DETAILS};

/// Returns the id of the customer whom a request names by either id. A new external id creates a customer.
///
/// Returns `None` if the request names no customer.
pub(super) fn find_or_create(state: &mut State, call: &Call) -> Result<Option<String>, Problem> {
    match (call.text("customerId"), call.text("externalCustomerId")) {
        (Some(_), Some(_)) => Err(Problem::bad_request("Send either customerId or externalCustomerId, not both")),
        (Some(id), None) => match state.customers.find(id) {
            Some(customer) => Ok(Some(customer.id.clone())),
            None => Err(not_found(id)),
        },
        (None, Some(external)) => Ok(Some(state.customer_with_external_id(external))),
        (None, None) => Ok(None),
    }
}

/// Returns the id of the customer whom a request names by either id, and who must exist.
pub(super) fn find_known(state: &State, call: &Call) -> Result<String, Problem> {
    let found = match (call.text("customerId"), call.text("externalCustomerId")) {
        (Some(_), Some(_)) => {
            return Err(Problem::bad_request("Send either customerId or externalCustomerId, not both"));
        }
        (Some(id), None) => state.customers.find(id).ok_or_else(|| not_found(id)),
        (None, Some(external)) => state.customers.find_external(external).ok_or_else(|| not_found(external)),
        (None, None) => {
            let message = "An order needs a customer: customerId or externalCustomerId";
            let error = "[customerId] or [externalCustomerId] is required";
            let problem = Problem::new(StatusCode::BAD_REQUEST, "CUSTOMER_ID_REQUIRED", message);
            return Err(problem.with_error(error));
        }
    };
    found.map(|customer| customer.id.clone())
}

/// Creates the error for an unknown customer: 400, not 404, where the customer is not the subject of the request.
pub(super) fn not_found(id: &str) -> Problem {
    let message = format!("There is no customer {id}");
    Problem::new(StatusCode::BAD_REQUEST, "CUSTOMER_NOT_FOUND", message)
}

/// Creates a customer with a name, an email and a billing address, and returns its id.
pub(crate) fn add_complete(state: &mut State) -> String {
    let id = state.add_customer(None);
    let address = state.identifier();
    if let Some(customer) = state.customers.find_mut(&id) {
        let name = json!({ "firstName": "Robin", "lastName": "Example" });
        customer.details.insert("name".to_owned(), name);
        customer.details.insert("email".to_owned(), json!("robin@example.com"));
        customer.addresses.push(json!({
            "id": address,
            "customerId": id,
            "type": "BILLING",
            "status": "ACTIVE",
            "addressDetails": {
                "lineOne": "1 Example Street", "city": "Boston", "region": "MA", "country": "US",
                "postalCode": "02112",
            },
        }));
    }
    id
}

pub(crate) fn create(state: &mut State, call: &Call) -> Result<Value, Problem> {
    // Some guides use the name that updates have.
    let id = match call.text("externalId").or(call.text("externalCustomerId")) {
        Some(external) => state.customer_with_external_id(external),
        None => state.add_customer(None),
    };
    if let Some(customer) = state.customers.find_mut(&id) {
        for field in DETAILS {
            if let Some(value) = call.body.get(field) {
                customer.details.entry(field).or_insert_with(|| value.clone());
            }
        }
    }
    find(state, &id)
}

pub(crate) fn search(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let mut found: Vec<&Customer> = state
        .customers
        .iter()
        .filter(|customer| call.lists("customerIds", &customer.id))
        .filter(|customer| call.matches("externalCustomerId", customer.external_id.as_deref()))
        .filter(|customer| call.lists("status", &customer.status))
        .filter(|customer| ["email", "phone", "type"].iter().all(|field| customer.has(field, call.query(field))))
        .collect();
    found.sort_by(|one, other| one.external_id.cmp(&other.external_id));
    let key = |customer: &&Customer| customer.id.clone();
    Ok(call.page(&found, key, "customers", |customer| customer.to_json(&state.account_id)))
}

pub(crate) fn update(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("customerId");
    let external = call.text("externalCustomerId");
    let taken =
        |customer: &Customer| customer.id != id && external.is_some() && customer.external_id.as_deref() == external;
    if state.customers.iter().any(taken) {
        return Err(Problem::conflict("Another customer has this externalCustomerId"));
    }
    let customer = state.customers.find_mut(id).ok_or_else(|| Problem::not_found("customer"))?;
    for field in DETAILS {
        if let Some(value) = call.body.get(field) {
            customer.details.insert(field.to_owned(), value.clone());
        }
    }
    // Null clears the external id; the status cannot be cleared.
    if call.body.get("externalCustomerId").is_some() {
        customer.external_id = external.map(str::to_owned);
    }
    if let Some(status) = call.text("status") {
        customer.status = status.to_owned();
    }
    for field in ["email", "phone"].into_iter().filter(|field| call.body.get(field).is_some()) {
        verifications::invalidate(state, id, field);
    }
    find(state, id)
}

pub(crate) fn get(state: &mut State, call: &Call) -> Result<Value, Problem> {
    find(state, call.path("customerId"))
}

pub(crate) fn delete(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("customerId");
    let customer = state.customers.remove(id).ok_or_else(|| Problem::not_found("customer"))?;
    connections::delete_all_of(state, id, call);
    let providers = customer.kyc.iter().map(|kyc| (kyc.provider.clone(), json!("DELETED")));
    let providers: Map<String, Value> = providers.collect();
    Ok(json!({ "id": id, "isDeleted": true, "serviceProviderCustomersDeleted": providers }))
}

pub(crate) fn add_address(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let customer_id = call.path("customerId");
    let id = state.identifier();
    let customer = state.customers.find_mut(customer_id).ok_or_else(|| not_found(customer_id))?;
    let mut details = call.body["address"].clone();
    // The field is `countryCode` in requests and `country` in responses.
    if let Some(details) = details.as_object_mut() {
        let country = details.get("countryCode").cloned().unwrap_or_default();
        details.insert("country".to_owned(), country);
    }
    let address = json!({
        "id": id,
        "customerId": customer_id,
        "type": call.body["type"],
        "status": "ACTIVE",
        "addressDetails": details,
    });
    customer.addresses.push(address.clone());
    Ok(address)
}

fn find(state: &State, id: &str) -> Result<Value, Problem> {
    let customer = state.customers.find(id).ok_or_else(|| Problem::not_found("customer"))?;
    Ok(customer.to_json(&state.account_id))
}
