//! A spec file: its content, and validators for its schemas.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::direction::Direction;
use super::schema::has_flag;
use super::validators::Validators;
use super::version::ApiVersion;
use super::{dialect, discriminators, recursion, references, repairs, supplements};
use crate::error::Error;

const MAX_REFERENCES: usize = 32;

/// Some editors begin files with it.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The spec of a family of operations in one version.
pub(crate) struct Spec {
    /// The file name without `.json`.
    pub name: String,
    pub family: String,
    pub version: ApiVersion,
    pub root: Value,
    /// The JSON pointers of operations that are variants of others.
    pub variants: BTreeSet<String>,
    /// `true` if some field may be `readOnly` or `writeOnly`.
    has_one_way_fields: bool,
    validators: Validators,
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
        let json = |text: &str| {
            let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
            serde_json::from_str(text).map_err(|source| error(source.to_string()))
        };
        let mut root = json(text)?;
        let supplement = supplement.map(json).transpose()?;
        let variants = supplement.map(|supplement| supplements::merge(&mut root, supplement)).unwrap_or_default();
        supplements::restore_types(&mut root);
        references::normalize(&mut root);
        dialect::modernize(&mut root);
        repairs::apply(family, &mut root);
        recursion::cut(&mut root);
        discriminators::apply(&mut root);
        let has_one_way_fields = ["readOnly", "writeOnly"].iter().any(|word| text.contains(word));
        Ok(Self {
            name: name.to_owned(),
            family: family.to_owned(),
            version,
            root,
            variants,
            has_one_way_fields,
            validators: Validators::new(name, has_one_way_fields),
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
            pointer = reference.strip_prefix('#')?.to_owned();
        }
        None
    }

    /// Validates a value against the schema at a JSON pointer and returns the errors as `[field] message`.
    pub fn validate(&self, pointer: &str, direction: Direction, value: &Value) -> Result<Vec<String>, Error> {
        self.validators.errors(&self.root, pointer, direction, value).map_err(|message| self.error(message))
    }

    /// Validates the value of a parameter against the schema at a JSON pointer and returns the first error.
    pub fn validate_parameter(&self, pointer: &str, value: &Value) -> Result<Option<String>, Error> {
        let error = self.validators.first_error(&self.root, pointer, Direction::Request, value);
        error.map_err(|message| self.error(message))
    }

    fn error(&self, message: String) -> Error {
        Error::Spec { name: self.name.clone(), message }
    }

    /// Returns `true` if a schema, or one that it is composed of, sets a keyword such as `readOnly`.
    pub fn has_flag(&self, schema: &Value, keyword: &str) -> bool {
        self.has_one_way_fields && has_flag(&self.root, schema, keyword)
    }
}
