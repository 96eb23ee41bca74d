//! The catalog of markets, and quotes for all payment methods.

use std::time::Duration;

use meld_client::crypto::{CryptoCurrency, FiatCurrency, PaymentMethodId, QuoteRequest};
use meld_client::network_partner::{Catalog, CatalogList, Direction, Market, QuoteMismatch};
use meld_client::prelude::*;
use meld_client::v2026_02_03::network_partner::Client;
use meld_client::{AmountCheck, Decimal, Meld, Money, RetryPolicy};
use meld_sandbox::{Fault, FaultRule};

use crate::support::{Server, json, response, sandbox};

fn usd() -> FiatCurrency {
    FiatCurrency::new("USD").unwrap()
}

fn coin(code: &str) -> CryptoCurrency {
    CryptoCurrency::new(code).unwrap()
}

fn method(id: &str) -> PaymentMethodId {
    PaymentMethodId::new(id).unwrap()
}

async fn market(meld: &Meld) -> Market {
    let catalog = Catalog::new(meld.v2026_02_03().network_partner());
    catalog.market(Direction::Buy, "US", usd()).await.unwrap()
}

/// Advances the clock of the cache only.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn market_lists_what_a_country_can_buy() {
    let (sandbox, meld) = sandbox().await;
    let market = market(&meld).await;
    assert_eq!(sandbox.requests_received(), 5);
    assert!(market.supports_country() && market.supports_fiat(&usd()) && !market.is_stale());
    let usdc = market.coin(&coin("USDC_BASE")).unwrap();
    assert_eq!((usdc.network.as_deref(), usdc.chain_id.as_deref()), (Some("BASE"), Some("8453")));
    assert!(market.supports_network("SOLANA") && !market.supports_network("ETHEREUM"));
    assert_eq!(market.networks().iter().filter(|network| **network == "ETH").count(), 1);
    assert!(market.coin(&coin("NOCOIN")).is_none());
    let methods: Vec<String> = market.method_ids().map(String::from).collect();
    assert_eq!(methods, ["CREDIT_DEBIT_CARD", "APPLE_PAY", "ACH"]);
    let limits = market.limits(&method("CREDIT_DEBIT_CARD")).unwrap();
    assert_eq!(limits.to_string(), "10.00 USD to 20000.00 USD");
    assert_eq!(market.limits(&method("ACH")), None);
    assert_eq!(market.check_amount(&Money::new(50, usd()), None), AmountCheck::Fits);
    assert_eq!(market.check_amount(&Money::new(1, coin("BTC")), None), AmountCheck::Unknown);
}

#[tokio::test]
async fn quote_requests_are_checked_against_the_market() {
    let (_sandbox, meld) = sandbox().await;
    let market = market(&meld).await;
    let buy = |amount: i64| QuoteRequest::buy("US", Money::new(amount, usd()), coin("BTC"));
    assert_eq!(market.check_quote(&buy(50)), Ok(()));
    assert_eq!(market.check_quote(&buy(50).payment_method(method("APPLE_PAY"))), Ok(()));
    assert_eq!(market.check_quote(&buy(5).payment_method(method("ACH"))), Ok(()), "no limits are known");
    let (amount, min) = (Money::new(5, usd()), Money::new(10, usd()));
    for (request, mismatch, field) in [
        (buy(5), QuoteMismatch::TooLow { amount, min }, "sourceAmount"),
        (buy(50).payment_method(method("PIX")), QuoteMismatch::PaymentMethod("PIX".to_owned()), "paymentMethodType"),
        (
            QuoteRequest::buy("US", Money::new(50, usd()), coin("NOCOIN")),
            QuoteMismatch::Coin("NOCOIN".to_owned()),
            "destinationCurrencyCode",
        ),
        (QuoteRequest::buy("DE", Money::new(50, usd()), coin("BTC")), QuoteMismatch::OtherMarket, "countryCode"),
        (QuoteRequest::sell("US", Money::new(50, coin("BTC")), usd()), QuoteMismatch::OtherMarket, "countryCode"),
    ] {
        let found = market.check_quote(&request).unwrap_err();
        assert_eq!(found, mismatch);
        let error = meld_client::Error::from(found);
        assert_eq!(error.field(), Some(field), "{error}");
    }
    let catalog = Catalog::new(meld.v2026_02_03().network_partner());
    let nowhere = catalog.market(Direction::Buy, "AQ", usd()).await.unwrap();
    let request = QuoteRequest::buy("AQ", Money::new(50, usd()), coin("BTC"));
    assert_eq!(nowhere.check_quote(&request), Err(QuoteMismatch::Country("AQ".to_owned())));
}

