//! Transfers from linked accounts, with every documented response of the action endpoint.

use meld_client::headless::{
    Acted, SourceAccount, Transfer, TransferFailure, TransferNextStep, TransferReturn, TransferStep,
    UnlinkAccountOutcome,
};
use meld_client::v2026_02_03::crypto::Client;
use meld_client::v2026_02_03::crypto::types::{TransferOrder, TransferOrderRequest, builder};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, Error, ExposeSecret};
use serde_json::{Value, json};

use crate::support::{KEY, PRIVATE, Reply, Server, clean, json as success, polling, response};

const ACTIONS: &str = "POST /crypto/order/headless/transfer/COINBASEPAY/W1/actions";
const ORDER: &str = "GET /crypto/order/headless/transfer/W1";

fn order(token: &str, next: Value) -> String {
    let order = json!({
        "id": "W1", "serviceProvider": "COINBASEPAY", "status": "CREATED", "next": next,
        "actionToken": format!("{PRIVATE}-{token}"), "actionTokenExpiresAt": "2026-10-07T18:30:00Z",
        "paymentActions": { "version": 1, "endpoint": "/crypto/order/headless/transfer/COINBASEPAY/W1/actions" },
    });
    order.to_string()
}

fn at(step: &str) -> Value {
    json!({ "version": 1, "status": "PENDING", "nextStep": step })
}

fn refused(status: &str, code: &str) -> Reply {
    response(status, "", json!({ "version": 1, "code": code }).to_string())
}

/// Starts a server, and a transfer at a step.
async fn transfer(next: Value, replies: Vec<Reply>) -> (Transfer<Client>, Server) {
    let server = Server::start(replies).await;
    let order: TransferOrder = serde_json::from_str(&order("one", next)).unwrap();
    let transfer = server.meld().v2026_02_03().crypto().transfer(order).unwrap().with_polling(polling(400));
    (transfer, server)
}

async fn prepare(transfer: &mut Transfer<Client>) -> Result<Acted, Error> {
    let TransferStep::AuthorizeAccount(step) = transfer.step() else { panic!("{transfer:?}") };
    step.prepare().await
}

async fn submit(transfer: &mut Transfer<Client>) -> Result<Acted, Error> {
    let TransferStep::SelectSourceAccount(step) = transfer.step() else { panic!("{transfer:?}") };
    let account = step.accounts()[0].clone();
    step.submit(&account).await
}

fn with_accounts() -> Value {
    json!({ "version": 1, "status": "READY", "nextStep": "SELECT_SOURCE_ACCOUNT", "sourceAccounts": [
        { "id": "a1", "displayName": "USDC", "currencyCode": "USDC", "availableAmount": 25.5, "eligible": true },
        { "id": "a2", "eligible": false },
    ] })
}

fn bodies(server: &Server) -> Vec<Value> {
    let received = server.received();
    let actions = received.iter().filter(|request| request.line() == ACTIONS);
    actions.map(|request| serde_json::from_str(&request.body).unwrap()).collect()
}

