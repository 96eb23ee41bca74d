//! Which fields of Meld's API hold secrets.
//!
//! The generator marks these fields, so that debug output of generated types does not show them. This crate redacts
//! their values where a response repeats those of its request. Both compile this one file.

/// Fields that hold credentials, account numbers or personal data that identifies or reaches a person: JSON names, in
/// whatever schema they stand.
pub const SENSITIVE_FIELDS: &[&str] = &[
    // Tokens and keys, and URLs that carry one.
    "accessToken",
    "apiKey",
    "connectToken",
    "kycShareToken",
    "kycToken",
    "meldPaymentMethodTokenId",
    "nonce",
    "password",
    "privateKey",
    "refreshToken",
    "secret",
    "serviceProviderWidgetUrl",
    "token",
    "widgetUrl",
    // Account numbers.
    "accountNumber",
    "bban",
    "iban",
    "institutionNumber",
    "branchNumber",
    "routingNumber",
    "sortCode",
    // Cards.
    "cardNumber",
    "cvc",
    "cvv",
    "expiration",
    "securityCode",
    // Identity.
    "dateOfBirth",
    "documentNumber",
    "passportNumber",
    "ssn",
    "taxId",
    // How to reach a person.
    "customerPhoneNumber",
    "email",
    "emails",
    "phone",
    "phoneNumber",
    "phoneNumbers",
    // Whatever a provider puts in: raw account data, links with tokens.
    "additionalInfo",
    "serviceProviderDetails",
];
