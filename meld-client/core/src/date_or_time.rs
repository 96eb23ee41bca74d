//! Dates and times without a zone, as searches take them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Timelike};

use crate::json::macros::serde_by_string;

/// A date (`2026-03-04`), or a time in UTC without a zone (`2026-03-04T00:13:02`).
///
/// Some parameters take both, such as `from` and `to` of searches for transactions. Times have a precision of one
/// second: smaller parts are cut off.
///
/// # Examples
///
/// ```
/// use meld_client_core::DateOrTime;
/// use meld_client_core::chrono::{DateTime, NaiveDate};
///
/// let time = DateTime::parse_from_rfc3339("2026-03-04T02:13:02.5+02:00")?;
/// assert_eq!(DateOrTime::from(time).to_string(), "2026-03-04T00:13:02");
/// let date = NaiveDate::from_ymd_opt(2026, 3, 4).ok_or("no date")?;
/// assert_eq!(DateOrTime::from(date).to_string(), "2026-03-04");
/// assert_eq!("2026-03-04".parse::<DateOrTime>()?, DateOrTime::from(date));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateOrTime(Form);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Form {
    Date(NaiveDate),
    Time(NaiveDateTime),
}

impl fmt::Display for DateOrTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Form::Date(date) => write!(formatter, "{date}"),
            Form::Time(time) => write!(formatter, "{}", time.format("%Y-%m-%dT%H:%M:%S")),
        }
    }
}

serde_by_string!(DateOrTime);

impl From<NaiveDate> for DateOrTime {
    fn from(date: NaiveDate) -> Self {
        Self(Form::Date(date))
    }
}

/// Takes the time as UTC.
impl From<NaiveDateTime> for DateOrTime {
    fn from(time: NaiveDateTime) -> Self {
        Self(Form::Time(time.with_nanosecond(0).unwrap_or(time)))
    }
}

impl<Zone: TimeZone> From<DateTime<Zone>> for DateOrTime {
    fn from(time: DateTime<Zone>) -> Self {
        time.naive_utc().into()
    }
}

/// A string that is no ISO 8601 date or date-time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseDateOrTimeError(());

impl fmt::Display for ParseDateOrTimeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("expected an ISO 8601 date or date-time, such as 2026-03-04 or 2026-03-04T00:13:02")
    }
}

impl std::error::Error for ParseDateOrTimeError {}

/// Parses a date, or a date-time with or without a zone. Without one it is UTC.
impl FromStr for DateOrTime {
    type Err = ParseDateOrTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let date = || text.parse::<NaiveDate>().map(Self::from).ok();
        let with_zone = || DateTime::parse_from_rfc3339(text).map(Self::from).ok();
        let without_zone = || text.parse::<NaiveDateTime>().map(Self::from).ok();
        date().or_else(with_zone).or_else(without_zone).ok_or(ParseDateOrTimeError(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_parsed() {
        for (text, sent) in [
            ("2026-03-04", "2026-03-04"),
            ("2026-03-04T00:13:02", "2026-03-04T00:13:02"),
            ("2026-03-04T00:13:02.987654321", "2026-03-04T00:13:02"),
            ("2026-03-04T00:13:02Z", "2026-03-04T00:13:02"),
            ("2026-03-04T00:13:02-05:30", "2026-03-04T05:43:02"),
        ] {
            assert_eq!(text.parse::<DateOrTime>().unwrap().to_string(), sent);
        }
        for text in ["", "yesterday", "2026-02-30", "2026-03-04T25:00:00", "04.03.2026"] {
            let error = text.parse::<DateOrTime>().unwrap_err();
            assert!(error.to_string().contains("ISO 8601"), "{text}");
        }
    }

    #[test]
    fn leap_seconds_are_whole_seconds() {
        let date = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
        let leap = date.and_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
        assert_eq!(DateOrTime::from(leap).to_string(), "2016-12-31T23:59:59");
    }
}
