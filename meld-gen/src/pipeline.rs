//! The pipeline from the folder of specs to the generated tree.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::catalog::{ApiVersion, Catalog, CatalogEntry, SPECS};
use crate::diff::{self, Comparison};
use crate::emit::{self, Tree};
use crate::error::{Error, ErrorKind, Location, Notice, Result};
use crate::interface::{self, Surface};
use crate::lower::{self, Lowered};
use crate::model::Facts;
use crate::normalize;
use crate::progenitor::{input, run};
use crate::render::{self, Files};
use crate::repair;
use crate::report::{OperationRow, SpecReport, Timings};
use crate::selection::{self, Selection};
use crate::spec::Spec;
use crate::spec::recursion;

/// The manifest of the facade, whose generated regions list versions and families.
const FACADE_MANIFEST: &str = "meld-client/Cargo.toml";

/// The result of a generation.
#[derive(Clone, Debug, Default)]
pub struct Generation {
    /// The generated part of the tree.
    pub tree: Tree,
    /// Reports of the generated specs, ordered by version and module.
    pub reports: Vec<SpecReport>,
    /// Deviations of the generated code from the specs.
    pub notices: Vec<Notice>,
    /// Errors of specs that failed, and of files with invalid names.
    pub errors: Vec<Error>,
    /// Differences between the interfaces in the tree and the generated ones, by version. Empty unless everything is
    /// selected.
    pub changes: Vec<Comparison>,
    /// Repairs that applied nowhere. Empty unless everything is selected.
    pub unused_repairs: Vec<String>,
}

/// Generates from the selected specs below `root`; writes nothing.
///
/// # Errors
/// Returns an error if the specs cannot be listed, there are none, or the selection matches none. Errors of single
/// specs are in [`Generation::errors`]; the other specs are generated.
pub fn run(root: &Path, selection: &Selection) -> Result<Generation> {
    let catalog = Catalog::read(&root.join(SPECS))?;
    let entries = selection.entries(&catalog)?;
    if entries.is_empty() && catalog.errors.is_empty() {
        // An empty generation would remove all generated files.
        return Err(selection::unknown("there are no specs".to_owned(), ""));
    }
    let modules: Vec<_> = entries.par_iter().map(|entry| generate_module(entry)).collect();
    let mut generation = Generation::default();
    for module in modules {
        match module {
            Ok(module) => {
                generation.tree.files.extend(module.files);
                generation.notices.extend(module.notices);
                generation.reports.push(module.report);
            }
            Err(error) => generation.errors.push(error),
        }
    }
    if selection.is_everything() {
        generation.notices.extend(catalog.notices.iter().cloned());
        generation.errors.extend(catalog.errors.iter().cloned());
        add_crates(root, &catalog, &mut generation)?;
        let applied = generation.reports.iter().flat_map(|spec| &spec.repairs);
        let unused = repair::unused(applied.map(|applied| applied.repair));
        generation.unused_repairs = unused.into_iter().map(str::to_owned).collect();
    }
    // Without the files of a spec that failed, the crates are incomplete and are not written.
    if generation.errors.is_empty() {
        emit::format(root, &mut generation.tree.files)?;
    }
    Ok(generation)
}

/// Returns the interfaces of the selected specs in `folder`, ordered by version and module.
///
/// # Errors
/// Returns an error if the specs cannot be listed, the selection matches none, or one of them cannot be generated.
pub fn interfaces(folder: &Path, selection: &Selection) -> Result<Vec<Surface>> {
    let catalog = Catalog::read(folder)?;
    if let Some(error) = catalog.errors.first() {
        return Err(error.clone());
    }
    let entries = selection.entries(&catalog)?;
    entries.par_iter().map(|entry| interface(entry)).collect()
}

/// Returns the interface of one spec.
///
/// # Errors
/// Returns an error if the spec cannot be generated.
pub fn interface(entry: &CatalogEntry) -> Result<Surface> {
    Ok(generate_module(entry)?.report.surface)
}

/// The generated module of one spec.
struct Module {
    files: Vec<(PathBuf, String)>,
    report: SpecReport,
    notices: Vec<Notice>,
}

/// Runs the stages for one spec. Their errors and notices have only JSON pointers; the file name is added here.
fn generate_module(entry: &CatalogEntry) -> Result<Module> {
    let mut module = stages(entry).map_err(|error| error.in_file(&entry.file))?;
    let notices = module.notices.into_iter().map(|notice| notice.in_file(&entry.file));
    module.notices = notices.collect();
    Ok(module)
}

