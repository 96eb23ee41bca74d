//! Offers of all providers for all payment methods, ranked.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Html as HtmlResponse;
use axum::routing::get;
use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest, ScoreBand};
use meld_client::network_partner::Direction;
use meld_client::uuid::Uuid;
use meld_client::v2026_02_03::crypto::types::CryptoQuote;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, Money};
use serde::Deserialize;

use super::parts::{self, hidden};
use crate::error::AppError;
use crate::html::Html;
use crate::layout;
use crate::session::Session;
use crate::state::App;
use crate::storage::quotes;

const OFFERS: usize = 12;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/quotes", get(offers))
}

/// The amount that a user wants to exchange.
#[derive(Deserialize)]
struct Exchange {
    direction: String,
    amount: String,
    fiat: String,
    crypto: String,
    country: String,
    #[serde(default)]
    wallet: String,
}

async fn offers(
    State(app): State<App>,
    session: Session,
    Query(exchange): Query<Exchange>,
) -> Result<HtmlResponse<String>, AppError> {
    let found = ranked(&app, &exchange).await?;
    let wallet = exchange.wallet.trim();
    let mut rows = Html::default();
    for quote in found.iter().take(OFFERS) {
        let id = Uuid::new_v4().to_string();
        quotes::insert(&mut *app.database.connection().await?, &id, &session.user.id, quote).await?;
        rows = rows.html(row(&session, quote, &id, wallet));
    }
    let body = Html::new("<div class=card><table><thead><tr><th>Provider<th>Payment<th class=number>You pay")
        .raw("<th class=number>You get<th class=number>Fees<th>Score<th></thead><tbody>")
        .html(rows)
        .raw("</tbody></table>")
        .raw(if found.is_empty() { "<p>No provider offers this at the moment.</p>" } else { "" })
        .raw("</div><p class=note>Offers change. They can be ordered for 15 minutes.</p>");
    Ok(layout::page("Offers", body))
}

/// Returns the offers for all payment methods, the best first.
async fn ranked(app: &App, exchange: &Exchange) -> Result<Vec<CryptoQuote>, AppError> {
    let amount: Decimal =
        exchange.amount.trim().parse().map_err(|_| AppError::invalid("The amount is not a number."))?;
    let (fiat, crypto) = (FiatCurrency::new(exchange.fiat.trim())?, CryptoCurrency::new(exchange.crypto.trim())?);
    let country = exchange.country.trim();
    let (direction, mut request) = if exchange.direction == "sell" {
        (Direction::Sell, QuoteRequest::sell(country, Money::new(amount, crypto), fiat.clone()))
    } else {
        (Direction::Buy, QuoteRequest::buy(country, Money::new(amount, fiat.clone()), crypto))
    };
    if direction == Direction::Buy && !exchange.wallet.trim().is_empty() {
        request = request.wallet_address(exchange.wallet.trim());
    }
    let market = app.catalog.market(direction, country, fiat).await.map_err(meld_client::Error::from)?;
    // Says at once what no provider offers, and which limits there are.
    market.check_quote(&request).map_err(|error| AppError::invalid(error.to_string()))?;
    let quotes = app.api.crypto().create_quote_for_all_methods(request, market.method_ids()).send().await;
    match quotes {
        Ok(quotes) => Ok(quotes.ranked().cloned().collect()),
        Err(error) => Err(AppError::invalid(error.to_string())),
    }
}

fn row(session: &Session, quote: &CryptoQuote, id: &str, wallet: &str) -> Html {
    let money = |html: Html, money: Option<Money>| html.some(money, |html, money| html.text(money));
    let html = Html::new("<tr><td>")
        .some(quote.service_provider.as_ref(), |html, provider| html.text(provider))
        .raw("<td>")
        .some(quote.payment_method_type.as_ref(), |html, method| html.text(method.as_str().replace('_', " ")))
        .raw("<td class=number>");
    let html = money(html, quote.source()).raw("<td class=\"number big\">");
    let html = money(money(html, quote.destination()).raw("<td class=number>"), quote.total_fee());
    let band = match quote.score_band() {
        ScoreBand::Excellent => "excellent",
        ScoreBand::Good => "good",
        ScoreBand::Unknown => "–",
    };
    let order = parts::form(session, "/orders").html(hidden("quote", id)).html(hidden("wallet", wallet));
    html.raw("<td>").raw(band).raw("<td>").html(order).raw("<button class=order>Order</button></form>")
}
