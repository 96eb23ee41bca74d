//! Validation of charges and payouts against the rules of the guides.

use axum::http::StatusCode;
use rust_decimal::Decimal;

use crate::call::Call;
use crate::flows::market::is_crypto;
use crate::problem::Problem;
use crate::state::State;

/// The providers of bank payments; all others are for cards.
const BANK_PROVIDERS: [&str; 2] = ["COINFLOW", "PLAID"];
/// The headers with a merchant's own credentials, by provider.
const PASSTHROUGH: [(&str, &[&str]); 3] = [
    ("BRAINTREE", &["meld-passthrough-oauth", "meld-passthrough-reference"]),
    ("SQUARE", &["meld-passthrough-key-private", "meld-passthrough-reference"]),
    ("STRIPE", &["meld-passthrough-key-id", "meld-passthrough-key-private", "meld-passthrough-reference"]),
];

/// Creates a 400 with the rule as its message and the invalid field.
fn refused(code: &'static str, message: &str, error: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, message).with_error(error)
}

pub(super) fn amount(call: &Call) -> Result<(Decimal, &str), Problem> {
    let amount = call.text("sourceAmount").unwrap_or_default();
    let amount = amount.parse().ok().filter(|amount: &Decimal| *amount > Decimal::ZERO);
    let amount = amount.ok_or_else(|| bad_amount("[sourceAmount] must be a number above 0"))?;
    let currency = call.text("sourceCurrencyCode").unwrap_or_default();
    let is_code = currency.len() == 3 && currency.bytes().all(|letter| letter.is_ascii_uppercase());
    if !is_code || is_crypto(currency) {
        return Err(bad_amount("[sourceCurrencyCode] must be an ISO 4217 code, such as USD"));
    }
    Ok((amount, currency))
}

pub(super) fn bad_amount(error: &str) -> Problem {
    let message = "The amount or its currency is not valid";
    refused("INVALID_AMOUNT_OR_CURRENCY", message, error)
}

/// Returns the type of the payment method. A request has a nonce or a method with all its details, but not both.
pub(super) fn method(call: &Call) -> Result<&str, Problem> {
    let bad = |error: &str| {
        let message = "A payment requires a nonce of a provider, or a payment method with its details";
        Err(refused("BAD_REQUEST", message, error))
    };
    let method = &call.body["paymentMethod"];
    match (call.text("nonce"), method["type"].as_str()) {
        (Some(_), Some(_)) => bad("[nonce] cannot be combined with paymentMethod"),
        (None, None) => bad("[paymentMethod] is required unless there is a nonce"),
        (Some(_), None) if call.text("serviceProvider").is_none() => {
            let error = "[serviceProvider] is required with a nonce";
            let message = "A nonce belongs to one provider, which must be named";
            Err(refused("TRANSACTION_INVALID_PROVIDER", message, error))
        }
        (Some(_), None) => Ok("CARD"),
        (None, Some(kind)) => {
            let details = |name: &str| method["details"][name].as_str().unwrap_or_default();
            let needed: &[&str] = match kind {
                "ACH" => &["accountType", "routingNumber", "accountNumber"],
                "CARD" => &["number", "cvc", "expiration"],
                "MELD_PAYMENT_TOKEN" => &["meldPaymentToken"],
                _ => &[],
            };
            match needed.iter().find(|name| details(name).is_empty()) {
                Some(name) => bad(&format!("[paymentMethod.details.{name}] is required for {kind}")),
                None => Ok(kind),
            }
        }
    }
}

/// Returns the named provider if it supports the method, or a default.
pub(super) fn provider<'a>(call: &'a Call, method: &str) -> Result<&'a str, Problem> {
    let is_bank = ["ACH", "PLAID_TRANSFER_AUTHORIZATION"].contains(&method);
    let Some(provider) = call.text("serviceProvider") else {
        return Ok(if is_bank { "PLAID" } else { "STRIPE" });
    };
    if BANK_PROVIDERS.contains(&provider) != is_bank {
        let code = "TRANSACTION_PROPERTY_COMBINATION_NOT_SUPPORTED_BY_SERVICE_PROVIDER";
        let message =
            format!("{provider} does not support {method}: COINFLOW and PLAID take bank accounts, all others cards");
        let error = format!("[serviceProvider] does not support {method}");
        return Err(refused(code, &message, error));
    }
    if call.body["capture"] == false && provider == "SQUARE" {
        let message = "SQUARE cannot authorize without capturing; BRAINTREE and STRIPE can";
        return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED", message));
    }
    Ok(provider)
}

/// Checks that a merchant's own credentials are complete, if any are sent.
pub(super) fn passthrough(call: &Call) -> Result<(), Problem> {
    if call.passthrough.is_empty() {
        return Ok(());
    }
    let bad = |error: String| {
        let message = "The Meld-Passthrough headers must be exactly those of the named provider";
        Err(refused("PASSTHROUGH_CREDENTIALS_INVALID", message, error))
    };
    let Some(provider) = call.text("serviceProvider") else {
        return bad("[serviceProvider] is required with Meld-Passthrough headers".to_owned());
    };
    let Some((_, required)) = PASSTHROUGH.iter().find(|(name, _)| *name == provider) else {
        return bad(format!("[serviceProvider] {provider} does not support passthrough"));
    };
    let sent: Vec<&str> = call.passthrough.iter().map(String::as_str).collect();
    match required.iter().find(|name| !sent.contains(name)) {
        Some(missing) => bad(format!("[{missing}] is required for {provider}")),
        None => match sent.iter().find(|name| !required.contains(name)) {
            Some(other) => bad(format!("[{other}] is not a header of {provider}")),
            None => Ok(()),
        },
    }
}

/// Checks that the customer has linked the bank account with the products that verify ownership, and has a name, an
/// email and a billing address.
pub(super) fn bank_account(state: &State, call: &Call, customer: Option<&str>) -> Result<(), Problem> {
    let message = "ACH requires a customer with a name, an email and a BILLING address, who has linked the account \
                   with OWNERS and IDENTIFIERS";
    let Some(customer) = customer.and_then(|id| state.customers.find(id)) else {
        return Err(refused("CUSTOMER_ID_REQUIRED", message, "[customerId] is required for ACH"));
    };
    let linked = state.bank.verified_accounts(&customer.id);
    let details = &call.body["paymentMethod"]["details"];
    let sent = ["routingNumber", "accountNumber"].map(|name| details[name].as_str().unwrap_or_default());
    let mut errors: Vec<String> = Vec::new();
    let mut add = |error: &str| errors.push(error.to_owned());
    if linked.is_empty() {
        add("[customerId] has no account with OWNERS and IDENTIFIERS: POST /bank-linking/connect/start");
    } else if !linked.contains(&sent) {
        add("[paymentMethod.details] is not an account of the customer: GET /bank-linking/accounts");
    }
    if !customer.has_contact() {
        add("[customerId] has no name or no email: PATCH /accounts/customers/{customerId}");
    }
    if !customer.has_address("BILLING") {
        add("[customerId] has no BILLING address: POST /accounts/customers/{customerId}/addresses");
    }
    if errors.is_empty() {
        return Ok(());
    }
    Err(Problem::bad_request(message).with_errors(errors))
}
