//! Bodies of sessions, and refused sessions.

use std::net::Ipv4Addr;

use meld_client_core::serde_json::{self, Value, json};
use meld_client_core::{Decimal, Error, HttpConfig, Transport};

use super::*;
use crate::crypto::QuoteExt as _;
use crate::for_versions::v2023_12_19;
use crate::for_versions::v2025_03_04;
use crate::for_versions::v2026_02_03::{
    crypto::Client,
    crypto::types::{CryptoQuote, SessionTokenForWidgetRequest},
};

/// A quote with some fields changed.
fn quote<Quote: serde::de::DeserializeOwned>(kind: &str, changes: Value) -> Quote {
    let (source, destination) = if kind.contains("SELL") { ("ETH", "USD") } else { ("USD", "ETH") };
    let mut quote = json!({
        "transactionType": kind, "countryCode": "US", "sourceAmount": 200.50,
        "sourceCurrencyCode": source, "destinationCurrencyCode": destination,
        "destinationAmount": 0.04308219, "paymentMethodType": "CREDIT_DEBIT_CARD",
        "serviceProvider": "KRYPTONIM",
    });
    for (name, value) in changes.as_object().unwrap() {
        quote[name] = value.clone();
    }
    serde_json::from_value(quote).unwrap()
}

fn robin() -> CustomerRef {
    CustomerRef::external_id("robin")
}

fn buy(changes: Value) -> Result<BuySession, Error> {
    quote::<CryptoQuote>("CRYPTO_PURCHASE", changes).buy_session("0xABC", robin())
}

fn sell() -> SellSession {
    quote::<CryptoQuote>("CRYPTO_SELL", json!({})).sell_session(robin()).unwrap()
}

fn transfer(codes: &[&str]) -> TransferSession {
    let codes: Vec<_> = codes.iter().map(|code| CryptoCurrency::new(code).unwrap()).collect();
    TransferSession::new("US", "MESH", codes, robin())
}

/// Returns the JSON that is sent, or the field that is refused.
fn sent<Session>(session: Session) -> Result<Value, String>
where
    Session: TryInto<SessionTokenForWidgetRequest, Error = Error>,
{
    let transport = Transport::new("http://localhost", HttpConfig::default()).unwrap();
    let request = Client::new(transport).create_widget_session().body(session).into_request();
    let request = request.map_err(|error| error.field().unwrap().to_owned())?;
    Ok(serde_json::from_slice(request.body_bytes().unwrap()).unwrap())
}

#[test]
fn purchases_have_the_values_of_the_quote() {
    let session = buy(json!({}))
        .unwrap()
        .with_external_session_id("one")
        .client_ip(Ipv4Addr::new(203, 0, 113, 7))
        .redirect_url("app://done")
        .lock_fields([LockField::SourceAmount, LockField::WalletAddress])
        .external_subaccount_customer_id("shop")
        .bypass_kyc(true)
        .wallet_tag("12")
        .refund_wallet_address("0xDEF")
        .institution_id("i1");
    let expected = json!({
        "sessionType": "BUY", "externalCustomerId": "robin", "externalSessionId": "one",
        "externalSubaccountCustomerId": "shop", "bypassKyc": true,
        "sessionData": {
            "countryCode": "US", "sourceCurrencyCode": "USD", "destinationCurrencyCode": "ETH",
            "sourceAmount": "200.5", "paymentMethodType": "CREDIT_DEBIT_CARD",
            "serviceProvider": "KRYPTONIM", "walletAddress": "0xABC", "walletTag": "12",
            "clientIpAddress": "203.0.113.7", "redirectUrl": "app://done",
            "lockFields": ["sourceAmount", "walletAddress"], "refundWalletAddress": "0xDEF",
            "institutionId": "i1",
        },
    });
    assert_eq!(sent(session).unwrap(), expected);
}

#[test]
fn sales_use_the_redirect_flow_by_default() {
    let session = sell().with_external_session_id("one").wallet_address("0xABC");
    assert_eq!(sent(session.clone()), Err("redirectUrl".to_owned()));
    let body = sent(session.clone().redirect_url("https://wallet.example/sold")).unwrap();
    let expected = json!({
        "sessionType": "SELL", "externalCustomerId": "robin", "externalSessionId": "one",
        "sessionData": {
            "countryCode": "US", "sourceCurrencyCode": "ETH", "destinationCurrencyCode": "USD",
            "sourceAmount": "200.5", "paymentMethodType": "CREDIT_DEBIT_CARD",
            "serviceProvider": "KRYPTONIM", "walletAddress": "0xABC", "redirectFlow": true,
            "redirectUrl": "https://wallet.example/sold",
        },
    });
    assert_eq!(body, expected);
    let body = sent(session.redirect_flow(false)).unwrap();
    assert_eq!(body["sessionData"]["redirectFlow"], false);
}

#[test]
fn transfers_of_many_currencies_have_no_amount() {
    let session = transfer(&["ETH", "ETH_ARBITRUM"]).with_external_session_id("one");
    let session = session.wallet_address("0xABC").institution_id("i1");
    let expected = json!({
        "sessionType": "TRANSFER", "externalCustomerId": "robin", "externalSessionId": "one",
        "sessionData": {
            "countryCode": "US", "sourceCurrencyCodes": ["ETH", "ETH_ARBITRUM"],
            "serviceProvider": "MESH", "walletAddress": "0xABC", "institutionId": "i1",
        },
    });
    assert_eq!(sent(session.clone()).unwrap(), expected);
    let amount = |code| Money::new(Decimal::new(15, 1), CryptoCurrency::new(code).unwrap());
    assert_eq!(sent(session.source_amount(amount("ETH"))), Err("sourceAmount".to_owned()));
    let body = sent(transfer(&["ETH"]).source_amount(amount("ETH"))).unwrap();
    assert_eq!(body["sessionData"]["sourceAmount"], "1.5");
    for (session, field) in [
        (transfer(&[]), "sourceCurrencyCodes"),
        (transfer(&["ETH", "ETH"]), "sourceCurrencyCodes"),
        (transfer(&["ETH"]).source_amount(amount("BTC")), "sourceAmount"),
        (transfer(&["ETH"]).source_amount(Money::new(0, CryptoCurrency::new("ETH").unwrap())), "sourceAmount"),
    ] {
        assert!(sent(session).unwrap_err().ends_with(field), "{field}");
    }
}

