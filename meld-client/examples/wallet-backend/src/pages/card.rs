//! Buying by card inside of the page.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Path, State};
use axum::response::{Html as HtmlResponse, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use meld_client::headless::{Eligibility, NextCall, Readiness};
use serde::Deserialize;

use super::order::{TokenForm, own, to_order};
use super::parts::{self, hidden, input};
use crate::error::AppError;
use crate::html::Html;
use crate::layout;
use crate::orders::card;
use crate::session::Session;
use crate::state::App;
use crate::storage::orders::{Kind, Order};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/card", get(start).post(place))
        .route("/card/{id}", get(requirements))
        .route("/card/{id}/code", post(send_code))
        .route("/card/{id}/confirm", post(confirm))
        .route("/card/{id}/pay", post(pay))
}

#[derive(Deserialize)]
struct Channel {
    token: String,
    channel: String,
}

#[derive(Deserialize)]
struct Code {
    token: String,
    code: String,
}

async fn start(session: Session) -> HtmlResponse<String> {
    let body = Html::new("<div class=card>")
        .html(parts::form(&session, "/card"))
        .raw("<p class=note>You stay in this wallet. Your email address and phone number are verified first.</p>")
        .raw("<div class=fields>")
        .html(input("You pay (EUR)", "amount", "100"))
        .html(input("Email", "email", "robin@example.com"))
        .html(input("Phone", "phone", "+14155550123"))
        .raw("</div>")
        .html(input("Your wallet address", "wallet", "0x2d62af1a24f44806adaa4a2cdc90e9e1aa2dfbfd"))
        .raw("<p><button>Continue</button></p></form></div>");
    layout::page("Buy by card", body)
}

/// Places an order. The provider checks the address of the browser. Behind a proxy, take it from a header that your
/// proxy sets.
async fn place(
    State(app): State<App>,
    session: Session,
    ConnectInfo(browser): ConnectInfo<SocketAddr>,
    Form(form): Form<card::Form>,
) -> Result<Redirect, AppError> {
    let id = card::place(&app, &session, form, browser.ip()).await?;
    Ok(Redirect::to(&format!("/card/{id}")))
}

async fn find_card_order(app: &App, session: &Session, id: &str) -> Result<Order, AppError> {
    let order = own(app, session, id).await?;
    if order.kind == Kind::Card { Ok(order) } else { Err(AppError::NotFound) }
}

async fn requirements(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
) -> Result<HtmlResponse<String>, AppError> {
    let order = find_card_order(&app, &session, &id).await?;
    let has_code = card::details(&order)?.verification.is_some();
    let eligibility = card::eligibility(&app, &order).await?;
    let step = if has_code { code_form(&session, &order) } else { next_step(&session, &order, &eligibility) };
    let body = Html::new("<div class=card><p class=big>")
        .html(parts::amount(order.source_amount.as_deref(), order.source_currency.as_deref()))
        .raw(" → ")
        .html(parts::amount(order.destination_amount.as_deref(), order.destination_currency.as_deref()))
        .raw("</p>")
        .html(step)
        .raw("</div>");
    Ok(layout::page("Buy by card", body))
}

fn code_form(session: &Session, order: &Order) -> Html {
    parts::form(session, &format!("/card/{}/confirm", order.id))
        .html(input("The code that we have sent to you", "code", ""))
        .raw("<p><button>Confirm</button></p></form>")
}

/// Returns what the provider requires next.
fn next_step(session: &Session, order: &Order, eligibility: &Eligibility) -> Html {
    if eligibility.readiness() == Readiness::Ready {
        let form = parts::form(session, &format!("/card/{}/pay", order.id));
        return form.raw("<button>Pay by card</button></form>");
    }
    let send = |channel: &'static str, label: &'static str| {
        parts::form(session, &format!("/card/{}/code", order.id))
            .html(hidden("channel", channel))
            .raw("<button>")
            .raw(label)
            .raw("</button></form>")
    };
    match eligibility.next_calls().next() {
        Some(NextCall::VerifyEmail) => send("email", "Verify your email address"),
        Some(NextCall::VerifyPhone) => send("phone", "Verify your phone number"),
        Some(NextCall::StartKyc | NextCall::ShareKyc) => {
            Html::new("<p><a class=button href=/kyc>Verify your identity</a></p>")
        }
        Some(NextCall::CheckAgain) => Html::new("<p>The provider is checking your data. Come back later.</p>"),
        // Agreements, missing fields and other steps: see `guide::headless`.
        _ => Html::new("<p>The provider cannot serve you: ").text(eligibility.readiness()).raw("</p>"),
    }
}

async fn send_code(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
    Form(form): Form<Channel>,
) -> Result<Redirect, AppError> {
    session.verify(&form.token)?;
    card::send_code(&app, find_card_order(&app, &session, &id).await?, &form.channel).await?;
    Ok(Redirect::to(&format!("/card/{id}")))
}

async fn confirm(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
    Form(form): Form<Code>,
) -> Result<Redirect, AppError> {
    session.verify(&form.token)?;
    card::confirm(&app, find_card_order(&app, &session, &id).await?, &form.code).await?;
    Ok(Redirect::to(&format!("/card/{id}")))
}

/// Orders, and shows what the provider's SDK needs. The page is not cached.
async fn pay(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
    Form(form): Form<TokenForm>,
) -> Result<Result<HtmlResponse<String>, Redirect>, AppError> {
    session.verify(&form.token)?;
    let order = find_card_order(&app, &session, &id).await?;
    if order.state.is_final() {
        return Ok(Err(to_order(&id)));
    }
    let Some(payload) = card::payload(&app, &order).await? else {
        return Err(AppError::invalid("The order is not finished yet. Go back, and pay again: you pay once."));
    };
    let order = find_card_order(&app, &session, &id).await?;
    let pay_url = app.sandbox.as_ref().zip(order.meld_id.as_ref());
    let pay_url = pay_url.map(|(sandbox, id)| format!("{}/sandbox/order/{id}", sandbox.base_url()));
    let body = Html::new("<div class=card><p>Your script hands the element <code>#payload</code> to the SDK of the ")
        .raw("provider, which shows the form of the card.</p><template id=payload>")
        .text(payload)
        .raw("</template>")
        .some(pay_url, |html, url| html.raw("<p>").link(&url, "Pay at the mock server").raw("</p>"))
        .raw("<p><a href=\"/orders/")
        .text(&order.id)
        .raw("\">Follow the order</a></p></div>");
    Ok(Ok(layout::page("Pay", body)))
}
