//! Linked banks: balances, transactions and charges.

use axum::extract::{Path, State};
use axum::response::{Html as HtmlResponse, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};

use super::order::TokenForm;
use super::parts::{self, hidden, input};
use crate::banks;
use crate::error::AppError;
use crate::html::Html;
use crate::layout;
use crate::session::Session;
use crate::state::App;
use crate::storage::banks::{self as stored, Account, Connection};

/// The number of transactions that are shown for each account.
const SHOWN: i64 = 8;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/banks", get(show).post(link))
        .route("/banks/live", get(live))
        .route("/banks/{id}/refresh", post(refresh))
        .route("/accounts/{id}/charge", get(charge))
}

async fn link(State(app): State<App>, session: Session, Form(form): Form<TokenForm>) -> Result<Redirect, AppError> {
    session.verify(&form.token)?;
    banks::link(&app, &session).await?;
    Ok(Redirect::to("/banks"))
}

async fn refresh(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
    Form(form): Form<TokenForm>,
) -> Result<Redirect, AppError> {
    session.verify(&form.token)?;
    banks::refresh(&app, &session, &id).await?;
    Ok(Redirect::to("/banks"))
}

async fn show(State(app): State<App>, session: Session) -> Result<HtmlResponse<String>, AppError> {
    let body = Html::new("<div data-live=/banks/live>")
        .html(content(&app, &session).await?)
        .raw("</div><div class=card>")
        .html(parts::form(&session, "/banks"))
        .raw("<button>Link a bank</button></form></div>");
    Ok(layout::page("Banks", body))
}

async fn live(State(app): State<App>, session: Session) -> Result<HtmlResponse<String>, AppError> {
    Ok(HtmlResponse(content(&app, &session).await?.into_string()))
}

async fn content(app: &App, session: &Session) -> Result<Html, AppError> {
    let mut connection = app.database.connection().await?;
    let banks = stored::find_by_user(&mut connection, &session.user.id).await?;
    let accounts = stored::accounts(&mut connection, &session.user.id).await?;
    let mut html =
        Html::new(if banks.is_empty() { "<div class=card><p class=note>No bank is linked.</p></div>" } else { "" });
    for bank in &banks {
        html = html.raw("<div class=card>").html(heading(session, bank));
        for account in accounts.iter().filter(|account| account.connection_id == bank.id) {
            let (bank_transactions, count) = stored::bank_transactions(&mut connection, &account.id, SHOWN).await?;
            html = html.html(summary(account, count)).raw("<table><tbody>");
            html = html.each(bank_transactions, |html, transaction| {
                html.raw("<tr><td>")
                    .text(transaction.day)
                    .raw("<td>")
                    .text(transaction.description.unwrap_or_default())
                    .raw("<td class=number>")
                    .html(parts::amount(Some(&transaction.change), transaction.currency.as_deref()))
            });
            html = html.raw("</tbody></table>");
        }
        html = html.raw("</div>");
    }
    Ok(html)
}

fn heading(session: &Session, bank: &Connection) -> Html {
    let html = Html::new("<h2>")
        .text(bank.institution.as_deref().unwrap_or("New connection"))
        .raw(" ")
        .html(parts::state(&bank.status))
        .raw("</h2>");
    // Once the customer has left the widget, the bank has a name.
    match &bank.institution {
        None => {
            html.some(bank.url.as_deref(), |html, url| html.raw("<p>").link(url, "Continue to your bank").raw("</p>"))
        }
        Some(_) => html
            .html(parts::form(session, &format!("/banks/{}/refresh", bank.id)))
            .raw("<button class=quiet>Refresh</button></form>"),
    }
}

fn summary(account: &Account, count: i64) -> Html {
    Html::new("<p><b>")
        .text(account.name.as_deref().unwrap_or("Account"))
        .raw("</b> ")
        .text(account.number.as_deref().unwrap_or_default())
        .raw(" · <span class=balance>")
        .html(parts::amount(account.balance.as_deref(), account.currency.as_deref()))
        .raw("</span> · ")
        .text(count)
        .raw(" transactions · <a href=\"/accounts/")
        .text(&account.id)
        .raw("/charge\">Pay from this account</a></p>")
}

async fn charge(
    State(app): State<App>,
    session: Session,
    Path(id): Path<String>,
) -> Result<HtmlResponse<String>, AppError> {
    let accounts = stored::accounts(&mut *app.database.connection().await?, &session.user.id).await?;
    let account = accounts.into_iter().find(|account| account.id == id).ok_or(AppError::NotFound)?;
    let body = Html::new("<div class=card>")
        .html(parts::form(&session, "/charges"))
        .html(hidden("account", &account.id))
        .raw("<p>From ")
        .text(account.name.as_deref().unwrap_or("your account"))
        .raw(" by ACH, which takes some days.</p><div class=fields>")
        .html(input("Amount (USD)", "amount", "25"))
        .html(input("First name", "first_name", "Robin"))
        .html(input("Last name", "last_name", "Example"))
        .html(input("Email", "email", "robin@example.com"))
        .html(input("Street", "street", "1 Example Street"))
        .html(input("City", "city", "Boston"))
        .html(input("State", "region", "MA"))
        .html(input("Postal code", "postal_code", "02112"))
        .raw("</div><button>Pay</button></form></div>");
    Ok(layout::page("Pay from a bank account", body))
}
