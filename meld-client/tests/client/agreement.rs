//! Responses that do not match the request.

use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest, TransferSession};
use meld_client::customers::CustomerRef;
use meld_client::payments::Outcome;
use meld_client::prelude::*;
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::crypto::types::CryptoQuoteRequest;
use meld_client::{Decimal, ErrorKind, Meld, Money};

use crate::support::{Server, failed, json, logged, response};

/// Returns a quote for buying this currency with 100 US dollars.
fn quote(currency: &str) -> String {
    format!(
        r#"{{"transactionType":"CRYPTO_PURCHASE","sourceCurrencyCode":"USD","sourceAmount":100.00,
            "destinationCurrencyCode":"{currency}","destinationAmount":99,"countryCode":"US",
            "serviceProvider":"TRANSAK","rampIntelligence":{{"rampScore":90}}}}"#
    )
}

fn quotes(quotes: &[String]) -> String {
    format!(r#"{{"quotes":[{}]}}"#, quotes.join(","))
}

fn request() -> QuoteRequest {
    let (usd, usdc) = (FiatCurrency::new("USD"), CryptoCurrency::new("USDC_BASEX"));
    QuoteRequest::buy("US", Money::new(100, usd.unwrap()), usdc.unwrap())
}

fn raw_request() -> CryptoQuoteRequest {
    let request = CryptoQuoteRequest::builder().country_code("US").source_amount(100);
    let request = request.source_currency_code("USD").destination_currency_code("USDC_BASEX");
    request.build().unwrap()
}

#[tokio::test]
async fn quotes_for_another_currency_are_dropped() {
    let body = quotes(&[quote("BTC"), quote("USDC_BASEX"), quote("USDC_BASE")]);
    let server = Server::start([json(&body), json(&body), json(quotes(&[quote("BTC")]))]).await;
    let crypto = server.meld().v2026_02_03().crypto();
    let typed = crypto.create_quote().body(request()).send().await.unwrap();
    let raw = crypto.create_quote().body(raw_request()).send().await.unwrap();
    for response in [typed, raw] {
        let ranked: Vec<_> = response.ranked().collect();
        let [quote] = ranked[..] else { panic!("{ranked:?}") };
        assert_eq!(quote.destination_currency_code.as_deref(), Some("USDC_BASEX"));
        assert_eq!(quote.destination_amount, Some(Decimal::from(99)));
        let warnings: Vec<String> = response.decode_warnings().first().iter().map(ToString::to_string).collect();
        let reason = "expected the `destinationCurrencyCode` of the request, found another value";
        let expected = [0, 2].map(|index| format!("quotes[{index}].destinationCurrencyCode: {reason}"));
        assert_eq!(warnings, expected);
    }
    // No quote for bitcoin is left, with which a session could pay to a wallet of another chain.
    let other = crypto.create_quote().body(request()).send().await.unwrap();
    assert!(other.best().is_none() && other.quotes.is_empty());
    let logged = logged().lock().unwrap();
    assert!(logged.contains("the `destinationCurrencyCode` of the request"));
}

#[tokio::test]
async fn strict_decoding_rejects_other_quotes() {
    let server = Server::start([json(quotes(&[quote("USDC_BASEX"), quote("BTC")]))]).await;
    let meld = server.builder().strict_decoding(true).build().unwrap();
    let error = meld.v2026_02_03().crypto().create_quote().body(request()).send().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Decode { .. }));
    let text = error.to_string();
    assert!(text.contains("`quotes[1].destinationCurrencyCode`"), "{text}");
    assert!(text.contains("not the `destinationCurrencyCode` of the request"), "{text}");
}

