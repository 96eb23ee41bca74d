//! Formats the generated Rust files with rustfmt, by the settings of the workspace.
//!
//! rustfmt takes longer than everything before it. Its result is kept in the folder `target`, and used for a crate whose
//! files, settings and rustfmt are the same.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Location, Result};

/// The edition of the generated crates.
const EDITION: &str = "2024";

/// The settings of the workspace.
const SETTINGS: &str = "rustfmt.toml";

/// The build folder of the workspace. Nothing is kept if there is none.
const BUILD: &str = "target";

/// A Rust file: its path and text.
type Source<'f> = (&'f Path, &'f mut String);

/// rustfmt, of which the version is asked while there is nothing to format yet.
pub struct Formatter {
    root: PathBuf,
    settings: Option<Vec<u8>>,
    version: io::Result<Child>,
}

impl Formatter {
    /// Starts rustfmt for the workspace root `root`.
    #[must_use]
    pub fn start(root: &Path) -> Self {
        let mut rustfmt = Command::new("rustfmt");
        rustfmt.arg("--version").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let settings = std::fs::read(root.join(SETTINGS)).ok();
        Self { root: root.to_owned(), settings, version: rustfmt.spawn() }
    }

    /// Formats all Rust files, by their paths relative to the workspace root. Crates are formatted concurrently.
    ///
    /// # Errors
    /// Returns an error if rustfmt is not installed or refuses a file.
    pub fn format(self, files: &mut BTreeMap<PathBuf, String>) -> Result<()> {
        let output = self.version.and_then(Child::wait_with_output).map_err(|error| failure(&error))?;
        let settings = self.settings.as_deref();
        let mut crates: BTreeMap<PathBuf, Vec<Source<'_>>> = BTreeMap::new();
        for (path, text) in files {
            if path.extension().is_some_and(|extension| extension == "rs") {
                let folder = path.iter().take_while(|name| *name != "src").collect();
                crates.entry(folder).or_default().push((path.as_path(), text));
            }
        }
        let crates: Vec<_> = crates.into_iter().collect();
        crates.into_par_iter().try_for_each(|(folder, mut sources)| {
            let mut hasher = DefaultHasher::new();
            (&output.stdout, settings, &sources).hash(&mut hasher);
            let kept = Kept { path: kept_path(&self.root, &folder), hash: hasher.finish() };
            if !kept.restore(&mut sources) {
                format_crate(settings, &mut sources)?;
                kept.store(&sources);
            }
            Ok(())
        })
    }
}

/// Returns the file for the formatted files of a crate; `None` if the workspace has no build folder.
fn kept_path(root: &Path, folder: &Path) -> Option<PathBuf> {
    let build = root.join(BUILD);
    let name: Vec<_> = folder.iter().map(|part| part.to_string_lossy()).collect();
    build.is_dir().then(|| build.join("rustfmt").join(name.join("-") + ".json"))
}

/// The formatted files of a crate from an earlier run.
struct Kept {
    path: Option<PathBuf>,
    hash: u64,
}

/// The content of the file: the hash of what was formatted, and the result in the order of the paths.
#[derive(Serialize, Deserialize)]
struct Formatted<S> {
    hash: u64,
    texts: Vec<S>,
}

