use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::error::Error;

/// A version of the API: a date, as sent in the header `Meld-Version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion(NaiveDate);

impl ApiVersion {
    /// Parses a date in the format of file names: `%Y%m%d`.
    pub(super) fn from_file_name(date: &str) -> chrono::ParseResult<Self> {
        NaiveDate::parse_from_str(date, "%Y%m%d").map(Self)
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl FromStr for ApiVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // chrono also accepts `2026-2-3`, which Meld does not.
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Self)
            .ok()
            .filter(|version| version.to_string() == text)
            .ok_or_else(|| Error::Version(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_requires_all_digits() {
        assert_eq!("2026-02-03".parse::<ApiVersion>().unwrap().to_string(), "2026-02-03");
        for text in ["2026-2-3", "20260203", "2026-02-30", "", "unversioned"] {
            assert!(text.parse::<ApiVersion>().is_err(), "{text}");
        }
    }
}
