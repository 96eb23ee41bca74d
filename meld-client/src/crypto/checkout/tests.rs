use std::collections::BTreeMap;

use meld_client_core::{ExposeSecret, SecretString};

use super::*;

fn key() -> PublicKey {
    PublicKey::new("pk-one").unwrap()
}

fn usd() -> FiatCurrency {
    FiatCurrency::new("USD").unwrap()
}

fn btc() -> CryptoCurrency {
    CryptoCurrency::new("BTC").unwrap()
}

/// Returns the decoded parameters.
fn read(url: &str) -> BTreeMap<String, String> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

#[test]
fn locks_have_the_value_and_not_true() {
    let method = PaymentMethodId::new("APPLE_PAY").unwrap();
    let url = CheckoutUrl::buy(Environment::Production, key())
        .lock_transaction_type()
        .lock_fiat_amount(Money::minor(12_50, usd()).unwrap())
        .lock_country_code("US")
        .lock_payment_method(method)
        .lock_wallet_address("0xABC")
        .lock_crypto_currency(btc())
        .build()
        .unwrap();
    assert!(url.starts_with("https://meldcrypto.com/?publicKey=pk-one&"), "{url}");
    let parameters = read(&url);
    for (name, value) in [
        ("transactionTypeLocked", "BUY"),
        ("sourceAmountLocked", "12.50"),
        ("countryCodeLocked", "US"),
        ("paymentMethodTypeLocked", "APPLE_PAY"),
        ("walletAddressLocked", "0xABC"),
        ("sourceCurrencyCodeLocked", "USD"),
        ("destinationCurrencyCodeLocked", "BTC"),
    ] {
        assert_eq!(parameters.get(name).map(String::as_str), Some(value));
    }
    assert_eq!(parameters.len(), 8, "a lock needs no second parameter: {parameters:?}");
    assert!(!url.contains("true"));
}

#[test]
fn sales_swap_the_currencies() {
    let url = CheckoutUrl::sell(Environment::Sandbox, key())
        .fiat_currency(usd())
        .crypto_amount(Money::new(2, btc()))
        .lock_crypto_currency(btc())
        .build()
        .unwrap();
    let parameters = read(&url);
    assert_eq!((&*parameters["transactionType"], &*parameters["sourceAmount"]), ("SELL", "2"));
    assert_eq!(parameters["sourceCurrencyCodeLocked"], "BTC");
    assert_eq!(parameters["destinationCurrencyCode"], "USD");
}

#[test]
fn values_are_encoded() {
    let url = CheckoutUrl::buy(Environment::Sandbox, key())
        .redirect_url("app://done?a=1&b=x y+z#ü")
        .customer(CustomerRef::external_id("a&b=c"))
        .external_session_id("one")
        .theme(CheckoutTheme::Dark)
        .full_screen()
        .wallet_address("0xABC")
        .wallet_tag("12")
        .build()
        .unwrap();
    let parameters = read(&url);
    assert_eq!(parameters["redirectUrl"], "app://done?a=1&b=x y+z#ü");
    assert_eq!(parameters["externalCustomerId"], "a&b=c");
    assert_eq!((&*parameters["theme"], &*parameters["fullScreen"]), ("darkMode", "true"));
    assert!(!url.contains('+') && url.contains("x%20y%2Bz"), "{url}");
}

#[test]
fn last_values_count_except_after_a_lock() {
    let url = CheckoutUrl::buy(Environment::Sandbox, key())
        .country_code("US")
        .country_code("DE")
        .lock_fiat_amount(Money::new(5, usd()))
        .fiat_amount(Money::new(6, usd()))
        .customer(CustomerRef::id("W1"))
        .customer(CustomerRef::external_id("robin"))
        .build()
        .unwrap();
    let parameters = read(&url);
    assert_eq!((&*parameters["countryCode"], &*parameters["sourceAmountLocked"]), ("DE", "5"));
    assert!(!parameters.contains_key("sourceAmount") && !parameters.contains_key("customerId"));
    assert_eq!(parameters["externalCustomerId"], "robin");
}

#[test]
fn parameters_that_the_page_ignores_are_refused() {
    let start = || CheckoutUrl::buy(Environment::Sandbox, key());
    for (url, field) in [
        (start().wallet_tag("12"), "walletTag"),
        (start().wallet_address("0x 1"), "walletAddress"),
        (start().lock_wallet_address(""), "walletAddress"),
        (start().fiat_amount(Money::new(0, usd())), "sourceAmount"),
        (start().lock_fiat_amount(Money::new(-1, usd())), "sourceAmount"),
        (start().crypto_amount(Money::new(1, btc())), "sourceAmount"),
        (CheckoutUrl::sell(Environment::Sandbox, key()).fiat_amount(Money::new(1, usd())), "sourceAmount"),
        (start().country_code(" "), "countryCode"),
        (start().external_session_id(""), "externalSessionId"),
        (start().domain("http://buy.wallet.example"), "domain"),
        (start().domain("https://u:p@buy.wallet.example"), "domain"),
        (start().domain("https://buy.wallet.example/?publicKey=other"), "domain"),
        (start().domain("buy.wallet.example"), "domain"),
    ] {
        assert_eq!(url.build().unwrap_err().field(), Some(field));
    }
    let own = start().domain("https://buy.wallet.example/pay").build().unwrap();
    assert!(own.starts_with("https://buy.wallet.example/pay?publicKey=pk-one&"), "{own}");
    assert!(PublicKey::new("").is_err() && PublicKey::new("a b").is_err());
}

#[test]
fn debug_shows_no_values() {
    let url = CheckoutUrl::buy(Environment::Sandbox, key()).wallet_address("0xABC");
    let shown = format!("{url:?} {:?}", key());
    assert!(shown.contains("walletAddress") && !shown.contains("0xABC"), "{shown}");
    assert!(!shown.contains("pk-one"), "{shown}");
}

#[test]
fn widget_urls_are_kept_unchanged() {
    let url = "https://own.example/w/%7Ea?token=A%2fb+c";
    let returned = || WidgetUrl::new(SecretString::from(url));
    assert_eq!(returned().build().unwrap().expose_secret(), url);
    let changed = returned().theme(CheckoutTheme::Dark).theme(CheckoutTheme::Light).full_screen();
    let changed = changed.full_width().transaction_page();
    let wanted = format!("{url}&theme=lightMode&fullScreen=true&width=full&page=transaction");
    assert_eq!(changed.build().unwrap().expose_secret(), wanted);
    assert!(!format!("{changed:?}").contains("own.example"));
    let bare = WidgetUrl::new(SecretString::from("https://own.example/w")).full_screen();
    assert_eq!(bare.build().unwrap().expose_secret(), "https://own.example/w?fullScreen=true");
    let fragment = WidgetUrl::new(SecretString::from("https://own.example/w#x")).full_screen();
    assert_eq!(fragment.build().unwrap_err().field(), Some("widgetUrl"));
    assert!(WidgetUrl::new(SecretString::from("")).build().is_err());
}
