//! Endpoints for operators: health checks, and metrics for Prometheus.

use std::fmt::Write;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sqlx::Executor;

use crate::error::AppError;
use crate::state::App;
use crate::storage::orders;

pub(crate) fn routes() -> Router<App> {
    // A process that responds is alive. Restarting it would not repair Meld or the database.
    Router::new()
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
}

/// Checks the database and the configuration of the client. It calls Meld, so check it seldom.
async fn ready(State(app): State<App>) -> (StatusCode, String) {
    let database = match app.database.connection().await {
        Ok(mut connection) => connection.execute("SELECT 1").await.map(|_| ()),
        Err(error) => Err(error),
    };
    let report = app.meld.check().await;
    let is_ready = database.is_ok() && report.is_ok();
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let database = if database.is_ok() { "passed" } else { "failed" };
    // The report has no secrets. Its advice is for operators.
    (status, format!("database     {database}\n{report}\n"))
}

/// Shows all metrics. Queues and orders are counted in the database, for all processes together.
async fn metrics(State(app): State<App>) -> Result<Response, AppError> {
    let mut text = String::new();
    app.metrics.write(&mut text);
    for (queue, state, count) in app.outbox.store().count().await? {
        let _ = writeln!(text, "wallet_records{{queue=\"{queue}\",state=\"{state}\"}} {count}");
    }
    for (kind, state, count) in orders::count(&mut *app.database.connection().await?).await? {
        let _ = writeln!(text, "wallet_orders{{kind=\"{kind}\",state=\"{state}\"}} {count}");
    }
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
