//! The crates of the workspace, as cargo and the generated interfaces describe them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::tool::{Result, Tool, at};

/// A published crate.
pub struct Crate {
    pub name: String,
    pub version: String,
    /// Published crates that it is built from, each with the required version.
    pub needs: Vec<(String, String)>,
}

/// The published crates of a workspace.
///
/// # Errors
/// Returns an error if cargo fails, for example because Cargo.lock does not fit the manifests.
pub fn published(root: &Path) -> Result<Vec<Crate>> {
    let metadata = Tool::cargo(root).args(["metadata", "--format-version=1", "--no-deps", "--locked"]);
    let metadata = metadata.read()?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    // `publish = false` is an empty list of registries.
    let packages: Vec<Value> = packages
        .into_iter()
        .filter(|package| package["publish"].as_array().is_none_or(|list| !list.is_empty()))
        .collect();
    let names: Vec<String> = packages.iter().map(|package| text(&package["name"])).collect();
    Ok(packages.iter().map(|package| published_crate(package, &names)).collect())
}

fn published_crate(package: &Value, names: &[String]) -> Crate {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let needs = dependencies
        .filter(|one| !one["path"].is_null() && one["kind"] != "dev")
        .map(|one| (text(&one["name"]), text(&one["req"]).trim_start_matches('^').to_owned()))
        .filter(|(name, _)| names.contains(name));
    Crate { name: text(&package["name"]), version: text(&package["version"]), needs: needs.collect() }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The families of operations, each with the version crates that have it, from their `interface.json`.
///
/// # Errors
/// Returns an error if an interface cannot be read.
pub fn families(root: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let mut families: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let client = root.join("meld-client");
    for entry in at(&client, fs::read_dir(&client))? {
        let folder = at(&client, entry)?.path();
        let file = folder.join("interface.json");
        let Ok(json) = fs::read_to_string(&file) else { continue };
        let modules: Vec<Value> =
            serde_json::from_str(&json).map_err(|error| format!("{}: {error}", file.display()))?;
        let version = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for module in modules {
            let crates = families.entry(text(&module["family"])).or_default();
            crates.push(format!("meld-client-{version}"));
        }
    }
    Ok(families)
}

/// Returns the specs in a folder, sorted, or the one at a path.
///
/// # Errors
/// Returns an error if the folder cannot be read.
pub fn specs(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut specs = Vec::new();
    for entry in at(path, fs::read_dir(path))? {
        let file = at(path, entry)?.path();
        if file.extension().is_some_and(|extension| extension == "json") {
            specs.push(file);
        }
    }
    specs.sort();
    Ok(specs)
}

/// Returns the lines of all Rust files below a folder.
///
/// # Errors
/// Returns an error if a file cannot be read.
pub fn lines(folder: &Path) -> Result<usize> {
    let mut lines = 0;
    for entry in at(folder, fs::read_dir(folder))? {
        let path = at(folder, entry)?.path();
        if path.is_dir() {
            lines += self::lines(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            lines += at(&path, fs::read_to_string(&path))?.lines().count();
        }
    }
    Ok(lines)
}

/// The target folder.
pub fn target(root: &Path) -> PathBuf {
    let folder = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    root.join(folder)
}
