//! A Meld on this machine, until it is stopped: says where it is, and serves until Ctrl-C.

#![forbid(unsafe_code)]

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use meld_sandbox::{ApiVersion, FaultRule, Sandbox};

/// Serves a Meld on this machine until Ctrl-C: prints its address and key
#[derive(Debug, Parser)]
#[command(name = "meld-sandbox")]
struct Options {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The API version of calls without `Meld-Version`; the newest unless given
    #[arg(long, value_name = "DATE")]
    version: Option<ApiVersion>,
    /// What goes wrong: rules in JSON or TOML
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// The seed of everything that is made up
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

fn main() -> ExitCode {
    match serve(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody reads it, the exit code alone says it.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(options: &Options) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let mut builder = Sandbox::builder().port(options.port).seed(options.seed);
        if let Some(version) = options.version {
            builder = builder.version(version);
        }
        if let Some(file) = &options.faults {
            builder = builder.faults(FaultRule::read(file)?);
        }
        let sandbox = builder.start().await?;
        let mut output = io::stdout();
        writeln!(output, "MELD_BASE_URL={}", sandbox.base_url())?;
        writeln!(output, "MELD_API_KEY={}", sandbox.api_key())?;
        output.flush()?;
        tokio::signal::ctrl_c().await?;
        Ok(())
    })
}
