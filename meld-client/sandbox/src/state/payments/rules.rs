//! The rules of the guides for a charge or a payout before any money moves.

use axum::http::StatusCode;
use rust_decimal::Decimal;

use super::super::crypto::is_crypto;
use super::super::{Call, State, bank_linking, customers};
use crate::envelope::Problem;

/// The providers of bank accounts; all others are for cards.
const BANK_PROVIDERS: [&str; 2] = ["COINFLOW", "PLAID"];
/// The headers with a merchant's own credentials, by provider.
const PASSTHROUGH: [(&str, &[&str]); 3] = [
    ("BRAINTREE", &["meld-passthrough-oauth", "meld-passthrough-reference"]),
    ("SQUARE", &["meld-passthrough-key-private", "meld-passthrough-reference"]),
    (
        "STRIPE",
        &["meld-passthrough-key-id", "meld-passthrough-key-private", "meld-passthrough-reference"],
    ),
];

/// Says what is wrong with a field, and the rule.
fn refused(code: &'static str, message: &str, errors: Vec<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, message).with_errors(errors)
}

/// The amount and the currency of a request.
pub(super) fn amount(call: &Call) -> Result<(Decimal, &str), Problem> {
    let amount = call.text("sourceAmount").unwrap_or_default();
    let amount = amount.parse().ok().filter(|amount: &Decimal| *amount > Decimal::ZERO);
    let amount = amount.ok_or_else(|| bad_amount("[sourceAmount] is to be a number above 0"))?;
    let currency = call.text("sourceCurrencyCode").unwrap_or_default();
    let is_code = currency.len() == 3 && currency.bytes().all(|letter| letter.is_ascii_uppercase());
    if !is_code || is_crypto(currency) {
        return Err(bad_amount("[sourceCurrencyCode] is to be a code of ISO 4217, such as USD"));
    }
    Ok((amount, currency))
}

pub(super) fn bad_amount(error: &str) -> Problem {
    let message = "The amount or its currency is not valid";
    refused("INVALID_AMOUNT_OR_CURRENCY", message, vec![error.to_owned()])
}

/// The type of the payment method: a nonce, or a method with all its details, but not both.
pub(super) fn method(call: &Call) -> Result<&str, Problem> {
    let bad = |error: &str| {
        let message = "A payment has a nonce of a provider, or a payment method with its details";
        Err(refused("BAD_REQUEST", message, vec![error.to_owned()]))
    };
    let method = &call.body["paymentMethod"];
    match (call.text("nonce"), method["type"].as_str()) {
        (Some(_), Some(_)) => bad("[nonce] cannot be given together with paymentMethod"),
        (None, None) => bad("[paymentMethod] is required unless there is a nonce"),
        (Some(_), None) if call.text("serviceProvider").is_none() => {
            let errors = vec!["[serviceProvider] is required with a nonce".to_owned()];
            let message = "A nonce is of one provider, which has to be named";
            Err(refused("TRANSACTION_INVALID_PROVIDER", message, errors))
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
                Some(name) => {
                    bad(&format!("[paymentMethod.details.{name}] is required for {kind}"))
                }
                None => Ok(kind),
            }
        }
    }
}

/// The provider: the one that is named, if it takes such a method, or one that Meld chooses.
pub(super) fn provider<'a>(call: &'a Call, method: &str) -> Result<&'a str, Problem> {
    let is_bank = ["ACH", "PLAID_TRANSFER_AUTHORIZATION"].contains(&method);
    let Some(provider) = call.text("serviceProvider") else {
        return Ok(if is_bank { "PLAID" } else { "STRIPE" });
    };
    if BANK_PROVIDERS.contains(&provider) != is_bank {
        let code = "TRANSACTION_PROPERTY_COMBINATION_NOT_SUPPORTED_BY_SERVICE_PROVIDER";
        let message = format!(
            "{provider} takes no {method}: COINFLOW and PLAID take bank accounts, all others cards"
        );
        let error = format!("[serviceProvider] does not take {method}");
        return Err(refused(code, &message, vec![error]));
    }
    if call.body["capture"] == false && provider == "SQUARE" {
        let message = "SQUARE cannot authorize without capturing; BRAINTREE and STRIPE can";
        return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED", message));
    }
    Ok(provider)
}

/// The credentials of a merchant's own account at a provider: all that the provider needs, or none.
pub(super) fn passthrough(call: &Call) -> Result<(), Problem> {
    if call.passthrough.is_empty() {
        return Ok(());
    }
    let bad = |error: String| {
        let message = "The Meld-Passthrough headers are those of the named provider, all of them and no others";
        Err(refused("PASSTHROUGH_CREDENTIALS_INVALID", message, vec![error]))
    };
    let Some(provider) = call.text("serviceProvider") else {
        return bad("[serviceProvider] is required with Meld-Passthrough headers".to_owned());
    };
    let Some((_, needed)) = PASSTHROUGH.iter().find(|(name, _)| *name == provider) else {
        return bad(format!("[serviceProvider] {provider} has no passthrough"));
    };
    let sent: Vec<&str> = call.passthrough.iter().map(String::as_str).collect();
    match needed.iter().find(|name| !sent.contains(name)) {
        Some(missing) => bad(format!("[{missing}] is required for {provider}")),
        None => match sent.iter().find(|name| !needed.contains(name)) {
            Some(other) => bad(format!("[{other}] is not for {provider}")),
            None => Ok(()),
        },
    }
}

/// A bank account is charged or paid after its owner was asked: the customer has linked it with the products that
/// verify it, and has a name, an email and a billing address.
pub(super) fn bank_account(
    state: &State,
    call: &Call,
    customer: Option<&str>,
) -> Result<(), Problem> {
    let message = "ACH needs a customer who has linked the account by bank linking with OWNERS and IDENTIFIERS, and has a \
                   name, an email and a BILLING address";
    let Some(customer) = customer.and_then(|id| customers::find(state, id)) else {
        let errors = vec!["[customerId] is required for ACH".to_owned()];
        return Err(refused("CUSTOMER_ID_REQUIRED", message, errors));
    };
    let linked = bank_linking::verified_accounts(state, &customer.id);
    let details = &call.body["paymentMethod"]["details"];
    let sent =
        ["routingNumber", "accountNumber"].map(|name| details[name].as_str().unwrap_or_default());
    let mut errors = Vec::new();
    if linked.is_empty() {
        errors.push("[customerId] has linked no account with OWNERS and IDENTIFIERS: POST /bank-linking/connect/start");
    } else if !linked.iter().any(|account| account.each_ref().map(String::as_str) == sent) {
        errors.push("[paymentMethod.details] is of no account that the customer has linked: GET /bank-linking/accounts");
    }
    if !customer.has_contact() {
        errors.push("[customerId] has no name or no email: PATCH /accounts/customers/{customerId}");
    }
    if !customer.has_address("BILLING") {
        errors.push(
            "[customerId] has no BILLING address: POST /accounts/customers/{customerId}/addresses",
        );
    }
    match errors.is_empty() {
        true => Ok(()),
        false => {
            Err(refused("BAD_REQUEST", message, errors.into_iter().map(str::to_owned).collect()))
        }
    }
}
