//! The pages that stand for Meld's widgets: opening one is what a user does in it.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;

use crate::server::Server;
use crate::state::{State, bank_linking, crypto, customers, kyc};

type Page = (StatusCode, Html<&'static str>);

/// The pages.
pub(crate) fn router(server: &Arc<Server>) -> Router {
    let page = |act: fn(&Server, &str) -> bool| {
        let server = Arc::clone(server);
        get(move |Path(id): Path<String>| async move { response(act(&server, &id)) })
    };
    Router::new()
        .route("/sandbox/connect/{id}", page(connect))
        .route("/sandbox/session/{id}", page(pay))
        .route("/sandbox/kyc/{id}", page(prove))
}

fn response(done: bool) -> Page {
    if done {
        (StatusCode::OK, Html("<h1>Done</h1><p>This is what a user would have done here.</p>"))
    } else {
        (StatusCode::NOT_FOUND, Html("<h1>Nothing to do</h1><p>It is unknown, or finished.</p>"))
    }
}

fn connect(server: &Server, id: &str) -> bool {
    let now = server.clock.now();
    server.change(|state| bank_linking::complete(state, id, now)).is_some()
}

fn pay(server: &Server, id: &str) -> bool {
    let now = server.clock.now();
    server.change(|state| crypto::complete(state, id, "SETTLED", now)).is_some()
}

fn prove(server: &Server, id: &str) -> bool {
    let now = server.clock.now();
    server.change(|state| {
        let is_known = |state: &State| customers::find(state, id).is_some();
        let known = is_known(state);
        if known {
            kyc::decide(state, id, None, "APPROVED", now);
        }
        known
    })
}
