//! The folder of our specs.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use meld_gen::catalog::{ApiVersion, Catalog, CatalogEntry};
use meld_gen::spec::supplements::FOLDER as SUPPLEMENTS;
use meld_gen::spec::{MAX_BYTES, Spec};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::carryover::earlier::Earlier;
use crate::content::Fetched;
use crate::error::{Error, ErrorKind, Result};
use crate::index::FOLDER;
use crate::sources::{self, Sources};

/// The prefix and suffix of temporary files, also listed in `.gitignore`.
const TEMPORARY: (&str, &str) = (".fetch-", ".tmp");

/// One of our specs.
#[derive(Debug)]
pub struct LocalSpec {
    /// The family and date, from the file name.
    pub entry: CatalogEntry,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// The spec, or the error of reading it.
    pub spec: Result<Spec>,
}

/// The folder `openapi`.
#[derive(Debug)]
pub struct SpecFolder {
    path: PathBuf,
    /// The specs by file name.
    pub specs: BTreeMap<String, LocalSpec>,
    /// `sources.toml`.
    pub sources: Sources,
    /// The files that are not named like a spec, and duplicate specs.
    pub problems: Vec<Error>,
}

impl SpecFolder {
    /// Reads the specs and `sources.toml` of the workspace `root`.
    ///
    /// # Errors
    ///
    /// Returns an error if the folder or `sources.toml` cannot be read. The error of a single spec is kept with it.
    pub fn read(root: &Path) -> Result<Self> {
        let path = root.join(FOLDER);
        let catalog = Catalog::read(&path)?;
        let mut specs = BTreeMap::new();
        for entry in catalog.entries() {
            specs.insert(entry.file.clone(), LocalSpec::read(entry)?);
        }
        let sources = Sources::read(&path.join(sources::FILE))?;
        let problems = catalog.errors.into_iter().map(Error::from).collect();
        Ok(Self { path, specs, sources, problems })
    }

    /// Removes the temporary files of a killed run. Failures are ignored, because the files are harmless.
    pub fn clean(&self) {
        let (prefix, suffix) = TEMPORARY;
        for entry in std::fs::read_dir(&self.path).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(prefix) && name.ends_with(suffix) {
                drop(std::fs::remove_file(entry.path()));
            }
        }
    }

    /// Returns the dates of the specs, in order.
    pub fn versions(&self) -> Vec<ApiVersion> {
        let mut versions: Vec<_> = self.specs.values().map(|spec| spec.entry.version).collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }

    /// Returns the file name of our spec with the same module and date, but another name.
    pub fn duplicate_of(&self, entry: &CatalogEntry) -> Option<&str> {
        let is_duplicate = |spec: &&LocalSpec| {
            spec.entry.file != entry.file
                && spec.entry.family.module == entry.family.module
                && spec.entry.version == entry.version
        };
        self.specs.values().find(is_duplicate).map(|spec| spec.entry.file.as_str())
    }

    /// Returns our spec of the same family with the previous date, or else the next, as the source of text for a new
    /// one. Specs with published text are excluded.
    pub fn nearest(&self, entry: &CatalogEntry) -> Option<&Spec> {
        let is_candidate = |spec: &&LocalSpec| {
            let source = self.sources.get(&spec.entry.file);
            spec.entry.family == entry.family && !source.is_some_and(|source| source.has_published_text)
        };
        let mut others: Vec<_> = self.specs.values().filter(is_candidate).collect();
        others.sort_by_key(|spec| spec.entry.version);
        let before = others.iter().rfind(|spec| spec.entry.version < entry.version);
        let nearest = before.or_else(|| others.first())?;
        nearest.spec.as_ref().ok()
    }

    /// Returns our newest spec of the same family, if all of ours are older.
    pub fn newest_before(&self, entry: &CatalogEntry) -> Option<&LocalSpec> {
        let of_family = self.specs.values().filter(|spec| spec.entry.family == entry.family);
        of_family.max_by_key(|spec| spec.entry.version).filter(|spec| spec.entry.version < entry.version)
    }

    /// Returns the specs that may still have a type which a published one has lost: ours, then those of the same family,
    /// the nearest date first.
    pub fn earlier(&self, entry: &CatalogEntry) -> Vec<Earlier<'_>> {
        let of_family = self.specs.values().filter(|spec| spec.entry.family == entry.family);
        let mut specs: Vec<&LocalSpec> = of_family.collect();
        // Own file first, then earlier dates from the newest, then later dates from the oldest.
        specs.sort_by_key(|spec| {
            let version = spec.entry.version;
            let is_later = version > entry.version;
            (version != entry.version, is_later, (!is_later).then_some(Reverse(version)), version)
        });
        let mut earlier = Vec::new();
        for spec in specs {
            if let Ok(Spec { root, .. }) = &spec.spec {
                earlier.push(Earlier { file: &spec.entry.file, root });
            }
        }
        earlier
    }

    /// Returns the supplement of a spec, if there is a readable one.
    ///
    /// # Errors
    ///
    /// Returns an error if there is one that cannot be read, because it may have been edited.
    pub fn supplement(&self, file: &str) -> Result<Option<Value>> {
        let path = self.path.join(SUPPLEMENTS).join(file);
        let Fetched::Content(content) = Fetched::from_file(&path, MAX_BYTES)? else {
            return Ok(None);
        };
        serde_json::from_slice(&content.bytes).map(Some).map_err(|error| {
            let advice = "correct it, or restore it with git checkout";
            let what = format!("it is not JSON ({error})");
            Error::new(ErrorKind::Io, path.display().to_string(), what, advice)
        })
    }

    /// Replaces a supplement atomically.
    pub fn write_supplement(&self, file: &str, text: &str) -> Result<()> {
        let folder = self.path.join(SUPPLEMENTS);
        let target = folder.join(file);
        let written = std::fs::create_dir_all(&folder).and_then(|()| replace(&folder, &target, text));
        written.map_err(|error| Error::unwritable(&target, &error))
    }

    /// Replaces a file atomically.
    pub fn write(&self, file: &str, text: &str) -> Result<()> {
        let target = self.path.join(file);
        replace(&self.path, &target, text).map_err(|error| Error::unwritable(&target, &error))
    }

    /// Writes `sources.toml` if it has changed, and returns `true` if so. A dry run only compares.
    pub fn write_sources(&self, dry_run: bool) -> Result<bool> {
        let path = self.path.join(sources::FILE);
        let text = self.sources.text();
        let found = std::fs::read(&path).map_err(|error| Error::unreadable(&path, &error))?;
        let differs = found != text.as_bytes();
        if differs && !dry_run {
            self.write(sources::FILE, &text)?;
        }
        Ok(differs)
    }
}

impl LocalSpec {
    fn read(entry: &CatalogEntry) -> Result<Self> {
        let bytes = match Fetched::from_file(&entry.path, MAX_BYTES)? {
            Fetched::Content(content) => content.bytes,
            Fetched::Missing | Fetched::NotModified => Vec::new(),
        };
        let spec = Spec::from_bytes(entry, &bytes).map_err(Error::from);
        Ok(Self { entry: entry.clone(), sha256: sha256(&bytes), spec })
    }
}

/// Returns the SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn replace(folder: &Path, target: &Path, text: &str) -> std::io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    // The permissions of any new file; by default, only the owner may read a temporary file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(text.as_bytes())?;
    temporary.as_file().sync_all()?;
    temporary.persist(target).map_err(|error| error.error)?;
    Ok(())
}
