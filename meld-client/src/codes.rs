//! Codes of currencies, countries and payment methods.

use std::fmt;
use std::str::FromStr;

use meld_client_core::{Error, iso};

/// Defines a validated string. `$must` completes the error message after the name of the field.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident($field:literal, $must:literal, $is_valid:path)) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Validates a code, without its leading and trailing whitespace.
            ///
            /// # Errors
            ///
            #[doc = concat!("Returns an error unless the code is valid: it ", $must, ".")]
            pub fn new(code: impl AsRef<str>) -> Result<Self, Error> {
                let code = code.as_ref().trim();
                if $is_valid(code) {
                    Ok(Self(code.to_owned()))
                } else {
                    Err(Error::invalid($field, $must))
                }
            }

            /// Returns the code as it is sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        /// Validates a code like `new`.
        impl FromStr for $name {
            type Err = Error;

            fn from_str(code: &str) -> Result<Self, Error> {
                Self::new(code)
            }
        }

        /// Validates a code like `new`.
        impl TryFrom<&str> for $name {
            type Error = Error;

            fn try_from(code: &str) -> Result<Self, Error> {
                Self::new(code)
            }
        }

        /// Validates a code like `new`.
        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(code: String) -> Result<Self, Error> {
                Self::new(code)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        meld_client_core::serde_by_string!($name);
    };
}

code! {
    /// The code of a fiat currency (ISO 4217): `USD`.
    ///
    /// [`new`](Self::new) accepts the codes that were active in January 2026, and those withdrawn since 2023. Use
    /// [`unlisted`](Self::unlisted) for a newer currency. Such a code can be encoded by serde, but not decoded.
    FiatCurrency("fiatCurrencyCode", "must be a fiat currency code in capital letters (ISO 4217): `USD`", is_fiat)
}

impl FiatCurrency {
    /// Accepts the code of a currency that is newer than this crate, without its leading and trailing whitespace.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if it is not three capital letters.
    pub fn unlisted(code: impl AsRef<str>) -> Result<Self, Error> {
        let code = code.as_ref().trim();
        if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            Ok(Self(code.to_owned()))
        } else {
            Err(Error::invalid("fiatCurrencyCode", "must be three capital letters: `USD`"))
        }
    }
}

code! {
    /// The code of a cryptocurrency: `BTC`.
    ///
    /// The code includes the chain (`USDC_BASE`, `USDT_TRON`). A code without one means the main chain.
    CryptoCurrency("cryptoCurrencyCode", "must be a code without whitespace: `USDC_BASE`", is_one_word)
}

code! {
    /// The id of a payment method for quotes and sessions (`paymentMethodType`): `CREDIT_DEBIT_CARD`.
    ///
    /// Discovery responses also have display names and providers' names, which quotes do not accept. Get the id with
    /// [`method_id`](crate::network_partner::PaymentMethodExt::method_id).
    PaymentMethodId(
        "paymentMethodType",
        "must be an id in capital letters, not a display name: `CREDIT_DEBIT_CARD`",
        is_method
    )
}

#[cfg(any(test, feature = "network_partner", feature = "service_providers"))]
impl PaymentMethodId {
    /// Accepts an id of a response without validation. `None` if it is empty.
    pub(crate) fn given(id: &str) -> Option<Self> {
        Some(id.trim()).filter(|id| !id.is_empty()).map(|id| Self(id.to_owned()))
    }
}

fn is_fiat(code: &str) -> bool {
    iso::decimals(code).is_some()
}

/// Refuses an unknown country code, for which the service returns a misleading error.
pub(crate) fn check_country(code: &str) -> Result<(), Error> {
    if iso::is_country(code) {
        return Ok(());
    }
    let why = "must be a country code of two capital letters (ISO 3166-1 alpha-2): `US`";
    Err(Error::invalid("countryCode", why))
}

/// Refuses a wallet address or tag that Meld rejects (`CRYPTO_INVALID_DESTINATION_WALLET`).
pub(crate) fn check_wallet(field: &'static str, text: &str) -> Result<(), Error> {
    let is_invalid = |letter: char| letter.is_whitespace() || letter.is_control();
    if text.is_empty() || text.contains(is_invalid) || text.chars().count() > 256 {
        let why = "must have 1 to 256 characters, without whitespace or control characters";
        return Err(Error::invalid(field, why));
    }
    Ok(())
}

fn is_one_word(code: &str) -> bool {
    !code.is_empty() && !code.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}

fn is_method(code: &str) -> bool {
    is_one_word(code) && !code.contains(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use meld_client_core::serde_json;

    use super::*;

    #[test]
    fn invalid_codes_are_refused() {
        for code in ["USD", " EUR "] {
            assert_eq!(FiatCurrency::new(code).unwrap().as_str(), code.trim());
        }
        for wrong in ["", "usd", "USDC", "US", "U D", "123", "BTC", "ETH", "XAU"] {
            let error = FiatCurrency::new(wrong).unwrap_err();
            assert_eq!(error.field(), Some("fiatCurrencyCode"), "{wrong}");
        }
        assert_eq!(FiatCurrency::unlisted(" QQQ ").unwrap().as_str(), "QQQ");
        assert!(FiatCurrency::unlisted("USDC").is_err() && FiatCurrency::unlisted("qqq").is_err());
        for code in ["BTC", "USDC_BASE", "1INCH", "stETH"] {
            assert_eq!(CryptoCurrency::new(code).unwrap().to_string(), code);
        }
        for wrong in ["", "  ", "USD C", "BTC\n\tETH"] {
            let error = CryptoCurrency::new(wrong).unwrap_err();
            assert_eq!(error.field(), Some("cryptoCurrencyCode"), "{wrong}");
        }
    }

    #[test]
    fn codes_parse_and_decode_validated() {
        let usd: FiatCurrency = "USD".parse().unwrap();
        assert_eq!((&usd, usd == "USD"), (&FiatCurrency::try_from("USD").unwrap(), true));
        assert_eq!(serde_json::to_string(&usd).unwrap(), r#""USD""#);
        assert_eq!(serde_json::from_str::<FiatCurrency>(r#""USD""#).unwrap(), usd);
        assert!(serde_json::from_str::<FiatCurrency>(r#""BTC""#).is_err());
        assert!(serde_json::from_str::<PaymentMethodId>(r#""Apple Pay""#).is_err());
        assert!(CryptoCurrency::try_from(String::from("USD C")).is_err());
    }

    #[test]
    fn display_names_are_not_method_ids() {
        for id in ["CREDIT_DEBIT_CARD", "ACH", "PIX"] {
            assert_eq!(String::from(PaymentMethodId::new(id).unwrap()), id);
        }
        for label in ["Credit & Debit Card", "Apple Pay", "credit_debit_card", "Pix", "", " "] {
            let error = PaymentMethodId::new(label).unwrap_err();
            assert_eq!(error.field(), Some("paymentMethodType"), "{label}");
        }
        assert!(PaymentMethodId::given(" ").is_none(), "an empty string of the service");
    }
}
