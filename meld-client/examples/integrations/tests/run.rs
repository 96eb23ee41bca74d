//! Runs the examples with the mock server.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "run/postgres.rs"]
mod postgres;

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use meld_sandbox::Sandbox;
use meld_test_server::{Received, Server, response};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

/// The longest time for a start or a delivery.
const WITHIN: Duration = Duration::from_secs(30);

/// A mock server with a webhook profile.
struct Meld {
    sandbox: Sandbox,
    client: Client,
    profile: (String, String),
}

impl Meld {
    async fn start(url: &str) -> Self {
        let sandbox = Sandbox::start().await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        let mut meld = Self { sandbox, client, profile: Default::default() };
        let profile = json!({ "name": "mine", "url": url, "eventTypes": ["CUSTOMER_KYC_STATUS_CHANGE"] });
        let created = meld.post("/notifications/webhooks").json(&profile).send().await.unwrap();
        let created: Value = created.error_for_status().unwrap().json().await.unwrap();
        meld.profile = ["id", "secret"].map(|name| created[name].as_str().unwrap().to_owned()).into();
        meld
    }

    fn post(&self, path: &str) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.sandbox.base_url()));
        let key = format!("BASIC {}", self.sandbox.api_key());
        request.header("Authorization", key).header("Meld-Version", "2026-02-03")
    }

    /// Lets the mock server deliver a test event.
    async fn deliver(&self) {
        let tested = self.post(&format!("/notifications/webhooks/{}/test", self.profile.0)).send().await.unwrap();
        tested.error_for_status().unwrap();
    }
}

/// A running program, until it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Fails if the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(program: &str, variables: &[(&str, &str)]) -> Running {
    let mut command = Command::new(program);
    command.env_remove("MELD_API_KEY").envs(variables.iter().copied()).stdin(Stdio::null());
    Running(command.spawn().unwrap())
}

/// Waits until the mock server has delivered an event.
async fn wait_for_delivery(sandbox: &Sandbox) {
    let started = Instant::now();
    while !sandbox.webhook_deliveries().iter().any(|delivery| delivery.failure.is_none()) {
        assert!(started.elapsed() < WITHIN, "{:?}", sandbox.webhook_deliveries());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn actix_accepts_events_of_the_mock_server() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let url = format!("http://{address}/webhooks");
    let meld = Meld::start(&url).await;
    let program = env!("CARGO_BIN_EXE_webhooks_actix");
    let variables = [("MELD_WEBHOOK_SECRET", meld.profile.1.as_str()), ("LISTEN", &address)];
    let _running = start(program, &variables);
    let started = Instant::now();
    while tokio::net::TcpStream::connect(&address).await.is_err() {
        assert!(started.elapsed() < WITHIN, "the example does not start");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    meld.deliver().await;
    wait_for_delivery(&meld.sandbox).await;
    let unsigned = meld.client.post(&url).body("{}").send().await.unwrap();
    assert_eq!(unsigned.status(), 401);
}

/// Returns a request as a function URL passes it to a function.
fn invocation(request: &Received) -> String {
    let headers: serde_json::Map<String, Value> =
        request.headers().map(|(name, value)| (name.to_ascii_lowercase(), json!(value))).collect();
    let event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/webhooks", "rawQueryString": "",
        "headers": headers, "body": request.body, "isBase64Encoded": false,
        "requestContext": {
            "accountId": "1", "apiId": "1", "requestId": "1", "routeKey": "$default", "stage": "$default",
            "time": "29/Nov/2026:00:00:00 +0000", "timeEpoch": 1, "domainName": "x.lambda-url.eu-west-1.on.aws",
            "http": {
                "method": "POST", "path": "/webhooks", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7",
                "userAgent": "meld",
            },
        },
    });
    event.to_string()
}

/// Invokes the function once by the runtime API of Lambda, and returns its response.
fn invoke(event: String, meld: &Meld, url: &str) -> Value {
    let (sender, responses) = mpsc::channel();
    let mut events = vec![event].into_iter();
    let runtime = Server::in_thread(move |request| {
        if request.target().ends_with("/invocation/next") {
            let headers = "lambda-runtime-aws-request-id: 1\r\nlambda-runtime-deadline-ms: 9999999999999\r\n\
                           lambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:1:function:x\r\n";
            return match events.next() {
                Some(event) => response("200 OK", headers, event),
                None => response("500 x", "", ""),
            };
        }
        drop(sender.send(request.body.clone()));
        response("202 Accepted", "", "{}")
    });
    let runtime_api = runtime.address.trim_start_matches("http://");
    let variables = [
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_LAMBDA_FUNCTION_NAME", "webhooks"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "x"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "x"),
        ("MELD_WEBHOOK_SECRET", meld.profile.1.as_str()),
        ("MELD_WEBHOOK_URL", url),
    ];
    let _running = start(env!("CARGO_BIN_EXE_webhooks_lambda"), &variables);
    serde_json::from_str(&responses.recv_timeout(WITHIN).unwrap()).unwrap()
}

#[tokio::test]
async fn lambda_accepts_events_of_the_mock_server() {
    // The deliveries of the mock server are passed on as Lambda does it.
    let gateway = Server::with(|_| response("200 OK", "", "")).await;
    let url = format!("{}/webhooks", gateway.address);
    let meld = Meld::start(&url).await;
    meld.deliver().await;
    let mut request = gateway.wait_for(1).await.remove(0);
    assert_eq!(invoke(invocation(&request), &meld, &url)["statusCode"], 200);
    request.body.push(' ');
    assert_eq!(invoke(invocation(&request), &meld, &url)["statusCode"], 401);
}

#[test]
fn transactions_are_copied_and_refreshed() {
    let Some(database) = postgres::start() else { return };
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_transactions_to_postgres"));
        let ran = command.env_remove("MELD_API_KEY").env("DATABASE_URL", &database.url).output().unwrap();
        let (output, errors) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
        assert!(ran.status.success(), "{output}{errors}");
        let number = |label: &str| -> u64 {
            let line = output.lines().find_map(|line| line.strip_prefix(label));
            line.unwrap_or_else(|| panic!("{output}")).trim().parse().unwrap()
        };
        (number("copied:"), number("refreshed:"), number("in the table:"))
    };
    let (copied, refreshed, stored) = run();
    assert!(copied > 10, "{copied}");
    // Three are new, at least two changed, and one is removed.
    assert!(refreshed >= 6, "{refreshed}");
    assert_eq!(stored, copied + 2);
}
