//! Path items, operations, parameters, bodies and responses, with their references replaced by the targets.

use std::collections::HashMap;

use indexmap::IndexMap;
use openapiv3::{
    CookieStyle, Encoding, HeaderStyle, MediaType, Operation, Parameter, ParameterData,
    ParameterSchemaOrContent, PathItem, PathStyle, Paths, QueryStyle, ReferenceOr, RequestBody,
    Response, Responses, StatusCode,
};
use serde_json::Value;

use super::{Lowering, Object};
use crate::error::{ErrorKind, Result, pointer_push};
use crate::spec::METHODS;
use crate::spec::visit::unbox;

/// Parameters by name and location, so that those of an operation override those of its path item.
type Parameters = IndexMap<(String, String), Parameter>;

/// A path item, or the target of its reference.
type Layer<'a> = (&'a Object, String);

impl<'a> Lowering<'a> {
    pub(super) fn paths(&mut self, root: &'a Object) -> Result<Paths> {
        let mut paths = IndexMap::new();
        let mut seen = HashMap::new();
        for (path, item) in self.map(root, "paths", "")?.into_iter().flatten() {
            if path.starts_with("x-") {
                continue;
            }
            let pointer = pointer_push("/paths", path);
            if !path.starts_with('/') {
                return Err(self.not_openapi(&pointer, "the path does not start with a slash"));
            }
            let item = self.path_item(path, item, &pointer)?;
            for (method, operation) in item.iter() {
                let id = operation.operation_id.clone().unwrap_or_default();
                let pointer = pointer_push(&pointer, method);
                if let Some(first) = seen.insert(id.clone(), pointer.clone()) {
                    return Err(self.error(
                        ErrorKind::DuplicateOperationId,
                        &pointer,
                        format!("the operationId `{id}` is already that of {first}"),
                        "give each operation an operationId of its own",
                    ));
                }
            }
            paths.insert(path.clone(), ReferenceOr::Item(item));
        }
        if seen.is_empty() {
            return Err(self.not_openapi("/paths", "the spec has no operations"));
        }
        Ok(Paths { paths, extensions: IndexMap::new() })
    }

