//! The whole way from the folder of documents to the generated tree.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde::Serialize;

use crate::catalog::{ApiVersion, Catalog, CatalogEntry};
use crate::diff::{self, Comparison};
use crate::emit::{self, Tree};
use crate::error::{Error, ErrorKind, Location, Notice, Result};
use crate::interface::{self, Surface};
use crate::lower::{self, Lowered};
use crate::progenitor::run;
use crate::render;
use crate::repair::{self, Applied};
use crate::shape::{self, OperationShape};
use crate::spec::Document;
use crate::spec::recursion;

/// The folder of the documents, below the workspace root.
pub(crate) const DOCUMENTS: &str = "openapi";

/// The manifest of the facade, which lists the versions and families in generated regions.
const FACADE_MANIFEST: &str = "meld-client/Cargo.toml";

/// Which documents to generate from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The API versions; empty means all.
    pub versions: Vec<ApiVersion>,
    /// The families, by module (`bank_linking`) or as in the file name (`banklinking`); empty means all.
    pub families: Vec<String>,
}

impl Selection {
    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.versions.is_empty() && self.families.is_empty()
    }

    /// The selected documents of `catalog`.
    ///
    /// # Errors
    /// When a version or family is none of the catalog's (the error lists those there are), or when no document
    /// is of both.
    pub fn documents<'c>(&self, catalog: &'c Catalog) -> Result<Vec<&'c CatalogEntry>> {
        for version in &self.versions {
            if !catalog.versions.contains_key(version) {
                let known = listed(catalog.versions.keys().map(ToString::to_string));
                return Err(unknown(format!("no document is of version {version}"), &known));
            }
        }
        for family in &self.families {
            if !catalog.entries().any(|entry| is_of(entry, family)) {
                let known = listed(catalog.entries().map(|entry| entry.family.module.clone()));
                return Err(unknown(format!("no document is of family {family}"), &known));
            }
        }
        let selected: Vec<_> = catalog.entries().filter(|entry| self.takes(entry)).collect();
        if selected.is_empty() && !self.is_everything() {
            let known = listed(catalog.entries().map(|entry| entry.file.clone()));
            return Err(unknown("no document is of that version and family".to_owned(), &known));
        }
        Ok(selected)
    }

    fn takes(&self, entry: &CatalogEntry) -> bool {
        let version = self.versions.is_empty() || self.versions.contains(&entry.version);
        let family =
            self.families.is_empty() || self.families.iter().any(|name| is_of(entry, name));
        version && family
    }
}

fn is_of(entry: &CatalogEntry, family: &str) -> bool {
    entry.family.module == family || entry.family.file_name == family
}

fn listed(names: impl Iterator<Item = String>) -> String {
    names.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

fn unknown(what: String, known: &str) -> Error {
    let advice = if known.is_empty() {
        "the folder holds no documents".to_owned()
    } else {
        format!("there are: {known}")
    };
    Error::new(ErrorKind::Selection, Location::new(DOCUMENTS, ""), what, advice)
}

/// What the documents yield.
#[derive(Clone, Debug, Default)]
pub struct Generation {
    /// What the generated part of the tree should be.
    pub tree: Tree,
    /// One report for each document that was generated, in the order of versions and modules.
    pub documents: Vec<DocumentReport>,
    /// What is worth telling.
    pub notices: Vec<Notice>,
    /// Documents that failed, and files that are no documents by their name.
    pub errors: Vec<Error>,
    /// What the interfaces of the crates in the tree and the generated ones differ in, by version; only looked at when
    /// everything was selected.
    pub changes: Vec<Comparison>,
    /// Repairs that applied nowhere; only counted when everything was selected.
    pub unused_repairs: Vec<String>,
}

/// What one document yielded.
#[derive(Clone, Debug)]
pub struct DocumentReport {
    /// File name.
    pub file: String,
    /// API version.
    pub version: ApiVersion,
    /// The module.
    pub family: String,
    /// Its operations, in the order of the document.
    pub operations: Vec<OperationRow>,
    /// The interface of the module.
    pub surface: Surface,
    /// How many types were generated.
    pub types: usize,
    /// How many lines were generated.
    pub lines: usize,
    /// The repairs and where they applied.
    pub repairs: Vec<Applied>,
    /// How long the stages took.
    pub timings: Timings,
}

/// One operation of one API version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperationRow {
    /// API version, such as `2026-02-03`.
    pub version: String,
    /// Module.
    pub family: String,
    /// As in the document.
    pub operation_id: String,
    /// In capitals.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Such as `meld_client::v2026_02_03::crypto::Client::create_quote`.
    pub rust_path: String,
}

