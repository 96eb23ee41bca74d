//! Codes of currencies of both kinds.

use std::fmt;
use std::str::FromStr;

use meld_client_core::Error;

use crate::codes::{CryptoCurrency, FiatCurrency};

/// The code of a fiat currency or cryptocurrency: `USD`, `USDC_BASE`.
///
/// Created from a [`FiatCurrency`] or a [`CryptoCurrency`], parsed from a string, or taken from a response.
///
/// # Examples
///
/// ```
/// use meld_client::Currency;
/// use meld_client::crypto::FiatCurrency;
///
/// let usd = Currency::from(FiatCurrency::new("USD")?);
/// assert_eq!(usd, "USD");
/// assert!(usd.is_fiat());
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(String);

impl Currency {
    /// Accepts a code of a response without validation. `None` if it is empty.
    pub(crate) fn given(code: &str) -> Option<Self> {
        Some(code.trim()).filter(|code| !code.is_empty()).map(|code| Self(code.to_owned()))
    }

    /// Returns the code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if the code is that of a fiat currency (ISO 4217).
    #[must_use]
    pub fn is_fiat(&self) -> bool {
        meld_client_core::iso::decimals(&self.0).is_some()
    }
}

impl From<FiatCurrency> for Currency {
    fn from(currency: FiatCurrency) -> Self {
        Self(currency.into())
    }
}

impl From<CryptoCurrency> for Currency {
    fn from(currency: CryptoCurrency) -> Self {
        Self(currency.into())
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.0
    }
}

impl AsRef<str> for Currency {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Currency {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Currency {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// Parses a code without whitespace. It need not be a listed currency.
///
/// # Errors
///
/// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the string is empty or has whitespace.
impl FromStr for Currency {
    type Err = Error;

    fn from_str(code: &str) -> Result<Self, Error> {
        CryptoCurrency::new(code)
            .map(Self::from)
            .map_err(|_| Error::invalid("currencyCode", "must be a code without whitespace: `USD`"))
    }
}

meld_client_core::serde_by_string!(Currency);

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}
