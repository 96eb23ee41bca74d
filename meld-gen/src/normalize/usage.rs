//! The directions in which component schemas are used.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::OpenAPI;

use super::prune;
use crate::model::Usage;
use crate::spec::visit::{self, SchemaRef, component_name};

/// Bodies of a PATCH that are complete, by the description of the operation: a missing field does not stay as it is.
const COMPLETE_BODIES: &[&str] = &["UpdateKycRequest"];

/// Returns the usage of every component schema that an operation reaches.
pub fn usage(api: &mut OpenAPI) -> BTreeMap<String, Usage> {
    let (mut sent, mut read) = (Vec::new(), Vec::new());
    visit::operations(api, &mut |pointer, _, _, operation| {
        let responses = format!("{pointer}/responses/");
        visit::operation_schemas(pointer, operation, &mut |at: &str, schema: &mut SchemaRef| {
            if let Some(name) = component_name(schema) {
                let list = if at.starts_with(&responses) { &mut read } else { &mut sent };
                list.push(name.to_owned());
            }
        });
    });
    let sent = prune::reachable_from(api, sent);
    let read = prune::reachable_from(api, read);
    let names: BTreeSet<&String> = sent.union(&read).collect();
    names
        .into_iter()
        .map(|name| (name.clone(), Usage { sent: sent.contains(name), read: read.contains(name) }))
        .collect()
}

/// Returns the component schemas that are bodies of a PATCH with changes, and of no other method.
pub fn patch_bodies(api: &mut OpenAPI) -> Vec<String> {
    let mut names = Vec::new();
    let mut others = BTreeSet::new();
    visit::operations(api, &mut |pointer, method, _, operation| {
        let body = format!("{pointer}/requestBody/content/application~1json/schema");
        visit::operation_schemas(pointer, operation, &mut |at: &str, schema: &mut SchemaRef| {
            let name = component_name(schema).map(str::to_owned).filter(|_| at == body);
            match method {
                "patch" => names.extend(name),
                _ => others.extend(name),
            }
        });
    });
    names.retain(|name| !others.contains(name) && !COMPLETE_BODIES.contains(&name.as_str()));
    names
}
