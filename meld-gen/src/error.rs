//! What can go wrong, and where: every error names a file, a place in it and what to do.

use std::fmt;

use crate::escape;

/// A place in a document: its file name and an RFC 6901 JSON pointer (empty for the whole document).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// File name, such as `crypto-20260203.json`.
    pub file: String,
    /// JSON pointer inside the file, such as `/paths/~1institutions/get`.
    pub pointer: String,
}

impl Location {
    /// A place in `file`.
    pub fn new(file: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { file: file.into(), pointer: pointer.into() }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = escape::line(&self.file);
        if self.pointer.is_empty() {
            f.write_str(&file)
        } else {
            write!(f, "{file}#{}", escape::line(&self.pointer))
        }
    }
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or folder could not be read or written.
    Io,
    /// The file name is not `<family>-<yyyymmdd>.json` with a real date.
    FileName,
    /// Two documents stand for one family and date.
    DuplicateSpec,
    /// The file is larger than the pipeline takes.
    TooLarge,
    /// The file is not UTF-8.
    NotUtf8,
    /// The file is not JSON.
    NotJson,
    /// The nesting is deeper than the pipeline takes.
    TooDeep,
    /// The file is JSON but no OpenAPI document, or an entry has another form than OpenAPI gives it.
    NotOpenApi,
    /// The document is of an OpenAPI version other than 3.0 and 3.1.
    UnsupportedOpenApi,
    /// A keyword of OpenAPI 3.1 or JSON Schema that has no counterpart in generated code.
    UnsupportedKeyword,
    /// A `$ref` that leads nowhere.
    DanglingReference,
    /// References that come back to where they started in a way that no type can have.
    ReferenceCycle,
    /// One operationId twice in a document.
    DuplicateOperationId,
    /// `info.version` names another date than the file.
    VersionMismatch,
    /// A name that no generated code should have: with characters that nobody sees, or far too long.
    BadName,
    /// Two things would get the same Rust name.
    NameCollision,
    /// progenitor refused the document, or its output has another form than expected.
    Generation,
    /// A version or family was asked for that no document is of.
    Selection,
}

/// What is wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{location}: {}; {}", escape::line(.what), escape::line(.advice))]
pub struct Error {
    /// The kind, to branch on.
    pub kind: ErrorKind,
    /// Where it is.
    pub location: Location,
    /// What is wrong, in one clause.
    pub what: String,
    /// What to do, in one clause.
    pub advice: String,
}

impl Error {
    /// An error at a place in a document.
    pub fn new(
        kind: ErrorKind,
        location: Location,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self { kind, location, what: what.into(), advice: advice.into() }
    }
}

/// A result with an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Something worth telling that does not stop the generation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// Where it was seen.
    pub location: Location,
    /// What was seen and what was done.
    pub message: String,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, escape::line(&self.message))
    }
}

/// Appends one reference token to a JSON pointer, escaped by RFC 6901.
pub fn pointer_push(pointer: &str, token: impl fmt::Display) -> String {
    let token = token.to_string().replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{token}")
}