#[tokio::test]
#[cfg(all(feature = "v2023-12-19", feature = "v2025-03-04"))]
async fn responses_of_older_versions_are_compared() {
    let server = Server::start([json(quotes(&[quote("BTC"), quote("USDC_BASEX")]))]).await;
    let crypto = server.meld().v2025_03_04().crypto();
    let response = crypto.create_quote().body(request()).send().await.unwrap();
    assert_eq!((response.quotes.len(), response.decode_warnings().count()), (1, 1));
    let server = Server::start([json(r#"{"id":"c2"}"#)]).await;
    let banks = server.meld().v2023_12_19().bank_linking();
    assert!(banks.get_connection().connection_id("c1").send().await.is_err());
}

#[tokio::test]
async fn responses_for_another_resource_are_errors() {
    fn api(meld: &Meld) -> Api {
        meld.v2026_02_03()
    }
    let usd = |cents| -> Money { Money::minor(cents, FiatCurrency::new("USD").unwrap()).unwrap() };
    let transfer = |meld: &Meld| {
        let eth = CryptoCurrency::new("ETH").unwrap();
        let session = TransferSession::new("US", "MESH", [eth], CustomerRef::external_id("robin"));
        api(meld).crypto().create_widget_session().body(session.with_external_session_id("s1"))
    };
    let get = |meld: &Meld| api(meld).crypto().get_transaction().id("t1");
    let get_payment = |meld: &Meld| api(meld).payments().get_transaction().id("t1");
    let by_session = |meld: &Meld| api(meld).crypto().get_transaction_by_session().session_id("s1");
    let connection = |meld: &Meld| api(meld).bank_linking().get_connection().connection_id("c1");
    let refund = |meld: &Meld| api(meld).payments().refund("t1");
    let refund_amount = |meld: &Meld| api(meld).payments().refund_amount("t1", usd(500));

    let transaction = json(r#"{"transaction":{"id":"other","status":"SETTLED"}}"#);
    let of_session = json(r#"{"transaction":{"id":"t","sessionId":"other"}}"#);
    let session = json(r#"{"id":"x","externalSessionId":"s2"}"#);
    let customer = json(r#"{"id":"x","externalCustomerId":"alex"}"#);
    let other_connection = json(r#"{"id":"c2"}"#);
    let of_parent = json(r#"{"transaction":{"id":"r","parentPaymentTransactionId":"t2"}}"#);
    let amount = json(r#"{"transaction":{"id":"r","parentPaymentTransactionId":"t1","sourceAmount":500}}"#);
    let errors = [
        (failed(transaction.clone(), get).await, "transaction.id", "id"),
        (failed(transaction, get_payment).await, "transaction.id", "id"),
        (failed(of_session, by_session).await, "transaction.sessionId", "sessionId"),
        (failed(session, transfer).await, "externalSessionId", "externalSessionId"),
        (failed(customer, transfer).await, "externalCustomerId", "externalCustomerId"),
        (failed(other_connection, connection).await, "id", "connectionId"),
        (failed(amount, refund_amount).await, "transaction.sourceAmount", "sourceAmount"),
        (failed(of_parent, refund).await, "transaction.parentPaymentTransactionId", "id"),
    ];
    for (error, field, requested) in errors {
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains(&format!("`{field}`: it is not the `{requested}`")), "{text}");
        assert!(error.outcome_unknown() && error.operation().is_some(), "{text}");
        assert!(!text.contains("other") && !text.contains("alex"), "{text}");
    }
}

#[tokio::test]
async fn response_of_another_order_is_unknown() {
    // For a reused key Meld returns the response to the first request and does nothing.
    let first = r#"{"transaction":{"id":"t","sourceAmount":25,"sourceCurrencyCode":"USD"}}"#;
    let server = Server::start([response("201 Created", "", first)]).await;
    let payments = server.meld().v2026_02_03().payments();
    let charge = |amount: i64| {
        use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
        let token = PaymentMethodInput::meld_payment_token("token").unwrap();
        let request = PaymentTransactionRequest::builder().source_amount(amount);
        payments.charge(request.source_currency_code("USD").payment_method(token))
    };
    let done = charge(25).idempotent().unwrap().send().await.unwrap();
    assert!(matches!(done, Outcome::Completed(_)), "{done:?}");
    let other = charge(26).idempotent().unwrap().send().await.unwrap();
    let Outcome::Unknown(error) = other else { panic!("{other:?}") };
    assert!(error.to_string().contains("`transaction.sourceAmount`"), "{error}");
}
