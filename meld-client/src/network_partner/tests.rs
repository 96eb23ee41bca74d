//! Discovery against the mock server, and its cache.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use meld_client_core::{Call as _, ErrorKind, RetryPolicy};
use meld_sandbox::{Fault, FaultRule, Sandbox};
use meld_test_server::{HeldServer, response};

use super::*;
use crate::client::Meld;
use crate::codes::{CryptoCurrency, FiatCurrency};
use crate::for_versions::v2026_02_03::{
    network_partner::builder::ListSupportedCountries,
    network_partner::types::{Category, RoutePaymentMethod, SupportedPaymentMethod},
};
use crate::money::{AmountCheck, Money};

async fn start() -> (Sandbox, Meld) {
    let sandbox = Sandbox::start().await.unwrap();
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
    let meld = meld.retry_policy(RetryPolicy::never()).build().unwrap();
    (sandbox, meld)
}

fn countries(meld: &Meld, category: Category) -> ListSupportedCountries {
    meld.v2026_02_03().network_partner().list_supported_countries().category(category)
}

/// Advances the clock of the cache only.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

fn pair() -> (FiatCurrency, CryptoCurrency) {
    (FiatCurrency::new("USD").unwrap(), CryptoCurrency::new("USDC").unwrap())
}

#[tokio::test]
async fn routes_are_found_in_both_directions() {
    let (_sandbox, meld) = start().await;
    let partners = meld.v2026_02_03().network_partner();
    let (usd, usdc) = pair();
    let buy = partners.find_buy_routes("US", usd.clone(), usdc.clone());
    let buy = buy.narrow(|call| call.partners(["TRANSAK", "BANXA"])).send().await.unwrap();
    let buy = buy.unwrap();
    assert_eq!(buy.iter().count(), 2);
    let ids: Vec<String> = buy.payment_methods().into_iter().map(String::from).collect();
    assert_eq!(ids, ["CREDIT_DEBIT_CARD", "APPLE_PAY", "ACH"], "no duplicates, as quotes take them");
    let sell = partners.find_sell_routes("US", usdc, usd).send().await.unwrap().unwrap();
    for route in &sell {
        assert_eq!(route.source.as_deref(), Some("USDC"));
        let card = &route.methods()[0];
        assert!(matches!(card.check_amount(&Money::new(1, pair().0)), AmountCheck::TooLow { .. }));
    }
}

#[tokio::test]
async fn searches_can_be_sent_from_any_thread() {
    let (_sandbox, meld) = start().await;
    let partners = meld.v2026_02_03().network_partner();
    let (usd, usdc) = pair();
    let cache = DiscoveryCache::new(meld.transport());
    let task = tokio::spawn(async move {
        let routes = partners.find_buy_routes("US", usd.clone(), usdc.clone()).send().await.unwrap();
        let cached = partners.find_buy_routes("US", usd, usdc).send_cached(&cache).await.unwrap();
        (routes, cached)
    });
    let (routes, cached) = task.await.unwrap();
    assert_eq!(routes, cached);
}

#[tokio::test]
async fn missing_routes_are_none() {
    let (_sandbox, meld) = start().await;
    let partners = meld.v2026_02_03().network_partner();
    let (usd, _) = pair();
    let unknown = CryptoCurrency::new("NOCOIN").unwrap();
    let found = partners.find_buy_routes("US", usd.clone(), unknown.clone()).send().await.unwrap();
    assert!(found.is_none());
    let cache = DiscoveryCache::new(meld.transport());
    let found = partners.find_sell_routes("US", unknown, usd).send_cached(&cache).await.unwrap();
    assert!(found.is_none());
}

#[test]
fn method_ids_by_response_type() {
    let mut listed = SupportedPaymentMethod::default();
    listed.name = Some("Credit & Debit Card".to_owned());
    listed.provider_method = Some("card".to_owned());
    assert_eq!(listed.method_id(), None);
    listed.method = Some("CREDIT_DEBIT_CARD".to_owned());
    assert_eq!(listed.method_id().unwrap().as_str(), "CREDIT_DEBIT_CARD");
    let mut of_route = RoutePaymentMethod::default();
    of_route.partner_method_name = Some("card".to_owned());
    assert_eq!(of_route.method_id(), None);
    of_route.name = Some("APPLE_PAY".to_owned());
    assert_eq!(of_route.method_id().unwrap().as_str(), "APPLE_PAY");
}

#[tokio::test]
async fn responses_are_cached_by_whole_request() {
    let (sandbox, meld) = start().await;
    let cache = DiscoveryCache::new(meld.transport());
    let call = || countries(&meld, Category::CryptoOnramp);
    let first = cache.get(call()).await.unwrap();
    assert!(Arc::ptr_eq(&first, &cache.clone().get(call()).await.unwrap()));
    assert_eq!(sandbox.requests_received(), 1);
    for (sent, other) in [
        countries(&meld, Category::CryptoOfframp),
        call().partners(["TRANSAK"]),
        call().partners(["BANXA"]),
        call().account_id("W8b1vQzTnYpXsKcDfGhJmR"),
        call().account_id("4nV7bC2xZ9aS6dF3gH5jK8"),
    ]
    .into_iter()
    .enumerate()
    {
        cache.get(other).await.unwrap();
        assert_eq!(sandbox.requests_received(), sent as u64 + 2);
    }
    #[expect(deprecated, reason = "any operation can be cached")]
    let old = meld.v2026_02_03().service_providers().search_countries();
    cache.get(old).await.unwrap();
    assert_eq!(sandbox.requests_received(), 7);
    cache.clear();
    cache.get(call()).await.unwrap();
    assert_eq!(sandbox.requests_received(), 8);
    assert!(!format!("{cache:?}").contains(sandbox.api_key()));
}

