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
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::paths::Template;
use crate::schema::Gathered;
use crate::{Error, exceptions, loops};

/// All `*-yyyymmdd.json` that were in `openapi/` when this crate was built: name and text.
static TEXTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/documents.rs"));

static CATALOG: LazyLock<Result<Catalog, Error>> = LazyLock::new(|| Catalog::read(TEXTS));

/// The longest chain of references that is followed.
const LONGEST_CHAIN: usize = 32;

/// Headers that OpenAPI reserves: a parameter with such a name has no effect.
const RESERVED_HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

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
    /// Some field may be `readOnly` or `writeOnly`.
    has_one_way_fields: bool,
    requests: OnceLock<Result<Registry<'static>, String>>,
    responses: OnceLock<Result<Registry<'static>, String>>,
    validators: Mutex<HashMap<(Direction, String), Arc<Validator>>>,
}

/// The way a value goes: a field that is `readOnly` is no part of requests, one that is `writeOnly` none of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Request,
    Response,
}

impl Direction {
    /// The keyword of fields that do not go this way.
    pub fn excluded_by(self) -> &'static str {
        match self {
            Self::Request => "readOnly",
            Self::Response => "writeOnly",
        }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Document({})", self.name)
    }
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
        loops::cut(&mut root);
        Ok(Self {
            name: stem.to_owned(),
            family: family.to_owned(),
            version,
            root,
            has_one_way_fields: ["readOnly", "writeOnly"]
                .iter()
                .any(|keyword| text.contains(keyword)),
            requests: OnceLock::new(),
            responses: OnceLock::new(),
            validators: Mutex::default(),
        })
    }

    /// What a `$ref` names, if it is in this document.
    pub fn resolve(&self, reference: &str) -> Option<&Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// Follows references from a JSON pointer, to the pointer and the value that they lead to.
    fn follow(&self, pointer: String) -> Option<(String, &Value)> {
        let mut pointer = pointer;
        for _ in 0..LONGEST_CHAIN {
            let value = self.root.pointer(&pointer)?;
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                return Some((pointer, value));
            };
            let fragment = percent_decode_str(reference.strip_prefix('#')?);
            pointer = fragment.decode_utf8().ok()?.into_owned();
        }
        None
    }

    /// The validator of the schema at a JSON pointer, compiled at first use.
    pub fn validator(&self, pointer: &str, direction: Direction) -> Result<Arc<Validator>, Error> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (direction, pointer.to_owned());
        if let Some(validator) = validators.get(&key) {
            return Ok(Arc::clone(validator));
        }
        let fault = |message: String| Error::Document { name: self.name.clone(), message };
        let registry = match direction {
            Direction::Request => &self.requests,
            Direction::Response => &self.responses,
        };
        let registry = registry.get_or_init(|| self.prepare(direction));
        let registry = registry.as_ref().map_err(|message| fault(message.clone()))?;
        let reference = format!("{}#{}", self.address(), utf8_percent_encode(pointer, FRAGMENT));
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": reference }))
            .map_err(|error| fault(format!("{pointer}: {error}")))?;
        let validator = Arc::new(validator);
        validators.insert(key, Arc::clone(&validator));
        Ok(validator)
    }

    fn prepare(&self, direction: Direction) -> Result<Registry<'static>, String> {
        let mut root = self.root.clone();
        if self.has_one_way_fields {
            self.release(&mut root, direction.excluded_by());
        }
        Registry::new()
            .draft(Draft::Draft202012)
            .add(self.address(), root)
            .and_then(|registry| registry.prepare())
            .map_err(|error| error.to_string())
    }

    /// Takes the fields with this keyword out of the lists of required fields.
    fn release(&self, schema: &mut Value, keyword: &str) {
        match schema {
            Value::Array(items) => items.iter_mut().for_each(|item| self.release(item, keyword)),
            Value::Object(fields) => {
                let properties = fields.get("properties").cloned();
                if let Some(Value::Array(required)) = fields.get_mut("required") {
                    required.retain(|name| {
                        let field = name.as_str().and_then(|name| properties.as_ref()?.get(name));
                        !field.is_some_and(|field| self.has_flag(field, keyword))
                    });
                }
                fields.values_mut().for_each(|value| self.release(value, keyword));
            }
            _ => {}
        }
    }

    /// Returns `true` if a schema, or one that it is made of, sets a keyword such as `readOnly`.
    pub fn has_flag(&self, schema: &Value, keyword: &str) -> bool {
        if !self.has_one_way_fields {
            return false;
        }
        let gathered = Gathered::new(self, &[schema], &mut |_| Vec::new());
        gathered.values(keyword).any(|value| value == true)
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
    document: Arc<Document>,
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
    pub(crate) response: Option<String>,
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

    /// What is wrong with a body of a successful response, by the document: `[field] text` lines.
    ///
    /// # Errors
    /// When the document itself cannot be used.
    pub fn check_response(&self, body: &Value) -> Result<Vec<String>, Error> {
        let Some(pointer) = &self.response else { return Ok(Vec::new()) };
        let validator = self.document.validator(pointer, Direction::Response)?;
        Ok(crate::check::complaints(&validator, body))
    }

    /// What is wrong with a request body, by the document: `[field] text` lines.
    ///
    /// # Errors
    /// When the document itself cannot be used.
    pub fn check_request_body(&self, body: &Value) -> Result<Vec<String>, Error> {
        let Some(pointer) = &self.request else { return Ok(Vec::new()) };
        let validator = self.document.validator(pointer, Direction::Request)?;
        Ok(crate::check::complaints(&validator, body))
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    /// Returns `true` if a success is a page of a list, which `before` and `after` lead through.
    pub(crate) fn is_paged(&self) -> bool {
        let schema = self.response.as_ref().and_then(|pointer| self.document.root.pointer(pointer));
        let schema: Vec<&Value> = schema.into_iter().collect();
        let gathered =
            Gathered::new(&self.document, &schema, &mut |members| (0..members).collect());
        let properties = gathered.properties();
        ["count", "remaining"].iter().all(|name| properties.contains_key(name))
    }
}

/// All operations that share method and path: one for each version, the oldest first.
pub(crate) type Endpoint = BTreeMap<ApiVersion, &'static Operation>;

/// All endpoints with one path, by method.
#[derive(Debug)]
pub(crate) struct Methods {
    template: Template,
    pub methods: HashMap<Method, Endpoint>,
}

/// All operations of all documents.
pub(crate) struct Catalog {
    operations: Vec<Operation>,
}

/// All documents that are built in, read at the first call.
pub(crate) fn catalog() -> Result<&'static Catalog, Error> {
    CATALOG.as_ref().map_err(Clone::clone)
}

