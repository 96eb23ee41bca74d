//! Responses that tests set, and the requests that the server received.

use meld_sandbox::{Error, Fault, Sandbox, StubBuilder, StubResponse};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Meld, assert_refused, quote, read, with};

const QUOTE: &str = "/payments/crypto/quote";
const CREATE_QUOTE: &str = "POST /payments/crypto/quote";

fn quotes(provider: &str) -> Value {
    json!({ "quotes": [{ "serviceProvider": provider, "destinationAmount": 0.01 }] })
}

async fn provider(meld: &Meld, changes: Value) -> Value {
    let body = meld.create(QUOTE, with(quote(), changes)).await;
    body["quotes"][0]["serviceProvider"].clone()
}

#[tokio::test]
async fn stub_replaces_response() {
    let meld = Meld::start().await;
    let stub = meld.sandbox.on(CREATE_QUOTE).respond(quotes("TRANSAK")).add().unwrap();
    for _ in 0..2 {
        assert_eq!(meld.create(QUOTE, quote()).await, quotes("TRANSAK"));
    }
    assert_eq!(stub.calls(), 2);
    let invalid = with(quote(), json!({ "sourceAmount": null }));
    assert_refused(meld.post(QUOTE, invalid).await, 400, "BAD_REQUEST", "sourceAmount");
    let without_key = meld.bare(Method::POST, QUOTE).json(&quote()).send().await.unwrap();
    assert_eq!(without_key.status(), 401);
    meld.sandbox.check_stubs().unwrap();
    meld.sandbox.clear_stubs();
    assert_ne!(meld.create(QUOTE, quote()).await, quotes("TRANSAK"));
}

#[tokio::test]
async fn responses_are_given_in_order() {
    let meld = Meld::start().await;
    let stub = meld.sandbox.on("crypto-quote-get").respond(quotes("STRIPE")).times(2);
    let stub = stub.then(StubResponse::error("QUOTE_TIMEOUT")).then(StubResponse::fault(Fault::Unavailable));
    let stub = stub.then(StubResponse::json(418, json!("teapot")).header("x-cache", "hit"));
    stub.add().unwrap();
    let mut found = Vec::new();
    for _ in 0..6 {
        let (status, body) = meld.post(QUOTE, quote()).await;
        found.push((status.as_u16(), body["code"].as_str().unwrap_or_default().to_owned()));
    }
    let expected = [(200, ""), (200, ""), (408, "QUOTE_TIMEOUT"), (503, "UNKNOWN"), (418, ""), (418, "")];
    assert_eq!(found, expected.map(|(status, code)| (status, code.to_owned())));
    let response = meld.request(Method::POST, QUOTE).json(&quote()).send().await.unwrap();
    assert_eq!(response.headers()["x-cache"], "hit");
    assert_eq!(meld.sandbox.injected_faults()[&Fault::Unavailable], 1);
}

#[tokio::test]
async fn body_query_and_path_select_stubs() {
    let meld = Meld::start().await;
    let on = |fields: Value, name: &str| {
        meld.sandbox.on(CREATE_QUOTE).body(fields).respond(quotes(name)).add().unwrap();
    };
    on(json!({ "destinationCurrencyCode": "ETH" }), "BANXA");
    on(json!({ "sourceAmount": 300.0, "serviceProviders": ["PAYBIS"] }), "PAYBIS");
    assert_eq!(provider(&meld, json!({ "destinationCurrencyCode": "ETH" })).await, "BANXA");
    let three = json!({ "sourceAmount": 300, "serviceProviders": ["PAYBIS"] });
    assert_eq!(provider(&meld, three).await, "PAYBIS");
    assert!(!provider(&meld, json!({ "serviceProviders": ["TOPPER"] })).await.is_null());
    let on = meld.sandbox.on("/payments/transactions");
    on.query("statuses", "SETTLED").respond_json(200, json!({ "mine": true })).add().unwrap();
    assert_eq!(meld.read("/payments/transactions?statuses=SETTLED").await["mine"], true);
    assert!(meld.read("/payments/transactions?statuses=FAILED").await.get("mine").is_none());
    let on = meld.sandbox.on("GET /payments/transactions/{id}");
    on.path("id", "abc").respond_json(200, json!({ "mine": true })).add().unwrap();
    assert_eq!(meld.read("/payments/transactions/abc").await["mine"], true);
    assert_eq!(meld.get("/payments/transactions/abd").await.0, 404);
}

#[tokio::test]
async fn nth_selects_one_call() {
    let meld = Meld::start().await;
    meld.sandbox.on(CREATE_QUOTE).nth(2).respond(quotes("SARDINE")).add().unwrap();
    assert_ne!(provider(&meld, json!({})).await, "SARDINE");
    assert_eq!(meld.sandbox.check_stubs().unwrap_err().unused.len(), 1);
    assert_eq!(provider(&meld, json!({})).await, "SARDINE");
    assert_ne!(provider(&meld, json!({})).await, "SARDINE");
    meld.sandbox.check_stubs().unwrap();
}

