//! Customers: found or made by their external id, with addresses.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Call, State, bank_linking, kyc};
use crate::envelope::Problem;
use crate::pages;

/// What is said of a customer; a second create fills what is blank of it.
const DETAILS: [&str; 5] = ["dateOfBirth", "email", "name", "phone", "type"];

/// All customers, in the order in which they came.
pub(crate) type Customers = Vec<Customer>;

/// A customer.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub id: String,
    pub external_id: Option<String>,
    /// The fields of [`DETAILS`].
    details: Map<String, Value>,
    status: String,
    addresses: Vec<Value>,
    pub kyc: Vec<kyc::Kyc>,
}

impl Customer {
    /// Returns `true` if there are a name and an email.
    pub fn has_contact(&self) -> bool {
        ["name", "email"]
            .iter()
            .all(|field| self.details.get(*field).is_some_and(|it| !it.is_null()))
    }

    pub fn has_any_address(&self) -> bool {
        !self.addresses.is_empty()
    }

    pub fn has_address(&self, kind: &str) -> bool {
        self.addresses.iter().any(|address| address["type"] == kind)
    }

    pub fn is_business(&self) -> bool {
        self.has("type", Some("BUSINESS"))
    }

    fn has(&self, field: &str, wanted: Option<&str>) -> bool {
        wanted.is_none_or(|wanted| self.details.get(field).is_some_and(|value| value == wanted))
    }
}

pub(crate) fn find<'a>(state: &'a State, id: &str) -> Option<&'a Customer> {
    state.customers.iter().find(|customer| customer.id == id)
}

pub(crate) fn find_mut<'a>(state: &'a mut State, id: &str) -> Option<&'a mut Customer> {
    state.customers.iter_mut().find(|customer| customer.id == id)
}

/// The customer whom a request names, by either id; one that has a new external id is made.
pub(crate) fn named(
    state: &mut State,
    call: &Call,
) -> Result<Option<(String, Option<String>)>, Problem> {
    match (call.text("customerId"), call.text("externalCustomerId")) {
        (Some(_), Some(_)) => {
            Err(Problem::bad_request("Either customerId or externalCustomerId is to be sent"))
        }
        (Some(id), None) => match find(state, id) {
            Some(customer) => Ok(Some((customer.id.clone(), customer.external_id.clone()))),
            None => Err(unknown(id)),
        },
        (None, Some(external)) => {
            let id = with_external_id(state, external);
            Ok(Some((id, Some(external.to_owned()))))
        }
        (None, None) => Ok(None),
    }
}

/// 400, not 404: that is how Meld says it where the customer is not the subject.
pub(crate) fn unknown(id: &str) -> Problem {
    let message = format!("There is no customer {id}");
    Problem::new(StatusCode::BAD_REQUEST, "CUSTOMER_NOT_FOUND", message)
}

/// The customer with this external id, found or made.
pub(crate) fn with_external_id(state: &mut State, external: &str) -> String {
    let found = state
        .customers
        .iter()
        .find(|customer| customer.external_id.as_deref() == Some(external))
        .map(|customer| customer.id.clone());
    found.unwrap_or_else(|| make(state, Some(external.to_owned())))
}

/// A new customer.
pub(crate) fn make(state: &mut State, external_id: Option<String>) -> String {
    let id = state.identifier();
    state.customers.push(Customer {
        id: id.clone(),
        external_id,
        details: Map::new(),
        status: "ACTIVE".to_owned(),
        addresses: Vec::new(),
        kyc: Vec::new(),
    });
    id
}

/// A new customer with all that payments ask for.
pub(crate) fn make_complete(state: &mut State) -> String {
    let id = make(state, None);
    let address = state.identifier();
    if let Some(customer) = find_mut(state, &id) {
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
    let id = match call.text("externalId") {
        Some(external) => with_external_id(state, external),
        None => make(state, None),
    };
    if let Some(customer) = find_mut(state, &id) {
        for field in DETAILS {
            if let Some(value) = call.body.get(field) {
                customer.details.entry(field).or_insert_with(|| value.clone());
            }
        }
    }
    shown(state, &id)
}

pub(crate) fn search(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let mut found: Vec<&Customer> = state
        .customers
        .iter()
        .filter(|customer| call.wants("customerIds", &customer.id))
        .filter(|customer| {
            let wanted = call.query("externalCustomerId");
            wanted.is_none_or(|wanted| customer.external_id.as_deref() == Some(wanted))
        })
        .filter(|customer| call.wants("status", &customer.status))
        .filter(|customer| {
            ["email", "phone", "type"].iter().all(|field| customer.has(field, call.query(field)))
        })
        .collect();
    found.sort_by(|one, other| one.external_id.cmp(&other.external_id));
    let key = |customer: &&Customer| customer.id.clone();
    let show = |customer: &&Customer| show(state, customer);
    Ok(pages::page(call.operation.name(), &call.query, &found, key, "customers", show))
}

pub(crate) fn update(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("customerId");
    let external = call.text("externalCustomerId");
    let taken = |customer: &Customer| {
        customer.id != id && external.is_some() && customer.external_id.as_deref() == external
    };
    if state.customers.iter().any(taken) {
        return Err(Problem::conflict("Another customer has this externalCustomerId"));
    }
    let customer = find_mut(state, id).ok_or_else(|| Problem::not_found("customer"))?;
    for field in DETAILS {
        if let Some(value) = call.body.get(field) {
            customer.details.insert(field.to_owned(), value.clone());
        }
    }
    // What is null is taken away; a status there always is.
    if call.body.get("externalCustomerId").is_some() {
        customer.external_id = external.map(str::to_owned);
    }
    if let Some(status) = call.text("status") {
        customer.status = status.to_owned();
    }
    shown(state, id)
}

pub(crate) fn delete(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("customerId");
    let index = state.customers.iter().position(|customer| customer.id == id);
    let index = index.ok_or_else(|| Problem::not_found("customer"))?;
    bank_linking::delete_all_of(state, id, call);
    let customer = state.customers.remove(index);
    let providers = customer.kyc.iter().map(|kyc| (kyc.provider.clone(), json!("DELETED")));
    let providers: Map<String, Value> = providers.collect();
    Ok(json!({ "id": id, "isDeleted": true, "serviceProviderCustomersDeleted": providers }))
}

pub(crate) fn add_address(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let customer_id = call.path("customerId");
    let id = state.identifier();
    let customer = find_mut(state, customer_id).ok_or_else(|| unknown(customer_id))?;
    let mut details = call.body["address"].clone();
    // Requests say countryCode, responses say country.
    details["country"] = details["countryCode"].clone();
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

fn shown(state: &State, id: &str) -> Result<Value, Problem> {
    let customer = find(state, id).ok_or_else(|| Problem::not_found("customer"))?;
    Ok(show(state, customer))
}

/// A customer as responses have it.
pub(crate) fn show(state: &State, customer: &Customer) -> Value {
    let mut shown = json!({
        "id": customer.id,
        "key": customer.id,
        "accountId": state.account_id,
        "externalId": customer.external_id,
        "status": customer.status,
        "type": "INDIVIDUAL",
        "addresses": customer.addresses,
        "serviceProviderCustomers": customer.kyc.iter().map(kyc::show).collect::<Vec<_>>(),
    });
    if let Some(fields) = shown.as_object_mut() {
        fields.extend(customer.details.clone());
    }
    shown
}
