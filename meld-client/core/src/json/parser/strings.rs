//! Strings: their ends, their escapes and their encoding.

use std::borrow::Cow;

use super::Parser;
use super::scan::{end_of_run, unescape};
use crate::json::error::Error;
use crate::json::kind::JsonKind;

impl<'a> Parser<'a> {
    pub(super) fn skip_string(&mut self) -> Result<(), Error> {
        loop {
            self.position = end_of_run(self.body, self.position);
            match self.body.get(self.position) {
                Some(b'"') => break,
                Some(b'\\') => self.position += 2,
                Some(_) => self.position += 1,
                None => return Err(self.error("a string has no end")),
            }
        }
        self.position += 1;
        Ok(())
    }

    /// Consumes a string without escapes. Returns `None` if the next value is not one.
    #[inline]
    pub(super) fn plain_string(&mut self) -> Option<&'a str> {
        if self.body.get(self.position) != Some(&b'"') {
            return None;
        }
        let start = self.position + 1;
        let end = end_of_run(self.body, start);
        if self.body.get(end) != Some(&b'"') {
            return None;
        }
        self.position = end + 1;
        self.utf8(start, end)
    }

    /// Consumes a value that is a string without escapes or damage, and not empty. Consumes nothing if the next value is
    /// another.
    #[inline]
    pub(in crate::json) fn simple_string(&mut self) -> Option<&'a str> {
        self.peek();
        let start = self.position;
        let text = self.plain_string().filter(|text| !text.is_empty() && self.is_alone());
        if text.is_none() {
            self.position = start;
        }
        text
    }

    /// Consumes a string. The inner error is the kind of damage.
    pub(super) fn string(&mut self) -> Result<Result<Cow<'a, str>, JsonKind>, Error> {
        let start = self.position + 1;
        let end = end_of_run(self.body, start);
        self.irregular_string(start, end)
    }

    /// Consumes a string whose first special character is at `end`.
    fn irregular_string(&mut self, start: usize, end: usize) -> Result<Result<Cow<'a, str>, JsonKind>, Error> {
        self.position = start;
        self.skip_string()?;
        let last = self.position - 1;
        // The decoded string is not longer than the encoded one.
        let mut text = String::with_capacity(last - start);
        let (mut run, mut end) = (start, end);
        let mut damage = None;
        loop {
            match self.utf8(run, end) {
                Some(part) => text.push_str(part),
                None => damage = damage.or(Some(JsonKind::InvalidUtf8)),
            }
            if end >= last {
                return Ok(damage.map_or(Ok(Cow::Owned(text)), Err));
            }
            run = match unescape(&self.body[end..last]) {
                Ok((character, length)) => {
                    text.push(character);
                    end + length
                }
                Err((kind, length)) => {
                    damage = damage.or(Some(kind));
                    end + length
                }
            };
            end = end_of_run(self.body, run);
        }
    }

    /// Returns the bytes as a string, if they are UTF-8.
    #[inline]
    pub(super) fn utf8(&mut self, start: usize, end: usize) -> Option<&'a str> {
        let (from, to) = (start.wrapping_sub(self.utf8_start), end.wrapping_sub(self.utf8_start));
        match self.utf8.get(from..to) {
            Some(text) => Some(text),
            None => self.utf8_beyond(start, end),
        }
    }

    #[cold]
    fn utf8_beyond(&mut self, start: usize, end: usize) -> Option<&'a str> {
        let text = std::str::from_utf8(self.body.get(start..end)?).ok();
        if end > self.utf8_start + self.utf8.len() {
            self.validate_from(end);
        }
        text
    }

    /// Finds the longest part of the body from `start` that is UTF-8. Validating each string separately would take a
    /// fifth of the time of decoding.
    pub(super) fn validate_from(&mut self, start: usize) {
        let rest = self.body.get(start..).unwrap_or_default();
        self.utf8_start = start;
        self.utf8 = std::str::from_utf8(rest)
            .unwrap_or_else(|error| std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default());
    }
}
