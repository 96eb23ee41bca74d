// Compiled once for each API version, which is `api`; see `include_hooks!`. The operations are deprecated in versions
// with network partners.

use meld_client_core::{Error, Transport};

use crate::money::MoneyRange;
use crate::network_partner::{
    DiscoveryCache,
    catalog::entries::Limit,
    catalog::scope::{Direction, Scope},
    catalog::source::{CatalogSource, Listed, listed},
    catalog::{Coin, MarketMethod},
};
use api::service_providers::{Client, types};

#[allow(deprecated, reason = "only some versions have successors")]
impl CatalogSource for Client {
    fn transport(&self) -> &Transport {
        self.transport()
    }

    async fn countries(&self, cache: &DiscoveryCache, scope: &Scope) -> Result<Listed<String>, Error> {
        let call = self.search_countries().categories([scope.direction.category()]).account_filter(true);
        let codes =
            |list: &Vec<types::Country>| list.iter().filter_map(|country| country.country_code.clone()).collect();
        listed(cache, call, codes).await
    }

    async fn fiat_currencies(&self, cache: &DiscoveryCache, scope: &Scope) -> Result<Listed<String>, Error> {
        let call = self.search_fiat_currencies().categories([scope.direction.category()]).account_filter(true);
        let codes = |list: &Vec<types::FiatCurrency>| list.iter().filter_map(|it| it.currency_code.clone()).collect();
        listed(cache, call.countries([&scope.country_code]), codes).await
    }

    async fn coins(&self, cache: &DiscoveryCache, scope: &Scope) -> Result<Listed<Coin>, Error> {
        let call = self.search_crypto_currencies().categories([scope.direction.category()]).account_filter(true);
        let call = call.countries([&scope.country_code]).fiat_currencies([scope.fiat.as_str()]);
        listed(cache, call, |list: &Vec<types::CryptoCurrency>| list.iter().filter_map(coin).collect()).await
    }

    async fn payment_methods(&self, cache: &DiscoveryCache, scope: &Scope) -> Result<Listed<MarketMethod>, Error> {
        let call = self.search_payment_methods().categories([scope.direction.category()]).account_filter(true);
        let call = call.countries([&scope.country_code]).fiat_currencies([scope.fiat.as_str()]);
        listed(cache, call, |list: &Vec<types::PaymentMethod>| list.iter().filter_map(method).collect()).await
    }

    async fn limits(&self, cache: &DiscoveryCache, scope: &Scope) -> Result<Listed<Limit>, Error> {
        let (categories, countries, fiat) =
            ([scope.direction.category()], [&scope.country_code], [scope.fiat.as_str()]);
        match scope.direction {
            Direction::Buy => {
                let call = self.get_fiat_currency_purchase_limits().categories(categories).account_filter(true);
                let rows = |list: &Vec<types::FiatCurrencyPurchaseLimit>| {
                    list.iter()
                        .filter_map(|it| limit(it.minimum_amount, it.maximum_amount, &it.currency_code))
                        .collect()
                };
                listed(cache, call.countries(countries).fiat_currencies(fiat), rows).await
            }
            Direction::Sell => {
                let call = self.get_crypto_currency_sell_limits().categories(categories).account_filter(true);
                let rows = |list: &Vec<types::CryptoCurrencySellLimit>| {
                    list.iter()
                        .filter_map(|it| limit(it.minimum_amount, it.maximum_amount, &it.currency_code))
                        .collect()
                };
                listed(cache, call.countries(countries).fiat_currencies(fiat), rows).await
            }
        }
    }
}

fn coin(currency: &types::CryptoCurrency) -> Option<Coin> {
    let mut coin = Coin::given(currency.currency_code.as_deref(), currency.chain_code.as_deref())?;
    coin.name.clone_from(&currency.name);
    coin.chain_id.clone_from(&currency.chain_id);
    coin.contract.clone_from(&currency.contract_address);
    Some(coin)
}

fn method(row: &types::PaymentMethod) -> Option<MarketMethod> {
    let mut method = MarketMethod::given(row.payment_method.as_deref())?;
    method.name.clone_from(&row.name);
    method.kind = row.payment_type.as_ref().map(|kind| AsRef::<str>::as_ref(kind).to_owned());
    Some(method)
}

fn limit(
    min: Option<meld_client_core::Decimal>,
    max: Option<meld_client_core::Decimal>,
    currency_code: &Option<String>,
) -> Option<Limit> {
    Some(Limit { method: None, range: MoneyRange::given(min, max, currency_code.as_deref())? })
}
