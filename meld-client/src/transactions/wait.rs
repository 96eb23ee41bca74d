//! Waiting for a transaction.

use std::sync::{Mutex, PoisonError};

use meld_client_core::Call;

use super::{TransactionOutcome, TransactionStatusExt};
#[allow(unused_imports, reason = "no version need be chosen")]
use crate::for_versions::for_versions;
use crate::http::StatusCode;
use crate::polling::Poll;
use crate::{Error, Polling};

/// Transactions by their id: the clients of the families `crypto` and `payments` have it.
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
/// let waiting = Polling::default().timeout(Duration::from_secs(120));
/// match crypto.wait_for_transaction(id, waiting).await? {
///     TransactionOutcome::Settled(transaction) => println!("{:?}", transaction.destination_amount),
///     TransactionOutcome::Ended(transaction) => println!("{:?}", transaction.status),
///     TransactionOutcome::Pending(_) => println!("a webhook will tell"),
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub trait TransactionsExt {
    /// A transaction of this family and version.
    type Transaction: TransactionStatusExt;

    /// Reads a transaction until it is at its end or the time is over (`GET /payments/transactions/{id}`, operationId
    /// `payments-transactions-get`).
    ///
    /// This is for minutes. What takes longer (bank transfers take days), learn by webhooks: without one, ask no
    /// more often than every 6 hours. Some never come to an end: ACH payments through Coinflow stay `PENDING`.
    ///
    /// # Errors
    /// The first call that fails; the outcome of the transaction is then not known.
    fn wait_for_transaction(
        &self,
        id: &str,
        waiting: Polling,
    ) -> impl Future<Output = Result<TransactionOutcome<Self::Transaction>, Error>> + Send;
}

/// A response that holds a transaction.
pub trait TransactionResponse: Send {
    /// The transaction.
    type Transaction: TransactionStatusExt + Send;

    /// The transaction, if the response has one.
    fn into_transaction(self) -> Option<Self::Transaction>;
}

/// What a call responses a transaction of.
#[allow(dead_code, reason = "no version need be chosen")]
pub(super) type TransactionOf<C> = <<C as Call>::Output as TransactionResponse>::Transaction;

/// Sends the call until its transaction is at its end.
#[allow(dead_code, reason = "no version need be chosen")]
async fn until_the_end<C: Call<Output: TransactionResponse>>(
    call: C,
    waiting: Polling,
) -> Result<TransactionOutcome<TransactionOf<C>>, Error> {
    let transport = call.transport().clone();
    let request = call.into_request()?;
    let (transport, request) = (&transport, &request);
    let (last, missing) = (Mutex::new(None), Mutex::new(Error::missing("transaction")));
    let (last_seen, last_missing) = (&last, &missing);
    let end = waiting.until(|left| async move {
        let response = C::send_request(&left.limit(transport), request.clone()).await?;
        let (status, retry_after) = (response.status(), response.retry_after());
        let missing = Error::unusable(&response, "transaction".to_owned(), "there is none");
        let Some(transaction) = response.into_inner().into_transaction() else {
            let missing = missing.with_operation(request.operation());
            if status != StatusCode::ACCEPTED {
                return Err(missing);
            }
            *last_missing.lock().unwrap_or_else(PoisonError::into_inner) = missing;
            return Ok(Poll::Pending { retry_after });
        };
        let is_terminal = transaction.is_terminal();
        *last_seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(transaction);
        Ok(if is_terminal { Poll::Ready(()) } else { Poll::Pending { retry_after } })
    });
    end.await?;
    let last = last.into_inner().unwrap_or_else(PoisonError::into_inner);
    let missing = || missing.into_inner().unwrap_or_else(PoisonError::into_inner);
    last.map(TransactionOutcome::of).ok_or_else(missing)
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! transactions {
    ($version:ident, $family:ident, $get:ident) => {
        impl TransactionResponse for crate::$version::$family::types::PaymentTransactionResponse {
            type Transaction = crate::$version::$family::types::PaymentTransactionOutput;

            fn into_transaction(self) -> Option<Self::Transaction> {
                self.transaction
            }
        }

        impl TransactionsExt for crate::$version::$family::Client {
            type Transaction = crate::$version::$family::types::PaymentTransactionOutput;

            async fn wait_for_transaction(
                &self,
                id: &str,
                waiting: Polling,
            ) -> Result<TransactionOutcome<Self::Transaction>, Error> {
                until_the_end(self.$get().id(id), waiting).await
            }
        }
    };
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! in_crypto {
    ($version:ident) => {
        transactions!($version, crypto, get_transaction);
    };
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! in_payments {
    ($version:ident) => {
        transactions!($version, payments, get_transaction);
    };
}

for_versions!("crypto", in_crypto);
for_versions!("payments", in_payments);
