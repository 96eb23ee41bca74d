//! URLs of Meld's checkout page.

use std::fmt;

use meld_client_core::Error;
use meld_client_core::reqwest::Url;

use crate::client::Environment;
use crate::codes::{CryptoCurrency, FiatCurrency, PaymentMethodId};
use crate::codes::{check_country, check_wallet};
use crate::customers::CustomerRef;
use crate::money::Money;
use crate::payments::check_amount;

mod widget_url;

/// The reason for which an amount in the destination currency is refused.
pub(super) const OTHER_AMOUNT: &str =
    "must be in the currency that is paid: fiat money for a purchase, crypto for a sale";

pub use widget_url::WidgetUrl;

/// The public key of an account, which is used in checkout URLs only.
///
/// Its type differs from that of the secret API key, which must never reach a browser.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(String);

impl PublicKey {
    /// Accepts the public key from the dashboard.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if it is empty or contains whitespace.
    pub fn new(key: impl Into<String>) -> Result<Self, Error> {
        let key = key.into();
        if key.is_empty() || key.contains(char::is_whitespace) {
            return Err(Error::configuration("the public key must not be empty or contain whitespace"));
        }
        Ok(Self(key))
    }

    #[cfg(all(feature = "crypto", feature = "v2026-02-03"))]
    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// Redacted, because it may be the secret API key by mistake.
impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PublicKey(..)")
    }
}

/// The theme of the checkout page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckoutTheme {
    /// The light theme (`lightMode`).
    Light,
    /// The dark theme (`darkMode`).
    Dark,
}

impl CheckoutTheme {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "lightMode",
            Self::Dark => "darkMode",
        }
    }
}

/// A builder for the URL of Meld's checkout page with prefilled fields.
///
/// Each `lock_…` method sets a field like the method without the prefix, and the user cannot change it. The page
/// ignores unknown parameters, so there is a method for each known one.
///
/// # Examples
///
/// ```
/// use meld_client::crypto::{CheckoutUrl, CryptoCurrency, FiatCurrency, PublicKey};
/// use meld_client::{Environment, Money};
///
/// let key = PublicKey::new("the-public-key")?;
/// let (usd, btc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("BTC")?);
/// let url = CheckoutUrl::buy(Environment::Sandbox, key)
///     .fiat_amount(Money::new(50, usd))
///     .lock_crypto_currency(btc)
///     .build()?;
/// assert_eq!(
///     url,
///     "https://sb.meldcrypto.com/?publicKey=the-public-key&transactionType=BUY&sourceAmount=50\
///      &sourceCurrencyCode=USD&destinationCurrencyCodeLocked=BTC"
/// );
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct CheckoutUrl {
    domain: Result<Url, &'static str>,
    sells: bool,
    /// An amount was set that is not in the source currency.
    has_other_amount: bool,
    /// In the order of the URL. Each parameter occurs once, plain or locked.
    parameters: Vec<Parameter>,
}

#[derive(Clone)]
struct Parameter {
    name: &'static str,
    value: String,
    locked: bool,
}

// Contains personal data, so `Debug` prints only the names of the parameters.
impl fmt::Debug for CheckoutUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.parameters.iter().map(|parameter| parameter.name).collect();
        formatter.debug_struct("CheckoutUrl").field("parameters", &names).finish_non_exhaustive()
    }
}

