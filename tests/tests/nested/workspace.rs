//! Copies of this workspace, for tests that change specs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use meld_gen::emit::{self, Change};
use meld_gen::pipeline::{self, Generation};
use meld_gen::selection::Selection;
use tempfile::TempDir;

use crate::cargo::SCRATCH;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A copy of the workspace, without builds and history.
pub fn copy() -> TempDir {
    let copy = tempfile::tempdir_in(SCRATCH).unwrap();
    for (path, content) in files_but(&root(), copy.path()) {
        let path = copy.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    copy
}

/// Does what `cargo xtask regen` does.
pub fn regenerate(root: &Path) -> (Generation, Vec<Change>) {
    let generation = pipeline::run(root, &Selection::default()).unwrap();
    assert_eq!(generation.errors, []);
    let changes = emit::write(root, &generation.tree).unwrap();
    (generation, changes)
}

/// Creates the package of a user outside of the workspace, with these dependencies and this library.
pub fn user(dependencies: &str, library: &str) -> TempDir {
    let folder = tempfile::tempdir_in(SCRATCH).unwrap();
    let package = folder.path();
    let manifest =
        "[package]\nname = \"user\"\nedition = \"2024\"\n\n[workspace]\n\n[lints.rust]\nunused = \"allow\"\n\n";
    fs::write(package.join("Cargo.toml"), format!("{manifest}[dependencies]\n{dependencies}")).unwrap();
    fs::create_dir(package.join("src")).unwrap();
    fs::write(package.join("src/lib.rs"), library).unwrap();
    // The versions that are downloaded already.
    fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    folder
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
