//! Transfers from the account of a customer at a provider.

mod links;
mod wallet;

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{assert_refused, header, key, read, text, transfer_order, with};
use wallet::{ORDERS, Wallet, code, operation};

#[tokio::test]
async fn transfer_settles_step_by_step() {
    let wallet = Wallet::start().await;
    let order = wallet.order(10.01).await;
    assert_eq!((&order["status"], &order["next"]["nextStep"]), (&json!("CREATED"), &json!("AUTHORIZE_ACCOUNT")));
    let prepared = wallet.act(&order, operation("PREPARE_ACCOUNT_AUTHORIZATION")).await;
    assert_eq!(prepared["nextStep"], "OPEN_HOSTED_VERIFICATION");
    assert_eq!(wallet.meld.open(&prepared["verification"]["url"]).await, 200);
    let url = wallet.meld.sandbox.authorize_transfer(&text(&order["id"])).unwrap();
    assert!(url.starts_with("https://app.example.com/coinbase/return?transferAuthorization=RETURNED&orderId="));
    let submit = wallet.link(&order).await;
    assert_eq!(wallet.simulate(&order).await.0, 409, "nothing was sent");
    assert_eq!(wallet.step(&order, submit).await, ("SUBMITTED".to_owned(), "WAIT_FOR_PROVIDER".to_owned()));
    assert_eq!(wallet.read(&order).await["status"], "PENDING");
    let (_, simulated) = wallet.simulate(&order).await;
    wallet.wait(3);
    let found = wallet.read(&order).await;
    assert_eq!((&found["status"], &found["transactionId"]), (&json!("SETTLED"), &simulated["transactionId"]));
    let done = wallet.act(&order, operation("READ_SUBMISSION")).await;
    assert_eq!((&done["status"], &done["transfer"]["amount"]), (&json!("SUCCEEDED"), &json!(10.01)));
    // The account stays linked for the next order.
    let next = wallet.order(10.01).await;
    let prepared = wallet.step(&next, operation("PREPARE_ACCOUNT_AUTHORIZATION")).await;
    assert_eq!(prepared, ("READY".to_owned(), "SELECT_SOURCE_ACCOUNT".to_owned()));
}

#[tokio::test]
async fn transfer_order_rules_are_enforced() {
    let wallet = Wallet::start().await;
    let used = wallet.order(10.01).await;
    for (changes, status, code) in [
        (json!({ "customerId": null }), 400, "CUSTOMER_ID_REQUIRED"),
        (json!({ "customerId": "nobody" }), 400, "CUSTOMER_NOT_FOUND"),
        (json!({ "countryCode": "FR" }), 400, "TRANSFER_JURISDICTION_UNSUPPORTED"),
        (json!({ "networkCode": "ETH" }), 400, "INVALID_CRYPTO_CURRENCY"),
        (json!({ "amount": 1e13 }), 400, "INVALID_AMOUNT"),
        (json!({ "destinationWalletAddress": "a b" }), 400, "CRYPTO_INVALID_DESTINATION_WALLET"),
        (json!({ "redirectUrl": "http://example.com" }), 400, "INVALID_REDIRECT_URL"),
        (json!({ "redirectUrl": "https://me@example.com" }), 400, "INVALID_REDIRECT_URL"),
        (json!({ "externalOrderId": used["externalOrderId"] }), 400, "EXTERNAL_ORDER_ID_NOT_UNIQUE"),
        (json!({ "externalOrderId": null }), 400, "BAD_REQUEST"),
    ] {
        let body = with(transfer_order(&wallet.customer, "new", 10.01), changes);
        assert_refused(wallet.meld.post_with_key(ORDERS, &wallet.key(), body).await, status, code, "");
    }
    let body = transfer_order(&wallet.customer, "new", 10.01);
    assert_refused(wallet.meld.post(ORDERS, body).await, 400, "IDEMPOTENCY_KEY_REQUIRED", "");
    assert_refused(wallet.meld.get(&format!("{ORDERS}/none")).await, 404, "NOT_FOUND", "");
}

#[tokio::test]
async fn transfer_orders_are_limited_to_10_an_hour() {
    let wallet = Wallet::start().await;
    for _ in 0..10 {
        wallet.order(10.01).await;
    }
    let body = transfer_order(&wallet.customer, "eleven", 10.01);
    let refused = wallet.meld.post_with_key(ORDERS, &wallet.key(), body).await;
    assert_refused(refused, 429, "TRANSFER_RATE_LIMITED", "");
    wallet.wait(3601);
    wallet.order(10.01).await;
}

