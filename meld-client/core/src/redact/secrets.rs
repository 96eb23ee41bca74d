//! The secrets of a request, and the search for them in a response.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};
use memchr::memmem;

use super::encoded::{Encoding, Run, for_each_run};
use super::escapes::{Escapes, Unit, unescaped, units};
use super::fold;
use crate::http_response::HttpResponse;

const REDACTED: &str = "[redacted]";

/// The name of a header whose name holds a secret.
const REDACTED_NAME: HeaderName = HeaderName::from_static("redacted");

/// The number of letters and digits from which a value is redacted also within words.
const FOUND_ANYWHERE: usize = 8;

/// The number of layers of escapes that are removed.
const ROUNDS: usize = 6;

/// The size of the part that is searched at once, in bytes.
const WINDOW: usize = 64 * 1024;

/// The number of bytes of one character with all its escapes: `\\\\u0074`, `%255Cu0074`.
const LONGEST_ESCAPE: usize = 16;

/// The secrets of one request. It does not implement `Debug`, which would show them.
#[derive(Default)]
pub(crate) struct Secrets {
    patterns: Vec<Pattern>,
}

/// A secret as it is searched for.
struct Pattern {
    /// Finds the letters and digits in lower case, and everything else but separators.
    finder: memmem::Finder<'static>,
    /// The number of separators in the secret.
    separators: usize,
}

/// Collecting secrets.
impl Secrets {
    /// Adds a secret, and other spellings of the same value.
    pub(crate) fn add(&mut self, secret: &str) {
        self.add_pattern(secret);
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // As a JSON number, it has no leading zeros.
        if is_digits(secret) {
            self.add_pattern(secret.trim_start_matches('0'));
        }
        // A phone number without its country code, which has one to three digits.
        if let Some(number) = secret.strip_prefix('+').filter(|number| is_digits(number)) {
            let national = (1..=3).filter_map(|code| number.get(code..));
            national.filter(|rest| rest.len() >= FOUND_ANYWHERE).for_each(|r| self.add_pattern(r));
        }
        // A date in other orders.
        if let [year, month, day] = secret.split('-').collect::<Vec<_>>()[..]
            && (year.len(), month.len(), day.len()) == (4, 2, 2)
        {
            self.add_pattern(&format!("{day}{month}{year}"));
            self.add_pattern(&format!("{month}{day}{year}"));
        }
    }

    /// Adds an API key and its two parts, because a service may take them for a user and a password.
    pub(crate) fn add_api_key(&mut self, api_key: &str) {
        self.add(api_key);
        api_key.split(':').filter(|part| part.len() >= FOUND_ANYWHERE).for_each(|p| self.add(p));
    }

    /// Adds the value of a header, and the credentials in it: `Bearer token`, `name=value; other=value`.
    pub(crate) fn add_header(&mut self, value: &HeaderValue) {
        let value = String::from_utf8_lossy(value.as_bytes());
        self.add(value.strip_prefix("Bearer ").unwrap_or(&value));
        let parts = value.split([' ', ';', ',', '=']).filter(|part| part.len() >= FOUND_ANYWHERE);
        parts.for_each(|part| self.add(part));
    }

    fn add_pattern(&mut self, secret: &str) {
        let secret = secret.trim();
        let folded = Folded::of(&units(secret.as_bytes())).text;
        if !folded.is_empty() {
            let separators = secret.chars().filter(|character| fold::separates(*character)).count();
            let finder = memmem::Finder::new(&folded).into_owned();
            self.patterns.push(Pattern { finder, separators });
        }
    }

    /// Prepares the secrets for searching.
    pub(crate) fn collected(mut self) -> Self {
        self.patterns.sort_unstable_by(|one, other| one.key().cmp(&other.key()));
        self.patterns.dedup_by(|one, other| one.key() == other.key());
        self
    }
}

