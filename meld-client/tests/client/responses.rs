//! Metadata of successful responses.

use meld_client::outcome::Evidence;
use meld_client::prelude::*;
use meld_client::{ErrorKind, Idempotency, Method, Operation, Request};

use crate::support::{PRIVATE, Server, get, gzip, json, logged, quote, response};

#[tokio::test]
async fn status_version_and_request_id_are_readable() {
    let headers = "Meld-Version: 2025-03-04\r\nX-Request-Id: r-1\r\n";
    let server = Server::start([response("201 Created", headers, "{}")]).await;
    let meld = server.meld();
    for _ in 0..2 {
        let response = get(&meld).send().await.unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.version(), Some("2025-03-04"));
        assert_eq!(response.request_id(), Some("r-1"));
        assert_eq!(response.retries(), 0);
    }
}

/// A write that documents 200 without content beside 201 with a number.
static COUNT: Operation = Operation {
    family: "crypto",
    method: Method::Post,
    path: "/crypto/count",
    idempotency: Idempotency::NotIdempotent,
    success: &[200, 201],
    success_without_content: &[200],
    ..Operation::DEFAULT
};

#[tokio::test]
async fn documented_empty_success_is_a_result() {
    for (reply, expected) in [
        (response("200 OK", "", ""), Some(None)),
        (response("200 OK", "content-type: text/plain\r\n", " \r\n"), Some(None)),
        (response("201 Created", "", "7"), Some(Some(7))),
        (response("201 Created", "", ""), None),
    ] {
        let server = Server::start([reply]).await;
        let sent = server.meld().transport().send::<Option<i64>>(Request::new(&COUNT)).await;
        match (sent, expected) {
            (Ok(response), Some(expected)) => {
                assert_eq!(Evidence::of_result(&COUNT, response.status()), Evidence::Executed);
                assert_eq!(response.into_inner(), expected);
            }
            (Err(error), None) => assert!(matches!(error.kind(), ErrorKind::Decode { .. }) && error.outcome_unknown()),
            (sent, expected) => panic!("{sent:?} instead of {expected:?}"),
        }
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn body_is_readable_as_received() {
    let body = format!(r#"{{"transaction":{{"id":"a","amount":[7]}},"unknown":"{PRIVATE}"}}"#);
    let compressed = response("200 OK", "Content-Encoding: gzip\r\n", gzip(&body));
    let server = Server::start([json(body.clone()), compressed, json(body.clone()), json("null ")]).await;
    let meld = server.meld();
    for _ in 0..2 {
        let response = get(&meld).send().await.unwrap();
        assert_eq!(response.bytes(), &body);
        assert!(!format!("{response:?}").contains(PRIVATE));
        assert_eq!(response.clone().map(drop).bytes(), &body);
    }
    // Nobody decodes these.
    for expected in [&*body, "null "] {
        let request = get(&meld).into_request().unwrap();
        assert_eq!(meld.transport().send_ignoring_body(request).await.unwrap().bytes(), expected);
    }
}

#[tokio::test]
async fn another_served_version_is_logged_once() {
    // A version that no other test uses, because all tests share the log.
    let server = Server::start([response("200 OK", "Meld-Version: 2031-01-01\r\n", "{}")]).await;
    let meld = server.meld();
    for _ in 0..3 {
        get(&meld.clone()).send().await.unwrap();
        quote(&meld).send().await.unwrap();
    }
    let logged = logged().lock().unwrap();
    let lines = logged.lines().filter(|l| l.contains("meld_client::version") && l.contains("2031"));
    assert_eq!(lines.count(), 1);
}

#[tokio::test]
async fn quotes_are_ranked_by_score_then_amount() {
    let body = r#"{"quotes":[
        {"serviceProvider":"A","destinationAmount":0.9},
        {"serviceProvider":"B","destinationAmount":0.1,"rampIntelligence":{"rampScore":20}},
        {"serviceProvider":"C","destinationAmount":0.2,"rampIntelligence":{"rampScore":20.0}},
        {"serviceProvider":"D","destinationAmount":1.0,"rampIntelligence":{"rampScore":null}},
        {"serviceProvider":"E"},
        {"serviceProvider":"F","destinationAmount":0.1,"rampIntelligence":{"rampScore":70}}]}"#;
    let server = Server::start([json(body)]).await;
    let quotes = quote(&server.meld()).send().await.unwrap();
    let order: Vec<&str> = quotes.ranked().map(|quote| quote.service_provider.as_ref().unwrap().as_str()).collect();
    assert_eq!(order, ["F", "C", "B", "D", "A", "E"]);
    assert_eq!(quotes.best().unwrap().destination_amount, quotes.quotes[5].destination_amount);
}
