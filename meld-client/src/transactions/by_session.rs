//! Polling a transaction by its widget session.

use std::sync::{Mutex, PoisonError};

use meld_client_core::{Call, Error, ErrorCode};

use super::versions::{TransactionOf, TransactionResponse};
use super::{DepositOutcome, SessionOutcome, TransactionOutcome, TransactionStatusExt, TransactionWalletsExt};
use crate::polling::{Poll, Polling};

/// The result of one request for the transaction of a session.
enum Found<T> {
    Transaction(T),
    NotYetCreated,
    Unsupported,
}

impl<T> Found<T> {
    /// Classifies a response, or the code of an error.
    fn of<Output>(response: Result<Output, Error>) -> Result<Self, Error>
    where
        Output: TransactionResponse<Transaction = T>,
    {
        match response {
            Ok(response) => Ok(response.into_transaction().map_or(Self::NotYetCreated, Self::Transaction)),
            Err(error) => match error.code() {
                Some(ErrorCode::TransactionFetchBySessionNotYetCreatedWithProvider) => Ok(Self::NotYetCreated),
                Some(ErrorCode::TransactionFetchBySessionProviderUnsupported | ErrorCode::NotSupported) => {
                    Ok(Self::Unsupported)
                }
                _ => Err(error),
            },
        }
    }
}

/// Sends the call until its transaction is wanted, and returns the last result.
async fn until<C: Call<Output: TransactionResponse>>(
    call: C,
    polling: Polling,
    is_wanted: impl Fn(&TransactionOf<C>) -> bool + Send,
) -> Result<Found<TransactionOf<C>>, Error> {
    let transport = call.transport().clone();
    let request = call.into_request()?;
    let last = Mutex::new(Found::NotYetCreated);
    let (transport, request, last_seen) = (&transport, &request, &last);
    let is_wanted = &is_wanted;
    let end = polling.until(|left| async move {
        let mut request = request.clone();
        left.limit(request.options_mut());
        let response = C::send_request(transport, request).await;
        let retry_after = match &response {
            Ok(response) => response.retry_after(),
            Err(error) => error.retry_after(),
        };
        let found = Found::of(response.map(meld_client_core::ResponseValue::into_inner))?;
        let (is_end, known) = match &found {
            Found::Transaction(transaction) => (is_wanted(transaction), true),
            Found::NotYetCreated => (false, false),
            Found::Unsupported => (true, false),
        };
        let mut last = last_seen.lock().unwrap_or_else(PoisonError::into_inner);
        // A later response without a transaction does not remove the known one.
        if known || !matches!(*last, Found::Transaction(_)) {
            *last = found;
        }
        Ok(if is_end { Poll::Ready(()) } else { Poll::Pending { retry_after } })
    });
    end.await?;
    Ok(last.into_inner().unwrap_or_else(PoisonError::into_inner))
}

pub(super) async fn wait<C: Call<Output: TransactionResponse>>(
    call: C,
    polling: Polling,
) -> Result<SessionOutcome<TransactionOf<C>>, Error> {
    let found = until(call, polling, TransactionStatusExt::is_terminal).await?;
    Ok(match found {
        Found::Transaction(transaction) => TransactionOutcome::of(transaction).into(),
        Found::NotYetCreated => SessionOutcome::NotYetCreated,
        Found::Unsupported => SessionOutcome::Unsupported,
    })
}

pub(super) async fn wait_for_deposit<C>(call: C, polling: Polling) -> Result<DepositOutcome<TransactionOf<C>>, Error>
where
    C: Call<Output: TransactionResponse>,
{
    let is_wanted = |transaction: &TransactionOf<C>| {
        is_not_a_sale(transaction) || is_paid(transaction) || transaction.deposit().is_some()
    };
    let transaction = match until(call, polling, is_wanted).await? {
        Found::Transaction(transaction) => transaction,
        Found::NotYetCreated => return Ok(DepositOutcome::NotYetCreated),
        Found::Unsupported => return Ok(DepositOutcome::Unsupported),
    };
    Ok(match transaction.deposit() {
        Some(deposit) => DepositOutcome::Ready(deposit, transaction),
        None if is_not_a_sale(&transaction) => DepositOutcome::NotASell(transaction),
        None if is_paid(&transaction) => DepositOutcome::NothingToSend(transaction),
        None => DepositOutcome::NoAddressYet(transaction),
    })
}

/// Returns `true` if the type is known and not a sale. An unknown type may still be one.
fn is_not_a_sale(transaction: &impl TransactionWalletsExt) -> bool {
    transaction.kind().is_some_and(|kind| kind.is_known() && !kind.is_sell())
}

/// Returns `true` if the coins have arrived, or are no longer accepted.
fn is_paid(transaction: &impl TransactionStatusExt) -> bool {
    transaction.transaction_status().is_some_and(|status| status.is_past_payment())
}