/// Redacting.
impl Secrets {
    pub(crate) fn redact_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.replaced(text.as_bytes(), false) {
            Some(redacted) => Cow::Owned(String::from_utf8_lossy(&redacted).into_owned()),
            None => Cow::Borrowed(text),
        }
    }

    /// Redacts a body. JSON remains JSON.
    pub(crate) fn redact_body(&self, body: Vec<u8>) -> Vec<u8> {
        let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body);
        let first = text.trim_ascii_start().first();
        let is_json = matches!(first, Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9'));
        self.replaced(&body, is_json).unwrap_or(body)
    }

    pub(crate) fn redact_response(&self, response: &mut HttpResponse) {
        self.redact_headers(&mut response.headers);
        response.body = self.redact_body(std::mem::take(&mut response.body).into()).into();
    }

    /// Redacts names and values of headers.
    pub(crate) fn redact_headers(&self, headers: &mut HeaderMap) {
        let holds = |text: &[u8]| self.replaced(text, false).is_some();
        if !headers.iter().any(|(name, value)| holds(name.as_str().as_bytes()) || holds(value.as_bytes())) {
            return;
        }
        let mut redacted = HeaderMap::with_capacity(headers.len());
        for (name, value) in &*headers {
            let name = if holds(name.as_str().as_bytes()) { &REDACTED_NAME } else { name };
            let value = match self.replaced(value.as_bytes(), false) {
                Some(text) => HeaderValue::from_bytes(&text).unwrap_or_else(|_| HeaderValue::from_static(REDACTED)),
                None => value.clone(),
            };
            redacted.append(name, value);
        }
        *headers = redacted;
    }

    /// Returns the text with every secret replaced; `None` if it has no secret.
    fn replaced(&self, text: &[u8], is_json: bool) -> Option<Vec<u8>> {
        let mut found = self.found(text, is_json);
        if found.is_empty() {
            return None;
        }
        found.sort_unstable();
        let mut redacted = Vec::with_capacity(text.len());
        let mut quotes = Quotes::default();
        let mut position = 0;
        for (start, end) in found {
            // Found twice: in the text with escapes and without.
            if start < position {
                position = position.max(end);
                continue;
            }
            let (start, end, quote) = if is_json && !quotes.is_within(text, start) {
                // Replace the whole number, in quotes, to keep valid JSON.
                let (start, end) = expand_to_word(text, start, end);
                (start.max(position), end, "\"")
            } else {
                (start, end, "")
            };
            redacted.extend_from_slice(&text[position..start]);
            redacted.extend_from_slice(format!("{quote}{REDACTED}{quote}").as_bytes());
            position = end;
        }
        redacted.extend_from_slice(&text[position..]);
        Some(redacted)
    }

    /// Returns the byte ranges of all secrets.
    fn found(&self, text: &[u8], is_json: bool) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let longest = self.patterns.iter().map(|pattern| pattern.folded().len()).max();
        let Some(longest) = longest else { return found };
        // A secret that crosses the end of a window is found in the overlap.
        let overlap = 2 * longest * LONGEST_ESCAPE + LONGEST_ESCAPE;
        let mut start = 0;
        loop {
            let end = text.len().min(start + WINDOW + overlap);
            self.search_window(&text[start..end], is_json, start, &mut found);
            if end == text.len() {
                return found;
            }
            start += WINDOW;
        }
    }

    fn search_window(&self, text: &[u8], is_json: bool, offset: usize, found: &mut Vec<(usize, usize)>) {
        let mut units = units(text);
        // Strings of JSON are searched only without their escapes.
        if is_json && let Some(plain) = unescaped(&units, Escapes::Json) {
            units = plain;
        }
        self.search(&units, offset, found);
        for kind in [Escapes::Web, Escapes::Json].into_iter().cycle().take(ROUNDS) {
            if let Some(plain) = unescaped(&units, kind) {
                units = plain;
                self.search(&units, offset, found);
            }
        }
    }

    /// Searches the text with some layers of escapes removed.
    fn search(&self, units: &[Unit], offset: usize, found: &mut Vec<(usize, usize)>) {
        let range = |(first, last): (usize, usize)| {
            let last = fold::with_accents(units, last);
            (offset + units[first].start as usize, offset + units[last].end as usize)
        };
        let folded = Folded::of(units);
        for pattern in &self.patterns {
            let places = folded.places(pattern);
            let places = places.filter(|(first, last)| pattern.is_long() || pattern.stands_alone(units, *first, *last));
            found.extend(places.map(range));
        }
        for encoding in Encoding::ALL {
            for_each_run(units, encoding, |run| found.extend(self.found_in(run, encoding).into_iter().map(range)));
        }
    }

    /// Returns the first and the last unit of each secret that a run of digits encodes.
    fn found_in(&self, run: Run<'_>, encoding: Encoding) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        if run.length() >= FOUND_ANYWHERE {
            for from in 0..encoding.alignments() {
                found.extend(self.found_long(&run.bytes(from)).into_iter().map(|range| run.words(from, range)));
            }
        }
        // A number may look like the hexadecimal digits of a short value.
        if encoding == Encoding::Base64 && self.patterns.iter().any(|pattern| !pattern.is_long()) {
            let words = run.split().filter(|word| self.holds_short(&word.bytes(0)));
            found.extend(words.map(|word| word.words(0, (0, word.length()))));
        }
        found
    }

    /// Returns `true` if decoded bytes are printable and hold a short secret that stands alone.
    fn holds_short(&self, bytes: &[u8]) -> bool {
        if str::from_utf8(bytes).map_or(true, |text| text.contains(char::is_control)) {
            return false;
        }
        let units = units(bytes);
        let folded = Folded::of(&units);
        let mut short = self.patterns.iter().filter(|pattern| !pattern.is_long());
        short.any(|pattern| folded.places(pattern).any(|(first, last)| pattern.stands_alone(&units, first, last)))
    }

    /// Returns the byte ranges of the long secrets in decoded bytes, also with escapes.
    fn found_long(&self, bytes: &[u8]) -> Vec<(usize, usize)> {
        let plain = units(bytes);
        let layers = [unescaped(&plain, Escapes::Json), unescaped(&plain, Escapes::Web), Some(plain)];
        let mut found = Vec::new();
        for layer in layers.iter().flatten() {
            let folded = Folded::of(layer);
            for pattern in self.patterns.iter().filter(|pattern| pattern.is_long()) {
                let range = |(first, last): (usize, usize)| (layer[first].start as usize, layer[last].end as usize);
                found.extend(folded.places(pattern).map(range));
            }
        }
        found
    }
}

