//! The documents of the workspace: what they are, what they say, and how one of them is replaced.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use meld_gen::catalog::{ApiVersion, Catalog, CatalogEntry};
use meld_gen::spec::{MAX_BYTES, Spec};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::index::FOLDER;
use crate::origin::{Fetched, read};
use crate::sources::{self, Sources};

/// How the names of files begin and end that are not whole yet; `.gitignore` knows them too.
const TEMPORARY: (&str, &str) = (".fetch-", ".tmp");

/// One of our documents.
#[derive(Debug)]
pub struct Ours {
    /// What its name says.
    pub entry: CatalogEntry,
    /// Of the file.
    pub sha256: String,
    /// What it says, if it can be read.
    pub document: Result<Spec>,
}

/// The folder `openapi`.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    /// By file name.
    pub documents: BTreeMap<String, Ours>,
    /// `sources.toml`.
    pub sources: Sources,
    /// Files that are no documents by their names, and documents that are there twice.
    pub problems: Vec<Error>,
}

impl Shelf {
    /// Reads the documents below `root`, and `sources.toml`.
    ///
    /// # Errors
    /// When the folder or `sources.toml` cannot be read. A document that cannot be read is kept as an error.
    pub fn read(root: &Path) -> Result<Self> {
        let folder = root.join(FOLDER);
        let catalog = Catalog::read(&folder)?;
        let mut documents = BTreeMap::new();
        for entry in catalog.entries() {
            documents.insert(entry.file.clone(), Ours::read(entry)?);
        }
        let sources = Sources::read(&folder.join(sources::FILE))?;
        let problems = catalog.errors.into_iter().map(Error::from).collect();
        Ok(Self { folder, documents, sources, problems })
    }

    /// Removes what a run left behind that was killed; what cannot be removed harms nobody.
    pub fn clean(&self) {
        let (prefix, suffix) = TEMPORARY;
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(prefix) && name.ends_with(suffix) {
                drop(std::fs::remove_file(entry.path()));
            }
        }
    }

    /// The dates of which there are documents.
    pub fn versions(&self) -> Vec<ApiVersion> {
        let mut versions: Vec<_> = self.documents.values().map(|ours| ours.entry.version).collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }

    /// Our document of the same module and date under another name.
    pub fn twin(&self, entry: &CatalogEntry) -> Option<&str> {
        let is_twin = |ours: &&Ours| {
            ours.entry.file != entry.file
                && ours.entry.family.module == entry.family.module
                && ours.entry.version == entry.version
        };
        self.documents.values().find(is_twin).map(|ours| ours.entry.file.as_str())
    }

    /// Our document of the same family whose text may stand in a new one: that of the date before, else of the next.
    pub fn relative(&self, entry: &CatalogEntry) -> Option<&Spec> {
        let of_family = |ours: &&Ours| {
            let source = self.sources.get(&ours.entry.file);
            ours.entry.family == entry.family
                && !source.is_some_and(|source| source.has_published_text)
        };
        let mut others: Vec<_> = self.documents.values().filter(of_family).collect();
        others.sort_by_key(|ours| ours.entry.version);
        let before = others.iter().rfind(|ours| ours.entry.version < entry.version);
        let nearest = before.or_else(|| others.first())?;
        nearest.document.as_ref().ok()
    }

    /// Writes a document, so that at any time the old one or the new one is there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, file: &str, text: &str) -> Result<()> {
        let target = self.folder.join(file);
        put(&self.folder, &target, text).map_err(|error| Error::unwritable(&target, &error))
    }

    /// Writes `sources.toml` if that changes it, and says whether it does.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn write_sources(&self, dry_run: bool) -> Result<bool> {
        let path = self.folder.join(sources::FILE);
        let text = self.sources.text();
        let found = std::fs::read(&path).map_err(|error| Error::unreadable(&path, &error))?;
        let differs = found != text.as_bytes();
        if differs && !dry_run {
            self.write(sources::FILE, &text)?;
        }
        Ok(differs)
    }
}

impl Ours {
    fn read(entry: &CatalogEntry) -> Result<Self> {
        let bytes = match read(&entry.path, MAX_BYTES)? {
            Fetched::Content(content) => content.bytes,
            Fetched::Missing | Fetched::Unchanged => Vec::new(),
        };
        let document = Spec::from_bytes(entry, &bytes).map_err(Error::from);
        Ok(Self { entry: entry.clone(), sha256: sha256(&bytes), document })
    }
}

/// In hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn put(folder: &Path, target: &Path, text: &str) -> std::io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    // As any new file; a temporary one would be its owner's alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(text.as_bytes())?;
    temporary.as_file().sync_all()?;
    temporary.persist(target).map_err(|error| error.error)?;
    Ok(())
}
