//! Which properties are never shown in debug output.

/// Properties that hold credentials, account numbers or personal data of the kind that identifies: JSON names, in
/// whatever schema they stand.
const SECRET_PROPERTIES: &[&str] = &[
    // Tokens and keys, and addresses that carry one.
    "accessToken",
    "connectToken",
    "kycShareToken",
    "kycToken",
    "meldPaymentMethodTokenId",
    "nonce",
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
    // Identity.
    "dateOfBirth",
    // Whatever a provider puts in: raw account data, links with tokens.
    "additionalInfo",
    "serviceProviderDetails",
];

/// Properties that are secret in one schema only: Rust name of the schema, JSON name.
const SECRET_PLACES: &[(&str, &str)] = &[
    // Card number, expiration and security code, or an account.
    ("PaymentMethodInput", "details"),
    // What went over the wire, as it was logged.
    ("ActivityResponse", "details"),
    ("ActivityResponse", "attributes"),
    ("DetailsResponse", "details"),
    // Who has the address can go on in the place of the customer.
    ("InitiateKycResponse", "url"),
    ("MultiFactorAuthorizationStatusOutput", "url"),
];

/// Whether the property is secret.
pub fn is_secret(schema: &str, property: &str) -> bool {
    SECRET_PROPERTIES.contains(&property)
        || SECRET_PLACES.iter().any(|(owner, name)| *owner == schema && *name == property)
}
