//! The files of a request that is being built.

use std::borrow::Cow;
use std::fmt;

use super::file::FilePart;

/// The files of a multipart body, by the name of their part. Builders of operations collect them.
#[derive(Clone, Default)]
pub struct Files(pub(super) Vec<(Cow<'static, str>, FilePart)>);

impl Files {
    /// Sets the files of a part instead of those before.
    pub fn set(&mut self, name: &'static str, files: impl IntoIterator<Item = impl Into<FilePart>>) {
        self.0.retain(|(known, _)| known != name);
        self.0.extend(files.into_iter().map(|file| (Cow::Borrowed(name), file.into())));
    }

    /// Adds a file in a part of any name.
    pub fn add(&mut self, name: impl Into<String>, file: impl Into<FilePart>) {
        self.0.push((Cow::Owned(name.into()), file.into()));
    }

    /// Returns `true` if there are no files.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }
}

/// The parts that a multipart body needs, by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Required {
    /// A field that is required, so that the fields are.
    pub field: Option<&'static str>,
    /// The files that are required.
    pub files: &'static [&'static str],
}

impl Required {
    /// Returns the first part that is missing.
    pub(crate) fn missing(&self, has_fields: bool, files: &Files) -> Option<&'static str> {
        let field = self.field.filter(|_| !has_fields);
        field.or_else(|| self.files.iter().find(|name| !files.has(name)).copied())
    }
}

/// Prints the number of files.
impl fmt::Debug for Files {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Files").field("count", &self.0.len()).finish_non_exhaustive()
    }
}
