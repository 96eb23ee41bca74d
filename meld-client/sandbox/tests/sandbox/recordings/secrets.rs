//! No file of a recording has a secret, whatever the traffic.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use meld_sandbox::{Filling, Operation, ParameterLocation, operations};
use meld_test_server::Server;
use serde_json::{Value, json};

use super::{api, files, recorder};
use crate::support::Meld;

/// The number of values of each operation, which have all members of unions together.
const SEEDS: u64 = 24;
/// The canaries of numbers and dates. Each one of a string has its own number.
const NUMBER: u64 = 918_273_645;
const DATE: &str = "1931-07-09";
const KEY: &str = "CANARYKEY";

/// Replaces the strings of a value with canaries, or only those of sensitive fields together with numbers and dates.
struct Poison {
    names: Option<BTreeSet<String>>,
    count: usize,
    poisoned: BTreeSet<String>,
}

impl Poison {
    fn canary(&mut self) -> String {
        self.count += 1;
        format!("CANARY{}", self.count)
    }

    /// Returns the names of sensitive fields in a value.
    fn found(&self, value: &Value) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    found.extend(self.names.iter().flatten().filter(|known| *known == name).cloned());
                    found.extend(self.found(field));
                }
            }
            Value::Array(items) => items.iter().for_each(|item| found.extend(self.found(item))),
            _ => {}
        }
        found
    }

    fn value(&mut self, name: &str, inside: bool, value: &mut Value) {
        let inside = inside || self.names.as_ref().is_none_or(|names| names.contains(name));
        match value {
            Value::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    self.value(name, inside, field);
                }
                self.poisoned.insert(name.to_owned());
                let canary = self.canary();
                fields.insert(format!("{canary}name"), json!(canary));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(name, inside, item)),
            _ if !inside => {}
            Value::String(text) => {
                self.poisoned.insert(name.to_owned());
                let is_date = self.names.is_some() && text.len() == 10 && text.get(4..5) == Some("-");
                *text = if is_date { DATE.to_owned() } else { self.canary() };
            }
            Value::Number(number) if self.names.is_some() => {
                self.poisoned.insert(name.to_owned());
                *number = NUMBER.into();
            }
            _ => {}
        }
    }
}

