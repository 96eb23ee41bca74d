//! Plain HTTP requests to a mock server.

use meld_sandbox::Sandbox;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

/// A mock server and an HTTP client.
pub struct Meld {
    pub sandbox: Sandbox,
    pub client: Client,
    /// A key in place of that of the server.
    pub key: Option<String>,
}

impl Meld {
    pub async fn start() -> Self {
        Self::with(Sandbox::builder()).await
    }

    pub async fn with(builder: meld_sandbox::Builder) -> Self {
        let sandbox = builder.start().await.unwrap();
        // The features of another crate in the build may need it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { sandbox, client: Client::builder().no_proxy().build().unwrap(), key: None }
    }

    pub fn authorization(&self) -> String {
        format!("BASIC {}", self.key.as_deref().unwrap_or(self.sandbox.api_key()))
    }

    pub fn bare(&self, method: Method, target: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{target}", self.sandbox.base_url()))
    }

    pub fn request(&self, method: Method, target: &str) -> RequestBuilder {
        self.bare(method, target).header("Authorization", self.authorization()).header("Meld-Version", "2026-02-03")
    }

    pub async fn get(&self, target: &str) -> (StatusCode, Value) {
        read(self.request(Method::GET, target).send().await.unwrap()).await
    }

    pub async fn post(&self, target: &str, body: Value) -> (StatusCode, Value) {
        read(self.request(Method::POST, target).json(&body).send().await.unwrap()).await
    }

    pub async fn read(&self, target: &str) -> Value {
        success(target, self.get(target).await)
    }

    pub async fn create(&self, target: &str, body: Value) -> Value {
        success(target, self.post(target, body).await)
    }

    pub async fn post_with_key(&self, target: &str, key: &str, body: Value) -> (StatusCode, Value) {
        let request = self.request(Method::POST, target).header("X-Idempotency-Key", key);
        read(request.json(&body).send().await.unwrap()).await
    }

    /// Sends a request of the version that has headless orders.
    pub async fn headless(&self, method: Method, target: &str, body: Value) -> (StatusCode, Value) {
        let request = self.bare(method, target).header("Authorization", self.authorization());
        read(request.header("Meld-Version", "2026-05-01").json(&body).send().await.unwrap()).await
    }

    /// Sends a request with an idempotency key and returns the whole response.
    pub async fn keyed(&self, target: &str, key: &str, body: &Value) -> Response {
        let request = self.request(Method::POST, target).header("X-Idempotency-Key", key);
        request.json(body).send().await.unwrap()
    }

    /// Verifies a contact of a customer.
    pub async fn verify(&self, customer: &str, channel: &str, target: &str) {
        let path = format!("/accounts/customers/{customer}/verifications");
        let body = json!({ "channel": channel, "target": target });
        let id = text(&self.create(&path, body).await["verificationId"]);
        let confirmed = self.create(&format!("{path}/{id}/confirm"), json!({ "code": "000000" })).await;
        assert_eq!(confirmed["status"], "VERIFIED");
    }

    /// Creates a customer with a verified email address and phone number.
    pub async fn verified_customer(&self) -> String {
        let id = self.customer().await;
        self.verify(&id, "EMAIL", "robin@example.com").await;
        self.verify(&id, "PHONE", "+14155550123").await;
        id
    }

    pub async fn patch(&self, target: &str, body: Value) -> (StatusCode, Value) {
        read(self.request(Method::PATCH, target).json(&body).send().await.unwrap()).await
    }

    pub async fn delete(&self, target: &str) -> (StatusCode, Value) {
        read(self.request(Method::DELETE, target).send().await.unwrap()).await
    }

    /// Opens a page as a browser does, and returns the status.
    pub async fn open(&self, url: &Value) -> StatusCode {
        let url = url.as_str().unwrap();
        assert!(url.starts_with(self.sandbox.base_url()), "{url}");
        self.client.get(url).send().await.unwrap().status()
    }

    /// Links a bank with these products. Returns the id of the connection and those of its accounts.
    pub async fn link(&self, customer: &str, products: &[&str]) -> (String, Vec<String>) {
        self.link_with(json!({ "externalCustomerId": customer, "products": products })).await
    }

    /// Links a bank with this request.
    pub async fn link_with(&self, body: Value) -> (String, Vec<String>) {
        let id = text(&self.create("/bank-linking/connect/start", body).await["id"]);
        let accounts = self.sandbox.complete_connection(&id).unwrap();
        (id, accounts)
    }

    pub async fn customer(&self) -> String {
        text(&self.create("/accounts/customers", json!({ "externalId": "robin" })).await["id"])
    }