#[tokio::test]
async fn last_good_market_is_kept_and_marked_stale() {
    let (sandbox, meld) = sandbox().await;
    let catalog = Catalog::new(meld.v2026_02_03().network_partner());
    let first = catalog.market(Direction::Buy, "US", usd()).await.unwrap();
    assert_eq!(catalog.market(Direction::Buy, "US", usd()).await.unwrap(), first);
    assert_eq!(sandbox.requests_received(), 5, "cached");

    // Only the limits are outdated after an hour.
    pass(Duration::from_secs(3600)).await;
    sandbox.add_fault(FaultRule::new(Fault::BadGateway)).unwrap();
    for _ in 0..2 {
        let stale = catalog.market(Direction::Buy, "US", usd()).await.unwrap();
        assert!(stale.stale_reason().is_some_and(|reason| reason.contains("502")), "{:?}", stale.stale_reason());
        assert_eq!(stale.limits(&method("APPLE_PAY")), first.limits(&method("APPLE_PAY")));
        assert_eq!(sandbox.requests_received(), 6, "not retried immediately");
    }
    sandbox.clear_faults();
    pass(Duration::from_secs(31)).await;
    assert_eq!(catalog.market(Direction::Buy, "US", usd()).await.unwrap(), first);
    assert_eq!(sandbox.requests_received(), 7);
}

#[tokio::test]
async fn catalog_that_was_never_loaded_is_an_error() {
    let (sandbox, meld) = sandbox().await;
    let catalog: Catalog<Client> = Catalog::new(meld.v2026_02_03().network_partner());
    sandbox.add_fault(FaultRule::new(Fault::Unavailable).operation("list-supported-payment-methods")).unwrap();
    let error = catalog.market(Direction::Sell, "US", usd()).await.unwrap_err();
    assert_eq!(error.list(), CatalogList::PaymentMethods);
    assert_eq!(error.error().status().unwrap(), 503);
    assert!(error.to_string().starts_with("the payment methods of the catalog cannot be loaded: "), "{error}");
    sandbox.clear_faults();
    assert!(catalog.market(Direction::Sell, "US", usd()).await.is_ok());
}

#[tokio::test]
async fn catalog_of_service_providers_is_the_same() {
    let reply = |target: &str| match target.split('?').next().unwrap_or_default().rsplit('/').next() {
        Some("countries") => r#"[{"countryCode":"US","name":"United States"}]"#,
        Some("fiat-currencies") => r#"[{"currencyCode":"USD"}]"#,
        Some("crypto-currencies") => r#"[{"currencyCode":"BTC","chainCode":"BTC"},{"chainCode":"ETH"}]"#,
        Some("payment-methods") => r#"[{"paymentMethod":"APPLE_PAY","paymentType":"MOBILE_WALLET"}]"#,
        Some("fiat-currency-purchases") => r#"[{"currencyCode":"USD","minimumAmount":5,"maximumAmount":900.50}]"#,
        Some("crypto-currency-sells") => r#"[{"currencyCode":"BTC","minimumAmount":0.001}]"#,
        other => panic!("{other:?}"),
    };
    let server = Server::in_thread(move |request| json(reply(request.target())));
    let meld = server.meld();
    let catalog = Catalog::new(meld.v2026_02_03().service_providers());
    let market = catalog.market(Direction::Buy, "US", usd()).await.unwrap();
    assert!(market.supports_country() && market.supports_fiat(&usd()));
    assert_eq!(market.coins().len(), 1, "a coin without a code is dropped");
    let apple_pay = market.payment_method(&method("APPLE_PAY")).unwrap();
    assert_eq!(apple_pay.kind.as_deref(), Some("MOBILE_WALLET"));
    assert_eq!(market.limits(&apple_pay.id).unwrap().to_string(), "5.00 USD to 900.50 USD");
    let market = catalog.market(Direction::Sell, "US", usd()).await.unwrap();
    let dust = QuoteRequest::sell("US", Money::new(Decimal::new(1, 4), coin("BTC")), usd());
    let refused = market.check_quote(&dust).unwrap_err();
    assert_eq!(refused.to_string(), "0.0001 BTC is less than the minimum of 0.001 BTC");
    assert!(server.lines().iter().all(|line| line.contains("accountFilter=true")), "{:?}", server.lines());
}

