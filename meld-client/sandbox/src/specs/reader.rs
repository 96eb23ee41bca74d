//! Reads the operations of a spec.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::operation::{Credential, Operation, Parameter, ParameterLocation};
use super::paths::escape;
use super::spec::Spec;
use super::version::ApiVersion;
use crate::error::Error;

/// The headers that OpenAPI reserves: parameters of these names are ignored.
const RESERVED_HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// The extension with the oldest version in which an operation or a parameter has its meaning.
const MINIMUM_VERSION: &str = "x-minimum-version";

pub(super) fn operations(spec: &Arc<Spec>) -> Result<Vec<Operation>, Error> {
    let mut operations = Vec::new();
    let none = Map::new();
    let paths = spec.root.get("paths").and_then(Value::as_object).unwrap_or(&none);
    for path in paths.keys().filter(|path| path.starts_with('/')) {
        let own = format!("/paths/{}", escape(path));
        // The methods of a path item override those that its `$ref` leads to.
        let mut methods = BTreeMap::new();
        for item in [spec.follow(own.clone()).map(|(pointer, _)| pointer), Some(own)] {
            let Some(item) = item else { continue };
            let fields = spec.root.pointer(&item).and_then(Value::as_object);
            for name in fields.into_iter().flatten().map(|(name, _)| name.as_str()) {
                // Other keys are descriptions and parameters.
                if let Some(method) = method_of(name) {
                    methods.insert(name, (method, item.clone()));
                }
            }
        }
        for (name, (method, item)) in methods {
            let pointer = format!("{item}/{name}");
            let Some(operation) = spec.root.pointer(&pointer) else { continue };
            operations.push(Reader { spec, operation, item, pointer }.read(method, path)?);
        }
    }
    Ok(operations)
}

fn method_of(name: &str) -> Option<Method> {
    match name {
        "get" => Some(Method::GET),
        "post" => Some(Method::POST),
        "put" => Some(Method::PUT),
        "patch" => Some(Method::PATCH),
        "delete" => Some(Method::DELETE),
        "head" => Some(Method::HEAD),
        "options" => Some(Method::OPTIONS),
        "trace" => Some(Method::TRACE),
        _ => None,
    }
}

struct Reader<'a> {
    spec: &'a Arc<Spec>,
    operation: &'a Value,
    /// The JSON pointer of the path item.
    item: String,
    pointer: String,
}

