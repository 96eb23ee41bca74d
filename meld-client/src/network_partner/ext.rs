//! The methods of network-partner clients.

use super::RouteSearch;
use super::versions::NetworkPartners;
use crate::codes::{CryptoCurrency, FiatCurrency};

/// Searches for routes: the partners that exchange one currency for another in a country.
///
/// The path of the request follows the money. If its currencies are swapped, the service responds with an empty list
/// and no error. The types of the parameters prevent that.
///
/// Implemented for the `network_partner` client of API versions from 2026-02-03 on.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency};
/// use meld_client::v2026_02_03::prelude::*;
/// use meld_client::{AmountCheck, Money};
///
/// let partners = meld.v2026_02_03().network_partner();
/// let (usd, usdc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("USDC")?);
/// let search = partners.find_buy_routes("US", usd.clone(), usdc);
/// let search = search.narrow(|call| call.partners(["TRANSAK"]));
/// let Some(routes) = search.send().await? else {
///     println!("not available there");
///     return Ok(());
/// };
/// let amount = Money::new(50, usd);
/// for method in routes.iter().flat_map(|route| &route.payment_methods) {
///     if method.check_amount(&amount) == AmountCheck::Fits {
///         println!("{:?}", method.method_id());
///     }
/// }
/// # assert!(!routes.payment_methods().is_empty());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "network_partner")))]
/// # fn main() {}
/// ```
pub trait NetworkPartnerExt: NetworkPartners {
    /// Searches for partners that sell crypto for fiat money (operation `find-supported-routes`, category
    /// `CRYPTO_ONRAMP`).
    ///
    /// `country_code` is an ISO 3166-1 alpha-2 code: `US`.
    fn find_buy_routes(
        &self,
        country_code: impl Into<String>,
        pay: FiatCurrency,
        get: CryptoCurrency,
    ) -> RouteSearch<Self::Search> {
        let pair = (pay.into(), get.into());
        RouteSearch::new(self.search("CRYPTO_ONRAMP", country_code.into(), pair))
    }

    /// Searches for partners that buy crypto for fiat money (operation `find-supported-routes`, category
    /// `CRYPTO_OFFRAMP`).
    ///
    /// `country_code` is an ISO 3166-1 alpha-2 code: `US`.
    fn find_sell_routes(
        &self,
        country_code: impl Into<String>,
        sell: CryptoCurrency,
        get: FiatCurrency,
    ) -> RouteSearch<Self::Search> {
        let pair = (sell.into(), get.into());
        RouteSearch::new(self.search("CRYPTO_OFFRAMP", country_code.into(), pair))
    }
}

impl<C: NetworkPartners> NetworkPartnerExt for C {}
