//! Warnings about dropped values, and the current path of decoding.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::kind::JsonKind;
use crate::one_line;

/// The number of warnings of one response that are kept and logged. All are counted.
const KEPT: usize = 100;

/// The number of characters of an undocumented name that a path has.
const NAME: usize = 64;

/// A value that could not be decoded and was dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeWarning {
    /// The path: `quotes[3].sourceAmount`; empty for the whole response. Names that are not documented are cut.
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
///
/// # Examples
///
/// ```
/// use meld_client_core::ResponseValue;
/// use meld_client_core::http::{HeaderMap, StatusCode};
///
/// let body = br#"[true,7]"#.to_vec();
/// let response =
///     ResponseValue::<Vec<bool>>::from_body(StatusCode::OK, HeaderMap::new(), body, false)?;
/// for warning in response.decode_warnings() {
///     assert_eq!(warning.to_string(), "[1]: expected a boolean, found a number");
/// }
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeWarnings {
    kept: Vec<DecodeWarning>,
    count: usize,
}

impl DecodeWarnings {
    /// Returns the number of dropped values.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Adds a value that differs from that of the request.
    #[cfg(feature = "client")]
    pub(crate) fn add_difference(&mut self, path: String, expected: &'static str) {
        self.add(DecodeWarning { path, expected, found: JsonKind::Different });
    }

    /// Returns the first warnings, at most 100.
    #[must_use]
    pub fn first(&self) -> &[DecodeWarning] {
        &self.kept
    }

    /// Returns `true` if nothing was dropped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    #[cfg(feature = "client")]
    pub(crate) fn change_paths(&mut self, change: impl Fn(&str) -> String) {
        self.kept.iter_mut().for_each(|warning| warning.path = change(&warning.path));
    }

    /// Adds the warnings of another part of the response.
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

    /// Logs the first warnings, at most 100.
    #[doc(hidden)]
    pub fn log(&self) {
        self.kept.iter().for_each(log);
    }
}

/// Iterates over the first warnings, at most 100.
impl<'a> IntoIterator for &'a DecodeWarnings {
    type Item = &'a DecodeWarning;
    type IntoIter = std::slice::Iter<'a, DecodeWarning>;

    fn into_iter(self) -> Self::IntoIter {
        self.kept.iter()
    }
}

/// One step of a path.
#[derive(Clone)]
pub(super) enum Step<'a> {
    Field(&'static str),
    Key(Cow<'a, str>),
    Index(usize),
}

/// The current path of decoding, and the warnings so far.
#[derive(Default)]
pub(super) struct Notes<'a> {
    pub(super) path: Vec<Step<'a>>,
    pub(super) warnings: DecodeWarnings,
}

impl Notes<'_> {
    /// Adds a warning about the value at `step`.
    #[cold]
    pub(super) fn warning(&mut self, step: Option<Step<'_>>, expected: &'static str, found: JsonKind) {
        if self.warnings.kept.len() == KEPT {
            self.warnings.count += 1;
            return;
        }
        let path = path(self.path.iter().chain(&step));
        self.warnings.add(DecodeWarning { path, expected, found });
    }

    /// Moves into a field of the current object.
    pub(super) fn enter(&mut self, field: &'static str) {
        self.path.push(Step::Field(field));
    }

    /// Moves to another item of the current list.
    #[inline]
    pub(super) fn at_index(&mut self, index: usize) {
        if let Some(Step::Index(current)) = self.path.last_mut() {
            *current = index;
        }
    }

    pub(super) fn count(&self) -> usize {
        self.warnings.count
    }

    /// Adds the warnings of a value that was decoded separately.
    pub(super) fn adopt(&mut self, inner: &DecodeWarnings) {
        let outer = path(self.path.iter());
        for warning in &inner.kept {
            let dot = if outer.is_empty() || warning.path.starts_with('[') { "" } else { "." };
            self.warnings.add(DecodeWarning { path: format!("{outer}{dot}{}", warning.path), ..*warning });
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
        "dropped a value that cannot be decoded"
    );
}

fn path<'s, 'a: 's>(steps: impl Iterator<Item = &'s Step<'a>>) -> String {
    let mut path = String::new();
    for step in steps {
        let dot = if path.is_empty() { "" } else { "." };
        // Writing to a string cannot fail.
        let _ = match step {
            Step::Field(name) => write!(path, "{dot}{name}"),
            Step::Key(name) => write!(path, "{dot}{}", beginning(name)),
            Step::Index(index) => write!(path, "[{index}]"),
        };
    }
    path
}

/// Returns the part of a name that a path has.
pub(crate) fn beginning(name: &str) -> Cow<'_, str> {
    one_line::name(name, NAME)
}
