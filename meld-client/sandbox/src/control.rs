//! The control API: `/_mock/…`, by which tests in any language steer the mock server.
//!
//! Each operation is a row of a table, from which the routes, the validation of bodies and the OpenAPI document are
//! derived.

mod bank_linking;
mod customers;
mod document;
mod guard;
mod orders;
mod redaction;
mod route;
mod rules;
mod settings;
mod traffic;
mod transactions;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, Response, StatusCode, header};
use axum::response::{Html, IntoResponse as _};
use axum::routing::{delete, get, post};
use serde_json::Value;

use crate::problem::Problem;
use crate::server::Server;
use crate::specs::Catalog;
use route::{Input, Route};

/// The page that shows the requests, the deliveries and the state.
const PAGE: &str = include_str!("control/page.html");
/// The maximum size of a request body, in bytes.
const MAX_BODY: usize = 8 << 20;

fn all() -> impl Iterator<Item = &'static Route> {
    let tables = [
        settings::ROUTES,
        transactions::ROUTES,
        orders::ROUTES,
        customers::ROUTES,
        bank_linking::ROUTES,
        rules::ROUTES,
        traffic::ROUTES,
    ];
    tables.into_iter().flatten()
}

/// Returns the routes of the control API and of its page.
pub(crate) fn router(server: &Arc<Server>, catalog: &'static Catalog) -> Router {
    let mut router = Router::new();
    for route in all() {
        let server = Arc::clone(server);
        let handler = move |request: Request| {
            let server = Arc::clone(&server);
            async move { respond(handle(&server, catalog, route, request).await) }
        };
        let method = match route.method {
            Method::GET => get(handler),
            Method::DELETE => delete(handler),
            _ => post(handler),
        };
        router = router.route(route.path, method);
    }
    // The document and the page have no data of the server, so they need no token.
    let guarded = Arc::clone(server);
    let open = move |response: fn() -> Response<Body>| {
        let server = Arc::clone(&guarded);
        get(
            move || async move { guard::enabled(&server).map_or_else(|problem| respond(Err(problem)), |()| response()) },
        )
    };
    router
        .route("/_mock/openapi.json", open(|| respond(Ok(document::openapi(all())))))
        .route("/_mock/", open(page))
        .route("/_mock", open(|| axum::response::Redirect::permanent("/_mock/").into_response()))
        .route("/_mock/{*path}", axum::routing::any(|| async { respond(Err(Problem::not_found("control operation"))) }))
}

fn page() -> Response<Body> {
    let policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; \
                  base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")], Html(PAGE)).into_response()
}

async fn handle(server: &Server, catalog: &'static Catalog, route: &Route, request: Request) -> Result<Value, Problem> {
    let (head, body) = request.into_parts();
    guard::check(server, &head.headers)?;
    let body = axum::body::to_bytes(body, MAX_BODY).await;
    let body = body.map_err(|_| Problem::bad_request("The body is incomplete or larger than 8 MiB"))?;
    let id = route.id(head.uri.path());
    let input = Input { server, operations: catalog.operations(), id, body: route.parse(&body)? };
    (route.handler)(&input)
}

fn respond(outcome: Result<Value, Problem>) -> Response<Body> {
    let (status, body) = match outcome {
        Ok(body) => (StatusCode::OK, body),
        Err(problem) => (problem.status, problem.summary()),
    };
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}
