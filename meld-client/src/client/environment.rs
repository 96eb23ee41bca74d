//! Meld's environments.

use std::fmt;
use std::str::FromStr;

use meld_client_core::Error;

/// An environment of Meld.
///
/// Environments share nothing: API keys, data, widget URLs and webhook profiles of one do not work in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api-sb.meld.io`. Moves no money.
    Sandbox,
    /// `https://api.meld.io`.
    Production,
}

impl Environment {
    /// Returns the base URL of the API.
    #[must_use]
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::Sandbox => "https://api-sb.meld.io",
            Self::Production => "https://api.meld.io",
        }
    }

    /// Returns the name as in `MELD_ENVIRONMENT`: `sandbox` or `production`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }

    /// Parses the name. `setting` names the value in the error message.
    pub(super) fn parse(name: &str, setting: &str) -> Result<Self, Error> {
        let name = name.trim();
        let mut known = [Self::Sandbox, Self::Production].into_iter();
        known.find(|known| known.as_str().eq_ignore_ascii_case(name)).ok_or_else(|| {
            let is_word = name.len() <= 12 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
            let found = if is_word { &format!("`{name}`") } else { "invalid (redacted)" };
            let expected = "expected `sandbox` or `production`";
            Error::configuration(format!("{setting} is {found}; {expected}"))
        })
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Environment {
    type Err = Error;

    /// Parses the name, ignoring case and surrounding whitespace.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) for any other string. The message quotes
    /// only short words, because the string may be a misplaced API key.
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::parse(name, "the environment")
    }
}

meld_client_core::serde_by_string!(Environment);