fn stages(entry: &CatalogEntry) -> Result<Module> {
    let (file, module) = (entry.file.as_str(), entry.family.module.as_str());
    let mut clock = Clock::start();
    let spec = Spec::read(entry)?;
    let load = clock.lap();
    let Lowered { mut api, mut notices } = lower::lower(&spec)?;
    drop(spec);
    let lower = clock.lap();
    let mut facts = Facts::new();
    let repairs = repair::repair(&mut api, &mut facts, module, entry.version);
    recursion::check(&api)?;
    let repair = clock.lap();
    let mut model = normalize::normalize(api, &facts, module)?;
    let normalize = clock.lap();
    input::prepare(&mut model);
    let output = run::generate(&model, file)?;
    // The later stages need no schemas, which take hundreds of megabytes for large specs.
    model.api.components = None;
    model.api.paths = Default::default();
    let progenitor = clock.lap();
    let (files, surface) = render::render(output, &model, entry.version, file)?;
    let files = module_files(entry, files);
    let render = clock.lap();
    notices.extend(model.notices.iter().cloned());
    let report = SpecReport {
        file: entry.file.clone(),
        version: entry.version,
        family: entry.family.module.clone(),
        operations: model
            .operations
            .iter()
            .map(|operation| OperationRow::new(entry, operation))
            .collect(),
        surface,
        types: model.types.len(),
        lines: files.iter().map(|(_, text)| text.lines().count()).sum(),
        repairs,
        timings: Timings { load, lower, repair, normalize, progenitor, render },
    };
    Ok(Module { files, report, notices })
}

/// The files of a module by their paths, each with the header.
fn module_files(entry: &CatalogEntry, files: Files) -> Vec<(PathBuf, String)> {
    let (version, module) = (entry.version, &entry.family.module);
    let root = (emit::paths::module_file(version, module), files.root);
    let parts = files.parts.into_iter();
    let parts = parts.map(|(name, text)| (emit::paths::part_file(version, module, name), text));
    let files = std::iter::once(root).chain(parts);
    files.map(|(path, text)| (path, format!("{}\n{text}", emit::paths::HEADER))).collect()
}

/// Measures the stages.
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

/// Adds the interfaces of the crates, their differences from those in the tree, and the changelogs.
fn add_interfaces(root: &Path, versions: &[ApiVersion], generation: &mut Generation) {
    for version in versions {
        let new: Vec<Surface> = generation
            .reports
            .iter()
            .map(|spec| &spec.surface)
            .filter(|surface| surface.version == Some(*version))
            .cloned()
            .collect();
        let file = emit::paths::interface_file(*version);
        // A crate without a readable interface is new.
        let old = std::fs::read(root.join(&file)).ok();
        let old: Option<Vec<Surface>> = old.and_then(|text| serde_json::from_slice(&text).ok());
        let changes = old.map(|old| diff::compare(&old, &new)).unwrap_or_default();
        let changelog = emit::paths::changelog_file(*version);
        let existing = std::fs::read_to_string(root.join(&changelog)).ok();
        let text = emit::changelog::updated(existing.as_deref(), &changes);
        generation.tree.files.insert(changelog, text);
        generation.tree.files.insert(file, interface::text(&new));
        if !changes.is_empty() {
            generation.changes.push(Comparison { title: version.to_string(), changes });
        }
    }
}

/// Adds the upgrade guide of each version that has a predecessor.
fn add_upgrade_guides(versions: &[ApiVersion], generation: &mut Generation) {
    let of = |version: ApiVersion| -> Vec<Surface> {
        let surfaces = generation.reports.iter().map(|spec| &spec.surface);
        surfaces.filter(|surface| surface.version == Some(version)).cloned().collect()
    };
    let guides: Vec<_> = versions
        .windows(2)
        .map(|pair| {
            let changes = diff::compare(&of(pair[0]), &of(pair[1]));
            let title = format!("{} → {}", pair[0], pair[1]);
            let guide = diff::upgrade_guide(pair[0], pair[1], &Comparison { title, changes });
            (emit::paths::upgrade_guide_file(pair[0], pair[1]), guide)
        })
        .collect();
    generation.tree.files.extend(guides);
    generation.tree.owned.push(PathBuf::from(emit::paths::UPGRADE_GUIDES));
}

/// Adds the files that list modules and versions, and the folders that the generator owns.
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
    let folders = dates.iter().map(|version| emit::paths::folder(*version));
    generation.tree.owned.extend(folders);
    add_interfaces(root, &dates, generation);
    add_upgrade_guides(&dates, generation);
    generation.tree.owned.sort();
    generation.tree.owned.dedup();
    Ok(())
}

/// Returns the manifest of the facade with renewed generated regions.
fn facade_manifest(root: &Path, versions: &BTreeMap<ApiVersion, Vec<String>>) -> Result<String> {
    let path = root.join(FACADE_MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Error::new(
            ErrorKind::Io,
            Location::new(FACADE_MANIFEST, ""),
            format!("the manifest of the facade cannot be read ({error})"),
            "run the command in the workspace, or restore the file",
        )
    })?;
    let features = emit::crates::facade_features(versions);
    let dependencies = emit::crates::facade_dependencies(versions);
    let text = emit::splice(FACADE_MANIFEST, &text, "features", &features)?;
    emit::splice(FACADE_MANIFEST, &text, "dependencies", &dependencies)
}
