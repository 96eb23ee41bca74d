//! Formats the generated Rust files with rustfmt, by the settings of the workspace.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Location, Result};

/// The edition of the generated crates.
const EDITION: &str = "2024";

/// The settings of the workspace.
const SETTINGS: &str = "rustfmt.toml";

/// A Rust file: its path and text.
type Source<'f> = (&'f Path, &'f mut String);

/// Formats all Rust files, by their paths relative to the workspace root `root`. Crates are formatted concurrently.
///
/// # Errors
/// Returns an error if rustfmt is not installed or refuses a file.
pub fn format(root: &Path, files: &mut BTreeMap<PathBuf, String>) -> Result<()> {
    let settings = std::fs::read(root.join(SETTINGS)).ok();
    let mut crates: BTreeMap<PathBuf, Vec<Source<'_>>> = BTreeMap::new();
    for (path, text) in files {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let folder = path.iter().take_while(|name| *name != "src").collect();
            crates.entry(folder).or_default().push((path.as_path(), text));
        }
    }
    crates.into_par_iter().try_for_each(|(_, mut sources)| format_crate(settings.as_deref(), &mut sources))
}

fn format_crate(settings: Option<&[u8]>, sources: &mut [Source<'_>]) -> Result<()> {
    let folder = tempfile::tempdir().map_err(|error| failure(&error))?;
    if let Some(settings) = settings {
        std::fs::write(folder.path().join(SETTINGS), settings).map_err(|error| failure(&error))?;
    }
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", EDITION]);
    // rustfmt follows `mod` to other files, and must not format one twice.
    let roots: Vec<&Path> = sources.iter().map(|(path, _)| *path).collect();
    for (path, text) in sources.iter() {
        let target = folder.path().join(path);
        let parent = target.parent().unwrap_or(folder.path());
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&target, text.as_bytes()))
            .map_err(|error| failure(&error))?;
        if is_root(path, &roots) {
            rustfmt.arg(target);
        }
    }
    let output = rustfmt.output().map_err(|error| failure(&error))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(refused(&format!("rustfmt refuses the generated code ({})", message.trim())));
    }
    for (path, text) in sources {
        **text = std::fs::read_to_string(folder.path().join(path)).map_err(|error| failure(&error))?;
    }
    Ok(())
}

/// Returns `true` for a file that no other of the files declares: `lib.rs` declares its siblings, `a.rs` what is in `a/`.
fn is_root(path: &Path, files: &[&Path]) -> bool {
    let Some(folder) = path.parent() else { return true };
    let is_library = path.ends_with("lib.rs");
    let library = folder.join("lib.rs");
    let declares = |file: &&Path| *file == library || **file == folder.with_extension("rs");
    is_library || !files.iter().any(declares)
}

fn failure(error: &io::Error) -> Error {
    Error::new(
        ErrorKind::Io,
        Location::new("rustfmt", ""),
        format!("the generated code cannot be formatted ({error})"),
        "install it with `rustup component add rustfmt`; nothing was changed",
    )
}

fn refused(what: &str) -> Error {
    Error::new(ErrorKind::Generation, Location::new("rustfmt", ""), what, "fix the render stage")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_formatted_by_workspace_settings() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut files = BTreeMap::from(
            [("src/lib.rs", "mod a;"), ("src/a.rs", "mod b;"), ("src/a/b.rs", "fn f( ){ }")]
                .map(|(path, text)| (PathBuf::from(path), text.to_owned())),
        );
        files.insert(PathBuf::from("README.md"), "fn f( ){ }".to_owned());
        format(&root, &mut files).unwrap();
        assert_eq!(files[Path::new("src/a/b.rs")], "fn f() {}\n");
        assert_eq!(files[Path::new("README.md")], "fn f( ){ }");
        files.insert(PathBuf::from("src/a/b.rs"), "fn".to_owned());
        let error = format(&root, &mut files).unwrap_err().to_string();
        assert!(error.contains("rustfmt refuses the generated code"), "{error}");
    }
}
