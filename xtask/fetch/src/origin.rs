//! Where published documents come from: a server, or a folder that holds the same files.

use std::fs::File;
use std::io::{ErrorKind as IoKind, Read};
use std::path::{Path, PathBuf};

use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::web::{Patience, Web, too_large};

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The content itself, after any compression.
    pub bytes: Vec<u8>,
    /// What the server calls this version of it.
    pub etag: Option<String>,
    /// What the server says it is.
    pub content_type: Option<String>,
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It is there, and not read because it is what it was.
    Unchanged,
    /// Nothing is there.
    Missing,
    /// It is there.
    Content(Content),
}

/// A server or a folder.
#[derive(Debug)]
pub enum Origin {
    /// A server.
    Web(Web),
    /// A folder.
    Folder(PathBuf),
}

impl Origin {
    /// Reads what is given with `--from`: an address, else a folder, which is relative to `here`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn parse(from: &str, here: &Path, patience: Patience) -> Result<Self> {
        let refuse = |what: &str| {
            let advice = "give an address such as https://docs.meld.io, or a folder";
            Err(Error::new(ErrorKind::Arguments, from, what, advice))
        };
        if !from.contains("://") {
            let folder = here.join(from);
            if folder.is_dir() {
                return Ok(Self::Folder(folder));
            }
            return refuse("there is no such folder");
        }
        match Url::parse(from) {
            Ok(base) if !["http", "https"].contains(&base.scheme()) => {
                refuse("the address is of neither http nor https")
            }
            Ok(base) if !base.username().is_empty() || base.password().is_some() => {
                refuse("the address holds a user or a password, which would be logged")
            }
            Ok(base) => Ok(Self::Web(Web::new(as_folder(base), patience))),
            Err(_) => refuse("it is no address"),
        }
    }

    /// What links in the index are relative to; a folder stands for the pages at `home`.
    pub fn base(&self, home: &Url) -> Url {
        match self {
            Self::Web(web) => web.base().clone(),
            Self::Folder(_) => as_folder(home.clone()),
        }
    }

    /// Gets what is at `path`, unless it is still what `etag` stands for.
    ///
    /// # Errors
    /// When it cannot be had, or is larger than `limit` bytes.
    pub fn get(&self, path: &str, etag: Option<&str>, limit: u64) -> Result<Fetched> {
        match self {
            Self::Web(web) => web.get(path, etag, limit),
            Self::Folder(folder) => read(&folder.join(path), limit),
        }
    }

    /// The names in the folder of documents: a folder need not have an index.
    pub fn listed(&self) -> Vec<String> {
        let Self::Folder(folder) = self else { return Vec::new() };
        let entries = std::fs::read_dir(folder.join("openapi")).into_iter().flatten().flatten();
        entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name.ends_with(".json"))
            .collect()
    }
}

/// With a path that ends in a slash, so that others are below it.
fn as_folder(mut base: Url) -> Url {
    base.set_query(None);
    base.set_fragment(None);
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    base
}

/// Reads a file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Fetched> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == IoKind::NotFound => return Ok(Fetched::Missing),
        Err(error) => return Err(Error::unreadable(path, &error)),
    };
    let mut bytes = Vec::new();
    let mut reader = file.take(limit.saturating_add(1));
    reader.read_to_end(&mut bytes).map_err(|error| Error::unreadable(path, &error))?;
    if u64::try_from(bytes.len()).map_or(true, |length| length > limit) {
        return Err(too_large(&path.display().to_string(), limit));
    }
    Ok(Fetched::Content(Content { bytes, etag: None, content_type: None }))
}
