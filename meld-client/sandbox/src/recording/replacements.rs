//! Numbered replacements, which say nothing about the values that they replace.

use std::collections::HashMap;

/// The replacements of one recording. Equal values have equal replacements, so that ids still match.
#[derive(Default)]
pub(crate) struct Replacements {
    numbers: HashMap<String, usize>,
}

impl Replacements {
    /// Returns the replacement of a value. Only its number and its kind depend on the value.
    pub fn replace(&mut self, text: &str) -> String {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(text.to_owned()).or_insert(next);
        if uuid::Uuid::try_parse(text).is_ok() {
            format!("00000000-0000-4000-8000-{number:012}")
        } else if text.starts_with("http://") || text.starts_with("https://") {
            format!("https://example.com/{number}")
        } else if text.contains('@') {
            format!("person{number}@example.com")
        } else if text.starts_with('+') {
            format!("+1415{number:07}")
        } else {
            format!("Replaced{number:014}")
        }
    }
}
