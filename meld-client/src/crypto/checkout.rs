//! Addresses of Meld's checkout page.

use std::fmt;

use super::codes::check_country;
use super::{CryptoCurrency, FiatCurrency, PaymentMethodId, positive_amount, wallet};
use crate::customers::CustomerRef;
use crate::reqwest::Url;
use crate::{Decimal, Environment, Error};

mod minted;

pub use minted::MintedUrl;

/// The public key of an account: part of checkout addresses, and good for nothing else.
///
/// It is another type than the secret API key, which must never get into a browser.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(String);

impl PublicKey {
    /// The public key as the dashboard shows it.
    ///
    /// # Errors
    /// It is empty or holds white space.
    pub fn new(key: impl Into<String>) -> Result<Self, Error> {
        let key = key.into();
        if key.is_empty() || key.contains(char::is_whitespace) {
            return Err(Error::configuration(
                "the public key must not be empty or hold white space",
            ));
        }
        Ok(Self(key))
    }
}

/// Leaves the key out: a secret one may have got into its place.
impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PublicKey(..)")
    }
}

/// How the checkout page looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckoutTheme {
    /// `lightMode`
    Light,
    /// `darkMode`
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

/// The address of Meld's checkout page, with what is filled in there already.
///
/// A `lock_…` fills in like its sister and keeps the user from changing it. The page takes no notice of parameters that
/// it does not know, so that each one is a function here.
///
/// ```
/// use meld_client::crypto::{CheckoutUrl, CryptoCurrency, FiatCurrency, PublicKey};
/// use meld_client::{Decimal, Environment};
///
/// let key = PublicKey::new("the-public-key")?;
/// let (usd, btc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("BTC")?);
/// let url = CheckoutUrl::buy(Environment::Sandbox, key)
///     .source_amount(Decimal::from(50))
///     .fiat_currency(usd)
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
    /// Names and values in their order. Each parameter is there once, plain or locked.
    parameters: Vec<Parameter>,
}

#[derive(Clone)]
struct Parameter {
    name: &'static str,
    value: String,
    locked: bool,
}

/// Shows which parameters there are, not their values: they tell of a person.
impl fmt::Debug for CheckoutUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.parameters.iter().map(|parameter| parameter.name).collect();
        formatter.debug_struct("CheckoutUrl").field("parameters", &names).finish_non_exhaustive()
    }
}

