//! The pages, rendered on the server. They work without JavaScript; `live.js` only refreshes what changes.

mod banks;
mod card;
mod home;
mod kyc;
pub(crate) mod layout;
mod mock;
mod order;
mod parts;
mod quotes;

use axum::Router;

use crate::app::App;

/// Returns the routes of all pages.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(home::routes())
        .merge(quotes::routes())
        .merge(order::routes())
        .merge(card::routes())
        .merge(kyc::routes())
        .merge(banks::routes())
        .merge(mock::routes())
        .merge(layout::assets())
}
