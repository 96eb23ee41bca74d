//! Where reading is at the moment, and what could not be read so far.
//!
//! serde hands no context down, so both are kept by the thread. Reading never waits, so a thread reads one thing at a
//! time.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::{self, Write};

use super::Kind;
use crate::one_line;

/// How many reports of one answer are kept and logged one by one; all are counted.
const KEPT: usize = 100;

/// How many characters of a name that no document has are in the path of a report.
const NAME: usize = 64;

/// One value that could not be read and was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Where: `quotes[3].sourceAmount`; empty for the whole answer. Of names that are not documented only the beginning
    /// is here.
    pub path: String,
    /// What was expected: `a number`.
    pub expected: &'static str,
    /// What was found.
    pub found: Kind,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the answer" } else { &self.path };
        write!(formatter, "{path}: expected {}, found {}", self.expected, self.found)
    }
}

/// What could not be read of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reports {
    kept: Vec<Report>,
    count: usize,
}

impl Reports {
    /// How many values were left out.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Adds that a value is not the requested one.
    #[cfg(feature = "client")]
    pub(crate) fn add_difference(&mut self, path: String, expected: &'static str) {
        self.count += 1;
        if self.kept.len() < KEPT {
            let report = Report { path, expected, found: Kind::Different };
            log(&report);
            self.kept.push(report);
        }
    }

    /// The first of them, at most 100.
    #[must_use]
    pub fn first(&self) -> &[Report] {
        &self.kept
    }

    pub(crate) fn log(&self) {
        self.kept.iter().for_each(log);
    }

    /// Changes the paths.
    #[cfg(feature = "client")]
    pub(crate) fn change_paths(&mut self, change: impl Fn(&str) -> String) {
        self.kept.iter_mut().for_each(|report| report.path = change(&report.path));
    }
}

/// One step from a value to what it holds.
#[derive(Clone)]
pub(super) enum Step {
    Field(&'static str),
    Key(String),
    Index(usize),
}

#[derive(Default)]
struct Context {
    path: Vec<Step>,
    /// Where reports go, while somebody collects them.
    reports: Option<Reports>,
}

thread_local! {
    static CONTEXT: RefCell<Context> = const {
        RefCell::new(Context { path: Vec::new(), reports: None })
    };
}

/// Runs `read` and returns what it reported, which is logged as well.
pub fn collect<T>(read: impl FnOnce() -> T) -> (T, Reports) {
    let (value, reports) = collect_unlogged(read);
    reports.log();
    (value, reports)
}

/// Runs `read` and returns what it reported. The caller logs it, once it has no secrets in it.
pub(crate) fn collect_unlogged<T>(read: impl FnOnce() -> T) -> (T, Reports) {
    let fresh = Context { path: Vec::new(), reports: Some(Reports::default()) };
    let outer = CONTEXT.replace(fresh);
    let value = read();
    let inner = CONTEXT.replace(outer);
    (value, inner.reports.unwrap_or_default())
}

/// Runs `read` one step further inside, if anything inside can be reported.
pub(super) fn within<T>(is_nested: bool, step: Step, read: impl FnOnce() -> T) -> T {
    if !is_nested {
        return read();
    }
    CONTEXT.with_borrow_mut(|context| context.path.push(step));
    let value = read();
    CONTEXT.with_borrow_mut(|context| context.path.pop());
    value
}

/// Goes to another item of the list that is being read.
pub(super) fn at_index(index: usize) {
    CONTEXT.with_borrow_mut(|context| {
        if let Some(Step::Index(current)) = context.path.last_mut() {
            *current = index;
        }
    });
}

/// Reports that the value at `step` could not be read.
#[cold]
pub(super) fn report(step: Option<Step>, expected: &'static str, found: Kind) {
    CONTEXT.with_borrow_mut(|context| {
        if let Some(reports) = &mut context.reports {
            reports.count += 1;
            if reports.kept.len() == KEPT {
                return;
            }
        }
        let report = Report { path: path(context.path.iter().chain(&step)), expected, found };
        match &mut context.reports {
            // Logged by whoever collects them.
            Some(reports) => reports.kept.push(report),
            None => log(&report),
        }
    });
}

fn log(report: &Report) {
    tracing::warn!(
        target: "meld_client::decode",
        path = report.path,
        expected = report.expected,
        found = %report.found,
        "left out what could not be read"
    );
}

fn path<'a>(steps: impl Iterator<Item = &'a Step>) -> String {
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
