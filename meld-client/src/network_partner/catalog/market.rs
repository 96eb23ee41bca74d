//! A market, and the look-ups in it.

use std::sync::Arc;

use super::entries::{Coin, Limit, MarketMethod};
use super::scope::{Direction, Scope};
use crate::codes::{CryptoCurrency, FiatCurrency, PaymentMethodId};
use crate::money::{AmountCheck, Money, MoneyRange};

/// The coins, networks, payment methods and limits for one direction, country and fiat currency.
///
/// Returned by [`Catalog::market`](super::Catalog::market). It lists what providers support in general. Only a quote
/// shows that an exchange is possible now.
#[derive(Clone, Debug, PartialEq)]
pub struct Market {
    pub(super) scope: Scope,
    pub(super) has_country: bool,
    pub(super) fiat_currencies: Vec<String>,
    pub(super) coins: Vec<Coin>,
    pub(super) methods: Vec<MarketMethod>,
    pub(super) limits: Vec<Limit>,
    pub(super) stale: Option<Arc<str>>,
}

impl Market {
    /// Returns the direction.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.scope.direction
    }

    /// Returns the ISO 3166-1 alpha-2 code of the country.
    #[must_use]
    pub fn country_code(&self) -> &str {
        &self.scope.country_code
    }

    /// Returns the fiat currency.
    #[must_use]
    pub fn fiat(&self) -> &FiatCurrency {
        &self.scope.fiat
    }

    /// Returns the error that prevented newer lists. `None` if all lists are within their time to live.
    #[must_use]
    pub fn stale_reason(&self) -> Option<&str> {
        self.stale.as_deref()
    }

    /// Returns `true` if at least one list is older than its time to live, because it could not be reloaded.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.stale.is_some()
    }

    /// Returns `true` if the country is supported in this direction.
    #[must_use]
    pub fn supports_country(&self) -> bool {
        self.has_country
    }

    /// Returns `true` if customers of the country can use this fiat currency.
    #[must_use]
    pub fn supports_fiat(&self, currency: &FiatCurrency) -> bool {
        self.fiat_currencies.iter().any(|code| code == currency.as_str())
    }

    /// Returns the codes of the fiat currencies that customers of the country can use.
    #[must_use]
    pub fn fiat_currencies(&self) -> &[String] {
        &self.fiat_currencies
    }

    /// Returns the coins.
    #[must_use]
    pub fn coins(&self) -> &[Coin] {
        &self.coins
    }

    /// Returns a coin. `None` if it is not supported.
    #[must_use]
    pub fn coin(&self, code: &CryptoCurrency) -> Option<&Coin> {
        self.coins.iter().find(|coin| coin.code == *code)
    }

    /// Returns the codes of the networks of all coins, without duplicates.
    #[must_use]
    pub fn networks(&self) -> Vec<&str> {
        let mut networks = Vec::new();
        for network in self.coins.iter().filter_map(|coin| coin.network.as_deref()) {
            if !networks.contains(&network) {
                networks.push(network);
            }
        }
        networks
    }

    /// Returns `true` if a coin of this network is supported. The code is Meld's: `ETH`, not `ETHEREUM`.
    #[must_use]
    pub fn supports_network(&self, network: &str) -> bool {
        self.coins.iter().any(|coin| coin.network.as_deref() == Some(network))
    }

    /// Returns the payment methods for the fiat currency.
    #[must_use]
    pub fn payment_methods(&self) -> &[MarketMethod] {
        &self.methods
    }

    /// Returns the ids of the payment methods, such as for `create_quote_for_all_methods` of crypto clients.
    pub fn method_ids(&self) -> impl Iterator<Item = PaymentMethodId> {
        self.methods.iter().map(|method| method.id.clone())
    }

    /// Returns a payment method. `None` if it is not supported.
    #[must_use]
    pub fn payment_method(&self, id: &PaymentMethodId) -> Option<&MarketMethod> {
        self.methods.iter().find(|method| method.id == *id)
    }

    /// Returns the limits of a payment method in the fiat currency, over all providers: from the lowest minimum to the
    /// highest maximum. `None` if none are known.
    #[must_use]
    pub fn limits(&self, method: &PaymentMethodId) -> Option<MoneyRange> {
        self.range(Some(method), self.scope.fiat.as_str())
    }

    /// Compares an amount with the limits of a payment method, or of all methods if it is `None`.
    #[must_use]
    pub fn check_amount(&self, amount: &Money, method: Option<&PaymentMethodId>) -> AmountCheck {
        let range = self.range(method, amount.currency().as_str());
        range.map_or(AmountCheck::Unknown, |range| range.check(amount))
    }

    /// Returns the union of the limits in a currency.
    fn range(&self, method: Option<&PaymentMethodId>, currency: &str) -> Option<MoneyRange> {
        let applies = |limit: &&Limit| {
            let is_method = method.is_none() || limit.method.is_none() || limit.method.as_ref() == method;
            is_method && *limit.range.currency() == *currency
        };
        let ranges = self.limits.iter().filter(applies).map(|limit| limit.range.clone());
        ranges.reduce(|one, other| one.union(&other).unwrap_or(one))
    }
}
