//! Starting and stopping.

use std::net::SocketAddr;
use std::sync::Arc;

use meld_client::inbox::Inbox;
use meld_client::network_partner::Catalog;
use meld_client::outbox::Outbox;
use meld_client::reconciler::Reconciler;
use meld_client::storage::Schedule;
use meld_client::{ExposeSecret, Meld, MeldBuilder};
use meld_sandbox::Sandbox;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::config::{Config, Source};
use crate::error::StartError;
use crate::metrics::Metrics;
use crate::state::{App, Shared};
use crate::storage::{Database, Records};
use crate::{jobs, routes, webhooks};

/// A running service.
#[derive(Debug)]
pub struct Service {
    url: String,
    database: Database,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Service {
    /// Starts the service.
    ///
    /// # Errors
    ///
    /// Returns an error if the configuration is wrong, or the database or the address is not available.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let listen = |error| StartError::Listen(config.listen, error);
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let database = Database::open(config.database_url.expose_secret()).await?;
        let metrics = Arc::new(Metrics::default());
        let (builder, sandbox) = source(config.meld).await?;
        let meld = builder.user_agent("wallet-backend").observer(Arc::clone(&metrics)).build()?;
        let verifier = match config.webhook_secret {
            Some(secret) => Some(webhooks::verifier(&public_url, secret)?),
            None if config.creates_webhook_profile => Some(webhooks::register(&meld, &database, &public_url).await?),
            None => {
                tracing::warn!("no secret of a webhook profile: transactions are only fetched");
                None
            }
        };
        let (api, records) = (meld.v2026_02_03(), Records::new(&database));
        let schedule = Schedule::default().lease(config.lease);
        let app = App::new(Shared {
            public_url,
            catalog: Catalog::new(api.network_partner()),
            outbox: Outbox::new(&meld, records.clone()).schedule(schedule),
            inbox: Inbox::new(records.clone()).schedule(schedule),
            reconciler: Reconciler::new(api.payments(), records).patience(config.patience),
            api,
            meld,
            database: database.clone(),
            verifier,
            metrics,
            lease: config.lease,
            wake: Notify::new(),
            sandbox,
        });
        let (stop, stopped) = watch::channel(false);
        let mut tasks = jobs::start(&app, &stopped);
        let router = routes::router(&app);
        let until = async move {
            let _ = stopped.clone().wait_for(|stop| *stop).await;
        };
        tasks.push(tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
                .with_graceful_shutdown(until)
                .await
            {
                tracing::error!(%error, "the server failed");
            }
        }));
        Ok(Self { url: format!("http://{address}"), database, stop, tasks })
    }

    /// Returns the URL that the service listens on.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Finishes requests and jobs in progress, and closes the database.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            let _ = task.await;
        }
        self.database.close().await;
    }
}

/// Returns the settings of the client, and the mock server if it is used.
async fn source(source: Source) -> Result<(MeldBuilder, Option<Sandbox>), StartError> {
    match source {
        Source::Meld(builder) => Ok((*builder, None)),
        Source::Mock { port, state_file } => {
            let sandbox = Sandbox::builder().port(port).state_file(state_file).start().await?;
            tracing::info!(url = sandbox.base_url(), "no `MELD_API_KEY`: the mock server is used");
            let builder = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
            Ok((builder, Some(sandbox)))
        }
    }
}