#[tokio::test]
async fn lists_are_cached_longer_than_routes() {
    let (sandbox, meld) = start().await;
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    let cache = DiscoveryCache::new(meld.transport()).list_ttl(year).route_ttl(Duration::MAX);
    let (usd, usdc) = pair();
    let partners = meld.v2026_02_03().network_partner();
    let requests = async || {
        cache.get(countries(&meld, Category::CryptoOnramp)).await.unwrap();
        let routes = partners.find_buy_routes("US", usd.clone(), usdc.clone());
        routes.send_cached(&cache).await.unwrap().unwrap();
        sandbox.requests_received()
    };
    let hour = Duration::from_secs(60 * 60);
    assert_eq!(requests().await, 2);
    pass(23 * hour).await;
    assert_eq!(requests().await, 2);
    pass(hour).await;
    assert_eq!(requests().await, 3, "routes for a day at most");
    pass(5 * 24 * hour).await;
    assert_eq!(requests().await, 4);
    pass(24 * hour).await;
    assert_eq!(requests().await, 6, "lists for a week at most");

    let shorter = DiscoveryCache::new(meld.transport()).list_ttl(Duration::ZERO);
    for _ in 0..2 {
        shorter.get(countries(&meld, Category::CryptoOnramp)).await.unwrap();
    }
    assert_eq!(sandbox.requests_received(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_identical_calls_are_coalesced() {
    let (sandbox, meld) = start().await;
    let cache = DiscoveryCache::new(meld.transport());
    let tasks = (0..20).map(|_| {
        let (cache, call) = (cache.clone(), countries(&meld, Category::CryptoOnramp));
        tokio::spawn(async move { cache.get(call).await.unwrap() })
    });
    let responses = try_join_all(tasks.collect::<Vec<_>>()).await.unwrap();
    assert!(responses.iter().all(|response| Arc::ptr_eq(response, &responses[0])));
    assert_eq!(sandbox.requests_received(), 1);
}

#[tokio::test]
async fn errors_are_not_cached() {
    let (sandbox, meld) = start().await;
    let cache = DiscoveryCache::new(meld.transport());
    sandbox.add_fault(FaultRule::new(Fault::InternalError)).unwrap();
    assert!(cache.get(countries(&meld, Category::CryptoOnramp)).await.is_err());
    sandbox.clear_faults();
    assert!(cache.get(countries(&meld, Category::CryptoOnramp)).await.is_ok());
    let incomplete = meld.v2026_02_03().network_partner().find_supported_routes();
    assert!(cache.get(incomplete).await.is_err());
}

/// In turn, the last call would wait for the timeouts of all others.
#[tokio::test]
async fn waiters_are_sent_concurrently_after_an_error() {
    let mut server = HeldServer::start().await;
    let meld = Meld::builder().api_key("key").base_url(&server.address);
    let meld = meld.retry_policy(RetryPolicy::never()).build().unwrap();
    let cache = DiscoveryCache::new(meld.transport());
    let calls = (0..5).map(|_| cache.get(countries(&meld, Category::CryptoOnramp)));
    let replies = async {
        // The first request fails. No other one gets a response before all have arrived.
        for many in [1, 4] {
            let mut held = Vec::new();
            for _ in 0..many {
                held.push(server.next().await);
            }
            held.into_iter().for_each(|request| request.reply(response("500 Failed", "", "")));
        }
    };
    let all = async { tokio::join!(join_all(calls), replies) };
    let (responses, ()) = tokio::time::timeout(Duration::from_secs(20), all).await.unwrap();
    assert!(responses.iter().all(Result::is_err));
}

#[tokio::test]
async fn least_recently_used_responses_are_removed() {
    let (sandbox, meld) = start().await;
    let cache = DiscoveryCache::new(meld.transport()).max_entries(2);
    let of = |partner: &str| countries(&meld, Category::CryptoOnramp).partners([partner]);
    for partner in ["A", "B", "A", "C", "A"] {
        cache.get(of(partner)).await.unwrap();
    }
    assert_eq!(sandbox.requests_received(), 3, "the least recently used response is removed");
    cache.get(of("B")).await.unwrap();
    assert_eq!(sandbox.requests_received(), 4);
    assert!(format!("{cache:?}").contains("entries: 2"), "{cache:?}");
}

#[tokio::test]
async fn calls_of_another_client_are_refused() {
    let (sandbox, meld) = start().await;
    let cache = DiscoveryCache::new(meld.transport());
    let other = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
    let other = other.account_id("W8b1vQzTnYpXsKcDfGhJmR").build().unwrap();
    let refused = cache.get(countries(&other, Category::CryptoOnramp)).await.unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Configuration { .. }));
    assert_eq!(sandbox.requests_received(), 0);
    let patient = countries(&meld, Category::CryptoOnramp).with_timeout(Duration::from_secs(90));
    assert!(cache.get(patient).await.is_ok(), "a timeout does not change the response");
}