    /// Creates a customer who meets all conditions for ACH, and returns its id and the payment method.
    pub async fn customer_with_account(&self) -> (String, Value) {
        let (id, _) = self.link("with account", &["OWNERS", "IDENTIFIERS"]).await;
        let page = self.read(&format!("/bank-linking/accounts?connectionId={id}")).await;
        let account = &page["financialAccounts"][0];
        let customer = text(&account["customerId"]);
        let target = format!("/accounts/customers/{customer}");
        let name = json!({ "firstName": "Robin", "lastName": "Example" });
        self.patch(&target, json!({ "name": name, "email": "robin@example.com" })).await;
        self.create(&format!("{target}/addresses"), billing_address()).await;
        let ach = &account["identifiers"]["ach"];
        let details = json!({
            "accountType": "CHECKING",
            "routingNumber": ach["routingNumber"],
            "accountNumber": ach["accountNumber"],
        });
        (customer, json!({ "type": "ACH", "details": details }))
    }
}

fn success(target: &str, (status, body): (StatusCode, Value)) -> Value {
    assert!(status.is_success(), "{target}: {status} {body}");
    body
}

/// Asserts the status and the code, and that the body contains a text.
pub fn assert_refused(response: (StatusCode, Value), status: u16, code: &str, says: &str) {
    let (found, body) = response;
    assert_eq!((found.as_u16(), &body["code"]), (status, &json!(code)), "{body}");
    assert!(body.to_string().contains(says), "{says} is not in {body}");
}

/// Returns the string of a JSON value.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Returns an object with these fields set, or removed if they are null.
pub fn with(mut value: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { return changes };
    for (name, change) in changes {
        if change.is_null() {
            value.as_object_mut().unwrap().remove(&name);
        } else {
            value[&name] = with(value[&name].take(), change);
        }
    }
    value
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

pub fn multipart(request: RequestBuilder, data: &Value, files: &[String]) -> RequestBuilder {
    let mut body =
        format!("--b\r\nContent-Disposition: form-data; name=\"data\"\r\nContent-Type: application/json\r\n\r\n{data}");
    for name in files {
        body += &format!(
            "\r\n--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}.png\"\r\n\r\n{name}!"
        );
    }
    request.header("Content-Type", "multipart/form-data; boundary=b").body(body + "\r\n--b--\r\n")
}

pub fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

pub fn quote() -> Value {
    json!({
        "countryCode": "US",
        "sourceCurrencyCode": "USD",
        "destinationCurrencyCode": "BTC",
        "sourceAmount": 200,
    })
}

/// Returns a valid request for a session that buys crypto.
pub fn session(external_id: &str) -> Value {
    json!({
        "sessionType": "BUY",
        "externalCustomerId": "robin",
        "externalSessionId": external_id,
        "sessionData": {
            "countryCode": "US", "sourceCurrencyCode": "USD", "destinationCurrencyCode": "USDC",
            "sourceAmount": "100", "serviceProvider": "TRANSAK", "walletAddress": "0x5125e50f",
            "paymentMethodType": "CREDIT_DEBIT_CARD",
        },
    })
}

/// Returns a request for a payment of ten dollars by card.
pub fn card() -> Value {
    let details = json!({ "number": "4242424242424242", "cvc": "123", "expiration": "12/30" });
    json!({
        "sourceAmount": "10.00", "sourceCurrencyCode": "USD", "externalCustomerId": "robin",
        "paymentMethod": { "type": "CARD", "details": details },
    })
}

/// Returns a request to order crypto for a bank transfer.
pub fn onramp_order(customer: &str) -> Value {
    json!({
        "customerId": customer, "destinationCurrencyCode": "USDC", "destinationWalletAddress": "0x0",
        "paymentMethodType": "ACH", "serviceProvider": "NOAH", "sourceAmount": 25,
        "sourceCurrencyCode": "USD",
    })
}

/// Returns a request to order crypto by card.
pub fn card_order(customer: &str, external_id: &str) -> Value {
    json!({
        "customerId": customer, "externalOrderId": external_id, "serviceProvider": "MERCURYO",
        "paymentMethodType": "CREDIT_DEBIT_CARD", "countryCode": "FR", "sourceAmount": "100",
        "sourceCurrencyCode": "EUR", "destinationCurrencyCode": "USDC",
        "destinationWalletAddress": "0x032877dedefe82840a6773514c0793899",
        "destinationNetworkCode": "ETH", "clientIpAddress": "203.0.113.7",
    })
}

/// Returns a request to move crypto from an account.
pub fn transfer_order(customer: &str, external_id: &str, amount: f64) -> Value {
    json!({
        "customerId": customer, "externalOrderId": external_id, "serviceProvider": "COINBASEPAY",
        "currencyCode": "USDC_BASE", "networkCode": "BASE", "amount": amount,
        "destinationWalletAddress": "0xc7e8a1cc2de7d3af0eb12442bb032e834321f39c", "countryCode": "US",
        "subdivision": "US-CA", "redirectUrl": "https://app.example.com/coinbase/return",
    })
}

/// Returns a UUID that differs for each number.
pub fn key(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}
