//! The catalog: the coins, networks, payment methods and limits of a market.

pub(super) mod entries;
mod market;
#[cfg(feature = "crypto")]
mod quote_check;
pub(super) mod scope;
pub(super) mod source;

use std::fmt;
use std::sync::Arc;

use futures_util::future::try_join5;
use meld_client_core::Error;

use super::DiscoveryCache;
use crate::codes::FiatCurrency;
use scope::Scope;
use source::{CatalogSource, Listed};

pub use entries::{Coin, MarketMethod};
pub use market::Market;
#[cfg(feature = "crypto")]
pub use quote_check::QuoteMismatch;
pub use scope::Direction;

/// The markets of an API version: what customers of a country can buy or sell for a fiat currency.
///
/// Created from a `network_partner` client (from 2026-02-03 on) or from a `service_providers` client, which older
/// versions have. The lists are cached by a [`DiscoveryCache`]. If one cannot be reloaded, the last one is used, and the
/// market [is stale](Market::stale_reason).
///
/// Clones share the cache. Create one catalog for each client.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto", feature = "network_partner"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::Money;
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
/// use meld_client::network_partner::{Catalog, Direction};
///
/// let catalog = Catalog::new(meld.v2026_02_03().network_partner());
/// let (usd, usdc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("USDC_BASE")?);
/// let market = catalog.market(Direction::Buy, "US", usd.clone()).await?;
/// for method in market.payment_methods() {
///     match market.limits(&method.id) {
///         Some(limits) => println!("{}: {limits}", method.id),
///         None => println!("{}", method.id),
///     }
/// }
/// assert_eq!(market.coin(&usdc).and_then(|coin| coin.network.as_deref()), Some("BASE"));
///
/// // Refuses a request that no provider can quote, before it is sent.
/// let tiny = QuoteRequest::buy("US", Money::new(1, usd), usdc);
/// let refused = market.check_quote(&tiny).unwrap_err();
/// assert_eq!(refused.to_string(), "1.00 USD is less than the minimum of 10.00 USD");
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto", feature = "network_partner")))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Catalog<C> {
    client: C,
    cache: DiscoveryCache,
}

impl<C: CatalogSource> Catalog<C> {
    /// Creates a catalog with a cache of its own, which keeps lists for a day and limits for 15 minutes.
    pub fn new(client: C) -> Self {
        let cache = DiscoveryCache::new(client.transport());
        Self::with_cache(client, cache)
    }

    /// Creates a catalog with a cache, such as one with other times to live. The cache must belong to the same client.
    pub fn with_cache(client: C, cache: DiscoveryCache) -> Self {
        Self { client, cache }
    }

    /// Returns the market of a country and a fiat currency, from the cache where possible.
    ///
    /// `country_code` is an ISO 3166-1 alpha-2 code: `US`. A market exists for every country and currency. If nothing is
    /// supported there, its lists are empty.
    ///
    /// # Errors
    ///
    /// Returns a [`CatalogError`] if a list cannot be loaded, and was never loaded before.
    pub async fn market(
        &self,
        direction: Direction,
        country_code: impl Into<String>,
        fiat: FiatCurrency,
    ) -> Result<Market, CatalogError> {
        let scope = Scope { direction, country_code: country_code.into(), fiat };
        let (client, cache) = (&self.client, &self.cache);
        let (countries, fiat, coins, methods, limits) = try_join5(
            named(CatalogList::Countries, client.countries(cache, &scope)),
            named(CatalogList::FiatCurrencies, client.fiat_currencies(cache, &scope)),
            named(CatalogList::Coins, client.coins(cache, &scope)),
            named(CatalogList::PaymentMethods, client.payment_methods(cache, &scope)),
            named(CatalogList::Limits, client.limits(cache, &scope)),
        )
        .await?;
        let reasons: [Option<Arc<str>>; 5] = [countries.stale, fiat.stale, coins.stale, methods.stale, limits.stale];
        Ok(Market {
            has_country: countries.rows.contains(&scope.country_code),
            scope,
            fiat_currencies: fiat.rows,
            coins: coins.rows,
            methods: methods.rows,
            limits: limits.rows,
            stale: reasons.into_iter().flatten().next(),
        })
    }

    /// Returns the cache.
    pub fn cache(&self) -> &DiscoveryCache {
        &self.cache
    }
}

async fn named<T>(
    list: CatalogList,
    rows: impl Future<Output = Result<Listed<T>, Error>>,
) -> Result<Listed<T>, CatalogError> {
    rows.await.map_err(|error| CatalogError { list, error })
}

/// A list of a catalog could not be loaded, and was never loaded before.
#[derive(Debug)]
pub struct CatalogError {
    list: CatalogList,
    error: Error,
}

/// The lists of a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CatalogList {
    /// The countries.
    Countries,
    /// The fiat currencies.
    FiatCurrencies,
    /// The cryptocurrencies.
    Coins,
    /// The payment methods.
    PaymentMethods,
    /// The limits of amounts.
    Limits,
}

impl CatalogError {
    /// Returns the list.
    #[must_use]
    pub fn list(&self) -> CatalogList {
        self.list
    }

    /// Returns the error of the request.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }
}

impl fmt::Display for CatalogList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Countries => "countries",
            Self::FiatCurrencies => "fiat currencies",
            Self::Coins => "coins",
            Self::PaymentMethods => "payment methods",
            Self::Limits => "limits",
        })
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the {} of the catalog cannot be loaded: {}", self.list, self.error)
    }
}

impl std::error::Error for CatalogError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Returns the error of the request.
impl From<CatalogError> for Error {
    fn from(error: CatalogError) -> Self {
        error.error
    }
}
