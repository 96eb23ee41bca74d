//! `cargo xtask ops`: the table of all operations.

mod undocumented;

use std::path::Path;

use clap::Args;
use meld_gen::error::Result;
use meld_gen::escape;
use meld_gen::pipeline::{self, Generation};
use meld_gen::report::OperationRow;

use crate::output::{Output, table};
use crate::specs::Specs;

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {
    /// Prints a JSON array instead of a table
    #[arg(long)]
    json: bool,
    /// Lists the elements of the newest specs that have no description
    #[arg(long, conflicts_with = "json")]
    undocumented: bool,
    #[command(flatten)]
    specs: Specs,
}

pub fn run(root: &Path, options: &Options) -> Result<Output> {
    if options.undocumented {
        return undocumented::run(root);
    }
    let generation = pipeline::run(root, &options.specs.selection())?;
    Ok(report(&generation, options.json))
}

fn report(generation: &Generation, json: bool) -> Output {
    let mut output = Output::default();
    let rows: Vec<_> = generation.reports.iter().flat_map(|spec| &spec.operations).collect();
    if json {
        match serde_json::to_string_pretty(&rows) {
            Ok(text) => output.line(escape::json(&text)),
            Err(error) => output.error(&error),
        }
    } else if !rows.is_empty() {
        for line in lines(&rows) {
            output.line(line);
        }
    }
    for error in &generation.errors {
        output.error(error);
    }
    if output.has_failed() {
        output.remark("the operations of these specs are not listed");
    }
    output
}

fn lines(rows: &[&OperationRow]) -> Vec<String> {
    let head = ["VERSION", "FAMILY", "METHOD", "PATH", "OPERATION", "RUST"].map(str::to_owned);
    let cells = rows.iter().map(|row| {
        [&row.version, &row.family, &row.method, &row.path, &row.operation_id, &row.rust_path].map(Clone::clone)
    });
    table(&std::iter::once(head).chain(cells).collect::<Vec<_>>(), &[])
}

#[cfg(test)]
mod tests {
    use meld_gen::catalog::ApiVersion;
    use meld_gen::error::{Error, ErrorKind, Location};
    use meld_gen::report::{SpecReport, Timings};

    use meld_gen::interface::Surface;

    use super::*;

    fn generation() -> Generation {
        let row = OperationRow {
            version: "2026-02-03".to_owned(),
            family: "crypto".to_owned(),
            operation_id: "crypto-quote".to_owned(),
            method: "POST".to_owned(),
            path: "/payments/crypto/quote".to_owned(),
            rust_path: "meld_client::v2026_02_03::crypto::Client::create_quote".to_owned(),
            source: "crypto-20260203.json".to_owned(),
        };
        let spec = SpecReport {
            file: "crypto-20260203.json".to_owned(),
            version: ApiVersion::parse("2026-02-03").unwrap(),
            family: "crypto".to_owned(),
            operations: vec![row],
            surface: Surface::default(),
            types: 1,
            repairs: Vec::new(),
            obsolete: Vec::new(),
            timings: Timings::default(),
        };
        Generation { reports: vec![spec], ..Generation::default() }
    }

    #[test]
    fn table_has_aligned_columns() {
        assert_eq!(
            report(&generation(), false).out(),
            "VERSION     FAMILY  METHOD  PATH                    OPERATION     RUST\n\
             2026-02-03  crypto  POST    /payments/crypto/quote  crypto-quote  \
             meld_client::v2026_02_03::crypto::Client::create_quote"
        );
    }

    #[test]
    fn json_is_an_array_of_rows() {
        let json = report(&generation(), true).out();
        let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(rows[0]["operation_id"], "crypto-quote");
        assert_eq!(rows[0]["source"], "crypto-20260203.json");
        assert_eq!(report(&Generation::default(), true).out(), "[]");
    }

    #[test]
    fn failed_specs_are_named() {
        let mut generation = generation();
        let place = Location::new("beta-20260203.json", "/paths");
        generation.errors.push(Error::new(ErrorKind::NotOpenApi, place, "no object", "fix it"));
        let output = report(&generation, false);
        assert!(output.has_failed());
        assert!(output.problems().starts_with("error: beta-20260203.json#/paths: no object; fix"));
        assert!(output.out().contains("crypto-quote"));
    }
}