/// A parameter that can be locked: the function that sets it, and the one that locks it.
macro_rules! lockable {
    ($($(#[$doc:meta])* $set:ident, $lock:ident = $name:literal ($value:ident: $type:ty) $text:expr;)*) => {
        $(
            $(#[$doc])*
            pub fn $set(self, $value: $type) -> Self {
                self.with($name, $text, false)
            }

            /// The same, and the user cannot change it.
            pub fn $lock(self, $value: $type) -> Self {
                self.with($name, $text, true)
            }
        )*
    };
}

impl CheckoutUrl {
    /// The page on which crypto is bought.
    pub fn buy(environment: Environment, public_key: PublicKey) -> Self {
        Self::new(Url::parse(host(environment)), false, public_key)
    }

    /// The page on which crypto is sold.
    pub fn sell(environment: Environment, public_key: PublicKey) -> Self {
        Self::new(Url::parse(host(environment)), true, public_key)
    }

    fn new<E>(domain: Result<Url, E>, sells: bool, PublicKey(key): PublicKey) -> Self {
        let domain = domain.map_err(|_| "must be an address");
        let start = Self { domain, sells, parameters: Vec::new() };
        let kind = if sells { "SELL" } else { "BUY" };
        start.with("publicKey", key, false).with("transactionType", kind.to_owned(), false)
    }

    /// The account's own checkout domain in place of Meld's: `https://buy.wallet.example`.
    pub fn domain(mut self, domain: &str) -> Self {
        let is_plain = |url: &Url| {
            url.scheme() == "https"
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        };
        let why = "must be an `https` address without user, query and fragment";
        self.domain = Url::parse(domain).ok().filter(is_plain).ok_or(why);
        self
    }

    /// The user can only buy, or only sell, as this page is for.
    pub fn lock_transaction_type(self) -> Self {
        let kind = if self.sells { "SELL" } else { "BUY" };
        self.with("transactionType", kind.to_owned(), true)
    }

    lockable! {
        /// How much is given, in major units of the currency given: `50` US dollars are fifty dollars. 100 if not set.
        source_amount, lock_source_amount = "sourceAmount"(amount: Decimal) amount.to_string();
        /// The country (ISO 3166-1 alpha-2).
        country_code, lock_country_code = "countryCode"(code: impl Into<String>) code.into();
        /// How the user pays or is paid.
        payment_method, lock_payment_method = "paymentMethodType"(method: PaymentMethodId) method.into();
        /// The wallet that bought crypto goes to.
        wallet_address, lock_wallet_address = "walletAddress"(address: impl Into<String>) address.into();
    }

    /// What is paid with, or out in.
    pub fn fiat_currency(self, currency: FiatCurrency) -> Self {
        self.leg(true, currency.into(), false)
    }

    /// The same, and the user cannot change it.
    pub fn lock_fiat_currency(self, currency: FiatCurrency) -> Self {
        self.leg(true, currency.into(), true)
    }

    /// What is bought or sold.
    pub fn crypto_currency(self, currency: CryptoCurrency) -> Self {
        self.leg(false, currency.into(), false)
    }

    /// The same, and the user cannot change it.
    pub fn lock_crypto_currency(self, currency: CryptoCurrency) -> Self {
        self.leg(false, currency.into(), true)
    }

    /// The tag or memo of the wallet, where the chain has such; only with a wallet.
    pub fn wallet_tag(self, tag: impl Into<String>) -> Self {
        self.with("walletTag", tag.into(), false)
    }

    /// The customer, which the page uses for its quotes and for nothing else. Transactions are found by your own id
    /// only, so that [`CustomerRef::ExternalId`] is the better choice.
    pub fn customer(mut self, customer: CustomerRef) -> Self {
        self.parameters.retain(|it| !matches!(it.name, "customerId" | "externalCustomerId"));
        match customer {
            CustomerRef::Id(id) => self.with("customerId", id, false),
            CustomerRef::ExternalId(id) => self.with("externalCustomerId", id, false),
        }
    }

    /// Your id of the session, a new one each time, by which webhooks name it.
    pub fn external_session_id(self, id: impl Into<String>) -> Self {
        self.with("externalSessionId", id.into(), false)
    }

    /// Where the user comes back to: a web page, or a link of an app.
    pub fn redirect_url(self, url: impl Into<String>) -> Self {
        self.with("redirectUrl", url.into(), false)
    }

    /// How the page looks.
    pub fn theme(self, theme: CheckoutTheme) -> Self {
        self.with("theme", theme.as_str().to_owned(), false)
    }

    /// The page takes all the room there is.
    pub fn full_screen(self) -> Self {
        self.with("fullScreen", "true".to_owned(), false)
    }

    /// The address.
    ///
    /// # Errors
    /// A value is empty, the country has no code of ISO 3166-1, the amount is not more than 0, the wallet is no address, there is a tag without a wallet, or
    /// the domain is none. The error names the parameter.
    pub fn build(self) -> Result<String, Error> {
        let mut url = self.domain.clone().map_err(|why| Error::invalid("domain", why))?;
        for parameter in &self.parameters {
            self.check(parameter)?;
            let name = if parameter.locked {
                format!("{}Locked", parameter.name)
            } else {
                parameter.name.to_owned()
            };
            url.query_pairs_mut().append_pair(&name, &parameter.value);
        }
        // Spaces come out as `+`, which not all readers undo; any other plus is encoded.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
        Ok(url.into())
    }

    fn check(&self, parameter: &Parameter) -> Result<(), Error> {
        let Parameter { name, value, .. } = parameter;
        match *name {
            "countryCode" => check_country(value),
            "sourceAmount" => positive_amount(value.parse().unwrap_or_default()),
            "walletAddress" => wallet("walletAddress", value),
            "walletTag" if !self.parameters.iter().any(|it| it.name == "walletAddress") => {
                Err(Error::invalid("walletTag", "needs a walletAddress beside it"))
            }
            "walletTag" => wallet("walletTag", value),
            name if value.trim().is_empty() => Err(Error::invalid(name, "must not be empty")),
            _ => Ok(()),
        }
    }

    /// Of a buy the fiat currency is the source, of a sell the crypto currency.
    fn leg(self, is_fiat: bool, code: String, locked: bool) -> Self {
        let is_source = is_fiat != self.sells;
        let name = if is_source { "sourceCurrencyCode" } else { "destinationCurrencyCode" };
        self.with(name, code, locked)
    }

    /// Sets a parameter in place of what it was. Locked it stays locked: the page heeds the lock anyway.
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
