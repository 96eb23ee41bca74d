//! The clock of a mock server: real time plus an adjustable offset.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tokio::sync::watch;

/// The clock of a mock server. Clones share the time.
///
/// # Examples
///
/// ```
/// # async fn example() -> Result<(), meld_sandbox::Error> {
/// let sandbox = meld_sandbox::Sandbox::start().await?;
/// // A connection expires unless its widget is completed within four hours.
/// sandbox.clock().advance(std::time::Duration::from_secs(4 * 3600));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    offset: Arc<watch::Sender<Duration>>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { offset: Arc::new(watch::Sender::new(Duration::ZERO)) }
    }

    /// Returns the current time of the server.
    pub fn now(&self) -> DateTime<Utc> {
        let offset = TimeDelta::from_std(*self.offset.borrow()).unwrap_or_default();
        Utc::now() + offset
    }

    /// Returns the difference from the real time.
    pub(crate) fn offset(&self) -> Duration {
        *self.offset.borrow()
    }

    /// Advances the clock. Everything that is scheduled before the new time happens immediately.
    pub fn advance(&self, by: Duration) {
        self.offset.send_modify(|offset| *offset = offset.saturating_add(by));
    }

    /// Waits until the clock shows this time.
    pub(crate) async fn wait_until(&self, time: DateTime<Utc>) {
        let mut advanced = self.offset.subscribe();
        while let Ok(left) = (time - self.now()).to_std() {
            if left.is_zero() {
                return;
            }
            // After a change of the offset, the remaining time is computed again.
            let _ = tokio::time::timeout(left, advanced.changed()).await;
        }
    }
}

/// Formats a time as most of Meld's responses do.
pub(crate) fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}
