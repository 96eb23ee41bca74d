//! API versions.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use crate::error::Error;
use crate::json::macros::serde_by_string;

/// An API version: a date, which is sent as the header `Meld-Version`.
///
/// # Examples
///
/// ```
/// use meld_client_core::ApiVersion;
///
/// let version: ApiVersion = "2026-05-01".parse()?;
/// assert!(version > "2026-02-03".parse()?);
/// assert_eq!(version.to_string(), "2026-05-01");
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion(NaiveDate);

impl ApiVersion {
    /// Returns the date.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.0
    }
}

/// Parses a date such as `2026-05-01`.
///
/// # Errors
///
/// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for other strings.
impl FromStr for ApiVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let is_date =
            |byte: (usize, u8)| if matches!(byte.0, 4 | 7) { byte.1 == b'-' } else { byte.1.is_ascii_digit() };
        let date = (text.len() == 10 && text.bytes().enumerate().all(is_date)).then(|| text.parse::<NaiveDate>().ok());
        date.flatten().map(Self).ok_or_else(invalid)
    }
}

impl TryFrom<&str> for ApiVersion {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        text.parse()
    }
}

impl TryFrom<NaiveDate> for ApiVersion {
    type Error = Error;

    fn try_from(date: NaiveDate) -> Result<Self, Error> {
        if (0..=9999).contains(&date.year()) { Ok(Self(date)) } else { Err(invalid()) }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

serde_by_string!(ApiVersion);

/// Creates the error of a version that is not a date.
pub(crate) fn invalid() -> Error {
    Error::invalid("Meld-Version", "must be a date such as `2026-05-01`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_whole_dates() {
        assert_eq!("2026-02-03".parse::<ApiVersion>().unwrap().to_string(), "2026-02-03");
        for text in ["", "2026-2-3", "2026-02-30", "+2026-02-3", "2026-02-03 ", "2026/02/03", "soon", "２０26-02-03"]
        {
            assert_eq!(text.parse::<ApiVersion>().unwrap_err().field(), Some("Meld-Version"), "{text}");
        }
        let far = NaiveDate::from_ymd_opt(12_026, 1, 1).unwrap();
        assert!(ApiVersion::try_from(far).is_err());
    }
}
