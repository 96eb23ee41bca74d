//! Path items, operations, bodies and responses, with their references replaced by the targets.

use std::collections::HashSet;
use std::fmt;

use indexmap::IndexMap;
use openapiv3::{Operation, Parameter, PathItem, Paths, ReferenceOr, RequestBody, Response, Responses, StatusCode};
use serde_json::Value;

use super::parameters::{Parameters, path_parameter};
use super::{Lowering, Object, operation_ids, unknown};
use crate::error::{Result, pointer_push};
use crate::spec::METHODS;
use crate::spec::visit::{methods_mut, names_in_path};

/// A path item, or the target of its reference.
type Layer<'a> = (&'a Object, String);

impl<'a> Lowering<'a> {
    pub(super) fn paths(&mut self, root: &'a Object) -> Result<Paths> {
        let mut paths = IndexMap::new();
        let mut shared = HashSet::new();
        for (path, item) in self.map(root, "paths", "")?.into_iter().flatten() {
            if path.starts_with("x-") {
                continue;
            }
            let pointer = pointer_push("/paths", path);
            if !path.starts_with('/') {
                return Err(self.not_openapi(&pointer, "the path does not start with a slash"));
            }
            if item.get("$ref").is_some() {
                shared.insert(path.clone());
            }
            let item = self.path_item(path, item, &pointer)?;
            paths.insert(path.clone(), ReferenceOr::Item(item));
        }
        let mut paths = Paths { paths, extensions: IndexMap::new() };
        for (pointer, message) in operation_ids::make_unique(&mut paths, &shared) {
            self.notice(&pointer, message);
        }
        let mut items = paths.paths.values().filter_map(ReferenceOr::as_item);
        if items.all(|item| item.iter().next().is_none()) {
            self.notice("/paths", "the spec has no operations; its client has no methods");
        }
        Ok(paths)
    }

    fn path_item(&mut self, path: &str, item: &'a Value, pointer: &str) -> Result<PathItem> {
        let layers = self.layers(item, pointer)?;
        let mut shared = Parameters::new();
        for (layer, pointer) in layers.iter().rev() {
            self.parameters(layer, pointer, &mut shared)?;
        }
        let mut lowered = PathItem::default();
        for (layer, pointer) in &layers {
            self.report_path_item(layer, pointer)?;
            for (method, operation) in layer.iter().filter(|(key, _)| METHODS.contains(&&***key)) {
                let Some(slot) = slot(&mut lowered, method).filter(|slot| slot.is_none()) else {
                    continue;
                };
                let place = pointer_push(pointer, method);
                let mut operation = self.operation(operation, &place, &shared)?;
                self.match_path_parameters(path, &mut operation, &place);
                *slot = Some(operation);
            }
            lowered.summary = lowered.summary.or(self.prose(layer, "summary", pointer)?);
            lowered.description = lowered.description.or(self.prose(layer, "description", pointer)?);
            if lowered.servers.is_empty() {
                lowered.servers = self.servers(layer, pointer)?;
            }
        }
        let servers = lowered.servers.clone();
        let operations = methods_mut(&mut lowered).filter(|(_, it)| it.servers.is_empty());
        operations.for_each(|(_, operation)| operation.servers.clone_from(&servers));
        Ok(lowered)
    }

    /// Reports entries of a path item that no client sends, such as methods that HTTP clients do not know.
    fn report_path_item(&mut self, item: &'a Object, pointer: &str) -> Result<()> {
        const KNOWN: [&str; 7] =
            ["$ref", "additionalOperations", "description", "parameters", "query", "servers", "summary"];
        let is_known = |key: &str| METHODS.contains(&key) || KNOWN.contains(&key) || key.starts_with("x-");
        for key in item.keys().filter(|key| !is_known(key)) {
            let message = format!("OpenAPI 3.2 has no method `{key}`; no code is generated for it");
            self.notice(&pointer_push(pointer, key), message);
        }
        let others = self.map(item, "additionalOperations", pointer)?.into_iter().flatten();
        let place = pointer_push(pointer, "additionalOperations");
        let others = others.map(|(method, _)| (pointer_push(&place, method), method.as_str()));
        let query = item.contains_key("query").then(|| (pointer_push(pointer, "query"), "QUERY"));
        for (place, method) in query.into_iter().chain(others) {
            let message = format!("the client does not send the method `{method}`; no code is generated for it");
            self.notice(&place, message);
        }
        Ok(())
    }