/// How long the stages took for one document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Reading and checking.
    pub load: Duration,
    /// OpenAPI 3.1 to 3.0.3.
    pub lower: Duration,
    /// Meld's faults.
    pub repair: Duration,
    /// Pruning, naming, merging.
    pub shape: Duration,
    /// progenitor.
    pub generate: Duration,
    /// Parsing and changing the generated items.
    pub polish: Duration,
    /// Printing.
    pub print: Duration,
}

/// Generates from the selected documents below `root`; writes nothing.
///
/// # Errors
/// When the documents cannot be listed, there are none, or the selection names none. A document that fails is no error of the
/// whole: it is in [`Generation::errors`], and the others are generated.
pub fn run(root: &Path, selection: &Selection) -> Result<Generation> {
    let catalog = Catalog::read(&root.join(DOCUMENTS))?;
    let entries = selection.documents(&catalog)?;
    if entries.is_empty() && catalog.errors.is_empty() {
        // Taken by its word, this would remove everything that was ever generated.
        return Err(unknown("there is nothing to generate from".to_owned(), ""));
    }
    let modules: Vec<_> =
        entries.par_iter().map(|entry| (*entry, generate_module(entry))).collect();
    let mut generation = Generation::default();
    for (entry, module) in modules {
        match module {
            Ok(module) => {
                let path = emit::crates::module_file(entry.version, &entry.family.module);
                generation.tree.files.insert(path, module.text);
                generation.notices.extend(module.notices);
                generation.documents.push(module.report);
            }
            Err(error) => generation.errors.push(error),
        }
    }
    if selection.is_everything() {
        generation.notices.extend(catalog.notices.iter().cloned());
        generation.errors.extend(catalog.errors.iter().cloned());
        add_crates(root, &catalog, &mut generation)?;
        let applied = generation.documents.iter().flat_map(|document| &document.repairs);
        let unused = repair::unused(applied.map(|applied| applied.repair));
        generation.unused_repairs = unused.into_iter().map(str::to_owned).collect();
    }
    Ok(generation)
}

/// The interfaces of the selected documents in `folder`, in the order of versions and modules.
///
/// # Errors
/// When the documents cannot be listed, the selection names none, or one of them cannot be generated from.
pub fn interfaces(folder: &Path, selection: &Selection) -> Result<Vec<Surface>> {
    let catalog = Catalog::read(folder)?;
    if let Some(error) = catalog.errors.first() {
        return Err(error.clone());
    }
    let entries = selection.documents(&catalog)?;
    entries.par_iter().map(|entry| interface(entry)).collect()
}

/// The interface of one document.
///
/// # Errors
/// When it cannot be generated from.
pub fn interface(entry: &CatalogEntry) -> Result<Surface> {
    Ok(generate_module(entry)?.report.surface)
}

/// What one document becomes.
struct Module {
    text: String,
    report: DocumentReport,
    notices: Vec<Notice>,
}

