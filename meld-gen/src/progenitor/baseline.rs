//! The output of progenitor without this library, which the generated crates are measured against.
//!
//! Raw output is progenitor's builder interface, with its default settings, of a spec after loading, lowering and
//! repairs, printed with prettyplease. Without these stages progenitor refuses the specs; the stages shape and
//! render are left out.

use std::path::Path;

use openapiv3::OpenAPI;

use super::run;
use crate::catalog::{Catalog, CatalogEntry, SPECS};
use crate::error::Result;
use crate::model::Facts;
use crate::selection::Selection;
use crate::spec::Spec;
use crate::{lower, repair};

/// A spec that progenitor accepts.
#[derive(Clone, Debug)]
pub struct RawSpec {
    /// File name.
    pub file: String,
    /// The module that it becomes.
    pub module: String,
    /// The spec, lowered and repaired.
    pub api: OpenAPI,
}

impl RawSpec {
    fn read(entry: &CatalogEntry) -> Result<Self> {
        let lowered = lower::lower(&Spec::read(entry)?).map_err(|error| error.in_file(&entry.file))?;
        let mut api = lowered.api;
        let module = entry.family.module.clone();
        repair::repair(&mut api, &mut Facts::default(), &module, entry.version);
        Ok(Self { file: entry.file.clone(), module, api })
    }

    /// Returns the module that progenitor generates from the spec.
    ///
    /// # Errors
    /// Returns an error if progenitor refuses the spec.
    pub fn module_text(&self) -> Result<String> {
        Ok(prettyplease::unparse(&run::generate_raw(&self.api, &self.file)?))
    }
}

/// Returns the selected specs below `root`.
///
/// # Errors
/// Returns an error if a spec cannot be read, or the selection matches none.
pub fn specs(root: &Path, selection: &Selection) -> Result<Vec<RawSpec>> {
    let catalog = Catalog::read(&root.join(SPECS))?;
    selection.entries(&catalog)?.into_iter().map(RawSpec::read).collect()
}
