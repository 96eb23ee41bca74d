//! The calls whose responses may be kept.

use meld_client_core::Call;

#[allow(unused_imports, reason = "no version need be chosen")]
use crate::for_versions::for_versions;

/// A call whose response may be kept by a [`DiscoveryCache`](super::DiscoveryCache): discovery, and nothing else. Quotes,
/// sessions and transactions are never kept, and do not compile there:
///
/// ```compile_fail,E0277
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// async fn stale(meld: meld_client::Meld, cache: meld_client::network_partner::DiscoveryCache) {
///     let quotes = cache.get(meld.v2026_02_03().crypto().create_quote()).await;
/// }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn stale() { let _: i32 = Default::default() + (); }
/// ```
pub trait Cacheable: Call<Output: Send + Sync + 'static> + sealed::Sealed {
    /// For how long.
    const KEPT: CacheClass;
}

/// How long a response may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheClass {
    /// As a list: countries, defaults, currencies, payment methods, providers. Up to a week.
    AsList,
    /// As routes and limits: minutes to hours.
    AsRoutes,
}

mod sealed {
    /// Nobody else decides what may be kept.
    pub trait Sealed {}
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! cacheable {
    ($version:ident, $family:ident: $kept:ident[$($call:ident),*]) => {
        $(
            impl sealed::Sealed for crate::$version::$family::builder::$call {}

            impl Cacheable for crate::$version::$family::builder::$call {
                const KEPT: CacheClass = CacheClass::$kept;
            }
        )*
    };
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! service_providers {
    ($version:ident) => {
        cacheable!($version, service_providers: AsList[
            SearchServiceProviders, SearchCountries, SearchCryptoCurrencies,
            SearchDefaultsByCountry, SearchFiatCurrencies,
            SearchPaymentMethods
        ]);
        cacheable!($version, service_providers: AsRoutes[
            GetCryptoCurrencySellLimits, GetFiatCurrencyPurchaseLimits, GetKycFiatLevelLimits
        ]);
    };
}

#[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
macro_rules! network_partner {
    ($version:ident) => {
        cacheable!($version, network_partner: AsList[
            ListSupportedCountries, SearchSupportedCurrencies, ListSupportedPartners,
            ListSupportedPaymentMethods
        ]);
        cacheable!($version, network_partner: AsRoutes[
            FindSupportedRoutes, ListSupportedFiatLimits, ListSupportedKycLimits
        ]);
    };
}

for_versions!("service_providers", service_providers);

// Network partners are documented from 2026-02-03 on.
#[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
network_partner!(v2026_02_03);
