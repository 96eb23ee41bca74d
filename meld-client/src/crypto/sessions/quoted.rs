//! The data that sessions take from a quote.

use meld_client_core::{Decimal, Error};

use crate::codes::{check_country, check_wallet};
use crate::payments::check_amount;
use crate::transactions::{TransactionType, filled};

pub trait Quote {
    fn fields(&self) -> QuoteFields<'_>;
}

/// The fields of a quote that the helpers need.
#[derive(Clone, Copy, Debug)]
pub struct QuoteFields<'a> {
    pub transaction_type: Option<&'a str>,
    pub country_code: Option<&'a str>,
    pub source_amount: Option<Decimal>,
    pub source_currency_code: Option<&'a str>,
    pub destination_amount: Option<Decimal>,
    pub destination_currency_code: Option<&'a str>,
    pub payment_method: Option<&'a str>,
    pub service_provider: Option<&'a str>,
    pub score: Option<Decimal>,
    pub total_fee: Option<Decimal>,
}

/// The data of a quote, for a session in the same direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Quoted {
    /// `None` if the quote has none. Set it on the session then.
    pub country_code: Option<String>,
    pub source_amount: Decimal,
    pub source_currency_code: String,
    pub destination_currency_code: String,
    pub payment_method: Option<String>,
    pub service_provider: String,
    pub refund_wallet_address: Option<String>,
    /// A field that was set to a value other than that of the quote.
    contradicted: Option<&'static str>,
}

impl Quoted {
    /// Refuses a quote of the other direction, which Meld returns without an error if the currencies are swapped.
    pub(super) fn new(
        fields: &QuoteFields<'_>,
        is_of_direction: impl Fn(&TransactionType) -> bool,
        direction: &str,
    ) -> Result<Self, Error> {
        let kind = required("transactionType", fields.transaction_type)?;
        if !is_of_direction(&TransactionType::from(kind.as_str())) {
            let why = format!("is `{kind}`, so the quote is not for a {direction}");
            return Err(Error::invalid("transactionType", why));
        }
        let amount = fields.source_amount.ok_or_else(|| Error::missing("sourceAmount"))?;
        check_amount(amount)?;
        let destination = fields.destination_currency_code;
        Ok(Self {
            country_code: filled(fields.country_code).map(str::to_owned),
            source_amount: amount,
            source_currency_code: required("sourceCurrencyCode", fields.source_currency_code)?,
            destination_currency_code: required("destinationCurrencyCode", destination)?,
            payment_method: filled(fields.payment_method).map(str::to_owned),
            service_provider: required("serviceProvider", fields.service_provider)?,
            refund_wallet_address: None,
            contradicted: None,
        })
    }

    pub(super) fn set_country_code(&mut self, country_code: String) {
        if *self.country_code.get_or_insert_with(|| country_code.clone()) != country_code {
            self.contradicted = Some("countryCode");
        }
    }

    pub(super) fn set_payment_method(&mut self, payment_method: String) {
        if *self.payment_method.get_or_insert_with(|| payment_method.clone()) != payment_method {
            self.contradicted = Some("paymentMethodType");
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let refuse = |field| Err(Error::invalid(field, "must equal that of the quote"));
        self.contradicted.map_or(Ok(()), refuse)?;
        self.country_code.as_deref().map_or(Ok(()), check_country)
    }

    pub(super) fn check_refund_wallet(&self) -> Result<(), Error> {
        let address = self.refund_wallet_address.as_deref();
        address.map_or(Ok(()), |address| check_wallet("refundWalletAddress", address))
    }
}

fn required(field: &'static str, text: Option<&str>) -> Result<String, Error> {
    filled(text).map(str::to_owned).ok_or_else(|| Error::missing(field))
}