impl Reader<'_> {
    fn read(&self, method: Method, path: &str) -> Result<Operation, Error> {
        let (success, response) = self.success();
        let holder = |found: &Option<(String, &Value)>, find: fn(&Spec, &str) -> Option<String>| {
            found.as_ref().and_then(|(pointer, _)| find(self.spec, pointer))
        };
        let body = self.spec.follow(format!("{}/requestBody", self.pointer));
        let is_variant = self.spec.variants.contains(&self.pointer);
        let sent_path = path.split('#').next().filter(|_| is_variant).unwrap_or(path);
        let is_required = |body: &Value| body.get("required").and_then(Value::as_bool);
        Ok(Operation {
            spec: Arc::clone(self.spec),
            pointer: self.pointer.clone(),
            family: self.spec.family.clone(),
            version: self.spec.version,
            id: self.operation.get("operationId").and_then(Value::as_str).unwrap_or(path).to_owned(),
            method,
            path: sent_path.to_owned(),
            is_variant,
            credential: self.credential(),
            parameters: self.parameters()?,
            success,
            error_codes: self.error_codes(),
            open: self.is_open(),
            later_version: self.later_version(),
            request_required: body.as_ref().and_then(|(_, body)| is_required(body)).unwrap_or(false),
            request: holder(&body, content),
            multipart_request: holder(&body, multipart_data),
            response: holder(&response, content),
            multipart_response: holder(&response, multipart_data),
        })
    }

    fn error(&self, message: &str) -> Error {
        Error::Spec { name: self.spec.name.clone(), message: format!("{}: {message}", self.pointer) }
    }

    /// Returns the newest version that the operation or one of its parameters needs, if it is newer than the spec. What is
    /// no date needs none: only supplements have been checked.
    fn later_version(&self) -> Option<ApiVersion> {
        let parameters = self.operation.get("parameters").and_then(Value::as_array);
        let holders = parameters.into_iter().flatten().chain([self.operation]);
        let dates = holders.filter_map(|holder| holder.get(MINIMUM_VERSION).and_then(Value::as_str));
        let later = dates.filter_map(|date| date.parse().ok()).max();
        later.filter(|later| *later > self.spec.version)
    }

    /// Returns `true` if the `security` of the operation, or else of the spec, requires no API key.
    fn is_open(&self) -> bool {
        let own = self.operation.get("security");
        let security = own.or(self.spec.root.get("security")).and_then(Value::as_array);
        let is_empty = |scheme: &Value| scheme.as_object().is_some_and(Map::is_empty);
        security.is_none_or(|security| security.is_empty() || security.iter().any(is_empty))
    }

    /// Returns the credential that the `security` of the operation, or else of the spec, requires: that of the first
    /// alternative that clients can satisfy, or the API key if one alternative takes nothing else.
    fn credential(&self) -> Credential {
        let security = self.operation.get("security").or(self.spec.root.get("security")).and_then(Value::as_array);
        let alternatives = || security.into_iter().flatten().filter_map(Value::as_object).filter(|it| !it.is_empty());
        let known = |names: &&Map<String, Value>| names.keys().all(|name| self.scheme(name).is_some());
        let is_key = |name: &String| self.scheme(name) == Some(Credential::ApiKey);
        let only_key = |names: &&Map<String, Value>| names.keys().all(is_key);
        let chosen = alternatives().find(only_key).or_else(|| alternatives().find(known));
        let Some(chosen) = chosen.filter(|names| !names.keys().any(is_key)) else { return Credential::ApiKey };
        chosen.keys().find_map(|name| self.scheme(name)).unwrap_or(Credential::ApiKey)
    }

    /// Returns the credential of a security scheme; `None` for one that clients do not have.
    fn scheme(&self, name: &str) -> Option<Credential> {
        let scheme = self.spec.root.pointer(&format!("/components/securitySchemes/{}", escape(name)))?;
        let text = |key| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
        match (text("type"), text("in")) {
            ("http", _) if text("scheme").eq_ignore_ascii_case("bearer") => Some(Credential::BearerToken),
            ("apiKey", "header") if text("name").eq_ignore_ascii_case("authorization") => Some(Credential::ApiKey),
            ("apiKey", "header") => Some(Credential::Header(text("name").to_ascii_lowercase())),
            _ => None,
        }
    }

    /// Returns the first success status and its response: 201 for an operation that creates. Without a 2xx code, `2XX`
    /// and `default` mean 200; otherwise the first redirect is used.
    fn success(&self) -> (StatusCode, Option<(String, &Value)>) {
        let responses = self.operation.get("responses").and_then(Value::as_object);
        let names: Vec<&str> = responses.into_iter().flatten().map(|(status, _)| status.as_str()).collect();
        let first = |is_match: &dyn Fn(&str) -> bool| names.iter().copied().find(|name| is_match(name.trim()));
        let is_code = |name: &str| name.bytes().all(|digit| digit.is_ascii_digit());
        let name = first(&|name| name == "201")
            .or_else(|| first(&|name| name.starts_with('2') && is_code(name)))
            .or_else(|| first(&|name| name.starts_with('2')))
            .or_else(|| first(&|name| name.eq_ignore_ascii_case("default")))
            .or_else(|| first(&|name| name.starts_with('3')))
            .unwrap_or_default();
        let status = match name.trim() {
            "3XX" | "3xx" => StatusCode::FOUND,
            name => name.parse().unwrap_or(StatusCode::OK),
        };
        let has_body = ![StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT, StatusCode::NOT_MODIFIED].contains(&status);
        let response = self.spec.follow(format!("{}/responses/{name}", self.pointer));
        (status, response.filter(|_| has_body))
    }

    /// Returns the error codes that responses document in `x-error-codes`.
    fn error_codes(&self) -> Vec<(StatusCode, String)> {
        let responses = self.operation.get("responses").and_then(Value::as_object);
        let mut found = Vec::new();
        for (status, response) in responses.into_iter().flatten() {
            let Ok(status) = status.trim().parse::<StatusCode>() else { continue };
            let codes = response.get("x-error-codes").and_then(Value::as_array);
            let codes = codes.into_iter().flatten().filter_map(Value::as_str);
            found.extend(codes.map(|code| (status, code.to_owned())));
        }
        found.sort();
        found
    }

    /// Returns the parameters of the operation and those of its path that it does not override.
    fn parameters(&self) -> Result<Vec<Parameter>, Error> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for owner in [&self.pointer, &self.item] {
            let listed = self.spec.root.pointer(&format!("{owner}/parameters"));
            let count = listed.and_then(Value::as_array).map_or(0, Vec::len);
            for index in 0..count {
                let Some(parameter) = self.parameter(format!("{owner}/parameters/{index}"))? else {
                    continue;
                };
                let is_match =
                    |known: &Parameter| (&known.name, known.location) == (&parameter.name, parameter.location);
                if !parameters.iter().any(is_match) {
                    parameters.push(parameter);
                }
            }
        }
        Ok(parameters)
    }

    /// Returns a parameter; `None` for cookies and reserved headers, which clients do not send.
    fn parameter(&self, pointer: String) -> Result<Option<Parameter>, Error> {
        let followed = self.spec.follow(pointer);
        let (pointer, parameter) = followed.ok_or_else(|| self.error("a parameter's reference is dangling"))?;
        let text = |key| parameter.get(key).and_then(Value::as_str);
        let name = text("name").ok_or_else(|| self.error("a parameter has no name"))?;
        let location = match text("in") {
            Some("path") => ParameterLocation::Path,
            Some("query" | "querystring") => ParameterLocation::Query,
            Some("header") if !RESERVED_HEADERS.contains(&&*name.to_ascii_lowercase()) => ParameterLocation::Header,
            _ => return Ok(None),
        };
        let form = text("in").filter(|place| *place == "querystring").and_then(|_| form(self.spec, &pointer));
        let schema = form.or_else(|| content(self.spec, &pointer));
        let schema = schema.unwrap_or_else(|| format!("{pointer}/schema"));
        Ok(Some(Parameter {
            name: name.to_owned(),
            location,
            required: parameter.get("required").and_then(Value::as_bool).unwrap_or(false),
            description: text("description").map(str::to_owned),
            schema,
        }))
    }
}

