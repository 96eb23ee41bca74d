//! Names of the methods, builders and setters of operations.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use openapiv3::OpenAPI;

use super::overrides::{FAMILY_WORDS, HEADER_NAMES, MANY, METHOD_NAMES, VERBS};
use crate::identifiers::{RESERVED_TYPES, pascal, snake};
use crate::model::ParameterLocation;
use crate::spec::visit;

/// Methods that generated clients and builders define.
const TAKEN_METHODS: &[&str] = &[
    "body",
    "into_request",
    "meld_version",
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
/// words of the family, else from the whole operationId if the short name is not unique. Names that still collide get numbers.
pub fn method_names(api: &mut OpenAPI, module: &str) -> BTreeMap<String, String> {
    let mut ids = Vec::new();
    visit::operations(api, &mut |_, _, _, operation| {
        ids.push(operation.operation_id.clone().unwrap_or_default());
    });
    let short: Vec<String> = ids.iter().map(|id| short_name(module, id)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &short {
        *counts.entry(name).or_default() += 1;
    }
    let wanted: Vec<String> = ids
        .iter()
        .zip(&short)
        .map(|(id, name)| match counts.get(name.as_str()) {
            Some(1) => name.clone(),
            _ => identifier(&verb_first(&snake(id))),
        })
        .collect();
    let mut taken = BTreeSet::new();
    // Names that nobody else wants come first, so that a number never takes one of them.
    let unique: BTreeSet<String> = wanted.iter().map(|name| builder_name(name)).collect();
    let mut names = BTreeMap::new();
    // By operationId, so that numbers do not depend on the order in the spec.
    let mut wanted: Vec<(String, String)> = ids.into_iter().zip(wanted).collect();
    wanted.sort();
    for (id, name) in wanted {
        let stem = name.trim_end_matches('_').to_owned();
        let numbered = (2..).map(|number: usize| format!("{stem}_{number}"));
        let numbered = numbered.filter(|name| !unique.contains(&builder_name(name)));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        let free = candidates.find(|name| !taken.contains(&builder_name(name))).unwrap_or(name);
        taken.insert(builder_name(&free));
        names.insert(id, free);
    }
    names
}

/// Returns the name of the builder that a method returns.
pub fn builder_name(method: &str) -> String {
    let name = pascal(method);
    if RESERVED_TYPES.contains(&name.as_str()) { format!("{name}Builder") } else { name }
}

fn short_name(module: &str, operation_id: &str) -> String {
    let explicit = METHOD_NAMES.iter().find(|(family, id, _)| *family == module && *id == operation_id);
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
    let Some((verb, nouns)) = words.split_last().filter(|(verb, nouns)| VERBS.contains(verb) && !nouns.is_empty())
    else {
        return name.to_owned();
    };
    let nouns = nouns.join("_");
    if MANY.contains(verb) { format!("{verb}_{nouns}") } else { format!("{verb}_{}", singular(&nouns)) }
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

/// Returns the names of the setters of parameters, which are distinct: a repeated name gets the location in front of it,
/// and else a number.
pub fn setter_names<'p>(parameters: impl Iterator<Item = (&'p str, ParameterLocation)>) -> Vec<String> {
    let parameters: Vec<_> = parameters.collect();
    let wanted: Vec<String> = parameters.iter().map(|(name, location)| setter_name(name, *location)).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut names = Vec::new();
    for ((_, location), name) in parameters.iter().zip(&wanted) {
        let located = format!("{}_{name}", location.name());
        let numbered = (2..).map(|number: usize| format!("{}{number}", name.trim_end_matches('_')));
        let candidates = [name.clone(), located].into_iter().chain(numbered);
        // A name that another parameter wants is left to that one.
        let is_free =
            |candidate: &String| !taken.contains(candidate) && (candidate == name || !wanted.contains(candidate));
        let free = candidates.into_iter().find(is_free).unwrap_or_default();
        taken.insert(free.clone());
        names.push(free);
    }
    names
}

fn setter_name(name: &str, location: ParameterLocation) -> String {
    let header = HEADER_NAMES.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
    match header {
        Some((_, rust)) if location == ParameterLocation::Header => (*rust).to_owned(),
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
