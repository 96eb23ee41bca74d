//! Models of operations, which lose what generated code does not use.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{OpenAPI, Operation, ReferenceOr, SchemaKind, Type};

use super::contents::Contents;
use super::{multipart, parameters, security, servers};
use crate::error::Notice;
use crate::model::{Facts, OperationFacts, OperationModel};
use crate::naming::operations::{builder_name, identifier};
use crate::spec::visit::{self, component_name};

/// Returns the models of all operations, and normalizes their parameters.
pub fn normalize_operations(
    api: &mut OpenAPI,
    facts: &Facts,
    names: &BTreeMap<String, String>,
    contents: &BTreeMap<String, Contents>,
    notices: &mut Vec<Notice>,
) -> Vec<OperationModel> {
    let enums = parameters::enum_components(api);
    let pages = page_components(api);
    let keys = security::Keys::read(api);
    let roots = servers::Roots::read(api);
    let mut models = Vec::new();
    visit::operations(api, &mut |pointer, method, path, operation| {
        let facts = facts.operations.get(pointer).cloned().unwrap_or_default();
        let (tokens, credentials): (Vec<_>, Vec<_>) = keys.tokens_of(operation).into_iter().unzip();
        parameters::remove_headers(operation, &credentials);
        operation.parameters.extend(tokens.into_iter().map(ReferenceOr::Item));
        let path = facts.path.as_deref().unwrap_or(path);
        let mut model = OperationModel {
            parameters: parameters::normalize(operation, pointer, (&enums, credentials), notices),
            key: keys.of(operation),
            server: roots.of(operation, pointer, notices),
            path: parameters::sendable_path(path, pointer, notices),
            method: method.to_owned(),
            ..head(operation, names)
        };
        add_contents(&mut model, contents.get(pointer).cloned().unwrap_or_default());
        add_facts(&mut model, facts, is_page(operation, &pages));
        models.push(model);
        // progenitor acts on some extensions.
        operation.tags.clear();
        operation.callbacks.clear();
        operation.extensions.clear();
        operation.security = None;
        operation.servers.clear();
    });
    notices.extend(keys.notices());
    models
}

fn head(operation: &mut Operation, names: &BTreeMap<String, String>) -> OperationModel {
    let operation_id = operation.operation_id.clone().unwrap_or_default();
    let rust_name = names.get(&operation_id).cloned().unwrap_or_default();
    operation.operation_id = Some(rust_name.clone());
    OperationModel {
        summary: operation.summary.clone(),
        description: operation.description.clone(),
        deprecated: operation.deprecated,
        operation_id,
        builder_name: builder_name(&rust_name),
        rust_name,
        ..OperationModel::default()
    }
}

fn add_contents(model: &mut OperationModel, contents: Contents) {
    let Contents { body, response, multipart_body, multipart_response, success, success_without_content } = contents;
    (model.body_media, model.body) = body.unzip();
    model.response_media = response;
    model.multipart_body = multipart_body;
    model.multipart_response = multipart_response;
    if let Some(body) = &mut model.multipart_body {
        let parameters: Vec<&str> = model.parameters.iter().map(|it| it.rust_name.as_str()).collect();
        multipart::name_setters(body, &parameters, identifier);
    }
    model.success = success;
    model.success_without_content = success_without_content;
}

fn add_facts(model: &mut OperationModel, facts: OperationFacts, is_page: bool) {
    let has = |name: &str| model.parameters.iter().any(|parameter| parameter.name == name);
    model.is_paged = is_page && has("before") && has("after");
    model.success_body_statuses = facts.success_body_statuses;
    model.exclusive = facts.exclusive;
    model.error_codes = facts.error_codes;
    model.deprecation = facts.deprecation;
    model.minimum_version = facts.minimum_version;
    model.source = facts.source;
    for parameter in &mut model.parameters {
        parameter.minimum_version = facts.parameter_versions.get(&parameter.name).copied();
    }
    if !model.is_paged {
        // These are cursors of pages only; elsewhere they may be the ends of a period.
        let is_cursor = |name: &str| matches!(name, "before" | "after");
        model.exclusive.retain(|(one, other)| !is_cursor(one) || !is_cursor(other));
    }
}

/// Returns `true` if the response is a page.
fn is_page(operation: &mut Operation, pages: &BTreeSet<String>) -> bool {
    let responses = operation.responses.responses.values().filter_map(ReferenceOr::as_item);
    let mut schemas = responses.flat_map(|response| response.content.values()).filter_map(|it| it.schema.as_ref());
    schemas.any(|schema| component_name(schema).is_some_and(|name| pages.contains(name)))
}

/// Returns the components that are pages: `count`, `remaining`, and a list of objects that have a `key`.
fn page_components(api: &OpenAPI) -> BTreeSet<String> {
    let schemas = api.components.iter().flat_map(|components| &components.schemas);
    let objects: BTreeMap<&String, _> = schemas
        .filter_map(|(name, schema)| match &schema.as_item()?.schema_kind {
            SchemaKind::Type(Type::Object(object)) => Some((name, &object.properties)),
            _ => None,
        })
        .collect();
    let has_key = |name: &str| objects.get(&name.to_owned()).is_some_and(|properties| properties.contains_key("key"));
    let pages = objects.iter().filter(|(_, properties)| {
        let mut lists = properties.values().filter_map(|schema| match &schema.as_item()?.schema_kind {
            SchemaKind::Type(Type::Array(array)) => array.items.clone().map(visit::unbox),
            _ => None,
        });
        ["count", "remaining"].iter().all(|name| properties.contains_key(*name))
            && lists.any(|items| component_name(&items).is_some_and(has_key))
    });
    pages.map(|(name, _)| (*name).clone()).collect()
}
