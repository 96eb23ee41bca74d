//! Asking again until something is so.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Error;

/// How often to ask until something is so, and when to give up: for what Meld tells by a webhook sooner or later, and
/// where a program wants to wait for it.
///
/// Gaps double from the first to the longest. If not set otherwise, the first is 2 seconds, the longest 1 minute, and
/// after 10 minutes the waiting ends without a result, which is no failure of what was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Waiting {
    first: Duration,
    longest: Duration,
    at_most: Duration,
}

impl Waiting {
    /// The defaults, with another time after which the waiting ends.
    pub fn at_most(time: Duration) -> Self {
        Self { at_most: time, ..Self::default() }
    }

    /// The gap between asking first and asking again.
    pub fn first_gap(mut self, gap: Duration) -> Self {
        self.first = gap;
        self
    }

    /// The longest gap between asking and asking again.
    pub fn longest_gap(mut self, gap: Duration) -> Self {
        self.longest = gap;
        self
    }

    /// What `ask` gives, as soon as it gives something; nothing when the time is over. It is asked at least once, and
    /// for the last time when the time is over. Errors that may pass are waited out.
    ///
    /// # Errors
    /// The first error of `ask` that does not pass by itself, or the last one when the time is over.
    pub(crate) async fn until<T, Asked>(
        self,
        mut ask: impl FnMut() -> Asked,
    ) -> Result<Option<T>, Error>
    where
        // Not `AsyncFnMut`: whether the future of one can be sent to another thread cannot be told yet.
        Asked: Future<Output = Result<Option<T>, Error>>,
    {
        let end = Instant::now().checked_add(self.at_most);
        // Never without a pause.
        let mut gap = self.first.max(Duration::from_millis(1));
        let longest = self.longest.max(gap);
        loop {
            let passing = match ask().await {
                Ok(Some(found)) => return Ok(Some(found)),
                Ok(None) => None,
                Err(error) if error.is_retryable() => Some(error),
                Err(error) => return Err(error),
            };
            let left = end.map_or(gap, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return passing.map_or(Ok(None), Err);
            }
            sleep(gap.min(left)).await;
            gap = gap.saturating_mul(2).min(longest);
        }
    }
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(2),
            longest: Duration::from_secs(60),
            at_most: Duration::from_secs(600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn gaps_double_up_to_the_longest_and_the_last_question_comes_at_the_end() {
        let start = Instant::now();
        let mut asked = Vec::new();
        let waiting = Waiting::at_most(Duration::from_secs(20)).longest_gap(Duration::from_secs(5));
        let found = waiting
            .until(|| {
                asked.push(start.elapsed().as_secs());
                async { Ok(None::<()>) }
            })
            .await;
        assert_eq!(found.unwrap(), None);
        assert_eq!(asked, [0, 2, 6, 11, 16, 20]);
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_always_a_pause() {
        let mut asked = 0;
        let waiting = Waiting::at_most(Duration::from_millis(10));
        let waiting = waiting.first_gap(Duration::ZERO).longest_gap(Duration::ZERO);
        let found = waiting.until(|| {
            asked += 1;
            async { Ok(None::<()>) }
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
        let found = Waiting::at_most(Duration::from_secs(60)).first_gap(gap).until(|| {
            asked += 1;
            let passes = asked < 3;
            async move { if passes { Err(unreachable().await) } else { Ok(Some("found")) } }
        });
        assert_eq!(found.await.unwrap(), Some("found"));
        let soon = Waiting::at_most(Duration::from_millis(10)).first_gap(gap);
        let failed = soon.until(|| async { Err::<Option<()>, _>(unreachable().await) });
        assert!(failed.await.unwrap_err().is_retryable());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_found_ends_it_and_so_does_an_error() {
        let mut left = 3;
        let found = Waiting::default().until(|| {
            left -= 1;
            let found = Ok((left == 0).then_some("found"));
            async { found }
        });
        assert_eq!(found.await.unwrap(), Some("found"));
        let failed =
            Waiting::default().until(async || Err::<Option<()>, _>(Error::configuration("wrong")));
        assert!(failed.await.is_err());
    }
}
