//! Discovery against the sandbox, and what is kept of it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use meld_sandbox::{Fault, FaultRule, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::crypto::{CryptoCurrency, FiatCurrency};
use crate::v2026_02_03::network_partner::builder::ListSupportedCountries;
use crate::v2026_02_03::network_partner::types::{
    Category, RoutePaymentMethod, SupportedPaymentMethod,
};
use crate::{Decimal, ErrorKind, Meld, RetryPolicy};

async fn start() -> (Sandbox, Meld) {
    let sandbox = Sandbox::start().await.unwrap();
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
    let meld = meld.retry_policy(RetryPolicy::never()).build().unwrap();
    (sandbox, meld)
}

fn countries(meld: &Meld, category: Category) -> ListSupportedCountries {
    meld.v2026_02_03().network_partner().list_supported_countries().category(category)
}

/// Lets time pass for the cache, and for nothing else.
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
    let buy = partners.buy_routes("US", usd.clone(), usdc.clone());
    let buy = buy.narrowed(|call| call.partners(["TRANSAK", "BANXA"])).send().await.unwrap();
    let buy = buy.unwrap();
    assert_eq!(buy.iter().count(), 2);
    let ids: Vec<String> = buy.payment_methods().into_iter().map(String::from).collect();
    assert_eq!(ids, ["CREDIT_DEBIT_CARD", "APPLE_PAY", "ACH"], "each once, as quotes take them");
    let sell = partners.sell_routes("US", usdc, usd).send().await.unwrap().unwrap();
    for route in &sell {
        assert_eq!(route.source.as_deref(), Some("USDC"));
        let card = &route.methods()[0];
        assert!(matches!(card.check_amount(Decimal::ONE, "USD"), AmountCheck::TooLow { .. }));
    }
}

#[tokio::test]
async fn searches_can_be_sent_from_any_thread() {
    let (_sandbox, meld) = start().await;
    let partners = meld.v2026_02_03().network_partner();
    let (usd, usdc) = pair();
    let cache = DiscoveryCache::new(meld.transport());
    let asked = tokio::spawn(async move {
        let routes = partners.buy_routes("US", usd.clone(), usdc.clone()).send().await.unwrap();
        let cached = partners.buy_routes("US", usd, usdc).cached(&cache).await.unwrap();
        (routes, cached)
    });
    let (routes, cached) = asked.await.unwrap();
    assert_eq!(routes, cached);
}

#[tokio::test]
async fn nothing_is_told_apart_from_something() {
    let (_sandbox, meld) = start().await;
    let partners = meld.v2026_02_03().network_partner();
    let (usd, _) = pair();
    let unknown = CryptoCurrency::new("NOCOIN").unwrap();
    let found = partners.buy_routes("US", usd.clone(), unknown.clone()).send().await.unwrap();
    assert!(found.is_none());
    let cache = DiscoveryCache::new(meld.transport());
    let found = partners.sell_routes("US", unknown, usd).cached(&cache).await.unwrap();
    assert!(found.is_none());
}

