//! Writes the generated part of the tree.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::tree::{Change, Tree, compare, failure, walk};
use crate::error::Result;

/// Writes the generated tree below `root` and returns the changes. Files without a difference are not touched.
///
/// All new files are written to temporary files before the first of them takes its place, so that a full disk or a
/// read-only folder changes nothing.
///
/// # Errors
/// Returns the errors of [`compare`], and an error if something cannot be written or removed.
pub fn write(root: &Path, tree: &Tree) -> Result<Vec<Change>> {
    let changes = compare(root, tree)?;
    for change in &changes {
        check_writable(root, &change.path)?;
    }
    let staged = stage(root, tree, &changes)?;
    move_into_place(root, tree, &changes, staged)?;
    for owned in &tree.owned {
        remove_empty_folders(root, owned)?;
    }
    Ok(changes)
}

/// Rejects read-only files and files in read-only folders. A rename would replace the first, and root may write to the
/// second.
fn check_writable(root: &Path, path: &Path) -> Result<()> {
    let folder = nearest_folder(root, path);
    // There is no file if a parent folder is missing or a link.
    let file = (path.parent() == Some(&folder)).then_some(path);
    for path in file.into_iter().chain([folder.as_path()]) {
        let metadata = fs::symlink_metadata(root.join(path)).ok();
        let read_only = metadata.is_some_and(|metadata| {
            // The mark has no meaning for links, nor for folders on Windows.
            let counts = metadata.is_file() || (cfg!(unix) && metadata.is_dir());
            counts && metadata.permissions().readonly()
        });
        if read_only {
            return Err(failure(path, "is read-only", "make it writable; nothing was changed"));
        }
    }
    Ok(())
}

/// Returns the innermost existing parent folder of `path`. Temporary files are created in it, so that no folder has to
/// be created, or removed again, before everything is written.
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

/// Writes the new content of each changed file to a temporary file. All are removed if one fails.
fn stage<'c>(root: &Path, tree: &Tree, changes: &'c [Change]) -> Result<Vec<(TempPath, &'c PathBuf)>> {
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
    // By default only the owner may read temporary files. The umask still applies.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    Ok(file.into_temp_path())
}

/// Renames the temporary files, then removes foreign files.
fn move_into_place(root: &Path, tree: &Tree, changes: &[Change], staged: Vec<(TempPath, &PathBuf)>) -> Result<()> {
    let count = staged.len();
    let advice = |done: usize| format!("{done} of {count} files were written already; fix this and run it again");
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
            .map_err(|error| failure(path, format!("cannot be put in place ({error})"), advice(done)))?;
    }
    for change in other {
        remove(root, &change.path, &advice(count))?;
    }
    Ok(())
}

/// Removes a file or a link, never the target of a link.
fn remove(root: &Path, path: &Path, advice: &str) -> Result<()> {
    let target = root.join(path);
    let removed = fs::remove_file(&target).or_else(|error| {
        // On Windows a link to a folder is removed as a folder.
        if cfg!(windows) { fs::remove_dir(&target) } else { Err(error) }
    });
    removed.map_err(|error| failure(path, format!("cannot be removed ({error})"), advice))
}

/// Removes the empty folders in an owned folder, and the folder itself if it is empty.
fn remove_empty_folders(root: &Path, owned: &Path) -> Result<()> {
    let walk = walk(root, owned)?;
    let mut filled: BTreeSet<&Path> = BTreeSet::new();
    for (file, _) in &walk.files {
        filled.extend(file.ancestors().skip(1));
    }
    for folder in walk.folders.iter().rev().filter(|folder| !filled.contains(folder.as_path())) {
        fs::remove_dir(root.join(folder))
            .map_err(|error| failure(folder, format!("cannot be removed ({error})"), "remove the empty folder"))?;
    }
    Ok(())
}
