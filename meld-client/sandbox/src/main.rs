//! The program `meld-sandbox`.

#![forbid(unsafe_code)]

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use meld_sandbox::{ApiVersion, FaultRule, Sandbox};

/// Serves a local mock of the Meld API until Ctrl-C and prints its URL and key
#[derive(Debug, Parser)]
#[command(name = "meld-sandbox")]
struct Options {
    /// Address and port to listen on, such as 0.0.0.0:8080 in a container [default: 127.0.0.1 and a free port]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Port to listen on at 127.0.0.1; 0 means a free port
    #[arg(long, conflicts_with = "listen", default_value_t = 0)]
    port: u16,
    /// Additional host name to accept in requests, beside localhost and IP addresses of this machine; repeatable
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// API key to accept [default: random]
    #[arg(long)]
    key: Option<String>,
    /// API version of calls without `Meld-Version` [default: the newest]
    #[arg(long, value_name = "DATE")]
    version: Option<ApiVersion>,
    /// File with fault rules, in JSON or TOML
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Folder with specs to serve, named <family>-<yyyymmdd>.json [default: the built-in ones]
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// Seed of all generated values, including the API key unless --key is given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

fn main() -> ExitCode {
    match serve(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed, the exit code still reports the failure.
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
        if let Some(folder) = &options.specs {
            builder = builder.specs(folder);
        }
        let sandbox = builder.start().await?;
        let mut output = io::stdout();
        writeln!(output, "MELD_BASE_URL={}", sandbox.base_url())?;
        writeln!(output, "MELD_API_KEY={}", sandbox.api_key())?;
        output.flush()?;
        if let Some(address) = options.listen.filter(|address| !address.ip().is_loopback()) {
            // Standard output holds only the variables.
            writeln!(io::stderr(), "warning: listening on {address}: other machines can reach this server")?;
        }
        tokio::signal::ctrl_c().await?;
        Ok(())
    })
}
