//! Faults on the wire, and the rules that inject them.
use std::time::{Duration, Instant};

use crate::support::{Meld, header, quote, read};
use meld_sandbox::{Fault, FaultRule, Sandbox};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn meld() -> Meld {
    let builder = Sandbox::builder().slow(Duration::from_millis(200)).examples_only(true);
    Meld::with(builder).await
}

fn request(meld: &Meld, fault: Fault) -> RequestBuilder {
    let request = meld.request(Method::POST, "/payments/crypto/quote");
    request.header("Sandbox-Fault", fault.name()).json(&quote())
}

async fn send(meld: &Meld, fault: Fault) -> Response {
    request(meld, fault).send().await.unwrap()
}

async fn body(meld: &Meld, fault: Fault) -> Value {
    let (status, body) = read(send(meld, fault).await).await;
    assert_eq!(status, 200);
    body
}

/// Returns all bytes until the connection ends, and the result of the last read.
async fn raw(meld: &Meld, fault: Fault) -> (String, std::io::Result<()>) {
    let address = meld.sandbox.base_url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let text = quote().to_string();
    let request = format!(
        "POST /payments/crypto/quote HTTP/1.1\r\nHost: {address}\r\nAuthorization: BASIC {}\r\n\
         Meld-Version: 2026-02-03\r\nSandbox-Fault: {fault}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{text}",
        meld.sandbox.api_key(),
        text.len(),
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let ended = stream.read_to_end(&mut bytes).await.map(|_| ());
    (String::from_utf8_lossy(&bytes).into_owned(), ended)
}

#[tokio::test]
async fn responses_without_error_body() {
    let meld = meld().await;
    for (fault, status, retry_after) in [
        (Fault::EmptyError, 500, ""),
        (Fault::TooEarly, 425, "2"),
        (Fault::EmptyBody, 200, ""),
        (Fault::Accepted, 202, "1"),
        (Fault::ProxyAuthentication, 407, ""),
        (Fault::Misdirected, 421, ""),
    ] {
        let response = send(&meld, fault).await;
        assert_eq!(response.status(), status, "{fault}");
        assert_eq!(header(&response, "retry-after"), retry_after, "{fault}");
        assert_eq!(response.text().await.unwrap(), "", "{fault}");
    }
    let response = send(&meld, Fault::HtmlErrorPage).await;
    assert_eq!((response.status().as_u16(), header(&response, "content-type")), (502, "text/html"));
    assert!(response.text().await.unwrap().starts_with("<html>"));
}

#[tokio::test]
async fn connection_faults_end_early() {
    let meld = meld().await;
    for fault in [Fault::ConnectionReset, Fault::ConnectionResetUnworked] {
        let (text, ended) = raw(&meld, fault).await;
        assert_eq!(text, "");
        assert_eq!(ended.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset, "{fault}");
        assert!(request(&meld, fault).send().await.is_err());
    }
    let (text, _) = raw(&meld, Fault::CutOff).await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    assert!(text.contains("quotes"), "the first half arrives: {text}");
    let response = send(&meld, Fault::CutOff).await;
    assert_eq!(response.status(), 200);
    assert!(response.text().await.is_err());
}

#[tokio::test]
async fn redirects_name_another_host() {
    let meld = meld().await;
    for (fault, status) in [(Fault::SeeOther, "303"), (Fault::TemporaryRedirect, "307")] {
        let (text, _) = raw(&meld, fault).await;
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{text}");
        assert!(text.contains("location: https://elsewhere.invalid/\r\n"), "{text}");
        assert!(text.ends_with("\r\n\r\n"), "{text}");
    }
    let response = send(&meld, Fault::UnknownEncoding).await;
    assert_eq!(header(&response, "content-encoding"), "utf-8");
}

#[tokio::test]
async fn slow_responses_are_late() {
    let meld = meld().await;
    for fault in [Fault::Slow, Fault::SlowDrip] {
        let started = Instant::now();
        assert!(body(&meld, fault).await["quotes"].is_array());
        assert!(started.elapsed() >= Duration::from_millis(150), "{fault}");
    }
    // The headers of a slow body are sent at once.
    let started = Instant::now();
    let response = send(&meld, Fault::SlowDrip).await;
    assert!(started.elapsed() < Duration::from_millis(150));
    drop(response);
}

#[tokio::test]
async fn whole_body_is_damaged() {
    let meld = meld().await;
    let text = send(&meld, Fault::MalformedJson).await.text().await.unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_err());
    assert!(text.starts_with("{\"quotes\""));

    let quote = body(&meld, Fault::NullValues).await["quotes"][0].clone();
    assert_eq!((&quote["serviceProvider"], &quote["sourceAmount"]), (&Value::Null, &Value::Null));
    assert!(quote.as_object().unwrap().contains_key("serviceProvider"));

    let quote = body(&meld, Fault::UnknownEnumValues).await["quotes"][0].clone();
    assert_eq!(quote["serviceProvider"], "VALUE_OF_TOMORROW");
    assert_eq!(quote["paymentMethodType"], "VALUE_OF_TOMORROW");

    let response_body = body(&meld, Fault::ExtraFields).await;
    assert!(response_body["fieldOfTomorrow"]["nested"].is_array());
    assert!(response_body["quotes"][0]["rampIntelligence"]["fieldOfTomorrow"].is_object());

    let request = meld.request(Method::DELETE, "/accounts/customers/1");
    let request = request.header("Sandbox-Fault", Fault::ExtraFields.name());
    let (_, deleted) = read(request.send().await.unwrap()).await;
    assert!(deleted["fieldOfTomorrow"].is_object());
    let providers = deleted["serviceProviderCustomersDeleted"].as_object().unwrap();
    assert!(!providers.contains_key("fieldOfTomorrow"), "a map gets no extra field");

    let quote = body(&meld, Fault::WrongScalars).await["quotes"][0].clone();
    assert!(quote["sourceAmount"].is_string() && quote["isNativeAvailable"].is_string());

    let text = send(&meld, Fault::ManyDecimals).await.text().await.unwrap();
    let (_, digits) = text.split_once("\"sourceAmount\":").unwrap();
    let digits = digits.split([',', '}']).next().unwrap();
    assert_eq!(digits.split_once('.').unwrap().1.len(), 20, "{digits}");
    assert!(serde_json::from_str::<Value>(&text).is_ok());
}

