//! Widget sessions: from a quote, or for a transfer.

mod quoted;
mod settings;
mod widget_session;

use std::net::IpAddr;

pub use quoted::{Quote, QuoteFields};
pub use settings::LockField;
pub use widget_session::{WidgetSession, WidgetSessionExt};

use meld_client_core::Error;
use quoted::Quoted;
use settings::Settings;

use crate::codes::check_country;
use crate::codes::{CryptoCurrency, PaymentMethodId};
use crate::customers::CustomerRef;
use crate::money::Money;
use crate::payments::check_amount;
use crate::transactions::TransactionType;

/// A request for a widget session: a [`BuySession`], [`SellSession`] or [`TransferSession`].
///
/// Pass it as the body of `create_widget_session` in any version, or convert it with `try_into` to set more fields.
///
/// A clone is the same session with the same external session id, so Meld creates it only once.
#[derive(Clone, PartialEq)]
#[must_use]
pub struct Session<Kind> {
    pub(super) settings: Settings,
    pub(super) kind: Kind,
}

/// A session in which the user buys crypto by a quote.
///
/// Returned by [`QuoteExt::buy_session`](super::QuoteExt::buy_session).
pub type BuySession = Session<Buy>;

/// A session in which the user sells crypto by a quote.
///
/// Returned by [`QuoteExt::sell_session`](super::QuoteExt::sell_session).
///
/// By default it uses the redirect flow, which Meld recommends. The user returns from the widget to the
/// [redirect URL](Session::redirect_url), which is required, and sends the coins from there, to the address of
/// [`wait_for_deposit`](crate::transactions::SessionTransactionsExt::wait_for_deposit). Revolut ignores the flow.
pub type SellSession = Session<Sell>;

/// A session in which the user transfers crypto from another account or wallet. It needs no quote.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::crypto::{CryptoCurrency, TransferSession};
/// use meld_client::customers::CustomerRef;
///
/// let currencies = [CryptoCurrency::new("ETH")?, CryptoCurrency::new("ETH_ARBITRUM")?];
/// let customer = CustomerRef::external_id("customer-1");
/// let session = TransferSession::new("US", "MESH", currencies, customer)
///     .wallet_address("0x5125e50f9e6d8f4a3b2c1d0e");
/// let session = meld.v2026_02_03().crypto().create_widget_session().body(session).send().await?;
/// # assert!(session.id.is_some());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub type TransferSession = Session<Transfer>;

/// The kind of a [`BuySession`].
#[derive(Clone, PartialEq)]
pub struct Buy {
    pub(super) quoted: Quoted,
    pub(super) wallet_address: String,
    pub(super) institution_id: Option<String>,
}

/// The kind of a [`SellSession`].
#[derive(Clone, PartialEq)]
pub struct Sell {
    pub(super) quoted: Quoted,
    pub(super) wallet_address: Option<String>,
    pub(super) redirect_flow: bool,
}

/// The kind of a [`TransferSession`].
#[derive(Clone, PartialEq)]
pub struct Transfer {
    pub(super) country_code: String,
    pub(super) service_provider: String,
    pub(super) source_currency_codes: Vec<String>,
    pub(super) source_amount: Option<Money<CryptoCurrency>>,
    pub(super) wallet_address: Option<String>,
    pub(super) institution_id: Option<String>,
}

/// A kind of session with a quote.
pub trait HasQuote {
    #[doc(hidden)]
    fn quoted(&mut self) -> &mut Quoted;
}

impl HasQuote for Buy {
    fn quoted(&mut self) -> &mut Quoted {
        &mut self.quoted
    }
}

impl HasQuote for Sell {
    fn quoted(&mut self) -> &mut Quoted {
        &mut self.quoted
    }
}

// Contains personal data, so `Debug` prints only the name of the type.
meld_client_core::opaque!(Session<Kind>);

impl<Kind> Session<Kind> {
    /// Returns your id of the session (`externalSessionId`), which webhooks and searches contain.
    ///
    /// The default is a random UUID.
    #[must_use]
    pub fn external_session_id(&self) -> &str {
        &self.settings.external_session_id
    }

    /// Sets your id of the session. Meld accepts each id only once.
    pub fn with_external_session_id(mut self, id: impl Into<String>) -> Self {
        self.settings.external_session_id = id.into();
        self
    }

    /// Sets the sub-account of the session, by your id of that customer (type `BUSINESS`), who must exist at Meld.
    pub fn external_subaccount_customer_id(mut self, id: impl Into<String>) -> Self {
        self.settings.external_subaccount_customer_id = Some(id.into());
        self
    }

    /// Sets `bypassKyc`: the provider receives the customer's approved KYC and does not check the user again.
    ///
    /// Supported by Mercuryo, Paybis, Topper and Unlimit.
    pub fn bypass_kyc(mut self, bypass_kyc: bool) -> Self {
        self.settings.bypass_kyc = Some(bypass_kyc);
        self
    }

    /// Sets the IP address of the user's device, not of your server. Meld recommends to always send it.
    pub fn client_ip(mut self, address: impl Into<IpAddr>) -> Self {
        self.settings.client_ip = Some(address.into());
        self
    }

    /// Sets the URL to which the widget returns: a web page or an app link. It does not receive a result.
    pub fn redirect_url(mut self, url: impl Into<String>) -> Self {
        self.settings.redirect_url = Some(url.into());
        self
    }