/// Defines the methods that set and lock a parameter.
macro_rules! lockable {
    ($($(#[$doc:meta])* $set:ident, $lock:ident = $name:literal ($value:ident: $type:ty) $text:expr;)*) => {
        $(
            $(#[$doc])*
            pub fn $set(self, $value: $type) -> Self {
                self.with($name, $text, false)
            }

            #[doc = concat!(
                "Works like [`", stringify!($set), "`](Self::", stringify!($set), "), and the user cannot change it.",
            )]
            pub fn $lock(self, $value: $type) -> Self {
                self.with($name, $text, true)
            }
        )*
    };
}

/// Defines the methods that set and lock an amount or a currency.
macro_rules! money {
    (@locked with_amount) => { "can change neither amount nor currency" };
    (@locked with_currency) => { "cannot change it" };
    ($($(#[$doc:meta])* $set:ident, $lock:ident($value:ident: $type:ty) = $with:ident($is_fiat:literal);)*) => {
        $(
            $(#[$doc])*
            pub fn $set(self, $value: $type) -> Self {
                self.$with($is_fiat, $value.into(), false)
            }

            #[doc = concat!(
                "Works like [`", stringify!($set), "`](Self::", stringify!($set), "), and the user ", money!(@locked $with), ".",
            )]
            pub fn $lock(self, $value: $type) -> Self {
                self.$with($is_fiat, $value.into(), true)
            }
        )*
    };
}
#[cfg(all(feature = "crypto", feature = "v2026-02-03"))]
pub(super) use money;

impl CheckoutUrl {
    /// Starts a URL for buying crypto.
    pub fn buy(environment: Environment, public_key: PublicKey) -> Self {
        Self::new(Url::parse(host(environment)), false, public_key)
    }

    /// Starts a URL for selling crypto.
    pub fn sell(environment: Environment, public_key: PublicKey) -> Self {
        Self::new(Url::parse(host(environment)), true, public_key)
    }

    fn new<E>(domain: Result<Url, E>, sells: bool, PublicKey(key): PublicKey) -> Self {
        let domain = domain.map_err(|_| "must be a URL");
        let start = Self { domain, sells, has_other_amount: false, parameters: Vec::new() };
        let kind = if sells { "SELL" } else { "BUY" };
        start.with("publicKey", key, false).with("transactionType", kind.to_owned(), false)
    }

    /// Uses the account's own checkout domain: `https://buy.wallet.example`.
    pub fn domain(mut self, domain: &str) -> Self {
        let is_plain = |url: &Url| {
            url.scheme() == "https"
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        };
        let why = "must be an `https` URL without user, query and fragment";
        self.domain = Url::parse(domain).ok().filter(is_plain).ok_or(why);
        self
    }

    /// Locks the direction, so that the user can only buy or only sell.
    pub fn lock_transaction_type(self) -> Self {
        let kind = if self.sells { "SELL" } else { "BUY" };
        self.with("transactionType", kind.to_owned(), true)
    }

    lockable! {
        /// Sets the country (ISO 3166-1 alpha-2).
        country_code, lock_country_code = "countryCode"(code: impl Into<String>) code.into();
        /// Sets the payment method.
        payment_method, lock_payment_method = "paymentMethodType"(method: PaymentMethodId) method.into();
        /// Sets the wallet address to which purchased crypto is sent.
        wallet_address, lock_wallet_address = "walletAddress"(address: impl Into<String>) address.into();
    }

    money! {
        /// Sets the amount of a purchase with its currency. The default amount is 100. A sale has an amount in crypto.
        fiat_amount, lock_fiat_amount(amount: Money<FiatCurrency>) = with_amount(true);
        /// Sets the amount of a sale with its currency. The default amount is 100. A purchase has an amount in fiat money.
        crypto_amount, lock_crypto_amount(amount: Money<CryptoCurrency>) = with_amount(false);
        /// Sets the fiat currency.
        fiat_currency, lock_fiat_currency(currency: FiatCurrency) = with_currency(true);
        /// Sets the cryptocurrency.
        crypto_currency, lock_crypto_currency(currency: CryptoCurrency) = with_currency(false);
    }

    /// Sets the tag or memo of the wallet, for chains that have them. Requires a wallet address.
    pub fn wallet_tag(self, tag: impl Into<String>) -> Self {
        self.with("walletTag", tag.into(), false)
    }

    /// Sets the customer, which the page only uses for its quotes.
    ///
    /// Prefer [`CustomerRef::ExternalId`], because transactions are only found by your id.
    pub fn customer(mut self, customer: CustomerRef) -> Self {
        self.parameters.retain(|it| !matches!(it.name, "customerId" | "externalCustomerId"));
        match customer {
            CustomerRef::Id(id) => self.with("customerId", id, false),
            CustomerRef::ExternalId(id) => self.with("externalCustomerId", id, false),
        }
    }

    /// Sets your id of the session, which webhooks contain. Use a new one for each URL.
    pub fn external_session_id(self, id: impl Into<String>) -> Self {
        self.with("externalSessionId", id.into(), false)
    }

    /// Sets the URL to which the page returns: a web page or an app link.
    pub fn redirect_url(self, url: impl Into<String>) -> Self {
        self.with("redirectUrl", url.into(), false)
    }

    /// Sets the theme.
    pub fn theme(self, theme: CheckoutTheme) -> Self {
        self.with("theme", theme.as_str().to_owned(), false)
    }

    /// Makes the page fill the available space.
    pub fn full_screen(self) -> Self {
        self.with("fullScreen", "true".to_owned(), false)
    }

    /// Returns the URL.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) about a parameter if
    ///
    /// - a value is empty,
    /// - the country is not an ISO 3166-1 code,
    /// - the amount is not more than 0, or is not in the currency that the user pays,
    /// - the wallet address is invalid, or missing although there is a tag, or
    /// - the domain is invalid.
    pub fn build(self) -> Result<String, Error> {
        let mut url = self.domain.clone().map_err(|why| Error::invalid("domain", why))?;
        if self.has_other_amount {
            return Err(Error::invalid("sourceAmount", OTHER_AMOUNT));
        }
        for parameter in &self.parameters {
            self.check(parameter)?;
            let name = if parameter.locked { format!("{}Locked", parameter.name) } else { parameter.name.to_owned() };
            url.query_pairs_mut().append_pair(&name, &parameter.value);
        }
        // Spaces are encoded as `+`, which not all parsers decode. Every other plus is already escaped.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
        Ok(url.into())
    }

    fn check(&self, parameter: &Parameter) -> Result<(), Error> {
        let Parameter { name, value, .. } = parameter;
        match *name {
            "countryCode" => check_country(value),
            "sourceAmount" => check_amount(value.parse().unwrap_or_default()),
            "walletAddress" => check_wallet("walletAddress", value),
            "walletTag" if !self.parameters.iter().any(|it| it.name == "walletAddress") => {
                Err(Error::invalid("walletTag", "needs a `walletAddress`"))
            }
            "walletTag" => check_wallet("walletTag", value),
            name if value.trim().is_empty() => Err(Error::invalid(name, "must not be empty")),
            _ => Ok(()),
        }
    }

    /// Sets the source amount and its currency.
    fn with_amount(self, is_fiat: bool, amount: Money, locked: bool) -> Self {
        let (number, currency) = amount.into_parts();
        let changed = self.with("sourceAmount", number.to_string(), locked);
        let has_other_amount = changed.has_other_amount || is_fiat == changed.sells;
        Self { has_other_amount, ..changed }.with_currency(is_fiat, currency.into(), locked)
    }

    /// Sets a currency. The fiat currency is the source of a purchase, the cryptocurrency that of a sale.
    fn with_currency(self, is_fiat: bool, code: String, locked: bool) -> Self {
        let is_source = is_fiat != self.sells;
        let name = if is_source { "sourceCurrencyCode" } else { "destinationCurrencyCode" };
        self.with(name, code, locked)
    }

    /// Sets or replaces a parameter. A locked one stays, because the page would prefer it anyway.
    fn with(mut self, name: &'static str, value: String, locked: bool) -> Self {
        match self.parameters.iter_mut().find(|parameter| parameter.name == name) {
            Some(parameter) if parameter.locked && !locked => {}
            Some(parameter) => (parameter.value, parameter.locked) = (value, locked),
            None => self.parameters.push(Parameter { name, value, locked }),
        }
        self
    }
}

const fn host(environment: Environment) -> &'static str {
    match environment {
        Environment::Sandbox => "https://sb.meldcrypto.com",
        Environment::Production => "https://meldcrypto.com",
    }
}

#[cfg(test)]
mod tests;
