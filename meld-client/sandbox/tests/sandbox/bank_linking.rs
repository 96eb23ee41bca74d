//! Bank linking: connections, accounts, transactions, refreshes and investments.

use std::time::Duration;

use meld_sandbox::{ConnectionStatus, Sandbox};
use serde_json::{Value, json};

use crate::support::{Meld, text};

const START: &str = "/bank-linking/connect/start";
const PRODUCTS: [&str; 4] = ["TRANSACTIONS", "BALANCES", "IDENTIFIERS", "OWNERS"];

async fn linked(meld: &Meld) -> (String, Vec<String>) {
    meld.link("robin", &PRODUCTS).await
}

async fn status_of(meld: &Meld, id: &str) -> (String, Value) {
    let connection = meld.read(&format!("/bank-linking/connections/{id}")).await;
    (text(&connection["status"]), connection["statusReason"].clone())
}

/// Returns the bank transactions of all pages.
async fn transactions(meld: &Meld, target: &str) -> Vec<Value> {
    let mut rows: Vec<Value> = Vec::new();
    loop {
        let after = rows.last().map(|row| format!("&after={}", row["key"].as_str().unwrap()));
        let page = meld.read(&format!("{target}{}", after.unwrap_or_default())).await;
        rows.extend(page["financialAccountTransactions"].as_array().unwrap().clone());
        if page["remaining"] == 0 {
            return rows;
        }
    }
}

#[tokio::test]
async fn connection_completed_in_widget_is_active() {
    let meld = Meld::start().await;
    let body = json!({ "externalCustomerId": "robin", "products": ["BALANCES"] });
    let started = meld.create(START, body).await;
    let id = started["id"].as_str().unwrap();
    assert_eq!(status_of(&meld, id).await.0, "IN_PROGRESS");
    assert_eq!(meld.open(&started["widgetUrl"]).await, 200);
    assert_eq!(status_of(&meld, id).await.0, "ACTIVE");
    assert_eq!(meld.open(&started["widgetUrl"]).await, 404, "a token can be used once");

    let page = meld.read(&format!("/bank-linking/accounts?connectionId={id}")).await;
    let account = &page["financialAccounts"][0];
    assert_eq!(page["count"], 2);
    assert!(account["balances"]["currentAmount"].is_number());
    assert!(account.get("identifiers").is_none(), "the product was not requested");
    let id = account["id"].as_str().unwrap();
    assert_eq!(meld.read(&format!("/bank-linking/accounts/{id}")).await, *account);
}

#[tokio::test]
async fn invalid_connect_requests_are_refused() {
    let meld = Meld::start().await;
    let customer = "a";
    for (body, status) in [
        (json!({ "externalCustomerId": customer }), 400),
        (json!({ "externalCustomerId": customer, "products": ["HISTORICAL_TRANSACTIONS"] }), 400),
        (json!({ "externalCustomerId": customer, "products": ["OWNERS"], "optionalProducts": ["OWNERS"] }), 400),
        (json!({ "externalCustomerId": customer, "products": ["OWNERS"], "institutionId": "none" }), 404),
        (json!({ "products": ["OWNERS"] }), 400),
        (json!({ "externalCustomerId": customer, "optionalProducts": ["OWNERS"] }), 201),
    ] {
        let (found, response) = meld.post(START, body.clone()).await;
        assert_eq!(found, status, "{body}: {response}");
    }
}

#[tokio::test]
async fn bank_transactions_are_paged() {
    let meld = Meld::start().await;
    let (connection, accounts) = linked(&meld).await;
    let target = format!("/bank-linking/transactions?financialAccountId={}", accounts[0]);
    let first = meld.read(&target).await;
    assert_eq!((&first["count"], &first["remaining"]), (&json!(100), &json!(2400)));
    let rows = transactions(&meld, &format!("{target}&limit=1000")).await;
    assert_eq!(rows.len(), 2500);
    let mut keys: Vec<&str> = rows.iter().map(|row| row["key"].as_str().unwrap()).collect();
    let date = |row: &Value| text(&row["transactionDate"]);
    assert!(rows.is_sorted_by(|one, other| date(one) >= date(other)));
    let page = meld.read(&format!("{target}&limit=50&before={}", keys[100])).await;
    assert_eq!(page["financialAccountTransactions"][49]["key"], keys[99]);
    assert_eq!(page["remaining"], 50);
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 2500);

    let both = format!("/bank-linking/transactions?connectionId={connection}&limit=1000");
    let rows = transactions(&meld, &both).await;
    assert_eq!(rows.len(), 5000);
    assert_eq!(rows[2499]["financialAccountId"], json!(accounts[0]));
    assert_eq!(rows[2500]["financialAccountId"], json!(accounts[1]));

    let id = rows[7]["id"].as_str().unwrap();
    assert_eq!(meld.read(&format!("/bank-linking/transactions/{id}")).await, rows[7]);
    assert_eq!(meld.read(&format!("{target}&status=PENDING")).await["count"], 3);
}

