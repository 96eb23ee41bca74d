//! The error of JSON that cannot be decoded at all.

use std::fmt;

/// The error of a body whose structure is unclear, or whose value takes too much memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    pub(super) offset: usize,
    pub(super) reason: &'static str,
}

impl Error {
    /// Returns the number of bytes that were consumed before the error.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

/// Writes no part of the body.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.reason)
    }
}

impl std::error::Error for Error {}