#[tokio::test]
async fn transfer_key_replays_with_new_token() {
    let wallet = Wallet::start().await;
    let body = transfer_order(&wallet.customer, "one", 10.01);
    let (_, first) = wallet.meld.post_with_key(ORDERS, &key(900), body.clone()).await;
    let (status, second) = wallet.meld.post_with_key(ORDERS, &key(900), body.clone()).await;
    assert_eq!((status.as_u16(), &second["id"]), (200, &first["id"]));
    assert_ne!(first["actionToken"], second["actionToken"]);
    let other = with(body.clone(), json!({ "amount": 20.01 }));
    let refused = wallet.meld.post_with_key(ORDERS, &key(900), other).await;
    assert_refused(refused, 409, "IDEMPOTENCY_KEY_CONFLICT", "");
    let body = with(body, json!({ "externalOrderId": "two" }));
    let request = wallet.meld.request(Method::POST, ORDERS).header("X-Idempotency-Key", key(901));
    let slow = request.header("Sandbox-Fault", "slow").json(&body).send();
    let (_, running) = tokio::join!(slow, async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        wallet.meld.keyed(ORDERS, &key(901), &body).await
    });
    assert_eq!((running.status().as_u16(), header(&running, "retry-after")), (425, "2"));
    assert_eq!(running.text().await.unwrap(), "");
}

#[tokio::test]
async fn action_requires_bearer_token_only() {
    let wallet = Wallet::start().await;
    let order = wallet.order(10.01).await;
    let endpoint = text(&order["paymentActions"]["endpoint"]);
    let bearer = format!("Bearer {}", text(&order["actionToken"]));
    let key = wallet.meld.authorization();
    let other = wallet.order(10.01).await;
    let others = format!("Bearer {}", text(&other["actionToken"]));
    for (sent, status) in
        [(vec![&bearer], 200), (vec![&bearer, &key], 401), (vec![&key], 401), (vec![&others], 401), (vec![], 401)]
    {
        let body = json!({ "version": 1, "operation": "READ_SUBMISSION" });
        let mut request = wallet.meld.bare(Method::POST, &endpoint).json(&body);
        for value in sent {
            request = request.header("Authorization", value);
        }
        let (found, body) = read(request.send().await.unwrap()).await;
        assert_eq!(found, status, "{body}");
        if status == 401 {
            assert_eq!(body, json!({ "version": 1, "code": "AUTHORIZATION_REQUIRED" }));
        }
    }
}

#[tokio::test]
async fn action_token_expires() {
    let wallet = Wallet::start().await;
    let old = wallet.order(10.01).await;
    let status = async |order: &Value| wallet.send(order, None, operation("READ_SUBMISSION")).await.status().as_u16();
    let new = wallet.read(&old).await;
    wallet.wait(119);
    assert_eq!((status(&old).await, status(&new).await), (200, 200));
    wallet.wait(2);
    assert_eq!((status(&old).await, status(&new).await), (401, 200));
    wallet.wait(1800);
    assert_eq!(status(&new).await, 401);
    assert_eq!(status(&wallet.read(&old).await).await, 200);
}

#[tokio::test]
async fn action_form_is_checked() {
    let wallet = Wallet::start().await;
    let order = wallet.order(10.01).await;
    let key = Some("00000000-0000-4000-8000-999999999999");
    for (key, action) in [
        (None, operation("PREPARE_ACCOUNT_AUTHORIZATION")),
        (key, operation("READ_SUBMISSION")),
        (key, operation("LIST_SOURCE_ACCOUNTS")),
        (key, json!({ "operation": "PREPARE_ACCOUNT_AUTHORIZATION", "version": 2 })),
        (key, json!({ "operation": "PREPARE_ACCOUNT_AUTHORIZATION", "more": 1 })),
        (key, operation("COMPLETE_ACCOUNT_AUTHORIZATION")),
        (key, code("not ok")),
        (key, operation("OTHER")),
    ] {
        let response = wallet.send(&order, key, action.clone()).await;
        let refused = (reqwest::StatusCode::BAD_REQUEST, json!({ "version": 1, "code": "INVALID_REQUEST" }));
        assert_eq!(read(response).await, refused, "{action}");
    }
    let early = json!({ "operation": "SUBMIT_TRANSFER", "sourceAccountId": "a" });
    assert_eq!(wallet.act(&order, early).await["code"], "ORDER_STATE_CHANGED");
    wallet.act(&order, operation("PREPARE_ACCOUNT_AUTHORIZATION")).await;
    let wrong = json!({ "operation": "COMPLETE_ACCOUNT_AUTHORIZATION", "authorizationHandle": "other" });
    assert_eq!(wallet.act(&order, wrong).await["code"], "STATE_NOT_FOUND");
}

#[tokio::test]
async fn transfer_is_sent_once() {
    let wallet = Wallet::start().await;
    let order = wallet.order(10.01).await;
    let submit = wallet.link(&order).await;
    let first = read(wallet.send(&order, Some(&key(800)), submit.clone()).await).await;
    let second = read(wallet.send(&order, Some(&key(800)), submit.clone()).await).await;
    assert_eq!(first, second);
    let vault = with(submit.clone(), json!({ "sourceAccountId": format!("vault-{}", wallet.customer) }));
    for (key, action) in [(key(801), submit), (key(800), vault)] {
        let (status, body) = read(wallet.send(&order, Some(&key), action).await).await;
        assert_eq!((status.as_u16(), &body["code"]), (409, &json!("REQUEST_CONFLICT")));
    }
    let found = wallet.meld.read(&format!("/payments/transactions?customerIds={}", wallet.customer)).await;
    assert_eq!(found["totalCount"], 1);
}

