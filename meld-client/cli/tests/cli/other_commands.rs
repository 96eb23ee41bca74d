//! Commands that are no operations.

use std::time::Duration;

use meld_sandbox::{Outcome, Sandbox};

use crate::support::Run;

#[tokio::test]
async fn doctor_checks_key_and_environment() {
    let sandbox = Sandbox::start().await.unwrap();
    let report = Run::new("doctor").at(&sandbox).run().await.ok();
    assert!(report.contains("API key      passed"), "{report}");
    let ran = Run::new("doctor -o json").at(&sandbox).var("MELD_API_KEY", "wrong").run().await;
    assert_eq!(ran.code, 12, "{}", ran.errors);
    assert!(ran.output.contains("\"outcome\": \"failed\""), "{}", ran.output);
}

#[tokio::test]
async fn explain_prints_the_activity_log() {
    let sandbox = Sandbox::start().await.unwrap();
    let failed = Run::new("bank-linking get-connection --connection-id none --errors json").at(&sandbox);
    let error: serde_json::Value = serde_json::from_str(&failed.run().await.failed(5)).unwrap();
    let id = error["error"]["requestId"].as_str().unwrap();
    let log = Run::new(&format!("explain {id}")).at(&sandbox).run().await.ok();
    assert!(log.contains(id), "{log}");
    Run::new("explain 0123456789abcdef").at(&sandbox).run().await.failed(5);
}

#[tokio::test]
async fn watch_prints_changes_until_the_end() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = r#"{"sessionType":"BUY","externalCustomerId":"customer-1","sessionData":{"countryCode":"US",
        "sourceCurrencyCode":"USD","destinationCurrencyCode":"BTC","sourceAmount":"100","serviceProvider":"BANXA",
        "walletAddress":"2N3oefVeg6stiTb5Kh3ozCSkaqmx91FDbsm"}}"#;
    let run = Run::new("crypto create-widget-session --query id --body -").at(&sandbox).input(body);
    let session = run.run().await.ok();
    let session: String = serde_json::from_str(&session).unwrap();
    let id = sandbox.complete_session(&session, Outcome::Settled).unwrap();
    sandbox.clock().advance(Duration::from_secs(90));
    let lines = Run::new(&format!("transactions watch --id {id}")).at(&sandbox).run().await.ok();
    assert!(lines.contains(&id) && lines.contains("SETTLED"), "{lines}");
    let lines = Run::new("transactions watch --count 1").at(&sandbox).run().await.ok();
    assert_eq!(lines.lines().count(), 1);
}

#[tokio::test]
async fn help_describes_families_and_options() {
    let help = Run::new("--help").run().await.ok();
    for word in ["bank-linking", "Quotes, widget sessions", "doctor", "completions", "--profile"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    let help = Run::new("crypto --help").run().await.ok();
    assert!(help.contains("create-quote") && help.contains("run-transfer-action"), "{help}");
    let help = Run::new("crypto create-quote --help").run().await.ok();
    for word in ["POST /payments/crypto/quote", "404 NOT_FOUND", "--source-amount", "HEADLESS", "Fields of the body"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    assert!(Run::new("--version").run().await.ok().starts_with("meld "));
}

#[tokio::test]
async fn completions_and_man_pages_have_all() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = Run::new(&format!("completions {shell}")).run().await.ok();
        assert!(script.contains("create-quote") && script.contains("source-amount"), "{shell}");
    }
    assert!(Run::new("man").run().await.ok().contains("bank\\-linking"));
    let folder = tempfile::tempdir().unwrap();
    Run::new(&format!("man --dir {}", folder.path().display())).run().await.ok();
    assert!(folder.path().join("meld-crypto-create-quote.1").exists());
}

#[tokio::test]
async fn readme_lists_the_exit_codes() {
    let codes = Run::new("help-codes").run().await.ok();
    let readme = include_str!("../../README.md");
    for line in codes.lines() {
        let (code, text) = line.split_once(' ').unwrap();
        assert!(readme.contains(&format!("| {code} | {} |", text.trim())), "{line}");
    }
}

/// A path has no place to break at.
#[tokio::test]
async fn help_is_wrapped_at_100_columns() {
    let mut lines = vec!["--help".to_owned(), "mock --help".to_owned(), "webhooks listen --help".to_owned()];
    for operation in meld_client::operations().filter(|operation| operation.version == "2026-02-03") {
        let name = |name: &str| name.replace('_', "-");
        lines.push(format!("{} {} --help", name(operation.family), name(operation.rust_name)));
    }
    for line in lines {
        let help = Run::new(&line).run().await.ok();
        let is_too_long = |text: &&str| text.chars().count() > 100 && text.trim().contains(' ');
        assert_eq!(help.lines().find(is_too_long), None, "{line}");
    }
}

#[tokio::test]
async fn recorded_calls_replay_without_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let api = Sandbox::start().await.unwrap();
    let recorder = Sandbox::builder().record(api.base_url(), folder.path()).start().await.unwrap();
    let quote = Run::new(
        "crypto create-quote --country-code US --source-amount 100 --source-currency-code USD \
         --destination-currency-code BTC --fields serviceProvider,destinationAmount --output csv --strict",
    );
    let recorded = quote.at(&recorder).var("MELD_API_KEY", api.api_key());
    let expected = recorded.run().await.ok();
    let replay = Sandbox::replay(folder.path()).await.unwrap();
    assert_eq!(recorded.at(&replay).run().await.ok(), expected);
}

#[tokio::test]
async fn mock_refuses_incomplete_recording_options() {
    for line in ["mock --record https://api-sb.meld.io", "mock --to folder", "mock --replay a --record b --to c"] {
        Run::new(line).run().await.failed(2);
    }
    let error = Run::new("mock --replay /nonexistent/recording").run().await;
    assert!(error.errors.contains("/nonexistent/recording"), "{}", error.errors);
}
