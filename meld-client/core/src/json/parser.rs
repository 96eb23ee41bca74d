//! The parser of responses, error bodies and webhooks: of valid JSON, and of damaged JSON whose structure is clear.
//!
//! Damage is reported, and costs as little as possible:
//!
//! - A damaged token costs its value. Damaged are strings with invalid UTF-8, raw control characters, invalid escapes or
//!   lone surrogates, and words that are not JSON (`NaN`, `01`, `None`).
//! - Stray bytes next to a value count as part of it.
//! - A field with a damaged name is dropped.
//! - Extra commas cost nothing.
//!
//! JSON with an unclear structure is an error: it ends too early, brackets do not match, or a colon or comma is
//! missing. A string with unescaped quotes is an error too, because its end is unclear.

mod brackets;
mod copy;
pub(super) mod number;
mod scan;
mod strings;

use std::borrow::Cow;

use self::scan::{is_word, number_length};
use super::error::Error;
use super::kind::JsonKind;
use super::token::Token;
use super::warnings::Notes;

/// The number of levels of arrays and objects that are decoded, as in `serde_json`. Deeper values are dropped.
const DEPTH: usize = 128;

/// The memory limit of decoded values: bytes for each byte of the body, and bytes for a short body. With the body
/// itself, its strings and the spare capacity of growing lists, the sum is less than 20 for each byte.
const MEMORY: usize = 14;
const LEAST_MEMORY: usize = 1024 * 1024;

/// A parser that consumes JSON once, from the first byte to the last.
pub struct Parser<'a> {
    body: &'a [u8],
    position: usize,
    /// The part of the body around the position that is known to be UTF-8, and its start.
    utf8: &'a str,
    utf8_start: usize,
    /// `true` if an array or object has just been opened.
    is_first: bool,
    /// The number of levels that may still be opened.
    pub(super) depth: usize,
    /// The memory in bytes that may still be taken.
    pub(super) memory: usize,
    /// `true` if empty values are values, as in requests. In responses, they count as null.
    pub(super) is_exact: bool,
    pub(super) notes: Notes<'a>,
}

impl<'a> Parser<'a> {
    /// Creates a parser of a body. A byte order mark is skipped.
    pub(crate) fn new(body: &'a [u8]) -> Self {
        let mark = b"\xef\xbb\xbf";
        let mut parser = Self {
            body,
            position: if body.starts_with(mark) { mark.len() } else { 0 },
            utf8: "",
            utf8_start: 0,
            is_first: false,
            depth: DEPTH,
            memory: body.len().saturating_mul(MEMORY).max(LEAST_MEMORY),
            is_exact: false,
            notes: Notes::default(),
        };
        parser.validate_from(0);
        parser
    }

    /// Returns the number of bytes that are not consumed yet.
    pub(super) fn rest(&self) -> usize {
        self.body.len() - self.position
    }

