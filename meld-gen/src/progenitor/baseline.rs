//! What somebody has who uses progenitor without this library: what the generated crates are measured against.
//!
//! Raw output is progenitor's builder interface, with its default settings, of a document after loading, lowering and
//! repairs, printed with prettyplease. Without these stages progenitor refuses the documents; the stages shape and
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

/// A document that progenitor takes.
#[derive(Clone, Debug)]
pub struct RawDocument {
    /// File name.
    pub file: String,
    /// The module that it becomes.
    pub module: String,
    /// The document, lowered and repaired.
    pub api: OpenAPI,
}

impl RawDocument {
    fn read(entry: &CatalogEntry) -> Result<Self> {
        let lowered =
            lower::lower(&Spec::read(entry)?).map_err(|error| error.in_file(&entry.file))?;
        let mut api = lowered.api;
        let module = entry.family.module.clone();
        repair::repair(&mut api, &mut Facts::new(), &module, entry.version);
        Ok(Self { file: entry.file.clone(), module, api })
    }

    /// The text of the module that progenitor makes of the document.
    ///
    /// # Errors
    /// When progenitor refuses the document.
    pub fn module_text(&self) -> Result<String> {
        Ok(prettyplease::unparse(&run::generate_raw(&self.api, &self.file)?))
    }
}

/// The selected documents below `root`.
///
/// # Errors
/// When the documents cannot be listed or read, or the selection names none.
pub fn documents(root: &Path, selection: &Selection) -> Result<Vec<RawDocument>> {
    let catalog = Catalog::read(&root.join(SPECS))?;
    selection.entries(&catalog)?.into_iter().map(RawDocument::read).collect()
}
