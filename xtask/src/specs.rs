//! The arguments that select specs.

use clap::Args;
use meld_gen::catalog::ApiVersion;
use meld_gen::selection::Selection;

/// A selection of specs.
#[derive(Debug, Args)]
pub(crate) struct Specs {
    /// Only this API version, such as 2026-02-03; can be repeated
    #[arg(long = "version", value_name = "DATE", value_parser = version)]
    pub(crate) versions: Vec<ApiVersion>,
    /// Only this family, such as bank_linking; can be repeated
    #[arg(long = "family", value_name = "NAME")]
    pub(crate) families: Vec<String>,
}

impl Specs {
    /// Returns the selection for the pipeline.
    pub(crate) fn selection(&self) -> Selection {
        Selection { versions: self.versions.clone(), families: self.families.clone() }
    }
}

/// Parses a version of the command line.
pub(crate) fn version(text: &str) -> Result<ApiVersion, String> {
    ApiVersion::parse(text).ok_or_else(|| "not a date such as 2026-02-03".to_owned())
}
