//! Health checks.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use sqlx::Executor;

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    // A process that responds is alive. Restarting it would not repair Meld or the database.
    Router::new().route("/health/live", get(|| async { "live\n" })).route("/health/ready", get(ready))
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
