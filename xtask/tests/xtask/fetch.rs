//! The command that `cargo xtask fetch` runs; that program has tests of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{command, text};

#[test]
fn fetch_passes_the_root_and_the_current_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (root, here) = (folder.path().join("root"), folder.path().join("here"));
    fs::create_dir(&root).unwrap();
    fs::create_dir(&here).unwrap();
    // A stub for cargo that prints its arguments.
    let cargo = folder.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\npwd\nprintf '%s\\n' \"$@\"\nexit 1\n").unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let output = command(&root)
        .env("CARGO", &cargo)
        .current_dir(&here)
        .args(["fetch", "--from", "some folder", "--date", "20260203", "--dry-run"])
        .output()
        .unwrap();
    let (root, here) = (root.canonicalize().unwrap(), here.canonicalize().unwrap());
    let said = text(&output.stdout);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], root.to_str().unwrap());
    assert!(lines.windows(2).any(|pair| pair == ["--package", "meld-fetch"]), "{said}");
    assert!(lines.windows(2).any(|pair| pair == ["--here", here.to_str().unwrap()]), "{said}");
    assert!(said.ends_with("--from\nsome folder\n--date\n20260203\n--dry-run\n"), "{said}");
    // The job fails if the program does.
    assert_eq!(output.status.code(), Some(1));
}