#[test]
fn the_id_of_a_method_is_where_each_place_has_it() {
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
async fn a_response_is_kept_for_its_whole_request() {
    let (sandbox, meld) = start().await;
    let cache = DiscoveryCache::new(meld.transport());
    let call = || countries(&meld, Category::CryptoOnramp);
    let first = cache.get(call()).await.unwrap();
    assert!(Arc::ptr_eq(&first, &cache.clone().get(call()).await.unwrap()));
    assert_eq!(sandbox.requests_received(), 1);
    for (asked, other) in [
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
        assert_eq!(sandbox.requests_received(), asked as u64 + 2);
    }
    let old = meld.v2026_02_03().service_providers().search_countries();
    cache.get(old).await.unwrap();
    assert_eq!(sandbox.requests_received(), 7);
    cache.clear();
    cache.get(call()).await.unwrap();
    assert_eq!(sandbox.requests_received(), 8);
    assert!(!format!("{cache:?}").contains(sandbox.api_key()));
}

#[tokio::test]
async fn lists_are_kept_longer_than_routes_and_nothing_forever() {
    let (sandbox, meld) = start().await;
    let year = Duration::from_secs(365 * 24 * 60 * 60);
    let cache = DiscoveryCache::new(meld.transport()).list_ttl(year).route_ttl(Duration::MAX);
    let (usd, usdc) = pair();
    let partners = meld.v2026_02_03().network_partner();
    let ask = async || {
        cache.get(countries(&meld, Category::CryptoOnramp)).await.unwrap();
        let routes = partners.buy_routes("US", usd.clone(), usdc.clone());
        routes.cached(&cache).await.unwrap().unwrap();
        sandbox.requests_received()
    };
    let hour = Duration::from_secs(60 * 60);
    assert_eq!(ask().await, 2);
    pass(23 * hour).await;
    assert_eq!(ask().await, 2);
    pass(hour).await;
    assert_eq!(ask().await, 3, "routes for a day at most");
    pass(5 * 24 * hour).await;
    assert_eq!(ask().await, 4);
    pass(24 * hour).await;
    assert_eq!(ask().await, 6, "lists for a week at most");

    let shorter = DiscoveryCache::new(meld.transport()).list_ttl(Duration::ZERO);
    for _ in 0..2 {
        shorter.get(countries(&meld, Category::CryptoOnramp)).await.unwrap();
    }
    assert_eq!(sandbox.requests_received(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_ask_the_same_one_asks() {
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
async fn errors_are_not_kept() {
    let (sandbox, meld) = start().await;
    let cache = DiscoveryCache::new(meld.transport());
    sandbox.add_fault(FaultRule::new(Fault::InternalError)).unwrap();
    assert!(cache.get(countries(&meld, Category::CryptoOnramp)).await.is_err());
    sandbox.clear_faults();
    assert!(cache.get(countries(&meld, Category::CryptoOnramp)).await.is_ok());
    let incomplete = meld.v2026_02_03().network_partner().find_supported_routes();
    assert!(cache.get(incomplete).await.is_err());
}

/// In a row, the last of many would wait for the time-outs of all before it.
#[tokio::test]
async fn those_who_waited_for_an_error_ask_at_the_same_time() {
    const FAILED: &[u8] = b"HTTP/1.1 500 Failed\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let meld = Meld::builder().api_key("key").base_url(address).retry_policy(RetryPolicy::never());
    let meld = meld.build().unwrap();
    let cache = DiscoveryCache::new(meld.transport());
    let asked = (0..5).map(|_| cache.get(countries(&meld, Category::CryptoOnramp)));
    let server = async {
        // All wait for the first, and it fails; nobody is answered before the others are all there.
        for many in [1, 4] {
            let mut streams = Vec::new();
            for _ in 0..many {
                streams.push(listener.accept().await.unwrap().0);
            }
            for mut stream in streams {
                let _ = stream.read(&mut [0; 4096]).await.unwrap();
                stream.write_all(FAILED).await.unwrap();
            }
        }
    };
    let all = async { tokio::join!(join_all(asked), server) };
    let (responses, ()) = tokio::time::timeout(Duration::from_secs(20), all).await.unwrap();
    assert!(responses.iter().all(Result::is_err));
}

#[tokio::test]
async fn the_cache_stays_small() {
    let (sandbox, meld) = start().await;
    let cache = DiscoveryCache::new(meld.transport()).at_most(2);
    let of = |partner: &str| countries(&meld, Category::CryptoOnramp).partners([partner]);
    for partner in ["A", "B", "A", "C", "A"] {
        cache.get(of(partner)).await.unwrap();
    }
    assert_eq!(sandbox.requests_received(), 3, "what was asked for longest ago goes");
    cache.get(of("B")).await.unwrap();
    assert_eq!(sandbox.requests_received(), 4);
    assert!(format!("{cache:?}").contains("entries: 2"), "{cache:?}");
}

#[tokio::test]
async fn responses_of_another_client_are_not_mixed_in() {
    let (sandbox, meld) = start().await;
    let cache = DiscoveryCache::new(meld.transport());
    let other = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
    let other = other.account_id("W8b1vQzTnYpXsKcDfGhJmR").build().unwrap();
    let refused = cache.get(countries(&other, Category::CryptoOnramp)).await.unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Configuration { .. }));
    assert_eq!(sandbox.requests_received(), 0);
    let patient = countries(&meld, Category::CryptoOnramp).with_timeout(Duration::from_secs(90));
    assert!(cache.get(patient).await.is_ok(), "a time-out changes nothing of the response");
}
