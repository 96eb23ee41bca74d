//! Orders: placing them, their state, and refunds.

use axum::extract::{Path, State};
use axum::response::{Html as HtmlResponse, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::parts;
use crate::error::AppError;
use crate::html::Html;
use crate::layout;
use crate::orders::{charge, deposit_account, widget};
use crate::session::Session;
use crate::state::App;
use crate::storage::orders::{self, By, Kind, Order, State as OrderState};
use crate::storage::quotes;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/orders", post(place))
        .route("/orders/{id}", get(show))
        .route("/orders/{id}/live", get(live))
        .route("/orders/{id}/refund", post(refund))
        .route("/deposit-account", post(open_account))
        .route("/charges", post(place_charge))
}

#[derive(Deserialize)]
struct Placed {
    token: String,
    quote: String,
    wallet: String,
}

#[derive(Deserialize)]
struct Wallet {
    token: String,
    wallet: String,
}

/// A form without inputs.
#[derive(Deserialize)]
pub(super) struct TokenForm {
    pub(super) token: String,
}

async fn place(State(app): State<App>, session: Session, Form(form): Form<Placed>) -> Result<Redirect, AppError> {
    let id = session.verify(&form.token)?;
    let quote = quotes::find(&mut *app.database.connection().await?, &form.quote, &session.user.id).await?;
    let quote = quote.ok_or_else(|| AppError::invalid("The offer is too old. Compare offers again."))?;
    let wallet = Some(form.wallet).filter(|wallet| !wallet.is_empty());
    widget::place(&app, id, &session.user.id, quote, wallet).await?;
    Ok(to_order(&id.to_string()))
}

async fn open_account(
    State(app): State<App>,
    session: Session,
    Form(form): Form<Wallet>,
) -> Result<Redirect, AppError> {
    let id = deposit_account::place(&app, &session, &form.token, form.wallet.trim()).await?;
    Ok(to_order(&id.to_string()))
}

async fn place_charge(
    State(app): State<App>,
    session: Session,
    Form(form): Form<charge::Form>,
) -> Result<Redirect, AppError> {
    let id = charge::place(&app, &session, form).await?;
    Ok(to_order(&id.to_string()))
}

async fn refund(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
    Form(form): Form<TokenForm>,
) -> Result<Redirect, AppError> {
    let charge = own(&app, &session, &id).await?;
    let id = charge::refund(&app, &session, &form.token, charge).await?;
    Ok(to_order(&id.to_string()))
}

pub(super) fn to_order(id: &str) -> Redirect {
    Redirect::to(&format!("/orders/{id}"))
}

/// Returns an order of this user. Orders of other users are not found.
pub(super) async fn own(app: &App, session: &Session, id: &str) -> Result<Order, AppError> {
    let order = orders::find(&mut *app.database.connection().await?, By::Id, id).await?;
    order.filter(|order| order.user_id == session.user.id).ok_or(AppError::NotFound)
}

async fn show(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
) -> Result<HtmlResponse<String>, AppError> {
    let order = own(&app, &session, &id).await?;
    let body = Html::new("<div class=card data-live=\"/orders/")
        .text(&order.id)
        .raw("/live\">")
        .html(details(&app, &session, &order).await?)
        .raw("</div><noscript><p><a href=\"\">Refresh</a></p></noscript>");
    Ok(layout::page("Order", body))
}

/// Returns the part of the page that changes.
async fn live(State(app): State<App>, session: Session, Path(id): Path<String>) -> Result<Response, AppError> {
    let order = own(&app, &session, &id).await?;
    let html = HtmlResponse(details(&app, &session, &order).await?.into_string());
    // A settled charge can still be refunded.
    let is_final = order.state.is_final() && order.kind != Kind::Charge;
    Ok(if is_final { ([("x-final", "1")], html).into_response() } else { html.into_response() })
}

async fn details(app: &App, session: &Session, order: &Order) -> Result<Html, AppError> {
    let events = order.events(&mut *app.database.connection().await?).await?;
    let html = Html::new("<p>")
        .html(parts::state(order.state.as_str()))
        .raw("</p><p class=big>")
        .html(parts::amount(order.source_amount.as_deref(), order.source_currency.as_deref()))
        .some(order.destination_amount.as_deref(), |html, amount| {
            html.raw(" → ").html(parts::amount(Some(amount), order.destination_currency.as_deref()))
        })
        .raw("</p>")
        .some(order.message.as_ref(), |html, message| html.raw("<p class=break>").text(message).raw("</p>"))
        .html(next_step(session, order));
    let html = html.raw("<dl><dt>Order<dd>").text(order.kind.as_str()).raw("<dt>Provider<dd>");
    let html = html.text(order.provider.as_deref().unwrap_or("–"));
    let html = html
        .each(deposit_account::lines(order), |html, (name, value)| html.raw("<dt>").text(name).raw("<dd>").text(value));
    let html = html.raw("<dt>Created<dd>").text(parts::time(order.created_at)).raw("</dl>");
    if events.is_empty() {
        return Ok(html);
    }
    let html = html.raw("<table><thead><tr><th>Status<th>Time</thead><tbody>");
    let rows =
        html.each(events, |html, (status, at)| html.raw("<tr><td>").text(status).raw("<td>").text(parts::time(at)));
    Ok(rows.raw("</tbody></table>"))
}

/// Returns what the customer can do next.
fn next_step(session: &Session, order: &Order) -> Html {
    match (order.kind, order.state) {
        (_, OrderState::Preparing) => Html::new("<p class=note>Preparing …</p>"),
        (Kind::Card, OrderState::Waiting) => {
            Html::new("<p><a class=button href=\"/card/").text(&order.id).raw("\">Continue</a></p>")
        }
        // A sale that has a message waits for the deposit, not for the widget.
        (Kind::Buy | Kind::Sell, OrderState::Waiting) if order.message.is_none() => match &order.url {
            Some(url) => Html::new("<p id=checkout>").link(url, "Continue to checkout").raw("</p>"),
            None => Html::default(),
        },
        (Kind::Charge, OrderState::Settled) => {
            let path = format!("/orders/{}/refund", order.id);
            parts::form(session, &path).raw("<button class=quiet>Refund</button></form><p></p>")
        }
        _ => Html::default(),
    }
}
