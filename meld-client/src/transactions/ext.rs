//! The methods of clients with transactions.

use meld_client_core::Error;

use super::versions::{SessionTransactions, Transactions};
use super::{DepositOutcome, SessionOutcome, TransactionOutcome, by_id, by_session};
use crate::polling::Polling;

/// Polls transactions by id, on the `crypto` and `payments` clients of every API version.
///
/// `Self::Transaction` is that of [`TransactionsClient`](super::TransactionsClient).
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # use meld_client::v2026_02_03::crypto::types::*;
/// use std::time::Duration;
///
/// use meld_client::Polling;
/// use meld_client::transactions::TransactionOutcome;
/// use meld_client::v2026_02_03::prelude::*;
///
/// # let data = CryptoBuySessionData::builder().country_code("US").source_currency_code("USD");
/// # let data = data.destination_currency_code("BTC").source_amount(100).service_provider("BANXA");
/// # let data = data.wallet_address("2N3oefVeg6stiTb5Kh3ozCSkaqmx91FDbsm").build()?;
/// # let request = SessionTokenForWidgetRequest::builder().session_data(SessionData::Buy(data));
/// # let request = request.external_customer_id("customer-1");
/// # let session = meld.v2026_02_03().crypto().create_widget_session().body(request).send().await?;
/// # let session_id = session.id.clone().unwrap_or_default();
/// # let id = &sandbox.complete_session(&session_id, meld_sandbox::Outcome::Settled)?;
/// # sandbox.clock().advance(Duration::from_secs(90));
/// let crypto = meld.v2026_02_03().crypto();
/// let polling = Polling::default().timeout(Duration::from_secs(120));
/// match crypto.wait_for_transaction(id, polling).await? {
///     TransactionOutcome::Settled(transaction) => println!("{:?}", transaction.destination_amount),
///     TransactionOutcome::Ended(transaction) => println!("{:?}", transaction.status),
///     TransactionOutcome::Pending(_) => println!("wait for the webhook"),
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub trait TransactionsExt: Transactions {
    /// Polls a transaction until it has ended (`GET /payments/transactions/{id}`, operation
    /// `payments-transactions-get`).
    ///
    /// Meant for minutes. Use webhooks for longer waits, such as bank transfers, which take days. Without webhooks,
    /// poll at most every 6 hours. Some transactions never end: ACH payments through Coinflow stay `PENDING`.
    ///
    /// # Errors
    ///
    /// Returns the first error that is not retryable. The outcome of the transaction is then unknown.
    fn wait_for_transaction(
        &self,
        id: &str,
        polling: Polling,
    ) -> impl Future<Output = Result<TransactionOutcome<Self::Transaction>, Error>> + Send {
        by_id::wait(self.get(id), polling)
    }
}

impl<C: Transactions> TransactionsExt for C {}

/// Polls the transaction of a widget session, on the `crypto` client of every API version.
///
/// Meld forwards the request to the provider, so the response precedes any webhook. It is meant for sales in
/// particular, after the user has returned from the widget. A transaction exists once the user has committed to
/// something in the widget.
///
/// `Self::Transaction` is that of [`TransactionsClient`](super::TransactionsClient).
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use std::time::Duration;
///
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
/// use meld_client::customers::CustomerRef;
/// use meld_client::transactions::DepositOutcome;
/// use meld_client::v2026_02_03::prelude::*;
/// use meld_client::{Money, Polling};
///
/// let crypto = meld.v2026_02_03().crypto();
/// let (usdc, usd) = (CryptoCurrency::new("USDC")?, FiatCurrency::new("USD")?);
/// let request = QuoteRequest::sell("US", Money::new(250, usdc), usd);
/// let quotes = crypto.create_quote().body(request).send().await?;
/// let quote = quotes.best().ok_or("not available")?;
/// let session = quote.sell_session(CustomerRef::external_id("customer-1"))?;
/// let session = session.redirect_url("https://wallet.example/sold");
/// let session = crypto.create_widget_session().body(session).send().await?;
/// // Open `session.widget_url()` for the user, who returns to the redirect URL.
/// let session_id = session.id.as_deref().ok_or("no session")?;
/// # sandbox.complete_session(session_id, meld_sandbox::Outcome::Settled)?;
///
/// let polling = Polling::default().timeout(Duration::from_secs(120));
/// match crypto.wait_for_deposit(session_id, polling).await? {
///     DepositOutcome::Ready(deposit, _) => {
///         println!("send {} to {}", deposit.amount, deposit.address);
///     }
///     other => println!("nothing to send: {other:?}"),
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub trait SessionTransactionsExt: SessionTransactions {
    /// Polls the transaction of a session until it has ended, or the provider does not support it
    /// (`GET /payments/transactions/sessions/{sessionId}`, operation `payments-transactions-sessions-get`).
    ///
    /// Meant for the minutes in which a user looks at a page. Use webhooks for longer waits.
    ///
    /// # Errors
    ///
    /// Returns the first error that is not retryable and not represented by a [`SessionOutcome`]. The outcome of the
    /// transaction is then unknown.
    fn wait_for_session(
        &self,
        session_id: &str,
        polling: Polling,
    ) -> impl Future<Output = Result<SessionOutcome<Self::Transaction>, Error>> + Send {
        by_session::wait(self.get_by_session(session_id), polling)
    }

    /// Polls the transaction of a sale until it has the address for the coins.
    ///
    /// Uses the operation of [`wait_for_session`](Self::wait_for_session), for the redirect flow, which Meld
    /// recommends: the user has returned from the widget and is to send the coins.
    ///
    /// # Errors
    ///
    /// Returns the first error that is not retryable and not represented by a [`DepositOutcome`].
    fn wait_for_deposit(
        &self,
        session_id: &str,
        polling: Polling,
    ) -> impl Future<Output = Result<DepositOutcome<Self::Transaction>, Error>> + Send {
        by_session::wait_for_deposit(self.get_by_session(session_id), polling)
    }
}

impl<C: SessionTransactions> SessionTransactionsExt for C {}
