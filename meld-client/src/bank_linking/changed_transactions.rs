//! Catching up with transactions that changed.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::SystemTime;

use futures_util::Stream;
use meld_client_core::chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use meld_client_core::{Call, Page};

use super::calls::{Calls, Rows};
use crate::{Error, PaginationExt};

/// How long transactions change, and one day more, because days begin at other times at the bank.
const CHANGING: TimeDelta = TimeDelta::days(15);

/// How many rows a page has on the way to a row that is most probably near: the size that the service itself chooses.
const NEAR: i32 = 100;

/// The transactions that may have changed, from the newest on: a stream. See
/// [`BankLinkingExt::changed_transactions`](super::BankLinkingExt::changed_transactions).
///
/// A page is asked for when its first transaction is wanted. An error is the last item.
#[must_use = "nothing is read before it is polled"]
pub struct ChangedTransactions<T> {
    /// None when it is over.
    transactions: Option<Transactions<T>>,
    key: fn(&T) -> Option<&str>,
    until: Option<String>,
    reached: bool,
}

type Transactions<T> = Pin<Box<dyn Stream<Item = Result<T, Error>> + Send>>;

impl<T> ChangedTransactions<T> {
    /// Whether the named transaction came, which ends the stream. It did not, if the stream has not ended yet, if there
    /// was no key, or if the stream has ended with the list: then the transaction is no longer there, and all
    /// transactions of the account have been read.
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
        formatter
            .debug_struct("ChangedTransactions")
            .field("reached", &self.reached)
            .finish_non_exhaustive()
    }
}

pub(super) fn changed_transactions<C: Calls>(
    client: &C,
    financial_account_id: &str,
    until: Option<&str>,
) -> ChangedTransactions<C::FinancialAccountTransaction> {
    let until = until.filter(|key| !key.is_empty()).map(str::to_owned);
    let rows = if until.is_some() { Rows::Newest(NEAR) } else { Rows::Since(first_day(today())) };
    walk(client.transactions(financial_account_id, rows), until)
}

fn walk<S, T>(search: S, until: Option<String>) -> ChangedTransactions<T>
where
    S: Call<Output: Page<Item = T>> + 'static,
    T: Send + 'static,
{
    let key = <S::Output as Page>::key;
    ChangedTransactions {
        transactions: Some(Box::pin(search.stream())),
        key,
        until,
        reached: false,
    }
}

fn today() -> NaiveDate {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}

/// The first day of which transactions may have changed.
fn first_day(today: NaiveDate) -> NaiveDate {
    today.checked_sub_signed(CHANGING).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transactions_of_two_weeks_are_read_wherever_the_bank_is() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(first_day(day("2024-03-05")), day("2024-02-19"));
        assert_eq!(first_day(NaiveDate::MIN), NaiveDate::MIN);
    }
}
