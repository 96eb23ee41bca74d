//! The validators without the feature `validation`: every value is valid.

use serde_json::Value;

use super::direction::Direction;

/// Accepts every value.
pub(crate) struct Validators;

impl Validators {
    /// Creates the validators for a spec.
    pub fn new(_name: &str, _has_one_way_fields: bool) -> Self {
        Self
    }

    /// Returns no errors.
    pub fn errors(&self, _root: &Value, _pointer: &str, _: Direction, _: &Value) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }

    /// Returns no error.
    pub fn first_error(
        &self,
        _root: &Value,
        _pointer: &str,
        _: Direction,
        _: &Value,
    ) -> Result<Option<String>, String> {
        Ok(None)
    }
}

/// Takes any string for a pattern.
pub(crate) fn is_pattern(_pattern: &str) -> bool {
    true
}

/// Takes the first string for a match that is not empty.
pub(crate) fn first_match<'t>(_pattern: &str, texts: &[&'t str]) -> Option<&'t str> {
    texts.iter().copied().find(|text| !text.is_empty())
}
