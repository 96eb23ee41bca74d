//! What the client adds to the build of a program: a program with `reqwest` and `serde` alone, and the same program with
//! `meld-client`, one version and one family. Both are built from nothing, dependencies and all.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use meld_gen::catalog::ApiVersion;
use meld_gen::error::Result;

use super::{Workspace, cargo, median, output_of, unusable};
use crate::output::{Output, table};

/// A program that is built.
struct Program {
    folder: PathBuf,
}

/// What every program with an HTTP client has.
const BARE: &str = r#"reqwest = { version = "0.13", features = ["json"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
"#;

/// Builds both, in turn, and says how much longer the one with the client takes.
pub fn run(root: &Path, version: ApiVersion, runs: u16, limit: f64) -> Result<Output> {
    let scratch = Workspace::read(root)?.scratch;
    let client = root.join("meld-client");
    let client = fs::canonicalize(&client).map_err(|error| unusable(&client, &error))?;
    let with_client = format!(
        "{BARE}meld-client = {{ path = {client:?}, default-features = false, features = [\"{}\", \"crypto\", \"rustls\"] }}\n",
        version.feature()
    );
    let programs = [
        program(root, &scratch, "with-client", &with_client)?,
        program(root, &scratch, "without-client", BARE)?,
    ];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..runs {
        for (program, times) in programs.iter().zip(&mut times) {
            times.push(program.build()?);
        }
    }
    Ok(report(times.map(median), limit))
}

/// Writes a program with these dependencies, in the versions that the workspace has.
fn program(root: &Path, scratch: &Path, name: &str, dependencies: &str) -> Result<Program> {
    let folder = scratch.join(name);
    let lock = root.join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|error| unusable(&lock, &error))?;
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n[dependencies]\n{dependencies}"
    );
    let source = folder.join("src");
    fs::create_dir_all(&source).map_err(|error| unusable(&source, &error))?;
    for (path, text) in [
        ("Cargo.toml", manifest.as_str()),
        ("Cargo.lock", &lock),
        ("src/main.rs", "fn main() {}\n"),
    ] {
        let path = folder.join(path);
        fs::write(&path, text).map_err(|error| unusable(&path, &error))?;
    }
    let program = Program { folder };
    program.cargo(&["fetch"])?;
    Ok(program)
}

impl Program {
    fn cargo(&self, arguments: &[&str]) -> Result<()> {
        let mut cargo = cargo();
        cargo.args(arguments).arg("--quiet").current_dir(&self.folder);
        cargo.env("CARGO_TARGET_DIR", self.folder.join("target"));
        output_of(cargo).map(drop)
    }

    /// Builds from nothing.
    fn build(&self) -> Result<Duration> {
        let target = self.folder.join("target");
        if target.exists() {
            fs::remove_dir_all(&target).map_err(|error| unusable(&target, &error))?;
        }
        let started = Instant::now();
        self.cargo(&["build", "--release"])?;
        Ok(started.elapsed())
    }
}

fn report(times: [Duration; 2], limit: f64) -> Output {
    let mut output = Output::default();
    let [with, without] = times.map(|time| time.as_secs_f64());
    let ratio = with / without;
    let cells = [
        ["", "with client", "without", "ratio"].map(str::to_owned),
        [
            "cargo build --release, from nothing".to_owned(),
            format!("{with:.1} s"),
            format!("{without:.1} s"),
            format!("{ratio:.2}"),
        ],
    ];
    for line in table(&cells, &[1, 2, 3]) {
        output.line(line);
    }
    if ratio > limit {
        output.error(&format!("{ratio:.2} of the build without it, which is more than {limit}"));
    }
    output
}
