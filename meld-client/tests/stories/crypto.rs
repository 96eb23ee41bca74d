//! Scenarios of buying and selling crypto.

use std::net::Ipv4Addr;
use std::time::Duration;

use futures_util::TryStreamExt;
use meld_client::chrono::{TimeDelta, Utc};
use meld_client::crypto::{CryptoCurrency, FiatCurrency, LockField, QuoteRequest, TransferSession};
use meld_client::customers::CustomerRef;
use meld_client::network_partner::DiscoveryCache;
use meld_client::transactions::{DepositOutcome, SessionOutcome, TransactionOutcome, TransactionStatus};
use meld_client::v2026_02_03::customer::types::CreateCustomerRequest;
use meld_client::v2026_02_03::prelude::*;
use meld_client::v2026_02_03::{Api, crypto};
use meld_client::{AmountCheck, Decimal, ErrorCode, Meld, Money, Polling};
use meld_sandbox::{Outcome, Sandbox};

use crate::support;

const WALLET: &str = "0x2d62af1a24f44806adaa4a2cdc90e9e1aa2dfbfd";

async fn start() -> (Sandbox, Meld, Api) {
    let (sandbox, meld) = support::start().await;
    let api = meld.v2026_02_03();
    (sandbox, meld, api)
}

fn usd() -> FiatCurrency {
    FiatCurrency::new("USD").unwrap()
}

fn usdc() -> CryptoCurrency {
    CryptoCurrency::new("USDC").unwrap()
}

fn robin() -> CustomerRef {
    CustomerRef::external_id("robin")
}

/// Polls long enough for the mock server, which has its own clock.
fn polling() -> Polling {
    support::polling(10, 20_000)
}

/// Polls two or three times.
fn briefly() -> Polling {
    support::polling(10, 20)
}

/// Opens a session for the best quote to buy crypto for 100 USD.
pub async fn open_purchase(api: &Api) -> crypto::types::SessionTokenResponse {
    let request = QuoteRequest::buy("US", Money::new(100, usd()), usdc());
    let quotes = api.crypto().create_quote().body(request).send().await.unwrap();
    let session = quotes.best().unwrap().buy_session(WALLET, robin()).unwrap();
    api.crypto().create_widget_session().body(session).send().await.unwrap().into_inner()
}

/// Buys crypto: routes, quotes, a session for the best quote, and the transaction until it is settled.
#[tokio::test]
async fn buy_crypto_until_settled() {
    let (sandbox, meld, api) = start().await;
    let amount = Decimal::from(200);
    let paid: Money = Money::new(amount, usd());

    let cache = DiscoveryCache::new(meld.transport());
    let routes = api.network_partner().find_buy_routes("US", usd(), usdc());
    let routes = routes.send_cached(&cache).await.unwrap().expect("a provider sells it");
    let methods = routes.iter().flat_map(|route| &route.payment_methods);
    let mut fitting = methods.filter(|method| method.check_amount(&paid) == AmountCheck::Fits);
    let method = fitting.next().unwrap().method_id().unwrap();
    assert_eq!(method.as_str(), "CREDIT_DEBIT_CARD");

    let request = QuoteRequest::buy("US", Money::new(amount, usd()), usdc())
        .payment_method(method.clone())
        .wallet_address(WALLET)
        .customer(robin());
    let quotes = api.crypto().create_quote().body(request).send().await.unwrap();
    let chosen = quotes.best().unwrap();
    assert!(quotes.quotes.iter().all(|quote| quote.score() <= chosen.score()));

    let session = chosen
        .buy_session(WALLET, robin())
        .unwrap()
        .payment_method(method)
        .client_ip(Ipv4Addr::new(203, 0, 113, 7))
        .redirect_url("https://wallet.example/bought")
        .lock_fields([LockField::WalletAddress]);
    let own_id = session.external_session_id().to_owned();
    let session = api.crypto().create_widget_session().body(session).send().await.unwrap();
    assert_eq!(session.external_session_id.as_ref(), Some(&own_id));
    let id = session.id.clone().unwrap();

    // No transaction exists before the user starts in the widget.
    let crypto = api.crypto();
    let outcome = crypto.wait_for_session(&id, briefly()).await.unwrap();
    assert_eq!(outcome, SessionOutcome::NotYetCreated);

    // The user pays. The mock server stands in for the provider's widget.
    let page = session.widget_url().unwrap();
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(browser.get(page).send().await.unwrap().status().is_success());
    let outcome = crypto.wait_for_session(&id, briefly()).await.unwrap();
    assert!(matches!(outcome, SessionOutcome::Pending(_)), "{outcome:?}");
    let transaction = outcome.transaction().unwrap();
    assert_eq!(transaction.customer_wallet(), Some(WALLET));
    assert_eq!(transaction.deposit(), None, "a purchase has no deposit");

    // In production a webhook has this id.
    let transaction_id = transaction.id.clone().unwrap();
    let payments = api.payments();
    let end = tokio::spawn(async move { payments.wait_for_transaction(&transaction_id, polling()).await });
    sandbox.clock().advance(Duration::from_secs(90));
    let TransactionOutcome::Settled(bought) = end.await.unwrap().unwrap() else {
        panic!("the transaction did not settle");
    };
    assert_eq!(bought.external_session_id, Some(own_id));
    assert_eq!((bought.source_amount, bought.is_terminal()), (Some(amount), true));
}

