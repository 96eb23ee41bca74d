// Scenarios of linking banks and repairing connections.
// Compiled once for each API version, which is `api`; see `dates.rs`.

use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use meld_client::ErrorKind;
use meld_client::bank_linking::{Aggregation, NextStep};
use meld_sandbox::{ConnectionStatus, Fault, FaultRule, Sandbox};

use super::{Wallet, api};
use crate::support::polling;
use api::bank_linking::types::{ConnectStartRequest, Connection, Product};
use api::prelude::*;

/// Links a bank account and reads balances.
#[tokio::test]
async fn link_bank_then_read_balances() {
    let wallet = Wallet::open().await;
    wallet.subscribe().await;
    let bank_linking = wallet.api.bank_linking();
    let request = ConnectStartRequest::builder()
        .external_customer_id("robin")
        .products([Product::Balances])
        .optional_products([Product::Owners])
        .regions(["US"]);
    let started = bank_linking.start_connection(request).await.unwrap();

    // The token has the expiry of the widget. Redacted in `Debug` output.
    let ends = started.expires_at().unwrap();
    let left = ends.signed_duration_since(wallet.sandbox.clock().now());
    assert!((230..=240).contains(&left.num_minutes()), "{left}");
    let claims = started.claims().unwrap();
    assert_eq!((claims.connection_id, claims.customer_id), (started.id.clone(), started.customer_id.clone()));
    assert_eq!(claims.products, ["BALANCES"]);
    assert!(!format!("{started:?}").contains(started.connect_token.as_deref().unwrap()));

    // The connection cannot be used while the customer is in the widget.
    let id = started.id.as_deref().unwrap();
    assert_eq!(wallet.connection(id).await.next_step(), NextStep::AwaitWidget);
    wallet.sandbox.complete_connection(id).unwrap();

    // Data is available after this event, not when the widget is finished.
    let events = wallet.events_up_to("BANK_LINKING_ACCOUNTS_UPDATED").await;
    assert!(events.iter().any(|event| event == "BANK_LINKING_CONNECTION_COMPLETED"), "{events:?}");
    let accounts = bank_linking.search_accounts().connection_id(id).all(100).await.unwrap();
    assert_eq!(accounts.len(), 2);
    for account in &accounts {
        assert!(account.signed_balance().unwrap() > meld_client::Decimal::ZERO);
        assert_eq!(account.signed_balance(), account.available_to_spend());
        assert_eq!(account.truncated_account_number.as_ref().unwrap().len(), 4);
    }
    assert_eq!(wallet.connection(id).await.next_step(), NextStep::Nothing);
}

/// Rejects requests that Meld would reject before sending them.
#[tokio::test]
async fn invalid_connect_requests_are_not_sent() {
    let wallet = Wallet::open().await;
    let bank_linking = wallet.api.bank_linking();
    let request = || ConnectStartRequest::builder().external_customer_id("robin");
    for (request, field) in [
        (request(), "products"),
        (request().products(["HISTORICAL_TRANSACTIONS"]), "products"),
        (request().products(["OWNERS"]).optional_products(["historical_transactions"]), "optionalProducts"),
        (request().products(["OWNERS", "BALANCES"]).optional_products(["BALANCES"]), "products"),
        (request().products(["PROCESSOR_TOKEN"]), "products"),
        (request().products(["OWNERS"]).optional_products(["processor_tokens"]), "optionalProducts"),
        (ConnectStartRequest::builder().products(["OWNERS"]), "externalCustomerId"),
    ] {
        let error = bank_linking.start_connection(request).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidRequest { .. }), "{error}");
        assert!(error.to_string().contains(field), "{field}: {error}");
        assert!(error.to_string().starts_with("POST /bank-linking/connect/start: "), "{error}");
    }
    assert_eq!(wallet.requests(), 0);
    // Optional products alone are enough.
    bank_linking.start_connection(request().optional_products(["OWNERS"])).await.unwrap();
}