    /// Sets the fields that the user cannot change in the widget.
    pub fn lock_fields(mut self, fields: impl IntoIterator<Item = LockField>) -> Self {
        self.settings.lock_fields = fields.into_iter().collect();
        self
    }

    /// Sets the tag or memo of the wallet, for chains that have them (XRP, XLM, …).
    pub fn wallet_tag(mut self, wallet_tag: impl Into<String>) -> Self {
        self.settings.wallet_tag = Some(wallet_tag.into());
        self
    }
}

impl<Kind: HasQuote> Session<Kind> {
    /// Sets the user's country (ISO 3166-1 alpha-2), for quotes without one. It must not differ from the quote's.
    pub fn country_code(mut self, country_code: impl Into<String>) -> Self {
        self.kind.quoted().set_country_code(country_code.into());
        self
    }

    /// Sets the payment method, for quotes without one. It must not differ from the quote's.
    pub fn payment_method(mut self, payment_method: PaymentMethodId) -> Self {
        self.kind.quoted().set_payment_method(payment_method.into());
        self
    }

    /// Sets the wallet address for USDC that is refunded if a swap fails.
    pub fn refund_wallet_address(mut self, address: impl Into<String>) -> Self {
        self.kind.quoted().refund_wallet_address = Some(address.into());
        self
    }
}

impl Session<Buy> {
    pub(super) fn from_quote(
        quote: &QuoteFields<'_>,
        wallet_address: String,
        customer: CustomerRef,
    ) -> Result<Self, Error> {
        let quoted = Quoted::new(quote, TransactionType::is_buy, "purchase")?;
        let kind = Buy { quoted, wallet_address, institution_id: None };
        Ok(Self { settings: Settings::new(customer), kind })
    }

    /// Sets the exchange or wallet from which the user pays, for providers with several (Mesh).
    pub fn institution_id(mut self, institution_id: impl Into<String>) -> Self {
        self.kind.institution_id = Some(institution_id.into());
        self
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.kind.quoted.check()?;
        self.settings.check(Some(&self.kind.wallet_address))?;
        self.kind.quoted.check_refund_wallet()
    }
}

impl Session<Sell> {
    pub(super) fn from_quote(quote: &QuoteFields<'_>, customer: CustomerRef) -> Result<Self, Error> {
        let quoted = Quoted::new(quote, TransactionType::is_sell, "sale")?;
        let kind = Sell { quoted, wallet_address: None, redirect_flow: true };
        Ok(Self { settings: Settings::new(customer), kind })
    }

    /// Enables or disables the redirect flow, in which the user returns from the widget before sending the coins. The
    /// default is `true`.
    ///
    /// With `false`, the widget shows the address for the coins.
    pub fn redirect_flow(mut self, redirect_flow: bool) -> Self {
        self.kind.redirect_flow = redirect_flow;
        self
    }

    /// Sets the user's own wallet address, from which the coins are sent.
    pub fn wallet_address(mut self, wallet_address: impl Into<String>) -> Self {
        self.kind.wallet_address = Some(wallet_address.into());
        self
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.kind.quoted.check()?;
        self.settings.check(self.kind.wallet_address.as_deref())?;
        if self.kind.redirect_flow && self.settings.redirect_url.is_none() {
            let why = "is required by the redirect flow; set it, or turn `redirect_flow` off";
            return Err(Error::invalid("redirectUrl", why));
        }
        self.kind.quoted.check_refund_wallet()
    }
}

impl Session<Transfer> {
    /// Creates a transfer of one of several currencies through a provider (`MESH`).
    ///
    /// `country_code` is the user's country (ISO 3166-1 alpha-2).
    pub fn new(
        country_code: impl Into<String>,
        service_provider: impl Into<String>,
        currencies: impl IntoIterator<Item = CryptoCurrency>,
        customer: CustomerRef,
    ) -> Self {
        let kind = Transfer {
            country_code: country_code.into(),
            service_provider: service_provider.into(),
            source_currency_codes: currencies.into_iter().map(String::from).collect(),
            source_amount: None,
            wallet_address: None,
            institution_id: None,
        };
        Self { settings: Settings::new(customer), kind }
    }

    /// Sets the amount. Only allowed with a single currency, which is that of the amount.
    pub fn source_amount(mut self, amount: Money<CryptoCurrency>) -> Self {
        self.kind.source_amount = Some(amount);
        self
    }

    /// Sets the wallet address to which the coins are sent, for all currencies.
    pub fn wallet_address(mut self, wallet_address: impl Into<String>) -> Self {
        self.kind.wallet_address = Some(wallet_address.into());
        self
    }

    /// Sets the exchange or wallet from which the coins are sent. By default, the user chooses it.
    pub fn institution_id(mut self, institution_id: impl Into<String>) -> Self {
        self.kind.institution_id = Some(institution_id.into());
        self
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        check_country(&self.kind.country_code)?;
        self.settings.check(self.kind.wallet_address.as_deref())?;
        let Some(amount) = &self.kind.source_amount else { return Ok(()) };
        if self.kind.source_currency_codes.iter().any(|code| code != amount.currency().as_str()) {
            let why = "must not be set for several currencies, or for another one";
            return Err(Error::invalid("sourceAmount", why));
        }
        check_amount(amount.amount())
    }
}

#[cfg(test)]
#[cfg(all(feature = "v2023-12-19", feature = "v2025-03-04", feature = "v2026-02-03", feature = "crypto"))]
mod tests;
