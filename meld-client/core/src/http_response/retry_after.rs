//! The header `Retry-After`.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDateTime, Utc};
use http::{HeaderMap, header};

/// The maximum. Longer times are cut to it.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Returns how long the headers of a response ask to wait, from `Retry-After`.
///
/// The value is a number of seconds, with or without a fraction, or a date in one of the three formats of HTTP. A
/// date is relative to the response's `Date` header if there is one, because the clock of this machine may differ. A
/// date that has passed is zero, and more than a year is a year. If the header occurs more than once, the longest
/// time counts. Returns `None` if the header is missing or has another format.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let now = || {
        let date = headers.get(header::DATE).and_then(|value| value.to_str().ok());
        date.and_then(http_date).unwrap_or_else(|| SystemTime::now().into())
    };
    let values = headers.get_all(header::RETRY_AFTER).iter();
    let times = values.filter_map(|value| {
        let value = value.to_str().ok()?.trim();
        seconds(value).or_else(|| http_date(value).map(|date| (date - now()).to_std().unwrap_or_default()))
    });
    times.max().map(|time| time.min(LONGEST))
}

/// Parses `120` and `1.5`.
fn seconds(value: &str) -> Option<Duration> {
    let is_number = value.starts_with(|first: char| first.is_ascii_digit())
        && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds: f64 = value.parse().ok().filter(|_| is_number)?;
    // Fails if a duration cannot have so many seconds.
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST))
}

/// Parses `Sun, 06 Nov 1994 08:49:37 GMT` and the two older formats that RFC 9110 names.
fn http_date(value: &str) -> Option<DateTime<Utc>> {
    if let Ok(date) = DateTime::parse_from_rfc2822(value) {
        return Some(date.to_utc());
    }
    let older = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let parse = |format| NaiveDateTime::parse_from_str(value, format).ok();
    older.into_iter().find_map(parse).map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn parsed(values: &[&'static str]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        let date = HeaderValue::from_static("Wed, 21 Oct 2026 07:28:00 GMT");
        headers.insert(header::DATE, date);
        for value in values {
            headers.append(header::RETRY_AFTER, HeaderValue::from_static(value));
        }
        retry_after(&headers)
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        for (value, seconds) in [
            ("0", 0.0),
            ("120", 120.0),
            (" 2 ", 2.0),
            ("1.5", 1.5),
            ("Wed, 21 Oct 2026 07:28:07 GMT", 7.0),
            ("Wednesday, 21-Oct-26 07:28:07 GMT", 7.0),
            ("Wed Oct 21 07:28:07 2026", 7.0),
            ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ] {
            assert_eq!(parsed(&[value]), Some(Duration::from_secs_f64(seconds)), "{value}");
        }
    }

    #[test]
    fn absurd_retry_after_is_bounded() {
        for value in
            ["99999999999", "99999999999999999999999999", "18446744073709551616", "Fri, 31 Dec 9999 23:59:59 GMT"]
        {
            assert_eq!(parsed(&[value]), Some(LONGEST), "{value}");
        }
        for value in ["", "soon", "-1", "1e3", "inf", "nan", "1.2.3", ".", "+5", "21 Oct 2026"] {
            assert_eq!(parsed(&[value]), None, "{value}");
        }
    }

    #[test]
    fn longest_of_several_retry_after_counts() {
        assert_eq!(parsed(&["2", "soon", "9"]), Some(Duration::from_secs(9)));
        assert_eq!(parsed(&[]), None);
    }
}
