//! Runs the service until it is interrupted. `cargo run -p wallet-backend` prints its URL.

use std::error::Error;
use std::io::stderr;
use std::process::ExitCode;

use wallet_backend::{Config, Service};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes = std::iter::successors(error.source(), |error| (*error).source());
            let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    // Spans of calls name operations, statuses and request ids, and no values.
    let level = tracing_subscriber::filter::LevelFilter::INFO;
    tracing_subscriber::fmt().with_writer(stderr).with_max_level(level).with_ansi(false).init();
    let service = Service::start(Config::from_env()?).await?;
    println!("{}", service.url());
    interrupted().await?;
    tracing::info!("stopping");
    service.stop().await;
    Ok(())
}

/// Waits for Ctrl-C, or for SIGTERM, which service managers send.
async fn interrupted() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
