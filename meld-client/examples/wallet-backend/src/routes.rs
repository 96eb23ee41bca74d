//! The routes of the service, and the layers around them.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};

use crate::state::App;
use crate::{layout, metrics, monitoring, pages, session, webhooks};

pub(crate) fn router(app: &App) -> Router {
    let pages = pages::routes().layer(from_fn_with_state(app.clone(), session::layer));
    Router::new()
        .merge(pages)
        .merge(webhooks::routes())
        .merge(monitoring::routes())
        // Forms and events are small.
        .layer(DefaultBodyLimit::max(1 << 20))
        .layer(from_fn(layout::secure))
        .layer(from_fn_with_state(Arc::clone(&app.metrics), metrics::count_request))
        .with_state(app.clone())
}
