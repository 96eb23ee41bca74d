//! Amounts as strings (`10.50 USD`) and as JSON (`{"amount": "10.50", "currency": "USD"}`).

use std::collections::BTreeMap;
use std::str::FromStr;

use meld_client_core::serde::de::{Deserialize, Deserializer, Error as _};
use meld_client_core::serde::ser::{Serialize, SerializeStruct, Serializer};
use meld_client_core::{Decimal, Error};

use super::Money;

/// Parses an amount in major units with its currency, as `Display` writes it: `10.50 USD`.
///
/// # Errors
///
/// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) unless the string is a decimal number, a space
/// and a valid code.
impl<C: FromStr<Err = Error>> FromStr for Money<C> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.trim().split_once(' ').and_then(|(amount, currency)| Some((decimal(amount)?, currency)));
        let (amount, currency) =
            parts.ok_or_else(|| Error::invalid("amount", "must be a decimal number and a currency: `10.50 USD`"))?;
        Ok(Self { amount, currency: currency.parse()? })
    }
}

/// Encodes `{"amount": "10.50", "currency": "USD"}`. The amount is a string in major units, so that no digit is lost.
impl<C: AsRef<str>> Serialize for Money<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Money", 2)?;
        fields.serialize_field("amount", &self.amount.to_string())?;
        fields.serialize_field("currency", self.currency.as_ref())?;
        fields.end()
    }
}

/// Decodes `{"amount": "10.50", "currency": "USD"}`. JSON numbers are refused, because many programs round them.
impl<'de, C: FromStr<Err = Error>> Deserialize<'de> for Money<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = BTreeMap::<String, String>::deserialize(deserializer)?;
        let amount = fields.remove("amount").ok_or_else(|| D::Error::missing_field("amount"))?;
        let currency = fields.remove("currency").ok_or_else(|| D::Error::missing_field("currency"))?;
        if let Some(name) = fields.keys().next() {
            return Err(D::Error::unknown_field(name, &["amount", "currency"]));
        }
        let amount = decimal(&amount).ok_or_else(|| D::Error::custom("`amount` must be a decimal number: `10.50`"))?;
        Ok(Self { amount, currency: currency.parse().map_err(D::Error::custom)? })
    }
}

/// Parses a number without rounding it. `None` for anything else, such as digits that are grouped by `_`.
fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text).ok().filter(|_| !text.contains('_'))
}

#[cfg(test)]
mod tests {
    use meld_client_core::serde_json;

    use super::*;
    use crate::codes::FiatCurrency;

    type Fiat = Money<FiatCurrency>;

    #[test]
    fn amounts_round_trip_as_strings_and_json() {
        for text in ["10.50 USD", "-3.00 EUR", "1000 JPY", "0.000000000000000001 ETH", "100 USDC_BASE"] {
            let money: Money = text.parse().unwrap();
            assert_eq!(money.to_string(), text);
            let json = serde_json::to_string(&money).unwrap();
            assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money, "{json}");
        }
        let json = serde_json::to_string(&"10.50 USD".parse::<Fiat>().unwrap()).unwrap();
        assert_eq!(json, r#"{"amount":"10.50","currency":"USD"}"#);
    }

    #[test]
    fn unclear_amounts_are_refused() {
        let too_long = format!("0.{} ETH", "1".repeat(40));
        for text in ["", "10.50", "USD 10.50", "10,50 USD", "1_000 USD", "1e3 USD", "$5 USD", &too_long] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
        assert!("1 BTC".parse::<Fiat>().is_err() && "1 usd".parse::<Fiat>().is_err());
        for json in [
            r#"{"amount":10.5,"currency":"USD"}"#,
            r#"{"amount":"10.5"}"#,
            r#"{"amount":"ten","currency":"USD"}"#,
            r#"{"amount":"10.5","currency":"BTC"}"#,
            r#"{"amount":"10.5","currency":"USD","unit":"minor"}"#,
        ] {
            assert!(serde_json::from_str::<Fiat>(json).is_err(), "{json}");
        }
    }
}
