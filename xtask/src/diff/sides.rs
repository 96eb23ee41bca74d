//! The two sides of a comparison: dates, git revisions, folders and specs, as interfaces of modules.

use std::fs;
use std::path::Path;

use meld_gen::catalog::{ApiVersion, CatalogEntry};
use meld_gen::diff::{self, Comparison};
use meld_gen::error::{Error, ErrorKind, Location, Result};
use meld_gen::interface::Surface;
use meld_gen::pipeline;
use meld_gen::selection::Selection;
use meld_gen::spec::supplements;

use crate::tool;

/// The folder of the specs in the workspace.
const SPECS: &str = "openapi";

/// One side: a version by itself, or a tree of versions.
#[derive(Debug)]
enum Side {
    /// The specs of one version.
    Version(ApiVersion, Vec<Surface>),
    /// One spec, whatever its date.
    Spec(String, Surface),
    /// A tree with all versions.
    Tree(Vec<Surface>),
}

/// Compares two sides by name; by default, HEAD with the working tree.
///
/// # Errors
/// Returns an error if a side does not exist, the two cannot be compared, or a spec is invalid.
pub fn compared(root: &Path, old: Option<&str>, new: Option<&str>) -> Result<Vec<Comparison>> {
    let old_side = side(root, old.unwrap_or("HEAD"))?;
    let new_side = match new {
        Some(name) => side(root, name)?,
        None => Side::Tree(pipeline::interfaces(&root.join(SPECS), &Selection::default())?),
    };
    match (old_side, new_side) {
        (Side::Tree(before), Side::Tree(after)) => Ok(diff::trees(&before, &after)),
        (Side::Version(from, before), Side::Version(to, after)) => {
            Ok(vec![one(format!("{from} → {to}"), &before, &after)])
        }
        // A version against a tree is that version against itself in the tree.
        (Side::Version(version, before), Side::Tree(after)) => {
            Ok(vec![one(version.to_string(), &before, &of_version(after, version))])
        }
        (Side::Tree(before), Side::Version(version, after)) => {
            Ok(vec![one(version.to_string(), &of_version(before, version), &after)])
        }
        (Side::Spec(from, mut before), Side::Spec(to, mut after)) => {
            // Two files that are named are compared, whatever their families and dates.
            after.family.clone_into(&mut before.family);
            (before.version, after.version) = (None, None);
            let title = if from == to { to } else { format!("{from} → {to}") };
            Ok(vec![one(title, &[before], &[after])])
        }
        (one, other) => Err(refused(
            &format!("{} {}", old.unwrap_or("HEAD"), new.unwrap_or_default()),
            format!("{} cannot be compared with {}", kind(&one), kind(&other)),
            "name two dates, two specs, or two revisions or folders",
        )),
    }
}

fn one(title: String, before: &[Surface], after: &[Surface]) -> Comparison {
    Comparison { title, changes: diff::compare(before, after) }
}

fn of_version(modules: Vec<Surface>, version: ApiVersion) -> Vec<Surface> {
    modules.into_iter().filter(|module| module.version == Some(version)).collect()
}

fn kind(side: &Side) -> &'static str {
    match side {
        Side::Version(..) => "a version",
        Side::Spec(..) => "a spec",
        Side::Tree(_) => "a tree of specs",
    }
}

fn side(root: &Path, name: &str) -> Result<Side> {
    if let Some(version) = ApiVersion::parse(name) {
        let selection = Selection { versions: vec![version], ..Selection::default() };
        return Ok(Side::Version(version, pipeline::interfaces(&root.join(SPECS), &selection)?));
    }
    let path = Path::new(name);
    if path.is_dir() {
        // The root of a workspace, or the folder of its specs.
        let below = path.join(SPECS);
        let folder = if below.is_dir() { below } else { path.to_owned() };
        return Ok(Side::Tree(pipeline::interfaces(&folder, &Selection::default())?));
    }
    if path.is_file() {
        let entry = CatalogEntry::from_path(path)?;
        return Ok(Side::Spec(entry.file.clone(), pipeline::interface(&entry)?));
    }
    let folder = tempfile::tempdir()
        .map_err(|error| refused(name, format!("no temporary folder can be created ({error})"), "free some space"))?;
    checkout(root, name, folder.path())?;
    Ok(Side::Tree(pipeline::interfaces(folder.path(), &Selection::default())?))
}

/// Writes the specs of a revision into `folder`.
fn checkout(root: &Path, revision: &str, folder: &Path) -> Result<()> {
    // Otherwise a revision that starts with a hyphen would be an option of git.
    let object = format!("{revision}^{{commit}}");
    let known = git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", &object]);
    let Some(commit) = known else {
        let what = "it is not a date of openapi/, a file, a folder or a git revision";
        return Err(refused(revision, what, "see `cargo xtask diff --help`"));
    };
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let gone = || refused(revision, "git cannot list its specs", "check whether the clone is shallow");
    let (specs, supplements) = ("openapi/", format!("openapi/{}/", supplements::FOLDER));
    let arguments = ["ls-tree", "--name-only", &commit, specs, &supplements];
    let listed = git(root, arguments).ok_or_else(gone)?;
    for path in String::from_utf8_lossy(&listed).lines().filter(|path| path.ends_with(".json")) {
        let text = git(root, ["show", &format!("{commit}:{path}")]).ok_or_else(gone)?;
        let to = folder.join(path.strip_prefix(specs).unwrap_or(path));
        let made = to.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&to, text))
            .map_err(|error| refused(revision, format!("{path} cannot be written ({error})"), "free some space"))?;
    }
    Ok(())
}

/// The output of git; `None` if it fails.
fn git<'a>(root: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Option<Vec<u8>> {
    tool::git(root, arguments).read_bytes().ok()
}

fn refused(name: &str, what: impl Into<String>, advice: &str) -> Error {
    Error::new(ErrorKind::Selection, Location::new(name, ""), what, advice)
}
