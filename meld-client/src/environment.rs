//! The two environments of Meld.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// An environment of Meld. Keys, data, widget addresses and webhook profiles of the two are apart: a
/// key of one fails in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api-sb.meld.io`: moves no money.
    Sandbox,
    /// `https://api.meld.io`.
    Production,
}

impl Environment {
    /// The base address of the API.
    #[must_use]
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::Sandbox => "https://api-sb.meld.io",
            Self::Production => "https://api.meld.io",
        }
    }

    /// The name, as in `MELD_ENVIRONMENT`: `sandbox` or `production`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Environment {
    type Err = Error;

    /// Reads the name, in any letter case.
    fn from_str(name: &str) -> Result<Self, Error> {
        [Self::Sandbox, Self::Production]
            .into_iter()
            .find(|environment| environment.as_str().eq_ignore_ascii_case(name.trim()))
            // The text is not repeated: a key may have got into its place.
            .ok_or_else(|| Error::configuration("the environment is `sandbox` or `production`"))
    }
}
