//! Polling: repeating a request until something has happened at Meld.

use std::time::Duration;

use meld_client_core::{Error, RequestOptions};
use tokio::time::{Instant, sleep};

/// The interval and time limit of polling.
///
/// Polling repeats a request until something has happened at Meld. Use webhooks where you can; polling is for tools,
/// tests and short waits.
///
/// The interval between requests doubles from [`initial_interval`](Self::initial_interval) (default 2 seconds) to
/// [`max_interval`](Self::max_interval) (default 1 minute). Polling ends without a result after
/// [`timeout`](Self::timeout) (default 10 minutes); the outcome is still unknown then.
///
/// A `Retry-After` header of a pending response or a retryable error (such as 429) is a minimum delay. If it exceeds
/// the remaining time, polling ends at its time limit without another request.
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
    /// No result yet.
    Pending {
        /// The minimum delay before the next request (`Retry-After`).
        retry_after: Option<Duration>,
    },
}

/// The remaining time for one request of a poll, including its retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeLeft(Duration);

impl TimeLeft {
    /// Makes the retries of a request end with the poll.
    pub(crate) fn limit(self, options: &mut RequestOptions) {
        options.set_time_left(self.0);
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

    /// Calls `request` at least once, until it is ready. Returns `None` at the time limit. `request` limits its calls
    /// by the given [`TimeLeft`].
    ///
    /// # Errors
    ///
    /// Returns the first error that is not retryable, or a retryable one if it is the last result at the time limit.
    pub(crate) async fn until<T, Requested>(
        self,
        mut request: impl FnMut(TimeLeft) -> Requested,
    ) -> Result<Option<T>, Error>
    where
        // Not `AsyncFnMut`, which cannot require that its futures are `Send`.
        Requested: Future<Output = Result<Poll<T>, Error>>,
    {
        let end = Instant::now().checked_add(self.timeout);
        let left = || end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
        // An interval of zero would send requests in a busy loop.
        let mut interval = self.initial_interval.max(Duration::from_millis(1));
        let max_interval = self.max_interval.max(interval);
        loop {
            let (result, retry_after) = match request(TimeLeft(left())).await {
                Ok(Poll::Ready(found)) => return Ok(Some(found)),
                Ok(Poll::Pending { retry_after }) => (Ok(None), retry_after),
                Err(error) if error.is_retryable() => {
                    let retry_after = error.retry_after();
                    (Err(error), retry_after)
                }
                Err(error) => return Err(error),
            };
            let left = left();
            let retry_after = retry_after.unwrap_or_default();
            if left.is_zero() || retry_after > left {
                sleep(left).await;
                return result;
            }
            sleep(interval.max(retry_after).min(left)).await;
            interval = interval.saturating_mul(2).min(max_interval);
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

    /// Returns the seconds at which a poll sends its requests, and at which it ends, for `Retry-After` values in
    /// seconds. The last value repeats.
    async fn requests(polling: Polling, retry_after: &[Option<u64>]) -> (Vec<u64>, u64) {
        let start = Instant::now();
        let mut sent = Vec::new();
        let found = polling.until(|_| {
            let value = retry_after.get(sent.len()).or(retry_after.last()).copied().flatten();
            sent.push(start.elapsed().as_secs());
            async move { Ok(Poll::<()>::Pending { retry_after: value.map(seconds) }) }
        });
        assert_eq!(found.await.unwrap(), None);
        (sent, start.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn intervals_double_up_to_the_maximum() {
        let polling = Polling::default().timeout(seconds(20)).max_interval(seconds(5));
        assert_eq!(requests(polling, &[None]).await, (vec![0, 2, 6, 11, 16, 20], 20));
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_is_a_minimum_interval() {
        let polling = Polling::default().timeout(seconds(300));
        for (retry_after, sent) in [
            // Longer than the interval, shorter, and none.
            (vec![Some(120), Some(1), None], vec![0, 120, 124, 132, 148, 180, 240, 300]),
            // Exactly the remaining time.
            (vec![Some(300)], vec![0, 300]),
            (vec![None, Some(0)], vec![0, 2, 6, 14, 30, 62, 122, 182, 242, 300]),
        ] {
            assert_eq!(requests(polling, &retry_after).await, (sent, 300), "{retry_after:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_beyond_the_end_sends_no_more() {
        let polling = |limit| Polling::default().timeout(seconds(limit));
        assert_eq!(requests(polling(60), &[Some(120)]).await, (vec![0], 60));
        assert_eq!(requests(polling(60), &[None, Some(u64::MAX)]).await, (vec![0, 2], 60));
        assert_eq!(requests(polling(0), &[Some(1)]).await, (vec![0], 0));
        assert_eq!(requests(polling(0), &[None]).await, (vec![0], 0));
    }

    #[tokio::test(start_paused = true)]
    async fn each_request_gets_the_remaining_time() {
        let mut left = Vec::new();
        let found = Polling::default().timeout(seconds(7)).until(|TimeLeft(time)| {
            left.push(time.as_secs());
            async { Ok(PENDING) }
        });
        found.await.unwrap();
        assert_eq!(left, [7, 5, 1, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn interval_is_never_zero() {
        let mut sent = 0;
        let polling = Polling::default().timeout(Duration::from_millis(10));
        let polling = polling.initial_interval(Duration::ZERO).max_interval(Duration::ZERO);
        let found = polling.until(|_| {
            sent += 1;
            async { Ok(PENDING) }
        });
        assert_eq!(found.await.unwrap(), None);
        assert!(sent <= 11, "{sent}");
    }
}
