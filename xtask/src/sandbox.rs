//! `cargo xtask sandbox`: a Meld on this machine, until it is stopped.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use meld_sandbox::{ApiVersion, FaultRule, Sandbox};

use crate::output::Output;

/// What `sandbox` can be told.
#[derive(Debug, Args)]
pub struct Options {
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

/// Starts a sandbox, says where it is, and serves until Ctrl-C.
pub fn run(options: &Options) -> Result<Output, Box<dyn std::error::Error>> {
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
        Ok(Output::default())
    })
}
