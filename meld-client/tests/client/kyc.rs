//! Sharing KYC, with scripted responses.

use meld_client::ExposeSecret;
use meld_client::customers::KycState;
use meld_client::v2026_02_03::customer::types::UpdateKycRequest;
use meld_client::v2026_02_03::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::{PRIVATE, Server, clean, json as success, response};

#[tokio::test]
async fn missing_fields_are_sent_or_refused() {
    let request = |value: &str| {
        UpdateKycRequest::builder()
            .service_provider("SUMSUB")
            .mode("HOSTED_URL")
            .kyc_share_providers(["NOAH"])
            .service_provider_details(Map::from_iter([("occupation".to_owned(), Value::from(value))]))
    };
    let missing = ["occupation".to_owned()];
    let server = Server::start([success(r#"{"customerId":"c1","status":"PENDING"}"#)]).await;
    let customers = server.meld().v2026_02_03().customer();
    let updated = customers.submit_missing_fields("c1", request(PRIVATE), &missing).await.unwrap();
    assert_eq!(updated.state, KycState::Pending);
    let sent = server.request();
    assert_eq!(sent.line(), "PATCH /accounts/customers/c1/kyc/initiate");
    let expected = json!({ "serviceProvider": "SUMSUB", "mode": "HOSTED_URL", "kycShareProviders": ["NOAH"],
        "serviceProviderDetails": { "occupation": PRIVATE } });
    assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), expected);

    let more = ["occupation".to_owned(), "ssn".to_owned()];
    for (request, missing, field) in [
        (request(PRIVATE), &more[..], "serviceProviderDetails.ssn"),
        (request(" "), &missing, "serviceProviderDetails.occupation"),
    ] {
        let refused = customers.submit_missing_fields("c1", request, missing).await.unwrap_err();
        assert_eq!(clean(refused).field(), Some(field));
    }
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn share_tokens_are_exported_as_secrets() {
    let token = format!(r#"{{"mode":"TOKEN","applicantId":"a1","shareToken":"{PRIVATE}"}}"#);
    let server = Server::start([success(token)]).await;
    let customers = server.meld().v2026_02_03().customer();
    let exported = customers.export_kyc_share_token("c1", "meld.io_75082").await.unwrap();
    assert_eq!((exported.applicant_id.as_deref(), exported.token.expose_secret()), (Some("a1"), PRIVATE));
    assert!(!format!("{exported:?}").contains(PRIVATE));
    let sent = server.request();
    assert_eq!(sent.line(), "POST /accounts/customers/c1/kyc/export");
    let expected = json!({ "mode": "TOKEN", "kycProvider": "SUMSUB", "recipientClientId": "meld.io_75082" });
    assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), expected);

    for reply in [success("{}"), response("404 Not Found", "", r#"{"code":"NOT_FOUND"}"#)] {
        let server = Server::start([reply]).await;
        let customers = server.meld().v2026_02_03().customer();
        clean(customers.export_kyc_share_token("c1", "x").await.unwrap_err());
    }
}
