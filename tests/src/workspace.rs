//! Copies of this workspace, for tests that change specs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Copies the workspace into `target`, without builds and history.
pub fn copy(target: &Path) {
    for (path, content) in files_but(&root(), target) {
        let path = target.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

/// All files below a folder, except version control and builds.
pub fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    files_but(root, Path::new("/nowhere"))
}

/// All files below a folder, also except folders that contain `place`, which is the copy itself.
fn files_but(root: &Path, place: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            // Cargo marks its target folders with this file.
            let is_built = path.join("CACHEDIR.TAG").exists() || place.starts_with(&path);
            if path.ends_with(".git") || is_built {
                continue;
            }
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() {
                files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(path).unwrap());
            }
        }
    }
    files
}