/// The stages, one after the other.
fn generate_module(entry: &CatalogEntry) -> Result<Module> {
    let (file, module) = (entry.file.as_str(), entry.family.module.as_str());
    let mut clock = Clock::start();
    let document = Document::read(entry)?;
    let load = clock.lap();
    let Lowered { mut api, mut notices } = lower::lower(&document)?;
    let lower = clock.lap();
    let repairs = repair::repair(&mut api, file, module, entry.version);
    recursion::check(&api, file)?;
    let repair = clock.lap();
    let shaped = shape::shape(api, file, module)?;
    let shape = clock.lap();
    let output = run::generate(&shaped, file)?;
    let generate = clock.lap();
    let (polished, surface) = render::render(output, &shaped, entry.version, file)?;
    let polish = clock.lap();
    let about = format!("The `{module}` operations of the Meld API version {}.", entry.version);
    let text = emit::print::print(&polished, &about);
    let print = clock.lap();
    notices.extend(shaped.notices.iter().cloned());
    let report = DocumentReport {
        file: entry.file.clone(),
        version: entry.version,
        family: entry.family.module.clone(),
        operations: shaped.operations.iter().map(|shape| operation_row(entry, shape)).collect(),
        surface,
        types: shaped.types.len(),
        lines: text.lines().count(),
        repairs,
        timings: Timings { load, lower, repair, shape, generate, polish, print },
    };
    Ok(Module { text, report, notices })
}

/// Measures one stage after the other.
struct Clock(Instant);

impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        now.duration_since(std::mem::replace(&mut self.0, now))
    }
}

fn operation_row(entry: &CatalogEntry, shape: &OperationShape) -> OperationRow {
    let (version, module) = (entry.version.module(), &entry.family.module);
    OperationRow {
        version: entry.version.to_string(),
        family: module.clone(),
        operation_id: shape.operation_id.clone(),
        method: shape.method.to_uppercase(),
        path: shape.path.clone(),
        rust_path: format!("meld_client::{version}::{module}::Client::{}", shape.rust_name),
    }
}

/// Adds the interfaces of the crates, what they differ in from those in the tree, and the changelogs that say so.
fn add_interfaces(root: &Path, versions: &[ApiVersion], generation: &mut Generation) {
    for version in versions {
        let new: Vec<Surface> = generation
            .documents
            .iter()
            .map(|document| &document.surface)
            .filter(|surface| surface.version == Some(*version))
            .cloned()
            .collect();
        let file = emit::crates::interface_file(*version);
        // What cannot be read is no interface to compare with: the crate is new.
        let old = std::fs::read(root.join(&file)).ok();
        let old: Option<Vec<Surface>> = old.and_then(|text| serde_json::from_slice(&text).ok());
        let changes = old.map(|old| diff::compare(&old, &new)).unwrap_or_default();
        let changelog = emit::crates::changelog_file(*version);
        let existing = std::fs::read_to_string(root.join(&changelog)).ok();
        let text = emit::changelog::updated(existing.as_deref(), &changes);
        generation.tree.files.insert(changelog, text);
        generation.tree.files.insert(file, interface::text(&new));
        if !changes.is_empty() {
            generation.changes.push(Comparison { title: version.to_string(), changes });
        }
    }
}

/// Adds the page for those who come from the version before, for each version that has one.
fn add_upgrade_guides(versions: &[ApiVersion], generation: &mut Generation) {
    let of = |version: ApiVersion| -> Vec<Surface> {
        let surfaces = generation.documents.iter().map(|document| &document.surface);
        surfaces.filter(|surface| surface.version == Some(version)).cloned().collect()
    };
    let guides: Vec<_> = versions
        .windows(2)
        .map(|pair| {
            let changes = diff::compare(&of(pair[0]), &of(pair[1]));
            let title = format!("{} → {}", pair[0], pair[1]);
            let guide = diff::upgrade_guide(pair[0], pair[1], &Comparison { title, changes });
            (emit::crates::upgrade_guide_file(pair[0], pair[1]), guide)
        })
        .collect();
    generation.tree.files.extend(guides);
    generation.tree.owned.push(PathBuf::from(emit::crates::UPGRADE_GUIDES));
}

