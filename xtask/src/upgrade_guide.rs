//! `cargo xtask upgrade-guide`: the guide for upgrading from one API version to another. The tree has the guides for
//! neighbouring versions, written by `cargo xtask regen`.

use std::path::Path;

use clap::Args;
use meld_gen::catalog::ApiVersion;
use meld_gen::diff::{self, Comparison};
use meld_gen::error::Result;
use meld_gen::pipeline;
use meld_gen::selection::Selection;

use crate::output::Output;

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {
    /// The API version in use, such as 2025-03-04
    #[arg(value_parser = crate::specs::version)]
    from: ApiVersion,
    /// The API version to upgrade to
    #[arg(value_parser = crate::specs::version)]
    to: ApiVersion,
}

pub fn run(root: &Path, options: &Options) -> Result<Output> {
    let Options { from, to } = options;
    let of = |version: &ApiVersion| {
        let selection = Selection { versions: vec![*version], ..Selection::default() };
        pipeline::interfaces(&root.join("openapi"), &selection)
    };
    let changes = diff::compare(&of(from)?, &of(to)?);
    let title = format!("{from} → {to}");
    let mut output = Output::default();
    output.line(diff::upgrade_guide(*from, *to, &Comparison { title, changes }).trim_end());
    Ok(output)
}
