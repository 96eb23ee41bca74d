use meld_client_core::ExposeSecret as _;
use meld_client_core::serde_json::{Value, from_slice, json};

use super::*;
use crate::client::Meld;

const WALLET: &str = "0x9FC3da866e7DF3a1c57adE1a97c9f00a70f010c8";

fn key() -> PublicKey {
    PublicKey::new("pk-one").unwrap()
}

fn btc() -> CryptoCurrency {
    CryptoCurrency::new("BTC").unwrap()
}

fn sent(checkout: MintedCheckout) -> Result<Value, Error> {
    let meld = Meld::builder().api_key("key").base_url("http://localhost:1").build().unwrap();
    let call = meld.v2026_02_03().crypto().create_checkout_url().body(checkout);
    Ok(from_slice(call.into_request()?.body_bytes().unwrap()).unwrap())
}

fn refused(checkout: MintedCheckout) -> Option<String> {
    sent(checkout).err().map(|error| error.field().unwrap().to_owned())
}

#[test]
fn body_matches_the_guide() {
    let checkout = MintedCheckout::buy(key())
        .country_code("DE")
        .crypto_currency(CryptoCurrency::new("ETH").unwrap())
        .payment_method(PaymentMethodId::new("CARD").unwrap())
        .lock_wallet_address(WALLET)
        .lock_fiat_amount(Money::new(1, FiatCurrency::new("USD").unwrap()))
        .lock_fiat_amount(Money::new(250, FiatCurrency::new("EUR").unwrap()))
        .redirect_url("https://app.example/complete")
        .external_customer_id("user_789")
        .external_session_id("checkout_abc123");
    let expected = json!({
        "publicKey": "pk-one",
        "sessionType": "BUY",
        "prefill": { "countryCode": "DE", "sourceCurrencyCode": "EUR", "destinationCurrencyCode": "ETH",
            "sourceAmount": 250, "paymentMethodType": "CARD", "walletAddress": WALLET },
        "locked": ["walletAddress", "sourceAmount", "sourceCurrencyCode"],
        "redirectUrl": "https://app.example/complete",
        "externalCustomerId": "user_789",
        "externalSessionId": "checkout_abc123",
    });
    assert_eq!(sent(checkout).unwrap(), expected);
    assert_eq!(sent(MintedCheckout::buy_or_sell(key())).unwrap(), json!({ "publicKey": "pk-one" }));
}

#[test]
fn locked_fields_always_have_a_value() {
    let checkout = MintedCheckout::sell(key())
        .lock_country_code("US")
        .lock_fiat_currency(FiatCurrency::new("USD").unwrap())
        .lock_payment_method(PaymentMethodId::new("ACH").unwrap())
        .lock_wallet_address(WALLET)
        .lock_crypto_amount(Money::new(Decimal::new(5, 1), btc()))
        .wallet_tag("1");
    let body = sent(checkout).unwrap();
    assert_eq!(body["prefill"]["sourceCurrencyCode"], "BTC");
    assert_eq!(body["prefill"]["destinationCurrencyCode"], "USD");
    let locked = body["locked"].as_array().unwrap();
    assert_eq!(locked.len(), 6);
    assert!(locked.iter().all(|name| body["prefill"].get(name.as_str().unwrap()).is_some()), "{body}");
}

#[test]
fn amounts_have_the_range_of_their_direction() {
    for (amount, buy, sell, any) in [
        ("0.00009", false, false, false),
        ("0.0001", false, true, true),
        ("0.99", false, true, true),
        ("1", true, true, true),
        ("1000000", true, true, true),
        ("1000000.01", true, false, true),
        ("10000000", true, false, true),
        ("10000000.01", false, false, false),
    ] {
        let amount: Decimal = amount.parse().unwrap();
        let usd = || Money::new(amount, FiatCurrency::new("USD").unwrap());
        for (checkout, is_right) in [
            (MintedCheckout::buy(key()).fiat_amount(usd()), buy),
            (MintedCheckout::sell(key()).crypto_amount(Money::new(amount, btc())), sell),
            (MintedCheckout::buy_or_sell(key()).fiat_amount(usd()), any),
            (MintedCheckout::buy(key()).crypto_amount(Money::new(amount, btc())), false),
            (MintedCheckout::sell(key()).fiat_amount(usd()), false),
        ] {
            let found = refused(checkout);
            assert_eq!(found.as_deref(), (!is_right).then_some("prefill.sourceAmount"), "{amount}");
        }
    }
}

#[test]
fn wallets_and_countries_are_checked() {
    for (checkout, field) in [
        (MintedCheckout::buy(key()).wallet_address("123456789"), "prefill.walletAddress"),
        (MintedCheckout::buy(key()).wallet_address("x".repeat(101)), "prefill.walletAddress"),
        (MintedCheckout::buy(key()).wallet_address("0x1234 567890"), "prefill.walletAddress"),
        (MintedCheckout::buy(key()).wallet_tag("1"), "prefill.walletTag"),
        (MintedCheckout::buy(key()).country_code("USA"), "countryCode"),
    ] {
        assert_eq!(refused(checkout).as_deref(), Some(field));
    }
    assert_eq!(refused(MintedCheckout::buy(key()).wallet_address("x".repeat(100))), None);
    let debug = format!("{:?}", MintedCheckout::buy(key()).lock_wallet_address(WALLET));
    assert!(!debug.contains(WALLET) && !debug.contains("pk-one"), "{debug}");
}

#[test]
fn minted_urls_are_kept_unchanged() {
    use crate::for_versions::v2026_02_03::crypto::types::CheckoutUrlResponse;

    let url = |text: &str| meld_client_core::serde_json::from_str::<CheckoutUrlResponse>(text).unwrap().checkout_url();
    let minted = url(r#"{"widgetUrl":"https://buy.example/?t=%7e"}"#).unwrap();
    assert_eq!(minted.build().unwrap().expose_secret(), "https://buy.example/?t=%7e");
    assert!(!format!("{minted:?}").contains("buy.example"));
    assert!(url(r#"{"widgetUrl":" "}"#).is_none() && url("{}").is_none());
}
