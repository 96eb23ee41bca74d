//! Properties that `Debug` output redacts.

// The table of the runtime, which redacts the same properties in error bodies.
#[path = "../../../meld-client/core/src/sensitive.rs"]
mod fields;

/// Properties that are sensitive in one schema only: Rust name of the schema, JSON name.
const SENSITIVE_IN_SCHEMA: &[(&str, &str)] = &[
    // Card number, expiration and security code, or an account.
    ("PaymentMethodInput", "details"),
    // Logged requests and responses.
    ("ActivityResponse", "details"),
    ("ActivityResponse", "attributes"),
    ("DetailsResponse", "details"),
    // Anyone who has the URL can continue in the customer's name.
    ("InitiateKycResponse", "url"),
    ("MultiFactorAuthorizationStatusOutput", "url"),
    ("MercuryoPayment", "redirect_url"),
    ("TransferVerification", "url"),
    // One-time codes, and the contact that they go to.
    ("ConfirmVerificationRequest", "code"),
    ("CreateVerificationRequest", "target"),
    ("VerificationResponse", "target"),
    // The address of a person that pays by Apple Pay.
    ("MercuryoNativeApplePayRequest", "billing_address"),
    // Short-lived credentials for Meld's SDKs.
    ("HeadlessOrderOnrampResponse", "paymentActions"),
];

/// Returns `true` if the property is sensitive.
pub fn is_sensitive(schema: &str, property: &str) -> bool {
    fields::SENSITIVE_FIELDS.contains(&property)
        || SENSITIVE_IN_SCHEMA.iter().any(|(owner, name)| *owner == schema && *name == property)
}
