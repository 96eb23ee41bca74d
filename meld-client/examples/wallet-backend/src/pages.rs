//! The pages, rendered on the server. They work without JavaScript; `live.js` only refreshes what changes.

mod banks;
mod card;
mod home;
mod kyc;
mod mock;
mod order;
mod parts;
mod quotes;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

use crate::state::App;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(home::routes())
        .merge(quotes::routes())
        .merge(order::routes())
        .merge(card::routes())
        .merge(kyc::routes())
        .merge(banks::routes())
        .merge(mock::routes())
        .merge(assets())
}

/// Returns the routes of the style sheet and the script.
fn assets() -> Router<App> {
    let asset = |kind, text: &'static str| get(move || async move { ([(CONTENT_TYPE, kind)], text) });
    Router::new()
        .route("/style.css", asset("text/css", include_str!("pages/style.css")))
        .route("/live.js", asset("text/javascript", include_str!("pages/live.js")))
}
