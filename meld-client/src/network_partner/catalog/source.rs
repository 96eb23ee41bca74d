//! The hooks that load the lists of a catalog.

use std::sync::Arc;

use super::super::DiscoveryCache;
#[cfg(any(feature = "service_providers", all(feature = "v2026-02-03", feature = "network_partner")))]
use super::super::cacheable::Cacheable;
use super::market::{Coin, MarketMethod};
use crate::crypto::{FiatCurrency, PaymentMethodId};
use crate::{Error, MoneyRange, Transport};

/// The direction of an exchange. Match it exhaustively: there will be no other values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Fiat money for crypto (category `CRYPTO_ONRAMP`).
    Buy,
    /// Crypto for fiat money (category `CRYPTO_OFFRAMP`).
    Sell,
}

impl Direction {
    #[cfg(any(feature = "service_providers", all(feature = "v2026-02-03", feature = "network_partner")))]
    pub(in crate::network_partner) fn category(self) -> &'static str {
        match self {
            Self::Buy => "CRYPTO_ONRAMP",
            Self::Sell => "CRYPTO_OFFRAMP",
        }
    }
}

/// The market that lists are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub direction: Direction,
    pub country_code: String,
    pub fiat: FiatCurrency,
}

/// The limits of one payment method, or of all if it is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    pub method: Option<PaymentMethodId>,
    pub range: MoneyRange,
}

/// The rows of a list.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    pub rows: Vec<T>,
    /// The error that prevented a newer list.
    pub stale: Option<Arc<str>>,
}

/// A client whose version lists the parts of a market.
pub trait CatalogSource: Sync {
    fn transport(&self) -> &Transport;

    fn countries(
        &self,
        cache: &DiscoveryCache,
        scope: &Scope,
    ) -> impl Future<Output = Result<Listed<String>, Error>> + Send;

    fn fiat_currencies(
        &self,
        cache: &DiscoveryCache,
        scope: &Scope,
    ) -> impl Future<Output = Result<Listed<String>, Error>> + Send;

    fn coins(&self, cache: &DiscoveryCache, scope: &Scope) -> impl Future<Output = Result<Listed<Coin>, Error>> + Send;

    fn payment_methods(
        &self,
        cache: &DiscoveryCache,
        scope: &Scope,
    ) -> impl Future<Output = Result<Listed<MarketMethod>, Error>> + Send;

    fn limits(
        &self,
        cache: &DiscoveryCache,
        scope: &Scope,
    ) -> impl Future<Output = Result<Listed<Limit>, Error>> + Send;
}

/// Sends a call through the cache, and returns the rows of its response.
#[cfg(any(feature = "service_providers", all(feature = "v2026-02-03", feature = "network_partner")))]
pub(in crate::network_partner) async fn listed<C: Cacheable, T>(
    cache: &DiscoveryCache,
    call: C,
    rows: impl Fn(&C::Output) -> Vec<T>,
) -> Result<Listed<T>, Error> {
    let cached = cache.get_or_stale(call).await?;
    Ok(Listed { rows: rows(&cached.value), stale: cached.stale })
}
