//! `cargo xtask compile-time`: the compile time of a version crate, against that of progenitor's raw output.
//!
//! Raw output is what progenitor alone makes of the same specs, see `meld_gen::progenitor::baseline`: one crate with one
//! module for each family. The version crate has all its features but `native-tls`, which needs OpenSSL and changes
//! nothing in the crate itself. Both use rustls.
//!
//! Dependencies are built once and not measured. Then only the crate itself is removed and built again. The two take
//! turns, so that the ratio holds whatever else the machine does. Each has its own target folder, and nothing is built
//! incrementally. The measured time is from the start of cargo to its end.

mod client;
mod scratch;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use meld_gen::catalog::{ApiVersion, Catalog};
use meld_gen::progenitor::baseline;
use meld_gen::selection::Selection;
use scratch::scratch;
use serde_json::Value;

use crate::output::{Output, table};
use crate::tool::{Result, Tool, at};
use crate::workspace;

/// The name of the crate that is made of progenitor's output.
const RAW: &str = "raw-progenitor-output";

/// A measurement: its name, and the arguments of cargo.
const BUILDS: [(&str, &[&str]); 2] = [("cargo check", &["check"]), ("cargo build --release", &["build", "--release"])];

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {
    /// The API version, such as 2026-02-03; by default the newest
    #[arg(long, value_name = "DATE", value_parser = crate::specs::version)]
    version: Option<ApiVersion>,
    /// Number of builds of each; the median is reported
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Exits with 1 if the ratio of the times exceeds this limit; by default 0.6, and 0.75 with --client
    #[arg(long, value_name = "RATIO")]
    limit: Option<f64>,
    /// Builds the README's example with all its dependencies, with few and with all features, and compares the CPU time
    /// with that of a program that uses reqwest and serde_json
    #[arg(long)]
    client: bool,
}

pub fn run(root: &Path, options: &Options) -> Result<Output> {
    let catalog = Catalog::read(&root.join("openapi")).map_err(|error| error.to_string())?;
    let newest = catalog.versions.keys().next_back().copied();
    let version = options.version.or(newest).ok_or("the folder openapi/ has no specs")?;
    let metadata = Tool::cargo(root).args(["metadata", "--format-version", "1"]).read()?;
    let metadata = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    if options.client {
        return client::run(root, &metadata, &version.feature(), options.limit.unwrap_or(0.75));
    }
    let pair = [ours(root, &metadata, &catalog, version)?, raw_output(root, &metadata, version)?];
    for subject in &pair {
        for (_, arguments) in BUILDS {
            subject.build(arguments)?;
        }
    }
    let mut rows = Vec::new();
    for (what, arguments) in BUILDS {
        rows.push(Row::new(what, measured(&pair, arguments, options.runs)?));
    }
    Ok(report(&pair.map(|subject| subject.lines), &rows, options.limit.unwrap_or(0.6)))
}

/// A crate that is measured.
struct Subject {
    package: String,
    /// The folder in which cargo runs.
    folder: PathBuf,
    target: PathBuf,
    features: Vec<String>,
    lines: usize,
}

impl Subject {
    fn build(&self, arguments: &[&str]) -> Result<()> {
        let mut cargo = self.cargo(arguments);
        if !self.features.is_empty() {
            cargo = cargo.args(["--no-default-features", "--features", &self.features.join(",")]);
        }
        cargo.run()
    }

    fn clean(&self, is_release: bool) -> Result<()> {
        self.cargo(&["clean"]).args(is_release.then_some("--release")).run()
    }

    fn cargo(&self, arguments: &[&str]) -> Tool {
        let cargo = Tool::cargo(&self.folder).args(arguments).env("CARGO_INCREMENTAL", "0");
        cargo.args(["--quiet", "--package", &self.package, "--target-dir"]).arg(&self.target)
    }
}

/// The version crate, in the workspace.
fn ours(root: &Path, metadata: &Value, catalog: &Catalog, version: ApiVersion) -> Result<Subject> {
    let entries = catalog.versions.get(&version).into_iter().flatten();
    let modules = entries.map(|entry| entry.family.module.clone());
    Ok(Subject {
        package: version.crate_name(),
        folder: root.to_owned(),
        target: scratch(metadata).join("generated"),
        features: modules.chain(["rustls".to_owned()]).collect(),
        lines: workspace::lines(&root.join("meld-client").join(version.feature()).join("src"))?,
    })
}

