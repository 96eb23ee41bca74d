//! The figures of benchmarks, in a file that `cargo xtask docs --measure` writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use crate::tool::{Result, Tool, at, replace};

const FILE: &str = "xtask/figures.toml";
const HEAD: &str =
    "# The samples of each figure of the page `guide::measurements`. `cargo xtask docs --measure` writes them.\n";

/// The number of runs of each command.
const RUNS: usize = 3;

/// A figure in the output of a command.
struct Figure {
    name: &'static str,
    /// The start of its line.
    line: &'static str,
    /// The position among the numbers of the rest of the line.
    index: usize,
    /// The unit of the output in the unit of the figure.
    scale: f64,
}

const fn figure(name: &'static str, line: &'static str, index: usize) -> Figure {
    Figure { name, line, index, scale: 1.0 }
}

/// Commands of cargo, and the figures in their output.
const COMMANDS: &[(&[&str], &[Figure])] = &[
    (
        &["bench", "--quiet", "--package", "meld-client", "--bench", "calls", "--", "ratios"],
        &[
            figure("quote", "quote, 6 providers", 0),
            figure("list", "list, 100 items", 0),
            figure("layer", "each of 4 layers adds", 0),
        ],
    ),
    (
        &["bench", "--quiet", "--package", "meld-client", "--bench", "reading", "--", "ratios"],
        &[
            figure("read-transactions", "read 1,000 bank transactions", 0),
            figure("read-quotes", "read 100 crypto quotes", 0),
        ],
    ),
    (
        &["xtask", "compile-time", "--runs", "1"],
        &[figure("check", "cargo check", 2), figure("release", "cargo build --release", 2)],
    ),
    (
        &["xtask", "regen", "--check", "--timings"],
        &[Figure { name: "regen", line: "elapsed: all", index: 0, scale: 0.001 }],
    ),
];

/// The measured figures.
#[derive(Debug, Deserialize, Serialize)]
pub struct Figures {
    pub date: String,
    pub machine: String,
    /// The samples of each figure.
    figures: BTreeMap<String, Vec<f64>>,
}

impl Figures {
    /// Reads the file.
    pub fn read(root: &Path) -> Result<Self> {
        let file = root.join(FILE);
        let text = at(&file, fs::read_to_string(&file))?;
        toml::from_str(&text).map_err(|error| format!("{FILE}: {error}"))
    }

    /// Returns the lowest, the median and the highest sample of a figure.
    pub fn range(&self, name: &str) -> Option<[f64; 3]> {
        let mut samples = self.figures.get(name)?.clone();
        samples.sort_by(f64::total_cmp);
        Some([*samples.first()?, *samples.get(samples.len() / 2)?, *samples.last()?])
    }
}

/// Runs all benchmarks, which takes minutes on a quiet machine, and writes the file.
pub fn measure(root: &Path) -> Result<()> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let date = i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)).unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut measured = Figures {
        date: date.format("%Y-%m-%d").to_string(),
        machine: format!("one machine with {processors} processors ({})", std::env::consts::OS),
        figures: BTreeMap::new(),
    };
    for (arguments, figures) in COMMANDS {
        for _ in 0..RUNS {
            println!("cargo {}", arguments.join(" "));
            let output = Tool::cargo(root).args(*arguments).read()?;
            for figure in *figures {
                let found = found(&output, figure).ok_or_else(|| format!("no `{}` in:\n{output}", figure.line))?;
                measured.figures.entry(figure.name.to_owned()).or_default().push(found);
            }
        }
    }
    let text = toml::to_string(&measured).map_err(|error| format!("{FILE}: {error}"))?;
    replace(&root.join(FILE), &format!("{HEAD}{text}"))
}

fn found(output: &str, figure: &Figure) -> Option<f64> {
    let rest = output.lines().find_map(|line| line.trim_start().strip_prefix(figure.line))?;
    let mut numbers = rest.split([' ', '(', ')']).filter_map(|word| word.parse::<f64>().ok());
    let value = numbers.nth(figure.index)? * figure.scale;
    // Three digits after the point are more than any of the measurements is exact to.
    Some((value * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_outputs() {
        let of = |output: &str, line, index, scale| found(output, &Figure { name: "x", line, index, scale });
        assert_eq!(of("head\n  read 1 item    1.08 (1.05 to 1.10)\n", "read 1 item", 0, 1.0), Some(1.08));
        assert_eq!(of("cargo check     0.50 s  1.00 s   0.33", "cargo check", 2, 1.0), Some(0.33));
        assert_eq!(of("elapsed: all         4959.5 ms", "elapsed: all", 0, 0.001), Some(4.96));
        assert_eq!(of("quote, 6 providers  0.84   120 (9 bytes)", "quote", 5, 1.0), None);
    }

    #[test]
    fn range_is_lowest_median_and_highest() {
        let text = "date = '2026-11-29'\nmachine = 'one'\n[figures]\nquote = [0.85, 0.83, 0.84]\n";
        let figures: Figures = toml::from_str(text).unwrap();
        assert_eq!((figures.range("quote"), figures.range("list")), (Some([0.83, 0.84, 0.85]), None));
    }
}