    /// Returns the next byte that is not whitespace, without consuming it.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.body.get(self.position)?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.position += 1;
        }
    }

    /// Consumes the opening bracket of an array or object. Returns `false` if the next byte is another one, or the
    /// value is nested too deeply.
    #[inline]
    pub(crate) fn opens(&mut self, bracket: u8) -> bool {
        let opens = self.peek() == Some(bracket) && self.depth > 0;
        if opens {
            self.position += 1;
            self.depth -= 1;
            self.is_first = true;
        }
        opens
    }

    /// Moves to the next item of an array. Returns `false` at its end, which is consumed.
    #[inline]
    pub(crate) fn next_item(&mut self) -> Result<bool, Error> {
        self.has_next(b']')
    }

    /// Moves to the value of the next field and returns its name. Returns `None` at the end of the object, which is
    /// consumed. A field with a damaged name is reported and dropped.
    #[inline]
    pub(crate) fn next_key(&mut self) -> Result<Option<Cow<'a, str>>, Error> {
        while self.has_next(b'}')? {
            let start = self.position;
            if let Some(name) = self.plain_string()
                && self.peek() == Some(b':')
            {
                self.position += 1;
                return Ok(Some(Cow::Borrowed(name)));
            }
            self.position = start;
            if let Some(name) = self.irregular_key()? {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Consumes a name with escapes or damage. A damaged one is reported and skipped with its value, and the result is
    /// `None`.
    #[cold]
    fn irregular_key(&mut self) -> Result<Option<Cow<'a, str>>, Error> {
        match self.key()? {
            Ok(name) => Ok(Some(name)),
            Err(kind) => {
                self.notes.warning(None, "a field name", kind);
                self.skip()?;
                Ok(None)
            }
        }
    }

    /// Consumes the comma before the next item or field, or the closing bracket. Extra commas and stray bytes are
    /// reported.
    #[inline]
    fn has_next(&mut self, end: u8) -> Result<bool, Error> {
        // Nearly all responses have no whitespace, and a name or an object after the comma.
        if !self.is_first && matches!(self.body.get(self.position..), Some([b',', b'"' | b'{', ..])) {
            self.position += 1;
            return Ok(true);
        }
        self.has_next_slow(end)
    }

    fn has_next_slow(&mut self, end: u8) -> Result<bool, Error> {
        let is_first = std::mem::take(&mut self.is_first);
        let mut needs_comma = !is_first;
        loop {
            match self.peek() {
                Some(byte) if byte == end => {
                    if !needs_comma && !is_first {
                        self.notes.warning(None, "a value", JsonKind::StrayComma);
                    }
                    self.position += 1;
                    self.depth += 1;
                    return Ok(false);
                }
                Some(b',') => {
                    if !needs_comma {
                        self.notes.warning(None, "a value", JsonKind::StrayComma);
                    }
                    self.position += 1;
                    needs_comma = false;
                }
                Some(_) if !needs_comma => return Ok(true),
                Some(byte) if is_word(byte) => {
                    let kind = self.words();
                    self.notes.warning(None, "a comma", kind);
                }
                _ => return Err(self.error("a comma or a closing bracket is missing")),
            }
        }
    }

    /// Consumes the name of a field and the colon. The inner error is the kind of damage.
    fn key(&mut self) -> Result<Result<Cow<'a, str>, JsonKind>, Error> {
        let mut damage = None;
        if self.peek().is_some_and(is_word) {
            damage = Some(self.words());
        }
        let mut name = Cow::Borrowed("");
        if self.peek() == Some(b'"') {
            match self.string()? {
                Ok(text) => name = text,
                Err(kind) => damage = Some(kind),
            }
        } else if damage.is_none() {
            return Err(self.error("the name of a field is missing"));
        }
        if self.peek().is_some_and(is_word) {
            damage = Some(self.words());
        }
        if self.peek() != Some(b':') {
            return Err(self.error("a colon is missing"));
        }
        self.position += 1;
        Ok(damage.map_or(Ok(name), Err))
    }

    /// Consumes a value. The token of an array or object has no content.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear.
    #[inline]
    pub fn token(&mut self) -> Result<Token<'a>, Error> {
        let first = self.peek();
        let start = self.position;
        match first {
            Some(b'"') => match self.plain_string() {
                Some(text) if self.is_alone() => Ok(Token::String(Cow::Borrowed(text))),
                _ => self.irregular_token(start),
            },
            Some(b'-' | b'0'..=b'9') => match number_length(&self.body[start..]) {
                Some(length) => self.word(length, Token::Number),
                None => self.not_a_value(start),
            },
            Some(b'n') => self.literal(b"null", Token::Null),
            Some(b't') => self.literal(b"true", Token::Boolean(true)),
            Some(b'f') => self.literal(b"false", Token::Boolean(false)),
            Some(b'{') => self.brackets(JsonKind::Object),
            Some(b'[') => self.brackets(JsonKind::Array),
            // A missing value: `{"id":}`.
            Some(b',' | b'}' | b']' | b':') => Ok(Token::Damaged(JsonKind::NotJson)),
            Some(_) => self.not_a_value(start),
            None => Err(self.error("it ends too early")),
        }
    }

    /// Consumes a string with escapes, damage or stray bytes.
    #[inline(never)]
    fn irregular_token(&mut self, start: usize) -> Result<Token<'a>, Error> {
        self.position = start;
        let text = self.string()?;
        let stray = if self.is_alone() { None } else { Some(self.words()) };
        Ok(match (text, stray) {
            (Ok(text), None) => Token::String(text),
            (Err(kind), _) | (Ok(_), Some(kind)) => Token::Damaged(kind),
        })
    }

    #[inline]
    fn literal(&mut self, text: &[u8], token: Token<'a>) -> Result<Token<'a>, Error> {
        if self.body[self.position..].starts_with(text) {
            self.word(text.len(), |_| token)
        } else {
            self.not_a_value(self.position)
        }
    }

    /// Consumes a word of this length, if nothing else belongs to its value.
    #[inline]
    fn word(&mut self, length: usize, token: impl FnOnce(&'a str) -> Token<'a>) -> Result<Token<'a>, Error> {
        let start = self.position;
        self.position += length;
        let ends = !self.body.get(self.position).copied().is_some_and(is_word);
        match self.utf8(start, start + length) {
            Some(word) if ends && self.is_alone() => Ok(token(word)),
            _ => self.not_a_value(start),
        }
    }

    /// Returns `true` for null, and for an empty string, array or object if these count as null.
    #[inline]
    pub(super) fn is_nothing(&self, token: &Token<'_>) -> bool {
        token.is_nothing() && (!self.is_exact || matches!(token, Token::Null))
    }

    /// Returns `true` if a mark or the end of the body follows, so that the value ends here.
    #[inline]
    fn is_alone(&mut self) -> bool {
        matches!(self.peek(), None | Some(b',' | b'}' | b']' | b':'))
    }

    /// Consumes words that are not a value, with at most one string, array or object among them.
    #[cold]
    fn not_a_value(&mut self, start: usize) -> Result<Token<'a>, Error> {
        self.position = start;
        let kind = self.words();
        match self.peek() {
            Some(b'"') => drop(self.string()?),
            Some(b'{' | b'[') => self.skip_brackets()?,
            _ => {}
        }
        self.words();
        if self.is_alone() {
            Ok(Token::Damaged(kind))
        } else {
            Err(self.error("a comma or a closing bracket is missing"))
        }
    }

    /// Consumes words and the whitespace between them.
    #[cold]
    fn words(&mut self) -> JsonKind {
        let start = self.position;
        while self.peek().is_some_and(is_word) {
            self.position += 1;
        }
        let text = self.body[start..self.position].utf8_chunks().next();
        if text.is_some_and(|chunk| !chunk.invalid().is_empty()) { JsonKind::InvalidUtf8 } else { JsonKind::NotJson }
    }

    /// Consumes a value and returns its bytes.
    ///
    /// # Errors
    ///
    /// Returns an error if the structure of the JSON is unclear.
    pub fn raw(&mut self) -> Result<&'a [u8], Error> {
        self.peek();
        let start = self.position;
        self.skip()?;
        Ok(&self.body[start..self.position])
    }

    /// Requires the end of the body. Words after the value are reported.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        if self.peek().is_some_and(is_word) {
            let kind = self.words();
            self.notes.warning(None, "the end", kind);
        }
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error("there is more after its end")),
        }
    }

    /// Takes memory for decoded values.
    ///
    /// # Errors
    ///
    /// Returns an error if not enough is left.
    #[inline]
    pub(super) fn take_memory(&mut self, bytes: usize) -> Result<(), Error> {
        match self.memory.checked_sub(bytes) {
            Some(left) => {
                self.memory = left;
                Ok(())
            }
            None => Err(self.error(TOO_MUCH_MEMORY)),
        }
    }

    /// Returns memory that is free again.
    pub(super) fn return_memory(&mut self, bytes: usize) {
        self.memory = self.memory.saturating_add(bytes);
    }

    #[cold]
    fn error(&self, reason: &'static str) -> Error {
        Error { offset: self.position, reason }
    }
}

const TOO_MUCH_MEMORY: &str = "decoded, it would take more than 14 bytes of memory for each byte of the body";
