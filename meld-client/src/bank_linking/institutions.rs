//! What a bank can be linked for.

use std::collections::BTreeSet;

use futures_util::{Stream, TryStreamExt};

use super::calls::Calls;
use crate::{Error, PaginationExt};

/// What a bank can be linked for, and where it is: every version's `Institution`.
///
/// A bank is linked through one provider, so what counts is what one of its providers offers. Not every account of a
/// bank has all that the bank offers, and any response may be empty.
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::v2026_02_03::bank_linking::types::Product;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let banks = meld.v2026_02_03().bank_linking().search_institutions().name("tartan").all(100).await?;
/// for bank in &banks {
///     let providers = bank.providers_offering(&[Product::Owners], &["US"]);
///     println!("{:?} in {:?}, through {providers:?}", bank.name, bank.regions());
/// }
/// # assert_eq!(banks.len(), 1);
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking")))]
/// # fn main() {}
/// ```
pub trait InstitutionExt {
    /// The providers, by name, with their products and regions.
    #[doc(hidden)]
    fn offers(&self) -> Vec<Offer<'_>>;

    /// The providers, by name, that offer all of these products in one of these regions (in any, if none is given).
    /// Letter case does not matter.
    fn providers_offering<P: AsRef<str>>(&self, products: &[P], regions: &[&str]) -> Vec<&str> {
        let fits = |offer: &Offer<'_>| {
            let has = |product: &P| contains(offer.products, product.as_ref());
            products.iter().all(has)
                && (regions.is_empty()
                    || regions.iter().any(|region| contains(offer.regions, region)))
        };
        self.offers().into_iter().filter(fits).map(|offer| offer.service_provider).collect()
    }

    /// Whether a connection with all of these products can be made through one provider. This is how the widget chooses
    /// the banks that it shows, with the `products` of the request; `optionalProducts` do not count.
    fn offers_all<P: AsRef<str>>(&self, products: &[P]) -> bool {
        !self.providers_offering(products, &[]).is_empty()
    }

    /// The regions in which any provider links the bank, in the order of their names.
    fn regions(&self) -> Vec<&str> {
        let offers = self.offers();
        let regions: BTreeSet<&str> =
            offers.iter().flat_map(|offer| offer.regions).map(String::as_str).collect();
        regions.into_iter().collect()
    }
}

/// What one provider offers of a bank.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    pub service_provider: &'a str,
    pub products: &'a [String],
    pub regions: &'a [String],
}

impl<'a> Offer<'a> {
    pub(super) fn new(
        service_provider: &'a str,
        products: &'a [String],
        regions: &'a [String],
    ) -> Self {
        Self { service_provider, products, regions }
    }
}

fn contains(texts: &[String], wanted: &str) -> bool {
    texts.iter().any(|text| text.eq_ignore_ascii_case(wanted))
}

/// The institutions of these regions that offer all of these products there.
pub(super) fn offering<C: Calls>(
    client: &C,
    products: &[C::Product],
    regions: &[&str],
) -> impl Stream<Item = Result<C::Institution, Error>> + Send + use<C> {
    let search = client.search_institutions(regions);
    let products = products.to_vec();
    let regions: Vec<String> = regions.iter().map(|region| (*region).to_owned()).collect();
    search.stream().try_filter(move |institution| {
        let regions: Vec<&str> = regions.iter().map(String::as_str).collect();
        let wanted = !institution.providers_offering(&products, &regions).is_empty();
        std::future::ready(wanted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (&'static str, Vec<String>, Vec<String>);

    struct Bank(Vec<Row>);

    impl InstitutionExt for Bank {
        fn offers<'a>(&'a self) -> Vec<Offer<'a>> {
            let offer = |(service_provider, products, regions): &'a Row| Offer {
                service_provider,
                products,
                regions,
            };
            self.0.iter().map(offer).collect()
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn all_products_have_to_come_from_one_provider() {
        let bank = Bank(vec![
            ("MX", texts(&["BALANCES", "OWNERS"]), texts(&["US", "CA"])),
            ("PLAID", texts(&["transactions", "OWNERS"]), texts(&["US"])),
        ]);
        assert!(bank.offers_all(&["balances", "OWNERS"]));
        assert!(!bank.offers_all(&["BALANCES", "TRANSACTIONS"]));
        assert_eq!(bank.providers_offering(&["OWNERS"], &[]), ["MX", "PLAID"]);
        assert_eq!(bank.providers_offering(&["OWNERS"], &["GB", "ca"]), ["MX"]);
        assert!(bank.providers_offering(&["TRANSACTIONS"], &["CA"]).is_empty());
        assert_eq!(bank.regions(), ["CA", "US"]);
        assert!(!Bank(Vec::new()).offers_all(&["OWNERS"]));
    }
}
