//! A fast path for the usual format of date-times, `2026-03-04T00:13:02.5Z`.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

use super::short_string::ShortString;

/// Parses year, month, day, `T`, hour, minute, second, an optional fraction of 1 to 9 digits, and `Z`. Returns `None`
/// for any other format, and for leap seconds.
pub(super) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let (moment, rest) = text.as_bytes().split_first_chunk::<19>()?;
    let has_form = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !has_form.iter().all(|(place, separator)| moment[*place] == *separator) {
        return None;
    }
    let nanosecond = fraction(rest.strip_suffix(b"Z")?)?;
    let year = number(&moment[..4])?;
    NaiveDate::from_ymd_opt(year.try_into().ok()?, number(&moment[5..7])?, number(&moment[8..10])?)?
        .and_hms_nano_opt(number(&moment[11..13])?, number(&moment[14..16])?, number(&moment[17..])?, nanosecond)
        .map(|time| time.and_utc())
}

/// Parses `.5` into nanoseconds; zero if it is empty.
fn fraction(text: &[u8]) -> Option<u32> {
    let Some((point, digits)) = text.split_first() else { return Some(0) };
    if *point != b'.' || digits.is_empty() || digits.len() > 9 {
        return None;
    }
    Some((digits.len()..9).fold(number(digits)?, |number, _| number * 10))
}

/// Parses a number of at most nine digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + u32::from(digit))
    })
}

/// Formats a time as chrono does, with a fraction of 0, 3, 6 or 9 digits. Returns `None` for years that do not have
/// four digits, and for leap seconds.
pub(super) fn text(time: &DateTime<Utc>) -> Option<ShortString> {
    let year = u64::try_from(time.year()).ok().filter(|year| *year <= 9999)?;
    let nanosecond = u64::from(time.nanosecond());
    if nanosecond >= 1_000_000_000 {
        return None;
    }
    let mut text = ShortString::new();
    text.push_number(year, 4);
    let parts =
        [(b'-', time.month()), (b'-', time.day()), (b'T', time.hour()), (b':', time.minute()), (b':', time.second())];
    for (separator, number) in parts {
        text.push(separator);
        text.push_number(number.into(), 2);
    }
    if nanosecond > 0 {
        text.push(b'.');
        match nanosecond {
            millis if millis % 1_000_000 == 0 => text.push_number(millis / 1_000_000, 3),
            micros if micros % 1000 == 0 => text.push_number(micros / 1000, 6),
            nanos => text.push_number(nanos, 9),
        }
    }
    text.push(b'Z');
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsing_equals_that_of_chrono() {
        for date in ["2026-03-04", "2024-02-29", "0000-01-01", "9999-12-31"] {
            for fraction in ["", ".5", ".000", ".123456", ".123456789", ".000000001"] {
                let text = format!("{date}T23:59:58{fraction}Z");
                let expected = DateTime::parse_from_rfc3339(&text).unwrap().to_utc();
                assert_eq!(parse(&text), Some(expected), "{text}");
            }
        }
        for text in [
            "",
            "2026-03-04",
            "2026-03-04 00:13:02Z",
            "2026-03-04T00:13:02",
            "2026-03-04T00:13:02z",
            "2026-03-04T00:13:02.Z",
            "2026-03-04T00:13:02.1234567890Z",
            "2026-03-04T00:13:02+00:00",
            "2026-03-04T00:13:02.+5Z",
            "2025-02-29T00:13:02Z",
            "2026-03-04T24:13:02Z",
            "2026-03-04T00:13:60Z",
            "2026-03-04T00:13:+2Z",
            "٢026-03-04T00:13:02Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn format_equals_that_of_chrono() {
        for seconds in [0, -1, 1_772_583_182, 253_402_300_799, -62_167_219_200] {
            for nanosecond in [0, 1, 1000, 5_000_000, 120_000_000, 123_456_000, 999_999_999] {
                let time = DateTime::from_timestamp(seconds, nanosecond).unwrap();
                let written = text(&time).unwrap();
                assert_eq!(serde_json::to_value(time).unwrap(), written.as_str());
                assert_eq!(parse(written.as_str()), Some(time));
            }
        }
        let leap_second = DateTime::from_timestamp(59, 1_500_000_000).unwrap();
        for other in [leap_second, DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC] {
            assert!(text(&other).is_none());
        }
    }
}
