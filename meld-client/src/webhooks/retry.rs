//! Retried deliveries.

use std::fmt;

use meld_client_core::http::HeaderMap;

/// The retry headers of a delivery.
///
/// The signature does not cover them. Use them for logs, not for decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// The number of earlier attempts (`Meld-Retry-Count`). `None` if it is missing or cannot be parsed.
    pub count: Option<u32>,
    /// The reason for the retry (`Meld-Retry-Reason`).
    pub reason: Option<RetryReason>,
}

impl Retry {
    /// Reads the headers. `None` for a first attempt.
    pub(super) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let header = |name| headers.get(name)?.to_str().ok().map(str::trim);
        let (count, reason) = (header("meld-retry-count"), header("meld-retry-reason"));
        // A first attempt may have a count of 0.
        if count.is_none_or(|count| count == "0") && reason.is_none() {
            return None;
        }
        Some(Self { count: count.and_then(|count| count.parse().ok()), reason: reason.map(RetryReason::from) })
    }
}

/// The failure of the previous attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryReason {
    /// The server did not respond within ten seconds.
    Timeout,
    /// The server responded with this status, which is not 200.
    HttpError(u16),
    /// Meld could not connect to the server.
    CouldNotConnect,
    /// Any other reason, verbatim.
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
        let entries = headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        Retry::from_headers(&entries.collect())
    }

    #[test]
    fn retry_headers_are_parsed() {
        assert_eq!(retry(&[]), None);
        assert_eq!(retry(&[("meld-retry-count", "0")]), None);
        for (text, reason) in [
            ("Timeout", RetryReason::Timeout),
            ("HTTP error: 503", RetryReason::HttpError(503)),
            ("Could not connect", RetryReason::CouldNotConnect),
            ("HTTP error: teapot", RetryReason::Other("HTTP error: teapot".to_owned())),
        ] {
            assert_eq!(reason.to_string(), text);
            let retry = retry(&[("Meld-Retry-Count", "3"), ("Meld-Retry-Reason", text)]);
            assert_eq!(retry, Some(Retry { count: Some(3), reason: Some(reason) }));
        }
        let retry = retry(&[("MELD-RETRY-COUNT", "often")]);
        assert_eq!(retry, Some(Retry { count: None, reason: None }));
    }
}
