//! Checkout URLs that Meld mints.

use std::fmt;

use meld_client_core::{Decimal, Error};

use super::checkout::{OTHER_AMOUNT, money};
use super::{PublicKey, WidgetUrl};
use crate::codes::check_country;
use crate::codes::{CryptoCurrency, FiatCurrency, PaymentMethodId};
use crate::money::Money;
use crate::transactions::filled;

/// A request for a checkout URL that Meld mints (operation `/crypto-session-widget-url-create`).
///
/// The prefilled fields are inside the URL, so that the user cannot change them by its parameters. Each `lock_…` method
/// sets a field like the method without the prefix, and locks it on the page too. A field without a value cannot be
/// locked. Pass it as the body of `create_checkout_url`. The URL is valid for 30 days.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))] {
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency, MintedCheckout, PublicKey};
/// use meld_client::v2026_02_03::prelude::*;
/// use meld_client::{Meld, Money};
///
/// # let meld = Meld::builder().api_key("the-key").base_url("http://localhost:1").build()?;
/// let checkout = MintedCheckout::buy(PublicKey::new("the-public-key")?)
///     .lock_fiat_amount(Money::new(250, FiatCurrency::new("EUR")?))
///     .crypto_currency(CryptoCurrency::new("ETH")?)
///     .lock_wallet_address("0x9FC3da866e7DF3a1c57adE1a97c9f00a70f010c8")
///     .external_session_id("checkout-17");
/// let call = meld.v2026_02_03().crypto().create_checkout_url().body(checkout);
/// assert!(call.into_request().is_ok());
/// # }
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct MintedCheckout {
    pub(super) public_key: PublicKey,
    pub(super) direction: Direction,
    pub(super) prefill: Prefill,
    /// An amount was set that is not in the source currency.
    pub(super) has_other_amount: bool,
    /// The JSON names of prefilled fields.
    pub(super) locked: Vec<&'static str>,
    pub(super) redirect_url: Option<String>,
    pub(super) account_logo_url: Option<String>,
    pub(super) external_customer_id: Option<String>,
    pub(super) external_session_id: Option<String>,
}

/// The direction of a checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Buy,
    Sell,
    Any,
}

/// The fields that the page shows at first.
#[derive(Clone, Default)]
pub(super) struct Prefill {
    pub(super) country_code: Option<String>,
    pub(super) source_currency_code: Option<String>,
    pub(super) destination_currency_code: Option<String>,
    pub(super) source_amount: Option<Decimal>,
    pub(super) payment_method_type: Option<String>,
    pub(super) wallet_address: Option<String>,
    pub(super) wallet_tag: Option<String>,
}

// Contains personal data, so `Debug` prints only the direction and the names of locked fields.
impl fmt::Debug for MintedCheckout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MintedCheckout")
            .field("direction", &self.direction)
            .field("locked", &self.locked)
            .finish_non_exhaustive()
    }
}

