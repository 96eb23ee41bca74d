//! The hooks that the helpers of this family are built on, and their implementation for each API version.

use meld_client_core::Call;

use crate::Decimal;
use crate::for_versions::for_versions;

/// The `network_partner` client of an API version, and the types of that version.
///
/// [`NetworkPartnerExt`](super::NetworkPartnerExt) has the methods.
pub trait NetworkPartnerClient {
    /// The builder of a search for routes, such as `v2026_02_03::network_partner::builder::FindSupportedRoutes`.
    type Search: Call;
}

/// The operations of a version.
pub trait NetworkPartners: NetworkPartnerClient {
    fn search(
        &self,
        category: &str,
        country_code: String,
        currencies: (String, String),
    ) -> Self::Search;
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

#[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
macro_rules! network_partner {
    ($version:ident) => {
        const _: () = {
            use crate::$version::network_partner::{Client, builder, types};

            impl NetworkPartnerClient for Client {
                type Search = builder::FindSupportedRoutes;
            }

            impl NetworkPartners for Client {
                fn search(
                    &self,
                    category: &str,
                    country_code: String,
                    (source, destination): (String, String),
                ) -> Self::Search {
                    self.find_supported_routes()
                        .category(category)
                        .country_code(country_code)
                        .source_currency_code(source)
                        .destination_currency_code(destination)
                }
            }

            impl Route for types::SupportedRoute {
                type Method = types::RoutePaymentMethod;

                fn payment_methods(&self) -> &[Self::Method] {
                    &self.payment_methods
                }
            }

            impl PaymentMethod for types::SupportedPaymentMethod {
                fn id(&self) -> Option<&str> {
                    self.method.as_deref()
                }
            }

            impl PaymentMethod for types::RoutePaymentMethod {
                fn id(&self) -> Option<&str> {
                    self.name.as_deref()
                }
            }

            impl RouteMethod for types::RoutePaymentMethod {
                fn limits(&self) -> Option<Limits<'_>> {
                    let limits = self.limits.as_ref()?;
                    Some((limits.currency_code.as_deref(), limits.min, limits.max))
                }
            }
        };
    };
}

#[cfg(any(
    feature = "service_providers",
    all(feature = "v2026-02-03", feature = "network_partner")
))]
macro_rules! discovery {
    ($version:ident, $family:ident: $class:ident $($builder:ident)+) => {
        $(impl Discovery for crate::$version::$family::builder::$builder {
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
network_partner!(v2026_02_03);
#[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
discovery!(v2026_02_03, network_partner: List ListSupportedCountries SearchSupportedCurrencies
    ListSupportedPartners ListSupportedPaymentMethods);
#[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
discovery!(v2026_02_03, network_partner: Route FindSupportedRoutes ListSupportedFiatLimits
    ListSupportedKycLimits);
