//! The difference between the local clock and Meld's.

use meld_client_core::chrono::{DateTime, TimeDelta, Utc};
use meld_client_core::http::{HeaderMap, header};

/// The difference that is not worth a warning, in seconds. `Date` has a resolution of one second.
const TOLERATED: i64 = 10;

/// The difference from which webhooks are rejected by default, in seconds.
const REJECTED: i64 = 300;

/// The local clock minus Meld's.
#[derive(Clone, Copy)]
pub(super) struct Skew(TimeDelta);

impl Skew {
    /// Compares the header `Date` with the local times before and after the exchange.
    ///
    /// Retries make the interval longer than one exchange. Any time of it may be the one of the response.
    pub fn of(headers: &HeaderMap, sent: DateTime<Utc>, received: DateTime<Utc>) -> Option<Self> {
        let date = headers.get(header::DATE)?.to_str().ok()?;
        let date = DateTime::parse_from_rfc2822(date).ok()?.to_utc();
        // `Date` has no fraction, so it is up to a second old.
        let latest = date + TimeDelta::seconds(1);
        Some(Self(if date > received {
            received - date
        } else if latest < sent {
            sent - latest
        } else {
            TimeDelta::zero()
        }))
    }

    pub fn difference(self) -> TimeDelta {
        self.0
    }

    pub fn is_tolerated(self) -> bool {
        self.0.num_seconds().abs() <= TOLERATED
    }

    /// Returns `true` if webhooks would be rejected with the default tolerance.
    pub fn rejects_webhooks(self) -> bool {
        self.0.num_seconds().abs() > REJECTED
    }

    /// Describes the difference, such as `12 seconds ahead of Meld's`.
    pub fn describe(self) -> String {
        match self.0.num_seconds() {
            0 => "equal to Meld's".to_owned(),
            seconds if seconds > 0 => format!("{seconds} seconds ahead of Meld's"),
            seconds => format!("{} seconds behind Meld's", -seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use meld_client_core::http::HeaderValue;

    #[test]
    fn skew_is_outside_of_the_exchange() {
        let time = |seconds: i64| DateTime::from_timestamp(1_792_567_680 + seconds, 0).unwrap();
        for (date, expected) in [(-11, 10), (-1, 0), (0, 0), (5, 0), (6, -1), (605, -600)] {
            let mut headers = HeaderMap::new();
            headers.insert("date", HeaderValue::try_from(time(date).to_rfc2822()).unwrap());
            let skew = Skew::of(&headers, time(0), time(5)).unwrap();
            assert_eq!(skew.difference().num_seconds(), expected, "{date}");
        }
        let mut headers = HeaderMap::new();
        assert!(Skew::of(&headers, time(0), time(1)).is_none());
        headers.insert("date", HeaderValue::from_static("soon"));
        assert!(Skew::of(&headers, time(0), time(1)).is_none());
    }
}