/// All operations of all documents that are built in.
///
/// # Errors
/// When a document cannot be read.
pub fn operations() -> Result<&'static [Operation], Error> {
    Ok(catalog()?.operations())
}

impl Catalog {
    /// Reads documents: the name of each, with its date, and its text.
    pub fn read(texts: &[(&str, &str)]) -> Result<Self, Error> {
        let mut operations = Vec::new();
        for (name, text) in texts {
            operations.extend(read_operations(&Arc::new(Document::read(name, text)?))?);
        }
        Ok(Self { operations })
    }

    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// All endpoints, those first whose path says most. Where two families have the same one, the first in the
    /// alphabet responses: they differ in wording only.
    pub fn endpoints(&'static self) -> Endpoints {
        let mut endpoints: Vec<Methods> = Vec::new();
        for operation in &self.operations {
            let template = Template::parse(&operation.path);
            let known = endpoints.iter().position(|methods| methods.template == template);
            let place = known.unwrap_or_else(|| {
                endpoints.push(Methods { template, methods: HashMap::new() });
                endpoints.len() - 1
            });
            let versions = endpoints[place].methods.entry(operation.method.clone()).or_default();
            versions.entry(operation.version).or_insert(operation);
        }
        endpoints.sort_by_cached_key(|methods| methods.template.order());
        Endpoints(endpoints)
    }
}

/// All endpoints, by path.
pub(crate) struct Endpoints(Vec<Methods>);

