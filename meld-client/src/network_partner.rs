//! Discovery: countries, currencies, payment methods, partners and limits.
//!
//! [`NetworkPartnerExt`] and the other operations of the family `network_partner` (from 2026-02-03 on) replace those
//! about properties and limits in the family `service_providers`, which are deprecated. Responses rarely change and
//! can be cached; see [`DiscoveryCache`]. A [`Catalog`] combines them into what a country can buy or sell.

mod cache;
mod cacheable;
mod catalog;
// `versions` includes them.
#[cfg(rustfmt)]
mod catalog_hooks;
#[cfg(rustfmt)]
mod catalog_legacy_hooks;
mod ext;
// `versions` includes it.
#[cfg(rustfmt)]
mod hooks;
mod payment_methods;
mod routes;
mod versions;

pub use cache::{Cached, DiscoveryCache};
pub use cacheable::Cacheable;
#[cfg(feature = "crypto")]
pub use catalog::QuoteMismatch;
pub use catalog::{Catalog, CatalogError, CatalogList, Coin, Direction, Market, MarketMethod};
pub use ext::NetworkPartnerExt;
pub use payment_methods::{PaymentMethodExt, RouteMethodExt};
pub use routes::{RouteExt, RouteSearch, Routes};
pub use versions::{CacheClass, NetworkPartnerClient};

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "crypto", feature = "network_partner", feature = "service_providers"))]
mod tests;
