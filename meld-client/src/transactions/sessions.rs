//! The transactions that come of widget sessions.

use std::sync::{Mutex, PoisonError};

use meld_client_core::{Call, ErrorCode};

use super::wait::TransactionOf;
use super::{
    DepositOutcome, SessionOutcome, TransactionOutcome, TransactionResponse, TransactionStatusExt,
    TransactionWalletsExt,
};
#[allow(unused_imports, reason = "no version need be chosen")]
use crate::for_versions::for_versions;
use crate::polling::Poll;
use crate::{Error, Polling};

/// Transactions by the session of the widget that they are made in: the clients of the family `crypto` have it.
///
/// The question goes on to the provider, so that there is a response before any webhook comes; it is meant above all for
/// sells, after the user comes back from the widget. A transaction appears only when the user has done something real
/// in the widget.
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
/// use meld_client::{Decimal, Polling};
///
/// let crypto = meld.v2026_02_03().crypto();
/// let (usdc, usd) = (CryptoCurrency::new("USDC")?, FiatCurrency::new("USD")?);
/// let request = QuoteRequest::sell("US", Decimal::from(250), usdc, usd);
/// let quotes = crypto.create_quote().body(request).send().await?;
/// let quote = quotes.best().ok_or("nobody buys that")?;
/// let session = quote.sell_session(CustomerRef::external_id("customer-1"))?;
/// let session = session.redirect_url("https://wallet.example/sold");
/// let session = crypto.create_widget_session().body(session).send().await?;
/// // The user is sent to `session.address()`, and comes back to the redirect address.
/// let session_id = session.id.as_deref().ok_or("no session")?;
/// # sandbox.complete_session(session_id, meld_sandbox::Outcome::Settled)?;
///
/// let waiting = Polling::default().timeout(Duration::from_secs(120));
/// match crypto.wait_for_deposit(session_id, waiting).await? {
///     DepositOutcome::Ready(deposit, _) => {
///         println!("send {} {} to {}", deposit.amount, deposit.currency_code, deposit.address);
///     }
///     other => println!("nothing to send: {other:?}"),
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub trait SessionTransactionsExt {
    /// A transaction of this version.
    type Transaction: TransactionWalletsExt;

    /// Asks for the transaction of a session until it is at its end, it turns out that the provider cannot be asked,
    /// or the time is over (`GET /payments/transactions/sessions/{sessionId}`, operationId
    /// `payments-transactions-sessions-get`).
    ///
    /// This is for the minutes in which a user looks at a page; learn of the rest by webhooks.
    ///
    /// # Errors
    /// The first call that fails, but for the responses that [`SessionOutcome`] has names for. The outcome of the
    /// transaction is then not known.
    fn wait_for_session(
        &self,
        session_id: &str,
        waiting: Polling,
    ) -> impl Future<Output = Result<SessionOutcome<Self::Transaction>, Error>> + Send;

    /// Asks for the transaction of a sell until it says where the coins are to be sent. The same question as
    /// [`wait_for_session`](Self::wait_for_session), for the preferred flow of a sell (`redirectFlow`): the user has
    /// come back from the widget and is to send the coins.
    ///
    /// # Errors
    /// The first call that fails, but for the responses that [`DepositOutcome`] has names for.
    fn wait_for_deposit(
        &self,
        session_id: &str,
        waiting: Polling,
    ) -> impl Future<Output = Result<DepositOutcome<Self::Transaction>, Error>> + Send;
}

/// What one question for the transaction of a session gave.
enum Found<Transaction> {
    Transaction(Transaction),
    NotYetCreated,
    CannotBeAsked,
}

impl<Transaction> Found<Transaction> {
    /// By the response, or by the code of the error.
    fn of<Output>(response: Result<Output, Error>) -> Result<Self, Error>
    where
        Output: TransactionResponse<Transaction = Transaction>,
    {
        match response {
            Ok(response) => {
                Ok(response.into_transaction().map_or(Self::NotYetCreated, Self::Transaction))
            }
            Err(error) => match error.code() {
                Some(ErrorCode::TransactionFetchBySessionNotYetCreatedWithProvider) => {
                    Ok(Self::NotYetCreated)
                }
                Some(
                    ErrorCode::TransactionFetchBySessionProviderUnsupported
                    | ErrorCode::NotSupported,
                ) => Ok(Self::CannotBeAsked),
                _ => Err(error),
            },
        }
    }
}

