//! Deposit instructions: a virtual account for each customer, provider, payment method, pair and wallet.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{providers, requirements};
use crate::call::Call;
use crate::flows::customers;
use crate::flows::fields::{check_country, check_wallet};
use crate::flows::market::CurrencyPair;
use crate::flows::success::Success;
use crate::problem::Problem;
use crate::random::seeded;
use crate::state::State;
use crate::state::orders::Deposit;

/// The fields that identify a virtual account.
const COMBINATION: [&str; 6] = [
    "customerId",
    "serviceProvider",
    "paymentMethodType",
    "sourceCurrencyCode",
    "destinationCurrencyCode",
    "destinationWalletAddress",
];
/// The seconds that a provider needs to create an account.
const PROVISIONING: u32 = 1;

/// Returns 202 while the provider creates the account, 201 when it has, and 200 for an account that exists.
pub(crate) fn create(state: &mut State, call: &Call) -> Result<Success, Problem> {
    check(state, call)?;
    let combination = combination(&call.body);
    let known = state.orders.deposits.iter().find(|deposit| deposit.combination == combination);
    match known {
        Some(deposit) if deposit.ready_at <= call.now => {
            let body = instructions(state, deposit);
            // A request with another key gets an account that exists.
            let is_first = call.idempotency_key == deposit.key;
            let status = if is_first { StatusCode::CREATED } else { StatusCode::OK };
            Ok(Success::with_status(status, body))
        }
        Some(_) => Ok(provisioning()),
        None => {
            let deposit = Deposit {
                id: state.identifier(),
                combination,
                customer: call.text("customerId").unwrap_or_default().to_owned(),
                key: call.idempotency_key.clone(),
                ready_at: call.now + TimeDelta::seconds(PROVISIONING.into()),
            };
            state.orders.deposits.push(deposit);
            Ok(provisioning())
        }
    }
}

fn provisioning() -> Success {
    Success { retry_after: Some(PROVISIONING.into()), ..Success::empty(StatusCode::ACCEPTED) }
}

/// Returns the values that identify the account of a request.
pub(super) fn combination(body: &Value) -> Vec<Value> {
    COMBINATION.iter().map(|field| body[field].clone()).collect()
}

/// Returns the fields of the request that identify an account.
pub(crate) fn request(deposit: &Deposit) -> Value {
    let fields = COMBINATION.iter().zip(&deposit.combination);
    fields.map(|(field, value)| ((*field).to_owned(), value.clone())).collect()
}

fn check(state: &State, call: &Call) -> Result<(), Problem> {
    if call.text("externalCustomerId").is_some() {
        let error = "[externalCustomerId] is not accepted; send customerId";
        return Err(Problem::bad_request("The customer must be named by Meld's ID").with_error(error));
    }
    let id = call.text("customerId").unwrap_or_default();
    let customer = state.customers.find(id).ok_or_else(|| customers::not_found(id))?;
    let provider = providers::find(call.text("serviceProvider").unwrap_or_default())?;
    let method = call.text("paymentMethodType").unwrap_or_default();
    if !provider.methods.contains(&method) {
        return Err(providers::unsupported_method(provider, provider.methods));
    }
    if method == "MOBILE_MONEY" && call.text("customerPhoneNumber").is_none() {
        let message = "Mobile money requires a phone number";
        let problem = Problem::new(StatusCode::BAD_REQUEST, "PHONE_NUMBER_REQUIRED", message);
        return Err(problem.with_error("[customerPhoneNumber] is required for MOBILE_MONEY"));
    }
    check_country("countryCode", call.text("countryCode"))?;
    check_wallet("destinationWalletAddress", call.text("destinationWalletAddress"))?;
    let text = |field| call.text(field).unwrap_or_default();
    CurrencyPair::new(text("sourceCurrencyCode"), text("destinationCurrencyCode"))?;
    requirements::check_kyc(provider, customer)
}

fn instructions(state: &State, deposit: &Deposit) -> Value {
    use rand::RngExt as _;
    let mut random = seeded(state.seed, &format!("deposit {}", deposit.id));
    let mut digits =
        |length: usize| -> String { (0..length).map(|_| char::from(b'0' + random.random_range(0..10))).collect() };
    let name = state.customers.find(&deposit.customer).and_then(|customer| customer.details.get("name"));
    let name = |field: &str| name.and_then(|name| name[field].as_str()).unwrap_or("Example").to_owned();
    let holder = format!("{} {}", name("firstName"), name("lastName"));
    let (bank, other) = ("Example Community Bank", "Example European Bank");
    let mut details = json!({ "accountHolderName": holder });
    let receiving = match deposit.combination[2].as_str().unwrap_or_default() {
        "ACH" => json!({
            "accountNumber": digits(12), "routingNumber": "110000000", "bankName": bank, "accountHolderName": holder,
        }),
        "SEPA" => {
            // The payer must quote it.
            details["memo"] = json!(format!("MELD-{}", digits(6)));
            let iban = format!("DE89{}", digits(18));
            json!({ "iban": iban, "bic": "COBADEFFXXX", "bankName": other, "accountHolderName": holder })
        }
        "PIX" => json!({ "pixKey": format!("pix-{}", deposit.id), "bankName": bank, "accountHolderName": holder }),
        _ => json!({ "mobileMoneyReference": digits(10), "bankName": bank, "accountHolderName": holder }),
    };
    let mut body = json!({
        "depositInstructionsId": deposit.id,
        "receivingBankInformation": receiving,
        "serviceProviderDetails": details,
    });
    for (field, value) in COMBINATION.iter().zip(&deposit.combination) {
        body[field] = value.clone();
    }
    body
}
