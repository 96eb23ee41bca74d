// Compiled once for each API version, which is `api`; see `dates.rs`.

use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use meld_client::bank_linking::NextStep;
use meld_client::webhooks::{EventType, Verifier};
use meld_sandbox::{ConnectionStatus, Sandbox};
use meld_test_server::{Server, response};

use super::super::{events_after, start};
use api::Api;
use api::bank_linking::types::{
    ConnectStartRequest, Connection, ImportConnection, ImportPlaidDetails, ImportRequest, Product,
};
use api::prelude::*;
use api::webhooks::types::WebhookProfileCreateRequest;

const ACCOUNTS_UPDATED: &str = "BANK_LINKING_ACCOUNTS_UPDATED";

/// The backend of a wallet with a webhook profile.
struct Bank {
    sandbox: Sandbox,
    api: Api,
}

impl Bank {
    async fn open() -> Self {
        let (sandbox, meld) = start().await;
        let api = Api::new(meld.transport().clone());
        // Nothing receives the events, but the mock server lists its deliveries.
        let profile = WebhookProfileCreateRequest::builder().name("all").url("http://127.0.0.1:9/webhooks");
        api.webhooks().create_profile().body(profile).send().await.unwrap();
        Self { sandbox, api }
    }

    /// Links a bank as a customer does. Returns the id of the connection and those of its accounts.
    async fn link(&self, products: &[Product]) -> (String, Vec<String>) {
        let request = ConnectStartRequest::builder().external_customer_id("robin").products(products.iter().cloned());
        let id = self.api.bank_linking().start_connection(request).await.unwrap().id.clone().unwrap();
        let accounts = self.sandbox.complete_connection(&id).unwrap();
        events_after(&self.sandbox, "BANK_LINKING_CONNECTION_COMPLETED", 0).await;
        (id, accounts)
    }

    async fn connection(&self, id: &str) -> Connection {
        self.api.bank_linking().get_connection().connection_id(id).send().await.unwrap().into_inner()
    }
}

/// Story 2: receives webhooks.
#[tokio::test]
async fn webhook_test_is_verified() {
    let (_sandbox, meld) = start().await;
    let webhooks = Api::new(meld.transport().clone()).webhooks();
    let server = Server::start([response("200 OK", "", "")]).await;
    let url = format!("{}/webhooks", server.address);
    let types = webhooks.list_event_types().send().await.unwrap();
    let request = WebhookProfileCreateRequest::builder().name("all").url(&url).event_types(types.iter().cloned());
    let profile = webhooks.create_profile().body(request).send().await.unwrap();
    let verifier = Verifier::new(profile.secret.clone().unwrap(), &url).unwrap();
    let id = profile.id.clone().unwrap();
    webhooks.test_profile().webhook_profile_id(&id).send().await.unwrap();
    // The creation sends a test, too.
    for delivery in server.wait_for(2).await {
        let verified = verifier.verify(&delivery.header_map(), delivery.body.as_bytes()).unwrap();
        assert_eq!(verified.event.event_type, EventType::WebhookTest);
    }
}

/// Story 3: links a bank account, and reads its balances.
#[tokio::test]
async fn linked_accounts_have_balances() {
    let bank = Bank::open().await;
    let (id, accounts) = bank.link(&[Product::Balances]).await;
    events_after(&bank.sandbox, ACCOUNTS_UPDATED, 0).await;
    let found = bank.api.bank_linking().search_accounts().connection_id(&id).all(100).await.unwrap();
    assert!(found.iter().all(|account| account.balances.is_some()));
    assert!(found.iter().filter_map(|account| account.id.clone()).eq(accounts));
}

/// Story 4: reads all transactions of a new link, and again after the historical ones.
#[tokio::test]
async fn new_link_has_all_transactions() {
    let bank = Bank::open().await;
    let (_, accounts) = bank.link(&[Product::Transactions]).await;
    for event in ["BANK_LINKING_TRANSACTIONS_AGGREGATED", "BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED"] {
        events_after(&bank.sandbox, event, 0).await;
        let search = bank.api.bank_linking().search_transactions().financial_account_id(&accounts[0]);
        assert_eq!(search.limit(1000).all(5000).await.unwrap().len(), 1200);
    }
}

/// Story 5: keeps a local copy fresh, by the key and the removed ids of the event.
#[tokio::test]
async fn changes_are_read_up_to_the_key() {
    let bank = Bank::open().await;
    let (_, accounts) = bank.link(&[Product::Transactions]).await;
    let updated = bank.sandbox.update_transactions(&accounts[0], 90, 20, 3).unwrap();
    let banks = bank.api.bank_linking();
    let mut changes = banks.changed_transactions(&accounts[0], updated.oldest_key.as_deref());
    let mut read = Vec::new();
    while let Some(transaction) = changes.try_next().await.unwrap() {
        read.push(transaction.id.unwrap());
    }
    assert!(changes.reached_key());
    let mut expected = [updated.added, updated.changed].concat();
    expected.sort();
    read.sort();
    assert_eq!(read, expected);
    assert!(updated.removed.iter().all(|id| !read.contains(id)));
}

