//! What can go wrong, and where: as in `meld-gen`, every error names a place and what to do.

use std::io;
use std::path::Path;

use meld_gen::error::{ErrorKind as DocumentKind, Location};

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What was given to the job is no address, no folder, or a date of which nothing is published.
    Arguments,
    /// A file or folder could not be read or written.
    Io,
    /// The server cannot be reached, or broke the connection before it answered.
    Unreachable,
    /// The server did not response in time.
    TimedOut,
    /// The response ended before it was whole.
    CutOff,
    /// The server answered with a status that is no success.
    Status,
    /// The server pointed to another host, from https to http, or in a circle.
    Redirect,
    /// It is larger than what is taken.
    TooLarge,
    /// It is a page for people, not JSON.
    Page,
    /// It holds what belongs to another family.
    OtherFamily,
    /// Another document stands for the same family and date.
    DuplicateDocument,
    /// `sources.toml` does not have the form that it should.
    Sources,
    /// Our file holds published text, which this run may not take for ours.
    PublishedText,
    /// `meld-gen` refuses the document.
    Document(DocumentKind),
}

/// What is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The kind, to branch on.
    pub kind: ErrorKind,
    /// The file or address, and the JSON pointer inside of it.
    pub location: Location,
    /// What is wrong, in one clause.
    pub what: String,
    /// What to do, in one clause.
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
        Self { kind: ErrorKind::Document(kind), location, what, advice }
    }
}

impl Error {
    /// An error about a whole file or address.
    pub fn new(
        kind: ErrorKind,
        place: impl Into<String>,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::at(kind, Location::new(place, ""), what, advice)
    }

    /// An error at a place in a document.
    pub fn at(
        kind: ErrorKind,
        location: Location,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { kind, location, what: what.into(), advice: advice.into() }
    }

    /// A file that cannot be read.
    pub fn unreadable(path: &Path, error: &io::Error) -> Self {
        let what = format!("it cannot be read ({error})");
        Self::new(ErrorKind::Io, path.display().to_string(), what, "make it readable")
    }

    /// A file that cannot be written.
    pub fn unwritable(path: &Path, error: &io::Error) -> Self {
        let what = format!("it cannot be written ({error}), and is as it was");
        let advice = "make room or make it writable, and run it again";
        Self::new(ErrorKind::Io, path.display().to_string(), what, advice)
    }
}
