//! Checks of a published spec before it replaces ours.

use std::collections::{BTreeMap, BTreeSet};

use meld_gen::catalog::CatalogEntry;
use meld_gen::error::{ErrorKind as SpecErrorKind, Location, pointer_push};
use meld_gen::pipeline;
use meld_gen::selection::Selection;
use meld_gen::spec::supplements::FOLDER as SUPPLEMENTS;
use meld_gen::spec::{MAX_BYTES, Spec};

use crate::content::Content;
use crate::error::{Error, ErrorKind, Result};
use crate::folder::SpecFolder;

/// Parses published content as the spec that its file name stands for.
///
/// # Errors
///
/// - [`ErrorKind::Page`] if it is a web page.
/// - [`ErrorKind::CutOff`] if it is empty or incomplete.
/// - [`ErrorKind::Spec`] if `meld-gen` refuses it.
pub fn parse(entry: &CatalogEntry, content: &Content) -> Result<Spec> {
    let bytes = content.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&content.bytes);
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let refuse = |kind, what: String| {
        let advice = "open the URL in a browser, and try again later";
        Err(Error::new(kind, entry.file.clone(), what, advice))
    };
    match first {
        None => return refuse(ErrorKind::CutOff, "the published file is empty".to_owned()),
        Some(b'<') => {
            let found = content.content_type.as_deref().unwrap_or("missing");
            let what = format!("the published file is a web page, not JSON (`Content-Type` is {found})");
            return refuse(ErrorKind::Page, what);
        }
        Some(_) => {}
    }
    match Spec::from_bytes(entry, &content.bytes) {
        Err(error) if error.kind == SpecErrorKind::NotJson && ends_early(bytes) => {
            let what = format!("the published file is incomplete: it ends after {} bytes", bytes.len());
            refuse(ErrorKind::CutOff, what)
        }
        result => Ok(result?),
    }
}

/// Returns `true` if the bytes are an incomplete JSON value.
fn ends_early(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(bytes).is_err_and(|error| error.is_eof())
}

/// Returns a warning if the `Content-Type` of a valid spec is not JSON, as from many file servers.
pub fn content_type_warning(content: &Content) -> Option<String> {
    let found = content.content_type.as_deref()?;
    let is_json = found.to_ascii_lowercase().contains("json");
    (!is_json).then(|| format!("`Content-Type` is {found}; the file is JSON and is accepted"))
}

/// Checks that `meld-gen` can generate code from a spec with its supplement.
///
/// # Errors
///
/// Returns [`ErrorKind::TooLarge`] or [`ErrorKind::Spec`] if it cannot, or [`ErrorKind::Io`] if the temporary folder
/// cannot be written.
pub fn check_generation(entry: &CatalogEntry, text: &str, supplement: Option<&str>) -> Result<()> {
    if u64::try_from(text.len()).map_or(true, |length| length > MAX_BYTES) {
        return Err(Error::too_large(&entry.file, MAX_BYTES));
    }
    let folder = std::env::temp_dir();
    let unwritable = |error| Error::unwritable(&folder, &error);
    let temporary = tempfile::tempdir().map_err(unwritable)?;
    std::fs::write(temporary.path().join(&entry.file), text).map_err(unwritable)?;
    if let Some(supplement) = supplement {
        let folder = temporary.path().join(SUPPLEMENTS);
        std::fs::create_dir(&folder).map_err(unwritable)?;
        std::fs::write(folder.join(&entry.file), supplement).map_err(unwritable)?;
    }
    pipeline::interfaces(temporary.path(), &Selection::default())?;
    Ok(())
}

/// The paths of each family, from all our specs.
#[derive(Debug, Default)]
pub struct Families {
    /// The modules that have a path, without parameter names.
    owners: BTreeMap<String, BTreeSet<String>>,
    /// The module and the paths of each spec, by file name.
    specs: BTreeMap<String, (String, BTreeSet<String>)>,
}

