//! The identity check.

use axum::extract::State;
use axum::response::{Html as HtmlResponse, Redirect};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;

use super::parts::{self, input};
use crate::error::AppError;
use crate::html::Html;
use crate::kyc;
use crate::layout;
use crate::session::Session;
use crate::state::App;
use crate::storage::kyc::{self as stored, Kyc};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/kyc", get(show).post(start)).route("/kyc/live", get(live))
}

#[derive(Deserialize)]
struct Start {
    token: String,
    email: String,
}

async fn start(State(app): State<App>, session: Session, Form(form): Form<Start>) -> Result<Redirect, AppError> {
    session.verify(&form.token)?;
    kyc::start(&app, &session, form.email.trim()).await?;
    Ok(Redirect::to("/kyc"))
}

async fn show(State(app): State<App>, session: Session) -> Result<HtmlResponse<String>, AppError> {
    let body = Html::new("<div class=card data-live=/kyc/live>")
        .html(states(&app, &session).await?)
        .raw("</div><div class=card>")
        .html(parts::form(&session, "/kyc"))
        .raw("<h2>Start or repeat the check</h2>")
        .html(input("Email", "email", "robin@example.com"))
        .raw("<p><button>Start</button></p></form></div>");
    Ok(layout::page("Identity", body))
}

async fn live(State(app): State<App>, session: Session) -> Result<HtmlResponse<String>, AppError> {
    Ok(HtmlResponse(states(&app, &session).await?.into_string()))
}

async fn states(app: &App, session: &Session) -> Result<Html, AppError> {
    let states = stored::find_by_user(&mut *app.database.connection().await?, &session.user.id).await?;
    if states.is_empty() {
        return Ok(Html::new("<p class=note>Your identity has not been checked.</p>"));
    }
    let html = Html::new("<table><thead><tr><th>Provider<th>State<th></thead><tbody>");
    Ok(html.each(&states, row).raw("</tbody></table>"))
}

fn row(html: Html, kyc: &Kyc) -> Html {
    html.raw("<tr><td>")
        .text(&kyc.provider)
        .raw("<td>")
        .html(parts::state(&kyc.state))
        .raw("<td>")
        .some(kyc.url.as_deref().filter(|_| kyc.state != "APPROVED"), |html, url| html.link(url, "Continue"))
}
