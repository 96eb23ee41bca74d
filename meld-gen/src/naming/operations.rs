//! Names of the methods, builders and setters of operations.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use openapiv3::OpenAPI;

use super::identifiers::{pascal, snake};
use super::overrides::{FAMILY_WORDS, HEADER_NAMES, MANY, METHOD_NAMES, RESERVED_TYPES, VERBS};
use crate::error::{Error, ErrorKind, Location, Result};
use crate::model::ParameterLocation;
use crate::spec::visit;

/// Methods that generated clients and builders define.
const TAKEN_METHODS: &[&str] = &[
    "body",
    "into_request",
    "new",
    "options",
    "options_mut",
    "send",
    "send_request",
    "transport",
    "with_retry_policy",
    "with_timeout",
];

/// Returns the method name of each operation by operationId: from the table, else from the operationId without the
/// words of the family, else from the whole operationId if the short name is not unique.
///
/// # Errors
/// Returns [`ErrorKind::NameCollision`] if two operations have the same method or builder name.
pub fn method_names(api: &mut OpenAPI, module: &str) -> Result<BTreeMap<String, String>> {
    let mut ids = Vec::new();
    visit::operations(api, &mut |pointer, _, _, operation| {
        ids.push((pointer.to_owned(), operation.operation_id.clone().unwrap_or_default()));
    });
    let short: Vec<String> = ids.iter().map(|(_, id)| short_name(module, id)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &short {
        *counts.entry(name).or_default() += 1;
    }
    let mut names = BTreeMap::new();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for ((pointer, id), name) in ids.iter().zip(&short) {
        let is_unique = counts.get(name.as_str()) == Some(&1);
        let name = if is_unique { name.clone() } else { identifier(&verb_first(&snake(id))) };
        if let Some(other) = owners.insert(builder_name(&name), id.clone()) {
            return Err(Error::new(
                ErrorKind::NameCollision,
                Location::at(format!("{pointer}/operationId")),
                format!(
                    "the operations `{other}` and `{id}` would both become the method `{name}`"
                ),
                "add a name for one of them to METHOD_NAMES",
            ));
        }
        names.insert(id.clone(), name);
    }
    Ok(names)
}

/// Returns the name of the builder that a method returns.
pub fn builder_name(method: &str) -> String {
    let name = pascal(method);
    if RESERVED_TYPES.contains(&name.as_str()) { format!("{name}Builder") } else { name }
}

fn short_name(module: &str, operation_id: &str) -> String {
    let explicit =
        METHOD_NAMES.iter().find(|(family, id, _)| *family == module && *id == operation_id);
    if let Some((_, _, name)) = explicit {
        return (*name).to_owned();
    }
    let full = operation_id.to_snake_case();
    let own: Vec<&str> = module.split('_').collect();
    let words = FAMILY_WORDS.iter().find(|(family, _)| *family == module).map(|(_, words)| *words);
    let family = words.unwrap_or(&own);
    let prefix = format!("{}_", family.join("_"));
    let short = full.strip_prefix(&prefix).filter(|rest| !rest.is_empty()).unwrap_or(&full);
    // The operation acts on the family itself: `accounts-customers-create` creates a customer.
    let whole = format!("{}_{short}", words.and_then(|words| words.last()).unwrap_or(&module));
    identifier(&verb_first(if VERBS.contains(&short) { &whole } else { short }))
}

/// Moves the verb of a name to its front: `transactions_search` becomes `search_transactions`, and
/// `connections_get`, which acts on one, becomes `get_connection`.
fn verb_first(name: &str) -> String {
    let words: Vec<&str> = name.split('_').collect();
    let Some((verb, nouns)) =
        words.split_last().filter(|(verb, nouns)| VERBS.contains(verb) && !nouns.is_empty())
    else {
        return name.to_owned();
    };
    let nouns = nouns.join("_");
    if MANY.contains(verb) {
        format!("{verb}_{nouns}")
    } else {
        format!("{verb}_{}", singular(&nouns))
    }
}

/// Returns the singular of an English plural by its ending.
fn singular(noun: &str) -> &str {
    match noun {
        _ if noun.ends_with("sses") => &noun[..noun.len() - 2],
        _ if noun.ends_with("ss") || noun.ends_with("details") => noun,
        _ => noun.strip_suffix('s').unwrap_or(noun),
    }
}

/// Returns a name that is not among the methods of clients and builders.
pub fn identifier(text: &str) -> String {
    let mut name = snake(text);
    if TAKEN_METHODS.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// Returns the name of the setter of a parameter.
pub fn setter_name(name: &str, place: ParameterLocation) -> String {
    let header = HEADER_NAMES.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
    match header {
        Some((_, rust)) if place == ParameterLocation::Header => (*rust).to_owned(),
        _ => identifier(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn method_names_start_with_verb() {
        for (module, id, name) in [
            ("bank_linking", "bank-linking-transactions-search", "search_transactions"),
            ("crypto", "/crypto-quote-get", "create_quote"),
            ("payments", "/payments-transactions-get", "get_transaction"),
            ("customer", "accounts-customers-kyc-initiate", "initiate_kyc"),
            ("customer", "accounts-customers-create", "create_customer"),
            ("service_providers", "service-providers-search", "search_service_providers"),
            ("webhooks", "webhooks-events-get", "list_event_types"),
            ("webhooks", "webhooks-", "webhooks"),
            ("webhooks", "webhooks-type", "type_"),
        ] {
            assert_eq!(short_name(module, id), name);
        }
    }
}
