//! Polling: requests that are repeated until something has happened.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{Error, Transport};

/// The interval and time limit of polling: repeating a request until something has happened at Meld.
///
/// Use webhooks where you can; polling is for tools, tests and short waits.
///
/// The interval between requests doubles from [`initial_interval`](Self::initial_interval) (default 2 seconds) to
/// [`max_interval`](Self::max_interval) (default 1 minute). Polling ends without a result after
/// [`timeout`](Self::timeout) (default 10 minutes), which says nothing about what was polled for.
///
/// A `Retry-After` header is obeyed, in pending responses and in retryable errors (such as 429): the next request is
/// sent no sooner. If it asks for more than the remaining time, polling ends at its time limit without another request.
///
/// Retryable errors do not end polling. The last request is sent at the time limit; it is not retried, and is abandoned
/// after 5 seconds.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use meld_client::Polling;
///
/// let polling = Polling::default()
///     .initial_interval(Duration::from_secs(1))
///     .timeout(Duration::from_secs(120));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Polling {
    initial_interval: Duration,
    max_interval: Duration,
    timeout: Duration,
}

/// The result of one request of a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Poll<T> {
    /// The awaited value.
    Ready(T),
    /// Nothing yet.
    Pending {
        /// The least time that the response asks to wait (`Retry-After`).
        retry_after: Option<Duration>,
    },
}

/// The time that is left for one request of a poll, with its retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeLeft(Duration);

impl TimeLeft {
    /// A transport whose calls do not outlast the poll by their retries.
    pub(crate) fn limit(self, transport: &Transport) -> Transport {
        transport.clone().with_time_left(self.0)
    }
}

impl Polling {
    /// Sets the interval between the first and the second request. The default is 2 seconds.
    pub fn initial_interval(self, interval: Duration) -> Self {
        Self { initial_interval: interval, ..self }
    }

    /// Sets the longest interval between two requests. The default is 1 minute.
    pub fn max_interval(self, interval: Duration) -> Self {
        Self { max_interval: interval, ..self }
    }

    /// Sets the time after which polling ends without a result. The default is 10 minutes.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Polls until `ask` is ready; `None` when the time is over. Asks at least once. `ask` limits its calls by the
    /// [`TimeLeft`] that it is given.
    ///
    /// # Errors
    /// Returns the first error that does not pass by itself, or the last one that may, if it was the last result when
    /// the time was over.
    pub(crate) async fn until<T, Asked>(
        self,
        mut ask: impl FnMut(TimeLeft) -> Asked,
    ) -> Result<Option<T>, Error>
    where
        // Not `AsyncFnMut`: whether the future of one can be sent to another thread cannot be told yet.
        Asked: Future<Output = Result<Poll<T>, Error>>,
    {
        let end = Instant::now().checked_add(self.timeout);
        let left =
            || end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
        // Never without a pause.
        let mut gap = self.initial_interval.max(Duration::from_millis(1));
        let longest = self.max_interval.max(gap);
        loop {
            let (passing, retry_after) = match ask(TimeLeft(left())).await {
                Ok(Poll::Ready(found)) => return Ok(Some(found)),
                Ok(Poll::Pending { retry_after }) => (Ok(None), retry_after),
                Err(error) if error.is_retryable() => {
                    let retry_after = error.retry_after();
                    (Err(error), retry_after)
                }
                Err(error) => return Err(error),
            };
            let left = left();
            let told = retry_after.unwrap_or_default();
            if left.is_zero() || told > left {
                sleep(left).await;
                return passing;
            }
            sleep(gap.max(told).min(left)).await;
            gap = gap.saturating_mul(2).min(longest);
        }
    }
}