impl Families {
    /// Collects the paths of all specs in a folder.
    pub fn new(folder: &SpecFolder) -> Self {
        let mut families = Self::default();
        for ours in folder.specs.values() {
            let Ok(spec) = &ours.spec else { continue };
            let module = &ours.entry.family.module;
            let paths: BTreeSet<_> = paths(spec).map(shape).collect();
            for path in &paths {
                families.owners.entry(path.clone()).or_default().insert(module.clone());
            }
            families.specs.insert(ours.entry.file.clone(), (module.clone(), paths));
        }
        families
    }

    /// Checks that a spec belongs to the family of its file name, and returns a warning if that is doubtful.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::OtherFamily`] if it has a path that only other families have, or if it is of a new family and has
    ///   exactly the paths of another spec.
    /// - [`ErrorKind::NoOperations`] if it has no path, while ours has some.
    pub fn check(&self, spec: &Spec) -> Result<Option<String>> {
        let module = &spec.family.module;
        if paths(spec).next().is_none() && self.specs.get(&spec.file).is_some_and(|(_, ours)| !ours.is_empty()) {
            let advice = "open the URL in a browser, and try again later; if Meld has withdrawn all, delete our spec";
            let place = Location::new(spec.file.clone(), "/paths");
            return Err(Error::at(ErrorKind::NoOperations, place, "it has no operations, while ours has some", advice));
        }
        if !self.specs.values().any(|(known, _)| known == module) {
            return self.check_new(spec);
        }
        let mut is_known = false;
        for path in paths(spec) {
            match self.owners.get(&shape(path)) {
                Some(owners) if owners.contains(module) => is_known = true,
                Some(owners) => return Err(foreign(spec, path, owners)),
                None => {}
            }
        }
        let warning = || format!("no spec of {module} had any of its paths");
        Ok((!is_known).then(warning))
    }

    /// Checks a spec of a new family. It may share paths with others, but must not be a copy.
    fn check_new(&self, spec: &Spec) -> Result<Option<String>> {
        let paths: BTreeSet<_> = paths(spec).map(shape).collect();
        if let Some((file, (module, _))) = self.specs.iter().find(|(_, (_, of))| *of == paths) {
            let what = format!("it has exactly the paths of {file}, a spec of {module}");
            let advice = "report the wrong file name to Meld";
            return Err(Error::at(ErrorKind::OtherFamily, Location::new(spec.file.clone(), "/paths"), what, advice));
        }
        let shared: Vec<_> = paths.iter().filter(|path| self.owners.contains_key(*path)).collect();
        let owners = shared.iter().filter_map(|path| self.owners.get(*path)).flatten();
        let names = owners.collect::<BTreeSet<_>>().into_iter().cloned().collect::<Vec<_>>();
        let warning = || format!("{} of its paths also belong to {}", shared.len(), names.join(", "));
        Ok((!shared.is_empty()).then(warning))
    }
}

/// Creates the error for a path that only other families have.
fn foreign(spec: &Spec, path: &str, owners: &BTreeSet<String>) -> Error {
    let owners = owners.iter().cloned().collect::<Vec<_>>().join(", ");
    let module = &spec.family.module;
    Error::at(
        ErrorKind::OtherFamily,
        Location::new(spec.file.clone(), pointer_push("/paths", path)),
        format!("the path belongs to {owners}, and no spec of {module} has it"),
        "if Meld has moved it, add the path to our spec by hand and run again",
    )
}

fn paths(spec: &Spec) -> impl Iterator<Item = &str> {
    let paths = spec.root.get("paths").and_then(serde_json::Value::as_object);
    let keys = paths.into_iter().flat_map(serde_json::Map::keys).map(String::as_str);
    keys.filter(|path| !path.starts_with("x-"))
}

/// Returns a path without parameter names, which differ between specs.
fn shape(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.starts_with('{') {
        true => "{}",
        false => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}
