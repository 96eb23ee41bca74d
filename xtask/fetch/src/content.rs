//! Published files, as a server or a folder returns them.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::error::{Error, Result};

/// A file with its metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The decompressed bytes.
    pub bytes: Vec<u8>,
    /// The header `ETag`.
    pub etag: Option<String>,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
}

/// The result of a request for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The file has the `ETag` of the request.
    NotModified,
    /// There is no such file.
    Missing,
    /// The file.
    Content(Content),
}

impl Fetched {
    /// Reads a file of at most `limit` bytes from disk.
    pub(crate) fn from_file(path: &Path, limit: u64) -> Result<Self> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::Missing),
            Err(error) => return Err(Error::unreadable(path, &error)),
        };
        let unreadable = |error| Error::unreadable(path, &error);
        let bytes = read(file, limit).map_err(unreadable)?;
        let bytes = bytes.ok_or_else(|| Error::too_large(&path.display().to_string(), limit))?;
        Ok(Self::Content(Content { bytes, etag: None, content_type: None }))
    }
}

/// Reads all bytes. Returns `None` if there are more than `limit`.
pub(crate) fn read(reader: impl Read, limit: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(u64::try_from(bytes.len()).is_ok_and(|length| length <= limit).then_some(bytes))
}
