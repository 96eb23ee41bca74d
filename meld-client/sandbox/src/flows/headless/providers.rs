//! The providers of headless orders.

use axum::http::StatusCode;

use crate::problem::Problem;

/// A provider of headless orders, with its requirements.
pub(crate) struct Provider {
    pub name: &'static str,
    /// The payment methods of orders that buy crypto.
    pub methods: &'static [&'static str],
    /// The payout methods of orders that sell crypto.
    pub payouts: &'static [&'static str],
    /// `true` if the customer must verify an email address and a mobile phone number.
    pub verifies_contacts: bool,
    /// The number of days after which the phone number must be verified again.
    pub reverify_within_days: Option<i64>,
    /// The agreements that the customer must accept.
    pub agreements: &'static [&'static str],
    pub kyc: Kyc,
}

/// The KYC that a provider requires.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kyc {
    None,
    /// Its own approval.
    Own,
    /// Meld's approval, its own, and further fields.
    Shared(&'static [&'static str]),
}

const fn provider(name: &'static str, methods: &'static [&'static str], kyc: Kyc) -> Provider {
    Provider { name, methods, payouts: &[], verifies_contacts: false, reverify_within_days: None, agreements: &[], kyc }
}

const fn bank(name: &'static str, methods: &'static [&'static str], payouts: &'static [&'static str]) -> Provider {
    Provider { payouts, ..provider(name, methods, Kyc::Own) }
}

pub(crate) static PROVIDERS: [Provider; 8] = [
    Provider { verifies_contacts: true, ..provider("MERCURYO", &["CREDIT_DEBIT_CARD", "APPLE_PAY"], Kyc::None) },
    Provider {
        verifies_contacts: true,
        reverify_within_days: Some(60),
        agreements: &["TERMS_OF_SERVICE", "PRIVACY_POLICY"],
        ..provider("COINBASEPAY", &["APPLE_PAY"], Kyc::None)
    },
    Provider {
        verifies_contacts: true,
        ..provider("BANXA", &["CREDIT_DEBIT_CARD"], Kyc::Shared(&["occupation", "sourceOfFunds"]))
    },
    Provider {
        verifies_contacts: true,
        agreements: &["TERMS_OF_SERVICE"],
        ..provider("STRIPE", &["CREDIT_DEBIT_CARD", "APPLE_PAY"], Kyc::Shared(&[]))
    },
    bank("NOAH", &["ACH", "SEPA", "PIX"], &["ACH", "PAYOUT_TO_BANK", "SEPA"]),
    bank("DUENETWORK", &["ACH", "SEPA", "PIX", "MOBILE_MONEY"], &["ACH", "SEPA", "MOBILE_MONEY"]),
    bank("BRALE", &["ACH"], &["ACH"]),
    bank("YELLOWCARD", &["MOBILE_MONEY"], &["MOBILE_MONEY", "NG_BANK_TRANSFER", "ZA_BANK_TRANSFER"]),
];

pub(crate) fn find(name: &str) -> Result<&'static Provider, Problem> {
    PROVIDERS.iter().find(|provider| provider.name == name).ok_or_else(|| {
        let message = format!("{name} has no headless orders");
        Problem::new(StatusCode::BAD_REQUEST, "HEADLESS_NOT_SUPPORTED", message)
    })
}

/// Creates the error for a payment method that a provider does not have.
pub(super) fn unsupported_method(provider: &Provider, methods: &[&str]) -> Problem {
    let message =
        format!("{} has no headless route for this payment method; it has {}", provider.name, methods.join(", "));
    Problem::new(StatusCode::BAD_REQUEST, "PAYMENT_METHOD_NOT_SUPPORTED", message)
}
