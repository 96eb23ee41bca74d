//! A local mock of the Meld API: prints its URL and key, and serves until Ctrl-C.

#![forbid(unsafe_code)]

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use meld_sandbox::{ApiVersion, FaultRule, Sandbox};

/// Serves a local mock of the Meld API until Ctrl-C: prints its URL and key
#[derive(Debug, Parser)]
#[command(name = "meld-sandbox")]
struct Options {
    /// The address and port to listen on, such as 0.0.0.0:8080 in a container; 127.0.0.1 and a free port unless given
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, conflicts_with = "listen", default_value_t = 0)]
    port: u16,
    /// A host name by which requests may call the server, beside localhost and IP addresses of this machine; can be
    /// given several times
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// The API key that is accepted; a random one unless given
    #[arg(long)]
    key: Option<String>,
    /// The API version of calls without `Meld-Version`; the newest unless given
    #[arg(long, value_name = "DATE")]
    version: Option<ApiVersion>,
    /// What goes wrong: rules in JSON or TOML
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// The seed of everything that is made up, and of the key unless that is given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
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
        let mut builder = Sandbox::builder().port(options.port);
        if let Some(address) = options.listen {
            builder = builder.listen(address);
        }
        for name in &options.allow_host {
            builder = builder.allow_host(name);
        }
        if let Some(key) = &options.key {
            builder = builder.api_key(key);
        }
        if let Some(seed) = options.seed {
            builder = builder.seed(seed);
        }
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
        if let Some(address) = options.listen.filter(|address| !address.ip().is_loopback()) {
            // Not to the output, which has variables only.
            writeln!(
                io::stderr(),
                "warning: listening on {address}: other machines can reach this server"
            )?;
        }
        tokio::signal::ctrl_c().await?;
        Ok(())
    })
}