#[tokio::test]
async fn broken_connection_is_repaired() {
    let wallet = Wallet::open().await;
    wallet.subscribe().await;
    let bank_linking = wallet.api.bank_linking();
    let (id, accounts) = wallet.link("robin", &[Product::Balances]).await;
    let broken = ConnectionStatus::ReconnectRequired;
    wallet.sandbox.set_connection_status(&id, broken, Some("LOGIN_REQUIRED")).unwrap();
    wallet.events_up_to("BANK_LINKING_CONNECTION_STATUS_CHANGE").await;

    let connection = wallet.connection(&id).await;
    assert_eq!(connection.next_step(), NextStep::AskToReconnect);
    let requests = wallet.requests();
    let error = bank_linking.refresh_products(&connection, &[]).await.unwrap_err();
    assert_eq!(error.field(), Some("status"));
    assert!(error.to_string().contains("RECONNECT_REQUIRED (LOGIN_REQUIRED)"), "{error}");
    assert!(error.to_string().starts_with("POST /bank-linking/connections/"), "{error}");
    assert_eq!(wallet.requests(), requests, "Meld would reject it");

    let repair = bank_linking.repair_connection(&connection).await.unwrap();
    assert!(repair.expires_at().unwrap() > wallet.sandbox.clock().now());
    assert_eq!(repair.institution_id, connection.institution_id);
    // The customer logs in at the same bank.
    let page = repair.widget_url.as_deref().unwrap();
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(browser.get(page).send().await.unwrap().status().is_success());
    let search = bank_linking.search_accounts().connection_id(&id);
    let ids = search.all(100).await.unwrap().into_iter().filter_map(|account| account.id);
    assert!(ids.eq(accounts));
    let connection = wallet.connection(&id).await;
    assert_eq!(connection.status_reason, None);
    assert_eq!((connection.state().status().as_str(), connection.can_repair()), ("ACTIVE", false));

    // Active connections need no repair, and ended ones cannot be repaired.
    let ended = [ConnectionStatus::Deleted, ConnectionStatus::Expired, ConnectionStatus::InProgress];
    for status in [ConnectionStatus::Active].into_iter().chain(ended) {
        wallet.sandbox.set_connection_status(&id, status, None).unwrap();
        let connection = wallet.connection(&id).await;
        let requests = wallet.requests();
        let error = bank_linking.repair_connection(&connection).await.unwrap_err();
        assert_eq!((error.field(), wallet.requests()), (Some("status"), requests), "{status:?}");
    }
}

/// Leaves the decision to Meld if the connection has changed since it was read, or its status is unknown.
#[tokio::test]
async fn stale_connection_is_rejected_by_meld() {
    let wallet = Wallet::open().await;
    let (id, _) = wallet.link("robin", &[Product::Balances]).await;
    let connection = wallet.connection(&id).await;
    wallet.sandbox.set_connection_status(&id, ConnectionStatus::Deleted, None).unwrap();
    let error = wallet.api.bank_linking().refresh_products(&connection, &[]).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 409);
    // An unknown status may allow a repair.
    let mut new = connection;
    new.status = Some("BRAND_NEW".to_owned());
    assert!(!new.can_refresh() && !new.can_repair());
    let error = wallet.api.bank_linking().repair_connection(&new).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 409);
    let error = wallet.api.bank_linking().repair_connection(&Connection::default()).await.unwrap_err();
    assert_eq!(error.field(), Some("connectionId"));
}

#[tokio::test]
async fn product_is_added_to_a_connection() {
    let wallet = Wallet::open().await;
    wallet.subscribe().await;
    let bank_linking = wallet.api.bank_linking();
    let (id, accounts) = wallet.link("robin", &[Product::Balances]).await;
    let connection = wallet.connection(&id).await;
    for products in [&[] as &[Product], &[Product::Owners, Product::Balances]] {
        let requests = wallet.requests();
        let error = bank_linking.add_products(&connection, products).await.unwrap_err();
        assert_eq!((error.field(), wallet.requests()), (Some("products"), requests));
    }
    let added = bank_linking.add_products(&connection, &[Product::Owners]).await.unwrap();
    assert!(added.request_id.is_some());
    wallet.events_up_to("BANK_LINKING_ACCOUNTS_UPDATED").await;
    assert_eq!(wallet.connection(&id).await.optional_products, [Product::Owners]);
    let account = bank_linking.get_account().financial_account_id(&accounts[0]).send().await;
    assert_eq!(account.unwrap().owners[0].names, ["Robin Example"]);

    wallet.sandbox.set_connection_status(&id, ConnectionStatus::Deleted, None).unwrap();
    let deleted = wallet.connection(&id).await;
    let error = bank_linking.add_products(&deleted, &[Product::Identifiers]).await.unwrap_err();
    assert_eq!(error.field(), Some("status"));
}

#[tokio::test]
async fn refresh_updates_accounts() {
    let wallet = Wallet::open().await;
    wallet.subscribe().await;
    let bank_linking = wallet.api.bank_linking();
    let (id, _) = wallet.link("robin", &[Product::Balances, Product::Owners]).await;
    let connection = wallet.connection(&id).await;
    assert!(connection.can_refresh());
    let requests = wallet.requests();
    let other = bank_linking.refresh_products(&connection, &[Product::Identifiers]).await.unwrap_err();
    assert_eq!((other.field(), wallet.requests()), (Some("products"), requests));

    let refreshed = bank_linking.refresh_products(&connection, &[Product::Balances]).await.unwrap();
    assert_eq!(refreshed.status().as_u16(), 202);
    let events = wallet.events_up_to("BANK_LINKING_ACCOUNTS_UPDATED").await;
    assert!(events.iter().any(|event| event == "BANK_LINKING_ACCOUNTS_UPDATING"), "{events:?}");
}

