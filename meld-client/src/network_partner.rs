//! What can be bought and sold where, by which method, through whom and for how much.
//!
//! These questions ([`NetworkPartnerExt`], and the calls of the family `network_partner`, from 2026-02-03 on) take the
//! place of those about properties and limits in the family `service_providers`, which are deprecated. Their responses
//! seldom change and may be kept, see [`DiscoveryCache`].

mod cache;
mod cacheable;
mod methods;
mod routes;

pub use cache::DiscoveryCache;
pub use cacheable::{CacheClass, Cacheable};
pub use methods::{AmountCheck, PaymentMethodExt, RouteMethodExt};
pub use routes::{NetworkPartnerExt, RouteExt, RouteSearch, Routes};

#[cfg(test)]
#[cfg(all(
    feature = "v2026-02-03",
    feature = "crypto",
    feature = "network_partner",
    feature = "service_providers"
))]
mod tests;