impl Default for Polling {
    fn default() -> Self {
        Self {
            initial_interval: Duration::from_secs(2),
            max_interval: Duration::from_secs(60),
            timeout: Duration::from_secs(600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PENDING: Poll<()> = Poll::Pending { retry_after: None };

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// The seconds at which a poll asks, and the one at which it ends, if responses ask to wait like this; the last one
    /// again and again.
    async fn asked(waiting: Polling, told: &[Option<u64>]) -> (Vec<u64>, u64) {
        let start = Instant::now();
        let mut asked = Vec::new();
        let found = waiting.until(|_| {
            let told = told.get(asked.len()).or(told.last()).copied().flatten();
            asked.push(start.elapsed().as_secs());
            async move { Ok(Poll::<()>::Pending { retry_after: told.map(seconds) }) }
        });
        assert_eq!(found.await.unwrap(), None);
        (asked, start.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn gaps_double_up_to_the_longest_and_the_end() {
        let waiting = Polling::default().timeout(seconds(20)).max_interval(seconds(5));
        assert_eq!(asked(waiting, &[None]).await, (vec![0, 2, 6, 11, 16, 20], 20));
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_is_the_least_gap() {
        for (told, times) in [
            // More than the gap, less than the gap, and none.
            (vec![Some(120), Some(1), None], (vec![0, 120, 124, 132, 148, 180, 240, 300], 300)),
            // Exactly as much as is left.
            (vec![Some(300)], (vec![0, 300], 300)),
            (vec![None, Some(0)], (vec![0, 2, 6, 14, 30, 62, 122, 182, 242, 300], 300)),
        ] {
            assert_eq!(
                asked(Polling::default().timeout(seconds(300)), &told).await,
                times,
                "{told:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_beyond_the_end_sends_no_more() {
        let waiting = Polling::default().timeout(seconds(60));
        assert_eq!(asked(waiting, &[Some(120)]).await, (vec![0], 60));
        assert_eq!(asked(waiting, &[None, Some(u64::MAX)]).await, (vec![0, 2], 60));
        assert_eq!(
            asked(Polling::default().timeout(Duration::ZERO), &[Some(1)]).await,
            (vec![0], 0)
        );
        assert_eq!(asked(Polling::default().timeout(Duration::ZERO), &[None]).await, (vec![0], 0));
    }

    #[tokio::test(start_paused = true)]
    async fn each_request_gets_the_time_that_is_left() {
        let mut left = Vec::new();
        let waiting = Polling::default().timeout(seconds(7));
        let found = waiting.until(|TimeLeft(time)| {
            left.push(time.as_secs());
            async { Ok(PENDING) }
        });
        found.await.unwrap();
        assert_eq!(left, [7, 5, 1, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_always_a_pause() {
        let mut asked = 0;
        let waiting = Polling::default().timeout(Duration::from_millis(10));
        let waiting = waiting.initial_interval(Duration::ZERO).max_interval(Duration::ZERO);
        let found = waiting.until(|_| {
            asked += 1;
            async { Ok(PENDING) }
        });
        assert_eq!(found.await.unwrap(), None);
        assert!(asked <= 11, "{asked}");
    }

    /// What a service gives that is away for a while: nothing listens at that port.
    async fn unreachable() -> Error {
        let client = crate::reqwest::Client::builder().no_proxy().build().unwrap();
        client.get("http://127.0.0.1:1/").send().await.unwrap_err().into()
    }

    #[tokio::test]
    async fn what_passes_is_waited_out_and_told_only_at_the_end() {
        let gap = Duration::from_millis(1);
        let mut asked = 0;
        let found = Polling::default().timeout(seconds(60)).initial_interval(gap).until(|_| {
            asked += 1;
            let passes = asked < 3;
            async move { if passes { Err(unreachable().await) } else { Ok(Poll::Ready("found")) } }
        });
        assert_eq!(found.await.unwrap(), Some("found"));
        let soon = Polling::default().timeout(Duration::from_millis(10)).initial_interval(gap);
        let failed = soon.until(|_| async { Err::<Poll<()>, _>(unreachable().await) });
        assert!(failed.await.unwrap_err().is_retryable());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_found_ends_it_and_so_does_an_error() {
        let mut left = 3;
        let found = Polling::default().until(|_| {
            left -= 1;
            let found = Ok(if left == 0 {
                Poll::Ready("found")
            } else {
                Poll::Pending { retry_after: None }
            });
            async { found }
        });
        assert_eq!(found.await.unwrap(), Some("found"));
        let failed =
            Polling::default().until(async |_| Err::<Poll<()>, _>(Error::configuration("wrong")));
        assert!(failed.await.is_err());
    }
}
