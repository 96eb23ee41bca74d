//! Properties that responses also contain under another name than the documented one.

/// Rust name of the schema, documented JSON name of the property, and the other name.
const ALIASES: &[(&str, &str, &str)] = &[
    // The customer's id in the user's own system: `externalCustomerId` in requests and wherever another object refers
    // to the customer, `externalId` in the schemas of responses.
    ("Customer", "externalId", "externalCustomerId"),
    ("CustomerOutput", "externalId", "externalCustomerId"),
];

/// Returns the other name of a property, or `None` if it has only one.
pub fn alias(schema: &str, property: &str) -> Option<&'static str> {
    let mut aliases = ALIASES.iter();
    let found = aliases.find(|(owner, name, _)| *owner == schema && *name == property);
    found.map(|(_, _, alias)| *alias)
}
