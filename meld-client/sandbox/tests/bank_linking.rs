//! Bank linking: connections, accounts, transactions, imports and investments.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::Meld;
use meld_sandbox::{ConnectionStatus, Sandbox};
use serde_json::{Value, json};

async fn start(meld: &Meld, customer: &str) -> String {
    let products = ["TRANSACTIONS", "BALANCES", "IDENTIFIERS", "OWNERS"];
    let body = json!({ "externalCustomerId": customer, "products": products });
    let (status, response) = meld.post("/bank-linking/connect/start", body).await;
    assert_eq!(status, 201, "{response}");
    response["id"].as_str().unwrap().to_owned()
}

async fn linked(meld: &Meld, customer: &str) -> (String, Vec<String>) {
    let id = start(meld, customer).await;
    let accounts = meld.sandbox.complete_connection(&id).unwrap();
    (id, accounts)
}

async fn status_of(meld: &Meld, id: &str) -> (String, Value) {
    let (status, body) = meld.get(&format!("/bank-linking/connections/{id}")).await;
    assert_eq!(status, 200);
    (body["status"].as_str().unwrap().to_owned(), body["statusReason"].clone())
}

/// Returns the rows of all pages.
async fn all(meld: &Meld, target: &str, name: &str) -> Vec<Value> {
    let mut rows: Vec<Value> = Vec::new();
    loop {
        let after = rows.last().map(|row| format!("&after={}", row["key"].as_str().unwrap()));
        let (status, page) = meld.get(&format!("{target}{}", after.unwrap_or_default())).await;
        assert_eq!(status, 200, "{page}");
        rows.extend(page[name].as_array().unwrap().clone());
        if page["remaining"] == 0 {
            return rows;
        }
    }
}

#[tokio::test]
async fn connection_completed_in_widget_is_active() {
    let meld = Meld::start().await;
    let body = json!({ "externalCustomerId": "robin", "products": ["BALANCES"] });
    let (_, response) = meld.post("/bank-linking/connect/start", body).await;
    let id = response["id"].as_str().unwrap();
    assert_eq!(status_of(&meld, id).await.0, "IN_PROGRESS");
    let widget = response["widgetUrl"].as_str().unwrap();
    assert!(widget.starts_with(meld.sandbox.base_url()));
    assert_eq!(meld.client.get(widget).send().await.unwrap().status(), 200);
    assert_eq!(status_of(&meld, id).await.0, "ACTIVE");
    // A token can be used once.
    assert_eq!(meld.client.get(widget).send().await.unwrap().status(), 404);

    let target = format!("/bank-linking/accounts?connectionId={id}");
    let (_, page) = meld.get(&target).await;
    let account = &page["financialAccounts"][0];
    assert_eq!(page["count"], 2);
    assert!(account["balances"]["currentAmount"].is_number());
    assert!(account.get("identifiers").is_none(), "the product was not requested");
    let id = account["id"].as_str().unwrap();
    let (_, same) = meld.get(&format!("/bank-linking/accounts/{id}")).await;
    assert_eq!(same, *account);
}

#[tokio::test]
async fn invalid_connect_requests_are_refused() {
    let meld = Meld::start().await;
    for (body, status) in [
        (json!({ "externalCustomerId": "a" }), 400),
        (json!({ "externalCustomerId": "a", "products": ["HISTORICAL_TRANSACTIONS"] }), 400),
        (
            json!({ "externalCustomerId": "a", "products": ["OWNERS"], "optionalProducts": ["OWNERS"] }),
            400,
        ),
        (
            json!({ "externalCustomerId": "a", "products": ["OWNERS"], "institutionId": "none" }),
            404,
        ),
        (json!({ "products": ["OWNERS"] }), 400),
        (json!({ "externalCustomerId": "a", "optionalProducts": ["OWNERS"] }), 201),
    ] {
        let (found, response) = meld.post("/bank-linking/connect/start", body.clone()).await;
        assert_eq!(found, status, "{body}: {response}");
    }
}

#[tokio::test]
async fn unfinished_widget_expires() {
    let meld = Meld::start().await;
    let id = start(&meld, "robin").await;
    meld.sandbox.clock().advance(Duration::from_secs(4 * 3600 + 1));
    assert_eq!(status_of(&meld, &id).await.0, "EXPIRED");
    assert!(meld.sandbox.complete_connection(&id).is_err());
}

