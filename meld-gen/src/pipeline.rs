//! The pipeline from the folder of specs to the generated tree.

mod stages;
#[cfg(test)]
mod tests;
mod version;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::catalog::{ApiVersion, Catalog, CatalogEntry, SPECS};
use crate::diff::{self, Comparison};
use crate::emit::crates::Modules;
use crate::emit::{self, Tree};
use crate::error::{Error, ErrorKind, Location, Notice, Result};
use crate::interface::{self, Surface};
use crate::render;
use crate::repair;
use crate::report::{SharedReport, SpecReport};
use crate::selection::{self, Selection};
use stages::Prepared;

/// The manifest of the facade, whose generated regions list versions and families.
const FACADE_MANIFEST: &str = "meld-client/Cargo.toml";

/// The result of a generation.
#[derive(Clone, Debug, Default)]
pub struct Generation {
    /// The generated part of the tree.
    pub tree: Tree,
    /// Reports of the generated specs, ordered by version and module.
    pub reports: Vec<SpecReport>,
    /// The types that families share, by version. A version without such types is left out.
    pub shared: Vec<SharedReport>,
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
/// All families of a version decide on the types that they share, so the other specs of a selected version are read
/// too. A family that is not selected keeps its files, even if a type begins or ceases to be shared.
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
    let formatter = emit::Formatter::start(root);
    let versions: Vec<_> = versions(&catalog, &entries).collect();
    let is_selected = |entry: &CatalogEntry| entries.contains(&entry);
    let generate = |(version, all): &(&ApiVersion, &Vec<CatalogEntry>)| version::generate(**version, all, is_selected);
    let mut generation = Generation::default();
    for modules in versions.par_iter().map(generate).collect::<Vec<_>>() {
        generation.tree.files.extend(modules.files);
        generation.reports.extend(modules.reports);
        generation.shared.extend(modules.shared);
        generation.notices.extend(modules.notices);
        generation.errors.extend(modules.errors);
    }
    if selection.is_everything() {
        generation.notices.extend(catalog.notices.iter().cloned());
        generation.errors.extend(catalog.errors.iter().cloned());
        add_crates(root, &catalog, &mut generation)?;
        let applied = generation.reports.iter().flat_map(|spec| &spec.repairs);
        generation.unused_repairs = repair::unused(applied);
    }
    // Without the files of a spec that failed, the crates are incomplete and are not written.
    if generation.errors.is_empty() {
        formatter.format(&mut generation.tree.files)?;
    }
    Ok(generation)
}

/// Returns the interfaces of the selected specs in `folder`, ordered by version and module.
///
/// # Errors
/// Returns an error if the specs cannot be listed, the selection matches none, or a spec of the same version cannot be
/// generated.
pub fn interfaces(folder: &Path, selection: &Selection) -> Result<Vec<Surface>> {
    let catalog = Catalog::read(folder)?;
    if let Some(error) = catalog.errors.first() {
        return Err(error.clone());
    }
    let entries = selection.entries(&catalog)?;
    let versions: Vec<_> = versions(&catalog, &entries).collect();
    let surfaces: Result<Vec<_>> =
        versions.par_iter().map(|(version, entries)| version::interfaces(**version, entries)).collect();
    let is_selected = |surface: &Surface| {
        let same = |entry: &&CatalogEntry| entry.family.module == surface.family;
        entries.iter().any(|entry| surface.version == Some(entry.version) && same(entry))
    };
    Ok(surfaces?.into_iter().flatten().filter(is_selected).collect())
}

/// Returns the interface of one spec, without regard to other families.
///
/// # Errors
/// Returns an error if the spec cannot be generated.
pub fn interface(entry: &CatalogEntry) -> Result<Surface> {
    Ok(render::surface(&Prepared::new(entry)?.module()?, entry.version))
}

/// Returns all specs of the versions that any of `entries` has.
fn versions<'c>(
    catalog: &'c Catalog,
    entries: &[&CatalogEntry],
) -> impl Iterator<Item = (&'c ApiVersion, &'c Vec<CatalogEntry>)> {
    let selected: BTreeSet<ApiVersion> = entries.iter().map(|entry| entry.version).collect();
    catalog.versions.iter().filter(move |(version, _)| selected.contains(version))
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
        let shared = generation.shared.iter().find(|shared| shared.version == *version);
        let mut reports = generation.reports.iter().filter(|report| report.version == *version);
        let modules = Modules {
            all: entries.iter().map(|entry| entry.family.module.as_str()).collect(),
            sharing: shared.map(SharedReport::sharing_families).unwrap_or_default(),
            multipart: multipart_families(&generation.reports, |of| of == *version),
            has_ascii_names: reports.all(|report| report.surface.has_ascii_names()),
        };
        let files = emit::crates::crate_files(*version, &modules);
        generation.tree.files.extend(files);
        versions.insert(*version, modules.all.into_iter().map(str::to_owned).collect());
    }
    let dates: Vec<ApiVersion> = versions.keys().copied().collect();
    let versions_file = emit::crates::versions_file(&dates, &generation.shared);
    generation.tree.files.insert(PathBuf::from("meld-client/src/versions.rs"), versions_file);
    let multipart = multipart_families(&generation.reports, |_| true);
    let manifest = facade_manifest(root, &versions, &multipart)?;
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

/// Returns the families with multipart bodies or responses in some versions.
fn multipart_families(reports: &[SpecReport], is_wanted: impl Fn(ApiVersion) -> bool) -> BTreeSet<&str> {
    let reports = reports.iter().filter(|report| is_wanted(report.version) && report.surface.is_multipart());
    reports.map(|report| report.family.as_str()).collect()
}

/// Returns the manifest of the facade with renewed generated regions.
fn facade_manifest(
    root: &Path,
    versions: &BTreeMap<ApiVersion, Vec<String>>,
    multipart: &BTreeSet<&str>,
) -> Result<String> {
    let path = root.join(FACADE_MANIFEST);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Error::new(
            ErrorKind::Io,
            Location::new(FACADE_MANIFEST, ""),
            format!("the manifest of the facade cannot be read ({error})"),
            "run the command in the workspace, or restore the file",
        )
    })?;
    let features = emit::crates::facade_features(versions, multipart);
    let dependencies = emit::crates::facade_dependencies(versions);
    let text = emit::splice(FACADE_MANIFEST, &text, "features", &features)?;
    emit::splice(FACADE_MANIFEST, &text, "dependencies", &dependencies)
}