#[tokio::test]
async fn single_values_are_damaged() {
    let meld = meld().await;
    let bytes = send(&meld, Fault::InvalidUtf8).await.bytes().await.unwrap();
    let error = std::str::from_utf8(&bytes).unwrap_err();
    let (start, end) = bytes.split_at(error.valid_up_to());
    assert_eq!(end.first(), Some(&0xe9));
    let text = [start, b"x", &end[1..]].concat();
    assert!(serde_json::from_slice::<Value>(&text).is_ok(), "the rest is valid JSON");

    let text = send(&meld, Fault::NotANumber).await.text().await.unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_err());
    assert!(serde_json::from_str::<Value>(&text.replacen(":NaN", ":1", 1)).is_ok(), "{text}");

    let quote = body(&meld, Fault::OtherCurrency).await["quotes"][0].clone();
    for field in ["sourceCurrencyCode", "destinationCurrencyCode"] {
        assert!(["BTC", "ETH"].contains(&quote[field].as_str().unwrap()), "{quote}");
    }
}

#[tokio::test]
async fn key_faults_leak_the_key() {
    let meld = meld().await;
    let key = meld.sandbox.api_key();
    let response = send(&meld, Fault::KeyInHeaders).await;
    assert_eq!((header(&response, "x-request-id"), header(&response, "meld-version")), (key, key));
    let text = send(&meld, Fault::KeyInBody).await.text().await.unwrap();
    let escaped = format!("\\u{:04x}", key.as_bytes()[0]);
    assert!(text.contains(&escaped), "{text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    assert!(body["message"].as_str().unwrap().ends_with(key) && body[key] == key, "{body}");
}

#[tokio::test]
async fn requests_are_counted_once() {
    let meld = meld().await;
    for (count, fault) in [Fault::NoVersion, Fault::Conflict, Fault::InternalErrorAfterWork].into_iter().enumerate() {
        assert_eq!(meld.sandbox.requests_received(), count as u64);
        send(&meld, fault).await;
    }
    assert_eq!(meld.get("/no-such-path").await.0, 404);
    assert_eq!(meld.sandbox.requests_received(), 4);
}

#[tokio::test]
async fn every_fault_is_available_by_header() {
    let meld = meld().await;
    for &fault in Fault::ALL {
        let _ = request(&meld, fault).send().await;
    }
    assert_eq!(meld.sandbox.injected_faults().len(), Fault::ALL.len());
    let request = meld.request(Method::GET, "/institutions").header("Sandbox-Fault", "no-such");
    assert_eq!(request.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn rule_applies_by_operation_and_count() {
    let rules = [
        FaultRule::new(Fault::Conflict).operation("crypto-quote-get").nth(2),
        FaultRule::new(Fault::NotSupported).operation("/network-partner/*"),
    ];
    let meld = Meld::with(Sandbox::builder().faults(rules)).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(meld.post("/payments/crypto/quote", quote()).await.0.as_u16());
    }
    assert_eq!(statuses, [200, 409, 200]);
    assert_eq!(meld.get("/network-partner/supported/partners").await.0, 501);
    assert_eq!(meld.get("/institutions").await.0, 200);
    meld.sandbox.clear_faults();
    assert_eq!(meld.get("/network-partner/supported/partners").await.0, 200);
    assert_eq!(meld.sandbox.injected_faults()[&Fault::Conflict], 1);
}

#[tokio::test]
async fn probability_is_seeded() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let rule = FaultRule::new(Fault::InternalError).probability(0.3);
        let meld = Meld::with(Sandbox::builder().seed(seed).faults([rule])).await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(meld.get("/notifications/webhooks/event-types").await.0.as_u16());
        }
        let failed = statuses.iter().filter(|status| **status == 500).count();
        assert!((4..24).contains(&failed), "{failed}");
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test]
async fn impossible_rules_are_refused() {
    let meld = meld().await;
    let rule = || FaultRule::new(Fault::Conflict);
    for (rule, says) in [
        (rule().operation("mispelled"), "`mispelled`, which matches no operation"),
        (rule().operation("crypto-quote-gett"), "the nearest are crypto-quote-get,"),
        (rule().operation("/payments/crypto/quotes"), "/payments/crypto/quote,"),
        (rule().operation("crypto-*-none"), "matches no operation"),
        (rule().nth(0), "counted from 1"),
        (rule().probability(7.5), "`probability` is 7.5; expected 0 to 1"),
        (rule().probability(-0.1), "expected 0 to 1"),
        (rule().probability(f64::NAN), "expected 0 to 1"),
    ] {
        let error = meld.sandbox.add_fault(rule.clone()).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        let error = Sandbox::builder().faults([rule]).start().await.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    for rule in [rule().probability(0.0), rule().probability(1.0), rule().operation("*").nth(1)] {
        meld.sandbox.add_fault(rule).unwrap();
    }
}

#[test]
fn rules_are_read_from_json_and_toml() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (json, toml) = (folder.join("faults.json"), folder.join("faults.toml"));
    let text = r#"{"faults": [{"fault": "slow", "operation": "crypto-*", "probability": 0.5}]}"#;
    std::fs::write(&json, text).unwrap();
    let text = "[[faults]]\nfault = \"slow\"\noperation = \"crypto-*\"\nprobability = 0.5\n";
    std::fs::write(&toml, text).unwrap();
    let expected = [FaultRule::new(Fault::Slow).operation("crypto-*").probability(0.5)];
    assert_eq!(FaultRule::read(&json).unwrap(), expected);
    assert_eq!(FaultRule::read(&toml).unwrap(), expected);
    std::fs::write(&json, r#"{"faults": [{"fault": "slow", "nth": 0}]}"#).unwrap();
    let error = FaultRule::read(&json).unwrap_err().to_string();
    assert!(error.contains("faults.json") && error.contains("counted from 1"), "{error}");
    std::fs::write(&json, r#"{"faults": [{"fault": "no-such"}]}"#).unwrap();
    assert!(FaultRule::read(&json).unwrap_err().to_string().contains("no-such"));
}

#[tokio::test]
async fn every_documented_code_can_be_sent() {
    let operations = meld_sandbox::operations().unwrap();
    let quotes = operations.iter().filter(|it| it.path == "/payments/crypto/quote");
    let quote_operation = quotes.max_by_key(|it| it.version).unwrap();
    assert!(quote_operation.error_codes.len() > 10);
    for (status, code) in &quote_operation.error_codes {
        let meld = meld().await;
        meld.sandbox.add_fault(FaultRule::error_code(code)).unwrap();
        let request = meld.request(Method::POST, "/payments/crypto/quote").json(&quote());
        let (found, body) = read(request.send().await.unwrap()).await;
        assert_eq!((found, &body["code"]), (*status, &json!(code)));
    }
}

#[tokio::test]
async fn undocumented_codes_are_refused() {
    let meld = meld().await;
    let error = meld.sandbox.add_fault(FaultRule::error_code("QUOTE_TIMEOUTS")).unwrap_err();
    assert!(error.to_string().contains("the nearest are QUOTE_TIMEOUT"), "{error}");
}
