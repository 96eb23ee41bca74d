//! The hooks that load the lists of a catalog.

use std::sync::Arc;

use meld_client_core::{Error, Transport};

use super::super::DiscoveryCache;
#[cfg(any(feature = "service_providers", all(feature = "v2026-02-03", feature = "network_partner")))]
use super::super::cacheable::Cacheable;
use super::entries::{Coin, Limit, MarketMethod};
use super::scope::Scope;

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
