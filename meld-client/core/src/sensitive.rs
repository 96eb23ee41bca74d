//! The fields of Meld's API that contain secrets.
//!
//! The generator marks these fields, so that debug output of generated types omits their values. This crate redacts the
//! values wherever a response repeats those of its request. Both compile this file.

/// The JSON names of fields with credentials, account numbers, or data that identifies or reaches a person. They apply
/// to every schema.
pub const SENSITIVE_FIELDS: &[&str] = &[
    // Tokens and keys, and URLs that carry one.
    "accessToken",
    "actionToken",
    "apiKey",
    "authorizationHandle",
    "buy_token",
    "connectToken",
    "kycShareToken",
    "kycToken",
    "meldPaymentMethodTokenId",
    "nonce",
    "password",
    "pay_token",
    "privateKey",
    "refreshToken",
    "secondFactorCode",
    "secret",
    "serviceProviderWidgetUrl",
    "sessionToken",
    "shareToken",
    "token",
    "widgetUrl",
    // Accounts and their holders.
    "accountHolderName",
    "accountNumber",
    "bban",
    "iban",
    "institutionNumber",
    "branchNumber",
    "mobileMoneyReference",
    "pixKey",
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
    "dob",
    "documentNumber",
    "passportNumber",
    "ssn",
    "taxId",
    "tin",
    // Contact data.
    "customerPhoneNumber",
    "email",
    "emails",
    "phone",
    "phoneNumber",
    "phoneNumbers",
    // Free-form data of providers: raw account data, links with tokens, sessions of Apple Pay.
    "additionalInfo",
    "merchantSession",
    "paymentSession",
    "serviceProviderDetails",
];
