//! The generated part of the tree, and its differences from the files on disk.

use std::collections::BTreeMap;
use std::fs::{self, FileType};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::text_diff;
use crate::catalog::ApiVersion;
use crate::error::{Error, ErrorKind, Location, Result};

/// The folder that holds the generated crates, one folder for each API version.
const CRATES: &str = "meld-client";

/// The generated part of the tree.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The content of each file by its path relative to the workspace root, with `/` between folders.
    ///
    /// A file that is generated in part is complete here, see [`splice()`](super::splice()).
    pub files: BTreeMap<PathBuf, String>,
    /// Folders in which every file is generated. All other files in them are foreign and are removed.
    pub owned: Vec<PathBuf>,
}

impl Tree {
    /// Returns the number of lines of all Rust files.
    #[must_use]
    pub fn lines(&self) -> usize {
        let is_rust = |path: &Path| path.extension().is_some_and(|extension| extension == "rs");
        let files = self.files.iter().filter(|(path, _)| is_rust(path));
        files.map(|(_, text)| text.lines().count()).sum()
    }
}

/// The difference of a path from the generated one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The file has another content: it is outdated or was edited by hand.
    Stale,
    /// The file does not exist.
    Missing,
    /// The file is in a folder of generated files and is not generated.
    Foreign,
}

/// A path that differs from the generated one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path relative to the workspace root.
    pub path: PathBuf,
    /// The kind of difference.
    pub kind: ChangeKind,
    /// The first differing lines (`-` in the tree, `+` generated), or a description if there are none to show.
    pub diff: String,
}

/// Returns the folders of generated crates in the tree, including those without a spec.
///
/// # Errors
/// Returns an error if the parent folder cannot be read.
pub fn owned_folders(root: &Path) -> Result<Vec<PathBuf>> {
    let crates = Path::new(CRATES);
    let mut owned = Vec::new();
    for (path, kind) in entries(root, crates)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let dated = name.strip_prefix('v').and_then(ApiVersion::parse);
        // A link counts: nothing must be written through it.
        if dated.is_some_and(|version| version.feature() == name) && (kind.is_dir() || kind.is_symlink()) {
            owned.push(path);
        }
    }
    Ok(owned)
}

/// Returns the differences between the tree below `root` and the generated one, in the order of paths.
///
/// # Errors
/// Returns an error if something cannot be read, or if there is a folder in place of a file or the reverse.
pub fn compare(root: &Path, tree: &Tree) -> Result<Vec<Change>> {
    for path in tree.files.keys().chain(&tree.owned) {
        check_inside_workspace(path)?;
    }
    let mut changes = BTreeMap::new();
    for owned in &tree.owned {
        for (path, kind) in walk(root, owned)?.files {
            if !tree.files.contains_key(&path) {
                let diff = describe_foreign_file(kind).to_owned();
                changes.insert(path.clone(), Change { path, kind: ChangeKind::Foreign, diff });
            }
        }
    }
    for (path, wanted) in &tree.files {
        if let Some((kind, diff)) = difference(root, tree, path, wanted)? {
            changes.insert(path.clone(), Change { path: path.clone(), kind, diff });
        }
    }
    Ok(changes.into_values().collect())
}

/// The file type at a path, without following links.
enum FileState {
    Nothing,
    File,
    Link,
}

/// Returns the difference of the file at `path` from `wanted`, if there is one.
fn difference(root: &Path, tree: &Tree, path: &Path, wanted: &str) -> Result<Option<(ChangeKind, String)>> {
    match file_state(root, tree, path)? {
        FileState::Nothing => {
            let clause = format!("missing; {} lines are generated", wanted.lines().count());
            Ok(Some((ChangeKind::Missing, clause)))
        }
        FileState::Link => Ok(Some((ChangeKind::Stale, "a symbolic link instead of a file".to_owned()))),
        FileState::File => {
            let found = fs::read(root.join(path)).map_err(|error| unreadable(path, &error))?;
            let differs = found != wanted.as_bytes();
            Ok(differs.then(|| (ChangeKind::Stale, text_diff::short(&found, wanted))))
        }
    }
}

