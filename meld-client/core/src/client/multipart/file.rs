//! A file of a request.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use reqwest::Body;
use reqwest::multipart::Part;

use super::file_name::plain_file_name;
use super::received_file::ReceivedFile;
use crate::error::Error;

/// The media type of files that have none.
const BYTES: &str = "application/octet-stream";

/// A file of a multipart body: bytes or a stream, with a media type and a file name.
///
/// `Debug` prints only the length.
///
/// # Examples
///
/// ```
/// use meld_client_core::multipart::FilePart;
///
/// let front = FilePart::bytes(b"\x89PNG...").file_name("front.png").content_type("image/png");
/// assert_eq!(front.length(), 7);
/// ```
#[derive(Clone)]
#[must_use]
pub struct FilePart {
    file_name: Option<String>,
    content_type: Option<String>,
    content: Content,
    length: u64,
}

#[derive(Clone)]
enum Content {
    Bytes(Bytes),
    /// Taken by the first attempt.
    Stream(Arc<Mutex<Option<Body>>>),
}

impl FilePart {
    /// Creates a file of bytes. Attempts that fail are retried as for other bodies.
    pub fn bytes(content: impl Into<Vec<u8>>) -> Self {
        let content = Bytes::from(content.into());
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Self { file_name: None, content_type: None, content: Content::Bytes(content), length }
    }

    /// Creates a file of a stream with a length in bytes, such as `reqwest::Body::wrap_stream(…)`.
    ///
    /// It is sent once: the call is never retried, its clones share the stream, and it cannot be bound to a stored
    /// idempotency key. A stream of another length fails the call.
    pub fn stream(body: impl Into<Body>, length: u64) -> Self {
        let content = Content::Stream(Arc::new(Mutex::new(Some(body.into()))));
        Self { file_name: None, content_type: None, content, length }
    }

    /// Sets the file name. Only its last segment is sent, without quotes and control characters.
    pub fn file_name(self, name: impl AsRef<str>) -> Self {
        Self { file_name: plain_file_name(name.as_ref()), ..self }
    }

    /// Sets the media type, such as `image/png`. The default is `application/octet-stream`. An invalid one fails the
    /// call with an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest).
    pub fn content_type(self, media_type: impl Into<String>) -> Self {
        Self { content_type: Some(media_type.into()), ..self }
    }

    /// Returns the length in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn is_stream(&self) -> bool {
        matches!(self.content, Content::Stream(_))
    }

    /// Returns everything that identifies the file; `None` for a stream.
    pub(super) fn identity(&self) -> Option<[&[u8]; 3]> {
        let Content::Bytes(bytes) = &self.content else { return None };
        let [name, media_type] = [&self.file_name, &self.content_type].map(|text| text.as_deref().unwrap_or_default());
        Some([name.as_bytes(), media_type.as_bytes(), bytes])
    }

    /// Makes the part for the HTTP client. `name` is that of the part, for errors.
    pub(super) fn part(&self, name: &str) -> Result<Part, Error> {
        let body = match &self.content {
            Content::Bytes(bytes) => Some(Body::from(bytes.clone())),
            Content::Stream(stream) => stream.lock().unwrap_or_else(PoisonError::into_inner).take(),
        };
        let body = body.ok_or_else(|| Error::invalid(name.to_owned(), "is a stream that has already been sent"))?;
        let part = Part::stream_with_length(body, self.length);
        let part = match &self.file_name {
            Some(file_name) => part.file_name(file_name.clone()),
            None => part,
        };
        let media_type = self.content_type.as_deref().unwrap_or(BYTES);
        part.mime_str(media_type).map_err(|_| Error::invalid(name.to_owned(), "has a media type that is not valid"))
    }
}

impl From<Vec<u8>> for FilePart {
    fn from(content: Vec<u8>) -> Self {
        Self::bytes(content)
    }
}

/// Sends a file on as it was received.
impl From<ReceivedFile> for FilePart {
    fn from(file: ReceivedFile) -> Self {
        let ReceivedFile { file_name, content_type, content, .. } = file;
        Self { file_name, content_type, ..Self::bytes(content) }
    }
}

impl fmt::Debug for FilePart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FilePart").field("length", &self.length).finish_non_exhaustive()
    }
}