/// Returns the JSON pointer of the first JSON schema in the `content` of the holder at `pointer`. Bodies of other media
/// types are not validated.
fn content(spec: &Spec, pointer: &str) -> Option<String> {
    let content = spec.root.pointer(&format!("{pointer}/content"))?.as_object()?;
    content.keys().filter(|name| is_json(name)).find_map(|name| schema(spec, pointer, name))
}

/// Returns the JSON pointer of the schema of a parameter that is the whole query.
fn form(spec: &Spec, pointer: &str) -> Option<String> {
    schema(spec, pointer, "application/x-www-form-urlencoded")
}

/// Returns the JSON pointer of the schema of a media type in the `content` of the holder at `pointer`.
fn schema(spec: &Spec, pointer: &str, media_type: &str) -> Option<String> {
    let (place, media) = spec.follow(format!("{pointer}/content/{}", escape(media_type)))?;
    media.get("schema").filter(|schema| !schema.is_null()).map(|_| format!("{place}/schema"))
}

/// Returns the JSON pointer of the schema of the part `data`, if the holder at `pointer` has a body of the type
/// `multipart/form-data`.
fn multipart_data(spec: &Spec, pointer: &str) -> Option<String> {
    let data = format!("{}/properties/data", schema(spec, pointer, "multipart/form-data")?);
    spec.root.pointer(&data).map(|_| data)
}

/// Returns `true` for JSON by any name, and for wildcards, which Meld's specs have for JSON.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(essence.as_str(), "*/*" | "application/*" | "application/json" | "text/json") || essence.ends_with("+json")
}