#[tokio::test]
async fn transfer_goes_from_link_to_completion() {
    let page = json!({ "version": 1, "status": "VERIFICATION_REQUIRED", "nextStep": "OPEN_HOSTED_VERIFICATION",
        "verification": { "url": format!("https://a.example/{PRIVATE}"), "expiresAt": "2026-10-07T18:15:00Z" } });
    let factor = json!({ "version": 1, "status": "VERIFICATION_REQUIRED", "nextStep": "COLLECT_SECOND_FACTOR",
        "secondFactor": { "attemptsRemaining": 5, "expiresAt": "2026-10-07T18:20:00Z" } });
    let done = json!({ "version": 1, "status": "SUCCEEDED", "nextStep": "COMPLETE",
        "transfer": { "amount": 10.01, "currencyCode": "USDC", "networkCode": "BASE", "transactionId": "T1" } });
    let replies = [page, at("SELECT_SOURCE_ACCOUNT"), with_accounts(), factor, at("WAIT_FOR_PROVIDER"), done];
    let replies = replies.iter().map(|state| success(state.to_string())).collect();
    let (mut transfer, server) = transfer(at("AUTHORIZE_ACCOUNT"), replies).await;

    assert!(matches!(prepare(&mut transfer).await, Ok(Acted::Done)));
    assert!(!format!("{:?}", transfer.state()).contains(PRIVATE));
    let TransferStep::OpenHostedVerification(step) = transfer.step() else { panic!("{transfer:?}") };
    assert!(step.page().unwrap().url.expose_secret().starts_with("https://a.example/"));
    let url = format!("myapp://x?transferAuthorization=RETURNED&orderId=W1&handle={PRIVATE}");
    assert!(matches!(step.complete(&TransferReturn::from_url(&url).unwrap()).await, Ok(Acted::Done)));
    let TransferStep::SelectSourceAccount(step) = transfer.step() else { panic!("{transfer:?}") };
    assert!(matches!(step.list().await, Ok(Acted::Done)));
    assert!(matches!(submit(&mut transfer).await, Ok(Acted::Done)));
    let TransferStep::CollectSecondFactor(step) = transfer.step() else { panic!("{transfer:?}") };
    assert_eq!(step.second_factor().unwrap().attempts_remaining, Some(5));
    assert!(matches!(step.submit("000000").await, Ok(Acted::Done)));
    let TransferStep::WaitForProvider(step) = transfer.step() else { panic!("{transfer:?}") };
    step.wait(polling(400)).await.unwrap();
    let TransferStep::Complete(Some(sent)) = transfer.step() else { panic!("{transfer:?}") };
    assert_eq!(sent.amount.unwrap().to_string(), "10.01 USDC");
    assert_eq!(transfer.transaction_id(), Some("T1"));
    check_protocol(&server);
}

/// Checks operations, fields, keys and credentials of a whole transfer.
fn check_protocol(server: &Server) {
    let expected = [
        json!({ "version": 1, "operation": "PREPARE_ACCOUNT_AUTHORIZATION" }),
        json!({ "version": 1, "operation": "COMPLETE_ACCOUNT_AUTHORIZATION", "authorizationHandle": PRIVATE }),
        json!({ "version": 1, "operation": "LIST_SOURCE_ACCOUNTS" }),
        json!({ "version": 1, "operation": "SUBMIT_TRANSFER", "sourceAccountId": "a1" }),
        json!({ "version": 1, "operation": "SUBMIT_SECOND_FACTOR", "secondFactorCode": "000000" }),
        json!({ "version": 1, "operation": "READ_SUBMISSION" }),
    ];
    assert_eq!(bodies(server), expected);
    let has_key: Vec<bool> = server.sent("x-idempotency-key").iter().map(Option::is_some).collect();
    assert_eq!(has_key, [true, true, false, true, true, false]);
    for request in server.received() {
        let credentials: Vec<&str> = request
            .headers()
            .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"))
            .map(|(_, it)| it)
            .collect();
        assert_eq!(credentials, [format!("Bearer {PRIVATE}-one")]);
        assert!(!request.head.contains(KEY));
    }
}

#[tokio::test]
async fn expired_token_is_replaced_and_the_key_kept() {
    let replies = vec![
        refused("401 Unauthorized", "AUTHORIZATION_REQUIRED"),
        success(order("two", with_accounts())),
        success(at("WAIT_FOR_PROVIDER").to_string()),
    ];
    let (mut transfer, server) = transfer(with_accounts(), replies).await;
    assert!(matches!(submit(&mut transfer).await, Ok(Acted::Done)));
    assert_eq!(server.lines(), [ACTIONS, ORDER, ACTIONS]);
    let credentials = server.sent("authorization");
    let expected = [format!("Bearer {PRIVATE}-one"), format!("BASIC {KEY}"), format!("Bearer {PRIVATE}-two")];
    assert!(credentials.iter().flatten().eq(expected.iter()));
    let keys = server.sent("x-idempotency-key");
    assert!(keys[0].is_some() && keys[0] == keys[2] && keys[1].is_none());

    // A second refusal is an error.
    let replies = vec![
        refused("401 Unauthorized", "AUTHORIZATION_REQUIRED"),
        success(order("two", with_accounts())),
        refused("401 Unauthorized", "AUTHORIZATION_REQUIRED"),
    ];
    let (mut transfer, _server) = self::transfer(with_accounts(), replies).await;
    clean(submit(&mut transfer).await.unwrap_err());
}