/// Asks for the transaction of a session until it is as wanted, and gives what was found last.
#[allow(dead_code, reason = "no version need be chosen")]
async fn until<C: Call<Output: TransactionResponse>>(
    call: C,
    waiting: Polling,
    is_wanted: impl Fn(&TransactionOf<C>) -> bool + Send,
) -> Result<Found<TransactionOf<C>>, Error> {
    let transport = call.transport().clone();
    let request = call.into_request()?;
    let last = Mutex::new(Found::NotYetCreated);
    let (transport, request, last_seen) = (&transport, &request, &last);
    let is_wanted = &is_wanted;
    let end = waiting.until(|left| async move {
        let response = C::send_request(&left.limit(transport), request.clone()).await;
        let retry_after = match &response {
            Ok(response) => response.retry_after(),
            Err(error) => error.retry_after(),
        };
        let found = Found::of(response.map(crate::ResponseValue::into_inner))?;
        let (is_end, known) = match &found {
            Found::Transaction(transaction) => (is_wanted(transaction), true),
            Found::NotYetCreated => (false, false),
            Found::CannotBeAsked => (true, false),
        };
        let mut last = last_seen.lock().unwrap_or_else(PoisonError::into_inner);
        // What was there once is not taken back by a response that knows nothing of it.
        if known || !matches!(*last, Found::Transaction(_)) {
            *last = found;
        }
        Ok(if is_end { Poll::Ready(()) } else { Poll::Pending { retry_after } })
    });
    end.await?;
    Ok(last.into_inner().unwrap_or_else(PoisonError::into_inner))
}

#[allow(dead_code, reason = "no version need be chosen")]
async fn wait_for_session<C: Call<Output: TransactionResponse>>(
    call: C,
    waiting: Polling,
) -> Result<SessionOutcome<TransactionOf<C>>, Error> {
    let found = until(call, waiting, TransactionStatusExt::is_terminal).await?;
    Ok(match found {
        Found::Transaction(transaction) => TransactionOutcome::of(transaction).into(),
        Found::NotYetCreated => SessionOutcome::NotYetCreated,
        Found::CannotBeAsked => SessionOutcome::CannotBeAsked,
    })
}

#[allow(dead_code, reason = "no version need be chosen")]
async fn wait_for_deposit<C>(
    call: C,
    waiting: Polling,
) -> Result<DepositOutcome<TransactionOf<C>>, Error>
where
    C: Call<Output: TransactionResponse<Transaction: TransactionWalletsExt>>,
{
    let is_wanted = |transaction: &TransactionOf<C>| {
        is_no_sell(transaction) || is_paid(transaction) || transaction.deposit().is_some()
    };
    let transaction = match until(call, waiting, is_wanted).await? {
        Found::Transaction(transaction) => transaction,
        Found::NotYetCreated => return Ok(DepositOutcome::NotYetCreated),
        Found::CannotBeAsked => return Ok(DepositOutcome::CannotBeAsked),
    };
    Ok(match transaction.deposit() {
        Some(deposit) => DepositOutcome::Ready(deposit, transaction),
        None if is_no_sell(&transaction) => DepositOutcome::NotASell(transaction),
        None if is_paid(&transaction) => DepositOutcome::NothingToSend(transaction),
        None => DepositOutcome::NoAddressYet(transaction),
    })
}

/// Whether it is known to be something else. A transaction of which the type is not known may yet turn out a sell.
fn is_no_sell(transaction: &impl TransactionWalletsExt) -> bool {
    transaction.kind().is_some_and(|kind| kind.is_known() && !kind.is_sell())
}

/// Whether the coins have come, or will not be taken any more.
fn is_paid(transaction: &impl TransactionStatusExt) -> bool {
    transaction.transaction_status().is_some_and(|status| status.is_past_payment())
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! session_transactions {
    ($version:ident) => {
        impl SessionTransactionsExt for crate::$version::crypto::Client {
            type Transaction = crate::$version::crypto::types::PaymentTransactionOutput;

            async fn wait_for_session(
                &self,
                session_id: &str,
                waiting: Polling,
            ) -> Result<SessionOutcome<Self::Transaction>, Error> {
                let call = self.get_transaction_by_session().session_id(session_id);
                wait_for_session(call, waiting).await
            }

            async fn wait_for_deposit(
                &self,
                session_id: &str,
                waiting: Polling,
            ) -> Result<DepositOutcome<Self::Transaction>, Error> {
                let call = self.get_transaction_by_session().session_id(session_id);
                wait_for_deposit(call, waiting).await
            }
        }
    };
}

for_versions!("crypto", session_transactions);
