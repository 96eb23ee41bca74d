//! Writes the list of documents that are built in: all that lie in `openapi/`, so that a new one needs no edit.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let package = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = documents(Path::new(&package));
    println!("cargo::rustc-env=MELD_SANDBOX_DOCUMENTS={}", folder.display());
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_document(&name) {
            names.push(name);
        }
    }
    names.sort();

    let mut list = String::from("&[\n");
    for name in names {
        let path = folder.join(&name);
        println!("cargo::rerun-if-changed={}", path.display());
        let _ = writeln!(list, "    ({name:?}, include_str!({:?})),", path.display().to_string());
    }
    list.push_str("]\n");
    let output = Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("documents.rs");
    fs::write(output, list)
}

/// In a package the documents lie inside; here there is a link to them, which some systems do not follow.
fn documents(package: &Path) -> PathBuf {
    let inside = package.join("openapi");
    if inside.is_dir() { inside } else { package.join("../../openapi") }
}

/// `<family>-<yyyymmdd>.json`
fn is_document(name: &str) -> bool {
    name.strip_suffix(".json").and_then(|stem| stem.rsplit_once('-')).is_some_and(
        |(family, date)| {
            !family.is_empty() && date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit())
        },
    )
}
