//! `cargo xtask ci`: every check that a change has to pass.

mod package;
mod setup;
mod test;

use std::fs;
use std::path::Path;
use std::time::Instant;

use clap::Args;

use crate::docs;
use crate::tool::{Result, Tool, at};
use crate::workspace;

/// The arguments of the job.
#[derive(Debug, Args)]
pub struct Options {
    /// Lists the steps and runs none
    #[arg(long)]
    list: bool,
    /// Runs only these steps, in the order of the list
    #[arg(value_name = "STEP")]
    steps: Vec<String>,
}

/// One step: its name, its purpose, and the function that runs it.
type Step = (&'static str, &'static str, fn(&Path) -> Result<()>);

/// The steps, in the order of what fails fastest.
const STEPS: &[Step] = &[
    ("setup", "installs what is missing: Debian packages, Rust components, Chromium, PostgreSQL, Prism", setup::run),
    ("fetch", "downloads the dependencies; fails if Cargo.lock does not fit the manifests", fetch),
    ("fmt", "checks the format of all code, generated code included", fmt),
    ("docs", "checks generated documents, and the links of all documents", docs),
    ("regen", "checks that the generated crates are what the specs yield", regen),
    ("clippy", "lints everything with all features", clippy),
    ("families", "lints each family without the others, and the mock server without its features", families),
    ("test", "runs all tests", test::run),
    ("doc", "builds the documentation of everything but the tests, as docs.rs does, and checks its pages", doc),
    ("package", "checks each published crate from its package alone", package::run),
];

/// Runs the steps and stops at the first failure.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    let names: Vec<&str> = STEPS.iter().map(|(name, ..)| *name).collect();
    for step in &options.steps {
        if !names.contains(&step.as_str()) {
            return Err(format!("`{step}` is not a step; expected one of: {}", names.join(", ")));
        }
    }
    for (name, purpose, step) in STEPS {
        if options.list {
            println!("{name:9} {purpose}");
        } else if options.steps.is_empty() || options.steps.iter().any(|wanted| wanted == name) {
            println!("\n== {name}");
            let started = Instant::now();
            step(root)?;
            println!("== {name}: {} s", started.elapsed().as_secs());
        }
    }
    Ok(())
}

/// Cargo as all steps run it. One build of everything, as small as possible: nobody debugs it, and nothing in it is
/// built again after a change.
fn cargo(root: &Path) -> Tool {
    Tool::cargo(root)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        // Snapshots that differ fail and are not written.
        .env("INSTA_UPDATE", "no")
        .default_env("CARGO_TERM_COLOR", "always")
        // Without Prism, Chromium or PostgreSQL some tests only say so; with this they fail.
        .default_env("CI", "true")
}

fn fetch(root: &Path) -> Result<()> {
    cargo(root).args(["fetch", "--locked"]).run()
}

fn fmt(root: &Path) -> Result<()> {
    cargo(root).args(["fmt", "--all", "--check"]).run()
}

fn regen(root: &Path) -> Result<()> {
    let program = std::env::current_exe().map_err(|error| format!("this program: {error}"))?;
    Tool::new(root, program).arg("--root").arg(root).args(["regen", "--check"]).run()
}

fn clippy(root: &Path) -> Result<()> {
    let arguments = ["clippy", "--locked", "--workspace", "--all-targets", "--all-features"];
    cargo(root).args(arguments).args(["--", "-D", "warnings"]).run()
}

/// A family may use nothing that only another family brings along, nor may its helpers in the facade, where `payments` and
/// `webhooks` also turn on features that the others are linted without. All versions of one family are one run. TLS and
/// multipart are on, so that all runs have the same dependencies; a family without TLS is a test. The mock server without
/// its features is linted along with them, at the first run.
fn families(root: &Path) -> Result<()> {
    for (family, crates) in workspace::families(root)? {
        let mut clippy = cargo(root).args(["clippy", "--quiet", "--locked", "--no-default-features"]);
        let mut features = format!("meld-client-core/rustls,meld-client-core/multipart,meld-client/{family}");
        for name in crates {
            clippy = clippy.args(["--package", &name]);
            let version = name.trim_start_matches("meld-client-");
            features.push_str(&format!(",{name}/{family},meld-client/{version}"));
        }
        clippy = clippy.args(["--package", "meld-client", "--package", "meld-sandbox", "--features", &features]);
        clippy.args(["--", "-D", "warnings"]).run()?;
    }
    Ok(())
}

/// The tests have a large generated table of calls, whose documentation nobody reads. An example needs the features of
/// the tests, with which clippy has checked the dependencies already. Programs whose names are those of their libraries
/// would overwrite the documentation of these.
///
/// `docsrs` marks the items that need a feature. Only nightly rustdoc does so; the script lets the stable one pass for it.
fn doc(root: &Path) -> Result<()> {
    let packages = ["--workspace", "--exclude", "meld-tests", "--all-features"];
    let targets = ["--lib", "--bin", "xtask", "--example", "quickstart"];
    let pages = workspace::target(root).join("doc/meld_client");
    // rustdoc does not delete the pages of items that no longer exist.
    if pages.exists() {
        at(&pages, fs::remove_dir_all(&pages))?;
    }
    let doc = cargo(root).env("RUSTDOC", root.join(".ci/rustdoc")).env("RUSTDOCFLAGS", "-D warnings --cfg docsrs");
    doc.args(["doc", "--locked", "--no-deps"]).args(packages).args(targets).run()?;
    docs::check_pages(&pages)
}

fn docs(root: &Path) -> Result<()> {
    docs::run(root, &docs::Options { check: true, measure: false })
}
