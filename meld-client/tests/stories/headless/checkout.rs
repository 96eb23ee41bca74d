//! Story 22: a hosted checkout for one customer.

use meld_client::crypto::{CryptoCurrency, FiatCurrency, MintedCheckout, PublicKey};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, ExposeSecret, Money};

use super::Wallet;

/// Mints a URL, opens it once, and finds the transaction by the customer.
#[tokio::test]
async fn minted_checkout_opens_a_single_session() {
    let wallet = Wallet::open().await;
    let checkout = MintedCheckout::buy(PublicKey::new("the-public-key").unwrap())
        .country_code("DE")
        .lock_crypto_currency(CryptoCurrency::new("ETH").unwrap())
        .lock_fiat_amount(Money::new(250, FiatCurrency::new("EUR").unwrap()))
        .lock_wallet_address("0x2fb8c9b9ba942682393c47c92204b7e6b9fc1caa")
        .external_customer_id("robin")
        .external_session_id("checkout-1");
    let minted = wallet.api.crypto().create_checkout_url().body(checkout.clone()).send().await.unwrap();
    let url = minted.checkout_url().unwrap().build().unwrap();
    let open = || async { reqwest::get(url.expose_secret()).await.unwrap().status().as_u16() };
    assert_eq!(open().await, 200);
    assert_eq!(open().await, 404);

    let search = wallet.api.crypto().search_transactions().external_customer_ids(["robin"]);
    let found = search.all(10).await.unwrap();
    assert_eq!((found.len(), found[0].source_amount), (1, Some(Decimal::from(250))));
    // The id of the session cannot be used again.
    let again = wallet.api.crypto().create_checkout_url().body(checkout).send().await.unwrap_err();
    assert_eq!(again.code().map(|code| code.as_str()), Some("DUPLICATE_EXTERNAL_SESSION_ID"));
}
