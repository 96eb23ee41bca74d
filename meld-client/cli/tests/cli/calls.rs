//! Calls of operations, and raw requests.

use meld_sandbox::{Fault, FaultRule, Sandbox};

use crate::support::{Closed, Run};

const QUOTE: &str = "crypto create-quote --country-code US --source-amount 100 --source-currency-code USD \
     --destination-currency-code BTC";

#[tokio::test]
async fn create_quote_prints_a_ranked_table() {
    let sandbox = Sandbox::start().await.unwrap();
    let table = Run::new(&format!("{QUOTE} --output table")).at(&sandbox).run().await.ok();
    let mut lines = table.lines();
    let titles: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    assert!(titles.starts_with(&["transactionType", "serviceProvider"]), "{table}");
    assert!(lines.count() > 1, "{table}");

    let query = "quotes[].rampIntelligence.rampScore";
    let scores = Run::new(QUOTE).arg("--query").arg(query).at(&sandbox).run().await.ok();
    let scores: Vec<f64> = serde_json::from_str(&scores).unwrap();
    assert!(scores.len() > 1 && scores.is_sorted_by(|one, other| one >= other), "{scores:?}");
}

#[tokio::test]
async fn results_are_json_csv_and_fields() {
    let sandbox = Sandbox::start().await.unwrap();
    let json = Run::new(QUOTE).at(&sandbox).run().await.ok();
    assert!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["quotes"].is_array());
    let csv = Run::new(&format!("{QUOTE} -o csv --fields serviceProvider,sourceAmount")).at(&sandbox).run().await.ok();
    assert!(csv.starts_with("serviceProvider,sourceAmount\n") && csv.contains(",100"), "{csv}");
    let json = Run::new(&format!("{QUOTE} --fields sourceCurrencyCode")).at(&sandbox).run().await.ok();
    assert!(json.starts_with("[\n  {\n    \"sourceCurrencyCode\": \"USD\"\n  }"), "{json}");
}

#[tokio::test]
async fn body_comes_from_files_input_and_fields() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body.json");
    let body = r#"{"countryCode":"US","sourceAmount":100.10,"sourceCurrencyCode":"USD"}"#;
    std::fs::write(&file, body).unwrap();
    let line = format!("crypto create-quote --dry-run --body @{} destinationCurrencyCode=BTC", file.display());
    let shown = Run::new(&line).at(&sandbox).run().await.ok();
    assert!(shown.contains("\"sourceAmount\": 100.10") && shown.contains("\"BTC\""), "{shown}");
    let run = Run::new("crypto create-quote --dry-run --body - --destination-currency-code ETH --source-amount 7");
    let shown = run.at(&sandbox).input(body).run().await.ok();
    assert!(shown.contains("\"sourceAmount\": 7") && shown.contains("\"ETH\""), "{shown}");
    let run = Run::new("api POST /any --dry-run --body a.b=c a.d[0]:=1.50 a.e=5");
    let shown = run.at(&sandbox).run().await.ok();
    let (_, body) = shown.split_once("\n\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body, serde_json::json!({"a": {"b": "c", "d": [1.5], "e": "5"}}));
}

#[tokio::test]
async fn dry_run_redacts_secrets_and_sends_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let before = sandbox.requests_received();
    let line = "customer create-customer --dry-run --body emails[0]=robin@example.com name.firstName=Robin";
    let ran = Run::new(line).at(&sandbox).run().await;
    let shown = ran.output.clone() + &ran.errors;
    assert!(!shown.contains("robin@") && !shown.contains(sandbox.api_key()), "{shown}");
    let shown = ran.ok();
    assert!(shown.starts_with(&format!("POST {}/accounts/customers\n", sandbox.base_url())), "{shown}");
    assert!(shown.contains("authorization: BASIC [redacted]\nmeld-version: 2026-02-03\n"), "{shown}");
    assert_eq!(sandbox.requests_received(), before);
    let body = r#"{"a.b":{"email":"robin@example.com"},"c[0]":[1e400,{"email":"robin@example.com","n":2.50}]}"#;
    let shown = Run::new("api POST /any --dry-run --body -").at(&sandbox).input(body).run().await.ok();
    let hidden = body.replace("robin@example.com", "[redacted]");
    assert!(shown.split_whitespace().collect::<String>().ends_with(&hidden), "{shown}");
}

