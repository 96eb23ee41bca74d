//! The dated documents: what operations there are, in which versions, and what they take and give.
//!
//! The documents are read once in a process, and mended only where a correct request would be refused
//! ([`crate::exceptions`]). Everything else of them stays as published.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use axum::http::{Method, StatusCode};
use chrono::NaiveDate;
use jsonschema::{Draft, Registry, Validator};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::{Error, exceptions};

/// All `*-yyyymmdd.json` that were in `openapi/` when this crate was built: name and text.
static TEXTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/documents.rs"));

static CATALOG: LazyLock<Result<Catalog, Error>> = LazyLock::new(Catalog::read);

/// What may stand unescaped in the fragment of an address, as JSON pointers need it.
const FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// The version of the API: a date, as in the header `Meld-Version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion(NaiveDate);

impl fmt::Display for ApiVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl FromStr for ApiVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // Only the form with hyphens and all digits: parsing alone also takes `2026-2-3`.
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Self)
            .ok()
            .filter(|version| version.to_string() == text)
            .ok_or_else(|| Error::Version(text.to_owned()))
    }
}

/// One document: a family of operations in one version.
pub(crate) struct Document {
    /// The file name without `.json`.
    pub name: String,
    pub family: String,
    pub version: ApiVersion,
    pub root: Value,
    registry: OnceLock<Result<Registry<'static>, String>>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Document {
    fn read(name: &str, text: &str) -> Result<Self, Error> {
        let fault = |message: String| Error::Document { name: name.to_owned(), message };
        let stem = name.trim_end_matches(".json");
        let (family, date) = stem.rsplit_once('-').ok_or_else(|| fault("no date".to_owned()))?;
        let version = NaiveDate::parse_from_str(date, "%Y%m%d")
            .map(ApiVersion)
            .map_err(|error| fault(error.to_string()))?;
        let mut root: Value =
            serde_json::from_str(text).map_err(|error| fault(error.to_string()))?;
        exceptions::apply(family, &mut root);
        Ok(Self {
            name: stem.to_owned(),
            family: family.to_owned(),
            version,
            root,
            registry: OnceLock::new(),
            validators: Mutex::default(),
        })
    }

    /// What a `$ref` names, if it is in this document.
    pub fn resolve(&self, reference: &str) -> Option<&Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// The validator of the schema at a JSON pointer, compiled at first use.
    pub fn validator(&self, pointer: &str) -> Result<Arc<Validator>, Error> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(pointer) {
            return Ok(Arc::clone(validator));
        }
        let fault = |message: String| Error::Document { name: self.name.clone(), message };
        let registry = self.registry.get_or_init(|| self.prepare());
        let registry = registry.as_ref().map_err(|message| fault(message.clone()))?;
        let reference = format!("{}#{}", self.address(), utf8_percent_encode(pointer, FRAGMENT));
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": reference }))
            .map_err(|error| fault(format!("{pointer}: {error}")))?;
        let validator = Arc::new(validator);
        validators.insert(pointer.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }

    fn prepare(&self) -> Result<Registry<'static>, String> {
        Registry::new()
            .draft(Draft::Draft202012)
            .add(self.address(), self.root.clone())
            .and_then(|registry| registry.prepare())
            .map_err(|error| error.to_string())
    }

    fn address(&self) -> String {
        format!("https://documents.invalid/{}", self.name)
    }
}

/// Where a parameter stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// A header.
    Header,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name as it is sent.
    pub name: String,
    /// Where it is sent.
    pub place: Place,
    /// Must be sent.
    pub required: bool,
    /// Where its schema is in the document.
    pub(crate) schema: String,
}

/// One operation of one document.
#[derive(Debug)]
pub struct Operation {
    pub(crate) document: &'static str,
    /// The family: `crypto`, `banklinking`, as in the name of the document.
    pub family: String,
    /// The version of the API.
    pub version: ApiVersion,
    /// The operationId, as the document has it.
    pub id: String,
    /// The method.
    pub method: Method,
    /// The path, with `{names}`.
    pub path: String,
    /// Path, query and header parameters.
    pub parameters: Vec<Parameter>,
    /// The status of success.
    pub success: StatusCode,
    /// Can be called without a key.
    pub open: bool,
    /// Where the schema of the request body is.
    pub(crate) request: Option<String>,
    /// A request without its body is refused.
    pub(crate) request_required: bool,
    /// Where the schema of the success body is.
    pub(crate) answer: Option<String>,
}

