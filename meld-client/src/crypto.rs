//! Crypto on- and off-ramps: quotes, widget sessions and checkout URLs.
//!
//! A purchase or sale starts with a [`QuoteRequest`]. Choose one of the [ranked](QuotesExt) quotes, create a session
//! for it ([`QuoteExt`]) and open its widget for the user. The result is a transaction; see
//! [`transactions`](crate::transactions). See [`network_partner`](crate::network_partner) for the supported
//! currencies, countries and payment methods.

#[cfg(all(feature = "crypto", feature = "v2026-02-03"))]
mod apple_pay;
mod checkout;
// `versions` includes it.
#[cfg(rustfmt)]
mod hooks;
#[cfg(all(feature = "crypto", feature = "v2026-02-03"))]
mod minted_checkout;
#[cfg(rustfmt)]
mod minted_hooks;
#[cfg(rustfmt)]
mod quote_hooks;
#[cfg(feature = "crypto")]
mod quote_request;
#[cfg(feature = "crypto")]
mod quotes;
#[cfg(feature = "crypto")]
mod quotes_by_method;
#[cfg(feature = "crypto")]
mod sessions;
#[cfg(feature = "crypto")]
mod versions;

pub use crate::codes::{CryptoCurrency, FiatCurrency, PaymentMethodId};
#[cfg(all(feature = "crypto", feature = "v2026-02-03"))]
pub use apple_pay::{ApplePayOutcome, ApplePayResultExt};
pub use checkout::{CheckoutTheme, CheckoutUrl, PublicKey, WidgetUrl};
#[cfg(all(feature = "crypto", feature = "v2026-02-03"))]
pub use minted_checkout::{MintedCheckout, MintedUrlExt};
#[cfg(feature = "crypto")]
pub use quote_request::QuoteRequest;
#[cfg(feature = "crypto")]
pub use quotes::{QuoteExt, QuotesExt, ScoreBand};
#[cfg(feature = "crypto")]
pub use quotes_by_method::{
    FailedMethod, QuoteClient, QuotesByMethod, QuotesByMethodCall, QuotesByMethodError, QuotesByMethodExt,
};
#[cfg(feature = "crypto")]
pub use sessions::{BuySession, LockField, SellSession, Session, TransferSession, WidgetSessionExt};