#[tokio::test]
async fn bank_transactions_are_paged() {
    let meld = Meld::start().await;
    let (connection, accounts) = linked(&meld, "robin").await;
    let target = format!("/bank-linking/transactions?financialAccountId={}", accounts[0]);
    let (_, first) = meld.get(&target).await;
    assert_eq!((&first["count"], &first["remaining"]), (&json!(100), &json!(2400)));
    let rows = all(&meld, &format!("{target}&limit=1000"), "financialAccountTransactions").await;
    assert_eq!(rows.len(), 2500);
    let mut keys: Vec<&str> = rows.iter().map(|row| row["key"].as_str().unwrap()).collect();
    assert!(rows.is_sorted_by(|one, other| {
        one["transactionDate"].as_str() >= other["transactionDate"].as_str()
    }));
    let back = format!("{target}&limit=50&before={}", keys[100]);
    let (_, page) = meld.get(&back).await;
    assert_eq!(page["financialAccountTransactions"][49]["key"], keys[99]);
    assert_eq!(page["remaining"], 50);
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 2500);

    let both = format!("/bank-linking/transactions?connectionId={connection}&limit=1000");
    let rows = all(&meld, &both, "financialAccountTransactions").await;
    assert_eq!(rows.len(), 5000);
    assert_eq!(rows[2499]["financialAccountId"], json!(accounts[0]));
    assert_eq!(rows[2500]["financialAccountId"], json!(accounts[1]));

    let id = rows[7]["id"].as_str().unwrap();
    let (_, one) = meld.get(&format!("/bank-linking/transactions/{id}")).await;
    assert_eq!(one, rows[7]);
    let pending = format!("{target}&status=PENDING");
    assert_eq!(meld.get(&pending).await.1["count"], 3);
}

#[tokio::test]
async fn updated_transactions_are_listed() {
    let builder = Sandbox::builder().transactions_per_account(50);
    let meld = Meld::of(builder.start().await.unwrap());
    let (_, accounts) = linked(&meld, "robin").await;
    let target = format!("/bank-linking/transactions?financialAccountId={}", accounts[0]);
    let before = all(&meld, &target, "financialAccountTransactions").await;
    let updated = meld.sandbox.update_transactions(&accounts[0], 4, 3, 2).unwrap();
    let after = all(&meld, &target, "financialAccountTransactions").await;
    assert_eq!(after.len(), 50 + 4 - 2);
    for (row, id) in after.iter().zip(&updated.added) {
        assert_eq!(row["id"], json!(id));
    }
    assert_eq!(json!(updated.removed), json!([before[0]["id"], before[1]["id"]]));
    assert_eq!(after[4]["id"], json!(updated.changed[0]));
    assert_ne!(after[4]["amount"], before[2]["amount"]);
    // The key is that of the oldest changed transaction.
    assert_eq!(json!(updated.oldest_key), after[6]["key"]);
}

