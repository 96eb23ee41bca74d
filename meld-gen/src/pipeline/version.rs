//! The modules of one API version, which decide together on the types that they share.

use std::path::PathBuf;

use rayon::prelude::*;

use super::stages::{Clock, Prepared};
use crate::catalog::{ApiVersion, CatalogEntry};
use crate::emit;
use crate::error::{Error, Notice, Result};
use crate::interface::Surface;
use crate::render::{self, Files, Module, Shared};
use crate::report::{OperationRow, SharedReport, SpecReport};

/// The generated modules of a version.
#[derive(Default)]
pub struct VersionModules {
    /// The files by path.
    pub files: Vec<(PathBuf, String)>,
    /// Reports of the selected specs.
    pub reports: Vec<SpecReport>,
    /// The types that families share, if there are any.
    pub shared: Option<SharedReport>,
    /// Deviations of the generated code from the selected specs.
    pub notices: Vec<Notice>,
    /// Errors of all specs.
    pub errors: Vec<Error>,
}

/// Generates the modules of the selected specs, and the types that all families of the version share.
pub fn generate(
    version: ApiVersion,
    entries: &[CatalogEntry],
    is_selected: impl Fn(&CatalogEntry) -> bool + Sync,
) -> VersionModules {
    let mut generated = VersionModules::default();
    let prepared: Vec<_> = entries.par_iter().map(Prepared::new).collect();
    let prepared = generated.successes(prepared);
    let modules = prepared.iter().map(|spec| Ok((spec, spec.module()?))).collect();
    let modules = generated.successes(modules);
    let (specs, mut modules): (Vec<_>, Vec<_>) = modules.into_iter().unzip();
    let shared = share(&mut modules);
    let rendered = specs.into_par_iter().zip(modules.par_iter());
    let rendered = rendered.filter(|(spec, _)| is_selected(spec.entry));
    let rendered = rendered.map(|(spec, module)| render(spec, module)).collect();
    for (files, report, notices) in generated.successes(rendered) {
        generated.files.extend(files);
        generated.reports.push(report);
        generated.notices.extend(notices);
    }
    if let Some((files, report)) = shared_files(version, &shared) {
        generated.files.extend(files);
        generated.shared = Some(report);
    }
    generated
}

/// Returns the interfaces of all specs of a version.
///
/// # Errors
/// Returns the error of the first spec that fails.
pub fn interfaces(version: ApiVersion, entries: &[CatalogEntry]) -> Result<Vec<Surface>> {
    let prepared: Result<Vec<_>> = entries.par_iter().map(Prepared::new).collect();
    let prepared = prepared?;
    let mut modules = prepared.iter().map(Prepared::module).collect::<Result<Vec<_>>>()?;
    share(&mut modules);
    Ok(modules.iter().map(|module| render::surface(module, version)).collect())
}

/// Finds the types that the modules share, which then re-export them.
fn share(modules: &mut [Module<'_>]) -> Shared {
    let shared = Shared::of(modules);
    for module in modules {
        shared.re_export_from(module);
    }
    shared
}

impl VersionModules {
    /// Keeps the errors and returns the rest.
    fn successes<T>(&mut self, results: Vec<Result<T>>) -> Vec<T> {
        let successes = results.into_iter().filter_map(|result| match result {
            Ok(success) => Some(success),
            Err(error) => {
                self.errors.push(error);
                None
            }
        });
        successes.collect()
    }
}

/// The files of a module, its report, and its notices.
type Rendered = (Vec<(PathBuf, String)>, SpecReport, Vec<Notice>);

fn render(spec: &Prepared<'_>, module: &Module<'_>) -> Result<Rendered> {
    let entry = spec.entry;
    let mut clock = Clock::start();
    let files = render::family(module).map_err(|error| error.in_file(&entry.file))?;
    let files = module_files(entry.version, &entry.family.module, files);
    let surface = render::surface(module, entry.version);
    let operations = spec.model.operations.iter();
    let report = SpecReport {
        file: entry.file.clone(),
        version: entry.version,
        family: entry.family.module.clone(),
        operations: operations.map(|operation| OperationRow::new(entry, operation)).collect(),
        surface,
        types: module.types.len(),
        repairs: spec.repairs.clone(),
        obsolete: spec.obsolete.clone(),
        timings: crate::report::Timings { render: clock.lap(), ..spec.timings },
    };
    Ok((files, report, spec.notices.clone()))
}

/// The files of the types that families share, and their report.
type SharedFiles = (Vec<(PathBuf, String)>, SharedReport);

fn shared_files(version: ApiVersion, shared: &Shared) -> Option<SharedFiles> {
    let files = render::shared(shared)?;
    let files = module_files(version, Shared::MODULE, files);
    let report = SharedReport { version, families: shared.families().clone() };
    Some((files, report))
}

/// The files of a module by their paths, each with the header.
fn module_files(version: ApiVersion, module: &str, files: Files) -> Vec<(PathBuf, String)> {
    let root = (emit::paths::module_file(version, module), files.root);
    let parts = files.parts.into_iter();
    let parts = parts.map(|(name, text)| (emit::paths::part_file(version, module, name), text));
    let files = std::iter::once(root).chain(parts);
    files.map(|(path, text)| (path, format!("{}\n{text}", emit::paths::HEADER))).collect()
}