#[tokio::test]
async fn updated_transactions_are_listed() {
    let meld = Meld::with(Sandbox::builder().transactions_per_account(50)).await;
    let (_, accounts) = linked(&meld).await;
    let target = format!("/bank-linking/transactions?financialAccountId={}", accounts[0]);
    let before = transactions(&meld, &target).await;
    let updated = meld.sandbox.update_transactions(&accounts[0], 4, 3, 2).unwrap();
    let after = transactions(&meld, &target).await;
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
    let (id, _) = linked(&meld).await;
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
async fn mx_refreshes_are_limited() {
    let meld = Meld::start().await;
    let page = meld.read("/institutions?serviceProviders=MX").await;
    let institution = page["institutions"][0]["id"].as_str().unwrap();
    let same = meld.read(&format!("/institutions/{institution}")).await;
    assert_eq!(same, page["institutions"][0]);
    let body = json!({
        "externalCustomerId": "robin", "products": ["OWNERS"], "institutionId": institution,
    });
    let (id, _) = meld.link_with(body).await;
    let target = format!("/bank-linking/connections/{id}/refresh");
    assert_eq!(meld.post(&target, json!({})).await.0, 202);
    assert_eq!(meld.post(&target, json!({})).await.0, 429);
    meld.sandbox.clock().advance(Duration::from_secs(3 * 3600));
    assert_eq!(meld.post(&target, json!({})).await.0, 202);
}

#[tokio::test]
async fn duplicates_share_accounts_until_last_delete() {
    let meld = Meld::start().await;
    let (first, accounts) = linked(&meld).await;
    let (second, same_accounts) = linked(&meld).await;
    assert_eq!(accounts, same_accounts);
    let target = |id: &str| format!("/bank-linking/connections/{id}");
    let inactive = ("PARTIALLY_ACTIVE".to_owned(), json!("INACTIVE_DUPLICATE"));
    assert_eq!(status_of(&meld, &first).await, inactive);
    let shown = meld.read(&target(&first)).await;
    assert_eq!(shown["activeDuplicateConnectionId"], json!(second));
    assert_eq!(shown["duplicateConnectionIds"], json!([second]));
    // A refresh activates the inactive duplicate.
    meld.create(&format!("{}/refresh", target(&first)), json!({})).await;
    assert_eq!(status_of(&meld, &first).await.0, "ACTIVE");
    assert_eq!(status_of(&meld, &second).await, inactive);

    for (id, status, accounts) in [(&*second, 204, 2), (&second, 409, 2), (&first, 204, 0), ("none", 404, 0)] {
        assert_eq!(meld.delete(&target(id)).await.0, status, "{id}");
        assert_eq!(meld.read("/bank-linking/accounts").await["count"], accounts, "{id}");
    }
}

#[tokio::test]
async fn added_products_are_listed() {
    let meld = Meld::start().await;
    let (id, _) = linked(&meld).await;
    let target = format!("/bank-linking/connections/{id}/update");
    let added = json!({ "products": ["INVESTMENT_HOLDINGS"] });
    assert_eq!(meld.post(&target, added.clone()).await.0, 202);
    assert_eq!(meld.post(&target, added).await.0, 400);
    let page = meld.read("/bank-linking/connections?statuses=ACTIVE,DEGRADED").await;
    assert_eq!(page["connections"][0]["optionalProducts"], json!(["INVESTMENT_HOLDINGS"]));
    assert_eq!(meld.read("/bank-linking/connections?statuses=DELETED").await["count"], 0);
}

#[tokio::test]
async fn investments_require_their_product() {
    let meld = Meld::start().await;
    for (products, holdings, transactions) in [
        (&["BALANCES"][..], 0, 0),
        (&["INVESTMENT_HOLDINGS"], 6, 0),
        (&["INVESTMENT_HOLDINGS", "INVESTMENT_TRANSACTIONS"], 6, 6),
    ] {
        let (id, _) = meld.link(&products.concat(), products).await;
        for (list, many) in [("holdings", holdings), ("transactions", transactions)] {
            let target = format!("/bank-linking/investments/{list}?connectionId={id}");
            assert_eq!(meld.read(&target).await["count"], many, "{list} with {products:?}");
        }
    }
}