/// A text as it is searched.
struct Folded {
    text: String,
    /// The index of the unit that each byte of the text comes from.
    origins: Vec<u32>,
}

impl Folded {
    fn of(units: &[Unit]) -> Self {
        let mut text = String::with_capacity(units.len());
        let mut origins: Vec<u32> = Vec::with_capacity(units.len());
        for (index, unit) in (0_u32..).zip(units) {
            if !fold::groups_digits(units, index as usize) {
                fold::push(&mut text, unit.character);
                origins.resize(text.len(), index);
            }
        }
        Self { text, origins }
    }

    /// Returns the first and the last unit of each place of a pattern.
    fn places(&self, pattern: &Pattern) -> impl Iterator<Item = (usize, usize)> {
        let length = pattern.folded().len();
        let places = pattern.finder.find_iter(self.text.as_bytes());
        places.map(move |place| (self.origins[place] as usize, self.origins[place + length - 1] as usize))
    }
}

impl Pattern {
    fn folded(&self) -> &[u8] {
        self.finder.needle()
    }

    fn key(&self) -> (&[u8], usize) {
        (self.folded(), self.separators)
    }

    /// Returns `true` if it is redacted also within words.
    fn is_long(&self) -> bool {
        self.folded().len() >= FOUND_ANYWHERE
    }

    /// Returns `true` if these units are a whole word or number with no more separators than the secret.
    fn stands_alone(&self, units: &[Unit], first: usize, last: usize) -> bool {
        let at = |index: Option<usize>| Some(units.get(index?)?.character);
        let goes_on = |next: Option<usize>, after: Option<usize>, decimals: &str| {
            at(next).is_some_and(char::is_alphanumeric)
                || at(next) == Some('.') && at(after).is_some_and(|digit| decimals.contains(digit))
        };
        let next = fold::with_accents(units, last) + 1;
        let separators = units[first..=last].iter().filter(|unit| fold::separates(unit.character)).count();
        separators <= self.separators
            // Excludes the 123 of 0.123 and of 123.45, but not that of 123.0.
            && !goes_on(first.checked_sub(1), first.checked_sub(2), "0123456789")
            && !goes_on(Some(next), Some(next + 1), "123456789")
    }
}

/// Tracks whether positions of a JSON text are within a string. Positions must ascend.
#[derive(Default)]
struct Quotes {
    position: usize,
    is_within: bool,
}

impl Quotes {
    fn is_within(&mut self, json: &[u8], place: usize) -> bool {
        while self.position < place {
            match json[self.position] {
                b'"' => self.is_within = !self.is_within,
                b'\\' => self.position += 1,
                _ => {}
            }
            self.position += 1;
        }
        self.is_within
    }
}

/// Extends a range to the whole word or number.
fn expand_to_word(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-');
    while start > 0 && is_part(text[start - 1]) {
        start -= 1;
    }
    while end < text.len() && is_part(text[end]) {
        end += 1;
    }
    (start, end)
}

#[cfg(test)]
mod tests;
