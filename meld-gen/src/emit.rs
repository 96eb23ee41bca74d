//! The generated part of the tree: what differs from it, and writing only that.

pub mod changelog;
pub mod crates;
mod format;
pub mod layout;
mod package;
mod splice;
mod text_diff;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, FileType};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::TempPath;

use crate::catalog::ApiVersion;
use crate::error::{Error, ErrorKind, Location, Result};

pub use format::format;
pub use splice::splice;

/// The folder that holds the generated crates, one folder for each API version.
const CRATES: &str = "meld-client";

/// What the generated part of the tree should be.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The text of each file, by its path relative to the workspace root, with `/` between folders.
    ///
    /// A file that is generated in part stands here as a whole, see [`splice()`].
    pub files: BTreeMap<PathBuf, String>,
    /// Folders in which every file is generated: anything else in them is foreign and is removed.
    pub owned: Vec<PathBuf>,
}

/// How a path differs from what is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The file is there with another content: outdated, or edited by hand.
    Stale,
    /// The file is not there.
    Missing,
    /// It is in a folder of generated files, and nothing generates it.
    Foreign,
}

/// One path that differs from what is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Relative to the workspace root.
    pub path: PathBuf,
    /// How it differs.
    pub kind: ChangeKind,
    /// The first lines that differ (`-` is in the tree, `+` is generated), or a clause where there are none to show.
    pub diff: String,
}

/// The folders of generated crates that are in the tree, whether or not a document yields them any more.
///
/// # Errors
/// When the folder that holds them cannot be read.
pub fn owned_folders(root: &Path) -> Result<Vec<PathBuf>> {
    let crates = Path::new(CRATES);
    let mut owned = Vec::new();
    for (path, kind) in entries(root, crates)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let dated = name.strip_prefix('v').and_then(ApiVersion::parse);
        // A link counts: it stands where a crate should be, and must not be written through.
        if dated.is_some_and(|version| version.feature() == name)
            && (kind.is_dir() || kind.is_symlink())
        {
            owned.push(path);
        }
    }
    Ok(owned)
}