/// Defines the methods that set and lock a field.
macro_rules! lockable {
    ($($(#[$doc:meta])* $set:ident, $lock:ident = $name:literal $field:ident ($value:ident: $type:ty) $stored:expr;)*) => {
        $(
            $(#[$doc])*
            pub fn $set(mut self, $value: $type) -> Self {
                self.prefill.$field = Some($stored);
                self
            }

            #[doc = concat!(
                "Works like [`", stringify!($set), "`](Self::", stringify!($set), "), and the user cannot change it.",
            )]
            pub fn $lock(self, $value: $type) -> Self {
                self.$set($value).locking($name)
            }
        )*
    };
}

impl MintedCheckout {
    /// Starts a checkout for buying crypto.
    pub fn buy(public_key: PublicKey) -> Self {
        Self::new(public_key, Direction::Buy)
    }

    /// Starts a checkout for selling crypto.
    pub fn sell(public_key: PublicKey) -> Self {
        Self::new(public_key, Direction::Sell)
    }

    /// Starts a checkout in which the user chooses the direction. Currencies are set as for buying.
    pub fn buy_or_sell(public_key: PublicKey) -> Self {
        Self::new(public_key, Direction::Any)
    }

    fn new(public_key: PublicKey, direction: Direction) -> Self {
        Self {
            public_key,
            direction,
            prefill: Prefill::default(),
            has_other_amount: false,
            locked: Vec::new(),
            redirect_url: None,
            account_logo_url: None,
            external_customer_id: None,
            external_session_id: None,
        }
    }

    lockable! {
        /// Sets the country (ISO 3166-1 alpha-2).
        country_code, lock_country_code = "countryCode" country_code(code: impl Into<String>) code.into();
        /// Sets the payment method.
        payment_method, lock_payment_method = "paymentMethodType" payment_method_type(method: PaymentMethodId)
            method.into();
        /// Sets the wallet address, of 10 to 100 characters.
        wallet_address, lock_wallet_address = "walletAddress" wallet_address(address: impl Into<String>) address.into();
    }

    money! {
        /// Sets the amount of a purchase with its currency: 1 to 10,000,000, or from 0.0001 on if the user chooses the
        /// direction. A sale has an amount in crypto.
        fiat_amount, lock_fiat_amount(amount: Money<FiatCurrency>) = with_amount(true);
        /// Sets the amount of a sale with its currency: 0.0001 to 1,000,000. A purchase has an amount in fiat money.
        crypto_amount, lock_crypto_amount(amount: Money<CryptoCurrency>) = with_amount(false);
        /// Sets the fiat currency.
        fiat_currency, lock_fiat_currency(currency: FiatCurrency) = with_currency(true);
        /// Sets the cryptocurrency.
        crypto_currency, lock_crypto_currency(currency: CryptoCurrency) = with_currency(false);
    }

    /// Sets the tag or memo of the wallet, for chains that have them. Requires a wallet address. It cannot be locked.
    pub fn wallet_tag(mut self, tag: impl Into<String>) -> Self {
        self.prefill.wallet_tag = Some(tag.into());
        self
    }

    /// Sets the URL to which the page returns: a web page or an app link.
    pub fn redirect_url(self, url: impl Into<String>) -> Self {
        Self { redirect_url: Some(url.into()), ..self }
    }

    /// Sets the URL of the logo on the page.
    pub fn account_logo_url(self, url: impl Into<String>) -> Self {
        Self { account_logo_url: Some(url.into()), ..self }
    }

    /// Sets your id of the customer, by which transactions are found.
    pub fn external_customer_id(self, id: impl Into<String>) -> Self {
        Self { external_customer_id: Some(id.into()), ..self }
    }

    /// Sets your id of the session, which webhooks contain. The URL then opens a single session, and the id cannot be
    /// used again.
    pub fn external_session_id(self, id: impl Into<String>) -> Self {
        Self { external_session_id: Some(id.into()), ..self }
    }

    /// Sets the source amount and its currency.
    fn with_amount(mut self, is_fiat: bool, amount: Money, is_locked: bool) -> Self {
        let (number, currency) = amount.into_parts();
        self.prefill.source_amount = Some(number);
        self.has_other_amount |= !self.is_source(is_fiat);
        let changed = if is_locked { self.locking("sourceAmount") } else { self };
        changed.with_currency(is_fiat, currency.into(), is_locked)
    }

    fn is_source(&self, is_fiat: bool) -> bool {
        is_fiat != (self.direction == Direction::Sell)
    }

    /// Sets a currency. The fiat currency is the source of a purchase, the cryptocurrency that of a sale.
    fn with_currency(self, is_fiat: bool, code: String, is_locked: bool) -> Self {
        let mut changed = self;
        let name = if changed.is_source(is_fiat) {
            changed.prefill.source_currency_code = Some(code);
            "sourceCurrencyCode"
        } else {
            changed.prefill.destination_currency_code = Some(code);
            "destinationCurrencyCode"
        };
        if is_locked { changed.locking(name) } else { changed }
    }

    /// Locks a field that has a value.
    fn locking(mut self, name: &'static str) -> Self {
        if !self.locked.contains(&name) {
            self.locked.push(name);
        }
        self
    }

    /// Refuses values that Meld would reject.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) about the first field that is invalid.
    pub(super) fn check(&self) -> Result<(), Error> {
        let Prefill { country_code, source_amount, wallet_address, wallet_tag, .. } = &self.prefill;
        country_code.as_deref().map_or(Ok(()), check_country)?;
        if self.has_other_amount {
            return Err(Error::invalid("prefill.sourceAmount", OTHER_AMOUNT));
        }
        source_amount.map_or(Ok(()), |amount| self.direction.check_amount(amount))?;
        let address = wallet_address.as_deref();
        if address.is_some_and(|address| {
            !(10..=100).contains(&address.chars().count()) || address.contains(char::is_whitespace)
        }) {
            return Err(Error::invalid("prefill.walletAddress", "must be 10 to 100 characters without whitespace"));
        }
        if wallet_tag.is_some() && address.is_none() {
            return Err(Error::invalid("prefill.walletTag", "needs a `walletAddress`"));
        }
        Ok(())
    }
}

impl Direction {
    /// Returns the value of `sessionType`.
    pub(super) const fn session_type(self) -> Option<&'static str> {
        match self {
            Self::Buy => Some("BUY"),
            Self::Sell => Some("SELL"),
            Self::Any => None,
        }
    }

    fn check_amount(self, amount: Decimal) -> Result<(), Error> {
        let (least, most) = match self {
            Self::Buy => (Decimal::ONE, 10_000_000),
            Self::Sell => (Decimal::new(1, 4), 1_000_000),
            Self::Any => (Decimal::new(1, 4), 10_000_000),
        };
        if (least..=Decimal::from(most)).contains(&amount) {
            return Ok(());
        }
        Err(Error::invalid("prefill.sourceAmount", format!("must be {least} to {most}")))
    }
}

pub trait MintedUrl {
    fn widget_url(&self) -> Option<&str>;
}

/// Reads the URL of a minted checkout.
pub trait MintedUrlExt: MintedUrl {
    /// Returns the URL to open. `None` if the response has none.
    ///
    /// Its host may belong to the account, so use it unchanged. [`WidgetUrl`] appends the parameters that Meld allows.
    fn checkout_url(&self) -> Option<WidgetUrl> {
        filled(self.widget_url()).map(WidgetUrl::new)
    }
}

impl<R: MintedUrl> MintedUrlExt for R {}

#[cfg(test)]
#[cfg(feature = "v2026-02-03")]
mod tests;
