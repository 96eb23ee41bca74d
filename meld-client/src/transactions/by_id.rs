//! Polling a transaction by its id.

use std::sync::{Mutex, PoisonError};

use meld_client_core::http::StatusCode;
use meld_client_core::{Call, Error};

use super::versions::{TransactionOf, TransactionResponse};
use super::{TransactionOutcome, TransactionStatusExt as _};
use crate::polling::{Poll, Polling};

/// Sends the call until its transaction has ended.
pub(super) async fn wait<C: Call<Output: TransactionResponse>>(
    call: C,
    polling: Polling,
) -> Result<TransactionOutcome<TransactionOf<C>>, Error> {
    let transport = call.transport().clone();
    let request = call.into_request()?;
    let (transport, request) = (&transport, &request);
    let (last, missing) = (Mutex::new(None), Mutex::new(Error::missing("transaction")));
    let (last_seen, last_missing) = (&last, &missing);
    let end = polling.until(|left| async move {
        let mut request = request.clone();
        left.limit(request.options_mut());
        let operation = request.operation();
        let response = C::send_request(transport, request).await?;
        let (status, retry_after) = (response.status(), response.retry_after());
        let missing = Error::unusable(&response, "transaction".to_owned(), "there is none");
        let Some(transaction) = response.into_inner().into_transaction() else {
            let missing = missing.with_operation(operation);
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
