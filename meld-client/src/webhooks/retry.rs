//! Deliveries that are sent again.

use std::fmt;

use meld_client_core::http::HeaderMap;

/// That a delivery was sent before, and why it is sent again. This is not a part of what is signed: good for logs, not
/// for decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How often it was sent before (`Meld-Retry-Count`), if that can be read.
    pub count: Option<u32>,
    /// Why it is sent again (`Meld-Retry-Reason`).
    pub reason: Option<RetryReason>,
}

impl Retry {
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
        let (count, reason) = (text("meld-retry-count"), text("meld-retry-reason"));
        // A first delivery may say so.
        if count.is_none_or(|count| count == "0") && reason.is_none() {
            return None;
        }
        Some(Self {
            count: count.and_then(|count| count.parse().ok()),
            reason: reason.map(RetryReason::from),
        })
    }
}

/// What became of the delivery before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryReason {
    /// No response within ten seconds.
    Timeout,
    /// It was answered with this status, which is not 200.
    HttpError(u16),
    /// There was no connection.
    CouldNotConnect,
    /// Something else, as it came.
    Other(String),
}

impl From<&str> for RetryReason {
    fn from(text: &str) -> Self {
        let status = || text.strip_prefix("HTTP error:")?.trim().parse().ok();
        match text {
            "Timeout" => Self::Timeout,
            "Could not connect" => Self::CouldNotConnect,
            _ => status().map_or_else(|| Self::Other(text.to_owned()), Self::HttpError),
        }
    }
}

impl fmt::Display for RetryReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => formatter.write_str("Timeout"),
            Self::HttpError(status) => write!(formatter, "HTTP error: {status}"),
            Self::CouldNotConnect => formatter.write_str("Could not connect"),
            Self::Other(text) => formatter.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use meld_client_core::http::HeaderValue;

    use super::*;

    fn retry(headers: &[(&'static str, &'static str)]) -> Option<Retry> {
        let entries = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        Retry::of(&entries.collect())
    }

    #[test]
    fn why_it_is_sent_again_is_told() {
        assert_eq!(retry(&[]), None);
        assert_eq!(retry(&[("meld-retry-count", "0")]), None);
        for (text, reason) in [
            ("Timeout", RetryReason::Timeout),
            ("HTTP error: 503", RetryReason::HttpError(503)),
            ("Could not connect", RetryReason::CouldNotConnect),
            ("HTTP error: teapot", RetryReason::Other("HTTP error: teapot".to_owned())),
        ] {
            assert_eq!(reason.to_string(), text);
            let told = retry(&[("Meld-Retry-Count", "3"), ("Meld-Retry-Reason", text)]);
            assert_eq!(told, Some(Retry { count: Some(3), reason: Some(reason) }));
        }
        let told = retry(&[("MELD-RETRY-COUNT", "often")]);
        assert_eq!(told, Some(Retry { count: None, reason: None }));
    }
}