/// Story 6: reads investments.
#[tokio::test]
async fn linked_investments_are_read() {
    let bank = Bank::open().await;
    let (_, accounts) = bank.link(&[Product::InvestmentHoldings, Product::InvestmentTransactions]).await;
    let banks = bank.api.bank_linking();
    let holdings = banks.search_investment_holdings().financial_account_id(&accounts[0]);
    assert_eq!(holdings.all(100).await.unwrap().len(), 3);
    let trades = banks.search_investment_transactions().financial_account_id(&accounts[0]);
    assert_eq!(trades.all(100).await.unwrap().len(), 3);
}

/// Story 7: repairs a broken link.
#[tokio::test]
async fn broken_link_is_active_after_repair() {
    let bank = Bank::open().await;
    let (id, _) = bank.link(&[Product::Balances]).await;
    bank.sandbox.set_connection_status(&id, ConnectionStatus::ReconnectRequired, Some("LOGIN_REQUIRED")).unwrap();
    events_after(&bank.sandbox, "BANK_LINKING_CONNECTION_STATUS_CHANGE", 0).await;
    let connection = bank.connection(&id).await;
    assert_eq!(connection.next_step(), NextStep::AskToReconnect);
    let repair = bank.api.bank_linking().repair_connection(&connection).await.unwrap();
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = browser.get(repair.widget_url.as_deref().unwrap()).send().await.unwrap();
    assert!(page.status().is_success());
    assert_eq!(bank.connection(&id).await.next_step(), NextStep::Nothing);
}

/// Stories 8 and 9: adds a product later, and requests fresh data.
#[tokio::test]
async fn added_product_is_refreshed() {
    let bank = Bank::open().await;
    let (id, _) = bank.link(&[Product::Balances]).await;
    let before = events_after(&bank.sandbox, ACCOUNTS_UPDATED, 0).await;
    let count = |events: &[String]| events.iter().filter(|event| *event == ACCOUNTS_UPDATED).count();
    let banks = bank.api.bank_linking();
    banks.add_products(&bank.connection(&id).await, &[Product::Owners]).await.unwrap();
    let added = events_after(&bank.sandbox, ACCOUNTS_UPDATED, count(&before)).await;
    let connection = bank.connection(&id).await;
    assert!(connection.can_refresh());
    let refreshed = banks.refresh_products(&connection, &[Product::Balances]).await.unwrap();
    assert_eq!(refreshed.status().as_u16(), 202);
    events_after(&bank.sandbox, ACCOUNTS_UPDATED, count(&added)).await;
}

/// Story 10: links a bank of an own picker.
#[tokio::test]
async fn picked_bank_is_linked() {
    let bank = Bank::open().await;
    let banks = bank.api.bank_linking();
    let found: Vec<_> = banks.find_institutions(&[Product::Balances], &["US"]).try_collect().await.unwrap();
    let picked = found[0].clone();
    let request = ConnectStartRequest::builder()
        .external_customer_id("robin")
        .products([Product::Balances])
        .institution_id(picked.id.unwrap());
    let id = banks.start_connection(request).await.unwrap().id.clone().unwrap();
    bank.sandbox.complete_connection(&id).unwrap();
    assert_eq!(bank.connection(&id).await.institution_name, picked.name);
}

/// Story 11: unlinks a connection with its duplicate.
#[tokio::test]
async fn duplicates_are_unlinked_with_the_link() {
    let bank = Bank::open().await;
    let (first, _) = bank.link(&[Product::Balances]).await;
    let (second, _) = bank.link(&[Product::Balances]).await;
    assert_eq!(bank.connection(&second).await.duplicate_connection_ids, std::slice::from_ref(&first));
    let unlinked = bank.api.bank_linking().unlink_with_duplicates(&second).await.unwrap();
    assert!(unlinked.is_confirmed() && unlinked.connections().count() == 2);
    for event in ["BANK_LINKING_CONNECTION_DELETED", "BANK_LINKING_ACCOUNTS_REMOVED"] {
        events_after(&bank.sandbox, event, 0).await;
    }
    assert!(bank.connection(&first).await.is_terminal());
}

/// Story 12: moves Plaid links to Meld, and finds the ones that failed.
#[tokio::test]
async fn plaid_links_are_moved() {
    let bank = Bank::open().await;
    let plaid = |customer: &str, token: &str| {
        let details = ImportPlaidDetails::builder().external_customer_id(customer).access_token(token);
        ImportConnection::Plaid(details.build().unwrap())
    };
    let began = SystemTime::now().into();
    let request = ImportRequest::builder().connections([plaid("robin", "access-1"), plaid("kim", "refused-1")]);
    bank.api.bank_linking().import_connections().body(request).send().await.unwrap();
    events_after(&bank.sandbox, "BANK_LINKING_CONNECTION_COMPLETED", 0).await;
    let failures = bank.api.beta().list_import_failures(began).await.unwrap();
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].external_customer_id.as_deref(), Some("kim"));
    assert!(failures[0].activity.details.is_some());
}

/// Story 25: explains a failure by its request id, with the raw exchange.
#[tokio::test]
async fn failed_request_is_explained() {
    let bank = Bank::open().await;
    let began = SystemTime::now().into();
    let missing = bank.api.bank_linking().get_connection().connection_id("nobody").send().await.unwrap_err();
    let activities = bank.api.beta().explain_request(missing.request_id().unwrap(), began).await.unwrap();
    assert_eq!(activities.len(), 1);
    assert_eq!(activities[0].details.as_ref().unwrap()["status"], 404);
    let later = began + Duration::from_secs(3600);
    assert_eq!(bank.api.beta().explain_request("unknown", later).await.unwrap(), []);
}
