//! The client and its configuration.

use meld_client_core::{Error, Transport};

mod builder;
mod environment;
mod variables;

pub use builder::MeldBuilder;
pub use environment::Environment;

/// A client for the Meld API, with one environment and one API key.
///
/// Create one client and clone it: clones are cheap and share one connection pool. The methods named after API versions
/// return the operations of that version.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))] {
/// use meld_client::{Environment, Meld};
///
/// let meld = Meld::builder().api_key("the-key").environment(Environment::Sandbox).build()?;
/// let crypto = meld.v2026_02_03().crypto();
/// let call = crypto.create_quote(); // set the body, then `.send().await?`
/// # }
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Meld {
    transport: Transport,
}

impl Meld {
    /// Returns a builder with default settings.
    pub fn builder() -> MeldBuilder {
        MeldBuilder::default()
    }

    /// Creates a client from the environment variables `MELD_API_KEY` and `MELD_ENVIRONMENT` or `MELD_BASE_URL`.
    ///
    /// See [`MeldBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if a variable is missing or invalid.
    pub fn from_env() -> Result<Self, Error> {
        MeldBuilder::from_env()?.build()
    }

    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// Returns the transport, which sends all requests of this client.
    ///
    /// A modified clone makes a client that differs in one setting and shares the connection pool:
    /// `v2026_02_03::Api::new(meld.transport().clone().with_strict_decoding(true))`.
    #[must_use]
    pub fn transport(&self) -> &Transport {
        &self.transport
    }
}
