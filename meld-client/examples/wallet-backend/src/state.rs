//! The state that all requests and jobs share.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use meld_client::Meld;
use meld_client::inbox::Inbox;
use meld_client::network_partner::Catalog;
use meld_client::outbox::Outbox;
use meld_client::reconciler::Reconciler;
use meld_client::v2026_02_03::{Api, network_partner, payments};
use meld_client::webhooks::Verifier;
use meld_sandbox::Sandbox;
use tokio::sync::Notify;

use crate::metrics::Metrics;
use crate::storage::{Database, Records};

/// The state of the service. Clones share it.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) public_url: String,
    pub(crate) meld: Meld,
    pub(crate) api: Api,
    pub(crate) catalog: Catalog<network_partner::Client>,
    pub(crate) database: Database,
    pub(crate) outbox: Outbox<Records>,
    pub(crate) inbox: Inbox<Records>,
    pub(crate) reconciler: Reconciler<payments::Client, Records>,
    pub(crate) verifier: Option<Verifier>,
    pub(crate) metrics: Arc<Metrics>,
    /// The time after which the work of a crashed process is taken over.
    pub(crate) lease: Duration,
    /// Wakes the jobs when there is work.
    pub(crate) wake: Notify,
    /// The mock server, if there is no API key.
    pub(crate) sandbox: Option<Sandbox>,
}

impl App {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// Returns `true` if browsers reach the service by `https`.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
