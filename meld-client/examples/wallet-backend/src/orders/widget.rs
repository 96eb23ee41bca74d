//! Buying and selling in the widget of a provider.
//!
//! Placing an order only stores it, so that a double click makes one order. A job opens the session. After a crash,
//! the next process opens another session for the same order, which the customer has not seen.

use meld_client::Error;
use meld_client::crypto::{BuySession, SellSession};
use meld_client::customers::CustomerRef;
use meld_client::reconciler::Watched;
use meld_client::uuid::Uuid;
use meld_client::v2026_02_03::crypto::types::{CryptoQuote, SessionTokenResponse};
use meld_client::v2026_02_03::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::state::App;
use crate::storage::orders::{self, By, Kind, Order, State};

#[derive(Deserialize, Serialize)]
struct Details {
    quote: CryptoQuote,
    wallet: Option<String>,
}

/// Stores an order for a quote. An order with this id is not changed.
pub(crate) async fn place(
    app: &App,
    id: Uuid,
    user_id: &str,
    quote: CryptoQuote,
    wallet: Option<String>,
) -> Result<(), AppError> {
    let is_sale = quote.transaction_type.as_deref().is_some_and(|kind| kind.starts_with("CRYPTO_SELL"));
    let kind = if is_sale { Kind::Sell } else { Kind::Buy };
    let mut order = Order::new(id.to_string(), user_id, kind);
    order.provider = quote.service_provider.as_ref().map(ToString::to_string);
    order.source_amount = quote.source_amount.map(|amount| amount.normalize().to_string());
    order.source_currency.clone_from(&quote.source_currency_code);
    order.destination_amount = quote.destination_amount.map(|amount| amount.normalize().to_string());
    order.destination_currency.clone_from(&quote.destination_currency_code);
    // Refuses a quote that no session can be opened for, before anything is stored.
    Session::of(app, &order, &quote, wallet.as_deref())?;
    order.details = serde_json::to_string(&Details { quote, wallet })?;
    order.insert(&mut *app.database.connection().await?).await?;
    app.wake.notify_waiters();
    Ok(())
}

/// Opens the sessions of all orders that are due. Returns their number.
pub(crate) async fn open_due(app: &App) -> Result<usize, AppError> {
    let due = orders::claim_unopened(&mut *app.database.connection().await?, app.lease).await?;
    let count = due.len();
    for order in due {
        open(app, order).await?;
    }
    Ok(count)
}

async fn open(app: &App, order: Order) -> Result<(), AppError> {
    let details: Details = serde_json::from_str(&order.details)?;
    let session = Session::of(app, &order, &details.quote, details.wallet.as_deref())?;
    match session.send(app).await {
        Ok(session) => opened(app, order, &session).await,
        Err(error) if error.is_retryable() || error.outcome_unknown() => {
            tracing::warn!(order = order.id, %error, "the session is opened later");
            Ok(())
        }
        Err(error) => {
            let rejected = Order { state: State::Rejected, message: Some(error.to_string()), ..order };
            rejected.save(&mut *app.database.connection().await?).await?;
            Ok(())
        }
    }
}

/// Stores the session, unless another process has opened one meanwhile.
async fn opened(app: &App, order: Order, session: &SessionTokenResponse) -> Result<(), AppError> {
    // Watched first: a session that is watched in vain does no harm.
    if let Some(id) = &session.id {
        app.reconciler.watch(&Watched::Session(id.clone())).await?;
    }
    let mut connection = app.database.connection().await?;
    let Some(order) = orders::find(&mut connection, By::Id, &order.id).await? else { return Ok(()) };
    if order.meld_id.is_none() {
        let url = session.widget_url().map(str::to_owned);
        let order = Order { state: State::Waiting, meld_id: session.id.clone(), url, ..order };
        order.save(&mut connection).await?;
    }
    Ok(())
}

/// The request of a session, in one of two directions.
enum Session {
    Buy(BuySession),
    Sell(SellSession),
}

impl Session {
    /// Returns the session of an order. Its external id differs for each attempt, because Meld opens none twice.
    fn of(app: &App, order: &Order, quote: &CryptoQuote, wallet: Option<&str>) -> Result<Self, Error> {
        let customer = CustomerRef::external_id(&order.user_id);
        let external_id = format!("{}-{}", order.id, order.attempts);
        let redirect = format!("{}/orders/{}", app.public_url, order.id);
        if order.kind == Kind::Sell {
            let session = quote.sell_session(customer)?.with_external_session_id(external_id);
            return Ok(Self::Sell(session.redirect_url(redirect)));
        }
        let session = quote.buy_session(wallet.unwrap_or_default(), customer)?.with_external_session_id(external_id);
        Ok(Self::Buy(session.redirect_url(redirect)))
    }

    async fn send(self, app: &App) -> Result<SessionTokenResponse, Error> {
        let call = app.api.crypto().create_widget_session();
        let call = match self {
            Self::Buy(session) => call.body(session),
            Self::Sell(session) => call.body(session),
        };
        Ok(call.send().await?.into_inner())
    }
}
