//! Every operation of every version takes the requests that its document allows, and responses as it says.
#![allow(clippy::unwrap_used, reason = "what fails in a test is to fail it")]

mod common;

use common::{Meld, header, read};
use meld_sandbox::{Filling, Sandbox, operations};

#[test]
fn all_documents_are_built_in() {
    let folder = env!("MELD_SANDBOX_DOCUMENTS");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let documents = names.filter(|name| name.to_string_lossy().ends_with(".json")).count();
    let mut known: Vec<String> = operations()
        .unwrap()
        .iter()
        .map(|operation| format!("{}-{}", operation.family, operation.version))
        .collect();
    known.dedup();
    assert_eq!(known.len(), documents);
    assert!(operations().unwrap().len() >= 186);
}

#[test]
fn examples_are_valid_and_repeatable() {
    for operation in operations().unwrap() {
        for filling in [Filling::Minimal, Filling::Mixed, Filling::Full] {
            for seed in 0..3 {
                let request = operation.example_request(seed, filling).unwrap();
                let body = request.body.unwrap_or_default();
                let complaints = operation.check_request_body(&body).unwrap();
                let name = operation.name();
                assert_eq!(complaints, [""; 0], "{} {name}: {body}", operation.version);

                let response = operation.example_response(seed, "", filling).unwrap();
                assert_eq!(response, operation.example_response(seed, "", filling).unwrap());
                let response = response.unwrap_or_default();
                let complaints = operation.check_response(&response).unwrap();
                assert_eq!(complaints, [""; 0], "{} {name}: {response}", operation.version);
            }
        }
    }
}

#[tokio::test]
async fn every_operation_responses_what_its_document_says() {
    for filling in [Filling::Minimal, Filling::Full] {
        let sandbox = Sandbox::builder().examples_only(true).filling(filling).start();
        let meld = Meld::of(sandbox.await.unwrap());
        let mut answered = 0;
        for operation in operations().unwrap() {
            let example = operation.example_request(7, filling).unwrap();
            let mut request = meld
                .bare(example.method, &example.target)
                .header("Authorization", format!("BASIC {}", meld.sandbox.api_key()))
                .header("Meld-Version", operation.version.to_string());
            for (name, value) in &example.headers {
                request = request.header(name, value);
            }
            if let Some(body) = &example.body {
                request = request.json(body);
            }
            let response = request.send().await.unwrap();
            let name = format!("{} {}", operation.version, operation.name());
            assert_eq!(header(&response, "meld-version"), operation.version.to_string(), "{name}");
            assert_eq!(header(&response, "x-request-id").len(), 32);
            let (status, body) = read(response).await;
            assert_eq!(status, operation.success, "{name}: {body}");
            assert_eq!(operation.check_response(&body).unwrap(), [""; 0], "{name}: {body}");
            answered += 1;
        }
        println!("{answered} operations answered, {filling:?}");
    }
}
