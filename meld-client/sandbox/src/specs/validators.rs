//! Validators for the schemas of a spec.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Registry, ValidationError, Validator};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::direction::Direction;
use super::schema::has_flag;

/// The characters to escape in the fragment of a URL that holds a JSON pointer.
const FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// The schemas of one spec in both directions.
type Prepared = OnceLock<Result<Registry<'static>, String>>;

/// The validators for the schemas of one spec, each compiled at first use.
pub(crate) struct Validators {
    url: String,
    has_one_way_fields: bool,
    requests: Prepared,
    responses: Prepared,
    compiled: Mutex<HashMap<(Direction, String), Arc<Validator>>>,
}

impl Validators {
    /// Creates the validators for the spec of this name. `has_one_way_fields` is `true` if some field may be `readOnly` or
    /// `writeOnly`.
    pub fn new(name: &str, has_one_way_fields: bool) -> Self {
        Self {
            url: format!("https://specs.invalid/{name}"),
            has_one_way_fields,
            requests: OnceLock::new(),
            responses: OnceLock::new(),
            compiled: Mutex::default(),
        }
    }

    /// Validates a value against the schema at a JSON pointer and returns the errors as `[field] message`. Fails if the
    /// schema cannot be compiled.
    pub fn errors(
        &self,
        root: &Value,
        pointer: &str,
        direction: Direction,
        value: &Value,
    ) -> Result<Vec<String>, String> {
        let validator = self.validator(root, pointer, direction)?;
        Ok(validator.iter_errors(value).map(|error| described(&error)).collect())
    }

    /// Validates a value as [`Self::errors`] does and returns the message of the first error.
    pub fn first_error(
        &self,
        root: &Value,
        pointer: &str,
        direction: Direction,
        value: &Value,
    ) -> Result<Option<String>, String> {
        let validator = self.validator(root, pointer, direction)?;
        Ok(validator.iter_errors(value).next().map(|error| masked(&error)))
    }

    fn validator(&self, root: &Value, pointer: &str, direction: Direction) -> Result<Arc<Validator>, String> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (direction, pointer.to_owned());
        if let Some(validator) = compiled.get(&key) {
            return Ok(Arc::clone(validator));
        }
        let prepared = match direction {
            Direction::Request => &self.requests,
            Direction::Response => &self.responses,
        };
        let registry = prepared.get_or_init(|| self.prepare(root, direction)).as_ref().map_err(Clone::clone)?;
        let reference = format!("{}#{}", self.url, utf8_percent_encode(pointer, FRAGMENT));
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": reference }))
            .map_err(|source| format!("{pointer}: {source}"))?;
        let validator = Arc::new(validator);
        compiled.insert(key, Arc::clone(&validator));
        Ok(validator)
    }

    fn prepare(&self, root: &Value, direction: Direction) -> Result<Registry<'static>, String> {
        let mut schemas = root.clone();
        if self.has_one_way_fields {
            make_optional(root, &mut schemas, direction.excluded_by());
        }
        encode_references(&mut schemas);
        Registry::new()
            .draft(Draft::Draft202012)
            .add(&self.url, schemas)
            .and_then(|registry| registry.prepare())
            .map_err(|error| error.to_string())
    }
}

/// Escapes the JSON pointers of references, which are URLs here.
fn encode_references(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(encode_references),
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get_mut("$ref")
                && let Some(pointer) = reference.strip_prefix('#')
            {
                *reference = format!("#{}", utf8_percent_encode(pointer, FRAGMENT));
            }
            fields.values_mut().for_each(encode_references);
        }
        _ => {}
    }
}

/// Returns `true` for a pattern that can be compiled.
pub(crate) fn is_pattern(pattern: &str) -> bool {
    jsonschema::validator_for(&json!({ "pattern": pattern })).is_ok()
}

/// Returns the first string that matches a pattern of a schema.
pub(crate) fn first_match<'t>(pattern: &str, texts: &[&'t str]) -> Option<&'t str> {
    // Large patterns take long to compile.
    let validator = jsonschema::validator_for(&json!({ "pattern": pattern })).ok()?;
    texts.iter().copied().find(|text| validator.is_valid(&json!(text)))
}

fn described(error: &ValidationError<'_>) -> String {
    let mut field = error.instance_path().to_string().replace('/', ".");
    if let ValidationErrorKind::Required { property } = error.kind() {
        field = format!("{field}.{}", property.as_str().unwrap_or_default());
        return format!("[{}] is required", field.trim_start_matches('.'));
    }
    format!("[{}] {}", field.trim_start_matches('.'), masked(error))
}

/// The message of an error. The value may be a secret, so it is masked.
fn masked(error: &ValidationError<'_>) -> String {
    error.masked_with("the value").to_string()
}

/// Makes the fields that set a keyword optional in a schema of the spec `root`.
fn make_optional(root: &Value, schema: &mut Value, keyword: &str) {
    match schema {
        Value::Array(items) => {
            items.iter_mut().for_each(|item| make_optional(root, item, keyword));
        }
        Value::Object(fields) => {
            let properties = fields.get("properties").cloned();
            if let Some(Value::Array(required)) = fields.get_mut("required") {
                required.retain(|name| {
                    let field = name.as_str().and_then(|name| properties.as_ref()?.get(name));
                    !field.is_some_and(|field| has_flag(root, field, keyword))
                });
            }
            fields.values_mut().for_each(|value| make_optional(root, value, keyword));
        }
        _ => {}
    }
}
