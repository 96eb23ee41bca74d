//! The program behind `cargo xtask fetch`.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgAction, Parser};
use indicatif::{ProgressBar, ProgressStyle};
use meld_fetch::error::{Error, ErrorKind as Kind, Result};
use meld_fetch::http::HttpOptions;
use meld_fetch::job::{HOME, Job};
use meld_fetch::origin::Origin;
use meld_fetch::report::Report;
use meld_gen::catalog::ApiVersion;
use url::Url;

/// Updates the specs from those that Meld publishes, keeping the descriptions of this project.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask fetch", bin_name = "cargo xtask fetch")]
struct Arguments {
    /// Root of the workspace [default: that of this program].
    #[arg(long, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Folder that `--from` is relative to, because cargo runs this program elsewhere.
    #[arg(long, hide = true, value_name = "DIR")]
    here: Option<PathBuf>,
    /// URL of the site, or a folder with the same files
    #[arg(long, value_name = "URL|DIR", default_value = HOME)]
    from: String,
    /// Fetch only this date, such as 2026-02-03, even if the workspace does not have it; repeatable
    #[arg(long = "date", value_name = "DATE", value_parser = date)]
    dates: Vec<ApiVersion>,
    /// Write nothing and print what would change
    #[arg(long)]
    dry_run: bool,
    /// Also take the published descriptions, which are Meld's work and must not be redistributed
    #[arg(long)]
    with_descriptions: bool,
    /// Keep operations that are no longer published in openapi/supplements, as deprecated ones
    #[arg(long, value_name = "BOOL", default_value_t = true, default_missing_value = "true",
          num_args = 0..=1, require_equals = true, action = ArgAction::Set)]
    keep_withdrawn: bool,
}

fn date(text: &str) -> std::result::Result<ApiVersion, String> {
    ApiVersion::parse(text).ok_or_else(|| "not a date such as 2026-02-03".to_owned())
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(refusal) => {
            // If the output is closed, there is no other way to report it.
            let _ = refusal.print();
            return ExitCode::from(u8::from(refusal.use_stderr()));
        }
    };
    match run(arguments) {
        Ok(report) => {
            let output = print(io::stdout(), &report.text()).and(print(io::stderr(), &report.problems()));
            ExitCode::from(u8::from(report.has_failed() || output.is_err()))
        }
        Err(error) => {
            let _ = print(io::stderr(), &[format!("error: {error}")]);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<Report> {
    let home = Url::parse(HOME)
        .map_err(|error| Error::new(Kind::Arguments, HOME, error.to_string(), "correct the constant"))?;
    let here = arguments.here.unwrap_or_default();
    let job = Job {
        root: arguments.root.unwrap_or_else(workspace),
        home,
        origin: Origin::parse(&arguments.from, &here, HttpOptions::default())?,
        dates: arguments.dates,
        dry_run: arguments.dry_run,
        with_descriptions: arguments.with_descriptions,
        keep_withdrawn: arguments.keep_withdrawn,
    };
    job.run(&progress())
}

/// Creates the progress bar, which is drawn only on a terminal.
fn progress() -> ProgressBar {
    let bar = ProgressBar::new(0);
    match ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Returns the root of the workspace: two folders above the package, as cargo names it at run time.
fn workspace() -> PathBuf {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// Prints lines. A closed pipe is not an error.
fn print(mut to: impl Write, lines: &[String]) -> io::Result<()> {
    for line in lines {
        match writeln!(to, "{line}") {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            result => result?,
        }
    }
    Ok(())
}
