//! Controls of the mock server. There are none with an API key.

use std::time::Duration;

use axum::extract::State;
use axum::response::Redirect;
use axum::routing::post;
use axum::{Form, Router};

use meld_sandbox::Sandbox;

use super::order::TokenForm;
use super::parts;
use crate::error::AppError;
use crate::html::Html;
use crate::session::Session;
use crate::state::App;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/mock/advance", post(advance))
}

/// Returns the part of the start that controls the mock server.
pub(super) fn part(session: &Session, sandbox: &Sandbox) -> Html {
    let page = format!("{}/_mock/", sandbox.base_url());
    let html = Html::new("<div class=card><h2>Mock server</h2><p class=note>Nothing is real. Transactions end after ")
        .raw("some time of the mock server's clock.</p>")
        .html(parts::form(session, "/mock/advance"))
        .raw("<p><button class=quiet>Advance its clock by a day</button></p></form><p>");
    html.link(&page, "Open its page").raw("</p></div>")
}

/// Advances the clock of the mock server by a day, after which transactions have ended.
async fn advance(State(app): State<App>, session: Session, Form(form): Form<TokenForm>) -> Result<Redirect, AppError> {
    session.verify(&form.token)?;
    let sandbox = app.sandbox.as_ref().ok_or(AppError::NotFound)?;
    sandbox.clock().advance(Duration::from_secs(24 * 3600));
    Ok(Redirect::to("/orders"))
}
