//! The published crates, each checked from its package alone: a file that the workspace has may be missing there.

use std::fs;
use std::path::Path;

use crate::tool::{Result, Tool, at};
use crate::workspace::{self, Crate};

/// Packs the published crates and checks what a user gets of them.
pub fn run(root: &Path) -> Result<()> {
    let crates = workspace::published(root)?;
    let mut cargo = super::cargo(root).args(["package", "--locked", "--no-verify", "--allow-dirty"]);
    for Crate { name, .. } in &crates {
        cargo = cargo.args(["--package", name]);
    }
    cargo.run()?;
    let target = workspace::target(root);
    let folder = target.join("packages");
    unpack(root, &crates, &target, &folder)?;
    // The same dependencies, in the same target folder, as those of the other steps.
    super::cargo(&folder).env("CARGO_TARGET_DIR", &target).args(["check", "--workspace", "--offline"]).run()
}

/// Unpacks the packages into a workspace of their own, in which they use each other.
fn unpack(root: &Path, crates: &[Crate], target: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        at(folder, fs::remove_dir_all(folder))?;
    }
    at(folder, fs::create_dir_all(folder))?;
    let mut manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"*-*\"]\n\n[patch.crates-io]\n".to_owned();
    for Crate { name, version, .. } in crates {
        let package = target.join(format!("package/{name}-{version}.crate"));
        // Files of packages have one date, by which cargo would take a changed file for the one it knows.
        Tool::new(folder, "tar").args(["--touch", "-xzf"]).arg(package).run()?;
        manifest.push_str(&format!("{name} = {{ path = \"{name}-{version}\" }}\n"));
    }
    at(folder, fs::write(folder.join("Cargo.toml"), manifest))?;
    at(folder, fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))).map(|_| ())
}
