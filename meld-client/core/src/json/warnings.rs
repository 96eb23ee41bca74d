//! DecodeWarnings of what could not be decoded, and the path to where decoding is at the moment.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::JsonKind;
use crate::one_line;

/// How many reports of one response are kept and logged one by one; all are counted.
const KEPT: usize = 100;

/// How many characters of a name that no document has are in the path of a report.
const NAME: usize = 64;

/// One value that could not be read and was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeWarning {
    /// Where: `quotes[3].sourceAmount`; empty for the whole response. Of names that are not documented only the beginning
    /// is here.
    pub path: String,
    /// The expected kind: `a number`.
    pub expected: &'static str,
    /// The kind that was found.
    pub found: JsonKind,
}

impl fmt::Display for DecodeWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the response" } else { &self.path };
        write!(formatter, "{path}: expected {}, found {}", self.expected, self.found)
    }
}

/// The values of a response that could not be decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeWarnings {
    kept: Vec<DecodeWarning>,
    count: usize,
}

impl DecodeWarnings {
    /// How many values were left out.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Adds that a value is not the requested one.
    #[cfg(feature = "client")]
    pub(crate) fn add_difference(&mut self, path: String, expected: &'static str) {
        self.add(DecodeWarning { path, expected, found: JsonKind::Different });
    }

    /// The first of them, at most 100.
    #[must_use]
    pub fn first(&self) -> &[DecodeWarning] {
        &self.kept
    }

    /// Changes the paths.
    #[cfg(feature = "client")]
    pub(crate) fn change_paths(&mut self, change: impl Fn(&str) -> String) {
        self.kept.iter_mut().for_each(|warning| warning.path = change(&warning.path));
    }

    /// Adds others.
    #[doc(hidden)]
    pub fn append(&mut self, others: Self) {
        let more = others.count - others.kept.len();
        others.kept.into_iter().for_each(|warning| self.add(warning));
        self.count += more;
    }

    fn add(&mut self, warning: DecodeWarning) {
        self.count += 1;
        if self.kept.len() < KEPT {
            self.kept.push(warning);
        }
    }

    /// Logs the first of them.
    #[doc(hidden)]
    pub fn log(&self) {
        self.kept.iter().for_each(log);
    }
}

/// One step from a value to what it holds.
#[derive(Clone)]
pub(super) enum Step<'a> {
    Field(&'static str),
    Key(Cow<'a, str>),
    Index(usize),
}

/// Where decoding is at the moment, and what could not be decoded so far.
#[derive(Default)]
pub(super) struct Notes<'a> {
    pub(super) path: Vec<Step<'a>>,
    pub(super) warnings: DecodeWarnings,
}

impl Notes<'_> {
    /// DecodeWarnings that the value at `step` could not be decoded.
    #[cold]
    pub(super) fn warning(
        &mut self,
        step: Option<Step<'_>>,
        expected: &'static str,
        found: JsonKind,
    ) {
        if self.warnings.kept.len() == KEPT {
            self.warnings.count += 1;
            return;
        }
        let path = path(self.path.iter().chain(&step));
        self.warnings.add(DecodeWarning { path, expected, found });
    }

    /// Goes to another item of the list that is being decoded.
    #[inline]
    pub(super) fn at_index(&mut self, index: usize) {
        if let Some(Step::Index(current)) = self.path.last_mut() {
            *current = index;
        }
    }

    /// How many values could not be decoded so far.
    pub(super) fn count(&self) -> usize {
        self.warnings.count
    }

    /// Adds the reports of a value that was decoded by itself.
    pub(super) fn adopt(&mut self, inner: &DecodeWarnings) {
        let outer = path(self.path.iter());
        for warning in &inner.kept {
            let dot = if outer.is_empty() || warning.path.starts_with('[') { "" } else { "." };
            self.warnings
                .add(DecodeWarning { path: format!("{outer}{dot}{}", warning.path), ..*warning });
        }
        self.warnings.count += inner.count - inner.kept.len();
    }
}

fn log(warning: &DecodeWarning) {
    tracing::warn!(
        target: "meld_client::decode",
        path = warning.path,
        expected = warning.expected,
        found = %warning.found,
        "left out what could not be read"
    );
}

fn path<'s, 'a: 's>(steps: impl Iterator<Item = &'s Step<'a>>) -> String {
    let mut path = String::new();
    for step in steps {
        let dot = if path.is_empty() { "" } else { "." };
        // Writing into a text cannot fail.
        let _ = match step {
            Step::Field(name) => write!(path, "{dot}{name}"),
            Step::Key(name) => write!(path, "{dot}{}", beginning(name)),
            Step::Index(index) => write!(path, "[{index}]"),
        };
    }
    path
}

/// As much of a name as a path shows.
pub(crate) fn beginning(name: &str) -> Cow<'_, str> {
    one_line::name(name, NAME)
}
