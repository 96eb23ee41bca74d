//! Comparing and writing trees.

use std::fs;
use std::path::{Path, PathBuf};

use super::tree::walk;
use super::*;
use crate::error::ErrorKind;

const CRATE: &str = "meld-client/v2026-02-03";

/// A workspace with two generated files, and their tree.
fn workspace() -> (tempfile::TempDir, Tree) {
    let root = tempfile::tempdir().unwrap();
    let tree = tree(&[("Cargo.toml", "[package]\n"), ("src/crypto.rs", "pub struct A;\n")]);
    assert_eq!(kinds(&write(root.path(), &tree).unwrap()).len(), 2);
    assert_eq!(compare(root.path(), &tree).unwrap(), []);
    (root, tree)
}

fn tree(files: &[(&str, &str)]) -> Tree {
    let files = files.iter().map(|(path, text)| (in_crate(path), (*text).to_owned())).collect();
    Tree { files, owned: vec![PathBuf::from(CRATE)] }
}

fn in_crate(path: &str) -> PathBuf {
    Path::new(CRATE).join(path)
}

fn kinds(changes: &[Change]) -> Vec<(&Path, ChangeKind)> {
    changes.iter().map(|change| (change.path.as_path(), change.kind)).collect()
}

fn all_files(root: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = walk(root, Path::new("")).unwrap().files.into_iter().map(|(path, _)| path).collect();
    files.sort();
    files
}

/// Asserts that both functions report `kind` for `path` alone, and that writing fixes it.
fn assert_reported_and_fixed(root: &Path, tree: &Tree, path: &str, kind: ChangeKind) {
    let path = in_crate(path);
    let found = compare(root, tree).unwrap();
    assert_eq!(kinds(&found), [(path.as_path(), kind)]);
    assert_eq!(write(root, tree).unwrap(), found);
    assert_eq!(compare(root, tree).unwrap(), []);
    assert_eq!(all_files(root), tree.files.keys().cloned().collect::<Vec<_>>());
}

fn refused(root: &Path, tree: &Tree) -> String {
    let before = all_files(root);
    let error = write(root, tree).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Io);
    assert_eq!(all_files(root), before, "a refusal changes nothing");
    error.to_string()
}

#[test]
fn edited_file_is_stale() {
    let (root, tree) = workspace();
    fs::write(root.path().join(CRATE).join("src/crypto.rs"), "pub struct B;\n").unwrap();
    let changes = compare(root.path(), &tree).unwrap();
    assert_eq!(changes[0].diff, "@@ line 1 @@\n-pub struct B;\n+pub struct A;");
    assert_reported_and_fixed(root.path(), &tree, "src/crypto.rs", ChangeKind::Stale);
}

#[test]
fn non_utf8_file_is_stale() {
    let (root, tree) = workspace();
    fs::write(root.path().join(CRATE).join("Cargo.toml"), b"[package]\xff\n").unwrap();
    assert_reported_and_fixed(root.path(), &tree, "Cargo.toml", ChangeKind::Stale);
}

#[test]
fn deleted_file_is_missing() {
    let (root, tree) = workspace();
    fs::remove_dir_all(root.path().join(CRATE).join("src")).unwrap();
    assert_reported_and_fixed(root.path(), &tree, "src/crypto.rs", ChangeKind::Missing);
}

#[test]
fn foreign_file_is_removed_with_its_folders() {
    let (root, tree) = workspace();
    let folder = root.path().join(CRATE).join("notes/old");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("x.md"), "").unwrap();
    assert_reported_and_fixed(root.path(), &tree, "notes/old/x.md", ChangeKind::Foreign);
    assert!(!root.path().join(CRATE).join("notes").exists());
}

#[test]
fn equal_files_are_not_touched() {
    let (root, mut tree) = workspace();
    let right = root.path().join(CRATE).join("Cargo.toml");
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    fs::File::options().append(true).open(&right).unwrap().set_modified(long_ago).unwrap();
    tree.files.insert(in_crate("src/crypto.rs"), "pub struct C;\n".to_owned());
    write(root.path(), &tree).unwrap();
    assert_eq!(fs::metadata(right).unwrap().modified().unwrap(), long_ago);
}

#[test]
fn version_without_specs_is_removed() {
    let (root, _) = workspace();
    let hand_written = root.path().join("meld-client/v1-notes");
    fs::create_dir_all(&hand_written).unwrap();
    let owned = owned_folders(root.path()).unwrap();
    assert_eq!(owned, [PathBuf::from(CRATE)]);
    let changes = write(root.path(), &Tree { owned, ..Tree::default() }).unwrap();
    assert_eq!(changes.len(), 2);
    assert!(!root.path().join(CRATE).exists());
    assert!(hand_written.exists());
    assert_eq!(owned_folders(Path::new("not/there")).unwrap(), [] as [PathBuf; 0]);
}

#[test]
fn files_outside_owned_folders_are_kept() {
    let (root, mut tree) = workspace();
    let source = root.path().join("meld-client/src");
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("lib.rs"), "by hand").unwrap();
    tree.files.insert("meld-client/src/versions.rs".into(), "generated".to_owned());
    write(root.path(), &tree).unwrap();
    assert_eq!(fs::read_to_string(source.join("versions.rs")).unwrap(), "generated");
    assert_eq!(fs::read_to_string(source.join("lib.rs")).unwrap(), "by hand");
}

