// Compiled once for each API version with network partners, which is `api`; see `include_hooks!`.

use meld_client_core::{Error, Transport};

use crate::codes::PaymentMethodId;
use crate::money::MoneyRange;
use crate::network_partner::{
    DiscoveryCache,
    catalog::entries::Limit,
    catalog::scope::Scope,
    catalog::source::{CatalogSource, Listed, listed},
    catalog::{Coin, MarketMethod},
    payment_methods::PaymentMethodExt as _,
};
use api::network_partner::{Client, types};

impl CatalogSource for Client {
    fn transport(&self) -> &Transport {
        self.transport()
    }

    async fn countries(&self, cache: &DiscoveryCache, scope: &Scope) -> Result<Listed<String>, Error> {
        let call = self.list_supported_countries().category(scope.direction.category());
        let codes = |list: &types::CountryResponse| {
            list.countries.iter().filter_map(|country| country.country_code.clone()).collect()
        };
        listed(cache, call, codes).await
    }

    async fn fiat_currencies(&self, cache: &DiscoveryCache, scope: &Scope) -> Result<Listed<String>, Error> {
        let call = self.search_supported_currencies().category(scope.direction.category());
        let codes = |list: &types::CurrencyResponse| {
            list.currencies.iter().filter_map(|currency| currency.currency_code.clone()).collect()
        };
        listed(cache, call.country(&scope.country_code).type_("FIAT"), codes).await
    }

    async fn coins(&self, cache: &DiscoveryCache, scope: &Scope) -> Result<Listed<Coin>, Error> {
        let call = self.search_supported_currencies().category(scope.direction.category());
        let coins = |list: &types::CurrencyResponse| list.currencies.iter().filter_map(coin).collect();
        listed(cache, call.country(&scope.country_code).type_("CRYPTO"), coins).await
    }

    async fn payment_methods(&self, cache: &DiscoveryCache, scope: &Scope) -> Result<Listed<MarketMethod>, Error> {
        let call = self.list_supported_payment_methods().category(scope.direction.category());
        let call = call.country(&scope.country_code).currency_code(scope.fiat.as_str());
        listed(cache, call, |list: &Vec<types::SupportedPaymentMethod>| methods(list)).await
    }

    async fn limits(&self, cache: &DiscoveryCache, scope: &Scope) -> Result<Listed<Limit>, Error> {
        let call = self.list_supported_fiat_limits().category(scope.direction.category());
        let call = call.country(&scope.country_code).currency_code(scope.fiat.as_str());
        let limits = |list: &types::FiatLimitsResponse| list.fiat_limits.iter().filter_map(limit).collect();
        listed(cache, call, limits).await
    }
}

fn coin(currency: &types::Currency) -> Option<Coin> {
    let mut coin = Coin::given(currency.currency_code.as_deref(), currency.chain_code.as_deref())?;
    coin.name.clone_from(&currency.name);
    coin.chain_id.clone_from(&currency.chain_id);
    coin.contract.clone_from(&currency.contract);
    Some(coin)
}

/// Several providers may list the same method.
fn methods(list: &[types::SupportedPaymentMethod]) -> Vec<MarketMethod> {
    let mut methods: Vec<MarketMethod> = Vec::new();
    for row in list {
        let Some(mut method) = MarketMethod::given(row.method_id().as_ref().map(|id| id.as_str())) else { continue };
        method.name.clone_from(&row.name);
        method.kind.clone_from(&row.type_);
        method.is_headless = row.headless_supported.unwrap_or_default();
        match methods.iter_mut().find(|known| known.id == method.id) {
            Some(known) => known.is_headless |= method.is_headless,
            None => methods.push(method),
        }
    }
    methods
}

fn limit(limit: &types::ProviderFiatLimit) -> Option<Limit> {
    let range = MoneyRange::given(limit.min, limit.max, limit.currency_code.as_deref())?;
    Some(Limit { method: limit.payment_method.as_deref().and_then(PaymentMethodId::given), range })
}
