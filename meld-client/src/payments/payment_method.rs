//! Cards, bank accounts and tokens.

use meld_client_core::Error;
use meld_client_core::serde_json::{Value, json};

use super::versions::PaymentMethodInput;
use crate::validation;

meld_client_core::string_enum! {
    /// The type of a bank account for ACH.
    pub enum AchAccountType {
        /// A checking account.
        Checking = "CHECKING",
        /// A savings account.
        Savings = "SAVINGS",
        /// A checking account of a business.
        BusinessChecking = "BUSINESS_CHECKING",
    }
}

/// Creates a `PaymentMethodInput` from a card, a bank account or a token.
///
/// The specs do not describe its `details`; they follow Meld's guides. `Debug` output and errors do not contain them.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "payments"))] {
/// use meld_client::payments::AchAccountType;
/// use meld_client::v2026_02_03::payments::types::PaymentMethodInput;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let card = PaymentMethodInput::card("4242 4242 4242 4242", "123", "12/30")?;
/// let account = PaymentMethodInput::ach(AchAccountType::Checking, "110000000", "62629220")?;
/// let token = PaymentMethodInput::meld_payment_token("EdDCdge5ufs6XXRaR7WgF6")?;
/// assert!(!format!("{card:?} {account:?} {token:?}").contains("4242"));
/// # }
/// # Ok::<(), meld_client::Error>(())
/// ```
pub trait PaymentMethodInputExt: PaymentMethodInput {
    /// Creates a card from its number (12 to 19 digits, spaces allowed), its CVC (3 or 4 digits) and its last month
    /// (`MM/YY`).
    ///
    /// Sending card numbers requires PCI DSS compliance. A provider's nonce or Meld's token does not.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if a value has another format, the
    /// number has a wrong check digit (Luhn), or the card has expired.
    fn card(number: &str, cvc: &str, expiration: &str) -> Result<Self, Error> {
        Self::of_type("CARD", card(number, cvc, expiration)?)
    }

    /// Creates a bank account in the United States from its routing number (9 digits) and account number.
    ///
    /// The customer must be verified as its owner.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the routing number has another
    /// format or a wrong check digit (ABA), or if the account number is empty or contains whitespace.
    fn ach(account_type: impl Into<AchAccountType>, routing_number: &str, account_number: &str) -> Result<Self, Error> {
        Self::of_type("ACH", ach(&account_type.into(), routing_number, account_number)?)
    }

    /// Creates a payment method from Meld's token (`meldPaymentMethodTokenId` of `create_payment_token`).
    ///
    /// The request then needs no `serviceProvider`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the token is empty.
    fn meld_payment_token(token: &str) -> Result<Self, Error> {
        Self::of_type("MELD_PAYMENT_TOKEN", meld_payment_token(token)?)
    }
}

impl<T: PaymentMethodInput> PaymentMethodInputExt for T {}

fn card(number: &str, cvc: &str, expiration: &str) -> Result<Value, Error> {
    let number = validation::without_spaces(number);
    validation::card_number("paymentMethod.details.number", &number)?;
    validation::card_code("paymentMethod.details.cvc", cvc)?;
    let now = validation::now();
    validation::expiration("paymentMethod.details.expiration", expiration, now)?;
    Ok(json!({ "number": number, "cvc": cvc, "expiration": expiration }))
}

fn ach(account_type: &AchAccountType, routing_number: &str, account_number: &str) -> Result<Value, Error> {
    validation::routing_number("paymentMethod.details.routingNumber", routing_number)?;
    if account_number.is_empty() || account_number.contains(char::is_whitespace) {
        let why = "must not be empty or contain whitespace";
        return Err(Error::invalid("paymentMethod.details.accountNumber", why));
    }
    Ok(json!({
        "accountType": account_type.as_str(),
        "routingNumber": routing_number,
        "accountNumber": account_number,
    }))
}

fn meld_payment_token(token: &str) -> Result<Value, Error> {
    if token.trim().is_empty() {
        let field = "paymentMethod.details.meldPaymentToken";
        return Err(Error::invalid(field, "must not be empty"));
    }
    Ok(json!({ "meldPaymentToken": token }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_details_match_the_guides() {
        let details = card("4111 1111 1111 1111", "1234", "01/30").unwrap();
        let expected = json!({ "number": "4111111111111111", "cvc": "1234", "expiration": "01/30" });
        assert_eq!(details, expected);
        for (number, cvc, expiration, wrong) in [
            ("", "123", "12/30", "number"),
            ("41111111111", "123", "12/30", "number"),
            ("41111111111111111111", "123", "12/30", "number"),
            ("4111-1111-1111-1111", "123", "12/30", "number"),
            ("４１１１１１１１１１１１", "123", "12/30", "number"),
            ("4111111111111112", "123", "12/30", "number"),
            ("4111111111111111", "12", "12/30", "cvc"),
            ("4111111111111111", "12345", "12/30", "cvc"),
            ("4111111111111111", "12/30", "123", "cvc"),
            ("4111111111111111", "123", "13/30", "expiration"),
            ("4111111111111111", "123", "00/30", "expiration"),
            ("4111111111111111", "123", "1/30", "expiration"),
            ("4111111111111111", "123", "+1/30", "expiration"),
            ("4111111111111111", "123", "12/2030", "expiration"),
            ("4111111111111111", "123", "12/2020", "expiration"),
            ("4111111111111111", "123", "12/20", "expiration"),
            ("4111111111111111", "123", "1230", "expiration"),
            ("4111111111111111", "123", "12/30 ", "expiration"),
            ("4111111111111111", "123", "", "expiration"),
        ] {
            let error = card(number, cvc, expiration).unwrap_err();
            assert_eq!(error.field(), Some(format!("paymentMethod.details.{wrong}").as_str()));
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("1111") && !shown.contains("123"), "{shown}");
        }
    }

    #[test]
    fn bank_account_details_match_the_guides() {
        let details = ach(&AchAccountType::BusinessChecking, "110000000", "0062629220").unwrap();
        let expected = json!({
            "accountType": "BUSINESS_CHECKING",
            "routingNumber": "110000000",
            "accountNumber": "0062629220",
        });
        assert_eq!(details, expected);
        for (routing, account, wrong) in [
            ("11000000", "62629220", "routingNumber"),
            ("62629220", "110000000", "routingNumber"),
            ("11000000x", "62629220", "routingNumber"),
            ("110000001", "62629220", "routingNumber"),
            ("110000000", "", "accountNumber"),
            ("110000000", "6262 9220", "accountNumber"),
        ] {
            let error = ach(&AchAccountType::Savings, routing, account).unwrap_err();
            assert_eq!(error.field(), Some(format!("paymentMethod.details.{wrong}").as_str()));
            assert!(!format!("{error:?}").contains("62629220"), "{error:?}");
        }
        assert!(meld_payment_token(" ").is_err());
        assert_eq!(meld_payment_token("t").unwrap(), json!({ "meldPaymentToken": "t" }));
    }
}
