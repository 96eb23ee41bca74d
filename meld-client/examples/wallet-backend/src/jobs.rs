//! Work that no request waits for.
//!
//! Each job takes what is due and returns the amount of work that it found. It runs again at once while there is work,
//! when it is woken, and twice a second. Several processes may run all jobs on one database.

use std::fmt::Display;
use std::time::Duration;

use meld_client::chrono::{TimeDelta, Utc};
use meld_client::inbox::Handled;
use meld_client::reconciler::Watch;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::error::AppError;
use crate::events;
use crate::metrics::Count;
use crate::orders::{settlement, widget};
use crate::state::App;

/// The time between two looks at the database.
const INTERVAL: Duration = Duration::from_millis(500);
/// The time between two rounds of rare work.
const MAINTENANCE: Duration = Duration::from_secs(60);

/// Starts all jobs. They finish the work in progress when the service stops.
pub(crate) fn start(app: &App, stopped: &watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
    let stopped = || stopped.clone();
    vec![
        tokio::spawn(repeat("sessions", app.clone(), stopped(), |app| async move { widget::open_due(&app).await })),
        tokio::spawn(repeat("outbox", app.clone(), stopped(), |app| async move { settlement::run(&app).await })),
        tokio::spawn(repeat("inbox", app.clone(), stopped(), inbox)),
        tokio::spawn(repeat("reconciler", app.clone(), stopped(), reconcile)),
        tokio::spawn(maintain(app.clone(), stopped())),
    ]
}

/// Repeats a job until the service stops.
async fn repeat<Job, Running>(name: &'static str, app: App, mut stopped: watch::Receiver<bool>, job: Job)
where
    Job: Fn(App) -> Running,
    Running: Future<Output = Result<usize, AppError>>,
{
    while !*stopped.borrow() {
        match job(app.clone()).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => failed(&app, name, &error),
        }
        tokio::select! {
            () = app.wake.notified() => {}
            () = sleep(INTERVAL) => {}
            _ = stopped.changed() => {}
        }
    }
}

fn failed(app: &App, name: &str, error: &dyn Display) {
    app.metrics.add(Count::JobsFailed);
    tracing::error!(job = name, %error, "a job failed");
}

/// Hands stored events to the code that handles them.
async fn inbox(app: App) -> Result<usize, AppError> {
    let handled = app.inbox.run_once(|received| events::handle(app.clone(), received)).await?;
    for event in &handled {
        if let Handled::Parked(parked) = event {
            tracing::error!(id = parked.id, reason = parked.reason, "an event needs a decision");
        }
    }
    // Failed events are due later.
    Ok(handled.iter().filter(|event| matches!(event, Handled::Done { .. })).count())
}

/// Fetches transactions that no webhook has reported, and passes what it finds to the inbox.
async fn reconcile(app: App) -> Result<usize, AppError> {
    let watches = app.reconciler.run_once(|found| {
        let app = app.clone();
        async move {
            let event = found.event().map_err(|error| error.to_string())?;
            app.inbox.receive(&event).await.map_err(|error| error.to_string())?;
            app.metrics.add(Count::Reconciled);
            app.wake.notify_waiters();
            Ok::<(), String>(())
        }
    });
    for watch in watches.await? {
        match watch {
            Watch::Pending { watched, error: Some(error), .. } => {
                tracing::warn!(%watched, error, "a transaction could not be fetched");
            }
            Watch::Parked { watched } => tracing::warn!(%watched, "a transaction never ended"),
            _ => {}
        }
    }
    // A transaction is not due again before its patience.
    Ok(0)
}

/// Removes old events, and decides about requests whose outcome is unknown.
async fn maintain(app: App, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        // Meld delivers an event for up to three days.
        if let Err(error) = app.inbox.prune(Utc::now() - TimeDelta::days(4), 1000).await {
            failed(&app, "prune", &error);
        }
        if let Err(error) = settlement::review(&app).await {
            failed(&app, "review", &error);
        }
        let _ = timeout(MAINTENANCE, stopped.changed()).await;
    }
}
