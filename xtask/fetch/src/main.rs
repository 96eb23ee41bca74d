//! `cargo xtask fetch`.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use meld_fetch::error::{Error, ErrorKind as Kind, Result};
use meld_fetch::job::{HOME, Job};
use meld_fetch::origin::Origin;
use meld_fetch::report::Report;
use meld_fetch::web::Patience;
use meld_gen::catalog::ApiVersion;
use url::Url;

/// Takes over the documents that Meld publishes, with our own text.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask fetch", bin_name = "cargo xtask fetch")]
struct Arguments {
    /// The workspace; where this program comes from unless given.
    #[arg(long, hide = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// What a folder is relative to, when cargo runs this program elsewhere.
    #[arg(long, hide = true, value_name = "DIR")]
    here: Option<PathBuf>,
    /// Another address than that of Meld's documentation, or a folder with the same files
    #[arg(long, value_name = "URL|DIR", default_value = HOME)]
    from: String,
    /// Only this date, such as 2026-02-03, also one that the project does not have; may be given several times
    #[arg(long = "date", value_name = "DATE", value_parser = date)]
    dates: Vec<ApiVersion>,
    /// Write nothing, and say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Take the published text too, which is Meld's: for your own use, not to be passed on
    #[arg(long)]
    with_descriptions: bool,
}

fn date(text: &str) -> std::result::Result<ApiVersion, String> {
    ApiVersion::parse(text).ok_or_else(|| "not a date such as 2026-02-03".to_owned())
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(refusal) => {
            // Help goes well; where nobody reads it, nothing is left to be said.
            let _ = refusal.print();
            return ExitCode::from(u8::from(refusal.use_stderr()));
        }
    };
    match run(arguments) {
        Ok(report) => {
            let said = print(io::stdout(), &report.text());
            let told = print(io::stderr(), &report.problems());
            ExitCode::from(u8::from(report.has_failed() || said.is_err() || told.is_err()))
        }
        Err(error) => {
            let _ = print(io::stderr(), &[format!("error: {error}")]);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<Report> {
    let home = Url::parse(HOME).map_err(|error| {
        Error::new(Kind::Arguments, HOME, error.to_string(), "mend the constant")
    })?;
    let here = arguments.here.unwrap_or_default();
    let job = Job {
        root: arguments.root.unwrap_or_else(workspace),
        home,
        origin: Origin::parse(&arguments.from, &here, Patience::default())?,
        dates: arguments.dates,
        dry_run: arguments.dry_run,
        with_descriptions: arguments.with_descriptions,
    };
    job.run(&progress())
}

/// Drawn on a terminal only.
fn progress() -> ProgressBar {
    let bar = ProgressBar::new(0);
    match ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Two folders above this package's: cargo says where that is when it runs the program.
fn workspace() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// Prints lines; a reader who stops reading is no error.
fn print(mut to: impl Write, lines: &[String]) -> io::Result<()> {
    for line in lines {
        match writeln!(to, "{line}") {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            result => result?,
        }
    }
    Ok(())
}