/// Never retries a refresh, because providers limit them.
#[tokio::test]
async fn refresh_is_never_retried() {
    let wallet = Wallet::open().await;
    let (id, _) = wallet.link("robin", &[Product::Balances]).await;
    let connection = wallet.connection(&id).await;
    for fault in [Fault::TooManyRequestsSeconds, Fault::Unavailable, Fault::ConnectionReset] {
        wallet.sandbox.clear_faults();
        wallet.sandbox.add_fault(rule("bank-linking-connections-refresh", fault)).unwrap();
        let requests = wallet.requests();
        wallet.api.bank_linking().refresh_products(&connection, &[]).await.unwrap_err();
        assert_eq!(wallet.requests(), requests + 1, "{fault}");
    }
}

#[tokio::test]
async fn institutions_are_filtered_by_products() {
    let wallet = Wallet::open().await;
    let bank_linking = wallet.api.bank_linking();
    let needed = [Product::Balances, Product::Transactions];
    let banks: Vec<_> = bank_linking.find_institutions(&needed, &["US", "CA"]).try_collect().await.unwrap();
    assert_eq!(banks.len(), 10, "the banks in the United States");
    assert!(banks.iter().all(|bank| bank.offers_all(&needed) && bank.regions() == ["US"]));
    let everywhere = bank_linking.find_institutions(&needed, &[]);
    assert_eq!(everywhere.try_collect::<Vec<_>>().await.unwrap().len(), 12);
    let more = [Product::Balances, Product::InvestmentHoldings];
    let none = bank_linking.find_institutions(&more, &["US"]);
    assert_eq!(none.try_collect::<Vec<_>>().await.unwrap(), []);

    let bank = banks.iter().find(|bank| bank.name.as_deref() == Some("MX Bank")).unwrap();
    assert_eq!(bank.providers_offering(&needed, &["US"]), ["MX"]);
    let request = ConnectStartRequest::builder()
        .external_customer_id("robin")
        .products(needed)
        .institution_id(bank.id.clone().unwrap());
    let started = bank_linking.start_connection(request).await.unwrap();
    let id = started.id.as_deref().unwrap();
    wallet.sandbox.complete_connection(id).unwrap();
    assert_eq!(wallet.connection(id).await.institution_name.as_deref(), Some("MX Bank"));
}

/// Polls for data instead of using webhooks.
#[tokio::test]
async fn aggregation_can_be_polled() {
    let wallet = Wallet::open().await;
    let bank_linking = wallet.api.bank_linking();
    let briefly = polling(2, 40);
    let since = SystemTime::now().into();
    let request = ConnectStartRequest::builder().external_customer_id("robin");
    let request = request.products([Product::Balances]);
    let id = bank_linking.start_connection(request).await.unwrap().into_inner().id.unwrap();
    let none = bank_linking.wait_until_aggregated(&id, since, briefly).await.unwrap();
    assert!(matches!(none, Aggregation::Pending));

    // Polling works in a spawned task.
    let task = tokio::spawn({
        let (bank_linking, id) = (bank_linking.clone(), id.clone());
        async move { bank_linking.wait_until_aggregated(&id, since, polling(2, 20_000)).await }
    });
    wallet.sandbox.complete_connection(&id).unwrap();
    let Aggregation::Completed(connection) = task.await.unwrap().unwrap() else { panic!("no data") };
    assert!(connection.successfully_aggregated_at.unwrap() > since);

    let later = connection.successfully_aggregated_at.unwrap();
    wallet.sandbox.set_connection_status(&id, ConnectionStatus::Deleted, None).unwrap();
    let ended = bank_linking.wait_until_aggregated(&id, later, briefly).await.unwrap();
    assert!(matches!(ended, Aggregation::Ended(connection) if connection.is_terminal()));
}

#[tokio::test]
async fn unfinished_widget_expires() {
    let wallet = Wallet::with(Sandbox::builder().seed(7)).await;
    let request = ConnectStartRequest::builder().external_customer_id("robin");
    let started = wallet.api.bank_linking().start_connection(request.products(["OWNERS"])).await.unwrap();
    let ends = started.expires_at().unwrap();
    wallet.sandbox.clock().advance(Duration::from_secs(4 * 3600 + 1));
    assert!(ends < wallet.sandbox.clock().now());
    let id = started.id.as_deref().unwrap();
    let connection = wallet.connection(id).await;
    assert_eq!((connection.is_terminal(), connection.next_step()), (true, NextStep::CreateNew));
    assert_eq!(connection.status.as_deref(), Some("EXPIRED"));
    assert!(wallet.sandbox.complete_connection(id).is_err());
}

/// Returns a fault of one operation.
pub fn rule(operation: &str, fault: Fault) -> FaultRule {
    FaultRule::new(fault).operation(operation)
}
