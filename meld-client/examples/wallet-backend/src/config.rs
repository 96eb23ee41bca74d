//! Configuration by environment variables.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use meld_client::{MeldBuilder, SecretString};

/// The configuration of the service.
#[derive(Debug)]
pub struct Config {
    /// The address that the service listens on. With port 0, a free port is chosen.
    pub listen: SocketAddr,
    /// The URL under which browsers and Meld reach the service. `None` for the address that it listens on.
    pub public_url: Option<String>,
    /// The URL of the database: `sqlite://FILE?mode=rwc` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub database_url: SecretString,
    /// Meld, or the mock server.
    pub meld: Source,
    /// The secret of the webhook profile for `PUBLIC_URL/webhooks/meld`.
    pub webhook_secret: Option<SecretString>,
    /// Creates a webhook profile at Meld if there is none, and keeps its secret in the database.
    pub creates_webhook_profile: bool,
    /// The time without an event after which a transaction is fetched.
    pub patience: Duration,
    /// The time after which the work of a crashed process is taken over. Twice as long as any call takes.
    pub lease: Duration,
}

/// The API that the service calls.
#[derive(Debug)]
pub enum Source {
    /// Meld, by a configured client.
    Meld(Box<MeldBuilder>),
    /// A mock server in this process.
    Mock {
        /// Its port. It stays the same, because stored URLs have it.
        port: u16,
        /// The file in which it keeps its data.
        state_file: PathBuf,
    },
}

/// The error of a variable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The value is not understood.
    #[error("`{name}` is not {expected}")]
    Invalid {
        /// The name of the variable.
        name: &'static str,
        /// The expected value.
        expected: &'static str,
    },
    /// The client cannot be configured.
    #[error(transparent)]
    Meld(#[from] meld_client::Error),
    /// The folder for data cannot be created.
    #[error("the folder `wallet-data` cannot be created")]
    Folder(#[source] std::io::Error),
}

impl Config {
    /// Reads the configuration from the environment.
    ///
    /// | Variable | Value | Default |
    /// |---|---|---|
    /// | `MELD_API_KEY` | the API key | the mock server is used |
    /// | `MELD_ENVIRONMENT`, `MELD_BASE_URL` | the environment, or a base URL | |
    /// | `MELD_WEBHOOK_SECRET` | the secret of the webhook profile | |
    /// | `WALLET_CREATE_WEBHOOK` | `1` creates the profile, and stores its secret | only for the mock server |
    /// | `DATABASE_URL` | `sqlite:…` or `postgres:…` | `wallet-data/wallet.db` |
    /// | `WALLET_LISTEN` | address and port | `127.0.0.1:8080` |
    /// | `WALLET_PUBLIC_URL` | the URL for browsers and webhooks | the address |
    /// | `WALLET_MOCK_PORT` | the port of the mock server | `8081` |
    /// | `WALLET_PATIENCE_SECONDS` | seconds without an event, until a transaction is fetched | 6 hours; 60 for the mock server |
    /// | `WALLET_LEASE_SECONDS` | seconds after which the work of a crashed process is taken over | 240 |
    ///
    /// # Errors
    ///
    /// Returns an error if a value is not understood.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()))
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let is_mock = variable("MELD_API_KEY").is_none();
        let database_url = match variable("DATABASE_URL") {
            Some(url) => url,
            None => "sqlite://wallet-data/wallet.db?mode=rwc".to_owned(),
        };
        if is_mock || database_url.contains("wallet-data/") {
            create_folder(Path::new("wallet-data")).map_err(ConfigError::Folder)?;
        }
        let meld = if is_mock {
            let port = parsed("WALLET_MOCK_PORT", "a port", variable("WALLET_MOCK_PORT"))?.unwrap_or(8081);
            Source::Mock { port, state_file: PathBuf::from("wallet-data/mock.json") }
        } else {
            Source::Meld(Box::new(MeldBuilder::from_env()?))
        };
        let patience = variable("WALLET_PATIENCE_SECONDS");
        let patience = parsed("WALLET_PATIENCE_SECONDS", "a number of seconds", patience)?;
        let lease = parsed("WALLET_LEASE_SECONDS", "a number of seconds", variable("WALLET_LEASE_SECONDS"))?;
        let listen = parsed("WALLET_LISTEN", "an address with a port", variable("WALLET_LISTEN"))?;
        Ok(Self {
            listen: listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            public_url: variable("WALLET_PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned()),
            database_url: SecretString::from(database_url),
            meld,
            webhook_secret: variable("MELD_WEBHOOK_SECRET").map(SecretString::from),
            creates_webhook_profile: is_mock || variable("WALLET_CREATE_WEBHOOK").is_some_and(|value| value == "1"),
            patience: Duration::from_secs(patience.unwrap_or(if is_mock { 60 } else { 6 * 3600 })),
            lease: Duration::from_secs(lease.unwrap_or(240)),
        })
    }
}

/// Creates the folder for data, which other users of the machine cannot read.
fn create_folder(path: &Path) -> std::io::Result<()> {
    let mut folder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.recursive(true).create(path)
}

/// Parses a value. The error does not repeat it, because it may be a secret in the wrong variable.
fn parsed<T: std::str::FromStr>(
    name: &'static str,
    expected: &'static str,
    value: Option<String>,
) -> Result<Option<T>, ConfigError> {
    let parse = |text: String| text.trim().parse().map_err(|_| ConfigError::Invalid { name, expected });
    value.map(parse).transpose()
}
