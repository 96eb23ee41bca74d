//! KYC of customers: raw data, exports, missing steps.

use meld_sandbox::KycStatus;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Meld, assert_refused, billing_address, header, multipart, read, text, with};

fn raw_data() -> Value {
    json!({
        "serviceProvider": "SUMSUB", "mode": "RAW_DATA_IMPORT", "kycShareProviders": ["NOAH"],
        "applicantData": {
            "firstName": "Robin", "lastName": "Example", "dob": "1990-01-15", "nationality": "USA",
            "email": "robin@example.com", "taxResidenceCountry": "USA", "address": { "country": "USA" },
            "documents": [{ "part": "docFront", "idDocType": "ID_CARD", "idDocSubType": "FRONT_SIDE" }],
        },
    })
}

#[tokio::test]
async fn raw_data_is_imported_and_exported() {
    let meld = Meld::start().await;
    let id = meld.customer().await;
    let target = format!("/accounts/customers/{id}/kyc/initiate");
    let import = async |data: Value, files: &[&str]| {
        let files: Vec<String> = files.iter().map(|name| (*name).to_owned()).collect();
        read(multipart(meld.request(Method::POST, &target), &data, &files).send().await.unwrap()).await
    };
    assert_refused(meld.post(&target, raw_data()).await, 400, "BAD_REQUEST", "");
    assert_refused(import(raw_data(), &[]).await, 400, "BAD_REQUEST", "[docFront]");
    let invalid = with(raw_data(), json!({ "applicantData": { "email": null } }));
    assert_refused(import(invalid, &["docFront"]).await, 400, "BAD_REQUEST", "[applicantData.email]");
    let mut named = raw_data();
    named["applicantData"]["documents"] = json!([{ "part": "../front", "idDocType": "SELFIE" }]);
    assert_refused(import(named, &["../front"]).await, 400, "BAD_REQUEST", "not a name of a part");
    let (status, started) = import(raw_data(), &["docFront"]).await;
    assert_eq!((status.as_u16(), &started["status"]), (200, &json!("PENDING")));
    assert_refused(import(raw_data(), &["docFront"]).await, 409, "CONFLICT", "");

    let body = json!({ "mode": "RAW_DATA", "kycProvider": "SUMSUB" });
    let request = meld.request(Method::POST, &format!("/accounts/customers/{id}/kyc/export")).json(&body);
    let response = request.header("Accept", "*/*").send().await.unwrap();
    assert!(header(&response, "content-type").starts_with("multipart/form-data; boundary="));
    let exported = response.text().await.unwrap();
    for part in ["name=\"data\"", "name=\"ID_CARD_FRONT_SIDE_100000\"", "docFront!", "\"lastName\":\"Example\""] {
        assert!(exported.contains(part), "{part} is not in {exported}");
    }
}

#[tokio::test]
async fn token_export_names_recipient() {
    let meld = Meld::start().await;
    let id = meld.customer().await;
    let target = format!("/accounts/customers/{id}/kyc/export");
    let body = json!({ "mode": "TOKEN", "kycProvider": "SUMSUB", "recipientClientId": "meld.io_75082" });
    assert_refused(meld.post(&target, body.clone()).await, 404, "NOT_FOUND", "applicant");
    let kyc = json!({ "serviceProvider": "SUMSUB", "mode": "HOSTED_URL" });
    meld.create(&format!("/accounts/customers/{id}/kyc/initiate"), kyc).await;
    let exported = meld.create(&target, body.clone()).await;
    assert!(exported["shareToken"].is_string() && exported["applicantId"].is_string());
    let nobody = with(body, json!({ "recipientClientId": null }));
    assert_refused(meld.post(&target, nobody).await, 400, "BAD_REQUEST", "[recipientClientId]");
}

#[tokio::test]
async fn customer_shows_missing_steps() {
    let meld = Meld::start().await;
    let id = meld.customer().await;
    let target = format!("/accounts/customers/{id}");
    assert_refused(meld.get("/accounts/customers/none").await, 404, "NOT_FOUND", "customer");
    meld.create(&format!("{target}/addresses"), billing_address()).await;
    let body = json!({ "serviceProvider": "SUMSUB", "mode": "HOSTED_URL", "kycShareProviders": ["DUENETWORK"] });
    meld.create(&format!("{target}/kyc/initiate"), body).await;
    let kyc = async |index: usize| meld.read(&target).await["serviceProviderCustomers"][index]["kyc"].clone();
    assert!(kyc(0).await.get("additionalInfo").is_none());
    assert!(text(&kyc(1).await["additionalInfo"]["TosURL"]).contains("page=terms"));
    meld.sandbox.ask_customer(&id, "DUENETWORK").unwrap();
    let asked = kyc(1).await["additionalInfo"].clone();
    assert_eq!(asked["missingSteps"], json!(["PROOF_OF_ADDRESS"]));
    assert_eq!(meld.open(&asked["HostedURL"]).await, 200);
    assert_eq!(kyc(1).await["status"], "APPROVED");
    assert!(kyc(1).await.get("additionalInfo").is_none());
    meld.sandbox.decide_kyc_at(&id, "DUENETWORK", KycStatus::Rejected).unwrap();
    assert_eq!(kyc(1).await["status"], "REJECTED");
}