#[tokio::test]
async fn action_in_flight_returns_425() {
    let wallet = Wallet::start().await;
    let order = wallet.order(10.01).await;
    let submit = wallet.link(&order).await;
    let body = with(json!({ "version": 1 }), submit.clone());
    let token = format!("Bearer {}", text(&order["actionToken"]));
    let endpoint = text(&order["paymentActions"]["endpoint"]);
    let slow = wallet.meld.bare(Method::POST, &endpoint).header("Authorization", token).json(&body);
    let slow = slow.header("X-Idempotency-Key", key(800)).header("Sandbox-Fault", "slow").send();
    let (first, running) = tokio::join!(slow, async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        wallet.send(&order, Some(&key(800)), submit.clone()).await
    });
    assert_eq!((running.status().as_u16(), header(&running, "retry-after")), (425, "2"));
    assert_eq!(read(running).await.1, json!({ "version": 1, "code": "OPERATION_IN_FLIGHT" }));
    let again = wallet.send(&order, Some(&key(800)), submit).await;
    assert_eq!(read(again).await, read(first.unwrap()).await);
}

#[tokio::test]
async fn amount_selects_the_case() {
    for (amount, status, next, failure) in [
        (10.04, "FAILED", "START_NEW_ORDER", "PROVIDER_DECLINED"),
        (10.05, "FAILED", "AUTHORIZE_ACCOUNT", "ACCOUNT_AUTHORIZATION_DECLINED"),
        (10.06, "FAILED", "AUTHORIZE_ACCOUNT", "ACCOUNT_AUTHORIZATION_UNUSABLE"),
    ] {
        let wallet = Wallet::start().await;
        let order = wallet.order(amount).await;
        let response = if amount < 10.045 {
            let submit = wallet.link(&order).await;
            wallet.act(&order, submit).await
        } else {
            wallet.act(&order, operation("PREPARE_ACCOUNT_AUTHORIZATION")).await;
            let url = wallet.meld.sandbox.authorize_transfer(&text(&order["id"])).unwrap();
            assert_eq!(url.contains("DECLINED"), failure.ends_with("DECLINED"));
            let handle = url.split("handle=").nth(1).unwrap_or("none");
            let complete = json!({ "operation": "COMPLETE_ACCOUNT_AUTHORIZATION", "authorizationHandle": handle });
            wallet.act(&order, complete).await
        };
        let found = (&response["status"], &response["nextStep"], &response["failureCode"]);
        assert_eq!(found, (&json!(status), &json!(next), &json!(failure)));
        assert!(wallet.meld.read("/payments/transactions").await["transactions"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn unknown_outcome_is_read_later() {
    let wallet = Wallet::start().await;
    let order = wallet.order(10.03).await;
    let submit = wallet.link(&order).await;
    let (status, response) = read(wallet.send(&order, Some(&key(800)), submit).await).await;
    let found = (status.as_u16(), &response["status"], &response["nextStep"]);
    assert_eq!(found, (503, &json!("UNKNOWN"), &json!("WAIT_FOR_PROVIDER")));
    assert_refused(wallet.simulate(&order).await, 409, "TRANSFER_IN_PROGRESS", "");
    assert_refused(wallet.unlink(&wallet.customer).await, 409, "TRANSFER_IN_PROGRESS", "");
    assert_eq!(wallet.act(&order, operation("READ_SUBMISSION")).await["status"], "UNKNOWN");
    wallet.wait(121);
    assert_eq!(wallet.act(&order, operation("READ_SUBMISSION")).await["status"], "SUBMITTED");
    assert_eq!(wallet.simulate(&order).await.0, 200);
}

#[tokio::test]
async fn second_factor_is_collected() {
    let wallet = Wallet::start().await;
    let order = wallet.order(10.02).await;
    let submit = wallet.link(&order).await;
    let asked = wallet.act(&order, submit).await;
    let found = (&asked["nextStep"], &asked["secondFactor"]["attemptsRemaining"]);
    assert_eq!(found, (&json!("COLLECT_SECOND_FACTOR"), &json!(5)));
    let wrong = wallet.act(&order, code("111111")).await;
    assert_eq!(wrong["secondFactor"]["attemptsRemaining"], 4);
    assert_eq!(wallet.act(&order, code("000000")).await["status"], "SUBMITTED");

    let late = wallet.order(10.02).await;
    let submit = wallet.link(&late).await;
    wallet.act(&late, submit).await;
    wallet.wait(301);
    assert_eq!(wallet.act(&late, code("000000")).await["failureCode"], "SECOND_FACTOR_EXPIRED");
    assert_eq!(wallet.read(&late).await["status"], "CANCELLED");
}
