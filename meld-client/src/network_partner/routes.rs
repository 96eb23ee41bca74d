//! Routes: the partners that exchange one currency for another in a country.

use std::slice;

use meld_client_core::{Call, Error};

use super::versions::Route;
use super::{Cacheable, DiscoveryCache, PaymentMethodExt as _};
use crate::call::send;
use crate::codes::PaymentMethodId;

/// A search for routes. Returned by [`NetworkPartnerExt`](super::NetworkPartnerExt).
#[must_use = "calls do nothing unless sent"]
pub struct RouteSearch<Search> {
    call: Search,
}

meld_client_core::opaque!(RouteSearch<Search>);

impl<Search> RouteSearch<Search> {
    pub(super) fn new(call: Search) -> Self {
        Self { call }
    }
}

impl<R: RouteExt + Send, Search: Call<Output = Vec<R>>> RouteSearch<Search> {
    /// Narrows the search by parameters of the builder: partners, payment method, subdivision.
    pub fn narrow(self, narrow: impl FnOnce(Search) -> Search) -> Self {
        Self { call: narrow(self.call) }
    }

    /// Returns the builder of the request.
    pub fn into_call(self) -> Search {
        self.call
    }

    /// Sends the search. `None` if no partner offers the exchange.
    ///
    /// # Errors
    ///
    /// Returns the errors of the request.
    pub async fn send(self) -> Result<Option<Routes<R>>, Error> {
        Ok(Routes::new(send(self.call).await?.into_inner()))
    }

    /// Returns the routes from the cache, and sends the search if they are missing or outdated.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`DiscoveryCache::get`].
    pub async fn send_cached(self, cache: &DiscoveryCache) -> Result<Option<Routes<R>>, Error>
    where
        R: Clone + 'static,
        Search: Cacheable,
    {
        Ok(Routes::new(cache.get(self.call).await?.to_vec()))
    }
}

/// Reads the payment methods of a partner's route.
pub trait RouteExt: Route {
    /// Returns the payment methods.
    fn methods(&self) -> &[Self::Method] {
        self.payment_methods()
    }
}

impl<R: Route> RouteExt for R {}

/// A non-empty list of routes.
#[derive(Clone, Debug, PartialEq)]
pub struct Routes<R> {
    routes: Vec<R>,
}

impl<R: RouteExt> Routes<R> {
    /// Creates a list from a response. `None` if it is empty.
    pub fn new(routes: Vec<R>) -> Option<Self> {
        (!routes.is_empty()).then_some(Self { routes })
    }

    /// Iterates over the routes in the order of the response.
    pub fn iter(&self) -> slice::Iter<'_, R> {
        self.routes.iter()
    }

    /// Returns the payment methods of all routes without duplicates.
    #[must_use]
    pub fn payment_methods(&self) -> Vec<PaymentMethodId> {
        let mut methods = Vec::new();
        for method in self.routes.iter().flat_map(RouteExt::methods) {
            methods.extend(method.method_id().filter(|id| !methods.contains(id)));
        }
        methods
    }
}

impl<'a, R: RouteExt> IntoIterator for &'a Routes<R> {
    type Item = &'a R;
    type IntoIter = slice::Iter<'a, R>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
