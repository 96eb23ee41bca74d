//! A customer who transfers crypto.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Meld, key, read, text, transfer_order, with};

pub const ORDERS: &str = "/crypto/order/headless/transfer";

/// A mock server, and the number of keys used.
pub struct Wallet {
    pub meld: Meld,
    pub customer: String,
    keys: std::cell::Cell<u32>,
}

impl Wallet {
    pub async fn start() -> Self {
        let meld = Meld::start().await;
        let customer = meld.customer().await;
        Self { meld, customer, keys: std::cell::Cell::new(0) }
    }

    pub fn key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        key(self.keys.get())
    }

    pub async fn order(&self, amount: f64) -> Value {
        let key = self.key();
        let body = transfer_order(&self.customer, &key, amount);
        let (status, order) = self.meld.post_with_key(ORDERS, &key, body).await;
        assert_eq!(status, 201, "{order}");
        order
    }

    pub async fn send(&self, order: &Value, key: Option<&str>, action: Value) -> Response {
        let body = with(json!({ "version": 1 }), action);
        let token = format!("Bearer {}", text(&order["actionToken"]));
        let endpoint = text(&order["paymentActions"]["endpoint"]);
        let request = self.meld.bare(Method::POST, &endpoint).header("Authorization", token).json(&body);
        let request = if let Some(key) = key { request.header("X-Idempotency-Key", key) } else { request };
        request.send().await.unwrap()
    }

    /// Executes an action with a new key.
    pub async fn act(&self, order: &Value, action: Value) -> Value {
        let needs_key = !["LIST_SOURCE_ACCOUNTS", "READ_SUBMISSION"].contains(&action["operation"].as_str().unwrap());
        let key = self.key();
        let response = self.send(order, Some(key.as_str()).filter(|_| needs_key), action).await;
        read(response).await.1
    }

    /// Returns the status and the next step.
    pub async fn step(&self, order: &Value, action: Value) -> (String, String) {
        let response = self.act(order, action).await;
        assert!(response["status"].is_string(), "{response}");
        (text(&response["status"]), text(&response["nextStep"]))
    }

    /// Links the account and returns the action that sends from it.
    pub async fn link(&self, order: &Value) -> Value {
        self.act(order, json!({ "operation": "PREPARE_ACCOUNT_AUTHORIZATION" })).await;
        if let Ok(url) = self.meld.sandbox.authorize_transfer(&text(&order["id"])) {
            let handle = url.split("handle=").nth(1).unwrap();
            let complete = json!({ "operation": "COMPLETE_ACCOUNT_AUTHORIZATION", "authorizationHandle": handle });
            self.act(order, complete).await;
        }
        let listed = self.act(order, json!({ "operation": "LIST_SOURCE_ACCOUNTS" })).await;
        assert_eq!(listed["sourceAccounts"][0]["eligible"], true, "{listed}");
        json!({ "operation": "SUBMIT_TRANSFER", "sourceAccountId": listed["sourceAccounts"][0]["id"] })
    }

    pub async fn read(&self, order: &Value) -> Value {
        self.meld.read(&format!("{ORDERS}/{}", text(&order["id"]))).await
    }

    pub async fn simulate(&self, order: &Value) -> (reqwest::StatusCode, Value) {
        let body = json!({ "externalOrderId": order["externalOrderId"] });
        self.meld.post("/payments/mock/headless/simulate", body).await
    }

    pub async fn unlink(&self, customer: &str) -> (reqwest::StatusCode, Value) {
        self.meld.delete(&format!("{ORDERS}/account-links/COINBASEPAY?customerId={customer}")).await
    }

    pub fn wait(&self, seconds: u64) {
        self.meld.sandbox.clock().advance(Duration::from_secs(seconds));
    }
}

pub fn code(code: &str) -> Value {
    json!({ "operation": "SUBMIT_SECOND_FACTOR", "secondFactorCode": code })
}

pub fn operation(name: &str) -> Value {
    json!({ "operation": name })
}
