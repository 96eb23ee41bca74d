//! Arrays and objects whose content is not decoded.

use super::Parser;
use crate::json::error::Error;
use crate::json::kind::JsonKind;
use crate::json::token::Token;

impl<'a> Parser<'a> {
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        match self.peek() {
            Some(b'{' | b'[') => self.skip_brackets(),
            _ => self.token().map(drop),
        }
    }

    /// Returns `true` if the next value is null, or an empty string, array or object, without consuming it.
    #[cfg(feature = "client")]
    pub(crate) fn next_is_empty(&mut self) -> bool {
        let first = self.peek();
        let rest = self.body.get(self.position..).unwrap_or_default();
        let inner = rest.get(1..).unwrap_or_default().trim_ascii_start().first();
        match first {
            Some(b'n') => rest.starts_with(b"null"),
            Some(b'"') => rest.get(1) == Some(&b'"'),
            Some(b'[') => inner == Some(&b']'),
            Some(b'{') => inner == Some(&b'}'),
            _ => false,
        }
    }

    /// Consumes an array or object as a token.
    pub(super) fn brackets(&mut self, kind: JsonKind) -> Result<Token<'a>, Error> {
        let start = self.position;
        self.skip_brackets()?;
        // An empty value has only whitespace between its brackets.
        let inner = self.body.get(start + 1..self.position - 1).unwrap_or_default();
        Ok(match inner.trim_ascii().is_empty() {
            true => Token::Empty(kind),
            false if self.depth == 0 => Token::Damaged(JsonKind::TooDeep),
            false => Token::Full(kind),
        })
    }

    /// Skips an array or object of any depth. Damage in it is not reported.
    pub(super) fn skip_brackets(&mut self) -> Result<(), Error> {
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
}
