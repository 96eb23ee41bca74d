//! The one parser of responses, streams and webhooks: JSON as it should be, and damaged JSON as far as it is clear.
//!
//! A damaged token costs the value that it stands for and nothing else. Damaged are strings with invalid UTF-8, raw
//! control characters, invalid escapes or lone surrogates, and words that are no JSON (`NaN`, `01`, `None`). Stray bytes
//! beside a value count as part of it. A field whose name is damaged is left out. Commas too many cost nothing. All of
//! it is reported.
//!
//! Text whose structure is unclear is an error: it ends too early, brackets do not match, a colon or comma is missing.
//! A string with unescaped quotes is such a text, because nobody knows where it ends.

use std::borrow::Cow;

use super::warnings::{Notes, Step};
use super::{Error, Found, FromJson, JsonKind, Token};

/// How many levels of arrays and objects are decoded, as in `serde_json`. What is nested more deeply is left out.
const DEPTH: usize = 128;

/// How many bytes of memory decoded values may take for each byte of the body, and for a short body in any case. With
/// the body itself, its strings and what is set aside while lists grow, that makes less than 20.
const MEMORY: usize = 14;
const LEAST_MEMORY: usize = 1024 * 1024;

/// Goes through JSON once, from the first byte to the last.
pub struct Parser<'a> {
    body: &'a [u8],
    position: usize,
    /// The part of the body around the position that is known to be UTF-8, and where it begins.
    utf8: &'a str,
    utf8_start: usize,
    /// `true` if an array or object has just been opened.
    is_first: bool,
    /// How many more levels may be opened.
    depth: usize,
    /// How many more bytes of memory may be taken.
    memory: usize,
    pub(super) notes: Notes<'a>,
}

/// Bytes that end a word: marks and whitespace.
const ENDS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let ends = b"{}[],:\" \n\r\t";
    let mut index = 0;
    while index < ends.len() {
        table[ends[index] as usize] = true;
        index += 1;
    }
    table
};

fn is_word(byte: u8) -> bool {
    !ENDS_WORD[usize::from(byte)]
}