impl Kept {
    /// Replaces the texts with the formatted ones. Returns `false` if there are none for these texts.
    fn restore(&self, sources: &mut [Source<'_>]) -> bool {
        let kept = self.path.as_ref().and_then(|path| std::fs::read(path).ok());
        let kept: Option<Formatted<String>> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(kept) = kept.filter(|kept| kept.hash == self.hash && kept.texts.len() == sources.len()) else {
            return false;
        };
        for ((_, text), formatted) in sources.iter_mut().zip(kept.texts) {
            **text = formatted;
        }
        true
    }

    /// Keeps the formatted texts. A failure costs only time: they are formatted again.
    fn store(&self, sources: &[Source<'_>]) {
        let Some((path, folder)) = self.path.as_ref().and_then(|path| Some((path, path.parent()?))) else { return };
        let texts = sources.iter().map(|(_, text)| text.as_str()).collect();
        // Other runs may read the file meanwhile, so it is replaced as a whole.
        let _ = std::fs::create_dir_all(folder).and_then(|()| {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&serde_json::to_vec(&Formatted { hash: self.hash, texts })?)?;
            file.persist(path).map_err(|error| error.error)
        });
    }
}

fn format_crate(settings: Option<&[u8]>, sources: &mut [Source<'_>]) -> Result<()> {
    let folder = tempfile::tempdir().map_err(|error| failure(&error))?;
    if let Some(settings) = settings {
        std::fs::write(folder.path().join(SETTINGS), settings).map_err(|error| failure(&error))?;
    }
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", EDITION]);
    // rustfmt follows `mod` to other files, and must not format one twice.
    let roots: Vec<&Path> = sources.iter().map(|(path, _)| *path).collect();
    for (path, text) in sources.iter() {
        let target = folder.path().join(path);
        let parent = target.parent().unwrap_or(folder.path());
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&target, text.as_bytes()))
            .map_err(|error| failure(&error))?;
        if is_root(path, &roots) {
            rustfmt.arg(target);
        }
    }
    let output = rustfmt.output().map_err(|error| failure(&error))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(refused(&format!("rustfmt refuses the generated code ({})", message.trim())));
    }
    for (path, text) in sources {
        **text = std::fs::read_to_string(folder.path().join(path)).map_err(|error| failure(&error))?;
    }
    Ok(())
}

/// Returns `true` for a file that no other of the files declares: `lib.rs` declares its siblings, `a.rs` what is in `a/`.
fn is_root(path: &Path, files: &[&Path]) -> bool {
    let Some(folder) = path.parent() else { return true };
    let is_library = path.ends_with("lib.rs");
    let library = folder.join("lib.rs");
    let declares = |file: &&Path| *file == library || **file == folder.with_extension("rs");
    is_library || !files.iter().any(declares)
}

fn failure(error: &io::Error) -> Error {
    Error::new(
        ErrorKind::Io,
        Location::new("rustfmt", ""),
        format!("the generated code cannot be formatted ({error})"),
        "install it with `rustup component add rustfmt`; nothing was changed",
    )
}

fn refused(what: &str) -> Error {
    Error::new(ErrorKind::Generation, Location::new("rustfmt", ""), what, "fix the render stage")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_formatted_by_workspace_settings() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut files = BTreeMap::from(
            [("src/lib.rs", "mod a;"), ("src/a.rs", "mod b;"), ("src/a/b.rs", "fn f( ){ }")]
                .map(|(path, text)| (PathBuf::from(path), text.to_owned())),
        );
        files.insert(PathBuf::from("README.md"), "fn f( ){ }".to_owned());
        Formatter::start(&root).format(&mut files).unwrap();
        assert_eq!(files[Path::new("src/a/b.rs")], "fn f() {}\n");
        assert_eq!(files[Path::new("README.md")], "fn f( ){ }");
        files.insert(PathBuf::from("src/a/b.rs"), "fn".to_owned());
        let error = Formatter::start(&root).format(&mut files).unwrap_err().to_string();
        assert!(error.contains("rustfmt refuses the generated code"), "{error}");
    }

    #[test]
    fn formatted_files_are_kept_for_equal_input() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join(BUILD)).unwrap();
        let path = PathBuf::from("client/src/lib.rs");
        let formatted = |text: &str| {
            let mut files = BTreeMap::from([(path.clone(), text.to_owned())]);
            Formatter::start(root.path()).format(&mut files).map(|()| files.remove(&path).unwrap())
        };
        assert_eq!(formatted("fn f( ){ }").unwrap(), "fn f() {}\n");
        let kept = root.path().join("target/rustfmt/client.json");
        let text = std::fs::read_to_string(&kept).unwrap().replace("fn f() {}", "fn kept() {}");
        std::fs::write(&kept, text).unwrap();
        assert_eq!(formatted("fn f( ){ }").unwrap(), "fn kept() {}\n");
        assert_eq!(formatted("fn g( ){ }").unwrap(), "fn g() {}\n");
        std::fs::write(root.path().join(SETTINGS), "fn_single_line = false").unwrap();
        std::fs::write(&kept, "{}").unwrap();
        assert_eq!(formatted("fn g( ){ }").unwrap(), "fn g() {}\n");
    }
}
