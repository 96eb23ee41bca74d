//! Routes: who changes which currency into which, in a country.

use std::fmt;
use std::slice;

use meld_client_core::Call;

use super::{Cacheable, DiscoveryCache, PaymentMethodExt, RouteMethodExt};
use crate::Error;
use crate::crypto::{CryptoCurrency, FiatCurrency, PaymentMethodId};

/// Searches for routes with their currencies on the right sides.
///
/// The path of the request follows the money. Crossed, it is answered with an empty list and no error, which looks as
/// if nobody offered it: here the types keep the sides apart.
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::Decimal;
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency};
/// use meld_client::network_partner::AmountCheck;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let partners = meld.v2026_02_03().network_partner();
/// let (usd, usdc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("USDC")?);
/// let search = partners.buy_routes("US", usd, usdc).narrowed(|call| call.partners(["TRANSAK"]));
/// let Some(routes) = search.send().await? else {
///     println!("nobody sells that there");
///     return Ok(());
/// };
/// for method in routes.iter().flat_map(|route| &route.payment_methods) {
///     if method.check_amount(Decimal::from(50), "USD") == AmountCheck::Fits {
///         println!("{:?}", method.method_id());
///     }
/// }
/// # assert!(!routes.payment_methods().is_empty());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "network_partner")))]
/// # fn main() {}
/// ```
pub trait NetworkPartnerExt {
    /// The call that searches.
    type Search: Call;

    /// Who sells this crypto for this fiat currency in a country (ISO 3166-1 alpha-2: `US`); category `CRYPTO_ONRAMP`,
    /// operationId `find-supported-routes`.
    fn buy_routes(
        &self,
        country_code: impl Into<String>,
        pay: FiatCurrency,
        get: CryptoCurrency,
    ) -> RouteSearch<Self::Search>;

    /// Who buys this crypto for this fiat currency in a country; category `CRYPTO_OFFRAMP`, operationId
    /// `find-supported-routes`.
    fn sell_routes(
        &self,
        country_code: impl Into<String>,
        sell: CryptoCurrency,
        get: FiatCurrency,
    ) -> RouteSearch<Self::Search>;
}

/// A search for routes that is about to be sent.
#[must_use = "nothing is sent before `send`"]
pub struct RouteSearch<Search> {
    call: Search,
}

impl<Search> fmt::Debug for RouteSearch<Search> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RouteSearch").finish_non_exhaustive()
    }
}

impl<R: RouteExt + Send, Search: Call<Output = Vec<R>>> RouteSearch<Search> {
    /// Narrows the search by what the call has for it: partners, payment method, subdivision.
    pub fn narrowed(self, narrow: impl FnOnce(Search) -> Search) -> Self {
        Self { call: narrow(self.call) }
    }

    /// The call itself.
    pub fn into_call(self) -> Search {
        self.call
    }

    /// The routes; nothing if nobody offers this.
    ///
    /// # Errors
    /// Those of the call.
    pub async fn send(self) -> Result<Option<Routes<R>>, Error> {
        let transport = self.call.transport().clone();
        let request = self.call.into_request()?;
        Ok(Routes::new(Search::send_request(&transport, request).await?.into_inner()))
    }

    /// The same, from the cache if they are there.
    ///
    /// # Errors
    /// Those of [`DiscoveryCache::get`].
    pub async fn cached(self, cache: &DiscoveryCache) -> Result<Option<Routes<R>>, Error>
    where
        R: Clone + 'static,
        Search: Cacheable,
    {
        Ok(Routes::new(cache.get(self.call).await?.to_vec()))
    }
}

/// A route of one partner.
pub trait RouteExt {
    /// A payment method of it.
    type Method: RouteMethodExt;

    /// The payment methods.
    fn methods(&self) -> &[Self::Method];
}

/// Routes, at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Routes<R> {
    routes: Vec<R>,
}

impl<R: RouteExt> Routes<R> {
    /// The routes of a response; nothing if there are none, so that nobody offers this.
    pub fn new(routes: Vec<R>) -> Option<Self> {
        (!routes.is_empty()).then_some(Self { routes })
    }

    /// The routes, in the order of the response.
    pub fn iter(&self) -> slice::Iter<'_, R> {
        self.routes.iter()
    }

    /// The payment methods of all routes, each once.
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

/// Network partners are documented from 2026-02-03 on.
macro_rules! routes {
    ($feature:literal, $version:ident) => {
        #[cfg(all(feature = $feature, feature = "network_partner"))]
        const _: () = {
            use crate::$version::network_partner::{Client, builder, types};

            impl RouteExt for types::SupportedRoute {
                type Method = types::RoutePaymentMethod;

                fn methods(&self) -> &[Self::Method] {
                    &self.payment_methods
                }
            }

            fn search(
                client: &Client,
                category: types::Category,
                country_code: impl Into<String>,
                (source, destination): (impl Into<String>, impl Into<String>),
            ) -> RouteSearch<builder::FindSupportedRoutes> {
                let call = client
                    .find_supported_routes()
                    .category(category)
                    .country_code(country_code)
                    .source_currency_code(source)
                    .destination_currency_code(destination);
                RouteSearch { call }
            }

            impl NetworkPartnerExt for Client {
                type Search = builder::FindSupportedRoutes;

                fn buy_routes(
                    &self,
                    country_code: impl Into<String>,
                    pay: FiatCurrency,
                    get: CryptoCurrency,
                ) -> RouteSearch<Self::Search> {
                    search(self, types::Category::CryptoOnramp, country_code, (pay, get))
                }

                fn sell_routes(
                    &self,
                    country_code: impl Into<String>,
                    sell: CryptoCurrency,
                    get: FiatCurrency,
                ) -> RouteSearch<Self::Search> {
                    search(self, types::Category::CryptoOfframp, country_code, (sell, get))
                }
            }
        };
    };
}

routes!("v2026-02-03", v2026_02_03);
