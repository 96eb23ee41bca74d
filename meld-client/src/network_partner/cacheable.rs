//! Calls whose responses may be cached.

use meld_client_core::Call;

use super::CacheClass;
use super::versions::Discovery;

/// A call whose response a [`DiscoveryCache`](super::DiscoveryCache) may keep.
///
/// Implemented for discovery only. Quotes, sessions and transactions are never cached, and do not compile:
///
/// ```compile_fail,E0277
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// async fn stale(meld: meld_client::Meld, cache: meld_client::network_partner::DiscoveryCache) {
///     let quotes = cache.get(meld.v2026_02_03().crypto().create_quote()).await;
/// }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn stale() { let _: i32 = Default::default() + (); }
/// ```
pub trait Cacheable: Call<Output: Send + Sync + 'static> + Discovery {
    /// The period for which the response may be cached.
    const CACHE_CLASS: CacheClass = Self::CLASS;
}

impl<C: Call<Output: Send + Sync + 'static> + Discovery> Cacheable for C {}