impl Operation {
    /// The operationId without the slash with which some begin.
    pub fn name(&self) -> &str {
        self.id.trim_start_matches('/')
    }

    /// Takes a header of this name.
    pub fn has_header(&self, name: &str) -> bool {
        self.parameters.iter().any(|parameter| {
            parameter.place == Place::Header && parameter.name.eq_ignore_ascii_case(name)
        })
    }

    /// What is wrong with a body of a successful answer, by the document: `[field] text` lines.
    ///
    /// # Errors
    /// When the document itself cannot be used.
    pub fn check_answer(&self, body: &Value) -> Result<Vec<String>, Error> {
        let Some(pointer) = &self.answer else { return Ok(Vec::new()) };
        let validator = self.document()?.validator(pointer)?;
        Ok(crate::check::complaints(&validator, body))
    }

    /// What is wrong with a request body, by the document: `[field] text` lines.
    ///
    /// # Errors
    /// When the document itself cannot be used.
    pub fn check_request_body(&self, body: &Value) -> Result<Vec<String>, Error> {
        let Some(pointer) = &self.request else { return Ok(Vec::new()) };
        let validator = self.document()?.validator(pointer)?;
        Ok(crate::check::complaints(&validator, body))
    }

    pub(crate) fn document(&self) -> Result<&'static Document, Error> {
        catalog()?.document(self.document)
    }
}

/// All operations that share method and path: one for each version, the oldest first.
pub(crate) type Endpoint = BTreeMap<ApiVersion, &'static Operation>;

/// All documents.
pub(crate) struct Catalog {
    documents: BTreeMap<&'static str, Document>,
    operations: Vec<Operation>,
}

/// All documents, read at the first call.
pub(crate) fn catalog() -> Result<&'static Catalog, Error> {
    CATALOG.as_ref().map_err(Clone::clone)
}

/// All operations of all documents that are built in.
///
/// # Errors
/// When a document cannot be read.
pub fn operations() -> Result<&'static [Operation], Error> {
    Ok(&catalog()?.operations)
}

impl Catalog {
    fn read() -> Result<Self, Error> {
        let mut documents = BTreeMap::new();
        let mut operations = Vec::new();
        for &(name, text) in TEXTS {
            let document = Document::read(name, text)?;
            operations.extend(read_operations(name, &document)?);
            documents.insert(name, document);
        }
        Ok(Self { documents, operations })
    }

    fn document(&'static self, name: &str) -> Result<&'static Document, Error> {
        self.documents.get(name).ok_or_else(|| Error::Document {
            name: name.to_owned(),
            message: "there is no such document".to_owned(),
        })
    }

    /// All endpoints by path and method. Where two families have the same one, the first in the
    /// alphabet answers: they differ in wording only.
    pub fn endpoints(&'static self) -> BTreeMap<&'static str, HashMap<Method, Endpoint>> {
        let mut endpoints: BTreeMap<_, HashMap<_, Endpoint>> = BTreeMap::new();
        for operation in &self.operations {
            let methods = endpoints.entry(operation.path.as_str()).or_default();
            let versions = methods.entry(operation.method.clone()).or_default();
            versions.entry(operation.version).or_insert(operation);
        }
        endpoints
    }
}

/// The documented rule: the newest version that is not newer than what is asked for, or the oldest
/// if all are.
pub(crate) fn choose(endpoint: &Endpoint, asked: Option<ApiVersion>) -> Option<&'static Operation> {
    let wanted = match asked {
        Some(asked) => endpoint.range(..=asked).next_back().or_else(|| endpoint.iter().next()),
        None => endpoint.iter().next_back(),
    };
    wanted.map(|(_, operation)| *operation)
}

fn read_operations(name: &'static str, document: &Document) -> Result<Vec<Operation>, Error> {
    let mut operations = Vec::new();
    let nothing = Map::new();
    let paths = document.root.get("paths").and_then(Value::as_object).unwrap_or(&nothing);
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap_or(&nothing) {
            // Beside methods there may be descriptions and parameters.
            let Some(method) = method_of(method) else { continue };
            let pointer = format!("/paths/{}/{}", escape(path), method.as_str().to_lowercase());
            let reader = Reader { document, operation, pointer };
            operations.push(reader.read(name, method, path)?);
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
        _ => None,
    }
}

/// A part of a JSON pointer.
fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

struct Reader<'a> {
    document: &'a Document,
    operation: &'a Value,
    pointer: String,
}