    fn path_item(&mut self, path: &str, item: &'a Value, pointer: &str) -> Result<PathItem> {
        let layers = self.layers(item, pointer)?;
        let mut shared = Parameters::new();
        for (layer, pointer) in layers.iter().rev() {
            self.parameters(layer, pointer, &mut shared)?;
        }
        let mut lowered = PathItem::default();
        for (layer, pointer) in &layers {
            for (method, operation) in layer.iter().filter(|(key, _)| METHODS.contains(&&***key)) {
                let Some(slot) = slot(&mut lowered, method).filter(|slot| slot.is_none()) else {
                    continue;
                };
                let place = pointer_push(pointer, method);
                let operation = self.operation(operation, &place, &shared)?;
                self.check_path_parameters(path, &operation, &place)?;
                *slot = Some(operation);
            }
            lowered.summary = lowered.summary.or(self.prose(layer, "summary", pointer)?);
            lowered.description =
                lowered.description.or(self.prose(layer, "description", pointer)?);
            if lowered.servers.is_empty() {
                lowered.servers = self.typed(layer, "servers", pointer)?.unwrap_or_default();
            }
        }
        Ok(lowered)
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

    fn operation(
        &mut self,
        operation: &'a Value,
        pointer: &str,
        shared: &Parameters,
    ) -> Result<Operation> {
        let operation = self.object(operation, pointer, "the operation")?;
        let Some(operation_id) = self.owned_text(operation, "operationId", pointer)? else {
            return Err(self.not_openapi(pointer, "the operation has no operationId"));
        };
        for name in self.map(operation, "callbacks", pointer)?.into_iter().flat_map(Object::keys) {
            let place = pointer_push(&pointer_push(pointer, "callbacks"), name);
            self.notice(
                &place,
                "callbacks are requests to the client; no code is generated for them",
            );
        }
        let mut parameters = shared.clone();
        self.parameters(operation, pointer, &mut parameters)?;
        Ok(Operation {
            tags: self.typed(operation, "tags", pointer)?.unwrap_or_default(),
            summary: self.prose(operation, "summary", pointer)?,
            description: self.prose(operation, "description", pointer)?,
            external_docs: self.typed(operation, "externalDocs", pointer)?,
            operation_id: Some(operation_id),
            parameters: parameters.into_values().map(ReferenceOr::Item).collect(),
            request_body: self.request_body(operation, pointer)?,
            responses: self.responses(operation, pointer)?,
            deprecated: self.flag(operation, "deprecated", pointer)?.unwrap_or_default(),
            security: self.typed(operation, "security", pointer)?,
            servers: self.typed(operation, "servers", pointer)?.unwrap_or_default(),
            ..Operation::default()
        })
    }

    /// Checks that the placeholders of the path and the path parameters match.
    fn check_path_parameters(
        &self,
        path: &str,
        operation: &Operation,
        pointer: &str,
    ) -> Result<()> {
        let declared: Vec<&str> = operation
            .parameters
            .iter()
            .filter_map(|parameter| match parameter {
                ReferenceOr::Item(Parameter::Path { parameter_data, .. }) => {
                    Some(parameter_data.name.as_str())
                }
                _ => None,
            })
            .collect();
        let named = path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0));
        let named: Vec<&str> = named.collect();
        let missing = named.iter().find(|name| !declared.contains(name));
        let unused = declared.iter().find(|name| !named.contains(name));
        let what = match (missing, unused) {
            (None, None) => return Ok(()),
            (Some(name), _) => format!("the path has {{{name}}}, which is not a parameter"),
            (None, Some(name)) => format!("the parameter `{name}` is not in the path {path}"),
        };
        Err(self.not_openapi(pointer, what))
    }

    /// Adds the parameters of a path item or an operation.
    fn parameters(
        &mut self,
        owner: &'a Object,
        pointer: &str,
        parameters: &mut Parameters,
    ) -> Result<()> {
        let place = pointer_push(pointer, "parameters");
        let mut own = Parameters::new();
        let listed = self.list(owner, "parameters", pointer)?;
        for (index, parameter) in listed.into_iter().flatten().enumerate() {
            let place = pointer_push(&place, index);
            let Some((key, parameter)) = self.parameter(parameter, &place)? else {
                continue;
            };
            if own.contains_key(&key) {
                let what = format!("the parameter `{}` in {} occurs twice", key.0, key.1);
                return Err(self.not_openapi(&place, what));
            }
            own.insert(key, parameter);
        }
        parameters.extend(own);
        Ok(())
    }

    fn parameter(
        &mut self,
        parameter: &'a Value,
        pointer: &str,
    ) -> Result<Option<((String, String), Parameter)>> {
        let target = self.follow(parameter, pointer)?;
        let pointer = target.pointer.as_str();
        let object = self.object(target.value, pointer, "the parameter")?;
        let (Some(name), Some(place)) =
            (self.text(object, "name", pointer)?, self.text(object, "in", pointer)?)
        else {
            return Err(self.not_openapi(pointer, "the parameter has no `name` or no `in`"));
        };
        let set_by_client = ["accept", "authorization", "content-type"];
        if place == "header" && set_by_client.contains(&&*name.to_ascii_lowercase()) {
            let message = format!("OpenAPI reserves the header `{name}`; the parameter is dropped");
            self.notice(pointer, message);
            return Ok(None);
        }
        let parameter_data = ParameterData {
            name: name.to_owned(),
            description: self.description(object, pointer, target.description)?,
            required: self.flag(object, "required", pointer)?.unwrap_or_default(),
            deprecated: self.flag(object, "deprecated", pointer)?,
            format: self.parameter_format(object, pointer)?,
            example: self.example(object, pointer)?,
            examples: IndexMap::new(),
            explode: self.flag(object, "explode", pointer)?,
            extensions: IndexMap::new(),
        };
        let parameter = self.placed(object, pointer, place, parameter_data)?;
        Ok(Some(((name.to_owned(), place.to_owned()), parameter)))
    }

    fn placed(
        &self,
        object: &'a Object,
        pointer: &str,
        place: &str,
        parameter_data: ParameterData,
    ) -> Result<Parameter> {
        Ok(match place {
            "query" => Parameter::Query {
                parameter_data,
                allow_reserved: self.flag(object, "allowReserved", pointer)?.unwrap_or_default(),
                style: self.typed::<QueryStyle>(object, "style", pointer)?.unwrap_or_default(),
                allow_empty_value: self.flag(object, "allowEmptyValue", pointer)?,
            },
            "header" => Parameter::Header {
                parameter_data,
                style: self.typed::<HeaderStyle>(object, "style", pointer)?.unwrap_or_default(),
            },
            "cookie" => Parameter::Cookie {
                parameter_data,
                style: self.typed::<CookieStyle>(object, "style", pointer)?.unwrap_or_default(),
            },
            "path" if parameter_data.required => Parameter::Path {
                parameter_data,
                style: self.typed::<PathStyle>(object, "style", pointer)?.unwrap_or_default(),
            },
            "path" => {
                return Err(self.not_openapi(pointer, "a path parameter is not required"));
            }
            _ => {
                let what =
                    format!("`in` is `{place}`; expected `query`, `header`, `path` or `cookie`");
                return Err(self.not_openapi(&pointer_push(pointer, "in"), what));
            }
        })
    }

    fn parameter_format(
        &mut self,
        object: &'a Object,
        pointer: &str,
    ) -> Result<ParameterSchemaOrContent> {
        match (object.get("schema"), object.get("content")) {
            (Some(schema), None) => {
                let schema = self.schema(schema, &pointer_push(pointer, "schema"))?;
                Ok(ParameterSchemaOrContent::Schema(unbox(schema)))
            }
            (None, Some(_)) => {
                let content = self.content_types(object, pointer)?;
                if content.len() != 1 {
                    let place = pointer_push(pointer, "content");
                    let what = "the content of a parameter does not have exactly one media type";
                    return Err(self.not_openapi(&place, what));
                }
                Ok(ParameterSchemaOrContent::Content(content))
            }
            _ => Err(self.not_openapi(pointer, "the parameter needs either `schema` or `content`")),
        }
    }

    fn request_body(
        &mut self,
        operation: &'a Object,
        pointer: &str,
    ) -> Result<Option<ReferenceOr<RequestBody>>> {
        let Some(body) = operation.get("requestBody") else {
            return Ok(None);
        };
        let target = self.follow(body, &pointer_push(pointer, "requestBody"))?;
        let pointer = target.pointer.as_str();
        let body = self.object(target.value, pointer, "the request body")?;
        if !body.contains_key("content") {
            return Err(self.not_openapi(pointer, "the request body has no `content`"));
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
            let code = status_code(status);
            if code.is_none() && status != "default" {
                let what = format!(
                    "the status is `{status}`; expected one such as `200`, `2XX` or `default`"
                );
                return Err(self.not_openapi(&place, what));
            }
            let response = ReferenceOr::Item(self.response(response, &place)?);
            match code {
                Some(code) => drop(responses.responses.insert(code, response)),
                None => responses.default = Some(response),
            }
        }
        Ok(responses)
    }

    /// Reads a response without its headers and links, which generated code does not use.
    fn response(&mut self, response: &'a Value, pointer: &str) -> Result<Response> {
        let target = self.follow(response, pointer)?;
        let pointer = target.pointer.as_str();
        let response = self.object(target.value, pointer, "the response")?;
        let description = self.description(response, pointer, target.description)?;
        Ok(Response {
            description: description.unwrap_or_default(),
            content: self.content_types(response, pointer)?,
            ..Response::default()
        })
    }

    /// Returns the description of an entry; one beside the reference to the entry wins.
    fn description(
        &self,
        object: &'a Object,
        pointer: &str,
        beside: Option<&str>,
    ) -> Result<Option<String>> {
        let own = self.prose(object, "description", pointer)?;
        Ok(beside.map(str::to_owned).or(own))
    }

    fn content_types(
        &mut self,
        owner: &'a Object,
        pointer: &str,
    ) -> Result<IndexMap<String, MediaType>> {
        let mut content = IndexMap::new();
        let parent = pointer_push(pointer, "content");
        for (name, media) in self.map(owner, "content", pointer)?.into_iter().flatten() {
            let pointer = pointer_push(&parent, name);
            let media = self.object(media, &pointer, "the media type")?;
            let schema = match media.get("schema") {
                Some(schema) => {
                    Some(unbox(self.schema(schema, &pointer_push(&pointer, "schema"))?))
                }
                None => None,
            };
            let media = MediaType {
                schema,
                example: self.example(media, &pointer)?,
                encoding: self.encoding(media, &pointer)?,
                ..MediaType::default()
            };
            content.insert(name.clone(), media);
        }
        Ok(content)
    }

    /// Reads the encoding of the parts of a form, without the headers of those parts.
    fn encoding(&self, media: &'a Object, pointer: &str) -> Result<IndexMap<String, Encoding>> {
        let mut parts = IndexMap::new();
        let parent = pointer_push(pointer, "encoding");
        for (name, part) in self.map(media, "encoding", pointer)?.into_iter().flatten() {
            let pointer = pointer_push(&parent, name);
            let part = self.object(part, &pointer, "the encoding")?;
            let encoding = Encoding {
                content_type: self.owned_text(part, "contentType", &pointer)?,
                style: self.typed(part, "style", &pointer)?,
                explode: self.flag(part, "explode", &pointer)?.unwrap_or_default(),
                allow_reserved: self.flag(part, "allowReserved", &pointer)?.unwrap_or_default(),
                ..Encoding::default()
            };
            parts.insert(name.clone(), encoding);
        }
        Ok(parts)
    }

    /// Returns the example, or the value of the first of several.
    fn example(&self, owner: &'a Object, pointer: &str) -> Result<Option<Value>> {
        if let Some(example) = owner.get("example") {
            return Ok(Some(example.clone()));
        }
        let examples = self.map(owner, "examples", pointer)?;
        let Some((name, example)) = examples.and_then(|examples| examples.iter().next()) else {
            return Ok(None);
        };
        let pointer = pointer_push(&pointer_push(pointer, "examples"), name);
        Ok(self.follow(example, &pointer)?.value.get("value").cloned())
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

fn status_code(text: &str) -> Option<StatusCode> {
    match text.as_bytes() {
        [class @ b'1'..=b'5', b'X', b'X'] => Some(StatusCode::Range(u16::from(class - b'0'))),
        [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] => text.parse().ok().map(StatusCode::Code),
        _ => None,
    }
}
