//! Customers and their KYC checks.

use serde_json::{Value, json};

use super::route::{Field, Fields, Input, Kind, MAX_ITEMS, Route};
use crate::flows::{customers, kyc};
use crate::problem::Problem;
use crate::statuses::KycStatus;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/_mock/customers", "Lists the customers with their KYC checks, oldest first", list),
    Route::post(
        "/_mock/customers",
        "Adds a customer with a name, an email and a billing address",
        Fields::Only(&[Field::optional("approvedBy", Kind::Texts, "The providers that have approved the customer")]),
        add,
    ),
    Route::post(
        "/_mock/customers/{id}/kyc",
        "Sets the KYC status of a customer",
        Fields::Only(&[
            Field::required("status", Kind::OneOf(KycStatus::NAMES), "The status"),
            Field::optional("serviceProvider", Kind::Text, "The provider; all by default"),
        ]),
        decide,
    ),
    Route::post(
        "/_mock/customers/{id}/hosted-check",
        "Makes a provider request more from a customer, on a hosted page",
        Fields::Only(&[Field::required("serviceProvider", Kind::Text, "The provider")]),
        request_more,
    ),
    Route::post(
        "/_mock/customers/{id}/limit",
        "Makes a customer reach the limit of a provider",
        Fields::Only(&[Field::required("serviceProvider", Kind::Text, "The provider")]),
        reach_limit,
    ),
    Route::post(
        "/_mock/customers/{id}/agreements",
        "Accepts the agreements of a provider",
        Fields::Only(&[Field::required("serviceProvider", Kind::Text, "The provider")]),
        accept,
    ),
];

fn list(input: &Input) -> Result<Value, Problem> {
    input.read(|state| {
        let customers = state.customers.iter().take(MAX_ITEMS).map(|customer| {
            let checks = customer.kyc.iter();
            let checks = checks.map(|kyc| json!({ "serviceProvider": kyc.provider, "status": kyc.status }));
            json!({
                "id": customer.id,
                "externalId": customer.external_id,
                "status": customer.status,
                "kyc": checks.collect::<Vec<_>>(),
            })
        });
        json!({ "customers": customers.collect::<Vec<_>>() })
    })
}

fn add(input: &Input) -> Result<Value, Problem> {
    let providers: Vec<&str> =
        input.body["approvedBy"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let id = input.server.change(|state, now| {
        let id = customers::add_complete(state);
        kyc::approve(state, &id, &providers, now);
        id
    });
    Ok(json!({ "id": id }))
}

fn decide(input: &Input) -> Result<Value, Problem> {
    let status = input.text("status").and_then(KycStatus::find).unwrap_or(KycStatus::Unknown).name();
    let provider = input.text("serviceProvider");
    let noun = "customer with a KYC check at the provider";
    input.change(noun, |state, now| kyc::decide(state, &input.id, provider, status, now))?;
    Ok(json!({}))
}

fn request_more(input: &Input) -> Result<Value, Problem> {
    let provider = input.text("serviceProvider").unwrap_or_default();
    let (noun, base_url) = ("customer with a KYC check at the provider", &input.server.base_url);
    input.change(noun, |state, now| kyc::request_more(state, &input.id, provider, base_url, now))?;
    Ok(json!({}))
}

fn reach_limit(input: &Input) -> Result<Value, Problem> {
    let provider = input.text("serviceProvider").unwrap_or_default();
    input.change("customer", |state, _| {
        state.customers.find_mut(&input.id)?.limits_reached.push(provider.to_owned());
        Some(())
    })?;
    Ok(json!({}))
}

fn accept(input: &Input) -> Result<Value, Problem> {
    let provider = input.text("serviceProvider").unwrap_or_default();
    input.change("customer", |state, _| {
        state.customers.find_mut(&input.id)?.agreements.push(provider.to_owned());
        Some(())
    })?;
    Ok(json!({}))
}