#[tokio::test]
async fn refresh_and_repair_depend_on_status() {
    use ConnectionStatus as Status;
    let meld = Meld::start().await;
    let (id, _) = linked(&meld, "robin").await;
    for (status, reason, refresh, repair) in [
        (Status::InProgress, None, 409, 409),
        (Status::Expired, None, 409, 409),
        (Status::Active, None, 202, 409),
        (Status::Active, Some("ACCESS_EXPIRING_SOON"), 202, 201),
        (Status::Active, Some("NEW_ACCOUNTS_AVAILABLE"), 202, 201),
        (Status::PartiallyActive, Some("PARTIAL_AGGREGATION_SUCCESS"), 202, 201),
        (Status::Degraded, Some("INSTITUTION_CURRENTLY_UNAVAILABLE"), 202, 201),
        (Status::ReconnectRequired, Some("LOGIN_REQUIRED"), 409, 201),
        (Status::Unrecoverable, Some("INSTITUTION_DISABLED"), 409, 201),
        (Status::Undetermined, Some("AGGREGATION_TIMEOUT"), 202, 201),
        (Status::Deleted, None, 409, 409),
    ] {
        meld.sandbox.set_connection_status(&id, status, reason).unwrap();
        let body = json!({ "connectionId": id });
        let (found, response) = meld.post("/bank-linking/connect/repair", body).await;
        assert_eq!(found, repair, "{status:?} {reason:?}: {response}");
        let target = format!("/bank-linking/connections/{id}/refresh");
        let (found, response) = meld.post(&target, json!({})).await;
        assert_eq!(found, refresh, "{status:?} {reason:?}: {response}");
    }
    let (status, _) = meld.post("/bank-linking/connections/none/refresh", json!({})).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn repaired_connection_is_active() {
    let meld = Meld::start().await;
    let (id, accounts) = linked(&meld, "robin").await;
    let status = ConnectionStatus::ReconnectRequired;
    meld.sandbox.set_connection_status(&id, status, Some("LOGIN_REQUIRED")).unwrap();
    let body = json!({ "connectionId": id });
    let (_, response) = meld.post("/bank-linking/connect/repair", body).await;
    let widget = response["widgetUrl"].as_str().unwrap();
    assert_eq!(meld.client.get(widget).send().await.unwrap().status(), 200);
    assert_eq!(status_of(&meld, &id).await, ("ACTIVE".to_owned(), Value::Null));
    let (_, page) = meld.get(&format!("/bank-linking/accounts?connectionId={id}")).await;
    assert_eq!(page["financialAccounts"][0]["id"], json!(accounts[0]));
}

#[tokio::test]
async fn mx_refreshes_are_limited() {
    let meld = Meld::start().await;
    let (_, page) = meld.get("/institutions?serviceProviders=MX").await;
    let institution = page["institutions"][0]["id"].as_str().unwrap();
    let (_, same) = meld.get(&format!("/institutions/{institution}")).await;
    assert_eq!(same, page["institutions"][0]);
    let body = json!({
        "externalCustomerId": "robin", "products": ["OWNERS"], "institutionId": institution,
    });
    let (_, response) = meld.post("/bank-linking/connect/start", body).await;
    let id = response["id"].as_str().unwrap();
    meld.sandbox.complete_connection(id).unwrap();
    let target = format!("/bank-linking/connections/{id}/refresh");
    assert_eq!(meld.post(&target, json!({})).await.0, 202);
    assert_eq!(meld.post(&target, json!({})).await.0, 429);
    meld.sandbox.clock().advance(Duration::from_secs(3 * 3600));
    assert_eq!(meld.post(&target, json!({})).await.0, 202);
}

#[tokio::test]
async fn duplicates_share_accounts_until_last_delete() {
    let meld = Meld::start().await;
    let (first, accounts) = linked(&meld, "robin").await;
    let (second, same_accounts) = linked(&meld, "robin").await;
    assert_eq!(accounts, same_accounts);
    let inactive = ("PARTIALLY_ACTIVE".to_owned(), json!("INACTIVE_DUPLICATE"));
    assert_eq!(status_of(&meld, &first).await, inactive);
    let (_, shown) = meld.get(&format!("/bank-linking/connections/{first}")).await;
    assert_eq!(shown["activeDuplicateConnectionId"], json!(second));
    assert_eq!(shown["duplicateConnectionIds"], json!([second]));
    // A refresh activates the inactive duplicate.
    meld.post(&format!("/bank-linking/connections/{first}/refresh"), json!({})).await;
    assert_eq!(status_of(&meld, &first).await.0, "ACTIVE");
    assert_eq!(status_of(&meld, &second).await, inactive);

    let target = |id: &str| format!("/bank-linking/connections/{id}");
    assert_eq!(meld.delete(&target(&second)).await.0, 204);
    assert_eq!(meld.delete(&target(&second)).await.0, 409);
    assert_eq!(meld.get("/bank-linking/accounts").await.1["count"], 2);
    assert_eq!(meld.delete(&target(&first)).await.0, 204);
    assert_eq!(meld.get("/bank-linking/accounts").await.1["count"], 0);
    assert_eq!(meld.delete(&target("none")).await.0, 404);
}

#[tokio::test]
async fn added_products_are_listed() {
    let meld = Meld::start().await;
    let (id, _) = linked(&meld, "robin").await;
    let target = format!("/bank-linking/connections/{id}/update");
    let add = |product: &str| json!({ "products": [product] });
    assert_eq!(meld.post(&target, add("INVESTMENT_HOLDINGS")).await.0, 202);
    assert_eq!(meld.post(&target, add("INVESTMENT_HOLDINGS")).await.0, 400);
    let (_, page) = meld.get("/bank-linking/connections?statuses=ACTIVE,DEGRADED").await;
    assert_eq!(page["connections"][0]["optionalProducts"], json!(["INVESTMENT_HOLDINGS"]));
    assert_eq!(meld.get("/bank-linking/connections?statuses=DELETED").await.1["count"], 0);
}

#[tokio::test]
async fn connect_token_has_expiry() {
    let meld = Meld::start().await;
    let before = meld.sandbox.clock().now().timestamp();
    let body = json!({ "externalCustomerId": "robin", "products": ["BALANCES"] });
    let (_, response) = meld.post("/bank-linking/connect/start", body).await;
    let token = response["connectToken"].as_str().unwrap();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(
        (&claims["connection"], &claims["customer"]),
        (&response["id"], &response["customerId"])
    );
    let ends = claims["exp"].as_i64().unwrap();
    assert!((before + 4 * 3600..before + 4 * 3600 + 60).contains(&ends), "{claims}");
}

#[tokio::test]
async fn failed_import_is_only_in_activity_log() {
    let meld = Meld::start().await;
    let import = |customer: &str, token: &str| {
        let provider = "PLAID";
        json!({
            "serviceProvider": provider, "externalCustomerId": customer, "accessToken": token,
        })
    };
    let connections = [import("robin", "access-sandbox-1"), import("kim", "refused")];
    let target = "/bank-linking/connections/import";
    let (status, response) = meld.post(target, json!({ "connections": connections })).await;
    assert_eq!(status, 202, "{response}");
    let (_, page) = meld.get("/bank-linking/connections").await;
    assert_eq!((&page["count"], &page["connections"][0]["status"]), (&json!(1), &json!("ACTIVE")));
    assert_eq!(page["connections"][0]["externalCustomerId"], "robin");

    let span = "start=2020-01-01T00:00:00.000Z&end=2100-01-01T00:00:00.000Z";
    let failed = format!("/activity-log?{span}&actions=INSTITUTION_CONNECTION_IMPORT_FAILED");
    let (_, page) = meld.get(&failed).await;
    assert_eq!((&page["count"], &page["remaining"]), (&json!(1), &json!(0)), "{page}");
    let activity = &page["activities"][0];
    assert_eq!(activity["attributes"]["externalCustomerId"], "kim");
    assert_eq!(activity["attributes"]["requestId"], response["requestId"]);
    let key = activity["key"].as_str().unwrap();
    let (_, details) = meld.get(&format!("/activity-log/details?keys={key},none")).await;
    assert_eq!(
        details,
        json!([{ "key": key, "details": { "errorCode": "INVALID_ACCESS_TOKEN" } }])
    );
    let before = "start=2020-01-01T00:00:00.000Z&end=2020-01-02T00:00:00.000Z";
    assert_eq!(meld.get(&format!("/activity-log?{before}")).await.1["count"], 0);
}

#[tokio::test]
async fn connection_requests_are_logged_by_id() {
    let meld = Meld::start().await;
    let (id, _) = linked(&meld, "robin").await;
    let status = ConnectionStatus::ReconnectRequired;
    meld.sandbox.set_connection_status(&id, status, Some("LOGIN_REQUIRED")).unwrap();
    let target = format!("/bank-linking/connections/{id}/refresh");
    let (_, refusal) = meld.post(&target, json!({})).await;
    let request = refusal["requestId"].as_str().unwrap();
    let span = "start=2020-01-01T00:00:00.000Z&end=2100-01-01T00:00:00.000Z";
    let (_, page) = meld.get(&format!("/activity-log?{span}&requestId={request}")).await;
    assert_eq!(
        (&page["count"], &page["activities"][0]["action"]),
        (&json!(1), &json!("INBOUND_REQUEST"))
    );
    let key = page["activities"][0]["key"].as_str().unwrap();
    let (_, details) = meld.get(&format!("/activity-log/details?keys={key}")).await;
    assert_eq!(details[0]["details"]["status"], 409);
    let (_, page) = meld.get(&format!("/activity-log?{span}&connectionIds=other,{id}")).await;
    assert_eq!(page["count"], 1, "the other requests named no connection: {page}");
}

#[tokio::test]
async fn investments_require_their_product() {
    let meld = Meld::start().await;
    for (products, holdings, transactions) in [
        (json!(["BALANCES"]), 0, 0),
        (json!(["INVESTMENT_HOLDINGS"]), 6, 0),
        (json!(["INVESTMENT_HOLDINGS", "INVESTMENT_TRANSACTIONS"]), 6, 6),
    ] {
        let body = json!({ "externalCustomerId": products.to_string(), "products": products });
        let (_, response) = meld.post("/bank-linking/connect/start", body).await;
        let id = response["id"].as_str().unwrap();
        meld.sandbox.complete_connection(id).unwrap();
        for (list, many) in [("holdings", holdings), ("transactions", transactions)] {
            let target = format!("/bank-linking/investments/{list}?connectionId={id}");
            let (status, page) = meld.get(&target).await;
            assert_eq!((status.as_u16(), &page["count"]), (200, &json!(many)), "{page}");
        }
    }
}
