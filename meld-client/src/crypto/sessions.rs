//! Widget sessions: from a chosen quote, or for a transfer.

mod opened;
mod quoted;
mod requests;
mod settings;

use std::net::IpAddr;

pub use opened::WidgetSessionExt;
pub use quoted::CryptoExt;
use quoted::Offer;
use settings::{Settings, setters};

use super::{CryptoCurrency, LockField, PaymentMethodId};
use crate::Decimal;
use crate::customers::CustomerRef;

/// A session in which the user buys crypto by one quote; see [`CryptoExt`].
///
/// It is the body of `create_widget_session` in every version, or becomes one by `try_into` for whoever wants to set
/// more. A clone is the same session, with the same id of your own: Meld opens it once.
#[derive(Clone, PartialEq)]
#[must_use]
pub struct BuySession {
    offer: Offer,
    settings: Settings,
    wallet_address: String,
    refund_wallet_address: Option<String>,
    institution_id: Option<String>,
}

setters!(BuySession);

impl BuySession {
    /// The country of the user (ISO 3166-1 alpha-2), for quotes that do not name it; another one than the quote's is refused.
    pub fn country_code(mut self, country_code: impl Into<String>) -> Self {
        self.offer.add_country_code(country_code.into());
        self
    }

    /// How the user pays, for quotes that do not name it; another one than the quote's is refused.
    pub fn payment_method(mut self, payment_method: PaymentMethodId) -> Self {
        self.offer.add_payment_method(payment_method.into());
        self
    }

    /// The wallet for USDC that is given back if a swap fails.
    pub fn refund_wallet_address(mut self, address: impl Into<String>) -> Self {
        self.refund_wallet_address = Some(address.into());
        self
    }

    /// The exchange or wallet that the user pays from, at the providers that have several (Mesh).
    pub fn institution_id(mut self, institution_id: impl Into<String>) -> Self {
        self.institution_id = Some(institution_id.into());
        self
    }
}

/// A session in which the user sells crypto by one quote; see [`CryptoExt`].
///
/// By default it is the flow that Meld prefers: the user comes back from the widget to the
/// [redirect address](Self::redirect_url), which is needed, and sends the coins from there, to what
/// [`wait_for_deposit`](crate::transactions::SessionTransactionsExt::wait_for_deposit) gives. Revolut takes no notice of
/// the flow.
///
/// A clone is the same session, with the same id of your own: Meld opens it once.
#[derive(Clone, PartialEq)]
#[must_use]
pub struct SellSession {
    offer: Offer,
    settings: Settings,
    wallet_address: Option<String>,
    refund_wallet_address: Option<String>,
    redirect_flow: bool,
}

setters!(SellSession);

impl SellSession {
    /// Whether the user comes back from the widget before the coins are sent; true if not set. Without it the widget
    /// tells the user where to send them.
    pub fn redirect_flow(mut self, redirect_flow: bool) -> Self {
        self.redirect_flow = redirect_flow;
        self
    }

    /// The user's own wallet, from which the coins come.
    pub fn wallet_address(mut self, wallet_address: impl Into<String>) -> Self {
        self.wallet_address = Some(wallet_address.into());
        self
    }

    /// The country of the user (ISO 3166-1 alpha-2), for quotes that do not name it; another one than the quote's is refused.
    pub fn country_code(mut self, country_code: impl Into<String>) -> Self {
        self.offer.add_country_code(country_code.into());
        self
    }

    /// How the user is paid, for quotes that do not name it; another one than the quote's is refused.
    pub fn payment_method(mut self, payment_method: PaymentMethodId) -> Self {
        self.offer.add_payment_method(payment_method.into());
        self
    }

    /// The wallet for USDC that is given back if a swap fails.
    pub fn refund_wallet_address(mut self, address: impl Into<String>) -> Self {
        self.refund_wallet_address = Some(address.into());
        self
    }
}

/// A session in which the user moves crypto from an account or wallet elsewhere. There is no quote for it.
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
#[derive(Clone, PartialEq)]
#[must_use]
pub struct TransferSession {
    country_code: String,
    service_provider: String,
    source_currency_codes: Vec<String>,
    source_amount: Option<Decimal>,
    settings: Settings,
    wallet_address: Option<String>,
    institution_id: Option<String>,
}

setters!(TransferSession);

impl TransferSession {
    /// A transfer of one of these currencies through a provider (`MESH`), for a user in a country (ISO 3166-1
    /// alpha-2).
    pub fn new(
        country_code: impl Into<String>,
        service_provider: impl Into<String>,
        currencies: impl IntoIterator<Item = CryptoCurrency>,
        customer: CustomerRef,
    ) -> Self {
        Self {
            country_code: country_code.into(),
            service_provider: service_provider.into(),
            source_currency_codes: currencies.into_iter().map(String::from).collect(),
            source_amount: None,
            settings: Settings::new(customer),
            wallet_address: None,
            institution_id: None,
        }
    }

    /// How much is moved, in whole units of the currency. Only where there is one currency: an amount of several says nothing.
    pub fn source_amount(mut self, amount: Decimal) -> Self {
        self.source_amount = Some(amount);
        self
    }

    /// The wallet that the coins go to, one for all currencies.
    pub fn wallet_address(mut self, wallet_address: impl Into<String>) -> Self {
        self.wallet_address = Some(wallet_address.into());
        self
    }

    /// The exchange or wallet that the coins come from, where the user is not to choose it.
    pub fn institution_id(mut self, institution_id: impl Into<String>) -> Self {
        self.institution_id = Some(institution_id.into());
        self
    }
}

#[cfg(test)]
#[cfg(all(
    feature = "v2023-12-19",
    feature = "v2025-03-04",
    feature = "v2026-02-03",
    feature = "crypto"
))]
mod tests;
