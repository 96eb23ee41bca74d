//! Helpers: plain HTTP requests to a mock server.
#![allow(dead_code, reason = "each test uses some of the helpers")]

use meld_sandbox::Sandbox;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

/// A mock server and an HTTP client.
pub struct Meld {
    pub sandbox: Sandbox,
    pub client: Client,
}

impl Meld {
    pub async fn start() -> Self {
        Self::of(Sandbox::start().await.unwrap())
    }

    pub fn of(sandbox: Sandbox) -> Self {
        Self { sandbox, client: Client::builder().no_proxy().build().unwrap() }
    }

    /// A request without a key.
    pub fn bare(&self, method: Method, target: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{target}", self.sandbox.base_url()))
    }

    /// A request with the key, in the newest version.
    pub fn request(&self, method: Method, target: &str) -> RequestBuilder {
        self.bare(method, target)
            .header("Authorization", format!("BASIC {}", self.sandbox.api_key()))
            .header("Meld-Version", "2026-02-03")
    }

    pub async fn get(&self, target: &str) -> (StatusCode, Value) {
        read(self.request(Method::GET, target).send().await.unwrap()).await
    }

    pub async fn post(&self, target: &str, body: Value) -> (StatusCode, Value) {
        read(self.request(Method::POST, target).json(&body).send().await.unwrap()).await
    }

    pub async fn post_with_key(&self, target: &str, key: &str, body: Value) -> (StatusCode, Value) {
        let request = self.request(Method::POST, target).header("X-Idempotency-Key", key);
        read(request.json(&body).send().await.unwrap()).await
    }

    pub async fn patch(&self, target: &str, body: Value) -> (StatusCode, Value) {
        read(self.request(Method::PATCH, target).json(&body).send().await.unwrap()).await
    }

    pub async fn delete(&self, target: &str) -> (StatusCode, Value) {
        read(self.request(Method::DELETE, target).send().await.unwrap()).await
    }
}

impl Meld {
    /// Creates a customer who meets all conditions for ACH, and returns its id and the payment method.
    pub async fn customer_with_account(&self) -> (String, Value) {
        let products = ["OWNERS", "IDENTIFIERS"];
        let body = json!({ "externalCustomerId": "with account", "products": products });
        let (_, started) = self.post("/bank-linking/connect/start", body).await;
        self.sandbox.complete_connection(started["id"].as_str().unwrap()).unwrap();
        let customer = started["customerId"].as_str().unwrap().to_owned();
        let target = format!("/accounts/customers/{customer}");
        let name = json!({ "firstName": "Robin", "lastName": "Example" });
        self.patch(&target, json!({ "name": name, "email": "robin@example.com" })).await;
        let (status, response) = self.post(&format!("{target}/addresses"), billing_address()).await;
        assert_eq!(status, 200, "{response}");
        let (_, page) = self.get(&format!("/bank-linking/accounts?customerId={customer}")).await;
        let ach = &page["financialAccounts"][0]["identifiers"]["ach"];
        let details = json!({
            "accountType": "CHECKING",
            "routingNumber": ach["routingNumber"],
            "accountNumber": ach["accountNumber"],
        });
        (customer, json!({ "type": "ACH", "details": details }))
    }
}

pub fn billing_address() -> Value {
    json!({ "type": "BILLING", "address": {
        "lineOne": "1 Example Street", "city": "Boston", "region": "MA", "countryCode": "US",
        "postalCode": "02112",
    } })
}

pub async fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
}

/// Returns the value of a header, or an empty string.
pub fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

/// Returns a valid quote request.
pub fn quote() -> Value {
    json!({
        "countryCode": "US",
        "sourceCurrencyCode": "USD",
        "destinationCurrencyCode": "BTC",
        "sourceAmount": 200,
    })
}

/// Serves a router until the test ends.
pub async fn serve(listener: tokio::net::TcpListener, router: axum::Router) {
    use hyper_util::rt::TokioIo;
    use hyper_util::service::TowerToHyperService;
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let service = TowerToHyperService::new(router.clone());
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}
