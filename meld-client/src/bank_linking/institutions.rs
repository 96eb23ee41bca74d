//! The products and regions of institutions.

use std::collections::BTreeSet;

use futures_util::TryStreamExt;

use super::versions::{BankLinking, Institution, Offer};
use crate::pagination::{ListStream, PaginationExt};

/// Finds the products and regions that an institution supports.
///
/// A connection uses one provider, so the offer of a single provider counts. An account may lack products that its
/// institution offers, and any list in a response may be empty.
///
/// # Examples
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
pub trait InstitutionExt: Institution {
    /// Returns the providers, by name, that offer all `products` in at least one of the `regions`.
    ///
    /// An empty `regions` stands for any region. Case is ignored.
    fn providers_offering<P: AsRef<str>>(&self, products: &[P], regions: &[&str]) -> Vec<&str> {
        let fits = |offer: &Offer<'_>| {
            let has = |product: &P| contains(offer.products, product.as_ref());
            products.iter().all(has)
                && (regions.is_empty() || regions.iter().any(|region| contains(offer.regions, region)))
        };
        self.offers().into_iter().filter(fits).map(|offer| offer.provider).collect()
    }

    /// Returns `true` if one provider offers all `products`.
    ///
    /// The widget selects its institutions by the same rule, from the `products` of the start request;
    /// `optionalProducts` do not count.
    fn offers_all<P: AsRef<str>>(&self, products: &[P]) -> bool {
        !self.providers_offering(products, &[]).is_empty()
    }

    /// Returns the regions in which any provider offers the institution, in alphabetical order.
    fn regions(&self) -> Vec<&str> {
        let offers = self.offers();
        let regions: BTreeSet<&str> = offers.iter().flat_map(|offer| offer.regions).map(String::as_str).collect();
        regions.into_iter().collect()
    }
}

impl<T: Institution> InstitutionExt for T {}

fn contains(texts: &[String], wanted: &str) -> bool {
    texts.iter().any(|text| text.eq_ignore_ascii_case(wanted))
}

/// Streams the institutions of these regions that offer all of these products there.
pub(super) fn find<C: BankLinking>(
    client: &C,
    products: &[C::Product],
    regions: &[&str],
) -> ListStream<'static, C::Institution> {
    let search = client.institutions(regions);
    let products = products.to_vec();
    let regions: Vec<String> = regions.iter().map(|region| (*region).to_owned()).collect();
    ListStream::new(search.stream().try_filter(move |institution| {
        let regions: Vec<&str> = regions.iter().map(String::as_str).collect();
        let wanted = !institution.providers_offering(&products, &regions).is_empty();
        std::future::ready(wanted)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (&'static str, Vec<String>, Vec<String>);

    struct Bank(Vec<Row>);

    impl Institution for Bank {
        fn offers<'a>(&'a self) -> Vec<Offer<'a>> {
            let offer = |(provider, products, regions): &'a Row| Offer { provider, products, regions };
            self.0.iter().map(offer).collect()
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn products_count_per_provider() {
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