/// Distinguishes a pending purchase from one that ended without settling.
#[tokio::test]
async fn failed_purchases_end() {
    let (sandbox, _, api) = start().await;
    for outcome in [Outcome::Failed, Outcome::Declined, Outcome::Cancelled, Outcome::Refunded] {
        let session = open_purchase(&api).await.id.unwrap();
        sandbox.complete_session(&session, outcome).unwrap();
        let now = api.crypto().wait_for_session(&session, briefly()).await.unwrap();
        assert!(matches!(now, SessionOutcome::Pending(_)), "{now:?}");
        sandbox.clock().advance(Duration::from_secs(90));
        let end = api.crypto().wait_for_session(&session, polling()).await.unwrap();
        let SessionOutcome::Ended(transaction) = end else { panic!("{end:?}") };
        assert_eq!(transaction.transaction_status(), Some(TransactionStatus::from(outcome.name())));
    }
}

/// Detects swapped currencies by the quote, and opens each session only once.
#[tokio::test]
async fn swapped_currencies_and_duplicates_are_errors() {
    let (_sandbox, _, api) = start().await;
    // Swapped currencies in a raw request: Meld quotes a purchase.
    let crossed = crypto::types::CryptoQuoteRequest::builder()
        .country_code("US")
        .source_currency_code("USD")
        .destination_currency_code("USDC")
        .source_amount(Decimal::from(250));
    let quotes = api.crypto().create_quote().body(crossed).send().await.unwrap();
    let error = quotes.best().unwrap().sell_session(robin()).unwrap_err();
    assert_eq!(error.field(), Some("transactionType"));

    let session = quotes.best().unwrap().buy_session(WALLET, robin()).unwrap();
    let create = || api.crypto().create_widget_session().body(session.clone());
    assert!(create().send().await.is_ok());
    let again = create().send().await.unwrap_err();
    assert_eq!(again.code(), Some(&ErrorCode::DuplicateExternalSessionId));
}

/// Transfers crypto from another wallet: a session for several currencies, without quote or amount.
#[tokio::test]
async fn transfer_from_another_wallet() {
    let (sandbox, _, api) = start().await;
    let currencies = ["ETH", "USDC_BASE"].map(|code| CryptoCurrency::new(code).unwrap());
    let session = TransferSession::new("US", "MESH", currencies, robin()).wallet_address(WALLET);
    let session = api.crypto().create_widget_session().body(session).send().await.unwrap();
    let id = session.id.clone().unwrap();
    sandbox.complete_session(&id, Outcome::Settled).unwrap();
    let outcome = api.crypto().wait_for_deposit(&id, briefly()).await.unwrap();
    let DepositOutcome::NotASell(transaction) = outcome else { panic!("{outcome:?}") };
    assert_eq!(transaction.customer_wallet(), Some(WALLET));
}