/// Writes the crate of raw output. Its dependencies are those of the workspace, as far as it has them.
fn raw_output(root: &Path, metadata: &Value, version: ApiVersion) -> Result<Subject> {
    let folder = scratch(metadata).join("raw");
    let source = folder.join("src");
    at(&source, fs::create_dir_all(&source))?;
    let write = |path: PathBuf, text: String| at(&path, fs::write(&path, text));
    let selection = Selection { versions: vec![version], ..Selection::default() };
    let specs = baseline::specs(root, &selection).map_err(|error| error.to_string())?;
    let mut modules = String::from("#![allow(warnings)]\n");
    for spec in specs {
        modules.push_str(&format!("pub mod {};\n", spec.module));
        let text = spec.module_text().map_err(|error| error.to_string())?;
        write(source.join(format!("{}.rs", spec.module)), text)?;
    }
    write(source.join("lib.rs"), modules)?;
    let lines = workspace::lines(&source)?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let mut progenitor = packages.filter(|package| package["name"] == "progenitor-impl");
    let progenitor = progenitor.find_map(|package| package["version"].as_str());
    let progenitor = progenitor.ok_or("`cargo metadata` does not list progenitor-impl")?;
    write(folder.join("Cargo.toml"), manifest(progenitor))?;
    let lock = root.join("Cargo.lock");
    write(folder.join("Cargo.lock"), at(&lock, fs::read_to_string(&lock))?)?;
    let target = scratch(metadata).join("raw-target");
    Ok(Subject { package: RAW.to_owned(), folder, target, features: Vec::new(), lines })
}

fn manifest(progenitor: &str) -> String {
    format!(
        r#"[package]
name = "{RAW}"
version = "0.0.0"
edition = "2021"
publish = false

[workspace]

[dependencies]
bytes = "1"
chrono = {{ version = "0.4", default-features = false, features = ["serde", "std"] }}
futures-core = "0.3"
progenitor-client = "={progenitor}"
reqwest = {{ version = "0.13", default-features = false, features = ["json", "rustls", "stream"] }}
serde = {{ version = "1", features = ["derive"] }}
serde_json = "1"
uuid = {{ version = "1", features = ["serde", "v4"] }}
"#
    )
}

/// Builds the two in turn and returns the median of each.
fn measured(pair: &[Subject; 2], arguments: &[&str], runs: u16) -> Result<[Duration; 2]> {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..runs {
        for (subject, times) in pair.iter().zip(&mut times) {
            subject.clean(arguments.contains(&"--release"))?;
            let started = Instant::now();
            subject.build(arguments)?;
            times.push(started.elapsed());
        }
    }
    Ok(times.map(median))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// One line of the table.
struct Row {
    what: &'static str,
    times: [Duration; 2],
    ratio: f64,
}

impl Row {
    fn new(what: &'static str, times: [Duration; 2]) -> Self {
        let [ours, raw] = times.map(|time| time.as_secs_f64());
        Self { what, times, ratio: ours / raw }
    }
}

fn report(lines: &[usize; 2], rows: &[Row], limit: f64) -> Output {
    let mut output = Output::default();
    let [ours, raw] = *lines;
    let mut cells = vec![["", "generated", "raw", "ratio"].map(str::to_owned)];
    let ratio = ours as f64 / raw as f64;
    cells.push(["lines".to_owned(), ours.to_string(), raw.to_string(), format!("{ratio:.2}")]);
    for Row { what, times, ratio } in rows {
        let [ours, raw] = times.map(|time| format!("{:.2} s", time.as_secs_f64()));
        cells.push([(*what).to_owned(), ours, raw, format!("{ratio:.2}")]);
    }
    for line in table(&cells, &[1, 2, 3]) {
        output.line(line);
    }
    for Row { what, ratio, .. } in rows.iter().filter(|row| row.ratio > limit) {
        output.error(&format!("{what}: {ratio:.2} of raw output, which is more than {limit}"));
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_is_the_middle_of_sorted_times() {
        let times = [9, 1, 2].map(Duration::from_secs);
        assert_eq!(median(times.to_vec()), Duration::from_secs(2));
        assert_eq!(median(Vec::new()), Duration::ZERO);
    }

    #[test]
    fn ratio_above_the_limit_fails() {
        let row = |ours, raw| Row::new("cargo check", [ours, raw].map(Duration::from_millis));
        let output = report(&[100, 200], &[row(500, 1000)], 0.6);
        assert!(!output.has_failed());
        assert_eq!(
            output.out(),
            [
                "             generated     raw  ratio",
                "lines              100     200   0.50",
                "cargo check     0.50 s  1.00 s   0.50",
            ]
            .join("\n")
        );
        let output = report(&[100, 200], &[row(700, 1000)], 0.6);
        assert_eq!(output.problems(), "error: cargo check: 0.70 of raw output, which is more than 0.6");
    }
}
