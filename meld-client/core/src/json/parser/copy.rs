//! Copies of values as raw JSON.

use std::borrow::Cow;

use super::Parser;
use crate::json::error::Error;
use crate::json::kind::JsonKind;
use crate::json::token::Token;
use crate::json::warnings::Step;

impl<'a> Parser<'a> {
    /// Copies a value with all digits of its numbers. Damaged values become `null` and are reported. Values that are
    /// nested too deeply are copied unchanged.
    fn copy(&mut self, copy: &mut String) -> Result<Result<(), JsonKind>, Error> {
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

    /// Consumes a value and returns its raw JSON. Damaged values in it are reported, and `null` in the result.
    pub(in crate::json) fn text(&mut self) -> Result<Result<Cow<'a, str>, JsonKind>, Error> {
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
}
