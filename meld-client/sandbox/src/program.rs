//! The command line of the mock server: its options, and serving until a signal.

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

use crate::faults::FaultRule;
use crate::sandbox::Sandbox;
use crate::specs::ApiVersion;

/// Serves a local mock of the Meld API until Ctrl-C and prints its URL and key
#[derive(Clone, Debug, Parser)]
#[command(name = "meld-sandbox")]
pub struct Options {
    /// Address and port to listen on, such as 0.0.0.0:8080 in a container [default: 127.0.0.1 and a free port]
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Port to listen on at 127.0.0.1; 0 means a free port
    #[arg(long, conflicts_with = "listen", default_value_t = 0)]
    port: u16,
    /// Additional host name to accept in requests, besides localhost and IP addresses of this machine; repeatable
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// API key to accept [default: random]
    #[arg(long)]
    key: Option<String>,
    /// Token of the control API under /_mock; beyond this machine, the API is off without one
    #[arg(long, value_name = "TOKEN")]
    control_token: Option<String>,
    /// API version of calls without `Meld-Version` [default: the newest]
    #[arg(id = "default-version", long = "version", value_name = "DATE")]
    version: Option<ApiVersion>,
    /// File that keeps data, clock, key, stubs and faults across restarts
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// URL of the real API to forward all requests to, such as `https://api-sb.meld.io`, and to record in the folder --to
    #[cfg(feature = "record")]
    #[arg(long, value_name = "URL", requires = "to", conflicts_with_all = ["replay", "state", "faults"])]
    record: Option<String>,
    /// Empty folder for the recording; secrets and personal data are replaced
    #[cfg(feature = "record")]
    #[arg(long, value_name = "DIR", requires = "record")]
    to: Option<PathBuf>,
    /// Folder with a recording to respond with
    #[arg(long, value_name = "DIR", conflicts_with = "state")]
    replay: Option<PathBuf>,
    /// File with fault rules, in JSON or TOML
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Folder with the specs to serve, in files such as crypto-20260203.json [default: the built-in ones]
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// Seed of all generated values, including the API key unless --key is given
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Serves until Ctrl-C, and writes the URL and the key as variables to `output`.
///
/// # Errors
///
/// Returns an error if an option is invalid, the server cannot start, or `output` is closed.
pub async fn serve(options: &Options, output: &mut dyn Write) -> Result<(), Box<dyn Error + Send + Sync>> {
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
    if let Some(token) = &options.control_token {
        builder = builder.control_token(token);
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
    if let Some(file) = &options.state {
        builder = builder.state_file(file);
    }
    #[cfg(feature = "record")]
    if let (Some(url), Some(folder)) = (&options.record, &options.to) {
        builder = builder.record(url, folder);
    }
    if let Some(folder) = &options.replay {
        builder = builder.replay(folder);
    }
    if let Some(folder) = &options.specs {
        builder = builder.specs(folder);
    }
    // Before the output: who reads it may stop the program at once.
    let stop = stop_signal()?;
    let sandbox = builder.start().await?;
    writeln!(output, "MELD_BASE_URL={}", sandbox.base_url())?;
    writeln!(output, "MELD_API_KEY={}", sandbox.api_key())?;
    output.flush()?;
    if let Some(address) = options.listen.filter(|address| !address.ip().is_loopback()) {
        // Standard output holds only the variables.
        writeln!(io::stderr(), "warning: listening on {address}: other machines can reach this server")?;
    }
    Ok(stop.await?)
}

/// Returns what waits for Ctrl-C, or for the signal by which containers are stopped. From now on, these do not kill the
/// process.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = io::Result<()>>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => Ok(()),
            _ = terminate.recv() => Ok(()),
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = io::Result<()>>> {
    Ok(tokio::signal::ctrl_c())
}
