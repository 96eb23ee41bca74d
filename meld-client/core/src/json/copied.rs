//! Decoding of values whose raw JSON is copied.

use std::borrow::Cow;

use super::error::Error;
use super::found::Found;
use super::from_json::FromJson;
use super::parser::Parser;
use super::warnings::Step;

impl<'a> Parser<'a> {
    /// Decodes a value, and returns its raw JSON beside it: exactly as received, or with `null` instead of damaged
    /// values, which are reported.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear.
    pub fn decode_with_text<T: FromJson>(&mut self) -> Result<(Found<T>, Cow<'a, str>), Error> {
        let text = match self.text()? {
            Ok(text) => text,
            Err(kind) => return Ok((Found::Undecodable(kind), Cow::Borrowed("null"))),
        };
        Ok((self.decode_inner(&text, None)?, text))
    }

    /// Decodes copied JSON as a part of the current value: with its path and its memory limit.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear.
    pub(super) fn decode_inner<T: FromJson>(
        &mut self,
        text: &str,
        step: Option<Step<'static>>,
    ) -> Result<Found<T>, Error> {
        let mut inner = Parser::new(text.as_bytes());
        (inner.depth, inner.memory) = (self.depth, self.memory);
        // The selector beside an empty object says that there is a value.
        let is_empty = matches!(text.as_bytes(), [b'{', inner @ .., b'}'] if inner.trim_ascii().is_empty());
        inner.is_exact = self.is_exact || is_empty;
        inner.notes.path.extend(step);
        let found = T::decode(&mut inner)?;
        self.memory = inner.memory;
        self.notes.adopt(&inner.notes.warnings);
        Ok(found)
    }
}
