//! The requirements of a provider for an order that buys crypto.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::providers::{self, Kyc, Provider};
use crate::call::Call;
use crate::flows::{customers, verifications};
use crate::problem::Problem;
use crate::state::State;
use crate::state::customers::Customer;

/// The parameters of an order, without which the KYC requirements are not known.
const ORDER: [&str; 5] =
    ["paymentMethodType", "sourceAmount", "sourceCurrencyCode", "destinationCurrencyCode", "countryCode"];
/// The contacts that a provider may require.
const CHANNELS: [&str; 2] = ["EMAIL", "PHONE"];

pub(crate) fn get(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let provider = providers::find(call.path("serviceProvider"))?;
    let customer = match call.query("customerId") {
        Some(id) => Some(state.customers.find(id).ok_or_else(|| customers::not_found(id))?),
        None => None,
    };
    let is_order_known = ORDER.iter().all(|name| call.query(name).is_some());
    let kyc = customer.filter(|_| is_order_known).map(|customer| kyc_requirements(provider, customer));
    Ok(json!({
        "serviceProvider": provider.name,
        "legalAgreements": agreements(provider, call),
        "verificationRequirements": {
            "enforced": provider.verifies_contacts,
            "email": { "required": provider.verifies_contacts },
            "phone": {
                "required": provider.verifies_contacts,
                "reverifyWithinDays": provider.reverify_within_days,
                "requireLineType": provider.verifies_contacts.then_some("MOBILE"),
            },
        },
        "customerStatus": customer.map(|customer| contacts(state, provider, customer, call.now)),
        "kycRequirements": kyc.unwrap_or_default(),
    }))
}

fn agreements(provider: &Provider, call: &Call) -> Vec<Value> {
    let region = call.query("countryCode").unwrap_or("US");
    let name = provider.name.to_lowercase();
    let agreement = |kind: &&str| {
        let page = kind.to_lowercase().replace('_', "-");
        json!({ "type": kind, "region": region, "url": format!("https://{name}.example.com/{page}") })
    };
    provider.agreements.iter().map(agreement).collect()
}

/// Returns the status of each contact of a customer.
fn contacts(state: &State, provider: &Provider, customer: &Customer, now: DateTime<Utc>) -> Value {
    let status = |channel| {
        let reason = unmet(state, provider, customer, channel, now);
        json!({ "satisfied": reason.is_none(), "reason": reason })
    };
    json!({ "email": status("EMAIL"), "phone": status("PHONE") })
}

/// Returns the reason for which a contact does not meet the requirements of a provider.
fn unmet(
    state: &State,
    provider: &Provider,
    customer: &Customer,
    channel: &str,
    now: DateTime<Utc>,
) -> Option<&'static str> {
    if !provider.verifies_contacts {
        return None;
    }
    let is_phone = channel == "PHONE";
    let days = provider.reverify_within_days.filter(|_| is_phone);
    verifications::unmet(state, &customer.id, channel, (days, is_phone), now)
}

fn kyc_requirements(provider: &Provider, customer: &Customer) -> Vec<Value> {
    let status = |name: &str| match customer.kyc_at(name).map(|kyc| kyc.status.as_str()) {
        Some("APPROVED") => "SATISFIED",
        Some("REJECTED") => "BLOCKED",
        Some("PENDING") => "PENDING",
        _ => "REQUIRED",
    };
    let own = status(provider.name);
    let share = json!({
        "code": "PROVIDER_KYC_SHARE",
        "status": own,
        "reason": (own == "BLOCKED").then_some("REJECTED"),
    });
    match provider.kyc {
        Kyc::None => Vec::new(),
        Kyc::Own => vec![share],
        Kyc::Shared(fields) => {
            let missing: Vec<&&str> =
                fields.iter().filter(|field| !customer.has_kyc_field(provider.name, field)).collect();
            let extra = json!({
                "code": "PROVIDER_EXTRA_KYC",
                "status": if missing.is_empty() { "SATISFIED" } else { "REQUIRED" },
                "missingFields": missing,
            });
            vec![json!({ "code": "MELD_KYC_APPROVED", "status": status("SUMSUB") }), share, extra]
        }
    }
}

/// Refuses an order of a customer who does not meet the requirements.
pub(super) fn check(state: &State, call: &Call, provider: &Provider, customer: &Customer) -> Result<(), Problem> {
    let lines: Vec<String> = CHANNELS
        .into_iter()
        .filter_map(|channel| {
            let reason = unmet(state, provider, customer, channel, call.now)?;
            Some(format!("{}: {reason}", channel.to_lowercase()))
        })
        .collect();
    let forbidden = |code, message: String| Problem::new(StatusCode::FORBIDDEN, code, message);
    if !lines.is_empty() {
        let message = format!("{} requires verified contacts", provider.name);
        return Err(forbidden("VERIFICATION_REQUIRED", message).with_errors(lines));
    }
    check_kyc(provider, customer)?;
    if !provider.agreements.is_empty() && !customer.agreements.iter().any(|accepted| accepted == provider.name) {
        let message = format!("The customer must accept the agreements of {}", provider.name);
        return Err(forbidden("LEGAL_ACCEPTANCE_REQUIRED", message));
    }
    if customer.limits_reached.iter().any(|reached| reached == provider.name) {
        let message = format!("The customer has reached a limit of {}", provider.name);
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "CUSTOMER_NOT_PAYMENT_READY", message);
        return Err(problem.with_error("limitUpgrade: REQUIRED"));
    }
    Ok(())
}

/// Refuses an order of a customer whom the provider has not approved.
pub(super) fn check_kyc(provider: &Provider, customer: &Customer) -> Result<(), Problem> {
    let unmet = kyc_requirements(provider, customer).into_iter().filter(|one| one["status"] != "SATISFIED");
    let unmet: Vec<String> = unmet
        .map(|one| {
            format!("{}: {}", one["code"].as_str().unwrap_or_default(), one["status"].as_str().unwrap_or_default())
        })
        .collect();
    if unmet.is_empty() {
        return Ok(());
    }
    let name = provider.name;
    let message = format!(
        "{name} itself has not approved the customer: name {name} in kycShareProviders of POST \
         /accounts/customers/{{customerId}}/kyc/initiate and wait until its status is APPROVED"
    );
    Err(Problem::new(StatusCode::FORBIDDEN, "KYC_NOT_COMPLETED", message).with_errors(unmet))
}
