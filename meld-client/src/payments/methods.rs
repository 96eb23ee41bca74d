//! Cards, bank accounts and tokens.

use meld_client_core::serde_json::{Value, json};

#[allow(unused_imports, reason = "no version need be chosen")]
use crate::for_versions::for_versions;
use crate::{Error, validation};

meld_client_core::string_enum! {
    /// What kind of bank account is charged or paid by ACH.
    pub enum AchAccountType {
        Checking = "CHECKING",
        Savings = "SAVINGS",
        BusinessChecking = "BUSINESS_CHECKING",
    }
}

/// Puts a card, a bank account or a token into the form that payments take: `details` has no form in the documents, but
/// in Meld's guides.
///
/// What is in it is not shown by `Debug`, and no error repeats it.
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
pub trait PaymentMethodInputExt: Sized {
    /// A card: its number, of 12 to 19 digits, with or without blanks; the 3 or 4 digits on its back or front; and the
    /// month in which it expires, as `MM/YY`.
    ///
    /// Sending card numbers requires PCI DSS compliance; a nonce of the provider or a token of Meld's does not.
    ///
    /// # Errors
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if one of them has another form, the
    /// number fails the check of its last digit (Luhn), or the card has expired.
    fn card(number: &str, cvc: &str, expiration: &str) -> Result<Self, Error>;

    /// A bank account in the United States, of a customer who was verified to be its owner: the routing number of the
    /// bank, of 9 digits, and the number of the account.
    ///
    /// # Errors
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the routing number has another form
    /// or fails the check of its last digit (ABA), or if the number of the account is empty or has blanks in it.
    fn ach(
        account_type: impl Into<AchAccountType>,
        routing_number: &str,
        account_number: &str,
    ) -> Result<Self, Error>;

    /// A token of Meld's (`meldPaymentMethodTokenId` of `create_payment_token`), which needs no `serviceProvider`.
    ///
    /// # Errors
    /// It is empty.
    fn meld_payment_token(token: &str) -> Result<Self, Error>;
}

/// `paymentMethod.details` of a card.
#[allow(dead_code, reason = "no version with payments need be chosen")]
fn card(number: &str, cvc: &str, expiration: &str) -> Result<Value, Error> {
    let number = validation::without_blanks(number);
    validation::card_number("paymentMethod.details.number", &number)?;
    validation::card_code("paymentMethod.details.cvc", cvc)?;
    let now = validation::now();
    validation::expiration("paymentMethod.details.expiration", expiration, now)?;
    Ok(json!({ "number": number, "cvc": cvc, "expiration": expiration }))
}

/// `paymentMethod.details` of a bank account.
#[allow(dead_code, reason = "no version with payments need be chosen")]
fn ach(
    account_type: &AchAccountType,
    routing_number: &str,
    account_number: &str,
) -> Result<Value, Error> {
    validation::routing_number("paymentMethod.details.routingNumber", routing_number)?;
    if account_number.is_empty() || account_number.contains(char::is_whitespace) {
        let why = "must not be empty or have blanks in it";
        return Err(Error::invalid("paymentMethod.details.accountNumber", why));
    }
    Ok(json!({
        "accountType": account_type.as_str(),
        "routingNumber": routing_number,
        "accountNumber": account_number,
    }))
}

/// `paymentMethod.details` of a token.
#[allow(dead_code, reason = "no version with payments need be chosen")]
fn meld_payment_token(token: &str) -> Result<Value, Error> {
    if token.trim().is_empty() {
        let field = "paymentMethod.details.meldPaymentToken";
        return Err(Error::invalid(field, "must not be empty"));
    }
    Ok(json!({ "meldPaymentToken": token }))
}

/// The payment methods of a version.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! payment_methods {
    ($version:ident) => {
        const _: () = {
            use crate::$version::payments::types::{PaymentMethodInput, PaymentMethodType};

            impl PaymentMethodInputExt for PaymentMethodInput {
                fn card(number: &str, cvc: &str, expiration: &str) -> Result<Self, Error> {
                    let details = card(number, cvc, expiration)?;
                    Self::builder().type_(PaymentMethodType::Card).details(details).build()
                }

                fn ach(
                    account_type: impl Into<AchAccountType>,
                    routing_number: &str,
                    account_number: &str,
                ) -> Result<Self, Error> {
                    let details = ach(&account_type.into(), routing_number, account_number)?;
                    Self::builder().type_(PaymentMethodType::Ach).details(details).build()
                }

                fn meld_payment_token(token: &str) -> Result<Self, Error> {
                    let (kind, details) =
                        (PaymentMethodType::MeldPaymentToken, meld_payment_token(token)?);
                    Self::builder().type_(kind).details(details).build()
                }
            }
        };
    };
}

for_versions!("payments", payment_methods);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_sent_as_the_guides_have_them_and_others_are_refused() {
        let details = card("4111 1111 1111 1111", "1234", "01/30").unwrap();
        let expected =
            json!({ "number": "4111111111111111", "cvc": "1234", "expiration": "01/30" });
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
    fn bank_accounts_are_sent_as_the_guides_have_them_and_others_are_refused() {
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
