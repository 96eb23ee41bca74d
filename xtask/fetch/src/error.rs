//! Errors: each names the problem, its location and what to do, as in `meld-gen`.

use std::io;
use std::path::Path;

use meld_gen::error::{ErrorKind as SpecErrorKind, Location};

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument is not a URL, not a folder, or a date without published specs.
    Arguments,
    /// A file or folder cannot be read or written.
    Io,
    /// The server cannot be reached, or closed the connection before it responded.
    Unreachable,
    /// The server did not respond in time.
    TimedOut,
    /// The response is incomplete.
    CutOff,
    /// The status of the response is an error.
    Status,
    /// The server redirected to another host, from https to http, or too often.
    Redirect,
    /// The file is larger than the limit.
    TooLarge,
    /// The file is a web page, not JSON.
    Page,
    /// The spec has paths of another family.
    OtherFamily,
    /// The spec has no operations, while ours has some.
    NoOperations,
    /// Another spec has the same family and date.
    DuplicateSpec,
    /// `sources.toml` is not valid.
    Sources,
    /// Our file has published text, which this run must not keep as our own.
    PublishedText,
    /// `meld-gen` refuses the spec.
    Spec(SpecErrorKind),
}

/// A problem, its location and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The kind.
    pub kind: ErrorKind,
    /// The file or URL, and the JSON pointer inside it.
    pub location: Location,
    /// The problem, in one clause.
    pub what: String,
    /// The advice, in one clause.
    pub advice: String,
}

/// A result with an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}; {}", self.location, self.what, self.advice)
    }
}

impl std::error::Error for Error {}

impl From<meld_gen::error::Error> for Error {
    fn from(error: meld_gen::error::Error) -> Self {
        let meld_gen::error::Error { kind, location, what, advice } = error;
        Self { kind: ErrorKind::Spec(kind), location, what, advice }
    }
}

impl Error {
    /// Creates an error about a whole file or URL.
    pub fn new(
        kind: ErrorKind,
        location: impl Into<String>,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::at(kind, Location::new(location, ""), what, advice)
    }

    /// Creates an error about a value in a spec.
    pub fn at(kind: ErrorKind, location: Location, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { kind, location, what: what.into(), advice: advice.into() }
    }

    /// Creates an error for a file that cannot be read.
    pub fn unreadable(path: &Path, error: &io::Error) -> Self {
        let what = format!("it cannot be read ({error})");
        Self::new(ErrorKind::Io, path.display().to_string(), what, "make it readable")
    }

    /// Creates an error for a file that cannot be written.
    pub fn unwritable(path: &Path, error: &io::Error) -> Self {
        let what = format!("it cannot be written ({error}), and is unchanged");
        let advice = "free disk space or make it writable, and run again";
        Self::new(ErrorKind::Io, path.display().to_string(), what, advice)
    }

    /// Creates an error for a file that is larger than `limit` bytes.
    pub fn too_large(location: &str, limit: u64) -> Self {
        let what = format!("it is larger than {} MiB", limit / (1024 * 1024));
        Self::new(ErrorKind::TooLarge, location, what, "check that it is a spec")
    }
}
