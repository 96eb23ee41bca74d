//! Leases, and the times of retries.

use std::time::Duration;

use meld_client_core::chrono::{DateTime, TimeDelta, Utc};

use super::Record;

/// The longest delay that a response can ask for. A wrong header must not hold a payment back for longer.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 3600);

/// The lease of a claimed record, and the times at which it is tried again.
///
/// The delay doubles from [`initial_backoff`](Self::initial_backoff) to [`max_backoff`](Self::max_backoff), and is
/// spread over its second half, so that records that failed together are not tried together.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use meld_client::storage::Schedule;
///
/// let schedule = Schedule::default().lease(Duration::from_secs(60)).max_attempts(20);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Schedule {
    lease: Duration,
    initial_backoff: Duration,
    max_backoff: Duration,
    max_attempts: u32,
    batch: usize,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(300),
            initial_backoff: Duration::from_secs(2),
            max_backoff: Duration::from_secs(600),
            max_attempts: 100,
            batch: 16,
        }
    }
}

impl Schedule {
    /// Sets the time after which the work of a crashed process is taken over. The default is 5 minutes.
    ///
    /// It must be longer than the work takes. Requests of the outbox end within half of it.
    pub fn lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// Sets the delay after the first failure. The default is 2 seconds.
    pub fn initial_backoff(self, backoff: Duration) -> Self {
        Self { initial_backoff: backoff, ..self }
    }

    /// Sets the longest delay, other than one that Meld asks for (`Retry-After`, at most one day). The default is 10
    /// minutes.
    pub fn max_backoff(self, backoff: Duration) -> Self {
        Self { max_backoff: backoff, ..self }
    }

    /// Sets the number of attempts after which a record is parked. The default is 100, which takes about 16 hours.
    pub fn max_attempts(self, attempts: u32) -> Self {
        Self { max_attempts: attempts, ..self }
    }

    /// Sets the number of records that are claimed and worked on at once. The default is 16.
    pub fn batch(self, records: usize) -> Self {
        Self { batch: records, ..self }
    }

    /// Returns the lease.
    #[must_use]
    pub fn lease_duration(&self) -> Duration {
        self.lease
    }

    /// Returns the size of a batch, at least 1.
    pub(crate) fn batch_size(&self) -> usize {
        self.batch.max(1)
    }

    pub(crate) fn lease_end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        after(now, self.lease)
    }

    /// Returns `true` if the record is to be parked instead of tried again.
    pub(crate) fn is_exhausted(&self, record: &Record) -> bool {
        record.attempts >= self.max_attempts
    }

    /// Returns the time of the next attempt, not before `least` has passed.
    pub(crate) fn next(&self, record: &Record, now: DateTime<Utc>, least: Option<Duration>) -> DateTime<Utc> {
        let doublings = record.attempts.saturating_sub(1);
        let bound = self.initial_backoff.saturating_mul(2_u32.saturating_pow(doublings)).min(self.max_backoff);
        let delay = bound.mul_f64(0.5 + spread(record) / 2.0);
        after(now, delay.max(least.unwrap_or_default().min(LONGEST_RETRY_AFTER)))
    }
}

/// Returns the time after a delay.
pub(crate) fn after(now: DateTime<Utc>, delay: Duration) -> DateTime<Utc> {
    let delay = TimeDelta::from_std(delay).unwrap_or(TimeDelta::MAX);
    now.checked_add_signed(delay).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Returns a number from 0 to 1 that differs between records and attempts.
fn spread(record: &Record) -> f64 {
    let bytes = record.id.bytes().chain(record.attempts.to_le_bytes());
    // FNV-1a with 32 bits.
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    f64::from(hash) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::Queue;
    use super::*;

    #[test]
    fn delays_double_within_bounds() {
        let schedule = Schedule::default();
        let now = Utc::now();
        for (attempts, bound) in [(1, 2), (2, 4), (5, 32), (99, 600)] {
            for id in 0..50 {
                let mut record = Record::new(Queue::Outbox, id.to_string(), "", now);
                record.attempts = attempts;
                let delay = (schedule.next(&record, now, None) - now).to_std().unwrap();
                let bound = Duration::from_secs(bound);
                assert!(delay >= bound / 2 && delay <= bound, "{attempts}: {delay:?}");
            }
        }
    }

    #[test]
    fn retry_after_is_the_minimum_delay() {
        let now = Utc::now();
        let record = Record::new(Queue::Outbox, "a", "", now);
        let hour = Duration::from_secs(3600);
        assert_eq!(Schedule::default().next(&record, now, Some(hour)), now + hour);
        assert_eq!(Schedule::default().next(&record, now, Some(Duration::MAX)), now + 24 * hour);
    }
}
