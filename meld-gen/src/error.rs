//! Errors and notices: each names a location in a spec, the problem and what to do.

use std::fmt::{self, Write};

use crate::escape;

/// A location in a spec: file name and RFC 6901 JSON pointer (empty for the whole spec).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// File name, such as `crypto-20260203.json`.
    pub file: String,
    /// JSON pointer inside the file, such as `/paths/~1institutions/get`.
    pub pointer: String,
}

impl Location {
    /// Creates a location in `file`.
    pub fn new(file: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { file: file.into(), pointer: pointer.into() }
    }

    /// Creates a location in a spec whose file name the pipeline adds.
    pub fn at(pointer: impl Into<String>) -> Self {
        Self::new("", pointer)
    }

    fn in_file(self, file: &str) -> Self {
        if self.file.is_empty() { Self { file: file.to_owned(), ..self } } else { self }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = escape::line(&self.file);
        if self.pointer.is_empty() { f.write_str(&file) } else { write!(f, "{file}#{}", escape::line(&self.pointer)) }
    }
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or folder cannot be read or written.
    Io,
    /// The file name is not `<family>-<yyyymmdd>.json` with an existing date.
    FileName,
    /// Two specs have the same family and date.
    DuplicateSpec,
    /// The file is larger than [`MAX_BYTES`](crate::spec::MAX_BYTES), or the spec holds too much in total.
    TooLarge,
    /// The file is not UTF-8.
    NotUtf8,
    /// The file is not JSON.
    NotJson,
    /// The nesting is too deep.
    TooDeep,
    /// The file is JSON but not an OpenAPI spec, or an entry does not have the form that OpenAPI prescribes.
    NotOpenApi,
    /// The OpenAPI version is not 3.
    UnsupportedOpenApi,
    /// The target of a `$ref` does not exist.
    DanglingReference,
    /// A cycle of references that no type can have.
    ReferenceCycle,
    /// `info.version` is another date than that in the file name.
    VersionMismatch,
    /// A name is too long.
    BadName,
    /// progenitor rejected the spec, or its output has an unexpected form.
    Generation,
    /// No spec matches the selected version or family.
    Selection,
}

/// An error with its location and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{location}: {}; {}", escape::line(.what), escape::line(.advice))]
pub struct Error {
    /// The kind, for branching.
    pub kind: ErrorKind,
    /// The location of the problem.
    pub location: Location,
    /// The problem, in one clause.
    pub what: String,
    /// The advice, in one clause.
    pub advice: String,
}

impl Error {
    /// Creates an error at `location`.
    pub fn new(kind: ErrorKind, location: Location, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { kind, location, what: what.into(), advice: advice.into() }
    }

    /// Adds the file name to the location, unless it has one.
    pub fn in_file(self, file: &str) -> Self {
        Self { location: self.location.in_file(file), ..self }
    }
}

/// A result with an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// A deviation of the generated code from the spec that does not stop the generation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// The location of the cause.
    pub location: Location,
    /// The cause and the consequence.
    pub message: String,
}

impl Notice {
    /// Creates a notice at a JSON pointer; [`in_file`](Self::in_file) adds the file.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { location: Location::at(pointer), message: message.into() }
    }

    /// Adds the file name to the location, unless it has one.
    pub fn in_file(self, file: &str) -> Self {
        Self { location: self.location.in_file(file), ..self }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, escape::line(&self.message))
    }
}

/// Appends a reference token to a JSON pointer, escaped according to RFC 6901.
pub fn pointer_push(pointer: &str, token: impl fmt::Display) -> String {
    let mut pushed = Pointer(String::with_capacity(pointer.len() + 32));
    // Writing to a string cannot fail.
    let _ = write!(pushed.0, "{pointer}/").and_then(|()| write!(pushed, "{token}"));
    pushed.0
}

/// A JSON pointer that escapes what is written to it.
struct Pointer(String);

impl Write for Pointer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(['~', '/']) {
            self.0.push_str(&rest[..at]);
            self.0.push_str(if rest[at..].starts_with('~') { "~0" } else { "~1" });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        Ok(())
    }
}