    /// Returns the path item and the targets of its references, because `$ref` may have siblings in a path item.
    fn layers(&self, item: &'a Value, pointer: &str) -> Result<Vec<Layer<'a>>> {
        let mut layers = vec![(self.object(item, pointer, "the path item")?, pointer.to_owned())];
        // Resolving the whole chain first detects endless chains.
        self.follow(item, pointer)?;
        let (mut item, mut pointer) = (item, pointer.to_owned());
        while let Some(reference) = self.reference_in(item, &pointer)? {
            (pointer, item) = self.resolve(reference, &pointer)?;
            layers.push((self.object(item, &pointer, "the path item")?, pointer.clone()));
        }
        Ok(layers)
    }

    fn operation(&mut self, operation: &'a Value, pointer: &str, shared: &Parameters) -> Result<Operation> {
        let operation = self.object(operation, pointer, "the operation")?;
        self.report_unknown(operation, pointer, unknown::OPERATION);
        for name in self.map(operation, "callbacks", pointer)?.into_iter().flat_map(Object::keys) {
            let place = pointer_push(&pointer_push(pointer, "callbacks"), name);
            self.notice(&place, "callbacks are requests to the client; no code is generated for them");
        }
        let mut parameters = shared.clone();
        self.parameters(operation, pointer, &mut parameters)?;
        Ok(Operation {
            summary: self.prose(operation, "summary", pointer)?,
            description: self.prose(operation, "description", pointer)?,
            operation_id: self.owned_text(operation, "operationId", pointer)?,
            parameters: parameters.into_values().map(ReferenceOr::Item).collect(),
            request_body: self.request_body(operation, pointer)?,
            responses: self.responses(operation, pointer)?,
            deprecated: self.flag(operation, "deprecated", pointer)?.unwrap_or_default(),
            tags: self.annotation(operation, "tags", pointer).unwrap_or_default(),
            external_docs: self.annotation(operation, "externalDocs", pointer),
            security: self.security(operation, pointer)?,
            servers: self.servers(operation, pointer)?,
            ..Operation::default()
        })
    }

    /// Makes the path parameters those that the path names: adds the missing ones as strings, and removes the others.
    fn match_path_parameters(&mut self, path: &str, operation: &mut Operation, pointer: &str) {
        let named: Vec<&str> = names_in_path(path).collect();
        operation.parameters.retain(|parameter| match parameter {
            ReferenceOr::Item(Parameter::Path { parameter_data, .. })
                if !named.contains(&parameter_data.name.as_str()) =>
            {
                let name = &parameter_data.name;
                self.notice(pointer, format!("the path has no parameter `{name}`; dropped"));
                false
            }
            _ => true,
        });
        for name in named {
            let is_known = operation.parameters.iter().any(|parameter| {
                matches!(parameter, ReferenceOr::Item(Parameter::Path { parameter_data, .. })
                    if parameter_data.name == name)
            });
            if !is_known {
                self.notice(pointer, format!("the path has {{{name}}}, which is not a parameter; it is a string"));
                operation.parameters.push(ReferenceOr::Item(path_parameter(name)));
            }
        }
    }

    fn request_body(&mut self, operation: &'a Object, pointer: &str) -> Result<Option<ReferenceOr<RequestBody>>> {
        let Some(body) = self.present(operation, "requestBody", pointer) else {
            return Ok(None);
        };
        let target = self.follow(body, &pointer_push(pointer, "requestBody"))?;
        let pointer = target.pointer.as_str();
        let body = self.object(target.value, pointer, "the request body")?;
        self.report_unknown(body, pointer, unknown::REQUEST_BODY);
        if self.map(body, "content", pointer)?.is_none_or(Object::is_empty) {
            self.notice(pointer, "the request body has no `content`; the operation sends no body");
            return Ok(None);
        }
        Ok(Some(ReferenceOr::Item(RequestBody {
            description: self.description(body, pointer, target.description)?,
            content: self.content_types(body, pointer)?,
            required: self.flag(body, "required", pointer)?.unwrap_or_default(),
            extensions: IndexMap::new(),
        })))
    }

    fn responses(&mut self, operation: &'a Object, pointer: &str) -> Result<Responses> {
        let mut responses = Responses::default();
        let place = pointer_push(pointer, "responses");
        for (status, response) in self.map(operation, "responses", pointer)?.into_iter().flatten() {
            let place = pointer_push(&place, status);
            if status.starts_with("x-") {
                continue;
            }
            let Some(key) = ResponseKey::read(status) else {
                self.notice(&place, format!("the status `{status}` is none of HTTP; the response is dropped"));
                continue;
            };
            let name = key.to_string();
            if name != *status {
                self.notice(&place, format!("the status counts as `{name}`"));
            }
            let response = ReferenceOr::Item(self.response(response, &place)?);
            let is_new = match key {
                ResponseKey::Status(code) if responses.responses.contains_key(&code) => false,
                ResponseKey::Status(code) => responses.responses.insert(code, response).is_none(),
                ResponseKey::Default if responses.default.is_some() => false,
                ResponseKey::Default => responses.default.replace(response).is_none(),
            };
            if !is_new {
                self.notice(&place, format!("another response is that of `{name}` already; dropped"));
            }
        }
        Ok(responses)
    }

    /// Reads a response without its headers, which users read untyped, and without its links.
    fn response(&mut self, response: &'a Value, pointer: &str) -> Result<Response> {
        let target = self.follow(response, pointer)?;
        let pointer = target.pointer.as_str();
        let response = self.object(target.value, pointer, "the response")?;
        self.report_unknown(response, pointer, unknown::RESPONSE);
        if self.map(response, "headers", pointer)?.is_some_and(|headers| !headers.is_empty()) {
            let message = "headers have no types; the `headers` of a response or error has them as received";
            self.notice(&pointer_push(pointer, "headers"), message);
        }
        if self.map(response, "links", pointer)?.is_some_and(|links| !links.is_empty()) {
            let message = "links describe other calls; no code is generated for them";
            self.notice(&pointer_push(pointer, "links"), message);
        }
        let description = self.description(response, pointer, target.description)?;
        let summary = self.prose(response, "summary", pointer)?;
        Ok(Response {
            description: description.or(summary).unwrap_or_default(),
            content: self.content_types(response, pointer)?,
            ..Response::default()
        })
    }

    /// Returns the description of an entry; one beside the reference to the entry wins.
    pub(super) fn description(
        &self,
        object: &'a Object,
        pointer: &str,
        beside: Option<&str>,
    ) -> Result<Option<String>> {
        let own = self.prose(object, "description", pointer)?;
        Ok(beside.map(str::to_owned).or(own))
    }

    /// Returns the example, or the value of the first of several. A malformed one counts as none.
    pub(super) fn example(&self, owner: &'a Object, pointer: &str) -> Option<Value> {
        if let Some(example) = owner.get("example") {
            return Some(example.clone());
        }
        let (name, example) = owner.get("examples")?.as_object()?.iter().next()?;
        let pointer = pointer_push(&pointer_push(pointer, "examples"), name);
        let example = self.follow(example, &pointer).ok()?.value;
        example.get("value").or_else(|| example.get("dataValue")).cloned()
    }
}

fn slot<'p>(item: &'p mut PathItem, method: &str) -> Option<&'p mut Option<Operation>> {
    Some(match method {
        "get" => &mut item.get,
        "put" => &mut item.put,
        "post" => &mut item.post,
        "delete" => &mut item.delete,
        "options" => &mut item.options,
        "head" => &mut item.head,
        "patch" => &mut item.patch,
        "trace" => &mut item.trace,
        _ => return None,
    })
}

/// The key of a response.
enum ResponseKey {
    Status(StatusCode),
    Default,
}

impl ResponseKey {
    /// Reads a key, in any letter case and with whitespace around it.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        match text.as_bytes() {
            b"DEFAULT" => Some(Self::Default),
            [class @ b'1'..=b'5', b'X', b'X'] => Some(Self::Status(StatusCode::Range(u16::from(class - b'0')))),
            [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] => text.parse().ok().map(StatusCode::Code).map(Self::Status),
            _ => None,
        }
    }
}

impl fmt::Display for ResponseKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => status.fmt(formatter),
            Self::Default => formatter.write_str("default"),
        }
    }
}
