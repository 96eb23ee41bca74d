//! The client.

mod builder;
mod environment;

pub use builder::MeldBuilder;
pub use environment::Environment;

use crate::{Error, Transport};

/// A client of Meld: one environment, one API key.
///
/// It is cheap to clone, and all clones share one pool of connections: make one and keep it. The
/// functions named after the API versions give what calls are made with:
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))] {
/// use meld_client::{Environment, Meld};
///
/// let meld = Meld::builder().api_key("the-key").environment(Environment::Sandbox).build()?;
/// let crypto = meld.v2026_02_03().crypto();
/// let call = crypto.create_quote(); // and so on, to `.send().await?`
/// # }
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Meld {
    transport: Transport,
}

impl Meld {
    /// Sets up a client.
    pub fn builder() -> MeldBuilder {
        MeldBuilder::default()
    }

    /// A client that is set up by `MELD_API_KEY` and by `MELD_ENVIRONMENT` or `MELD_BASE_URL`; see
    /// [`MeldBuilder::from_env`].
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub fn from_env() -> Result<Self, Error> {
        MeldBuilder::from_env()?.build()
    }

    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// What all requests are sent through. Changed copies of it make clients that differ in one
    /// setting and share the connections:
    /// `v2026_02_03::Api::new(meld.transport().clone().with_strict_decoding(true))`.
    #[must_use]
    pub fn transport(&self) -> &Transport {
        &self.transport
    }
}