/// Says what differs between the tree below `root` and what is generated, in the order of paths.
///
/// # Errors
/// When something cannot be read, or a folder stands where a file should be, or the other way round.
pub fn compare(root: &Path, tree: &Tree) -> Result<Vec<Change>> {
    for path in tree.files.keys().chain(&tree.owned) {
        stays_inside(path)?;
    }
    let mut changes = BTreeMap::new();
    for owned in &tree.owned {
        for (path, kind) in walk(root, owned)?.files {
            if !tree.files.contains_key(&path) {
                let diff = foreign_clause(kind).to_owned();
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

/// Makes the tree below `root` what is generated and says what was changed; what is right already is not touched.
///
/// All new texts are written to temporary files before the first of them takes its place, so that a full disk or
/// a read-only folder changes nothing.
///
/// # Errors
/// As [`compare`], and when something cannot be written or removed.
pub fn write(root: &Path, tree: &Tree) -> Result<Vec<Change>> {
    let changes = compare(root, tree)?;
    for change in &changes {
        check_writable(root, &change.path)?;
    }
    let staged = stage(root, tree, &changes)?;
    put_in_place(root, tree, &changes, staged)?;
    for owned in &tree.owned {
        remove_empty_folders(root, owned)?;
    }
    Ok(changes)
}

/// What stands at a path, with its links not followed.
enum Standing {
    Nothing,
    File,
    Link,
}

/// How the file at `path` differs from `wanted`, if it does.
fn difference(
    root: &Path,
    tree: &Tree,
    path: &Path,
    wanted: &str,
) -> Result<Option<(ChangeKind, String)>> {
    match standing(root, tree, path)? {
        Standing::Nothing => {
            let clause = format!("not there; {} lines are generated", wanted.lines().count());
            Ok(Some((ChangeKind::Missing, clause)))
        }
        Standing::Link => {
            Ok(Some((ChangeKind::Stale, "a symbolic link instead of a file".to_owned())))
        }
        Standing::File => {
            let found = fs::read(root.join(path)).map_err(|error| unreadable(path, &error))?;
            let differs = found != wanted.as_bytes();
            Ok(differs.then(|| (ChangeKind::Stale, text_diff::short(&found, wanted))))
        }
    }
}

/// What stands at the path of a generated file. Looks at each folder on the way, so that no link inside of an
/// owned folder is followed.
fn standing(root: &Path, tree: &Tree, path: &Path) -> Result<Standing> {
    let mut folders: Vec<&Path> = path.ancestors().skip(1).collect();
    folders.pop(); // the empty path: the root itself, which may be a link
    for folder in folders.into_iter().rev() {
        match file_type(root, folder)? {
            None => return Ok(Standing::Nothing),
            Some(kind) if kind.is_dir() => {}
            Some(kind) if kind.is_symlink() && is_owned(tree, folder) => {
                return Ok(Standing::Nothing); // the link itself is reported as foreign
            }
            Some(_) => return Err(conflict(folder, "something else stands where a folder should")),
        }
    }
    match file_type(root, path)? {
        None => Ok(Standing::Nothing),
        Some(kind) if kind.is_file() => Ok(Standing::File),
        Some(kind) if kind.is_symlink() => Ok(Standing::Link),
        Some(kind) if kind.is_dir() => Err(conflict(path, "a folder stands where a file should")),
        Some(_) => Err(conflict(path, "this is neither a file nor a folder")),
    }
}

fn is_owned(tree: &Tree, path: &Path) -> bool {
    tree.owned.iter().any(|owned| path.starts_with(owned))
}

/// Everything below an owned folder.
#[derive(Default)]
struct Walk {
    /// Everything that is no folder, links included.
    files: Vec<(PathBuf, FileType)>,
    /// The folders, each before those inside of it.
    folders: Vec<PathBuf>,
}

/// Walks an owned folder without following links and, so that depth costs no stack, without recursion.
fn walk(root: &Path, owned: &Path) -> Result<Walk> {
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

/// What is directly in `folder`, relative to the root and sorted; nothing when there is no such folder.
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

/// The type of what stands at `path`, with a link not followed.
fn file_type(root: &Path, path: &Path) -> Result<Option<FileType>> {
    match fs::symlink_metadata(root.join(path)) {
        Ok(metadata) => Ok(Some(metadata.file_type())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// Refuses a file that is marked read-only, and one in a folder that is: a rename would replace the first without
/// asking, and whoever may write everywhere (root) would not be stopped by the second.
fn check_writable(root: &Path, path: &Path) -> Result<()> {
    let folder = nearest_folder(root, path);
    // Folders that are missing, or a link, on the way to the file: there is no file to look at.
    let file = (path.parent() == Some(&folder)).then_some(path);
    for path in file.into_iter().chain([folder.as_path()]) {
        let metadata = fs::symlink_metadata(root.join(path)).ok();
        let read_only = metadata.is_some_and(|metadata| {
            // The mark says nothing on a link, and on Windows nothing on a folder.
            let counts = metadata.is_file() || (cfg!(unix) && metadata.is_dir());
            counts && metadata.permissions().readonly()
        });
        if read_only {
            return Err(failure(path, "is read-only", "make it writable; nothing was changed"));
        }
    }
    Ok(())
}

/// The innermost folder on the way to `path` that is there: new files start in it, so that no folder has to be
/// made, or removed again, before everything is written.
fn nearest_folder(root: &Path, path: &Path) -> PathBuf {
    let mut nearest = PathBuf::new();
    for component in path.parent().into_iter().flat_map(Path::components) {
        let folder = nearest.join(component);
        if !fs::symlink_metadata(root.join(&folder)).is_ok_and(|found| found.is_dir()) {
            break;
        }
        nearest = folder;
    }
    nearest
}

/// Writes the new text of each file that differs to a temporary file; those are removed again when one fails.
fn stage<'c>(
    root: &Path,
    tree: &Tree,
    changes: &'c [Change],
) -> Result<Vec<(TempPath, &'c PathBuf)>> {
    let mut staged = Vec::new();
    for path in changes.iter().map(|change| &change.path) {
        let Some(text) = tree.files.get(path) else { continue };
        let folder = root.join(nearest_folder(root, path));
        let temporary = temporary_file(&folder, text).map_err(|error| {
            let what = format!("cannot be written ({error})");
            failure(path, what, "make room or the folder writable; nothing was changed")
        })?;
        staged.push((temporary, path));
    }
    Ok(staged)
}

fn temporary_file(folder: &Path, text: &str) -> io::Result<TempPath> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".regen-").suffix(".tmp");
    // Temporary files are for their owner alone unless told otherwise; what the umask takes still goes.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    Ok(file.into_temp_path())
}

/// Renames the temporary files, then removes what is foreign.
fn put_in_place(
    root: &Path,
    tree: &Tree,
    changes: &[Change],
    staged: Vec<(TempPath, &PathBuf)>,
) -> Result<()> {
    let count = staged.len();
    let advice = |done: usize| {
        format!("{done} of {count} files were written already: mend this and run it again")
    };
    let (blocking, other): (Vec<_>, Vec<_>) = changes
        .iter()
        .filter(|change| !tree.files.contains_key(&change.path))
        .partition(|change| staged.iter().any(|(_, path)| path.starts_with(&change.path)));
    for change in blocking {
        remove(root, &change.path, &advice(0))?;
    }
    for (done, (temporary, path)) in staged.into_iter().enumerate() {
        let target = root.join(path);
        let folder = target.parent().unwrap_or(root);
        fs::create_dir_all(folder)
            .and_then(|()| temporary.persist(&target).map_err(|error| error.error))
            .map_err(|error| {
                failure(path, format!("cannot be put in place ({error})"), advice(done))
            })?;
    }
    for change in other {
        remove(root, &change.path, &advice(count))?;
    }
    Ok(())
}

/// Removes a file or a link, never what a link leads to.
fn remove(root: &Path, path: &Path, advice: &str) -> Result<()> {
    let target = root.join(path);
    let removed = fs::remove_file(&target).or_else(|error| {
        // On Windows a link to a folder is removed as a folder.
        if cfg!(windows) { fs::remove_dir(&target) } else { Err(error) }
    });
    removed.map_err(|error| failure(path, format!("cannot be removed ({error})"), advice))
}

/// Removes the folders of an owned folder that hold nothing, and itself if nothing is left of it.
fn remove_empty_folders(root: &Path, owned: &Path) -> Result<()> {
    let walk = walk(root, owned)?;
    let mut filled: BTreeSet<&Path> = BTreeSet::new();
    for (file, _) in &walk.files {
        filled.extend(file.ancestors().skip(1));
    }
    for folder in walk.folders.iter().rev().filter(|folder| !filled.contains(folder.as_path())) {
        fs::remove_dir(root.join(folder)).map_err(|error| {
            failure(folder, format!("cannot be removed ({error})"), "remove the empty folder")
        })?;
    }
    Ok(())
}

/// Refuses a path that leads out of the workspace: names come from file names, and must not reach elsewhere.
fn stays_inside(path: &Path) -> Result<()> {
    let normal = path.components().all(|component| matches!(component, Component::Normal(_)));
    if normal && path.components().next().is_some() {
        return Ok(());
    }
    Err(failure(path, "leads out of the workspace", "rename what it is named after"))
}

fn foreign_clause(kind: FileType) -> &'static str {
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

fn failure(path: &Path, what: impl Into<String>, advice: impl Into<String>) -> Error {
    let file = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let location = Location::new(file.display().to_string().replace('\\', "/"), "");
    Error::new(ErrorKind::Io, location, what, advice)
}

#[cfg(test)]
mod tests;
