//! The state that survives a restart.

use std::fs;
use std::path::Path;
use std::time::Duration;

use meld_sandbox::{Builder, Error, Fault, FaultRule, Outcome, Sandbox, StubResponse};
use reqwest::Method;
use serde_json::json;

use crate::support::{Meld, card, key, session, text, transfer_order};

fn builder(path: &Path) -> Builder {
    Sandbox::builder().state_file(path).transactions_per_account(3)
}

#[tokio::test]
async fn restarted_server_continues() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let meld = Meld::with(builder(&path)).await;
    let opened = text(&meld.create("/crypto/session/widget", session("one")).await["id"]);
    let transaction = meld.sandbox.complete_session(&opened, Outcome::Settled).unwrap();
    meld.sandbox.clock().advance(Duration::from_secs(40));
    let (connection, accounts) = meld.link("sam", &["BALANCES", "TRANSACTIONS"]).await;
    let target = format!("/bank-linking/accounts/{}", accounts[0]);
    let account = meld.read(&target).await;
    let profile = json!({ "name": "mine", "url": "http://127.0.0.1:9/hook" });
    meld.create("/notifications/webhooks", profile).await;
    let charge = meld.post_with_key("/payments/transactions", &key(1), card()).await;
    let customer = meld.verified_customer().await;
    let (_, order) =
        meld.headless(Method::POST, "/crypto/order/headless/transfer", transfer_order(&customer, "t", 1.0)).await;
    let next = meld.customer().await;
    let api_key = meld.sandbox.api_key().to_owned();
    let (now, count) = (meld.sandbox.clock().now(), meld.sandbox.requests_received());
    drop(meld);

    let meld = Meld::with(builder(&path)).await;
    assert_eq!(meld.sandbox.api_key(), api_key);
    assert!(meld.sandbox.clock().now() >= now);
    assert_eq!(meld.sandbox.requests_received(), count);
    let found = format!("/payments/transactions/{transaction}");
    assert_eq!(meld.read(&found).await["transaction"]["status"], "SETTLING");
    meld.sandbox.clock().advance(Duration::from_secs(60));
    assert_eq!(meld.read(&found).await["transaction"]["status"], "SETTLED");
    assert_eq!(meld.read(&target).await, account);
    assert_eq!(meld.read(&format!("/bank-linking/connections/{connection}")).await["status"], "ACTIVE");
    assert_eq!(meld.post_with_key("/payments/transactions", &key(1), card()).await, charge);
    assert_eq!(meld.sandbox.payments().len(), 1);
    assert_eq!(meld.sandbox.headless_orders().len(), usize::from(order.get("code").is_none()));
    assert_ne!(meld.create("/accounts/customers", json!({ "externalId": "new" })).await["id"], next.as_str());
}

#[tokio::test]
async fn killed_server_has_written_its_state() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    // Left by another program, and readable by all.
    fs::write(folder.path().join("state.json.tmp"), "").unwrap();
    let meld = Meld::with(builder(&path)).await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let id = meld.customer().await;
    for _ in 0..50 {
        if fs::read_to_string(&path).unwrap().contains(&id) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the customer is not in the file");
}

#[tokio::test]
async fn unusable_state_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    drop(builder(&path).start().await.unwrap());
    let start = async |seed: u64| match builder(&path).seed(seed).start().await {
        Err(Error::State { message, .. }) => message,
        other => panic!("{other:?}"),
    };
    let message = start(7).await;
    assert!(message.starts_with("it was written with the seed 0, not 7") && message.contains("set none"), "{message}");
    fs::write(&path, "{\n\"format\": x").unwrap();
    assert!(start(0).await.contains("line 2 column 11"));
    let nowhere = builder(&folder.path().join("none/state.json")).start().await;
    assert!(matches!(nowhere, Err(Error::State { .. })), "{nowhere:?}");
}

#[tokio::test]
async fn stubs_and_faults_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let quote = json!({
        "sourceAmount": 100, "sourceCurrencyCode": "USD", "destinationCurrencyCode": "BTC", "countryCode": "US",
    });
    let meld = Meld::with(builder(&path)).await;
    let stub = meld.sandbox.on("POST /payments/crypto/quote");
    stub.respond(json!({ "quotes": [] })).then(StubResponse::error("QUOTE_TIMEOUT")).add().unwrap();
    meld.sandbox.add_fault(FaultRule::new(Fault::Unavailable).operation("GET /institutions").nth(2)).unwrap();
    assert_eq!(meld.create("/payments/crypto/quote", quote.clone()).await, json!({ "quotes": [] }));
    meld.read("/institutions").await;
    drop(meld);

    let meld = Meld::with(builder(&path)).await;
    assert!(meld.sandbox.check_stubs().is_err());
    assert_eq!(meld.post("/payments/crypto/quote", quote).await.1["code"], "QUOTE_TIMEOUT");
    meld.sandbox.check_stubs().unwrap();
    assert_eq!(meld.get("/institutions").await.0, 503);
    assert_eq!(meld.sandbox.injected_faults()[&Fault::Unavailable], 1);
    meld.read("/institutions").await;
    drop(meld);

    let other = FaultRule::new(Fault::BadGateway).operation("GET /institutions");
    let meld = Meld::with(builder(&path).faults([other])).await;
    assert_eq!(meld.get("/institutions").await.0, 502);
}

#[tokio::test]
async fn restart_on_another_port_changes_urls() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let meld = Meld::with(builder(&path).seed(5)).await;
    let first = meld.sandbox.base_url().to_owned();
    let session = meld.create("/crypto/session/widget", session("one")).await;
    meld.create(
        "/notifications/webhooks",
        json!({ "name": "mine", "url": format!("http://127.0.0.1:9/?{first}0/hook") }),
    )
    .await;
    drop(meld);
    let kept = fs::read_to_string(&path).unwrap();
    let meld = Meld::with(builder(&path)).await;
    let now = meld.sandbox.base_url().to_owned();
    assert_ne!(now, first);
    let moved = fs::read_to_string(&path).unwrap();
    assert!(moved.contains(&now) && moved.contains(&format!("{first}0/hook")), "{moved}");
    assert_eq!(moved.matches(&format!("{first}/")).count(), 0, "{moved}");
    assert_eq!(kept.matches(&format!("{first}/")).count(), moved.matches(&format!("{now}/")).count());
    drop(session);
}

#[tokio::test]
async fn stub_of_another_spec_in_a_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let sandbox = builder(&path).start().await.unwrap();
    sandbox.add_fault(FaultRule::new(Fault::Unavailable).operation("GET /institutions")).unwrap();
    drop(sandbox);
    let text = fs::read_to_string(&path).unwrap().replace("GET /institutions", "GET /nowhere");
    fs::write(&path, text).unwrap();
    let error = builder(&path).start().await.unwrap_err();
    assert!(matches!(&error, Error::State { message, .. } if message.contains("GET /nowhere")), "{error}");
}
