//! The origin of published specs: a server, or a folder with the same files.

use std::path::{Path, PathBuf};

use url::Url;

use crate::content::Fetched;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{HttpClient, HttpOptions};
use crate::index::FOLDER;

/// A server or a folder with published specs.
#[derive(Debug)]
pub enum Origin {
    /// A server.
    Server(HttpClient),
    /// A folder.
    Folder(PathBuf),
}

impl Origin {
    /// Parses the argument `--from`: a URL, or a folder relative to `here`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Arguments`] if it is neither, or if the URL has credentials.
    pub fn parse(from: &str, here: &Path, options: HttpOptions) -> Result<Self> {
        let advice = "give a URL such as https://docs.meld.io, or a folder";
        if !from.contains("://") {
            let folder = here.join(from);
            if folder.is_dir() {
                return Ok(Self::Folder(folder));
            }
            return Err(Error::new(ErrorKind::Arguments, from, "there is no such folder", advice));
        }
        let refuse = |what: &str| {
            // Without a password, which would stay in the log.
            let shown = from.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?.1)));
            let from = shown.map_or_else(|| from.to_owned(), |(scheme, rest)| format!("{scheme}://…@{rest}"));
            Err(Error::new(ErrorKind::Arguments, from, what, advice))
        };
        match Url::parse(from) {
            Ok(base) if !["http", "https"].contains(&base.scheme()) => {
                refuse("the scheme of the URL is neither http nor https")
            }
            Ok(base) if !base.username().is_empty() || base.password().is_some() => {
                refuse("the URL has a user name or password, which would be logged")
            }
            Ok(base) => Ok(Self::Server(HttpClient::new(as_folder(base), options))),
            Err(_) => refuse("it is not a URL"),
        }
    }

    /// Returns the base of relative links in the index. For a folder, it is `home`.
    pub fn base(&self, home: &Url) -> Url {
        match self {
            Self::Server(client) => client.base().clone(),
            Self::Folder(_) => as_folder(home.clone()),
        }
    }

    /// Fetches the file at `path`, unless it has the `ETag` given.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read or is larger than `limit` bytes.
    pub fn get(&self, path: &str, etag: Option<&str>, limit: u64) -> Result<Fetched> {
        match self {
            Self::Server(client) => client.get(path, etag, limit),
            Self::Folder(folder) => Fetched::from_file(&folder.join(path), limit),
        }
    }

    /// Returns the names of the specs in a folder, which may lack an index.
    pub fn listed(&self) -> Vec<String> {
        let Self::Folder(folder) = self else { return Vec::new() };
        let entries = std::fs::read_dir(folder.join(FOLDER)).into_iter().flatten().flatten();
        entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name.ends_with(".json"))
            .collect()
    }
}

/// Ends the path of a URL with a slash, so that relative URLs are below it.
fn as_folder(mut base: Url) -> Url {
    base.set_query(None);
    base.set_fragment(None);
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_url_is_shown_without_password() {
        let refused = |from: &str| Origin::parse(from, Path::new(""), HttpOptions::default()).unwrap_err().to_string();
        for from in ["https://user:secret@docs.meld.io/a", "ftp://user:secret@docs.meld.io/a"] {
            let text = refused(from);
            assert!(text.contains("://…@docs.meld.io/a: ") && !text.contains("secret"), "{text}");
        }
        assert!(refused("ftp://docs.meld.io").starts_with("ftp://docs.meld.io: the scheme"));
    }
}