#[tokio::test]
async fn quotes_of_all_methods_are_merged_and_ranked() {
    let (sandbox, meld) = sandbox().await;
    let market = market(&meld).await;
    let before = sandbox.requests_received();
    let request = QuoteRequest::buy("US", Money::new(100, usd()), coin("BTC"));
    let crypto = meld.v2026_02_03().crypto();
    let methods = market.method_ids().chain(market.method_ids());
    let all = crypto.create_quote_for_all_methods(request, methods).concurrency(2).send().await.unwrap();
    assert_eq!(sandbox.requests_received() - before, 3, "each method once");
    assert!(all.failures.is_empty());
    let methods: std::collections::BTreeSet<_> =
        all.quotes.iter().map(|quote| quote.payment_method_type.as_ref().unwrap().as_str()).collect();
    assert_eq!(methods.into_iter().collect::<Vec<_>>(), ["ACH", "APPLE_PAY", "CREDIT_DEBIT_CARD"]);
    let scores: Vec<_> = all.ranked().map(|quote| quote.score().unwrap_or_default()).collect();
    assert!(scores.is_sorted_by(|one, next| one >= next) && scores.len() == all.quotes.len(), "{scores:?}");
    let best = all.best().unwrap();
    assert_eq!(best.source(), Some(Money::new(100, usd())));
    assert!(best.destination().unwrap().is_positive() && best.total_fee().unwrap().currency() == "USD");
}

#[tokio::test]
async fn failed_methods_are_reported_beside() {
    let body = r#"{"quotes":[{"transactionType":"CRYPTO_PURCHASE","countryCode":"US","sourceAmount":100,
        "sourceCurrencyCode":"USD","destinationCurrencyCode":"BTC","destinationAmount":0.001,
        "paymentMethodType":"ACH","serviceProvider":"TRANSAK"}]}"#;
    let none = response("404 Not Found", "", r#"{"code":"NOT_FOUND"}"#);
    let fails_always = none.clone();
    let server =
        Server::in_thread(move |request| if request.body.contains("\"ACH\"") { json(body) } else { none.clone() });
    let crypto = server.meld().v2026_02_03().crypto();
    let request = || QuoteRequest::buy("US", Money::new(100, usd()), coin("BTC"));
    let methods = || ["PIX", "ACH", "APPLE_PAY"].map(method);
    let all = crypto.create_quote_for_all_methods(request(), methods()).send().await.unwrap();
    assert_eq!((all.quotes.len(), all.failures.len()), (1, 2));
    assert_eq!((all.failures[0].method.as_str(), all.failures[0].error.status().unwrap().as_u16()), ("PIX", 404));

    let server = Server::start([fails_always]).await;
    let crypto = server.meld().v2026_02_03().crypto();
    let failed = crypto.create_quote_for_all_methods(request(), methods()).send().await.unwrap_err();
    assert_eq!(failed.failures.len(), 3);
    assert!(failed.to_string().starts_with("no quotes for any of 3 payment methods; PIX: "), "{failed}");
    let failed = crypto.create_quote_for_all_methods(request(), []).send().await.unwrap_err();
    assert_eq!(failed.to_string(), "there is no payment method to request quotes for");
}

#[tokio::test]
async fn quotes_are_requested_within_the_limit() {
    let mut server = meld_test_server::HeldServer::start().await;
    let meld = Meld::builder().api_key("key").base_url(&server.address).retry_policy(RetryPolicy::never());
    let crypto = meld.build().unwrap().v2026_02_03().crypto();
    let request = QuoteRequest::buy("US", Money::new(100, usd()), coin("BTC"));
    let methods = ["A", "B", "C", "D", "E", "F"].map(method);
    let call = crypto.create_quote_for_all_methods(request, methods);
    let quotes = tokio::spawn(call.send());
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(server.next().await);
    }
    let fifth = tokio::time::timeout(Duration::from_millis(200), server.next()).await;
    assert!(fifth.is_err(), "four at once by default");
    for request in held {
        request.reply(json(r#"{"quotes":[]}"#));
    }
    for _ in 0..2 {
        server.next().await.reply(json(r#"{"quotes":[]}"#));
    }
    assert!(quotes.await.unwrap().unwrap().quotes.is_empty());
}
