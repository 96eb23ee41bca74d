//! Whether what was published can take the place of what we have.

use std::collections::{BTreeMap, BTreeSet};

use meld_gen::catalog::CatalogEntry;
use meld_gen::error::{ErrorKind as DocumentKind, Location, pointer_push};
use meld_gen::pipeline;
use meld_gen::selection::Selection;
use meld_gen::spec::{MAX_BYTES, Spec};

use crate::error::{Error, ErrorKind, Result};
use crate::origin::Content;
use crate::shelf::Shelf;

/// Reads what was published as the document that its name says.
///
/// # Errors
/// When it is a page, ends too early, or is refused by `meld-gen`.
pub fn read(entry: &CatalogEntry, content: &Content) -> Result<Spec> {
    let bytes = content.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&content.bytes);
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let refuse = |kind, what: String| {
        let advice = "look at the address in a browser, and try it again later";
        Err(Error::new(kind, entry.file.clone(), what, advice))
    };
    match first {
        None => return refuse(ErrorKind::CutOff, "what is published is empty".to_owned()),
        Some(b'<') => {
            let called = content.content_type.as_deref().unwrap_or("of no type");
            let what = format!("what is published is a page, not JSON (the server says {called})");
            return refuse(ErrorKind::Page, what);
        }
        Some(_) => {}
    }
    match Spec::from_bytes(entry, &content.bytes) {
        Err(error) if error.kind == DocumentKind::NotJson && ends_early(bytes) => {
            let what = format!("what is published ends too early, after {} bytes", bytes.len());
            refuse(ErrorKind::CutOff, what)
        }
        result => Ok(result?),
    }
}

/// Whether JSON begins and does not end. Asked of what is not nested too deeply.
fn ends_early(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(bytes).is_err_and(|error| error.is_eof())
}

/// What is odd about how the server delivers a document that is right: servers of files often do not know JSON.
pub fn odd_type(content: &Content) -> Option<String> {
    let called = content.content_type.as_deref()?;
    let is_json = called.to_ascii_lowercase().contains("json");
    (!is_json).then(|| format!("the server says {called}; it is JSON, and is taken"))
}

/// Runs the whole pipeline on a text, in a folder of its own.
///
/// # Errors
/// The error of the stage that refuses it.
pub fn generates(entry: &CatalogEntry, text: &str) -> Result<()> {
    if u64::try_from(text.len()).map_or(true, |length| length > MAX_BYTES) {
        return Err(crate::web::too_large(&entry.file, MAX_BYTES));
    }
    let folder = std::env::temp_dir();
    let unwritable = |error| Error::unwritable(&folder, &error);
    let temporary = tempfile::tempdir().map_err(unwritable)?;
    std::fs::write(temporary.path().join(&entry.file), text).map_err(unwritable)?;
    pipeline::interfaces(temporary.path(), &Selection::default())?;
    Ok(())
}

/// Which paths are whose, by all the documents that we have.
#[derive(Debug, Default)]
pub struct Families {
    /// The modules that have a path, names of parameters left out.
    owners: BTreeMap<String, BTreeSet<String>>,
    /// The paths of each document, by file.
    documents: BTreeMap<String, (String, BTreeSet<String>)>,
}

impl Families {
    /// What the documents of `shelf` say.
    pub fn of(shelf: &Shelf) -> Self {
        let mut families = Self::default();
        for ours in shelf.documents.values() {
            let Ok(document) = &ours.document else { continue };
            let module = &ours.entry.family.module;
            let paths: BTreeSet<_> = paths(document).map(shape).collect();
            for path in &paths {
                families.owners.entry(path.clone()).or_default().insert(module.clone());
            }
            families.documents.insert(ours.entry.file.clone(), (module.clone(), paths));
        }
        families
    }

    /// Checks that `document` is of the family that its name says, and returns what is odd about it.
    ///
    /// # Errors
    /// When it holds a path that another family has and this one has not, or, of a new family, when all that it holds
    /// is what a document of another family holds.
    pub fn check(&self, document: &Spec) -> Result<Option<String>> {
        let module = &document.family.module;
        if !self.documents.values().any(|(known, _)| known == module) {
            return self.check_new(document);
        }
        let mut is_known = false;
        for path in paths(document) {
            match self.owners.get(&shape(path)) {
                Some(owners) if owners.contains(module) => is_known = true,
                Some(owners) => return Err(foreign(document, path, owners)),
                None => {}
            }
        }
        let odd = || format!("no document of {module} had any of its paths");
        Ok((!is_known).then(odd))
    }

    /// A new family may have a path that was another's; a copy under another name is refused.
    fn check_new(&self, document: &Spec) -> Result<Option<String>> {
        let paths: BTreeSet<_> = paths(document).map(shape).collect();
        if let Some((file, (module, _))) = self.documents.iter().find(|(_, (_, of))| *of == paths) {
            let what = format!("it has the paths of {file}, which is of {module}, and no others");
            let advice = "it is published under a wrong name; tell Meld";
            return Err(Error::at(
                ErrorKind::OtherFamily,
                Location::new(document.file.clone(), "/paths"),
                what,
                advice,
            ));
        }
        let shared: Vec<_> = paths.iter().filter(|path| self.owners.contains_key(*path)).collect();
        let owners = shared.iter().filter_map(|path| self.owners.get(*path)).flatten();
        let names = owners.collect::<BTreeSet<_>>().into_iter().cloned().collect::<Vec<_>>();
        let odd = || format!("{} of its paths are of {} too", shared.len(), names.join(", "));
        Ok((!shared.is_empty()).then(odd))
    }
}

fn foreign(document: &Spec, path: &str, owners: &BTreeSet<String>) -> Error {
    let owners = owners.iter().cloned().collect::<Vec<_>>().join(", ");
    let module = &document.family.module;
    Error::at(
        ErrorKind::OtherFamily,
        Location::new(document.file.clone(), pointer_push("/paths", path)),
        format!("the path is of {owners}, and no document of {module} has it"),
        "if Meld has moved it, add the path to our document by hand and run it again",
    )
}

fn paths(document: &Spec) -> impl Iterator<Item = &str> {
    let paths = document.root.get("paths").and_then(serde_json::Value::as_object);
    let keys = paths.into_iter().flat_map(serde_json::Map::keys).map(String::as_str);
    keys.filter(|path| !path.starts_with("x-"))
}

/// A path without the names of its parameters, which differ for one and the same.
fn shape(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.starts_with('{') {
        true => "{}",
        false => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}