/// Opens sessions for sub-accounts, and lists transactions by sub-account.
#[tokio::test]
async fn transactions_by_sub_account() {
    let (sandbox, _, api) = start().await;
    for shop in ["shop-1", "shop-2"] {
        let customer = CreateCustomerRequest::builder().external_id(shop).type_("BUSINESS");
        api.customer().create_customer().body(customer).send().await.unwrap();
        let request = QuoteRequest::buy("US", Money::new(100, usd()), usdc());
        let quotes = api.crypto().create_quote().body(request).send().await.unwrap();
        let session = quotes.best().unwrap().buy_session(WALLET, robin()).unwrap();
        let session = session.external_subaccount_customer_id(shop);
        let session = api.crypto().create_widget_session().body(session).send().await.unwrap();
        sandbox.complete_session(session.id.as_ref().unwrap(), Outcome::Settled).unwrap();
    }
    let search = api.crypto().search_transactions();
    let warning = search.external_subaccount_customer_ids(["shop-2"]).all(100).await.unwrap();
    assert_eq!(warning.len(), 1);
    assert_eq!(warning[0].external_subaccount_customer_id.as_deref(), Some("shop-2"));
}

#[tokio::test]
async fn missing_transactions_are_searched_by_time() {
    let (sandbox, _, api) = start().await;
    let session = open_purchase(&api).await.id.unwrap();
    sandbox.complete_session(&session, Outcome::Settled).unwrap();
    let since = Utc::now() - TimeDelta::days(1);
    let later = api.payments().search_transactions().from(Utc::now() + TimeDelta::days(2));
    let nothing: Vec<_> = later.missing_from(|_| false).try_collect().await.unwrap();
    assert!(nothing.is_empty());
    let search = || api.crypto().search_transactions().from(since).to(Utc::now() + TimeDelta::days(1));
    let settled = search().statuses([TransactionStatus::Settled, TransactionStatus::Pending]);
    assert!(!settled.all(100).await.unwrap().is_empty());
    assert!(search().statuses([TransactionStatus::Refunded]).all(100).await.unwrap().is_empty());
}

/// Buys and sells crypto with older API versions, despite their other names and missing operations.
#[cfg(all(feature = "v2023-12-19", feature = "v2025-03-04"))]
#[tokio::test]
async fn older_versions_buy_and_sell() {
    let (sandbox, meld, _) = start().await;
    let (oldest, older) = (meld.v2023_12_19().crypto(), meld.v2025_03_04().crypto());
    let request = QuoteRequest::sell("US", Money::new(250, usdc()), usd());
    let quotes = older.create_quote().body(request).send().await.unwrap();
    let quote = quotes.best().unwrap();
    assert!(quote.buy_session(WALLET, robin()).is_err());
    let sell = quote.sell_session(robin()).unwrap().redirect_url("https://wallet.example/sold");
    let sell = older.create_widget_session().body(sell).send().await.unwrap();
    let id = sell.id.as_deref().unwrap();
    sandbox.complete_session(id, Outcome::Settled).unwrap();
    let [now, then] = [
        older.wait_for_deposit(id, briefly()).await.unwrap().into_deposit().unwrap(),
        oldest.wait_for_deposit(id, briefly()).await.unwrap().into_deposit().unwrap(),
    ];
    assert_eq!(now, then);

    let request = QuoteRequest::buy("US", Money::new(100, usd()), usdc());
    let quotes = older.create_quote().body(request).send().await.unwrap();
    let buy = quotes.best().unwrap().buy_session(WALLET, robin()).unwrap();
    // The oldest version has no quotes, but accepts sessions built from them.
    let buy = oldest.create_widget_session().body(buy).send().await.unwrap();
    let id = buy.id.as_deref().unwrap();
    sandbox.complete_session(id, Outcome::Settled).unwrap();
    sandbox.clock().advance(Duration::from_secs(90));
    let SessionOutcome::Settled(bought) = oldest.wait_for_session(id, polling()).await.unwrap() else {
        panic!("the transaction did not settle");
    };
    assert_eq!(bought.customer_wallet(), Some(WALLET));
}
