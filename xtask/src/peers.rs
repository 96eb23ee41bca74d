//! `cargo xtask peers`: generates clients with other generators from the specs of this workspace, and compares them with
//! ours in a table.
//!
//! A generator that is not installed is left out. Each runs once per spec, as a user would run it; ours runs once for all
//! specs, from reading them to formatted files. The generated crates are compiled with `cargo check`, which is not part of
//! the seconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use meld_gen::pipeline;
use meld_gen::selection::Selection;

use crate::output::{Output, table};
use crate::tool::{Result, Tool, at};
use crate::workspace;

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {
    /// Generates only, and does not compile
    #[arg(long)]
    no_check: bool,
}

struct Peer {
    program: &'static str,
    version: &'static [&'static str],
    /// Adds the arguments that generate a crate from a spec into a folder.
    generate: fn(Tool, &Path, &Path) -> Tool,
    /// Completes the generated files to a crate.
    complete: fn(&Path) -> Result<()>,
}

const PEERS: [Peer; 3] = [
    Peer {
        program: "openapi-generator-cli",
        version: &["version"],
        generate: |tool, spec, into| {
            let tool = tool.args(["generate", "--generator-name", "rust", "--package-name", "generated"]);
            // The default is the version of the spec, whose date is not a version of Cargo.
            let tool = tool.arg("--additional-properties=packageVersion=0.1.0");
            tool.arg("--input-spec").arg(spec).arg("--output").arg(into)
        },
        complete: |_| Ok(()),
    },
    Peer {
        program: "openapi-to-rust",
        version: &["--version"],
        generate: |tool, spec, into| {
            tool.arg("generate").arg(spec).arg("--output-dir").arg(into.join("src/generated")).arg("--quiet")
        },
        complete: with_required_dependencies,
    },
    Peer {
        program: "oas3-gen",
        version: &["--version"],
        generate: |tool, spec, into| {
            tool.args(["generate", "client-mod", "--workspace", "--input"]).arg(spec).arg("--output").arg(into)
        },
        complete: |_| Ok(()),
    },
];

/// The result of a generator.
struct Row {
    name: String,
    version: String,
    generated: usize,
    /// `None` if nothing was compiled.
    compiling: Option<usize>,
    lines: usize,
    elapsed: Duration,
}

pub fn run(root: &Path, options: &Options) -> Result<Output> {
    let specs = workspace::specs(&root.join("openapi"))?;
    let mut output = Output::default();
    let mut rows = vec![ours(root, specs.len(), options)?];
    for peer in &PEERS {
        match Tool::new(root, peer.program).args(peer.version).read() {
            Ok(version) => rows.push(theirs(root, peer, version, &specs, options)?),
            Err(_) => output.remark(format!("`{}` is not installed", peer.program)),
        }
    }
    let head = ["generator", "version", "generated", "compiles", "lines", "s", "time"].map(str::to_owned);
    let ours = rows[0].elapsed.as_secs_f64();
    let cells = rows.iter().map(|row| {
        let seconds = row.elapsed.as_secs_f64();
        let compiling = row.compiling.map_or_else(|| "-".to_owned(), |count| count.to_string());
        [
            row.name.clone(),
            row.version.clone(),
            format!("{} of {}", row.generated, specs.len()),
            compiling,
            row.lines.to_string(),
            format!("{seconds:.2}"),
            format!("{:.2}", seconds / ours),
        ]
    });
    let lines: Vec<_> = std::iter::once(head).chain(cells).collect();
    table(&lines, &[2, 3, 4, 5, 6]).into_iter().for_each(|line| output.line(line));
    Ok(output)
}

fn ours(root: &Path, specs: usize, options: &Options) -> Result<Row> {
    let started = Instant::now();
    let generation = pipeline::run(root, &Selection::default()).map_err(|error| error.to_string())?;
    let elapsed = started.elapsed();
    let generated = if generation.errors.is_empty() { generation.reports.len() } else { 0 };
    let lines = generation.tree.lines();
    let check =
        || Tool::cargo(root).args(["check", "--quiet", "--package", "meld-client", "--all-features"]).succeeds();
    let compiling = (!options.no_check).then(|| if check() { specs } else { 0 });
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Ok(Row { name: "meld-gen".to_owned(), version, generated, compiling, lines, elapsed })
}

fn theirs(root: &Path, peer: &Peer, version: String, specs: &[PathBuf], options: &Options) -> Result<Row> {
    let version = version.split_whitespace().last().unwrap_or_default().to_owned();
    let mut row = Row {
        name: peer.program.to_owned(),
        version,
        generated: 0,
        compiling: (!options.no_check).then_some(0),
        lines: 0,
        elapsed: Duration::ZERO,
    };
    let target = workspace::target(root).join("peers").join(peer.program);
    for spec in specs {
        let folder = tempfile::tempdir().map_err(|error| format!("temporary folder: {error}"))?;
        // Some name the crate after the folder.
        let folder = &folder.path().join("generated");
        at(folder, fs::create_dir(folder))?;
        let started = Instant::now();
        let is_generated = (peer.generate)(Tool::new(folder, peer.program), spec, folder).succeeds();
        row.elapsed += started.elapsed();
        if !is_generated {
            continue;
        }
        row.generated += 1;
        row.lines += workspace::lines(folder)?;
        if let Some(compiling) = &mut row.compiling {
            (peer.complete)(folder)?;
            let check = Tool::cargo(folder).args(["check", "--quiet"]).env("CARGO_TARGET_DIR", &target);
            *compiling += usize::from(check.succeeds());
        }
    }
    Ok(row)
}

/// Writes the manifest and the root of a crate whose module `generated` names its dependencies in `REQUIRED_DEPS.toml`.
fn with_required_dependencies(folder: &Path) -> Result<()> {
    let required = folder.join("src/generated/REQUIRED_DEPS.toml");
    let required = at(&required, fs::read_to_string(&required))?;
    let manifest = format!("[package]\nname = \"generated\"\nedition = \"2024\"\n\n{required}\n[workspace]\n");
    at(folder, fs::write(folder.join("Cargo.toml"), manifest))?;
    at(folder, fs::write(folder.join("src/lib.rs"), "pub mod generated;\n"))
}