/// Returns the names of the fields that generated types redact.
fn sensitive_fields() -> BTreeSet<String> {
    fn collect(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    if field.get("isSensitive") == Some(&json!(true)) {
                        names.insert(name.clone());
                    }
                    collect(field, names);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    for version in ["v2023-12-19", "v2025-03-04", "v2026-02-03"] {
        let path = format!("{}/../{version}/interface.json", env!("CARGO_MANIFEST_DIR"));
        collect(&serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap(), &mut names);
    }
    names
}

/// Sends a poisoned request of an operation.
async fn send(meld: &Meld, operation: &Operation, seed: u64, poison: &mut Poison) {
    let example = operation.example_request(seed, Filling::Full).unwrap();
    let mut target = operation.path.clone();
    let mut separator = '?';
    for parameter in &operation.parameters {
        match parameter.location {
            ParameterLocation::Path => {
                target = target.replace(&format!("{{{}}}", parameter.name), &poison.canary());
            }
            ParameterLocation::Query => {
                target += &format!("{separator}{}={}", parameter.name, poison.canary());
                separator = '&';
            }
            ParameterLocation::Header => {}
        }
    }
    target += &format!("{separator}{}={}", poison.canary(), poison.canary());
    let mut request = meld.bare(operation.method.clone(), &target);
    for header in ["X-Idempotency-Key", "Meld-Passthrough-Key-Private", "X-Else", "Cookie"] {
        request = request.header(header, poison.canary());
    }
    request =
        request.header("Authorization", format!("BASIC {KEY}")).header("Meld-Version", operation.version.to_string());
    if let Some(mut body) = example.body {
        poison.value("", false, &mut body);
        request = request.json(&body);
    }
    assert_eq!(request.send().await.unwrap().headers()["x-mock-recorded"], "yes", "{target}");
}

/// Records all operations with poisoned requests and responses, and searches the files for canaries.
async fn record_all(mut poison: Poison) -> BTreeSet<String> {
    let body = Arc::new(Mutex::new(String::new()));
    let shared = Arc::clone(&body);
    let headers = "Content-Type: application/json\r\nX-Request-Id: CANARYID\r\nSet-Cookie: a=CANARYCOOKIE\r\n";
    let upstream = Server::with(move |_| meld_test_server::response("200 OK", headers, &*shared.lock().unwrap())).await;
    let folder = tempfile::tempdir().unwrap();
    let meld = recorder(&upstream.address, folder.path()).await;
    let all = operations().unwrap();
    let mut sent = 0;
    let seeds = if poison.names.is_some() { SEEDS } else { 1 };
    for operation in all {
        let mut seen = BTreeSet::new();
        for seed in 0..seeds {
            let response = operation.example_response(seed, "canary", Filling::Full).unwrap();
            let request = operation.example_request(seed, Filling::Full).unwrap().body;
            let found = [&response, &request].map(|it| poison.found(&it.clone().unwrap_or_default()));
            if !seen.insert(found) {
                continue;
            }
            let mut response = response.unwrap_or_else(|| json!({ "message": "" }));
            poison.value("", false, &mut response);
            *body.lock().unwrap() = response.to_string();
            send(&meld, operation, seed, &mut poison).await;
            sent += 1;
        }
    }
    let files = files(folder.path());
    assert_eq!(files.len(), sent);
    for (name, text) in files {
        for canary in ["CANARY", &NUMBER.to_string(), DATE] {
            assert!(!text.contains(canary) && !name.contains(canary), "{canary} in {name}: {text}");
        }
    }
    poison.poisoned
}

#[tokio::test]
async fn recording_has_no_string_of_a_field() {
    let poisoned = record_all(Poison { names: None, count: 0, poisoned: BTreeSet::new() }).await;
    assert!(poisoned.len() > 200, "{}", poisoned.len());
}

#[tokio::test]
async fn recording_has_no_sensitive_value() {
    let names = sensitive_fields();
    assert!(names.len() > 40, "{names:?}");
    let poisoned = record_all(Poison { names: Some(names.clone()), count: 0, poisoned: BTreeSet::new() }).await;
    let untested: Vec<&String> = names.difference(&poisoned).collect();
    assert_eq!(untested, [""; 0]);
}

#[tokio::test]
async fn recording_has_no_secret_of_an_error() {
    let error = json!({
        "code": "CANARY1", "message": format!("BASIC {KEY} of CANARY2 is wrong"), "errors": ["[CANARY3] CANARY4"],
        "requestId": "CANARY5", "timestamp": "CANARY6", "CANARY7": "CANARY8",
        "serviceProviderDetails": { "CANARY9": { "iban": "CANARY10" } },
    });
    let upstream = api("400 Bad Request", error).await;
    let folder = tempfile::tempdir().unwrap();
    let meld = recorder(&upstream.address, folder.path()).await;
    meld.post("/payments/crypto/quote", json!({ "sourceAmount": 12, "CANARY": "CANARY" })).await;
    let (name, text) = files(folder.path()).remove(0);
    assert_eq!(name, "00001-post-payments-crypto-quote.json");
    assert!(!text.contains("CANARY"), "{text}");
    let recorded: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(recorded["response"]["body"]["message"], "Text replaced by the recorder");
    assert_eq!(recorded["request"]["body"], json!({ "sourceAmount": 12 }));
}

#[tokio::test]
async fn body_that_is_not_json_is_a_length() {
    let upstream = Server::with(|_| meld_test_server::response("200 OK", "", "<html>CANARY</html>")).await;
    let folder = tempfile::tempdir().unwrap();
    let meld = recorder(&upstream.address, folder.path()).await;
    let request = meld.request(reqwest::Method::POST, "/payments/crypto/quote");
    request.header("Content-Type", "text/plain").body("CANARY").send().await.unwrap();
    let (_, text) = files(folder.path()).remove(0);
    let recorded: Value = serde_json::from_str(&text).unwrap();
    assert!(!text.contains("CANARY"));
    let meld = Meld::with(meld_sandbox::Sandbox::builder().replay(folder.path())).await;
    let request = meld.request(reqwest::Method::POST, "/payments/crypto/quote").body("other");
    let (status, body) = crate::support::read(request.send().await.unwrap()).await;
    assert_eq!(status, 501);
    assert!(body["message"].as_str().unwrap().contains("only its length is known: 19 bytes"), "{body}");
    assert_eq!((&recorded["request"]["bytes"], &recorded["response"]["bytes"]), (&json!(6), &json!(19)));
}

#[tokio::test]
async fn headers_are_forwarded_as_sent() {
    let upstream = api("200 OK", json!({})).await;
    let folder = tempfile::tempdir().unwrap();
    let meld = recorder(&upstream.address, folder.path()).await;
    let request = meld.bare(reqwest::Method::GET, "/institutions?name=a%20b");
    request.header("Authorization", "BASIC mine").header("X-Else", "1").send().await.unwrap();
    let head = upstream.request().head.to_ascii_lowercase();
    assert!(head.starts_with("get /institutions?name=a%20b "), "{head}");
    assert!(head.contains("authorization: basic mine") && head.contains("x-else: 1"), "{head}");
    assert!(!head.contains("user-agent") && !head.contains("accept-encoding"), "{head}");
}

#[tokio::test]
async fn recorded_responses_are_valid_by_the_spec() {
    let body = Arc::new(Mutex::new(String::new()));
    let shared = Arc::clone(&body);
    let upstream = Server::with(move |_| meld_test_server::response("200 OK", "", &*shared.lock().unwrap())).await;
    let folder = tempfile::tempdir().unwrap();
    let meld = recorder(&upstream.address, folder.path()).await;
    let mut poison = Poison { names: Some(BTreeSet::new()), count: 0, poisoned: BTreeSet::new() };
    let mut sent = Vec::new();
    for operation in operations().unwrap() {
        let Some(response) = operation.example_response(2, "valid", Filling::Full).unwrap() else { continue };
        *body.lock().unwrap() = response.to_string();
        send(&meld, operation, 2, &mut poison).await;
        sent.push(operation);
    }
    for (operation, (name, text)) in sent.into_iter().zip(files(folder.path())) {
        let recorded: Value = serde_json::from_str(&text).unwrap();
        let errors = operation.validate_response(&recorded["response"]["body"]).unwrap();
        assert!(errors.is_empty(), "{name} {}: {errors:?} {text}", operation.version);
    }
}