#[test]
fn folder_in_place_of_a_file_is_rejected() {
    let (root, mut tree) = workspace();
    tree.files.insert(in_crate("src/a.rs"), "first".to_owned());
    fs::create_dir_all(root.path().join(CRATE).join("src/z.rs")).unwrap();
    tree.files.insert(in_crate("src/z.rs"), String::new());
    let message = refused(root.path(), &tree);
    assert_eq!(
        message,
        "meld-client/v2026-02-03/src/z.rs: a folder stands where a file should; \
         move it away and run it again; nothing was changed"
    );
}

#[test]
fn file_in_place_of_a_folder_is_rejected() {
    let (root, mut tree) = workspace();
    tree.files.insert(in_crate("Cargo.toml/src.rs"), String::new());
    assert!(refused(root.path(), &tree).contains("Cargo.toml: something else stands"));
}

#[test]
fn paths_out_of_the_workspace_are_rejected() {
    let (root, mut tree) = workspace();
    for path in ["../outside", "/outside", "", "a/../../outside"] {
        let mut tree = tree.clone();
        tree.files.insert(path.into(), String::new());
        assert!(refused(root.path(), &tree).contains("leads out of the workspace"), "{path}");
    }
    tree.owned.push("..".into());
    assert!(refused(root.path(), &tree).contains("leads out of the workspace"));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn links_are_removed_and_never_followed() {
        let (root, tree) = workspace();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("crypto.rs"), "theirs").unwrap();
        let source = root.path().join(CRATE).join("src");
        fs::remove_dir_all(&source).unwrap();
        symlink(outside.path(), &source).unwrap();
        symlink(outside.path(), root.path().join(CRATE).join("more")).unwrap();
        let changes = write(root.path(), &tree).unwrap();
        let (more, source, file) = (in_crate("more"), in_crate("src"), in_crate("src/crypto.rs"));
        assert_eq!(
            kinds(&changes),
            [
                (more.as_path(), ChangeKind::Foreign),
                (source.as_path(), ChangeKind::Foreign),
                (file.as_path(), ChangeKind::Missing)
            ]
        );
        assert_eq!(compare(root.path(), &tree).unwrap(), []);
        assert_eq!(fs::read_to_string(outside.path().join("crypto.rs")).unwrap(), "theirs");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }

    #[test]
    fn links_to_files_and_crates_are_replaced() {
        let (root, tree) = workspace();
        let outside = tempfile::tempdir().unwrap();
        let theirs = outside.path().join("Cargo.toml");
        fs::write(&theirs, "[package]\n").unwrap();
        let manifest = root.path().join(CRATE).join("Cargo.toml");
        fs::remove_file(&manifest).unwrap();
        symlink(&theirs, &manifest).unwrap();
        assert_reported_and_fixed(root.path(), &tree, "Cargo.toml", ChangeKind::Stale);

        fs::remove_dir_all(root.path().join(CRATE)).unwrap();
        symlink(outside.path(), root.path().join(CRATE)).unwrap();
        assert_eq!(owned_folders(root.path()).unwrap(), [PathBuf::from(CRATE)]);
        assert_eq!(write(root.path(), &tree).unwrap().len(), 3);
        assert_eq!(compare(root.path(), &tree).unwrap(), []);
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }

    #[test]
    fn links_outside_owned_folders_are_rejected() {
        let (root, mut tree) = workspace();
        let outside = tempfile::tempdir().unwrap();
        symlink(outside.path(), root.path().join("meld-client/src")).unwrap();
        tree.files.insert("meld-client/src/versions.rs".into(), String::new());
        assert!(refused(root.path(), &tree).contains("meld-client/src: something else stands"));
    }

    #[test]
    fn read_only_files_and_folders_are_rejected() {
        let (root, mut tree) = workspace();
        tree.files.insert(in_crate("src/crypto.rs"), "new".to_owned());
        let folder = root.path().join(CRATE).join("src");
        set_mode(&folder.join("crypto.rs"), 0o444);
        assert!(refused(root.path(), &tree).contains("src/crypto.rs: is read-only"));
        set_mode(&folder.join("crypto.rs"), 0o644);
        set_mode(&folder, 0o555);
        assert!(refused(root.path(), &tree).contains("v2026-02-03/src: is read-only"));
        set_mode(&folder, 0o755);
        write(root.path(), &tree).unwrap();
    }

    #[test]
    fn unreadable_file_is_rejected() {
        let (root, tree) = workspace();
        let file = root.path().join(CRATE).join("Cargo.toml");
        set_mode(&file, 0o200);
        if fs::read(&file).is_ok() {
            eprintln!("skipped: this user reads everything");
            return;
        }
        let error = compare(root.path(), &tree).unwrap_err();
        assert!(error.to_string().contains("Cargo.toml: cannot be read"), "{error}");
    }

    #[test]
    fn written_files_have_default_permissions() {
        let (root, _) = workspace();
        let plain = root.path().join("plain");
        fs::write(&plain, "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&root.path().join(CRATE).join("Cargo.toml")), mode(&plain));
    }

    #[test]
    fn sockets_are_rejected_without_reading() {
        let (root, tree) = workspace();
        let file = root.path().join(CRATE).join("Cargo.toml");
        fs::remove_file(&file).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(&file).unwrap();
        assert!(refused(root.path(), &tree).contains("neither a file nor a folder"));
    }
}
