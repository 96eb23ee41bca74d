//! Generates the lists of built-in specs and of their supplements: all files in `openapi/` and `openapi/supplements/` that
//! are named `<family>-<yyyymmdd>.json`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let package = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = specs(Path::new(&package));
    println!("cargo::rustc-env=MELD_SANDBOX_DOCUMENTS={}", folder.display());
    let output = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    fs::write(output.join("specs.rs"), list(&folder)?)?;
    fs::write(output.join("supplements.rs"), list(&folder.join("supplements"))?)
}

/// Returns the names and contents of the specs in a folder, as an expression. A missing folder has none.
fn list(folder: &Path) -> io::Result<String> {
    let mut list = String::from("&[\n");
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        entries => Some(entries?),
    };
    let mut names = Vec::new();
    for entry in entries.into_iter().flatten() {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if is_spec(&name) {
            names.push(name);
        }
    }
    names.sort();
    for name in names {
        let path = folder.join(&name);
        println!("cargo::rerun-if-changed={}", path.display());
        let _ = writeln!(list, "    ({name:?}, include_str!({:?})),", path.display().to_string());
    }
    list.push_str("]\n");
    Ok(list)
}

/// Returns the folder of the specs: inside a published package, or in the workspace if its link is not followed.
fn specs(package: &Path) -> PathBuf {
    let inside = package.join("openapi");
    if inside.is_dir() { inside } else { package.join("../../openapi") }
}

fn is_spec(name: &str) -> bool {
    name.strip_suffix(".json").and_then(|stem| stem.rsplit_once('-')).is_some_and(|(family, date)| {
        !family.is_empty() && date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit())
    })
}
