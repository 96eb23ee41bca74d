//! The pages that replace Meld's widgets. Opening one completes it.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;

use crate::flows::bank_linking::connections;
use crate::flows::headless::settlement;
use crate::flows::transfers::machine;
use crate::flows::{checkout, kyc, sessions};
use crate::server::Server;

type Page = (StatusCode, Html<&'static str>);

pub(crate) fn router(server: &Arc<Server>) -> Router {
    let page = |act: fn(&Server, &str) -> bool| {
        let server = Arc::clone(server);
        get(move |Path(id): Path<String>| async move { response(act(&server, &id)) })
    };
    Router::new()
        .route("/sandbox/connect/{id}", page(connect))
        .route("/sandbox/session/{id}", page(pay))
        .route("/sandbox/kyc/{id}", page(approve))
        .route("/sandbox/order/{id}", page(pay_order))
        .route("/sandbox/transfer/{id}", page(authorize))
        .route("/sandbox/checkout/{id}", page(check_out))
}

fn response(done: bool) -> Page {
    if done {
        (StatusCode::OK, Html("<h1>Done</h1><p>The widget is completed.</p>"))
    } else {
        (StatusCode::NOT_FOUND, Html("<h1>Nothing to do</h1><p>It is unknown or completed.</p>"))
    }
}

fn connect(server: &Server, id: &str) -> bool {
    server.change(|state, now| connections::complete(state, id, now)).is_some()
}

fn pay(server: &Server, id: &str) -> bool {
    server.change(|state, now| sessions::complete(state, id, "SETTLED", now)).is_some()
}

fn approve(server: &Server, id: &str) -> bool {
    server.change(|state, now| kyc::decide(state, id, None, "APPROVED", now)).is_some()
}

fn pay_order(server: &Server, id: &str) -> bool {
    server.change(|state, now| settlement::pay(state, id, "SETTLED", now)).is_some()
}

fn authorize(server: &Server, id: &str) -> bool {
    server.change(|state, now| machine::authorize(state, id, now)).is_some()
}

fn check_out(server: &Server, token: &str) -> bool {
    server.change(|state, now| checkout::open(state, token, now)).is_some()
}
