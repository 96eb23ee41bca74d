//! The links to accounts, and their limits.

use reqwest::Method;
use serde_json::json;

use super::wallet::{ORDERS, Wallet, code, operation};
use crate::support::{assert_refused, header, text, with};

#[tokio::test]
async fn wrong_codes_lock_the_link() {
    let wallet = Wallet::start().await;
    let first = wallet.order(10.07).await;
    let submit = wallet.link(&first).await;
    wallet.act(&first, submit).await;
    for left in (1..5).rev() {
        let response = wallet.act(&first, code("000000")).await;
        assert_eq!(response["secondFactor"]["attemptsRemaining"], left);
    }
    assert_eq!(wallet.act(&first, code("000000")).await["failureCode"], "SECOND_FACTOR_EXHAUSTED");
    let second = wallet.order(10.02).await;
    let submit = wallet.link(&second).await;
    wallet.act(&second, submit).await;
    assert_eq!(wallet.act(&second, code("1")).await["failureCode"], "SECOND_FACTOR_LOCKED");
    let third = wallet.order(10.02).await;
    let submit = wallet.link(&third).await;
    assert_eq!(wallet.act(&third, submit).await["failureCode"], "SECOND_FACTOR_LOCKED");
    wallet.wait(24 * 3600);
    let fourth = wallet.order(10.02).await;
    let submit = wallet.link(&fourth).await;
    assert_eq!(wallet.act(&fourth, submit).await["nextStep"], "COLLECT_SECOND_FACTOR");
}

#[tokio::test]
async fn link_attempt_expires() {
    let wallet = Wallet::start().await;
    let order = wallet.order(10.01).await;
    wallet.act(&order, operation("PREPARE_ACCOUNT_AUTHORIZATION")).await;
    wallet.wait(901);
    let response = wallet.act(&order, operation("READ_SUBMISSION")).await;
    assert_eq!((&response["status"], &response["nextStep"]), (&json!("EXPIRED"), &json!("AUTHORIZE_ACCOUNT")));
    assert!(wallet.meld.sandbox.authorize_transfer(&text(&order["id"])).is_err());
    let again = wallet.step(&order, operation("PREPARE_ACCOUNT_AUTHORIZATION")).await;
    assert_eq!(again.1, "OPEN_HOSTED_VERIFICATION");
}

#[tokio::test]
async fn sends_are_limited_by_day_and_balance() {
    let wallet = Wallet::start().await;
    let first = wallet.order(600.0).await;
    let submit = wallet.link(&first).await;
    let vault = with(submit.clone(), json!({ "sourceAccountId": format!("vault-{}", wallet.customer) }));
    assert_eq!(wallet.act(&first, vault).await["code"], "PROVIDER_REJECTED");
    assert_eq!(wallet.act(&first, submit).await["status"], "SUBMITTED");
    let second = wallet.order(401.0).await;
    let submit = wallet.link(&second).await;
    assert_eq!(wallet.act(&second, submit.clone()).await["code"], "PROVIDER_REJECTED");
    wallet.wait(24 * 3600 + 1);
    let second = wallet.read(&second).await;
    assert_eq!(wallet.act(&second, submit).await["status"], "SUBMITTED");
}

#[tokio::test]
async fn unlink_is_confirmed_later_after_a_send() {
    let wallet = Wallet::start().await;
    let order = wallet.order(10.01).await;
    let submit = wallet.link(&order).await;
    wallet.act(&order, submit).await;
    for _ in 0..2 {
        let path = format!("{ORDERS}/account-links/COINBASEPAY?customerId={}", wallet.customer);
        let pending = wallet.meld.request(Method::DELETE, &path).send().await.unwrap();
        assert_eq!((pending.status().as_u16(), header(&pending, "retry-after")), (202, "1"));
    }
    let next = wallet.order(10.01).await;
    let refused = wallet.act(&next, operation("PREPARE_ACCOUNT_AUTHORIZATION")).await;
    assert_eq!(refused["failureCode"], "ACCOUNT_REVOCATION_PENDING", "{refused}");
    wallet.wait(1);
    assert_eq!(wallet.unlink(&wallet.customer).await.0, 204);
    let again = wallet.step(&next, operation("PREPARE_ACCOUNT_AUTHORIZATION")).await;
    assert_eq!(again.1, "OPEN_HOSTED_VERIFICATION");
}

#[tokio::test]
async fn account_is_unlinked() {
    let wallet = Wallet::start().await;
    let order = wallet.order(10.01).await;
    wallet.link(&order).await;
    assert_eq!(wallet.unlink(&wallet.customer).await.0, 204);
    assert_eq!(wallet.unlink(&wallet.customer).await.0, 204, "there is none");
    assert_eq!(wallet.read(&order).await["next"]["nextStep"], "AUTHORIZE_ACCOUNT");
    assert_refused(wallet.unlink("nobody").await, 400, "CUSTOMER_NOT_FOUND", "");
    let bare = wallet.meld.delete(&format!("{ORDERS}/account-links/COINBASEPAY")).await;
    assert_refused(bare, 400, "CUSTOMER_ID_REQUIRED", "[customerId]");
}
