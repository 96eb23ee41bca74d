//! The hooks that the helpers of this family are built on, and their implementation for each API version.

use meld_client_core::{Call, Decimal};

/// The `network_partner` client of an API version, and the types of that version.
///
/// [`NetworkPartnerExt`](super::NetworkPartnerExt) has the methods.
pub trait NetworkPartnerClient {
    /// The builder of a search for routes, such as `v2026_02_03::network_partner::builder::FindSupportedRoutes`.
    type Search: Call;
}

/// The operations of a version.
pub trait NetworkPartners: NetworkPartnerClient {
    fn search(&self, category: &str, country_code: String, currencies: (String, String)) -> Self::Search;
}

pub trait Route {
    type Method: RouteMethod;

    fn payment_methods(&self) -> &[Self::Method];
}

pub trait PaymentMethod {
    fn id(&self) -> Option<&str>;
}

pub trait RouteMethod: PaymentMethod {
    fn limits(&self) -> Option<Limits<'_>>;
}

/// The currency, the minimum and the maximum.
pub type Limits<'a> = (Option<&'a str>, Option<Decimal>, Option<Decimal>);

/// A call whose response may be cached.
pub trait Discovery {
    const CLASS: CacheClass;
}

/// The period for which a response may be cached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheClass {
    /// Lists of countries, defaults, currencies, payment methods and providers: up to a week.
    List,
    /// Routes and limits: minutes to hours.
    Route,
}

#[cfg(any(feature = "service_providers", all(feature = "v2026-02-03", feature = "network_partner")))]
macro_rules! discovery {
    ($version:ident, $family:ident: $class:ident $($builder:ident)+) => {
        $(impl Discovery for crate::for_versions::$version::$family::builder::$builder {
            const CLASS: CacheClass = CacheClass::$class;
        })+
    };
}

for_versions!(
    "service_providers",
    discovery,
    service_providers: List SearchServiceProviders SearchCountries SearchCryptoCurrencies
        SearchDefaultsByCountry SearchFiatCurrencies SearchPaymentMethods
);
for_versions!(
    "service_providers",
    discovery,
    service_providers: Route GetCryptoCurrencySellLimits GetFiatCurrencyPurchaseLimits
        GetKycFiatLevelLimits
);

// The family exists from 2026-02-03 on.
#[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
include_hooks!(v2026_02_03, "hooks.rs");
#[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
discovery!(v2026_02_03, network_partner: List ListSupportedCountries SearchSupportedCurrencies
    ListSupportedPartners ListSupportedPaymentMethods);
#[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
discovery!(v2026_02_03, network_partner: Route FindSupportedRoutes ListSupportedFiatLimits
    ListSupportedKycLimits);

#[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
mod catalog_source {
    include_hooks!(v2026_02_03, "catalog_hooks.rs");
}
#[cfg(feature = "service_providers")]
mod legacy_catalog_source {
    for_versions!("service_providers", include_hooks, "catalog_legacy_hooks.rs");
}
