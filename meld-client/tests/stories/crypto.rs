//! Buying and selling crypto.

use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::time::Duration;

use futures_util::TryStreamExt;
use meld_client::chrono::{TimeDelta, Utc};
use meld_client::crypto::{
    CheckoutUrl, CryptoCurrency, FiatCurrency, LockField, PublicKey, QuoteRequest, TransferSession,
};
use meld_client::customers::CustomerRef;
use meld_client::network_partner::{AmountCheck, DiscoveryCache};
use meld_client::transactions::{
    DepositOutcome, SessionOutcome, TransactionOutcome, TransactionStatus,
};
use meld_client::v2026_02_03::customer::types::CreateCustomerRequest;
use meld_client::v2026_02_03::prelude::*;
use meld_client::v2026_02_03::{Api, crypto};
use meld_client::{Decimal, Environment, ErrorCode, Meld, Polling};
use meld_sandbox::{Outcome, Sandbox};

/// The wallet of the user.
const WALLET: &str = "0x2d62af1a24f44806adaa4a2cdc90e9e1aa2dfbfd";

async fn start() -> (Sandbox, Meld, Api) {
    let sandbox = Sandbox::start().await.unwrap();
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
    let meld = meld.build().unwrap();
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

/// Waits long enough for the sandbox, which goes by a clock of its own.
fn waiting() -> Polling {
    Polling::default().timeout(Duration::from_secs(20)).initial_interval(Duration::from_millis(10))
}

/// Looks once, and then once more.
fn briefly() -> Polling {
    Polling::default()
        .timeout(Duration::from_millis(20))
        .initial_interval(Duration::from_millis(10))
}

/// Opens a session that buys for 100 USD, by the best quote.
async fn open_purchase(api: &Api) -> crypto::types::SessionTokenResponse {
    let request = QuoteRequest::buy("US", Decimal::from(100), usd(), usdc());
    let quotes = api.crypto().create_quote().body(request).send().await.unwrap();
    let session = quotes.best().unwrap().buy_session(WALLET, robin()).unwrap();
    api.crypto().create_widget_session().body(session).send().await.unwrap().into_inner()
}

/// Story 1, check a key: a quote changes nothing, and is refused with 401 if the key is not good.
#[tokio::test]
async fn a_backend_checks_its_key() {
    let (sandbox, _, api) = start().await;
    let request = QuoteRequest::buy("US", Decimal::from(100), usd(), usdc());
    assert!(api.crypto().create_quote().body(request.clone()).send().await.is_ok());

    let wrong = Meld::builder().api_key("of-another-environment").base_url(sandbox.base_url());
    let wrong = wrong.build().unwrap().v2026_02_03();
    let refused = wrong.crypto().create_quote().body(request).send().await.unwrap_err();
    assert_eq!(refused.status().unwrap(), 401);
}

/// Story 15, buy crypto: routes, quotes, the best of them, a session with the same values, and the transaction until
/// it is settled.
#[tokio::test]
async fn a_user_buys_crypto() {
    let (sandbox, meld, api) = start().await;
    let amount = Decimal::from(200);

    let cache = DiscoveryCache::new(meld.transport());
    let routes = api.network_partner().buy_routes("US", usd(), usdc());
    let routes = routes.cached(&cache).await.unwrap().expect("somebody sells it");
    let methods = routes.iter().flat_map(|route| &route.payment_methods);
    let mut fitting =
        methods.filter(|method| method.check_amount(amount, usd()) == AmountCheck::Fits);
    let method = fitting.next().unwrap().method_id().unwrap();
    assert_eq!(method.as_str(), "CREDIT_DEBIT_CARD");

    let request = QuoteRequest::buy("US", amount, usd(), usdc())
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

    // Nothing has happened as long as the user only looks at the widget.
    let crypto = api.crypto();
    let outcome = crypto.wait_for_session(&id, briefly()).await.unwrap();
    assert_eq!(outcome, SessionOutcome::NotYetCreated);

    // The user pays. This page stands for the provider's, and is opened as it came.
    let page = session.address().unwrap();
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(browser.get(page).send().await.unwrap().status().is_success());
    let outcome = crypto.wait_for_session(&id, briefly()).await.unwrap();
    assert!(matches!(outcome, SessionOutcome::Pending(_)), "{outcome:?}");
    let transaction = outcome.transaction().unwrap();
    assert_eq!(transaction.customer_wallet(), Some(WALLET));
    assert_eq!(transaction.deposit(), None, "there is nothing to send");

    // A webhook would bring this id.
    let transaction_id = transaction.id.clone().unwrap();
    let payments = api.payments();
    let end =
        tokio::spawn(
            async move { payments.wait_for_transaction(&transaction_id, waiting()).await },
        );
    sandbox.clock().advance(Duration::from_secs(90));
    let TransactionOutcome::Settled(bought) = end.await.unwrap().unwrap() else {
        panic!("it settles");
    };
    assert_eq!(bought.external_session_id, Some(own_id));
    assert_eq!((bought.source_amount, bought.is_terminal()), (Some(amount), true));
}

/// Story 16, sell crypto by the preferred flow: the user comes back from the widget, and sends exactly what the
/// transaction says to the address that it names.
#[tokio::test]
async fn a_user_sells_crypto() {
    let (sandbox, _, api) = start().await;
    let crypto = api.crypto();
    let routes = api.network_partner().sell_routes("US", usdc(), usd()).send().await.unwrap();
    assert!(routes.is_some(), "somebody buys it");

    let amount = Decimal::from(250);
    let request = QuoteRequest::sell("US", amount, usdc(), usd()).customer(robin());
    let quotes = crypto.create_quote().body(request).send().await.unwrap();
    let session = quotes.best().unwrap().sell_session(robin()).unwrap();
    let session = session.redirect_url("https://wallet.example/sold").wallet_address(WALLET);
    let session = crypto.create_widget_session().body(session).send().await.unwrap();
    let id = session.id.clone().unwrap();
    let early = crypto.wait_for_deposit(&id, briefly()).await.unwrap();
    assert_eq!(early, DepositOutcome::NotYetCreated);

    // The user is done in the widget while the page that was come back to waits.
    let page = {
        let (crypto, id) = (crypto.clone(), id.clone());
        tokio::spawn(async move { crypto.wait_for_deposit(&id, waiting()).await })
    };
    sandbox.complete_session(&id, Outcome::Settled).unwrap();
    let DepositOutcome::Ready(deposit, transaction) = page.await.unwrap().unwrap() else {
        panic!("there is an address");
    };
    assert_eq!((deposit.amount, &*deposit.currency_code), (amount, "USDC"));
    assert_eq!(Some(&*deposit.address), transaction.deposit_address());
    assert_ne!(deposit.address, WALLET, "the coins do not go back to the user");
    assert_eq!(transaction.customer_wallet(), Some(WALLET));

    sandbox.clock().advance(Duration::from_secs(90));
    let outcome = crypto.wait_for_session(&id, waiting()).await.unwrap();
    assert!(matches!(outcome, SessionOutcome::Settled(_)), "{outcome:?}");
    let late = crypto.wait_for_deposit(&id, briefly()).await.unwrap();
    assert!(
        matches!(late, DepositOutcome::NothingToSend(_)),
        "nothing is sent a second time: {late:?}"
    );
}

/// Stories 15 and 16, where they end otherwise: that is told apart from what is not known yet.
#[tokio::test]
async fn a_purchase_fails() {
    let (sandbox, _, api) = start().await;
    for outcome in [Outcome::Failed, Outcome::Declined, Outcome::Cancelled, Outcome::Refunded] {
        let session = open_purchase(&api).await.id.unwrap();
        sandbox.complete_session(&session, outcome).unwrap();
        let now = api.crypto().wait_for_session(&session, briefly()).await.unwrap();
        assert!(matches!(now, SessionOutcome::Pending(_)), "{now:?}");
        sandbox.clock().advance(Duration::from_secs(90));
        let end = api.crypto().wait_for_session(&session, waiting()).await.unwrap();
        let SessionOutcome::Ended(transaction) = end else { panic!("it ends: {end:?}") };
        assert_eq!(transaction.transaction_status(), Some(TransactionStatus::from(outcome.name())));
    }
}

/// Stories 15 and 16, with mistakes: crossed currencies are noticed by the quote that comes of them, and a session is
/// opened once.
#[tokio::test]
async fn mistakes_are_noticed_before_money_moves() {
    let (_sandbox, _, api) = start().await;
    // By hand and crossed: Meld quotes it as a purchase.
    let crossed = crypto::types::CryptoQuoteRequest::builder()
        .country_code("US")
        .source_currency_code("USD")
        .destination_currency_code("USDC")
        .source_amount(Decimal::from(250));
    let quotes = api.crypto().create_quote().body(crossed).send().await.unwrap();
    let refused = quotes.best().unwrap().sell_session(robin()).unwrap_err();
    assert_eq!(refused.field(), Some("transactionType"));

    let session = quotes.best().unwrap().buy_session(WALLET, robin()).unwrap();
    let create = || api.crypto().create_widget_session().body(session.clone());
    assert!(create().send().await.is_ok());
    let again = create().send().await.unwrap_err();
    assert_eq!(again.code(), Some(&ErrorCode::DuplicateExternalSessionId));
}

/// Move coins from elsewhere: a session of several currencies, without a quote and without an amount.
#[tokio::test]
async fn a_user_moves_coins_from_elsewhere() {
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

/// Story 22, the hosted checkout for one customer: an address with what is known, and the transaction by the external
/// id.
#[tokio::test]
async fn a_customer_uses_the_hosted_checkout() {
    let (sandbox, _, api) = start().await;
    let key = PublicKey::new("the-public-key").unwrap();
    let url = CheckoutUrl::buy(Environment::Sandbox, key)
        .lock_fiat_currency(usd())
        .lock_crypto_currency(usdc())
        .lock_wallet_address(WALLET)
        .customer(robin())
        .redirect_url("https://wallet.example/done?from=checkout")
        .build()
        .unwrap();
    assert!(url.starts_with("https://sb.meldcrypto.com/?publicKey=the-public-key&"), "{url}");
    assert!(url.contains("&destinationCurrencyCodeLocked=USDC&"), "{url}");
    assert!(url.contains("&externalCustomerId=robin&"), "{url}");

    // The sandbox has no such page: a session stands for what the user does there.
    let session = open_purchase(&api).await.id.unwrap();
    let id = sandbox.complete_session(&session, Outcome::Settled).unwrap();
    let search = api.crypto().search_transactions().external_customer_ids(["robin"]);
    let found = search.all(10).await.unwrap();
    assert_eq!(found.iter().map(|it| it.id.clone()).collect::<Vec<_>>(), [Some(id)]);
}

/// Story 23, report by sub-account: sessions are opened for a sub-account, and transactions are listed by it.
#[tokio::test]
async fn a_platform_reports_by_sub_account() {
    let (sandbox, _, api) = start().await;
    for shop in ["shop-1", "shop-2"] {
        let customer = CreateCustomerRequest::builder().external_id(shop).type_("BUSINESS");
        api.customer().create_customer().body(customer).send().await.unwrap();
        let request = QuoteRequest::buy("US", Decimal::from(100), usd(), usdc());
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

/// Story 24, find lost transactions: of all since a time, those that no webhook told of.
#[tokio::test]
async fn a_backend_finds_transactions_that_no_webhook_told_of() {
    let (sandbox, _, api) = start().await;
    let mut all = HashSet::new();
    for _ in 0..25 {
        let session = open_purchase(&api).await.id.unwrap();
        all.insert(sandbox.complete_session(&session, Outcome::Settled).unwrap());
    }
    let lost: HashSet<String> = all.iter().take(2).cloned().collect();
    let told: HashSet<String> = all.difference(&lost).cloned().collect();

    let since = Utc::now() - TimeDelta::days(1);
    let search = api.crypto().search_transactions().since(since).limit(10);
    let mut missing = pin!(search.missing_from(|id| told.contains(id)));
    let mut found = HashSet::new();
    while let Some(transaction) = missing.try_next().await.unwrap() {
        found.insert(transaction.id.unwrap());
    }
    assert_eq!(found, lost);

    let later = api.payments().search_transactions().since(Utc::now() + TimeDelta::days(2));
    let nothing: Vec<_> = later.missing_from(|_| false).try_collect().await.unwrap();
    assert!(nothing.is_empty());
}

/// Stories 15 and 16 in the older versions: what they name otherwise, or do not have, makes no difference here.
#[cfg(all(feature = "v2023-12-19", feature = "v2025-03-04"))]
#[tokio::test]
async fn older_versions_are_used_alike() {
    let (sandbox, meld, _) = start().await;
    let (oldest, older) = (meld.v2023_12_19().crypto(), meld.v2025_03_04().crypto());
    let request = QuoteRequest::sell("US", Decimal::from(250), usdc(), usd());
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

    let request = QuoteRequest::buy("US", Decimal::from(100), usd(), usdc());
    let quotes = older.create_quote().body(request).send().await.unwrap();
    let buy = quotes.best().unwrap().buy_session(WALLET, robin()).unwrap();
    // The oldest version has no quotes, but takes sessions of them.
    let buy = oldest.create_widget_session().body(buy).send().await.unwrap();
    let id = buy.id.as_deref().unwrap();
    sandbox.complete_session(id, Outcome::Settled).unwrap();
    sandbox.clock().advance(Duration::from_secs(90));
    let SessionOutcome::Settled(bought) = oldest.wait_for_session(id, waiting()).await.unwrap()
    else {
        panic!("it settles");
    };
    assert_eq!(bought.customer_wallet(), Some(WALLET));
}