impl<'a> Parser<'a> {
    /// Starts at the first byte; a byte order mark before it is skipped.
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
            notes: Notes::default(),
        };
        parser.validate_from(0);
        parser
    }

    /// The next byte that is not whitespace, which is not consumed.
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

    /// Consumes the opening bracket of an array or object, unless something else comes next, or it is nested too
    /// deeply.
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

    /// Goes to the next item of an array, or behind its end.
    #[inline]
    pub(crate) fn next_item(&mut self) -> Result<bool, Error> {
        self.goes_on(b']')
    }

    /// Goes to the value of the next field and gives the name; or behind the end of the object. A field whose name is
    /// damaged is reported and left out.
    #[inline]
    pub(crate) fn next_key(&mut self) -> Result<Option<Cow<'a, str>>, Error> {
        while self.goes_on(b'}')? {
            let start = self.position;
            if let Some(name) = self.plain_string()
                && self.peek() == Some(b':')
            {
                self.position += 1;
                return Ok(Some(Cow::Borrowed(name)));
            }
            self.position = start;
            if let Some(name) = self.odd_key()? {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// The name of a field that is not plain; `None`, behind its value, if it is damaged.
    #[cold]
    fn odd_key(&mut self) -> Result<Option<Cow<'a, str>>, Error> {
        match self.key()? {
            Ok(name) => Ok(Some(name)),
            Err(kind) => {
                self.notes.warning(None, "a field name", kind);
                self.skip()?;
                Ok(None)
            }
        }
    }

    /// Goes over the comma to the next item or field, or behind the closing bracket. Commas too many and stray bytes are
    /// reported.
    #[inline]
    fn goes_on(&mut self, end: u8) -> Result<bool, Error> {
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

    /// The name of a field with the colon behind it; the inner error says that it is damaged.
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

    /// Consumes a value. Of an array or object the token says only whether it is empty.
    ///
    /// # Errors
    /// Returns an error if the structure of the JSON is unclear.
    #[inline]
    pub fn token(&mut self) -> Result<Token<'a>, Error> {
        let first = self.peek();
        let start = self.position;
        match first {
            Some(b'"') => match self.plain_string() {
                Some(text) if self.is_alone() => Ok(Token::Text(Cow::Borrowed(text))),
                _ => self.odd_token(start),
            },
            Some(b'-' | b'0'..=b'9') => match number_length(&self.body[start..]) {
                Some(length) => self.word(length, Token::Number),
                None => self.no_word(start),
            },
            Some(b'n') => self.literal(b"null", Token::Null),
            Some(b't') => self.literal(b"true", Token::Boolean(true)),
            Some(b'f') => self.literal(b"false", Token::Boolean(false)),
            Some(b'{') => self.brackets(JsonKind::Object),
            Some(b'[') => self.brackets(JsonKind::Array),
            // There is none: `{"id":}`.
            Some(b',' | b'}' | b']' | b':') => Ok(Token::Damaged(JsonKind::NotJson)),
            Some(_) => self.no_word(start),
            None => Err(self.error("it ends too early")),
        }
    }

    /// A string that is not plain, or not alone.
    #[inline(never)]
    fn odd_token(&mut self, start: usize) -> Result<Token<'a>, Error> {
        self.position = start;
        let text = self.string()?;
        let stray = if self.is_alone() { None } else { Some(self.words()) };
        Ok(match (text, stray) {
            (Ok(text), None) => Token::Text(text),
            (Err(kind), _) | (Ok(_), Some(kind)) => Token::Damaged(kind),
        })
    }

    #[inline]
    fn literal(&mut self, text: &[u8], token: Token<'a>) -> Result<Token<'a>, Error> {
        if self.body[self.position..].starts_with(text) {
            self.word(text.len(), |_| token)
        } else {
            self.no_word(self.position)
        }
    }

    /// A word of this length, if it is alone.
    #[inline]
    fn word(
        &mut self,
        length: usize,
        token: impl FnOnce(&'a str) -> Token<'a>,
    ) -> Result<Token<'a>, Error> {
        let start = self.position;
        self.position += length;
        let ends = !self.body.get(self.position).copied().is_some_and(is_word);
        match self.utf8(start, start + length) {
            Some(word) if ends && self.is_alone() => Ok(token(word)),
            _ => self.no_word(start),
        }
    }

    /// Consumes a value of which nothing is wanted.
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        match self.peek() {
            Some(b'{' | b'[') => self.skip_brackets(),
            _ => self.token().map(drop),
        }
    }

    /// Returns `true` if a value has come to its end: a mark or the end of the body follows.
    #[inline]
    fn is_alone(&mut self) -> bool {
        matches!(self.peek(), None | Some(b',' | b'}' | b']' | b':'))
    }

    /// Words that are no value, with what comes behind them: at most one string, array or object, and more words.
    #[cold]
    fn no_word(&mut self, start: usize) -> Result<Token<'a>, Error> {
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
        if text.is_some_and(|chunk| !chunk.invalid().is_empty()) {
            JsonKind::InvalidUtf8
        } else {
            JsonKind::NotJson
        }
    }

    fn brackets(&mut self, kind: JsonKind) -> Result<Token<'a>, Error> {
        let start = self.position;
        self.skip_brackets()?;
        // The brackets, and nothing between them but whitespace.
        let inner = self.body.get(start + 1..self.position - 1).unwrap_or_default();
        Ok(match inner.trim_ascii().is_empty() {
            true => Token::Empty(kind),
            false if self.depth == 0 => Token::Damaged(JsonKind::TooDeep),
            false => Token::Full(kind),
        })
    }

    /// Consumes an array or object, however deeply nested. Whatever is damaged in it does not matter.
    fn skip_brackets(&mut self) -> Result<(), Error> {
        let mut open = Vec::new();
        loop {
            let Some(&byte) = self.body.get(self.position) else {
                return Err(self.error("it ends too early"));
            };
            self.position += 1;
            match byte {
                b'"' => self.skip_string()?,
                b'{' => open.push(b'}'),
                b'[' => open.push(b']'),
                b'}' | b']' => {
                    if open.pop() != Some(byte) {
                        return Err(self.error("brackets do not match"));
                    }
                    if open.is_empty() {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
    }

    /// Goes behind the closing quote of a string.
    fn skip_string(&mut self) -> Result<(), Error> {
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

    /// Consumes a string without escapes, if that is what comes next.
    #[inline]
    fn plain_string(&mut self) -> Option<&'a str> {
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

    /// Consumes a string; the inner error says how it is damaged.
    fn string(&mut self) -> Result<Result<Cow<'a, str>, JsonKind>, Error> {
        let start = self.position + 1;
        let end = end_of_run(self.body, start);
        self.odd_string(start, end)
    }

    /// A string with something else than plain characters, the first of it at `end`.
    fn odd_string(
        &mut self,
        start: usize,
        end: usize,
    ) -> Result<Result<Cow<'a, str>, JsonKind>, Error> {
        self.position = start;
        self.skip_string()?;
        let last = self.position - 1;
        // No longer than it is with its escapes.
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

    /// The bytes as text, if they are UTF-8.
    #[inline]
    fn utf8(&mut self, start: usize, end: usize) -> Option<&'a str> {
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

    /// Finds out how far the body is UTF-8 from here on. It is validated as a whole, because validating each string by
    /// itself takes a fifth of the time of decoding.
    fn validate_from(&mut self, start: usize) {
        let rest = self.body.get(start..).unwrap_or_default();
        self.utf8_start = start;
        self.utf8 = std::str::from_utf8(rest).unwrap_or_else(|error| {
            std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default()
        });
    }

    /// Copies a value with all digits of its numbers; damaged values become `null` and are reported. What is nested too
    /// deeply is copied as it is.
    pub(super) fn copy(&mut self, copy: &mut String) -> Result<Result<(), JsonKind>, Error> {
        let mut separator = "";
        if self.opens(b'{') {
            copy.push('{');
            while let Some(key) = self.next_key()? {
                copy.push_str(separator);
                copy.push_str(&serde_json::Value::from(&*key).to_string());
                copy.push(':');
                self.copy_inner(Step::Key(key), copy)?;
                separator = ",";
            }
            copy.push('}');
        } else if self.opens(b'[') {
            copy.push('[');
            for index in 0.. {
                if !self.next_item()? {
                    break;
                }
                copy.push_str(separator);
                self.copy_inner(Step::Index(index), copy)?;
                separator = ",";
            }
            copy.push(']');
        } else {
            self.peek();
            let start = self.position;
            match self.token()? {
                Token::Damaged(kind) if kind != JsonKind::TooDeep => return Ok(Err(kind)),
                _ => copy.push_str(self.utf8(start, self.position).unwrap_or("null")),
            }
        }
        Ok(Ok(()))
    }

    fn copy_inner(&mut self, step: Step<'a>, copy: &mut String) -> Result<(), Error> {
        self.notes.path.push(step);
        if let Err(kind) = self.copy(copy)? {
            copy.push_str("null");
            self.notes.warning(None, "any value", kind);
        }
        self.notes.path.pop();
        Ok(())
    }

    /// Consumes a value and gives its bytes.
    ///
    /// # Errors
    /// Returns an error if the structure of the JSON is unclear.
    pub fn raw(&mut self) -> Result<&'a [u8], Error> {
        self.peek();
        let start = self.position;
        self.skip()?;
        Ok(&self.body[start..self.position])
    }

    /// Consumes a value and gives its text; a copy if something of it is damaged, which is reported.
    pub(super) fn text(&mut self) -> Result<Result<Cow<'a, str>, JsonKind>, Error> {
        self.peek();
        let (start, warnings) = (self.position, self.notes.count());
        let mut copy = String::new();
        if let Err(kind) = self.copy(&mut copy)? {
            return Ok(Err(kind));
        }
        if self.notes.count() > warnings {
            return Ok(Ok(Cow::Owned(copy)));
        }
        Ok(Ok(self.utf8(start, self.position).map_or(Cow::Owned(copy), Cow::Borrowed)))
    }

    /// Decodes a copied text as a part of what is decoded here: with its path and out of its memory.
    ///
    /// # Errors
    /// Returns an error if the structure of the JSON is unclear.
    pub(super) fn read_inner<T: FromJson>(
        &mut self,
        text: &str,
        step: Option<Step<'static>>,
    ) -> Result<Found<T>, Error> {
        let mut inner = Parser::new(text.as_bytes());
        (inner.depth, inner.memory) = (self.depth, self.memory);
        inner.notes.path.extend(step);
        let found = T::read(&mut inner)?;
        self.memory = inner.memory;
        self.notes.adopt(&inner.notes.warnings);
        Ok(found)
    }

    /// Looks for the end of the body behind its value. Words that stand there are reported.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        if self.peek().is_some_and(is_word) {
            let kind = self.words();
            self.notes.warning(None, "the end", kind);
        }
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error("there is more behind its end")),
        }
    }

    /// Takes memory for what is decoded.
    ///
    /// # Errors
    /// Returns an error if there is not so much left.
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

    /// Gives memory back.
    pub(super) fn return_memory(&mut self, bytes: usize) {
        self.memory = self.memory.saturating_add(bytes);
    }

    #[cold]
    fn error(&self, reason: &'static str) -> Error {
        Error { offset: self.position, reason }
    }
}

