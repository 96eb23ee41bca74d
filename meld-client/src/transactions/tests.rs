//! Polling against a server with scripted responses, and the wallets of responses.

use std::time::Duration;

use meld_client_core::serde_json::{self, Value, json};
use meld_client_core::{Error, RetryPolicy};
use meld_test_server::{Reply, Server, response};

use super::*;
use crate::client::Meld;
use crate::for_versions::v2023_12_19;
use crate::for_versions::v2026_02_03::{self, crypto::types::PaymentTransactionOutput};
use crate::polling::Polling;

const NOT_YET: &str = r#"{"code":"TRANSACTION_FETCH_BY_SESSION_NOT_YET_CREATED_WITH_PROVIDER"}"#;
const UNSUPPORTED: &str = r#"{"code":"TRANSACTION_FETCH_BY_SESSION_PROVIDER_UNSUPPORTED"}"#;

/// Returns a client of a server with these replies.
async fn meld(replies: impl IntoIterator<Item = Reply>) -> (Meld, Server) {
    let server = Server::start(replies).await;
    let meld = Meld::builder().api_key("key").base_url(&server.address);
    (meld.retry_policy(RetryPolicy::never()).build().unwrap(), server)
}

fn transaction(status: &str) -> Reply {
    let body = json!({ "transaction": { "id": "t1", "status": status } });
    response("200 OK", "", body.to_string())
}

fn not_found(body: &str) -> Reply {
    response("404 Not Found", "", body)
}

/// Long enough for all responses, with short intervals.
fn patient() -> Polling {
    Polling::default().timeout(Duration::from_secs(20)).initial_interval(Duration::from_millis(1))
}

fn short() -> Polling {
    Polling::default().timeout(Duration::from_millis(30)).initial_interval(Duration::from_millis(5))
}

async fn by_session(
    replies: impl IntoIterator<Item = Reply>,
    polling: Polling,
) -> Result<SessionOutcome<PaymentTransactionOutput>, Error> {
    let (meld, _) = meld(replies).await;
    let crypto = meld.v2026_02_03().crypto();
    // Spawned, because the future must be `Send`.
    tokio::spawn(async move { crypto.wait_for_session("s1", polling).await }).await.unwrap()
}

#[tokio::test]
async fn transactions_are_polled_until_they_end() {
    for (last, settled) in [("SETTLED", true), ("DECLINED", false), ("REFUNDED", false)] {
        let replies = ["PENDING", "ERROR", "BRAND_NEW", last].map(transaction);
        let (meld, server) = meld(replies).await;
        let payments = meld.v2023_12_19().payments();
        let outcome = payments.wait_for_transaction("t1", patient()).await.unwrap();
        assert_eq!(matches!(outcome, TransactionOutcome::Settled(_)), settled, "{last}");
        assert_eq!(matches!(outcome, TransactionOutcome::Ended(_)), !settled, "{last}");
        assert_eq!(outcome.transaction().status, Some(last.into()));
        let received = server.received();
        let targets: Vec<&str> = received.iter().map(|request| request.target()).collect();
        assert_eq!(targets, ["/payments/transactions/t1"; 4]);
    }
}

#[tokio::test]
async fn time_limits_leave_transactions_pending() {
    for status in ["PENDING", "ERROR", "BRAND_NEW", ""] {
        let (meld, _) = meld([transaction(status)]).await;
        let crypto = meld.v2026_02_03().crypto();
        let task = tokio::spawn(async move { crypto.wait_for_transaction("t1", short()).await });
        let outcome = task.await.unwrap().unwrap();
        assert!(matches!(outcome, TransactionOutcome::Pending(_)), "{status}: {outcome:?}");
    }
}

