//! Sharing KYC, with scripted responses.

use meld_client::customers::KycState;
use meld_client::multipart::FilePart;
use meld_client::v2026_02_03::customer::types::{
    KycApplicant, KycApplicantAddress, KycDocument, KycRawData, UpdateKycRequest,
};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Error, ExposeSecret};
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

fn raw_data(parts: &[&str]) -> Result<KycRawData, Error> {
    let document = |part: &&str| KycDocument::builder().part(*part).id_doc_type("ID_CARD").country("USA").build();
    let documents: Result<Vec<KycDocument>, Error> = parts.iter().map(document).collect();
    let applicant = KycApplicant::builder()
        .first_name(PRIVATE)
        .last_name("Doe")
        .dob("1990-01-15".parse::<meld_client::chrono::NaiveDate>().unwrap())
        .nationality("USA")
        .email("robin@example.com")
        .tax_residence_country("USA")
        .address(KycApplicantAddress::builder().country("USA").build()?)
        .documents(documents?);
    KycRawData::builder().service_provider("SUMSUB").mode("RAW_DATA_IMPORT").applicant_data(applicant.build()?).build()
}

fn files(names: &[&str]) -> Vec<(String, FilePart)> {
    names.iter().map(|name| ((*name).to_owned(), FilePart::bytes(PRIVATE.as_bytes().to_vec()))).collect()
}

#[tokio::test]
async fn raw_kyc_is_imported_with_its_files() {
    let server = Server::start([success(r#"{"customerId":"c1","status":"PENDING"}"#)]).await;
    let customers = server.meld().v2026_02_03().customer();
    let started = customers.import_kyc_files("c1", raw_data(&["front", "back"]).unwrap(), files(&["back", "front"]));
    assert_eq!(started.await.unwrap().state, KycState::Pending);
    let sent = server.request();
    assert_eq!(sent.line(), "POST /accounts/customers/c1/kyc/initiate");
    assert!(sent.header("content-type").unwrap().starts_with("multipart/form-data"));
    for part in ["name=\"data\"", "name=\"front\"", "name=\"back\"", "RAW_DATA_IMPORT"] {
        assert!(sent.body.contains(part), "{}", sent.body);
    }
    for (parts, names, field) in [
        (&["front"][..], &["back"][..], "front"),
        (&["front"], &["front", "back"], "back"),
        (&["front", "front"], &["front"], "front"),
        (&["front"], &["front", "front"], "front"),
    ] {
        let refused = customers.import_kyc_files("c1", raw_data(parts).unwrap(), files(names)).await.unwrap_err();
        assert_eq!(clean(refused).field(), Some(field), "{parts:?} {names:?}");
    }
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn exported_files_belong_to_their_documents() {
    let data =
        r#"{"applicantData":{"firstName":"very-private-name","documents":[{"part":"b"},{"part":"x"},{"part":"a"}]}}"#;
    let part = |name: &str, kind: &str, content: &str| {
        format!("--bound\r\nContent-Disposition: form-data; name=\"{name}\"{kind}\r\n\r\n{content}\r\n")
    };
    let file = "; filename=\"../f.jpg\"\r\nContent-Type: image/jpeg";
    let body = [
        part("a", file, "one"),
        part("data", "\r\nContent-Type: application/json", data),
        part("b", file, "two"),
        "--bound--\r\n".to_owned(),
    ];
    let server =
        Server::start([response("200 OK", "Content-Type: multipart/form-data; boundary=bound\r\n", body.concat())])
            .await;
    let exported = server.meld().v2026_02_03().customer().export_kyc_files("c1").await.unwrap();
    let contents: Vec<Option<&[u8]>> = exported.document_files().map(|file| file.map(|file| file.content())).collect();
    assert_eq!(contents, [Some(&b"two"[..]), None, Some(b"one")]);
    assert!(!format!("{exported:?}").contains("../f.jpg"));
    let sent = server.request();
    assert_eq!(sent.line(), "POST /accounts/customers/c1/kyc/export");
    let expected = json!({ "mode": "RAW_DATA", "kycProvider": "SUMSUB" });
    assert_eq!(serde_json::from_str::<Value>(&sent.body).unwrap(), expected);
}
