//! The check of a client's configuration.

use chrono::{TimeDelta, Utc};
use meld_client::check::CheckOutcome::{Failed, Passed, Skipped, Warning};
use meld_client::check::{CheckReport, CheckSubject as Subject};
use meld_client::v2026_02_03::webhooks::types::{WebhookProfileCreateRequest, WebhookProfileUpdateRequest};
use meld_client::{Meld, RetryPolicy};
use meld_sandbox::{Fault, FaultRule, Sandbox};
use meld_test_server::closed_address;

use crate::support::{KEY, Server, response, sandbox};

const URL: &str = "https://wallet.example/webhooks";

fn client(sandbox: &Sandbox, key: &str) -> Meld {
    let meld = Meld::builder().api_key(key).base_url(sandbox.base_url()).retry_policy(RetryPolicy::never());
    meld.build().unwrap()
}

async fn create_profile(meld: &Meld, types: &[&str]) -> String {
    let types = types.iter().map(|name| (*name).to_owned());
    let profile = WebhookProfileCreateRequest::builder().name("wallet").url(URL).event_types(types);
    let created = meld.v2026_02_03().webhooks().create_profile().body(profile).send().await.unwrap();
    created.id.clone().unwrap()
}

fn reason(report: &CheckReport, subject: Subject) -> String {
    report.entry(subject).unwrap().to_string()
}

#[tokio::test]
async fn working_setup_passes() {
    let (sandbox, meld) = sandbox().await;
    create_profile(&meld, &["TRANSACTION_CRYPTO_COMPLETE"]).await;
    let before = sandbox.requests_received();
    let report = meld.check().await;
    assert_eq!(sandbox.requests_received(), before + 1, "one request");
    assert!(report.is_ok() && report.warnings().count() == 0, "{report}");
    assert!(report.entries().iter().all(|entry| entry.outcome == Passed && entry.advice.is_none()), "{report}");
    assert_eq!(report.api_version(), Some("2026-02-03"));
    assert!(report.account_id().is_some_and(|id| reason(&report, Subject::Account).ends_with(id)), "{report}");
    let [profile] = report.webhook_profiles() else { panic!("{report}") };
    assert_eq!((&*profile.url, profile.is_active), (URL, true));
    assert!(profile.delivers("TRANSACTION_CRYPTO_COMPLETE") && !profile.delivers("TRANSACTION_CRYPTO_FAILED"));
    let table = report.to_string();
    assert_eq!(table.lines().count(), 6, "{table}");
    assert!(table.contains(&format!("environment  passed   {}", sandbox.base_url())), "{table}");
    assert!(table.contains(&format!("webhooks     passed   {URL} (TRANSACTION_CRYPTO_COMPLETE)")), "{table}");
    assert!(!format!("{report:?} {table}").contains(sandbox.api_key()));
}

#[tokio::test]
async fn wrong_key_fails_with_advice() {
    let (sandbox, _) = sandbox().await;
    let report = client(&sandbox, KEY).check().await;
    assert!(!report.is_ok());
    let outcomes: Vec<_> = report.entries().iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [Failed, Warning, Skipped, Passed, Passed, Skipped], "{report}");
    let entry = report.entry(Subject::ApiKey).unwrap();
    assert!(entry.advice.unwrap().contains("dashboard"));
    assert_eq!(entry.error.as_ref().unwrap().status().unwrap(), 401);
    assert!(reason(&report, Subject::Environment).contains("other environment"), "{report}");
    assert!(!format!("{report} {report:?}").contains(KEY));
}

#[tokio::test]
async fn missing_profile_is_a_warning() {
    let (_sandbox, meld) = sandbox().await;
    let report = meld.check().await;
    assert!(report.is_ok());
    assert_eq!(report.outcome(Subject::Webhooks), Warning, "{report}");
    assert_eq!(report.outcome(Subject::Account), Skipped, "{report}");
}

#[tokio::test]
async fn paused_profile_fails() {
    let (_sandbox, meld) = sandbox().await;
    let id = create_profile(&meld, &[]).await;
    let pause = WebhookProfileUpdateRequest::builder().status("DISABLED");
    meld.v2026_02_03().webhooks().update_profile().webhook_profile_id(id).body(pause).send().await.unwrap();
    let report = meld.check().await;
    assert_eq!(report.outcome(Subject::Webhooks), Failed, "{report}");
    assert!(reason(&report, Subject::Webhooks).contains(&format!("no profile is active: {URL} (all events)")));
    assert!(!report.webhook_profiles()[0].delivers("WEBHOOK_TEST"));
    create_profile(&meld, &[]).await;
    let report = meld.check().await;
    assert_eq!(report.outcome(Subject::Webhooks), Warning, "{report}");
}

#[tokio::test]
async fn forbidden_profiles_do_not_fail_the_key() {
    let (sandbox, meld) = sandbox().await;
    let rule = FaultRule::new(Fault::Forbidden).operation("webhooks-profiles-search");
    sandbox.add_fault(rule).unwrap();
    let report = meld.check().await;
    assert_eq!(report.outcome(Subject::ApiKey), Passed, "{report}");
    assert_eq!(report.outcome(Subject::Webhooks), Warning, "{report}");
    sandbox.add_fault(FaultRule::new(Fault::InternalError)).unwrap();
    let report = meld.check().await;
    assert_eq!(report.outcome(Subject::ApiKey), Failed, "{report}");
}

#[tokio::test]
async fn clock_skew_is_reported() {
    for (behind, outcome, seconds) in [(0, Passed, 0), (60, Warning, 60), (3600, Failed, 3600), (-3600, Failed, -3600)]
    {
        let date = (Utc::now() - TimeDelta::seconds(behind)).format("%a, %d %b %Y %H:%M:%S GMT");
        let headers = format!("Date: {date}\r\nMeld-Version: 2025-03-04\r\n");
        let server = Server::start([response("200 OK", &headers, r#"{"webhookProfiles":[]}"#)]).await;
        let report = server.meld().check().await;
        assert_eq!(report.outcome(Subject::Clock), outcome, "{report}");
        assert!((report.clock_skew().unwrap().num_seconds() - seconds).abs() <= 2, "{report}");
        assert_eq!(report.outcome(Subject::ApiVersion), Warning, "{report}");
    }
    let server = Server::start([response("200 OK", "", "{}")]).await;
    let report = server.meld().check().await;
    assert_eq!((report.outcome(Subject::Clock), report.outcome(Subject::ApiVersion)), (Skipped, Skipped), "{report}");
    assert!(report.is_ok());
}

#[tokio::test]
async fn unreachable_host_fails() {
    let meld = Meld::builder().api_key(KEY).base_url(closed_address()).retry_policy(RetryPolicy::never());
    let report = meld.build().unwrap().check().await;
    let outcomes: Vec<_> = report.entries().iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [Skipped, Failed, Skipped, Skipped, Skipped, Skipped], "{report}");
    assert!(report.entry(Subject::ApiKey).unwrap().error.is_some());
}