/// Adds the files that list modules and versions, and the folders that belong to the generator.
fn add_crates(root: &Path, catalog: &Catalog, generation: &mut Generation) -> Result<()> {
    let mut versions = BTreeMap::new();
    for (version, entries) in &catalog.versions {
        let modules: Vec<&str> = entries.iter().map(|entry| entry.family.module.as_str()).collect();
        generation.tree.files.extend(emit::crates::crate_files(*version, &modules));
        versions.insert(*version, modules.into_iter().map(str::to_owned).collect());
    }
    let dates: Vec<ApiVersion> = versions.keys().copied().collect();
    let versions_file = emit::crates::versions_file(&dates);
    generation.tree.files.insert(PathBuf::from("meld-client/src/versions.rs"), versions_file);
    let manifest = facade_manifest(root, &versions)?;
    generation.tree.files.insert(PathBuf::from(FACADE_MANIFEST), manifest);
    generation.tree.owned = emit::owned_folders(root)?;
    let folders = dates.iter().map(|version| emit::crates::folder(*version));
    generation.tree.owned.extend(folders);
    add_interfaces(root, &dates, generation);
    add_upgrade_guides(&dates, generation);
    generation.tree.owned.sort();
    generation.tree.owned.dedup();
    Ok(())
}

/// The facade's manifest with its generated regions renewed.
fn facade_manifest(root: &Path, versions: &BTreeMap<ApiVersion, Vec<String>>) -> Result<String> {
    let path = root.join(FACADE_MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Error::new(
            ErrorKind::Io,
            Location::new(FACADE_MANIFEST, ""),
            format!("the manifest of the facade cannot be read ({error})"),
            "run from the workspace, or restore the file",
        )
    })?;
    let features = emit::crates::facade_features(versions);
    let dependencies = emit::crates::facade_dependencies(versions);
    let text = emit::splice(FACADE_MANIFEST, &text, "features", &features)?;
    emit::splice(FACADE_MANIFEST, &text, "dependencies", &dependencies)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(names: &[&str]) -> Catalog {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(folder.path().join(name), "{}").unwrap();
        }
        Catalog::read(folder.path()).unwrap()
    }

    fn selected(versions: &[&str], families: &[&str]) -> Result<Vec<String>> {
        let catalog =
            catalog(&["banklinking-20250304.json", "crypto-20250304.json", "crypto-20260203.json"]);
        let selection = Selection {
            versions: versions.iter().filter_map(|date| ApiVersion::parse(date)).collect(),
            families: families.iter().map(|name| (*name).to_owned()).collect(),
        };
        let documents = selection.documents(&catalog)?;
        Ok(documents.into_iter().map(|entry| entry.file.clone()).collect())
    }

    #[test]
    fn nothing_named_means_everything() {
        assert_eq!(selected(&[], &[]).unwrap().len(), 3);
        assert!(Selection::default().is_everything());
        assert!(Selection::default().documents(&Catalog::default()).unwrap().is_empty());
    }

    #[test]
    fn versions_and_families_narrow_each_other() {
        assert_eq!(selected(&["20260203"], &[]).unwrap(), ["crypto-20260203.json"]);
        assert_eq!(selected(&[], &["bank_linking"]).unwrap(), ["banklinking-20250304.json"]);
        assert_eq!(selected(&[], &["banklinking", "crypto"]).unwrap().len(), 3);
        assert_eq!(selected(&["20250304"], &["crypto"]).unwrap(), ["crypto-20250304.json"]);
    }

    #[test]
    fn what_no_document_is_of_is_refused_with_those_there_are() {
        for (versions, families, message) in [
            (
                &["20270101"][..],
                &[][..],
                "openapi: no document is of version 2027-01-01; there are: 2025-03-04, 2026-02-03",
            ),
            (
                &[],
                &["gifts"],
                "openapi: no document is of family gifts; there are: bank_linking, crypto",
            ),
            (
                &["20260203"],
                &["bank_linking"],
                "openapi: no document is of that version and family; there are: \
                 banklinking-20250304.json, crypto-20250304.json, crypto-20260203.json",
            ),
        ] {
            assert_eq!(selected(versions, families).unwrap_err().to_string(), message);
        }
    }
}