#[test]
fn quotes_of_the_other_direction_are_refused() {
    for (kind, buys, sells) in [
        ("CRYPTO_PURCHASE", true, false),
        ("CRYPTO_PURCHASE_SWAP", true, false),
        ("crypto_purchase", true, false),
        ("CRYPTO_SELL", false, true),
        ("CRYPTO_SELL_SWAP", false, true),
        ("CRYPTO_TRANSFER", false, false),
        ("BRAND_NEW", false, false),
        ("", false, false),
    ] {
        let new: CryptoQuote = quote(kind, json!({}));
        let old: v2025_03_04::crypto::types::CryptoQuote = quote(kind, json!({}));
        let [bought, bought_old] = [new.buy_session("0x", robin()), old.buy_session("0x", robin())];
        let [sold, sold_old] = [new.sell_session(robin()), old.sell_session(robin())];
        assert_eq!((bought.is_ok(), bought_old.is_ok()), (buys, buys), "{kind}");
        assert_eq!((sold.is_ok(), sold_old.is_ok()), (sells, sells), "{kind}");
        if let Err(error) = bought {
            assert_eq!(error.field(), Some("transactionType"), "{kind}");
        }
    }
}

#[test]
fn missing_fields_of_a_quote_are_named() {
    for field in ["transactionType", "sourceAmount", "sourceCurrencyCode", "destinationCurrencyCode", "serviceProvider"]
    {
        for nothing in [Value::Null, json!("")] {
            if field == "sourceAmount" && nothing.is_string() {
                continue;
            }
            let error = buy(json!({ (field): nothing })).unwrap_err();
            assert_eq!(error.field(), Some(field));
        }
    }
    assert_eq!(buy(json!({ "sourceAmount": 0 })).unwrap_err().field(), Some("sourceAmount"));

    // Some responses have no country, and no method unless one was requested.
    let lacking = buy(json!({ "countryCode": null, "paymentMethodType": null })).unwrap();
    assert_eq!(sent(lacking.clone()), Err("countryCode".to_owned()));
    let method = PaymentMethodId::new("ACH").unwrap();
    let body = sent(lacking.country_code("DE").payment_method(method.clone())).unwrap();
    assert_eq!(body["sessionData"]["countryCode"], "DE");
    assert_eq!(body["sessionData"]["paymentMethodType"], "ACH");
    let other = buy(json!({})).unwrap().payment_method(method);
    assert_eq!(sent(other), Err("paymentMethodType".to_owned()), "the quote is for another");
    assert_eq!(sent(sell().country_code("DE")), Err("countryCode".to_owned()));
    assert!(sent(buy(json!({})).unwrap().country_code("US")).is_ok());
}

#[test]
fn sessions_that_meld_rejects_are_refused() {
    let start = || buy(json!({})).unwrap();
    let quoted =
        |wallet: &str| quote::<CryptoQuote>("CRYPTO_PURCHASE", json!({})).buy_session(wallet, robin()).unwrap();
    for (session, field) in [
        (quoted(""), "walletAddress"),
        (quoted("0x A"), "walletAddress"),
        (quoted(&"a".repeat(257)), "walletAddress"),
        (start().wallet_tag("1\n2"), "walletTag"),
        (start().refund_wallet_address(" "), "refundWalletAddress"),
        (start().redirect_url("wallet.example"), "redirectUrl"),
        (start().with_external_session_id(" "), "externalSessionId"),
    ] {
        assert_eq!(sent(session), Err(field.to_owned()));
    }
    let tag_alone = sell().redirect_url("https://wallet.example").wallet_tag("12");
    assert_eq!(sent(tag_alone), Err("walletTag".to_owned()));
}

#[test]
fn clones_share_the_external_session_id() {
    let session = buy(json!({})).unwrap();
    let id = session.external_session_id().to_owned();
    assert_eq!(id.len(), 36);
    assert_ne!(id, buy(json!({})).unwrap().external_session_id());
    assert_eq!(sent(session.clone()).unwrap()["externalSessionId"], *id);
    assert_eq!(sent(session).unwrap()["externalSessionId"], *id);
}

#[test]
fn all_versions_have_the_same_body() {
    let session = sell().redirect_url("https://wallet.example");
    let newest: SessionTokenForWidgetRequest = session.clone().try_into().unwrap();
    let newest = serde_json::to_value(newest).unwrap();
    let middle: v2025_03_04::crypto::types::SessionTokenForWidgetRequest = session.clone().try_into().unwrap();
    let oldest: v2023_12_19::crypto::types::SessionTokenForWidgetRequest = session.try_into().unwrap();
    assert_eq!(serde_json::to_value(middle).unwrap(), newest);
    assert_eq!(serde_json::to_value(oldest).unwrap(), newest);
}

#[test]
fn one_customer_id_is_sent() {
    let session = TransferSession::new("US", "MESH", [CryptoCurrency::new("ETH").unwrap()], CustomerRef::id("W1"));
    let body = sent(session).unwrap();
    assert_eq!((&body["customerId"], body.get("externalCustomerId")), (&json!("W1"), None));
}
