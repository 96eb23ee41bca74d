//! The sandbox's clock: it runs as the real one does, and tests can turn it forward.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// The time of a sandbox. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    ahead: Arc<watch::Sender<Duration>>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { ahead: Arc::new(watch::Sender::new(Duration::ZERO)) }
    }

    /// The time in the sandbox.
    pub fn now(&self) -> DateTime<Utc> {
        let ahead = TimeDelta::from_std(*self.ahead.borrow()).unwrap_or_default();
        Utc::now() + ahead
    }

    /// Turns the clock forward. What waits for a time that is then past goes on at once.
    pub fn advance(&self, by: Duration) {
        self.ahead.send_modify(|ahead| *ahead = ahead.saturating_add(by));
    }

    /// Waits until it is this late in the sandbox.
    pub(crate) async fn wait_until(&self, time: DateTime<Utc>) {
        let mut turned = self.ahead.subscribe();
        while let Ok(left) = (time - self.now()).to_std() {
            if left.is_zero() {
                return;
            }
            // Woken early, it looks again.
            let _ = tokio::time::timeout(left, turned.changed()).await;
        }
    }
}