/// Returns the file type at the path of a generated file. Looks at each parent folder, so that no link inside of an
/// owned folder is followed.
fn file_state(root: &Path, tree: &Tree, path: &Path) -> Result<FileState> {
    let mut folders: Vec<&Path> = path.ancestors().skip(1).collect();
    folders.pop(); // the empty path: the root itself, which may be a link
    for folder in folders.into_iter().rev() {
        match file_type(root, folder)? {
            None => return Ok(FileState::Nothing),
            Some(kind) if kind.is_dir() => {}
            Some(kind) if kind.is_symlink() && is_owned(tree, folder) => {
                return Ok(FileState::Nothing); // the link is reported as foreign
            }
            Some(_) => return Err(conflict(folder, "something else stands where a folder should")),
        }
    }
    match file_type(root, path)? {
        None => Ok(FileState::Nothing),
        Some(kind) if kind.is_file() => Ok(FileState::File),
        Some(kind) if kind.is_symlink() => Ok(FileState::Link),
        Some(kind) if kind.is_dir() => Err(conflict(path, "a folder stands where a file should")),
        Some(_) => Err(conflict(path, "this is neither a file nor a folder")),
    }
}

fn is_owned(tree: &Tree, path: &Path) -> bool {
    tree.owned.iter().any(|owned| path.starts_with(owned))
}

/// Everything below an owned folder.
#[derive(Default)]
pub(super) struct Walk {
    /// Everything other than folders, links included.
    pub(super) files: Vec<(PathBuf, FileType)>,
    /// The folders, each before those inside of it.
    pub(super) folders: Vec<PathBuf>,
}

/// Walks an owned folder without following links and, so that depth costs no stack, without recursion.
pub(super) fn walk(root: &Path, owned: &Path) -> Result<Walk> {
    let mut walk = Walk::default();
    let mut open = Vec::new();
    match file_type(root, owned)? {
        Some(kind) if kind.is_dir() => open.push(owned.to_owned()),
        Some(kind) => walk.files.push((owned.to_owned(), kind)),
        None => {}
    }
    while let Some(folder) = open.pop() {
        for (path, kind) in entries(root, &folder)? {
            if kind.is_dir() {
                open.push(path);
            } else {
                walk.files.push((path, kind));
            }
        }
        walk.folders.push(folder);
    }
    Ok(walk)
}

/// Returns the entries of `folder`, relative to the root and sorted; none if the folder does not exist.
fn entries(root: &Path, folder: &Path) -> Result<Vec<(PathBuf, FileType)>> {
    let read = || -> io::Result<Vec<(PathBuf, FileType)>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(root.join(folder))? {
            let entry = entry?;
            entries.push((folder.join(entry.file_name()), entry.file_type()?));
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(entries)
    };
    match read() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        result => result.map_err(|error| unreadable(folder, &error)),
    }
}

/// Returns the file type at `path`, without following a link.
fn file_type(root: &Path, path: &Path) -> Result<Option<FileType>> {
    match fs::symlink_metadata(root.join(path)) {
        Ok(metadata) => Ok(Some(metadata.file_type())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// Rejects a path that leads out of the workspace, as names come from the file names of specs.
fn check_inside_workspace(path: &Path) -> Result<()> {
    let normal = path.components().all(|component| matches!(component, Component::Normal(_)));
    if normal && path.components().next().is_some() {
        return Ok(());
    }
    Err(failure(path, "leads out of the workspace", "rename what it is named after"))
}

fn describe_foreign_file(kind: FileType) -> &'static str {
    if kind.is_symlink() {
        "a symbolic link; only generated files belong here"
    } else {
        "nothing generates it; only generated files belong here"
    }
}

fn conflict(path: &Path, what: &str) -> Error {
    failure(path, what, "move it away and run it again; nothing was changed")
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    failure(path, format!("cannot be read ({error})"), "make it readable; nothing was changed")
}

pub(super) fn failure(path: &Path, what: impl Into<String>, advice: impl Into<String>) -> Error {
    let file = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let location = Location::new(file.display().to_string().replace('\\', "/"), "");
    Error::new(ErrorKind::Io, location, what, advice)
}
