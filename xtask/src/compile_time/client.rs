//! `cargo xtask compile-time --client`: the CPU time of a release build of the README's example with all its dependencies,
//! against a program that sends one request with reqwest and decodes it with serde_json.
//!
//! The example is built with `default-features = false`, as README documents it for short builds: with `rustls-ring` and
//! the families that it uses, which has the limit; and for comparison with `rustls-ring` and all families, and with the
//! default features, which are `gzip`, `http2`, `rustls` and all families with `idempotent`.
//!
//! Each program is built once from nothing, with the versions of the workspace's Cargo.lock. CPU time hardly depends on
//! what else the machine does, and includes that of C compilers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::scratch::scratch;
use crate::output::{Output, table};
use crate::tool::{Result, Tool, at};
use serde_json::Value;

/// The families that the README's example uses.
const FAMILIES: [&str; 2] = ["bank_linking", "crypto"];

/// The largest number of packages of the example with its families and `rustls-ring`.
const MOST_PACKAGES: usize = 100;

const PLAIN: &str = r#"
async fn example(url: String) -> Result<(), Box<dyn std::error::Error>> {
    let bytes = reqwest::get(url).await?.error_for_status()?.bytes().await?;
    let value: serde_json::Value = serde_json::from_slice(&bytes)?;
    println!("{value}");
    Ok(())
}

fn main() {
    let url = std::env::args().nth(1).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map(|runtime| runtime.block_on(example(url)).map_err(|error| error.to_string())).ok();
}
"#;

/// The main function of the README's example.
const MAIN: &str = r#"
fn main() {
    let key = std::env::args().nth(1).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map(|runtime| runtime.block_on(example(key, "id")).map_err(|error| error.to_string())).ok();
}
"#;

/// A program that is built.
struct Program {
    name: &'static str,
    folder: PathBuf,
}

/// Does the job. `limit` is the largest ratio of CPU time with the example's families and `rustls-ring`.
pub fn run(root: &Path, metadata: &Value, version: &str, limit: f64) -> Result<Output> {
    let readme = root.join("README.md");
    let readme = at(&readme, fs::read_to_string(&readme))?;
    let example = format!("{}{MAIN}", example(&readme).ok_or("README.md has no example in Rust")?);
    let client = root.join("meld-client");
    let ours = |features: &[&str]| {
        let path = client.display().to_string();
        let features = [&[version], features].concat();
        format!("meld-client = {{ path = {path:?}, default-features = false, features = {features:?} }}\n")
    };
    let plain = "reqwest = \"0.13\"\nserde_json = \"1\"\n".to_owned();
    let program = |name, folder: &str, dependencies: String, source: &str| {
        let folder = scratch(metadata).join("client").join(folder);
        write(root, &folder, &dependencies, source)?;
        Ok::<_, String>(Program { name, folder })
    };
    let programs = [
        program("reqwest", "reqwest", plain, PLAIN)?,
        program("rustls-ring", "ring", ours(&[&FAMILIES[..], &["rustls-ring"]].concat()), &example)?,
        program("rustls-ring, all families", "ring-all", ours(&["all-families", "rustls-ring"]), &example)?,
        program("default features", "default", ours(&["all-families", "gzip", "http2", "rustls"]), &example)?,
    ];
    let mut rows = Vec::new();
    for program in &programs {
        rows.push(Row { name: program.name, seconds: program.build()?, packages: program.packages()? });
    }
    Ok(report(&rows, limit))
}

/// The first block of Rust in a Markdown file.
fn example(markdown: &str) -> Option<&str> {
    let (_, rest) = markdown.split_once("```rust\n")?;
    rest.split_once("```").map(|(example, _)| example)
}

fn write(root: &Path, folder: &Path, dependencies: &str, source: &str) -> Result<()> {
    let sources = folder.join("src");
    at(&sources, fs::create_dir_all(&sources))?;
    let manifest = format!(
        "[package]\nname = \"program\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n[dependencies]\n{dependencies}\
         tokio = {{ version = \"1\", features = [\"rt\"] }}\n"
    );
    let lock = root.join("Cargo.lock");
    let lock = at(&lock, fs::read_to_string(&lock))?;
    for (name, text) in [("Cargo.toml", &*manifest), ("Cargo.lock", &*lock), ("src/main.rs", source)] {
        let path = folder.join(name);
        at(&path, fs::write(&path, text))?;
    }
    Ok(())
}

