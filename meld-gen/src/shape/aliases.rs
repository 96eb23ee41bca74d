//! Which properties the service sends under another name than the documented one.

/// Rust name of the schema, JSON name of the property as documented, and the other name.
const ALIASES: &[(&str, &str, &str)] = &[
    // The customer's id in the user's own system: `externalCustomerId` wherever something else names the customer and
    // where the customer is changed, `externalId` in the documents of what is read.
    ("Customer", "externalId", "externalCustomerId"),
    ("CustomerOutput", "externalId", "externalCustomerId"),
];

/// The other name under which the service may send a property.
pub fn alias(schema: &str, property: &str) -> Option<&'static str> {
    let mut aliases = ALIASES.iter();
    let found = aliases.find(|(owner, name, _)| *owner == schema && *name == property);
    found.map(|(_, _, alias)| *alias)
}
