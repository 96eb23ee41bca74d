//! All tests. Programs of tests that mostly wait run beside the others, which run one after another.

use std::path::Path;
use std::thread;

use crate::tool::{Result, Tool};

/// The programs that run beside the others: `conformance` waits for responses, `nested` for cargo, `soak` for retries.
const BESIDE: [&str; 6] = ["--test", "conformance", "--test", "nested", "--test", "soak"];

pub fn run(root: &Path) -> Result<()> {
    let tests = || super::cargo(root).args(["test", "--locked", "--workspace"]);
    tests().arg("--no-run").run()?;
    let list = tests().args(BESIDE).args(["--", "--list", "--format=terse"]).read()?;
    thread::scope(|scope| {
        let beside = scope.spawn(|| run_at_once(tests().args(BESIDE)));
        let others = tests().args(["--", "--exact"]).args(skipped(&list)).run();
        let others = others.map_err(|_| format!("`{}` failed", tests().line()));
        let beside = beside.join().unwrap_or_else(|_| Err("the tests beside the others panicked".to_owned()));
        others.and(beside)
    })
}

/// The options that skip the listed tests: `name: test` in each line.
fn skipped(list: &str) -> impl Iterator<Item = &str> {
    list.lines().filter_map(|line| line.strip_suffix(": test")).flat_map(|name| ["--skip", name])
}

/// Runs a tool and prints its output when it has ended, so that the lines of others do not mix with it.
fn run_at_once(tool: Tool) -> Result<()> {
    let line = tool.line();
    let output = tool.into_command().output().map_err(|error| format!("`{line}` cannot be run ({error})"))?;
    println!("\n{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    if output.status.success() { Ok(()) } else { Err(format!("`{line}` failed")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_tests_are_skipped() {
        let skipped: Vec<_> = skipped("alone::one: test\nsoak: benchmark\ntwo: test\n\n").collect();
        assert_eq!(skipped, ["--skip", "alone::one", "--skip", "two"]);
    }
}