impl Reader<'_> {
    fn read(&self, name: &'static str, method: Method, path: &str) -> Result<Operation, Error> {
        let (status, answer) = self.success()?;
        let body = self.operation.get("requestBody");
        Ok(Operation {
            document: name,
            family: self.document.family.clone(),
            version: self.document.version,
            id: self.text("operationId").unwrap_or(path).to_owned(),
            method,
            path: path.to_owned(),
            parameters: self.parameters()?,
            success: status,
            open: self.operation.get("security").is_none()
                && self.document.root.get("security").is_none(),
            request: body
                .and_then(content)
                .map(|media| format!("{}/requestBody/content/{media}/schema", self.pointer)),
            request_required: body
                .and_then(|body| body.get("required"))
                .and_then(Value::as_bool)
                .unwrap_or(false),
            answer,
        })
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.operation.get(key)?.as_str()
    }

    fn fault(&self, message: &str) -> Error {
        Error::Document {
            name: self.document.name.clone(),
            message: format!("{}: {message}", self.pointer),
        }
    }

    /// The first status of success and where the schema of its body is.
    fn success(&self) -> Result<(StatusCode, Option<String>), Error> {
        let responses = self.operation.get("responses").and_then(Value::as_object);
        let (status, response) = responses
            .and_then(|responses| responses.iter().find(|(status, _)| status.starts_with('2')))
            .ok_or_else(|| self.fault("no response of success"))?;
        let code = status.parse().map_err(|_| self.fault("a status that is no number"))?;
        let schema = content(response)
            .map(|media| format!("{}/responses/{status}/content/{media}/schema", self.pointer));
        Ok((code, schema))
    }

    fn parameters(&self) -> Result<Vec<Parameter>, Error> {
        let listed = self.operation.get("parameters").and_then(Value::as_array);
        let listed = listed.map(Vec::as_slice).unwrap_or_default();
        listed
            .iter()
            .enumerate()
            .map(|(index, parameter)| self.parameter(index, parameter))
            .collect()
    }

    fn parameter(&self, index: usize, parameter: &Value) -> Result<Parameter, Error> {
        let text = |key| parameter.get(key).and_then(Value::as_str);
        let place = match text("in") {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") => Place::Header,
            _ => return Err(self.fault("a parameter that is not in path, query or header")),
        };
        Ok(Parameter {
            name: text("name").ok_or_else(|| self.fault("a parameter without a name"))?.to_owned(),
            place,
            required: parameter.get("required").and_then(Value::as_bool).unwrap_or(false),
            schema: format!("{}/parameters/{index}/schema", self.pointer),
        })
    }
}

/// The escaped media type of the first content that has a schema.
fn content(holder: &Value) -> Option<String> {
    let content = holder.get("content")?.as_object()?;
    content.iter().find(|(_, media)| media.get("schema").is_some()).map(|(name, _)| escape(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_dates_with_all_digits() {
        assert_eq!("2026-02-03".parse::<ApiVersion>().unwrap().to_string(), "2026-02-03");
        for text in ["2026-2-3", "20260203", "2026-02-30", "", "unversioned"] {
            assert!(text.parse::<ApiVersion>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_schema_of_every_operation_compiles() {
        for operation in operations().unwrap() {
            let document = operation.document().unwrap();
            let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
            for pointer in parameters.chain(&operation.request).chain(&operation.answer) {
                document.validator(pointer).unwrap();
            }
        }
    }
}
