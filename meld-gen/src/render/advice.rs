//! Advice for documented error codes.

use std::collections::BTreeMap;

use crate::escape::code;

/// Advice for codes whose status does not say enough.
const BY_CODE: &[(&str, &str)] = &[
    ("ACCOUNT_BAD_CONFIGURATION", "complete the provider's integration in the dashboard"),
    ("ACCOUNT_OFFRAMP_NOT_ENABLED", "enable selling in the dashboard"),
    ("ACCOUNT_ONRAMP_NOT_ENABLED", "enable buying in the dashboard"),
    ("CUSTOMER_KYC_NOT_APPROVED", "retry after the customer's KYC is approved"),
    ("CUSTOMER_NOT_PAYMENT_READY", "retry after the process that `errors` names"),
    ("CUSTOMER_VERIFICATION_UNAVAILABLE", "retry later"),
    ("DUPLICATE_EXTERNAL_SESSION_ID", "retry with a new `externalSessionId`"),
    ("EXTERNAL_ORDER_ID_NOT_UNIQUE", "retry with a new `externalOrderId`"),
    ("HEADLESS_PAYMENT_IN_PROGRESS", "retry later with the same idempotency key"),
    ("HEADLESS_PAYMENT_OUTCOME_UNKNOWN", "look for the order before you create another"),
    ("HEADLESS_PROVIDER_REJECTED", "create an order with a new key and `externalOrderId`"),
    ("IDEMPOTENCY_KEY_REQUIRED", "retry with an idempotency key"),
    ("INVALID_SESSION_ID", "create another order"),
    ("KYC_NOT_COMPLETED", "retry after the customer's KYC is approved"),
    ("LEGAL_ACCEPTANCE_REQUIRED", "retry after the customer has accepted the provider's terms"),
    ("NOT_SUPPORTED", "choose another provider"),
    ("PAYMENT_METHOD_NOT_SUPPORTED", "create another quote"),
    ("SERVICE_PROVIDER_AUTHENTICATION_EXCEPTION", "contact Meld's support"),
    ("SERVICE_PROVIDER_NOT_ENABLED", "enable the provider in the dashboard"),
    ("TRANSACTION_FETCH_BY_SESSION_NOT_YET_CREATED_WITH_PROVIDER", "poll; it may come later"),
    ("TRANSACTION_FETCH_BY_SESSION_PROVIDER_UNSUPPORTED", "wait for the webhook"),
    ("TRANSFER_IN_PROGRESS", "retry later"),
    ("VERIFICATION_REQUIRED", "retry after the verification that `errors` names"),
    ("WHITELABEL_NOT_ENABLED", "ask Meld to enable white-label use"),
];

/// Returns the list items for the error codes of an operation: a status, its advice and the codes.
pub fn items(codes: &BTreeMap<u16, Vec<String>>) -> Vec<String> {
    let mut items = Vec::new();
    for (status, codes) in codes {
        let mut by_advice: Vec<(&str, Vec<String>)> = Vec::new();
        for name in codes {
            let advice = advice(*status, name);
            match by_advice.iter_mut().find(|(known, _)| *known == advice) {
                Some((_, names)) => names.push(code(name)),
                None => by_advice.push((advice, vec![code(name)])),
            }
        }
        let item = |(advice, names): (&str, Vec<String>)| format!("- {status} {}: {advice}.", names.join(", "));
        items.extend(by_advice.into_iter().map(item));
    }
    items
}

fn advice(status: u16, code: &str) -> &'static str {
    let by_code = BY_CODE.iter().find(|(known, _)| *known == code).map(|(_, advice)| *advice);
    by_code.unwrap_or(match status {
        401 => "check the API key and the environment",
        403 => "contact Meld's support if the account should be allowed to do this",
        404 => "check the id or the combination",
        408 | 429 => "retry later",
        409 => "get the current state first",
        425 => "retry later with the same idempotency key",
        500.. => "retry reads later; contact Meld's support if it persists",
        _ => "change the request",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_grouped_by_advice() {
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        let codes = BTreeMap::from([
            (400, codes(&["BAD_REQUEST", "INVALID_AMOUNT", "NOT_SUPPORTED"])),
            (408, codes(&["QUOTE_TIMEOUT"])),
        ]);
        assert_eq!(
            items(&codes),
            [
                "- 400 `BAD_REQUEST`, `INVALID_AMOUNT`: change the request.",
                "- 400 `NOT_SUPPORTED`: choose another provider.",
                "- 408 `QUOTE_TIMEOUT`: retry later.",
            ]
        );
    }
}