#[tokio::test]
async fn all_gets_every_page() {
    let sandbox = Sandbox::start().await.unwrap();
    for index in 0..7 {
        let line = format!("customer create-customer --external-id c-{index}");
        Run::new(&line).at(&sandbox).run().await.ok();
    }
    let run = Run::new("customer search-customers --limit 3 --all --query length(@)");
    assert_eq!(run.at(&sandbox).run().await.ok().trim(), "7");
    let run = Run::new("customer search-customers --limit 3 --query length(customers)");
    assert_eq!(run.at(&sandbox).run().await.ok().trim(), "3");
}

#[tokio::test]
async fn other_version_is_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let shown = Run::new("crypto create-quote --dry-run --version 2025-06-01 --body {}").at(&sandbox).run().await;
    assert!(shown.errors.contains("/countryCode: is required"), "{}", shown.errors);
    let run = Run::new("api GET /payments/transactions?limit=3&statuses=A,B --dry-run --version 2026-05-01");
    let shown = run.at(&sandbox).run().await.ok();
    assert!(shown.contains("?limit=3&statuses=A,B\n") && shown.contains("meld-version: 2026-05-01"), "{shown}");
}

#[tokio::test]
async fn raw_requests_are_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let run = Run::new("api get /notifications/webhooks/event-types --query length(@)");
    let count: usize = run.at(&sandbox).run().await.ok().trim().parse().unwrap();
    assert!(count > 10);
    let error = Run::new("api GET //example.com/a").at(&sandbox).run().await.failed(2);
    assert!(error.contains("must not begin with `//`"), "{error}");
}

#[tokio::test]
async fn exit_codes_tell_kinds_apart() {
    let sandbox = Sandbox::start().await.unwrap();
    let get = || Run::new("payments get-transaction --id none --retry 0").at(&sandbox);
    let error = get().run().await.failed(5);
    assert!(error.starts_with("error: GET /payments/transactions/{id}"), "{error}");
    get().var("MELD_API_KEY", "wrong").run().await.failed(4);
    get().var("MELD_BASE_URL", "http://127.0.0.1:1").run().await.failed(9);
    for (fault, code) in [(Fault::TooManyRequests, 7), (Fault::BadGateway, 8)] {
        sandbox.add_fault(FaultRule::new(fault)).unwrap();
        let error = get().arg("--errors=json").run().await.failed(code);
        let error: serde_json::Value = serde_json::from_str(&error).unwrap();
        assert_eq!(error["error"]["exitCode"], code, "{error}");
        sandbox.clear_faults();
    }
    sandbox.add_fault(FaultRule::new(Fault::MalformedJson)).unwrap();
    Run::new("webhooks list-event-types --retry 0").at(&sandbox).run().await.failed(10);
    sandbox.clear_faults();
    sandbox.add_fault(FaultRule::new(Fault::BadGateway)).unwrap();
    let create = Run::new("payments create-transaction --source-amount 1 --source-currency-code USD --retry 0");
    let error = create.at(&sandbox).run().await.failed(11);
    assert!(error.contains("--idempotency-key"), "{error}");
}

#[tokio::test]
async fn closed_pipe_ends_quietly() {
    let sandbox = Sandbox::start().await.unwrap();
    for line in [QUOTE, "--help", "crypto --help", "completions bash", "man", "webhooks trigger list", "help-codes"] {
        let (code, errors) = Run::new(line).at(&sandbox).run_into(&mut Closed).await;
        assert_eq!((code, errors.as_str()), (0, ""), "{line}");
    }
}
