//! Files of multipart responses.

use std::fmt;

use super::file_name::plain_file_name;

/// A file of a multipart response.
///
/// `Debug` prints only the length.
///
/// # Examples
///
/// ```
/// use meld_client_core::multipart::ReceivedFile;
///
/// let file = ReceivedFile::new("front", b"\x89PNG").with_file_name("../../front.png");
/// assert_eq!((file.name(), file.file_name()), ("front", Some("front.png")));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ReceivedFile {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) content: Vec<u8>,
}

impl ReceivedFile {
    /// Creates a file in a part of this name. Use it in tests.
    #[must_use]
    pub fn new(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), file_name: None, content_type: None, content: content.into() }
    }

    /// Sets the file name, as if it had been received.
    #[must_use]
    pub fn with_file_name(self, name: &str) -> Self {
        Self { file_name: plain_file_name(name), ..self }
    }

    /// Returns the name of the part. It is untrusted: do not use it as a path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the last segment of the file name, without quotes and control characters; `None` if the response has
    /// none. It is untrusted: choose the names of files on your disk yourself.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// Returns the media type without parameters, such as `image/png`; `None` if the response has none.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Returns the content.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// Returns the content alone.
    #[must_use]
    pub fn into_content(self) -> Vec<u8> {
        self.content
    }
}

impl fmt::Debug for ReceivedFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ReceivedFile").field("length", &self.content.len()).finish_non_exhaustive()
    }
}
