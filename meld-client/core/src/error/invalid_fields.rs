//! The fields and parameters of an invalid request.

use std::borrow::Cow;
use std::fmt;

use crate::one_line::OneLine;

/// The number of fields that one error names.
const MOST: usize = 20;

/// Fields and parameters that are missing or not valid, each with its path and the reason.
///
/// It has at most 20 of them, and counts the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvalidFields {
    fields: Vec<(Cow<'static, str>, String)>,
    more: usize,
}

impl InvalidFields {
    /// Returns the path and the reason of each field. The reason continues the path: `is required`.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(path, reason)| (&**path, reason.as_str()))
    }

    /// Returns the number of fields, with the ones beyond the maximum.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len().saturating_add(self.more)
    }

    /// Returns `true` if there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(crate) fn add(&mut self, path: impl Into<Cow<'static, str>>, reason: impl Into<String>) {
        if self.fields.len() < MOST {
            self.fields.push((path.into(), reason.into()));
        } else {
            self.more += 1;
        }
    }

    /// Adds a field that is required and not set.
    #[cold]
    pub(crate) fn add_missing(&mut self, field: &'static str) {
        self.add(field, "is required");
    }

    pub(crate) fn extend(&mut self, others: Self) {
        others.fields.into_iter().for_each(|(path, reason)| self.add(path, reason));
        self.more += others.more;
    }

    /// Adds the fields of the value of the field `name`.
    pub(crate) fn extend_within(&mut self, name: &str, others: &Self) {
        for (path, reason) in others.iter() {
            let path = match path.chars().next() {
                None => name.to_owned(),
                Some('[') => format!("{name}{path}"),
                Some(_) => format!("{name}.{path}"),
            };
            self.add(path, reason);
        }
        self.more += others.more;
    }

    /// Removes the first field and returns it.
    pub(super) fn take_first(&mut self) -> Option<(Cow<'static, str>, String)> {
        (!self.fields.is_empty()).then(|| self.fields.remove(0))
    }
}

/// Writes `` `amount` is required; `owner.name` must not be empty ``.
impl fmt::Display for InvalidFields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (path, reason)) in self.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(formatter, "{separator}`{}` {}", OneLine::new(path), OneLine::new(reason))?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(formatter, "; and {more} more"),
        }
    }
}