impl Endpoints {
    /// The endpoints of a path, and the values of its parameters in their order.
    pub fn find(&self, path: &str) -> Option<(&Methods, Vec<String>)> {
        self.0.iter().find_map(|methods| Some((methods, methods.template.values(path)?)))
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

fn read_operations(document: &Arc<Document>) -> Result<Vec<Operation>, Error> {
    let mut operations = Vec::new();
    let nothing = Map::new();
    let paths = document.root.get("paths").and_then(Value::as_object).unwrap_or(&nothing);
    for path in paths.keys().filter(|path| path.starts_with('/')) {
        let own = format!("/paths/{}", escape(path));
        // Methods may stand beside a reference to others, and go before them.
        let mut methods = BTreeMap::new();
        for item in [document.follow(own.clone()).map(|(pointer, _)| pointer), Some(own)] {
            let Some(item) = item else { continue };
            let fields = document.root.pointer(&item).and_then(Value::as_object);
            for name in fields.into_iter().flatten().map(|(name, _)| name.as_str()) {
                // Beside methods there may be descriptions and parameters.
                if let Some(method) = method_of(name) {
                    methods.insert(name, (method, item.clone()));
                }
            }
        }
        for (name, (method, item)) in methods {
            let pointer = format!("{item}/{name}");
            let Some(operation) = document.root.pointer(&pointer) else { continue };
            operations.push(Reader { document, operation, item, pointer }.read(method, path)?);
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

/// A part of a JSON pointer.
fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

struct Reader<'a> {
    document: &'a Arc<Document>,
    operation: &'a Value,
    /// Where the path item is.
    item: String,
    /// Where the operation is.
    pointer: String,
}

impl Reader<'_> {
    fn read(&self, method: Method, path: &str) -> Result<Operation, Error> {
        let (success, response) = self.success();
        let body = self.document.follow(format!("{}/requestBody", self.pointer));
        let is_required = |body: &Value| body.get("required").and_then(Value::as_bool);
        Ok(Operation {
            document: Arc::clone(self.document),
            family: self.document.family.clone(),
            version: self.document.version,
            id: self
                .operation
                .get("operationId")
                .and_then(Value::as_str)
                .unwrap_or(path)
                .to_owned(),
            method,
            path: path.to_owned(),
            parameters: self.parameters()?,
            success,
            open: self.is_open(),
            request_required: body
                .as_ref()
                .and_then(|(_, body)| is_required(body))
                .unwrap_or(false),
            request: body.and_then(|(pointer, body)| content(&pointer, body)),
            response,
        })
    }

    fn fault(&self, message: &str) -> Error {
        Error::Document {
            name: self.document.name.clone(),
            message: format!("{}: {message}", self.pointer),
        }
    }

    /// Returns `true` if the operation, or without a word of its own the document, asks for no key.
    fn is_open(&self) -> bool {
        let own = self.operation.get("security");
        let security = own.or(self.document.root.get("security")).and_then(Value::as_array);
        let is_nothing = |scheme: &Value| scheme.as_object().is_some_and(Map::is_empty);
        security.is_none_or(|security| security.is_empty() || security.iter().any(is_nothing))
    }

    /// The first status of success and where the schema of its body is. A spec may have none: `2XX` and `default` are
    /// 200 then, and otherwise what it has of redirects.
    fn success(&self) -> (StatusCode, Option<String>) {
        let responses = self.operation.get("responses").and_then(Value::as_object);
        let names: Vec<&str> =
            responses.into_iter().flatten().map(|(status, _)| status.as_str()).collect();
        let first = |is_it: &dyn Fn(&str) -> bool| names.iter().copied().find(|name| is_it(name));
        let is_code = |name: &str| name.bytes().all(|digit| digit.is_ascii_digit());
        let name = first(&|name| name.starts_with('2') && is_code(name))
            .or_else(|| first(&|name| name.starts_with('2')))
            .or_else(|| first(&|name| name == "default"))
            .or_else(|| first(&|name| name.starts_with('3')))
            .unwrap_or_default();
        let status = match name {
            "3XX" => StatusCode::FOUND,
            name => name.parse().unwrap_or(StatusCode::OK),
        };
        let has_body =
            ![StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT, StatusCode::NOT_MODIFIED]
                .contains(&status);
        let response = self.document.follow(format!("{}/responses/{name}", self.pointer));
        let response = response.filter(|_| has_body);
        (status, response.and_then(|(pointer, response)| content(&pointer, response)))
    }

    /// The parameters of the operation, and those of its path that it does not have itself.
    fn parameters(&self) -> Result<Vec<Parameter>, Error> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for owner in [&self.pointer, &self.item] {
            let listed = self.document.root.pointer(&format!("{owner}/parameters"));
            let many = listed.and_then(Value::as_array).map_or(0, Vec::len);
            for index in 0..many {
                let Some(parameter) = self.parameter(format!("{owner}/parameters/{index}"))? else {
                    continue;
                };
                let is_it = |known: &Parameter| {
                    (&known.name, known.place) == (&parameter.name, parameter.place)
                };
                if !parameters.iter().any(is_it) {
                    parameters.push(parameter);
                }
            }
        }
        Ok(parameters)
    }

    /// A parameter, unless it is one that no client sends: a cookie, or a header that OpenAPI reserves.
    fn parameter(&self, pointer: String) -> Result<Option<Parameter>, Error> {
        let followed = self.document.follow(pointer);
        let (pointer, parameter) =
            followed.ok_or_else(|| self.fault("a reference that leads nowhere"))?;
        let text = |key| parameter.get(key).and_then(Value::as_str);
        let name = text("name").ok_or_else(|| self.fault("a parameter without a name"))?;
        let place = match text("in") {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") if !RESERVED_HEADERS.contains(&&*name.to_ascii_lowercase()) => {
                Place::Header
            }
            _ => return Ok(None),
        };
        let schema = content(&pointer, parameter).unwrap_or_else(|| format!("{pointer}/schema"));
        Ok(Some(Parameter {
            name: name.to_owned(),
            place,
            required: parameter.get("required").and_then(Value::as_bool).unwrap_or(false),
            schema,
        }))
    }
}

/// Where the first schema is in the content of something at a JSON pointer.
fn content(pointer: &str, holder: &Value) -> Option<String> {
    let content = holder.get("content")?.as_object()?;
    let (media, _) = content.iter().find(|(_, media)| media.get("schema").is_some())?;
    Some(format!("{pointer}/content/{}/schema", escape(media)))
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
            let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
            for pointer in parameters.chain(&operation.request) {
                operation.document().validator(pointer, Direction::Request).unwrap();
            }
            if let Some(pointer) = &operation.response {
                operation.document().validator(pointer, Direction::Response).unwrap();
            }
        }
    }
}
