//! Crypto: quotes, sessions and what becomes of them.
//!
//! A purchase or a sale goes from a [`QuoteRequest`] over the [ranked](QuotesExt) quotes to the session of one of
//! them ([`CryptoExt`]), whose widget the user opens. What becomes of it is a transaction, see
//! [`transactions`](crate::transactions). What can be bought where is in
//! [`network_partner`](crate::network_partner).

mod checkout;
mod codes;
mod locks;
mod quote_request;
mod quotes;
mod sessions;

pub use checkout::{CheckoutTheme, CheckoutUrl, MintedUrl, PublicKey};
pub use codes::{CryptoCurrency, FiatCurrency, PaymentMethodId};
pub use locks::LockField;
pub use quote_request::QuoteRequest;
pub use quotes::{QuoteExt, QuotesExt, ScoreBand};
pub use sessions::{BuySession, CryptoExt, SellSession, TransferSession, WidgetSessionExt};

/// Refuses an amount that nothing can be bought or sold for.
fn positive_amount(amount: crate::Decimal) -> Result<(), crate::Error> {
    if amount > crate::Decimal::ZERO {
        Ok(())
    } else {
        Err(crate::Error::invalid("sourceAmount", "must be more than 0"))
    }
}

/// Refuses an address of a wallet, or its tag, that Meld refuses (`CRYPTO_INVALID_DESTINATION_WALLET`).
fn wallet(field: &'static str, text: &str) -> Result<(), crate::Error> {
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_control();
    if text.is_empty() || text.contains(is_odd) || text.chars().count() > 256 {
        let why = "must have 1 to 256 characters, without white space or control characters";
        return Err(crate::Error::invalid(field, why));
    }
    Ok(())
}
