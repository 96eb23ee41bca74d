//! Options of a client and of a single call.

use meld_client::uuid::Uuid;
use meld_client::v2026_02_03::network_partner::Client as NetworkPartner;
use meld_client::{Call, ErrorKind, Passthrough};

use crate::support::{PRIVATE, Server, clean, get, json, pay, response};

#[tokio::test]
async fn extra_headers_are_sent_and_call_wins() {
    let server = Server::start([json("{}")]).await;
    let meld = server.builder().header("X-Tenant", "acme").header("X-Region", "eu").build().unwrap();
    get(&meld).send().await.unwrap();
    get(&meld).with_header("X-Tenant", "other").with_header("X-Trace", "1").send().await.unwrap();
    let some = |value: &str| Some(value.to_owned());
    assert_eq!(server.sent("x-tenant"), [some("acme"), some("other")]);
    assert_eq!(server.sent("x-region"), [some("eu"), some("eu")]);
    assert_eq!(server.sent("x-trace"), [None, some("1")]);
}

#[tokio::test]
async fn reserved_headers_fail_before_sending() {
    let server = Server::start([json("{}")]).await;
    for (name, setting) in [
        ("Authorization", "`MeldBuilder::api_key`"),
        ("HOST", "`MeldBuilder::base_url`"),
        ("Content-Type", "for each request"),
        ("Content-Length", "for each request"),
        ("transfer-encoding", "for each request"),
        ("Meld-Version", "`Call::meld_version`"),
        ("X-Idempotency-Key", "`Call::idempotency_key`"),
        ("Meld-Account-Id", "`Call::with_account`"),
        ("Meld-Passthrough-Oauth", "`Call::with_passthrough`"),
    ] {
        let error = clean(pay(&server.meld()).with_header(name, PRIVATE).send().await.unwrap_err());
        assert_eq!(error.field(), Some(name.to_lowercase().as_str()));
        assert!(error.to_string().contains(setting), "{error}");
        assert!(matches!(error.kind(), ErrorKind::InvalidRequest { .. }) && !error.outcome_unknown());
        let error = clean(server.builder().header(name, PRIVATE).build().unwrap_err());
        assert!(error.to_string().starts_with("`header`: `"), "{error}");
    }
    for (name, field) in [("x-a", "x-a"), ("a b", "header")] {
        let error = clean(get(&server.meld()).with_header(name, "two\nlines").send().await.unwrap_err());
        assert_eq!(error.field(), Some(field));
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn extra_credentials_are_redacted() {
    let body = format!(r#"{{"code":"X","message":"wrong {PRIVATE}-one {PRIVATE}-two"}}"#);
    let server = Server::start([response("400 Bad Request", "", &body)]).await;
    let meld = server.builder().header("X-Gateway-Key", format!("{PRIVATE}-one")).build().unwrap();
    let call = get(&meld).with_header("X-Other-Secret", format!("{PRIVATE}-two"));
    let error = clean(call.send().await.unwrap_err());
    assert!(error.to_string().contains("wrong [redacted] [redacted]"), "{error}");
}

#[tokio::test]
async fn account_of_parameter_call_and_client() {
    let server = Server::start([json("[]")]).await;
    let meld = server.builder().account_id("client").build().unwrap();
    let partners = NetworkPartner::new(meld.transport().clone());
    partners.list_supported_partners().send().await.unwrap();
    partners.list_supported_partners().with_account("call").send().await.unwrap();
    partners.list_supported_partners().account_id("parameter").with_account("call").send().await.unwrap();
    let sent: Vec<_> = server.sent("meld-account-id").into_iter().flatten().collect();
    assert_eq!(sent, ["client", "call", "parameter"]);
    let error = clean(partners.list_supported_partners().with_account("a b").send().await.unwrap_err());
    assert_eq!(error.field(), Some("Meld-Account-Id"));

    // Other operations do not send it, as that of the client.
    let server = Server::start([json("{}")]).await;
    get(&server.meld()).with_account("call").send().await.unwrap();
    assert_eq!(server.sent("meld-account-id"), [None]);
}

#[tokio::test]
async fn passthrough_of_parameter_call_and_client() {
    let server = Server::start([json("{}")]).await;
    let meld = server.builder().passthrough(Passthrough::stripe("client", PRIVATE, "client")).build().unwrap();
    let own = || Passthrough::braintree(PRIVATE, "call");
    pay(&meld).with_passthrough(own()).send().await.unwrap();
    pay(&meld).with_passthrough(own()).passthrough_reference("parameter").send().await.unwrap();
    get(&meld).with_passthrough(own()).send().await.unwrap();
    let some = |value: &str| Some(value.to_owned());
    assert_eq!(server.sent("meld-passthrough-reference"), [some("call"), some("parameter"), None]);
    assert_eq!(server.sent("meld-passthrough-oauth"), [some(PRIVATE), None, None]);
    assert_eq!(server.sent("meld-passthrough-key-id"), [None, None, None]);
    for invalid in ["", "a b", "very-private\n", "ä"] {
        let call = pay(&meld).with_passthrough(Passthrough::square(invalid, "c"));
        assert_eq!(clean(call.send().await.unwrap_err()).field(), Some("Meld-Passthrough"));
    }
}

#[tokio::test]
async fn version_of_call_and_client() {
    let server = Server::start([json("{}")]).await;
    let meld = server.builder().meld_version("2026-05-01").build().unwrap();
    get(&meld).send().await.unwrap();
    get(&meld).meld_version("2026-04-01").send().await.unwrap();
    let sent: Vec<_> = server.sent("meld-version").into_iter().flatten().collect();
    assert_eq!(sent, ["2026-05-01", "2026-04-01"]);
    let error = server.builder().meld_version("soon").build().unwrap_err();
    assert_eq!(error.to_string(), "`meld_version`: must be a date such as `2026-05-01`");
}

#[tokio::test]
async fn idempotency_key_is_an_option_of_any_call() {
    fn keyed<C: Call>(call: C) -> C {
        call.idempotency_key(Uuid::from_u128(7))
    }
    let server = Server::start([json("{}")]).await;
    let response = keyed(pay(&server.meld())).send().await.unwrap();
    assert_eq!(response.idempotency_key(), Some(&*Uuid::from_u128(7).to_string()));
    assert!(keyed(pay(&server.meld())).into_request().unwrap().has_caller_idempotency_key());
    let parameter = keyed(pay(&server.meld())).idempotency_key(Uuid::from_u128(8));
    let request = parameter.into_request().unwrap();
    assert_eq!(request.idempotency_key(), Some(&*Uuid::from_u128(8).to_string()));
    let error = clean(keyed(get(&server.meld())).send().await.unwrap_err());
    assert_eq!(error.field(), Some("X-Idempotency-Key"));
    server.request();
}

#[tokio::test]
async fn options_are_kept_in_the_request() {
    let server = Server::start([json("{}")]).await;
    let call = pay(&server.meld()).with_header("X-Tenant", "acme").with_account("W9a").meld_version("2026-05-01");
    let request = call.with_passthrough(Passthrough::square(PRIVATE, "r")).into_request().unwrap();
    let options = request.options();
    assert_eq!((options.headers()["x-tenant"].to_str().unwrap(), options.account()), ("acme", Some("W9a")));
    assert_eq!(options.passthrough(), Some(&Passthrough::square(PRIVATE, "r")));
    assert!(!format!("{options:?}").contains(PRIVATE));
    server.meld().transport().send_ignoring_body(request.clone()).await.unwrap();
    server.meld().transport().send_ignoring_body(request).await.unwrap();
    let some = |value: &str| vec![Some(value.to_owned()); 2];
    assert_eq!(server.sent("x-tenant"), some("acme"));
    assert_eq!(server.sent("meld-version"), some("2026-05-01"));
    assert_eq!(server.sent("meld-passthrough-reference"), some("r"));
}