#[tokio::test]
async fn unmet_stubs_are_listed() {
    let meld = Meld::start().await;
    let fields = json!({ "sourceAmount": 100 });
    meld.sandbox.on(CREATE_QUOTE).body(fields).respond(quotes("TOPPER")).times(2).add().unwrap();
    meld.sandbox.on("/institutions").respond_json(200, json!([])).add().unwrap();
    meld.create(QUOTE, quote()).await;
    meld.create(QUOTE, with(quote(), json!({ "sourceAmount": 100 }))).await;
    let unmet = meld.sandbox.check_stubs().unwrap_err();
    assert_eq!(unmet.unused.len(), 2);
    assert_eq!(
        unmet.to_string(),
        "2 unused stubs and 1 unexpected calls\n\
         - unused stub: POST /payments/crypto/quote, body with sourceAmount: 1 of 2 calls\n\
         - unused stub: /institutions: 0 of 1 calls\n\
         - unexpected call: POST /payments/crypto/quote: `/sourceAmount` of the body differs"
    );
    for _ in 0..2 {
        meld.create(QUOTE, with(quote(), json!({ "sourceAmount": 100 }))).await;
    }
    let unmet = meld.sandbox.check_stubs().unwrap_err();
    assert!(unmet.unexpected[1].contains("all 2 responses are used"), "{unmet}");
}

#[tokio::test]
async fn only_stubs_refuses_other_calls() {
    let meld = Meld::with(Sandbox::builder().only_stubs(true)).await;
    meld.sandbox.on(CREATE_QUOTE).respond(quotes("TRANSAK")).times(1).add().unwrap();
    meld.create(QUOTE, quote()).await;
    assert_refused(meld.post(QUOTE, quote()).await, 501, "NOT_SUPPORTED", "No stub takes the call");
    assert_refused(meld.get("/institutions").await, 501, "NOT_SUPPORTED", "only stubs");
    let unmet = meld.sandbox.check_stubs().unwrap_err();
    let expected =
        ["POST /payments/crypto/quote: all 1 responses are used", "GET /institutions: no stub takes the call"];
    assert_eq!((unmet.unused.len(), unmet.unexpected), (0, expected.map(str::to_owned).to_vec()));
}

#[tokio::test]
async fn impossible_stubs_are_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let on = || sandbox.on(CREATE_QUOTE);
    let respond = |stub: StubBuilder<'_>| stub.respond_json(200, Value::Null).add();
    for (added, says) in [
        (respond(sandbox.on("crypto-quote-gett")), "the nearest are crypto-quote-get,"),
        (respond(sandbox.on("PUT /payments/crypto/quote")), "POST /payments/crypto/quote"),
        (respond(on().nth(0)), "counted from 1"),
        (respond(on().probability(1.5)), "expected 0 to 1"),
        (respond(on().query("limt", 1)), "`limt` is not a parameter"),
        (respond(sandbox.on("/payments/transactions").query("statusses", 1)), "the nearest are statuses"),
        (respond(sandbox.on("GET /institutions").body(json!({}))), "no body to match"),
        (respond(on().body(json!({ "sourceCurrency": "USD" }))), "the nearest are sourceCurrencyCode,"),
        (on().add(), "no response"),
        (on().times(1).add(), "`times` follows"),
        (on().respond(json!({})).times(0).add(), "`times` is 0"),
        (on().respond(json!({ "quotes": 1 })).add(), "not conform to the spec: [quotes]"),
        (on().respond_json(99, Value::Null).add(), "expected 200 to 599"),
        (on().then(StubResponse::error("QUOTE_TIMEOUTS")).add(), "the nearest are QUOTE_TIMEOUT"),
        (on().then(StubResponse::fault(Fault::Slow).header("a b", "")).add(), "`a b` is not a header"),
    ] {
        let Err(Error::Stub(message)) = added else { panic!("{says}: {added:?}") };
        assert!(message.contains(says), "{message}");
    }
}

#[tokio::test]
async fn requests_are_logged_without_secrets() {
    let meld = Meld::start().await;
    meld.post_with_key(QUOTE, "my-key", quote()).await;
    meld.get("/payments/transactions?statuses=SETTLED&limit=1").await;
    read(meld.bare(Method::GET, "/no/such/path").send().await.unwrap()).await;
    let requests = meld.sandbox.requests();
    let summary: Vec<_> = requests.iter().map(|it| (it.method.as_str(), it.path.as_str(), it.status)).collect();
    let expected =
        [("POST", QUOTE, Some(200)), ("GET", "/payments/transactions", Some(200)), ("GET", "/no/such/path", Some(404))];
    assert_eq!(summary, expected);
    assert_eq!(requests[0].operation.as_deref(), Some("crypto-quote-get"));
    assert_eq!(requests[0].body, quote());
    assert_eq!(requests[0].header("authorization"), Some("[redacted]"));
    assert_eq!(requests[0].header("x-idempotency-key"), Some("my-key"));
    assert_eq!(requests[1].query("statuses"), Some("SETTLED"));
    assert_eq!(requests[2].operation, None);
    assert!(!format!("{requests:?}").contains("USD"));
}
