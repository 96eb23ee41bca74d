//! The pages that stand for Meld's widgets: opening one is what a user does in it.

use std::sync::Arc;

use axum::Router;

use crate::server::Server;

/// The pages.
pub(crate) fn router(_server: &Arc<Server>) -> Router {
    Router::new()
}
