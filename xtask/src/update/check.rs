//! The check of patches: in an index of its own, so that nothing in them is written to the tree.

use std::fs;
use std::path::Path;

use super::rules::{by_hand, dependencies, is_generated, is_snapshot};
use crate::tool::{Result, Tool, git};

/// Bytes of the largest patch.
const LARGEST_PATCH: u64 = 50_000_000;

/// Fails unless the patches change nothing but what an update may change.
pub fn check(root: &Path, folder: &Path, tested: Option<&Path>) -> Result<()> {
    let scratch = tempfile::tempdir().map_err(|error| format!("a folder for an index: {error}"))?;
    let index = Index { root, file: &scratch.path().join("index") };
    index.git(&["read-tree", "HEAD"]).run()?;
    let changes = folder.join("changes.patch");
    if size(&changes) == 0 {
        return Err(format!("{} has nothing to propose", changes.display()));
    }
    index.check(&changes, is_generated)?;
    if let Some(snapshots) = tested.map(|folder| folder.join("snapshots.patch"))
        && size(&snapshots) > 0
    {
        index.check(&snapshots, is_snapshot)?;
    }
    index.check_part("meld-client/Cargo.toml", by_hand, "the generated parts")?;
    index.check_part("Cargo.lock", dependencies, "generated crates")
}

/// The size of a file in bytes; 0 if it is missing.
pub fn size(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |metadata| metadata.len())
}

/// An index that patches are applied to.
struct Index<'a> {
    root: &'a Path,
    file: &'a Path,
}

impl Index<'_> {
    fn git(&self, arguments: &[&str]) -> Tool {
        git(self.root, arguments.iter().copied()).env("GIT_INDEX_FILE", self.file)
    }

    /// Applies a patch and checks each file that it changes: its name, its mode and its kind.
    fn check(&self, patch: &Path, may_change: fn(&str) -> bool) -> Result<()> {
        if size(patch) > LARGEST_PATCH {
            return Err(format!("{} is larger than {LARGEST_PATCH} bytes", patch.display()));
        }
        let before = self.git(&["write-tree"]).read()?;
        self.git(&["apply", "--cached", "--whitespace=nowarn"]).arg(patch).run()?;
        let diff = |format| self.git(&["diff", "--cached", "-z", "--no-renames", format, &before]).read_bytes();
        let raw = diff("--raw")?;
        let mut fields = fields(&raw);
        while let (Some(change), Some(path)) = (fields.next(), fields.next()) {
            check_file(&change, &path, may_change)?;
        }
        let counts = diff("--numstat")?;
        for line in self::fields(&counts) {
            if line.starts_with("-\t") {
                return Err(format!("an update must not add binary data: {line:?}"));
            }
        }
        Ok(())
    }

    /// Fails if a file that is generated in part has changed outside of that part.
    fn check_part(&self, file: &str, rest: fn(&str) -> String, part: &str) -> Result<()> {
        let show = |revision: &str| {
            let text = self.git(&["show", &format!("{revision}:{file}")]).read_bytes();
            text.map(|text| rest(&String::from_utf8_lossy(&text)))
        };
        if show("HEAD")? == show("")? { Ok(()) } else { Err(format!("an update must change only {part} of {file}")) }
    }
}

/// The fields of output that is separated by null bytes.
fn fields(output: &[u8]) -> impl Iterator<Item = String> {
    let fields = output.split(|byte| *byte == 0).filter(|field| !field.is_empty());
    fields.map(|field| String::from_utf8_lossy(field).into_owned())
}

/// Checks one line of `git diff --raw`, such as `:100644 100644 bcd1234 0123456 M`, and its path.
fn check_file(change: &str, path: &str, may_change: fn(&str) -> bool) -> Result<()> {
    if !may_change(path) {
        return Err(format!("an update must not change {path:?}"));
    }
    let parts: Vec<&str> = change.trim_start_matches(':').split(' ').collect();
    let [old, new, _, _, status] = parts[..] else {
        return Err(format!("git describes the change of {path:?} as {change:?}"));
    };
    // Regular files only: no programs, symbolic links or submodules.
    if ![old, new].iter().all(|mode| ["100644", "000000"].contains(mode)) {
        return Err(format!("an update must not change the mode of {path:?} ({old} to {new})"));
    }
    if !["A", "M", "D"].contains(&status) {
        return Err(format!("an update must not change the kind of {path:?}"));
    }
    Ok(())
}
