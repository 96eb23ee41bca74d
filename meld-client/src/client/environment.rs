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

    /// Parses the name, in any letter case.
    ///
    /// The error shows the text only if it is a short word: an API key may have got into its place.
    fn from_str(name: &str) -> Result<Self, Error> {
        let name = name.trim();
        [Self::Sandbox, Self::Production]
            .into_iter()
            .find(|environment| environment.as_str().eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                let is_word =
                    name.len() <= 12 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
                let found = match is_word {
                    true => format!("`{name}` is not an environment"),
                    false => "not an environment (not shown, as it may be a key)".to_owned(),
                };
                Error::configuration(format!("{found}; expected `sandbox` or `production`"))
            })
    }
}
