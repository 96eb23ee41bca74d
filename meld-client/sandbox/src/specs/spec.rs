//! A spec file: its content, and validators for its schemas.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Registry, Validator};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};

use super::schema::ResolvedSchema;
use super::version::ApiVersion;
use super::{dialect, recursion, repairs, supplements};
use crate::error::Error;

/// The maximum length of a chain of references.
const MAX_REFERENCES: usize = 32;

/// The characters to escape in the fragment of a URL that holds a JSON pointer.
const FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// The direction of a value: `readOnly` fields are not part of requests, `writeOnly` fields not of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Request,
    Response,
}

impl Direction {
    /// Returns the keyword of fields that are not part of values in this direction.
    pub fn excluded_by(self) -> &'static str {
        match self {
            Self::Request => "readOnly",
            Self::Response => "writeOnly",
        }
    }
}

/// The spec of a family of operations in one version.
pub(crate) struct Spec {
    /// The file name without `.json`.
    pub name: String,
    pub family: String,
    pub version: ApiVersion,
    pub root: Value,
    /// `true` if some field may be `readOnly` or `writeOnly`.
    has_one_way_fields: bool,
    requests: OnceLock<Result<Registry<'static>, String>>,
    responses: OnceLock<Result<Registry<'static>, String>>,
    validators: Mutex<HashMap<(Direction, String), Arc<Validator>>>,
}

impl fmt::Debug for Spec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Spec({})", self.name)
    }
}

impl Spec {
    /// Parses a spec, adds its supplement and repairs it. The file name ends in the date.
    pub fn parse(name: &str, text: &str, supplement: Option<&str>) -> Result<Self, Error> {
        let name = name.trim_end_matches(".json");
        let error = |message: String| Error::Spec { name: name.to_owned(), message };
        let (family, date) = name.rsplit_once('-').ok_or_else(|| error("the file name has no date".to_owned()))?;
        let version = ApiVersion::from_file_name(date).map_err(|source| error(source.to_string()))?;
        let json = |text: &str| serde_json::from_str(text).map_err(|source| error(source.to_string()));
        let mut root = json(text)?;
        if let Some(supplement) = supplement {
            supplements::merge(&mut root, json(supplement)?);
        }
        supplements::restore_types(&mut root);
        dialect::modernize(&mut root);
        repairs::apply(family, &mut root);
        recursion::cut(&mut root);
        Ok(Self {
            name: name.to_owned(),
            family: family.to_owned(),
            version,
            root,
            has_one_way_fields: ["readOnly", "writeOnly"].iter().any(|word| text.contains(word)),
            requests: OnceLock::new(),
            responses: OnceLock::new(),
            validators: Mutex::default(),
        })
    }

    /// Follows references from a JSON pointer and returns the final pointer and its value.
    pub fn follow(&self, pointer: String) -> Option<(String, &Value)> {
        let mut pointer = pointer;
        for _ in 0..MAX_REFERENCES {
            let value = self.root.pointer(&pointer)?;
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                return Some((pointer, value));
            };
            let fragment = percent_decode_str(reference.strip_prefix('#')?);
            pointer = fragment.decode_utf8().ok()?.into_owned();
        }
        None
    }

    /// Validates a value against the schema at a JSON pointer and returns the errors as `[field] message`.
    pub fn validate(&self, pointer: &str, direction: Direction, value: &Value) -> Result<Vec<String>, Error> {
        let validator = self.validator(pointer, direction)?;
        let errors = validator.iter_errors(value).map(|error| {
            let mut field = error.instance_path().to_string().replace('/', ".");
            if let ValidationErrorKind::Required { property } = error.kind() {
                field = format!("{field}.{}", property.as_str().unwrap_or_default());
                return format!("[{}] is required", field.trim_start_matches('.'));
            }
            // The value may be a secret, so it is masked.
            let message = error.masked_with("the value");
            format!("[{}] {message}", field.trim_start_matches('.'))
        });
        Ok(errors.collect())
    }

    /// Returns the validator for the schema at a JSON pointer, compiled at first use.
    pub fn validator(&self, pointer: &str, direction: Direction) -> Result<Arc<Validator>, Error> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (direction, pointer.to_owned());
        if let Some(validator) = validators.get(&key) {
            return Ok(Arc::clone(validator));
        }
        let error = |message: String| Error::Spec { name: self.name.clone(), message };
        let registry = match direction {
            Direction::Request => &self.requests,
            Direction::Response => &self.responses,
        };
        let registry = registry.get_or_init(|| self.prepare(direction));
        let registry = registry.as_ref().map_err(|message| error(message.clone()))?;
        let reference = format!("{}#{}", self.url(), utf8_percent_encode(pointer, FRAGMENT));
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": reference }))
            .map_err(|source| error(format!("{pointer}: {source}")))?;
        let validator = Arc::new(validator);
        validators.insert(key, Arc::clone(&validator));
        Ok(validator)
    }

    fn prepare(&self, direction: Direction) -> Result<Registry<'static>, String> {
        let mut root = self.root.clone();
        if self.has_one_way_fields {
            self.make_optional(&mut root, direction.excluded_by());
        }
        Registry::new()
            .draft(Draft::Draft202012)
            .add(self.url(), root)
            .and_then(|registry| registry.prepare())
            .map_err(|error| error.to_string())
    }

    /// Makes the fields that set a keyword optional.
    fn make_optional(&self, schema: &mut Value, keyword: &str) {
        match schema {
            Value::Array(items) => {
                items.iter_mut().for_each(|item| self.make_optional(item, keyword));
            }
            Value::Object(fields) => {
                let properties = fields.get("properties").cloned();
                if let Some(Value::Array(required)) = fields.get_mut("required") {
                    required.retain(|name| {
                        let field = name.as_str().and_then(|name| properties.as_ref()?.get(name));
                        !field.is_some_and(|field| self.has_flag(field, keyword))
                    });
                }
                fields.values_mut().for_each(|value| self.make_optional(value, keyword));
            }
            _ => {}
        }
    }

    /// Returns `true` if a schema, or one that it is composed of, sets a keyword such as `readOnly`.
    pub fn has_flag(&self, schema: &Value, keyword: &str) -> bool {
        if !self.has_one_way_fields {
            return false;
        }
        let resolved = ResolvedSchema::choosing(&self.root, &[schema], &mut |_| Vec::new());
        resolved.values(keyword).any(|value| value == true)
    }

    fn url(&self) -> String {
        format!("https://specs.invalid/{}", self.name)
    }
}
