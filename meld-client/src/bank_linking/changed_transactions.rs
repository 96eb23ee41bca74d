//! The changed transactions of a financial account.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::SystemTime;

use futures_util::{Stream, StreamExt, TryStreamExt};
use meld_client_core::chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use meld_client_core::{Call, Error, Page};

use super::versions::{BankLinking, Rows};
use crate::pagination::PaginationExt;

/// The time for which transactions change, plus one day for the time zone of the bank.
const CHANGING: TimeDelta = TimeDelta::days(15);

/// The page size for a transaction that is probably near the top. It is the service's default.
const NEAR: i32 = 100;

/// A stream of the transactions that may have changed, newest first.
///
/// Returned by [`BankLinkingExt::changed_transactions`](super::BankLinkingExt::changed_transactions). Pages are
/// requested as they are needed. The stream ends after an error.
#[must_use = "streams do nothing unless polled"]
pub struct ChangedTransactions<T> {
    /// `None` once the stream has ended.
    transactions: Option<Transactions<T>>,
    key: fn(&T) -> Option<&str>,
    until: Option<String>,
    reached: bool,
}

type Transactions<T> = Pin<Box<dyn Stream<Item = Result<T, Error>> + Send>>;

impl<T> ChangedTransactions<T> {
    /// Returns the next transaction or error. `None` at the end, and after an error.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        StreamExt::next(self).await
    }

    /// Returns the next transaction. `None` at the end, and after an error.
    ///
    /// # Errors
    ///
    /// Returns the errors of the stream.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        TryStreamExt::try_next(self).await
    }

    /// Returns `true` once the stream has yielded the transaction with the search key, which ends the stream.
    ///
    /// If a key was given and the stream ends with `false`, the transaction no longer exists. The stream has then yielded
    /// all transactions of the account.
    #[must_use]
    pub fn reached_key(&self) -> bool {
        self.reached
    }
}

impl<T> Stream for ChangedTransactions<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(transactions) = &mut this.transactions else { return Poll::Ready(None) };
        let Poll::Ready(next) = transactions.as_mut().poll_next(context) else {
            return Poll::Pending;
        };
        if let (Some(Ok(transaction)), Some(until)) = (&next, &this.until) {
            this.reached = (this.key)(transaction) == Some(until);
        }
        if this.reached || !matches!(next, Some(Ok(_))) {
            this.transactions = None;
        }
        Poll::Ready(next)
    }
}

impl<T> fmt::Debug for ChangedTransactions<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ChangedTransactions").field("reached", &self.reached).finish_non_exhaustive()
    }
}

pub(super) fn changed_transactions<C: BankLinking>(
    client: &C,
    financial_account_id: &str,
    until: Option<&str>,
) -> ChangedTransactions<C::FinancialAccountTransaction> {
    let until = until.filter(|key| !key.is_empty()).map(str::to_owned);
    let rows = if until.is_some() { Rows::Newest(NEAR) } else { Rows::Since(first_day(today())) };
    stop_at_key(client.transactions(financial_account_id, rows), until)
}

fn stop_at_key<S, T>(search: S, until: Option<String>) -> ChangedTransactions<T>
where
    S: Call<Output: Page<Item = T>> + 'static,
    T: Send + 'static,
{
    let key = <S::Output as Page>::key;
    ChangedTransactions { transactions: Some(Box::pin(search.stream())), key, until, reached: false }
}

fn today() -> NaiveDate {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}

fn first_day(today: NaiveDate) -> NaiveDate {
    today.checked_sub_signed(CHANGING).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_go_back_two_weeks_and_a_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(first_day(day("2024-03-05")), day("2024-02-19"));
        assert_eq!(first_day(NaiveDate::MIN), NaiveDate::MIN);
    }
}
