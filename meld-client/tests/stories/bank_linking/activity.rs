// Scenarios of the activity log.
// Compiled once for each API version, which is `api`; see `dates.rs`.

use std::time::{Duration, SystemTime};

use meld_sandbox::ConnectionStatus;

use super::{Wallet, api};
use api::bank_linking::types::{ImportConnection, ImportPlaidDetails, ImportRequest, Product};
use api::beta::types::ActivityAction;
use api::prelude::*;

fn plaid(customer: &str, token: &str) -> ImportConnection {
    let details = ImportPlaidDetails::builder().external_customer_id(customer).access_token(token);
    ImportConnection::Plaid(details.build().unwrap())
}

#[tokio::test]
async fn imported_plaid_links_and_their_failures() {
    let wallet = Wallet::open().await;
    wallet.subscribe().await;
    let began = SystemTime::now().into();
    let connections = [plaid("robin", "access-1"), plaid("kim", "refused-1"), plaid("sasha", "refused-2")];
    let request = ImportRequest::builder().connections(connections);
    let import = wallet.api.bank_linking().import_connections().body(request);
    let response = import.send().await.unwrap();

    // A successful import sends the same events as the widget.
    wallet.events_up_to("BANK_LINKING_TRANSACTIONS_AGGREGATED").await;
    let imported = wallet.api.bank_linking().search_connections().all(100).await.unwrap();
    assert_eq!(imported.len(), 1);
    assert_eq!(imported[0].external_customer_id.as_deref(), Some("robin"));
    assert_eq!(imported[0].status.as_deref(), Some("ACTIVE"));

    // A failed import is in the activity log only.
    let beta = wallet.api.beta();
    let task = tokio::spawn(async move { beta.list_import_failures(began).await });
    let failures = task.await.unwrap().unwrap();
    let customers: Vec<_> = failures.iter().map(|failure| failure.external_customer_id.as_deref().unwrap()).collect();
    assert_eq!(customers, ["kim", "sasha"], "in order of failure");
    for failure in &failures {
        assert_eq!(failure.service_provider.as_deref(), Some("PLAID"));
        assert_eq!(failure.request_id, response.request_id);
        assert!(failure.connection_id.is_some() && failure.occurred_at.is_some());
        // The reason, in the provider's words. Redacted in `Debug` output.
        let details = failure.activity.details.as_ref().unwrap();
        assert_eq!(details["errorCode"], "INVALID_ACCESS_TOKEN");
        assert!(!format!("{failure:?}").contains("INVALID_ACCESS_TOKEN"));
    }
    let none = wallet.api.beta().list_import_failures(began + Duration::from_secs(3600)).await;
    assert_eq!(none.unwrap(), []);
}

#[tokio::test]
async fn activity_log_explains_a_failed_request() {
    let wallet = Wallet::open().await;
    let began = SystemTime::now().into();
    let (id, _) = wallet.link("robin", &[Product::Balances]).await;
    let broken = ConnectionStatus::ReconnectRequired;
    wallet.sandbox.set_connection_status(&id, broken, Some("TOKEN_EXPIRED")).unwrap();
    let refresh = wallet.api.bank_linking().refresh_connection().connection_id(&id);
    let body = api::bank_linking::types::ConnectionRefreshRequest::builder();
    let error = refresh.body(body).send().await.unwrap_err();

    // By the request id of the error.
    let (beta, request_id) = (wallet.api.beta(), error.request_id().unwrap().to_owned());
    let task = tokio::spawn(async move { beta.explain_request(&request_id, began).await });
    let activities = task.await.unwrap().unwrap();
    assert_eq!(activities.len(), 1);
    assert_eq!(activities[0].action, Some(ActivityAction::InboundRequest));
    assert_eq!(activities[0].details.as_ref().unwrap()["status"], 409);

    // By connection, in chronological order. The details take more than one request.
    for _ in 0..120 {
        wallet.connection(&id).await;
    }
    let all = wallet.api.beta().explain_connection(&id, began).await.unwrap();
    assert_eq!(all.len(), 121);
    assert!(all.is_sorted_by_key(|activity| activity.occurred_at));
    assert!(all.iter().all(|activity| activity.details.is_some()));
    assert_eq!(all[0].details.as_ref().unwrap()["status"], 409);
    let other = wallet.api.beta().explain_connection("other", began).await.unwrap();
    assert_eq!(other, []);

    // By any other filter, page by page, newest first.
    let search = wallet.api.beta().search_since(began).connection_ids([&id]);
    let newest = search.limit(1).send().await.unwrap();
    assert_eq!(newest.activities[0].key, all[120].key);
    let key = all[0].key.as_deref().unwrap();
    let details = wallet.api.beta().get_details(&[key, "unknown"]).await.unwrap();
    assert_eq!(details.keys().collect::<Vec<_>>(), [key]);
    assert!(wallet.api.beta().get_details(&[]).await.unwrap().is_empty());
}