#[tokio::test]
async fn actions_in_flight_are_sent_with_their_key() {
    let replies = vec![
        refused("425 Too Early", "OPERATION_IN_FLIGHT"),
        response("425 Too Early", "Retry-After: 0\r\n", ""),
        refused("429 Too Many Requests", "PROVIDER_RATE_LIMITED"),
        refused("502 Bad Gateway", "PROVIDER_UNAVAILABLE"),
        success(at("OPEN_HOSTED_VERIFICATION").to_string()),
    ];
    let (mut transfer, server) = transfer(at("AUTHORIZE_ACCOUNT"), replies).await;
    assert!(matches!(prepare(&mut transfer).await, Ok(Acted::Done)));
    let keys = server.sent("x-idempotency-key");
    assert!(keys.len() == 5 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");

    let (mut transfer, _server) =
        self::transfer(at("AUTHORIZE_ACCOUNT"), vec![refused("425 Too Early", "OPERATION_IN_FLIGHT")]).await;
    assert!(matches!(prepare(&mut transfer).await, Ok(Acted::InFlight)));
}

#[tokio::test]
async fn refused_actions_read_the_order() {
    for (status, code) in [
        ("404 Not Found", "STATE_NOT_FOUND"),
        ("409 Conflict", "REQUEST_CONFLICT"),
        ("409 Conflict", "ORDER_STATE_CHANGED"),
        ("409 Conflict", "CONCURRENT_STATE_CHANGE"),
        ("422 Unprocessable Content", "PROVIDER_REJECTED"),
        ("502 Bad Gateway", "INVALID_PROVIDER_RESPONSE"),
        ("403 Forbidden", "BRAND_NEW"),
    ] {
        let ended = json!({ "status": "FAILED", "nextStep": "START_NEW_ORDER", "failureCode": "PROVIDER_DECLINED" });
        let replies = vec![refused(status, code), success(order("two", ended))];
        let (mut transfer, server) = transfer(with_accounts(), replies).await;
        let acted = submit(&mut transfer).await.unwrap();
        let Acted::Refused(error) = acted else { panic!("{code} {acted:?}") };
        assert_eq!(clean(error).code().unwrap().as_str(), code);
        assert_eq!(server.lines(), [ACTIONS, ORDER], "{code}");
        let TransferStep::StartNewOrder(reason) = transfer.step() else { panic!("{transfer:?}") };
        assert_eq!(reason, Some(TransferFailure::ProviderDeclined));
    }
    let (mut transfer, server) = transfer(with_accounts(), vec![refused("400 Bad Request", "INVALID_REQUEST")]).await;
    clean(submit(&mut transfer).await.unwrap_err());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn unknown_submission_is_read_and_never_repeated() {
    let unknown = json!({ "version": 1, "status": "UNKNOWN", "nextStep": "WAIT_FOR_PROVIDER" }).to_string();
    let gateway = response("503 Service Unavailable", "", "<html>");
    for first in [
        response("503 Service Unavailable", "", &unknown),
        gateway,
        response("500 Internal Server Error", "", ""),
        response("403 Forbidden", "", "<html>"),
        Reply::Break(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec()),
        success("<html>"),
    ] {
        let is_state = matches!(&first, Reply::Bytes(bytes) if bytes.ends_with(unknown.as_bytes()));
        let mut replies = vec![first];
        let reading = response("503 Service Unavailable", "", &unknown);
        replies.extend((!is_state).then_some(reading.clone()));
        replies.extend([reading, success(at("COMPLETE").to_string())]);
        let (mut transfer, server) = transfer(with_accounts(), replies).await;
        assert!(matches!(submit(&mut transfer).await, Ok(Acted::OutcomeUnknown)));
        let TransferStep::WaitForProvider(step) = transfer.step() else { panic!("{transfer:?}") };
        assert!(step.is_outcome_unknown());
        step.wait(polling(400)).await.unwrap();
        assert_eq!(transfer.next_step(), Some(TransferNextStep::Complete));
        let operations: Vec<Value> = bodies(&server).iter().map(|body| body["operation"].clone()).collect();
        assert_eq!(operations[0], "SUBMIT_TRANSFER");
        assert!(operations[1..].iter().all(|operation| operation == "READ_SUBMISSION"), "{operations:?}");
    }
}

#[tokio::test]
async fn unreadable_submission_still_waits() {
    let (mut transfer, server) = transfer(with_accounts(), vec![response("500 Internal Server Error", "", "")]).await;
    assert!(matches!(submit(&mut transfer).await, Ok(Acted::OutcomeUnknown)));
    assert_eq!(transfer.next_step(), Some(TransferNextStep::WaitForProvider));
    let submissions = bodies(&server).iter().filter(|body| body["operation"] == "SUBMIT_TRANSFER").count();
    assert_eq!(submissions, 1);
}

#[tokio::test]
async fn submission_key_survives_a_restart() {
    let mut keys = Vec::new();
    for _ in 0..2 {
        let replies = vec![success(order("one", with_accounts())), success(at("WAIT_FOR_PROVIDER").to_string())];
        let server = Server::start(replies).await;
        let crypto = server.meld().v2026_02_03().crypto();
        let mut transfer = crypto.resume_transfer("W1").await.unwrap().with_polling(polling(400));
        assert!(matches!(submit(&mut transfer).await, Ok(Acted::Done)));
        keys.push(server.sent("x-idempotency-key")[1].clone());
    }
    assert!(keys[0].is_some() && keys[0] == keys[1], "{keys:?}");
}

#[tokio::test]
async fn invalid_actions_are_not_sent() {
    let (mut transfer, server) = transfer(with_accounts(), vec![success("{}")]).await;
    let TransferStep::SelectSourceAccount(step) = transfer.step() else { panic!("{transfer:?}") };
    let ineligible: SourceAccount = step.accounts()[1].clone();
    assert_eq!(step.submit(&ineligible).await.unwrap_err().field(), Some("sourceAccountId"));

    let (mut transfer, _server) = self::transfer(at("COLLECT_SECOND_FACTOR"), vec![success("{}")]).await;
    for code in ["", "12 34", "a-b", &"1".repeat(33)] {
        let TransferStep::CollectSecondFactor(step) = transfer.step() else { panic!("{transfer:?}") };
        assert_eq!(clean(step.submit(code).await.unwrap_err()).field(), Some("secondFactorCode"));
    }
    let (mut transfer, _server) = self::transfer(at("OPEN_HOSTED_VERIFICATION"), vec![success("{}")]).await;
    let other = TransferReturn::from_url("myapp://x?transferAuthorization=RETURNED&orderId=W2&handle=h").unwrap();
    let TransferStep::OpenHostedVerification(step) = transfer.step() else { panic!("{transfer:?}") };
    assert_eq!(step.complete(&other).await.unwrap_err().field(), Some("orderId"));
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn unknown_steps_and_declines_read_the_order() {
    let replies = vec![success(order("two", at("AUTHORIZE_ACCOUNT")))];
    let (mut transfer, _server) = transfer(at("BRAND_NEW"), replies.clone()).await;
    let TransferStep::ReadOrder(step) = transfer.step() else { panic!("{transfer:?}") };
    step.reload().await.unwrap();
    assert_eq!(transfer.next_step(), Some(TransferNextStep::AuthorizeAccount));

    let (mut transfer, server) = self::transfer(at("OPEN_HOSTED_VERIFICATION"), replies).await;
    let declined = TransferReturn::from_url("myapp://x?transferAuthorization=DECLINED&orderId=W1").unwrap();
    let TransferStep::OpenHostedVerification(step) = transfer.step() else { panic!("{transfer:?}") };
    assert!(matches!(step.complete(&declined).await, Ok(Acted::Done)));
    assert_eq!(server.lines(), [ORDER]);
}

#[tokio::test]
async fn token_goes_to_no_other_endpoint() {
    let foreign = order("one", at("AUTHORIZE_ACCOUNT")).replace("/W1/actions", "/W1/else");
    let without_token = order("one", at("AUTHORIZE_ACCOUNT")).replace("actionToken\"", "x\"");
    let meld = meld_client::Meld::builder().api_key("key").base_url("http://localhost:1").build().unwrap();
    for (text, field) in [(foreign, "paymentActions.endpoint"), (without_token, "actionToken")] {
        let order: TransferOrder = serde_json::from_str(&text).unwrap();
        assert!(!format!("{order:?}").contains(PRIVATE));
        let refused = meld.v2026_02_03().crypto().transfer(order).unwrap_err();
        assert_eq!(clean(refused).field(), Some(field));
    }
}

fn request() -> builder::TransferOrderRequest {
    TransferOrderRequest::builder()
        .customer_id("c1")
        .external_order_id("transfer-1")
        .service_provider("COINBASEPAY")
        .currency_code("USDC_BASE")
        .network_code("BASE")
        .amount(Decimal::new(1001, 2))
        .destination_wallet_address("0x9C5f")
        .country_code("US")
        .redirect_url("https://app.example/return")
}

#[tokio::test]
async fn orders_are_idempotent_and_handed_on() {
    let body = order("one", at("AUTHORIZE_ACCOUNT"));
    let early = response("425 Too Early", "Retry-After: 0\r\n", "");
    let server = Server::start([early, response("201 Created", "", &body)]).await;
    let crypto = server.meld().v2026_02_03().crypto();
    let order = crypto.order_transfer(request()).idempotent().unwrap();
    let payload = order.finish(polling(400)).await.unwrap().completed().unwrap();
    assert_eq!(serde_json::to_string(&*payload).unwrap(), body);
    let keys = server.sent("x-idempotency-key");
    assert!(keys.iter().flatten().all(|key| *key == order.key().idempotency_key().to_string()) && keys.len() == 2);
    let transfer = crypto.transfer(payload.into_inner().into_response()).unwrap();
    assert_eq!((transfer.order_id(), transfer.next_step()), ("W1", Some(TransferNextStep::AuthorizeAccount)));

    // A first refusal is certain, although the key is required.
    let server = Server::start([refused("403 Forbidden", "TRANSFER_NOT_ENABLED")]).await;
    let order = server.meld().v2026_02_03().crypto().order_transfer(request()).idempotent().unwrap();
    assert!(order.send().await.is_err());
    let abroad = server.meld().v2026_02_03().crypto().order_transfer(request().country_code("DE"));
    assert_eq!(abroad.idempotent().unwrap_err().field(), Some("countryCode"));
}

#[tokio::test]
async fn unlinking_is_repeated_until_confirmed() {
    use UnlinkAccountOutcome::{NotYetConfirmed, Removed, TransferInProgress};
    let accepted = || response("202 Accepted", "", "");
    for (replies, outcome) in [
        (vec![response("204 No Content", "", "")], Removed),
        (vec![accepted(), accepted(), response("204 No Content", "", "")], Removed),
        (vec![accepted()], NotYetConfirmed),
        (vec![response("409 Conflict", "", r#"{"code":"TRANSFER_IN_PROGRESS"}"#)], TransferInProgress),
    ] {
        let server = Server::start(replies).await;
        let crypto = server.meld().v2026_02_03().crypto();
        assert_eq!(crypto.unlink_account("COINBASEPAY", "c1", polling(400)).await.unwrap(), outcome);
        let line = "DELETE /crypto/order/headless/transfer/account-links/COINBASEPAY?customerId=c1";
        assert_eq!(server.lines()[0], line);
    }
    let server = Server::start([response("400 Bad Request", "", r#"{"code":"CUSTOMER_NOT_FOUND"}"#)]).await;
    let crypto = server.meld().v2026_02_03().crypto();
    assert!(crypto.unlink_account("COINBASEPAY", "c1", polling(400)).await.is_err());
}