#[tokio::test]
async fn errors_end_polling() {
    let gone = not_found(r#"{"code":"NOT_FOUND"}"#);
    let (meld, _) = meld([transaction("PENDING"), gone.clone()]).await;
    let crypto = meld.v2026_02_03().crypto();
    let failed = crypto.wait_for_transaction("t1", patient()).await.unwrap_err();
    assert_eq!(failed.status().unwrap(), 404);
    let failed = by_session([gone], patient()).await.unwrap_err();
    assert_eq!(failed.status().unwrap(), 404, "another 404 than `not yet`");
    let failed = by_session([not_found("")], patient()).await.unwrap_err();
    assert_eq!(failed.status().unwrap(), 404, "a 404 without a code");
}

#[tokio::test]
async fn missing_transactions_are_errors_by_id() {
    let (meld, _) = meld([response("200 OK", "", "{}")]).await;
    let crypto = meld.v2026_02_03().crypto();
    let failed = crypto.wait_for_transaction("t1", patient()).await.unwrap_err().to_string();
    assert!(failed.contains("`transaction`") && failed.contains("/payments/trans"), "{failed}");
    let failed = crypto.wait_for_transaction("", patient()).await.unwrap_err();
    assert_eq!(failed.field(), Some("id"));
}

#[tokio::test]
async fn missing_transactions_are_awaited_by_session() {
    let not_yet = not_found(NOT_YET);
    let replies = [not_yet.clone(), not_yet.clone(), transaction("PENDING"), transaction("SETTLED")];
    let outcome = by_session(replies, patient()).await.unwrap();
    assert!(matches!(outcome, SessionOutcome::Settled(_)), "{outcome:?}");
    let outcome = by_session([not_yet.clone()], short()).await.unwrap();
    assert_eq!(outcome, SessionOutcome::NotYetCreated);
    let outcome = by_session([transaction("SETTLING"), not_yet], short()).await.unwrap();
    assert!(matches!(outcome, SessionOutcome::Pending(_)), "it was there: {outcome:?}");
}

#[tokio::test]
async fn some_providers_do_not_support_sessions() {
    for reply in [not_found(UNSUPPORTED), response("501 Not Implemented", "", r#"{"code":"NOT_SUPPORTED"}"#)] {
        let (meld, server) = meld([reply]).await;
        let crypto = meld.v2026_02_03().crypto();
        let outcome = crypto.wait_for_session("s1", patient()).await.unwrap();
        assert_eq!(outcome, SessionOutcome::Unsupported);
        assert_eq!(crypto.wait_for_deposit("s1", patient()).await.unwrap(), DepositOutcome::Unsupported);
        assert_eq!(server.received().len(), 2, "another request would not help");
    }
}

fn sell(fields: Value) -> Value {
    let mut sell = json!({
        "transactionType": "CRYPTO_SELL", "status": "PENDING", "sourceAmount": 0.010,
        "sourceCurrencyCode": "ETH",
        "cryptoDetails": {
            "sourceWalletAddress": "user", "destinationWalletAddress": "deposit",
            "sessionWalletAddress": "session", "walletAddress": "wallet",
            "offrampDestinationWalletAddress": "old deposit", "chainId": 1,
        },
    });
    let fields = fields.as_object().unwrap().clone();
    for (name, value) in fields {
        let place = if name.contains("Wallet") || name == "walletAddress" || name == "chainId" {
            &mut sell["cryptoDetails"][&name]
        } else {
            &mut sell[&name]
        };
        *place = value;
    }
    sell
}

fn read(transaction: &Value) -> PaymentTransactionOutput {
    serde_json::from_value(transaction.clone()).unwrap()
}

#[test]
fn deposit_address_by_field_and_type() {
    let deposit = |fields| read(&sell(fields)).deposit_address().map(str::to_owned);
    let deposit_of = |fields, address: Option<&str>| {
        assert_eq!(deposit(fields).as_deref(), address);
    };
    deposit_of(json!({}), Some("deposit"));
    deposit_of(json!({ "transactionType": "CRYPTO_SELL_SWAP" }), Some("deposit"));
    deposit_of(json!({ "transactionType": "Crypto_Sell" }), Some("deposit"));
    for nothing in [Value::Null, json!(""), json!(" ")] {
        deposit_of(json!({ "destinationWalletAddress": nothing }), Some("old deposit"));
        let neither = json!({
            "destinationWalletAddress": nothing, "offrampDestinationWalletAddress": nothing,
        });
        deposit_of(neither, None);
    }
    for other in ["CRYPTO_PURCHASE", "CRYPTO_TRANSFER", "CHARGE", "BRAND_NEW", ""] {
        deposit_of(json!({ "transactionType": other }), None);
    }
    deposit_of(json!({ "transactionType": null }), None);
    deposit_of(json!({ "cryptoDetails": null }), None);
}

#[test]
fn deposits_are_complete_or_none() {
    let deposit = read(&sell(json!({}))).deposit().unwrap();
    assert_eq!((&*deposit.address, deposit.amount.to_string()), ("deposit", "0.01 ETH".to_owned()));
    assert_eq!(deposit.chain_id.as_deref(), Some("1"));
    assert_eq!(read(&sell(json!({ "chainId": null }))).deposit().unwrap().chain_id, None);
    for lacking in [
        json!({ "sourceAmount": null }),
        json!({ "sourceAmount": 0 }),
        json!({ "sourceCurrencyCode": "" }),
        json!({ "status": "CANCELLED" }),
        json!({ "status": "SETTLED" }),
        json!({ "status": "SETTLING" }),
        json!({ "status": "SWAPPING" }),
        json!({ "status": "ERROR" }),
        json!({ "transactionType": "CRYPTO_PURCHASE" }),
    ] {
        assert_eq!(read(&sell(lacking.clone())).deposit(), None, "{lacking}");
    }
    for status in [json!("PENDING_CREATED"), json!("TWO_FA_REQUIRED"), json!("BRAND_NEW"), Value::Null] {
        assert!(read(&sell(json!({ "status": status }))).deposit().is_some(), "{status}");
    }
}

#[test]
fn customer_wallet_by_field_and_type() {
    let buy = |details: Value| {
        let transaction = json!({ "transactionType": "CRYPTO_PURCHASE", "cryptoDetails": details });
        read(&transaction).customer_wallet().map(str::to_owned)
    };
    let all = json!({
        "destinationWalletAddress": "to", "sourceWalletAddress": "from",
        "sessionWalletAddress": "session", "walletAddress": "old",
    });
    assert_eq!(buy(all).as_deref(), Some("to"));
    let old = json!({ "walletAddress": "old", "sessionWalletAddress": "session" });
    assert_eq!(buy(old).as_deref(), Some("old"));
    assert_eq!(buy(json!({ "sessionWalletAddress": "session" })).as_deref(), Some("session"));
    assert_eq!(buy(json!({ "sourceWalletAddress": "from" })), None, "that is the provider's");
    assert_eq!(buy(Value::Null), None);
    assert_eq!(read(&sell(json!({}))).customer_wallet(), Some("user"));
    let old = sell(json!({ "sourceWalletAddress": null }));
    assert_eq!(read(&old).customer_wallet(), Some("wallet"));
    let listed: v2026_02_03::payments::types::SearchedPaymentTransactionOutput =
        serde_json::from_value(sell(json!({}))).unwrap();
    let oldest: v2023_12_19::crypto::types::PaymentTransactionOutput = serde_json::from_value(sell(json!({}))).unwrap();
    assert_eq!(listed.deposit_address(), oldest.deposit_address());
}

#[tokio::test]
async fn deposits_are_polled_for() {
    let of = |fields: Value| {
        let body = json!({ "transaction": sell(fields) });
        response("200 OK", "", body.to_string())
    };
    let ready = || of(json!({}));
    let nothing = json!({ "destinationWalletAddress": null, "offrampDestinationWalletAddress": null });
    let no_address = || of(nothing.clone());
    let not_yet = || not_found(NOT_YET);
    let wait = async |replies: &[Reply], polling| {
        let (meld, _) = meld(replies.to_vec()).await;
        let crypto = meld.v2026_02_03().crypto();
        let wait = tokio::spawn(async move { crypto.wait_for_deposit("s1", polling).await });
        wait.await.unwrap().unwrap()
    };
    let outcome = wait(&[not_yet(), no_address(), ready()], patient()).await;
    assert!(matches!(outcome, DepositOutcome::Ready(deposit, _) if deposit.address == "deposit"));
    assert_eq!(wait(&[not_yet()], short()).await, DepositOutcome::NotYetCreated);
    let outcome = wait(&[no_address()], short()).await;
    assert!(matches!(outcome, DepositOutcome::NoAddressYet(_)), "{outcome:?}");
    for status in ["CANCELLED", "SETTLING", "SETTLED"] {
        let over = of(json!({ "status": status }));
        assert!(matches!(wait(&[over], patient()).await, DepositOutcome::NothingToSend(_)));
    }
    let failing = of(json!({ "status": "ERROR" }));
    let outcome = wait(std::slice::from_ref(&failing), short()).await;
    assert!(matches!(outcome, DepositOutcome::NoAddressYet(_)), "not while it fails");
    let recovered = wait(&[failing, ready()], patient()).await;
    assert!(matches!(recovered, DepositOutcome::Ready(..)), "{recovered:?}");
    let buy = of(json!({ "transactionType": "CRYPTO_PURCHASE" }));
    assert!(matches!(wait(&[buy], patient()).await, DepositOutcome::NotASell(_)));
}
