//! Removal of component schemas that no operation reaches (most of what Meld publishes).

use std::collections::BTreeSet;

use openapiv3::OpenAPI;

use crate::spec::visit::{self, SchemaRef, component_name, references_in};

/// Keeps the component schemas that operations reach, in the order of the spec.
pub fn prune(api: &mut OpenAPI) {
    let reached = reachable_from_operations(api);
    if let Some(components) = &mut api.components {
        components.schemas.retain(|name, _| reached.contains(name));
    }
}

fn reachable_from_operations(api: &mut OpenAPI) -> BTreeSet<String> {
    let mut open = Vec::new();
    visit::operations(api, &mut |pointer, _, _, operation| {
        visit::operation_schemas(pointer, operation, &mut |_: &str, schema: &mut SchemaRef| {
            open.extend(component_name(schema).map(str::to_owned));
        });
    });
    reachable_from(api, open)
}

/// Returns the given component schemas and all that they reach.
pub fn reachable_from(api: &mut OpenAPI, mut open: Vec<String>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !reached.insert(name.clone()) {
            continue;
        }
        let schema = api.components.as_mut().and_then(|c| c.schemas.get_mut(&name));
        if let Some(schema) = schema {
            open.extend(references_in(schema));
        }
    }
    reached
}
