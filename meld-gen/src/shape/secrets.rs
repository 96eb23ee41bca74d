//! Which properties are never shown in debug output.

// What the run-time redacts where a response repeats it. One table for both, so that nothing is shown by one of them.
#[path = "../../../meld-client/core/src/sensitive.rs"]
mod sensitive;

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
    sensitive::SENSITIVE_FIELDS.contains(&property)
        || SECRET_PLACES.iter().any(|(owner, name)| *owner == schema && *name == property)
}
