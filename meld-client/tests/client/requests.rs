//! Requests on the wire.

use std::time::Duration;

use meld_client::v2026_02_03::network_partner::Client as NetworkPartner;
use meld_client::{Environment, Meld, Passthrough, reqwest};

use crate::support::{KEY, PRIVATE, Server, clean, get, json, pay, quote, response};

#[tokio::test]
async fn requests_have_key_version_and_user_agent() {
    let server = Server::start([json("{}")]).await;
    let meld = server.builder().user_agent("wallet/1.2").build().unwrap();
    quote(&meld).send().await.unwrap();
    let request = server.request();
    let agent = format!("meld-client/{} wallet/1.2", env!("CARGO_PKG_VERSION"));
    for (name, value) in [
        ("authorization", Some(format!("BASIC {KEY}"))),
        ("meld-version", Some("2026-02-03".to_owned())),
        ("accept", Some("application/json".to_owned())),
        ("content-type", Some("application/json".to_owned())),
        ("user-agent", Some(agent)),
        ("x-idempotency-key", None),
        ("meld-account-id", None),
    ] {
        assert_eq!(request.header(name).map(str::to_owned), value, "{name}");
    }
    assert_eq!(request.line(), "POST /payments/crypto/quote");
    assert!(request.body.contains(r#""sourceAmount":100.10"#), "{}", request.body);
    let behind = server.builder().base_url(format!("{}/prefix/", server.address)).build().unwrap();
    get(&behind).send().await.unwrap();
    assert_eq!(server.received()[1].line(), "GET /prefix/payments/transactions/a");
}

#[cfg(feature = "v2025-03-04")]
#[tokio::test]
async fn two_versions_share_a_client() {
    let server = Server::start([json("{}")]).await;
    let meld = server.meld();
    get(&meld).send().await.unwrap();
    meld.v2025_03_04().payments().get_transaction().id("a").send().await.unwrap();
    let old = meld_client::v2025_03_04::Api::new(meld.transport().clone());
    old.payments().get_transaction().id("a").send().await.unwrap();
    let versions: Vec<String> = server.sent("meld-version").into_iter().flatten().collect();
    assert_eq!(versions, ["2026-02-03", "2025-03-04", "2025-03-04"]);
}

#[tokio::test]
async fn network_partner_key_and_account_are_optional() {
    let list = async |meld: &Meld| {
        meld.v2026_02_03().network_partner().list_supported_partners().send().await.unwrap();
    };
    let server = Server::start([json("[]")]).await;
    let open = || Meld::builder().without_api_key().base_url(&server.address);
    list(&open().build().unwrap()).await;
    list(&open().account_id("W9a").build().unwrap()).await;
    list(&server.builder().build().unwrap()).await;
    list(&server.builder().account_id("W9a").build().unwrap()).await;
    let is_keyed: Vec<bool> = server.sent("authorization").iter().map(Option::is_some).collect();
    assert_eq!(is_keyed, [false, false, true, true]);
    let account = || Some("W9a".to_owned());
    assert_eq!(server.sent("meld-account-id"), [None, account(), None, account()]);

    // A call can override the account. Other families do not send it.
    let meld = server.builder().account_id("W9a").build().unwrap();
    let client = NetworkPartner::new(meld.transport().clone());
    client.list_supported_partners().account_id("W9b").send().await.unwrap();
    assert_eq!(server.received().last().unwrap().header("meld-account-id"), Some("W9b"));
    let server = Server::start([json("{}")]).await;
    get(&server.builder().account_id("W9a").build().unwrap()).send().await.unwrap();
    assert_eq!(server.request().header("meld-account-id"), None);
    let without = Meld::builder().without_api_key().environment(Environment::Sandbox).build().unwrap();
    let error = clean(get(&without).send().await.unwrap_err());
    assert!(error.to_string().contains("needs an API key"), "{error}");
    server.request();
}

#[tokio::test]
async fn passthrough_credentials_go_to_payments_only() {
    let names = ["oauth", "key-id", "key-private", "reference"];
    let sent = |server: &Server| -> Vec<&'static str> {
        let request = server.received().last().unwrap().clone();
        let name = |name: &&str| format!("meld-passthrough-{name}");
        names.into_iter().filter(|n| request.header(&name(n)).is_some()).collect()
    };
    let server = Server::start([json("{}")]).await;
    let meld = |passthrough| server.builder().passthrough(passthrough).build().unwrap();
    let stripe = meld(Passthrough::stripe("id", PRIVATE, "reference"));
    pay(&stripe).send().await.unwrap();
    assert_eq!(sent(&server), ["key-id", "key-private", "reference"]);
    let request = server.request();
    assert_eq!(request.header("meld-passthrough-key-private"), Some(PRIVATE));
    get(&stripe).send().await.unwrap();
    assert_eq!(sent(&server), [""; 0]);
    // Credentials of a call replace those of the client completely.
    pay(&stripe).passthrough_oauth("o").passthrough_reference("r").send().await.unwrap();
    assert_eq!(sent(&server), ["oauth", "reference"]);
    pay(&meld(Passthrough::square(PRIVATE, "r"))).send().await.unwrap();
    assert_eq!(sent(&server), ["key-private", "reference"]);
    assert!(!format!("{stripe:?} {:?}", server.builder()).contains(PRIVATE));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Server::start([json("{}")]).await;
    for status in ["301 x", "302 x", "303 x", "307 x", "308 x"] {
        let headers = format!("location: {}/secret?very-private\r\n", other.address);
        let server = Server::start([response(status, &headers, "")]).await;
        for error in [get(&server.meld()).send().await.unwrap_err(), pay(&server.meld()).send().await.unwrap_err()] {
            let line = clean(error).to_string();
            assert!(line.contains("a redirect to 127.0.0.1, which is not followed"), "{line}");
        }
    }
    assert!(other.received().is_empty());
}

/// The target of a redirect gets neither the key nor the body, whatever is configured.
#[tokio::test]
async fn redirects_cannot_be_configured() {
    let other = Server::start([json("{}")]).await;
    let headers = format!("location: {}/elsewhere\r\n", other.address);
    let server = Server::start([response("307 x", &headers, "")]).await;
    let meld = server
        .builder()
        .passthrough(Passthrough::square(PRIVATE, PRIVATE))
        .configure_http(|http| http.redirect(reqwest::redirect::Policy::limited(9)).referer(true))
        .build()
        .unwrap();
    let error = clean(pay(&meld).send().await.unwrap_err());
    assert_eq!(error.status().unwrap(), 307);
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn http_client_is_configured() {
    let server = Server::start([json("{}")]).await;
    let meld = server.builder().configure_http(|http| http.https_only(true)).build().unwrap();
    clean(get(&meld).send().await.unwrap_err());
    assert!(server.received().is_empty());
    let headers = meld_client::http::HeaderMap::from_iter([("x-tenant".parse().unwrap(), "a".parse().unwrap())]);
    let meld = server.builder().configure_http(move |http| http.default_headers(headers.clone()));
    get(&meld.build().unwrap()).send().await.unwrap();
    assert_eq!(server.request().header("x-tenant"), Some("a"));
}

/// A connection log would show every byte, with key and body.
#[tokio::test]
async fn connections_are_never_logged() {
    let server = Server::start([json("{}")]).await;
    let verbose = server.builder().configure_http(|http| http.connection_verbose(true));
    pay(&verbose.build().unwrap()).send().await.unwrap();
}

/// Returns the number of connections of three calls, with a pause before the third.
async fn connections(idle: Option<Duration>) -> usize {
    let server = Server::start([json("{}")]).await;
    let builder = server.builder();
    let builder = match idle {
        Some(idle) => builder.idle_timeout(idle),
        None => builder,
    };
    let meld = builder.build().unwrap();
    get(&meld).send().await.unwrap();
    get(&meld).send().await.unwrap();
    std::thread::sleep(Duration::from_millis(300));
    get(&meld).send().await.unwrap();
    server.connections()
}

#[tokio::test]
async fn idle_connections_are_closed() {
    assert_eq!(connections(None).await, 1);
    assert_eq!(connections(Some(Duration::from_millis(200))).await, 2);
    assert_eq!(connections(Some(Duration::ZERO)).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn thousand_concurrent_calls_succeed() {
    let server = Server::start([json(r#"{"transaction":{"id":"t"}}"#)]).await;
    let meld = server.builder().timeout(Duration::from_secs(120)).build().unwrap();
    let calls = (0..1000).map(|_| {
        let meld = meld.clone();
        tokio::spawn(
            async move { pay(&meld).send().await.map(|response| response.idempotency_key().unwrap().to_owned()) },
        )
    });
    let mut keys = std::collections::HashSet::new();
    for call in calls.collect::<Vec<_>>() {
        keys.insert(call.await.unwrap().unwrap());
    }
    assert_eq!((keys.len(), server.received().len()), (1000, 1000));
}

#[test]
fn client_is_small_clone_send_and_sync() {
    fn check<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    check::<Meld>();
    assert!(size_of::<Meld>() <= size_of::<usize>());
    fn is_send<T: Send>(_: &T) {}
    let meld = Meld::builder().api_key(KEY).base_url("http://localhost:1").build().unwrap();
    let call = get(&meld).send();
    is_send(&call);
    assert!(size_of_val(&call) < 1024, "{}", size_of_val(&call));
}
