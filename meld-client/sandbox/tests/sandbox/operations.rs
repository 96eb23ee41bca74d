//! All operations of all versions, with generated requests and responses.
use crate::support::{Meld, header, multipart, read};
use meld_sandbox::{Filling, Sandbox, operations};

#[test]
fn all_specs_are_built_in() {
    let folder = env!("MELD_SANDBOX_DOCUMENTS");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let specs = names.filter(|name| name.to_string_lossy().ends_with(".json")).count();
    let mut known: Vec<String> =
        operations().unwrap().iter().map(|operation| format!("{}-{}", operation.family, operation.version)).collect();
    known.dedup();
    assert_eq!(known.len(), specs);
    assert!(operations().unwrap().len() >= 186);
}

#[test]
fn examples_are_valid_and_repeatable() {
    for operation in operations().unwrap() {
        for filling in [Filling::Minimal, Filling::Mixed, Filling::Full] {
            for seed in 0..3 {
                let request = operation.example_request(seed, filling).unwrap();
                let body = request.body.unwrap_or_default();
                let errors = operation.validate_request_body(&body).unwrap();
                let name = operation.name();
                assert_eq!(errors, [""; 0], "{} {name}: {body}", operation.version);

                let response = operation.example_response(seed, "", filling).unwrap();
                assert_eq!(response, operation.example_response(seed, "", filling).unwrap());
                let response = response.unwrap_or_default();
                let errors = operation.validate_response(&response).unwrap();
                assert_eq!(errors, [""; 0], "{} {name}: {response}", operation.version);
            }
        }
    }
}

#[tokio::test]
async fn all_operations_return_valid_responses() {
    for filling in [Filling::Minimal, Filling::Full] {
        let meld = Meld::with(Sandbox::builder().examples_only(true).filling(filling)).await;
        for operation in operations().unwrap() {
            let example = operation.example_request(7, filling).unwrap();
            let mut request = meld
                .bare(example.method, &example.target)
                .header("Authorization", meld.authorization())
                .header("Meld-Version", operation.version.to_string());
            for (name, value) in &example.headers {
                request = request.header(name, value);
            }
            request = match (&example.body, &example.files) {
                (Some(body), Some(files)) => multipart(request, body, files),
                (Some(body), None) => request.json(body),
                (None, _) => request,
            };
            let response = request.send().await.unwrap();
            let name = format!("{} {}", operation.version, operation.name());
            assert_eq!(header(&response, "meld-version"), operation.version.to_string(), "{name}");
            assert_eq!(header(&response, "x-request-id").len(), 32);
            if header(&response, "content-type").starts_with("multipart/form-data") {
                assert_eq!(response.status(), operation.success, "{name}");
                assert!(response.text().await.unwrap().contains("applicantData"), "{name}");
                continue;
            }
            let (status, body) = read(response).await;
            assert_eq!(status, operation.success, "{name}: {body}");
            assert_eq!(operation.validate_response(&body).unwrap(), [""; 0], "{name}: {body}");
        }
    }
}
