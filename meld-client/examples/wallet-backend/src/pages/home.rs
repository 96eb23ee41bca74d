//! The start: amounts to buy and sell, and the newest orders.

use axum::Router;
use axum::extract::State;
use axum::response::Html as HtmlResponse;
use axum::routing::get;

use super::mock;
use super::parts::{self, input};
use crate::error::AppError;
use crate::html::Html;
use crate::layout;
use crate::session::Session;
use crate::state::App;
use crate::storage::orders;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/", get(home)).route("/orders", get(history))
}

async fn home(State(app): State<App>, session: Session) -> Result<HtmlResponse<String>, AppError> {
    let orders = orders::find_by_user(&mut *app.database.connection().await?, &session.user.id, 5).await?;
    let buy =
        Html::new("<form class=card action=/quotes id=buy><h2>Buy</h2><input type=hidden name=direction value=buy>")
            .raw("<div class=fields>")
            .html(input("You pay", "amount", "200"))
            .html(input("Currency", "fiat", "USD"))
            .html(input("You get", "crypto", "USDC"))
            .html(input("Country", "country", "US"))
            .raw("</div>")
            .html(input("Your wallet address", "wallet", "0x2d62af1a24f44806adaa4a2cdc90e9e1aa2dfbfd"))
            .raw("<p><button>Compare offers</button></p></form>");
    let sell = Html::new("<form class=card action=/quotes id=sell><h2>Sell</h2>")
        .raw("<input type=hidden name=direction value=sell><div class=fields>")
        .html(input("You sell", "amount", "250"))
        .html(input("Coin", "crypto", "USDC"))
        .html(input("You get", "fiat", "USD"))
        .html(input("Country", "country", "US"))
        .raw("</div><p><button>Compare offers</button></p></form>");
    let deposit = parts::form(&session, "/deposit-account")
        .raw("<h2>Buy by bank transfer</h2><p class=note>A bank account of your own. Each transfer to it buys USDC. ")
        .raw("It needs an <a href=/kyc>identity check</a>.</p>")
        .html(input("Your wallet address", "wallet", "0x032877dedefe82840a6773514c0793899"))
        .raw("<p><button>Open the account</button></p></form>");
    let body = Html::new("<div class=grid>").html(buy).html(sell).raw("</div><div class=card>").html(deposit);
    let body = body.raw("</div><div class=card><h2>Latest orders</h2>").html(parts::orders(&orders)).raw("</div>");
    Ok(layout::page(
        "Buy and sell crypto",
        body.some(app.sandbox.as_ref(), |html, mock| html.html(mock::part(&session, mock))),
    ))
}

async fn history(State(app): State<App>, session: Session) -> Result<HtmlResponse<String>, AppError> {
    let orders = orders::find_by_user(&mut *app.database.connection().await?, &session.user.id, 200).await?;
    Ok(layout::page("History", Html::new("<div class=card>").html(parts::orders(&orders)).raw("</div>")))
}