const TOO_MUCH_MEMORY: &str =
    "decoded, it would take more than 14 bytes of memory for each byte of the body";

/// The position of the first byte of a string that is a quote, a backslash or a control character; eight bytes are
/// looked at together.
#[inline]
fn end_of_run(body: &[u8], start: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH_BITS: u64 = ONES << 7;
    // Has the high bit of each byte that is zero; those above the lowest of them may have it wrongly.
    let zeros = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes;
    let mut position = start;
    while let Some(chunk) = body.get(position..).and_then(|rest| rest.first_chunk::<8>()) {
        let bytes = u64::from_le_bytes(*chunk);
        let quotes = zeros(bytes ^ (ONES * u64::from(b'"')));
        let backslashes = zeros(bytes ^ (ONES * u64::from(b'\\')));
        let controls = bytes.wrapping_sub(ONES * 0x20) & !bytes;
        let found = (quotes | backslashes | controls) & HIGH_BITS;
        if found != 0 {
            return position + found.trailing_zeros() as usize / 8;
        }
        position += 8;
    }
    let rest = body.get(position..).unwrap_or_default();
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    position + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// The character of the escape that the bytes begin with, and how many bytes the escape has.
fn unescape(bytes: &[u8]) -> Result<(char, usize), (JsonKind, usize)> {
    let character = match bytes {
        [b'\\', b'u', rest @ ..] => return unescape_unicode(rest),
        [b'\\', escaped, ..] => match escaped {
            b'"' | b'\\' | b'/' => char::from(*escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            _ => return Err((JsonKind::InvalidEscape, 2)),
        },
        _ => return Err((JsonKind::ControlCharacter, 1)),
    };
    Ok((character, 2))
}

/// The same behind `\u`.
fn unescape_unicode(rest: &[u8]) -> Result<(char, usize), (JsonKind, usize)> {
    let first = hexadecimal(rest).ok_or((JsonKind::InvalidEscape, 2))?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, 6));
    }
    let second = match rest.get(4..) {
        Some([b'\\', b'u', second @ ..]) if first < 0xdc00 => hexadecimal(second),
        _ => None,
    };
    match second {
        Some(second @ 0xdc00..0xe000) => {
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            char::from_u32(code)
                .map(|character| (character, 12))
                .ok_or((JsonKind::LoneSurrogate, 6))
        }
        _ => Err((JsonKind::LoneSurrogate, 6)),
    }
}

/// The number that four hexadecimal digits stand for.
fn hexadecimal(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.first_chunk::<4>()?;
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
}

/// The length of the number that the bytes begin with.
#[inline]
fn number_length(bytes: &[u8]) -> Option<usize> {
    let mut position = usize::from(bytes.first() == Some(&b'-'));
    let start = position;
    digits(bytes, &mut position)?;
    if bytes[start] == b'0' && position > start + 1 {
        return None;
    }
    if bytes.get(position) == Some(&b'.') {
        position += 1;
        digits(bytes, &mut position)?;
    }
    if matches!(bytes.get(position), Some(b'e' | b'E')) {
        position += 1;
        if matches!(bytes.get(position), Some(b'+' | b'-')) {
            position += 1;
        }
        digits(bytes, &mut position)?;
    }
    Some(position)
}

/// Goes over at least one digit.
#[inline]
fn digits(bytes: &[u8], position: &mut usize) -> Option<()> {
    let start = *position;
    while bytes.get(*position).is_some_and(u8::is_ascii_digit) {
        *position += 1;
    }
    (*position > start).then_some(())
}