impl Program {
    /// Builds it from nothing, and returns the seconds of CPU time.
    fn build(&self) -> Result<f64> {
        self.cargo(&["fetch"]).run()?;
        let target = self.folder.join("target");
        if target.exists() {
            at(&target, fs::remove_dir_all(&target))?;
        }
        let before = cpu_time()?;
        self.cargo(&["build", "--release"]).run()?;
        Ok(cpu_time()? - before)
    }

    /// Returns the number of packages that it is built from, with itself, and without those that only build scripts use.
    fn packages(&self) -> Result<usize> {
        let tree = self.cargo(&["tree", "--edges", "normal", "--prefix", "none"]).read()?;
        // A package that was listed before has a mark.
        let packages: BTreeSet<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        Ok(packages.len())
    }

    fn cargo(&self, arguments: &[&str]) -> Tool {
        let cargo = Tool::cargo(&self.folder).args(arguments).arg("--quiet");
        cargo.env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", self.folder.join("target"))
    }
}

/// Returns the CPU time of all processes that this one has started and that have ended, in seconds.
fn cpu_time() -> Result<f64> {
    /// Fixed by the interface of Linux, whatever the frequency of its timer.
    const TICKS_PER_SECOND: f64 = 100.0;
    let path = Path::new("/proc/self/stat");
    let stat = at(path, fs::read_to_string(path)).map_err(|error| format!("CPU time needs Linux ({error})"))?;
    let ticks = children_ticks(&stat).ok_or("/proc/self/stat has an unknown form")?;
    Ok(f64::from(ticks) / TICKS_PER_SECOND)
}

/// Returns the user and system time of ended children, in ticks.
fn children_ticks(stat: &str) -> Option<u32> {
    // The name of the program in parentheses may have whitespace.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13).map(str::parse::<u32>);
    Some(fields.next()?.ok()? + fields.next()?.ok()?)
}

/// One line of the table.
struct Row {
    name: &'static str,
    seconds: f64,
    packages: usize,
}

/// The first row is the one that the others are compared with, the second that with `rustls-ring`.
fn report(rows: &[Row], limit: f64) -> Output {
    let mut output = Output::default();
    let plain = rows.first().map_or(1.0, |row| row.seconds);
    let mut cells = vec![["", "CPU time", "ratio", "packages"].map(str::to_owned)];
    for Row { name, seconds, packages } in rows {
        let ratio = format!("{:.2}", seconds / plain);
        cells.push([(*name).to_owned(), format!("{seconds:.1} s"), ratio, packages.to_string()]);
    }
    table(&cells, &[1, 2, 3]).into_iter().for_each(|line| output.line(line));
    let ring = rows.iter().filter(|row| row.name == "rustls-ring");
    for Row { name, seconds, packages } in ring {
        let ratio = seconds / plain;
        if ratio > limit {
            output.error(&format!("{name}: {ratio:.2} of the plain program, which is more than {limit}"));
        }
        if *packages > MOST_PACKAGES {
            output.error(&format!("{name}: {packages} packages, more than {MOST_PACKAGES}"));
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_block_of_rust_is_the_example() {
        let markdown = "a\n```toml\nx = 1\n```\n```rust\nfn a() {}\n```\n```rust\nfn b() {}\n```\n";
        assert_eq!(example(markdown), Some("fn a() {}\n"));
        assert_eq!(example("```sh\n```"), None);
    }

    #[test]
    fn times_of_ended_children_are_added() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 900 100 0 0 11 12 130 14 20 0 1 0 5 6 7";
        assert_eq!(children_ticks(stat), Some(144));
        assert_eq!(children_ticks("7 (a"), None);
    }

    #[test]
    fn ring_above_the_limits_fails() {
        let row = |name, seconds, packages| Row { name, seconds, packages };
        let output =
            report(&[row("reqwest", 100.0, 90), row("rustls-ring", 70.0, 100), row("rustls", 150.0, 170)], 0.75);
        assert!(!output.has_failed());
        assert_eq!(
            output.out(),
            [
                "             CPU time  ratio  packages",
                "reqwest       100.0 s   1.00        90",
                "rustls-ring    70.0 s   0.70       100",
                "rustls        150.0 s   1.50       170",
            ]
            .join("\n")
        );
        let output = report(&[row("reqwest", 100.0, 90), row("rustls-ring", 80.0, 101)], 0.75);
        assert_eq!(output.problems().lines().count(), 2);
    }
}
