//! Verifications of contacts, with every documented response.

use meld_client::customers::{Confirmation, Contact, ContactChannel, ContactState, Resend, VerificationStart as Start};
use meld_client::v2026_02_03::customer::Client;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Error, RetryPolicy};

use crate::support::{PRIVATE, Reply, Server, clean, json, response};

const STARTED: &str = r#"{"verificationId":"v1","channel":"EMAIL","target":"u•••@example.com","status":"PENDING",
    "expiresAt":"2026-08-25T02:57:26Z","resendAvailableAt":"2026-08-25T02:47:56Z"}"#;

fn customers(server: &Server) -> Client {
    let meld = server.builder().retry_policy(RetryPolicy::default()).build();
    meld.unwrap().v2026_02_03().customer()
}

async fn started(reply: Reply) -> (Result<Start, Error>, Server) {
    let server = Server::start([reply]).await;
    let contact = Contact::email(format!("{PRIVATE}@example.com")).unwrap();
    let started = customers(&server).start_verification("c1", contact, Some("MERCURYO")).await;
    assert_eq!(server.received().len(), 1, "codes are never sent twice");
    (started, server)
}

#[tokio::test]
async fn started_verification_has_its_limits() {
    let (result, server) = started(json(STARTED)).await;
    let Ok(Start::Sent(pending)) = result else { panic!("{result:?}") };
    assert_eq!((&*pending.id, pending.masked_contact.as_deref()), ("v1", Some("u•••@example.com")));
    let Resend::At(resend) = pending.resend else { panic!("{pending:?}") };
    assert_eq!(resend.to_rfc3339(), "2026-08-25T02:47:56+00:00");
    assert!(pending.resend.is_available_at(resend) && pending.expires_at > Some(resend));
    let request = server.request();
    assert_eq!(request.line(), "POST /accounts/customers/c1/verifications");
    let sent: serde_json::Value = serde_json::from_str(&request.body).unwrap();
    let email = format!("{PRIVATE}@example.com");
    assert_eq!(sent, serde_json::json!({"channel":"EMAIL","target":email,"serviceProvider":"MERCURYO"}));

    let capped = STARTED.replace("\"2026-08-25T02:47:56Z\"", "null");
    let (result, _server) = started(json(capped)).await;
    assert!(matches!(result, Ok(Start::Sent(pending)) if pending.resend == Resend::Capped));
}

#[tokio::test]
async fn limits_and_conflicts_are_not_errors() {
    let at: chrono::DateTime<chrono::Utc> = "2026-08-25T02:47:56Z".parse().unwrap();
    for (status, body, expected) in [
        (
            "429 Too Many Requests",
            r#"{"code":"TOO_MANY_REQUESTS","resendAvailableAt":"2026-08-25T02:47:56Z"}"#,
            Start::Limited(Resend::At(at)),
        ),
        (
            "429 Too Many Requests",
            r#"{"code":"TOO_MANY_REQUESTS","resendAvailableAt":null}"#,
            Start::Limited(Resend::Capped),
        ),
        ("409 Conflict", r#"{"code":"CONFLICT"}"#, Start::AlreadyInProgress),
        ("502 Bad Gateway", r#"{"code":"VERIFICATION_SEND_FAILED"}"#, Start::SendFailed),
    ] {
        let (result, _server) = started(response(status, "", body)).await;
        assert_eq!(result.unwrap(), expected, "{body}");
    }
    // Any other limit, and an unknown customer.
    for (status, body) in [("429 Too Many Requests", "{}"), ("404 Not Found", r#"{"code":"NOT_FOUND"}"#)] {
        let (result, _server) = started(response(status, "", body)).await;
        clean(result.unwrap_err());
    }
    let (result, _server) = started(json(r#"{"status":"PENDING"}"#)).await;
    assert!(result.unwrap_err().to_string().contains("verificationId"));
}

#[tokio::test]
async fn wrong_codes_are_no_errors() {
    for (reply, expected) in [
        (
            json(r#"{"status":"FAILED","attemptsRemaining":14}"#),
            Confirmation::WrongCode { attempts_remaining: Some(14) },
        ),
        (json(r#"{"status":"FAILED"}"#), Confirmation::WrongCode { attempts_remaining: None }),
        (json(r#"{"status":"LOCKED"}"#), Confirmation::Unknown("LOCKED".to_owned())),
        (response("400 Bad Request", "", r#"{"code":"BAD_REQUEST"}"#), Confirmation::NotPending),
    ] {
        let server = Server::start([reply]).await;
        let confirmed = customers(&server).confirm_code("c1", "v1", " 123456 ").await.unwrap();
        assert_eq!(confirmed, expected);
        let request = server.request();
        assert_eq!(request.line(), "POST /accounts/customers/c1/verifications/v1/confirm");
        assert_eq!(request.body, r#"{"code":"123456"}"#);
    }
    let verified = r#"{"status":"VERIFIED","verifiedAt":"2026-08-25T02:47:56Z","lineType":"MOBILE"}"#;
    let server = Server::start([json(verified)]).await;
    let confirmed = customers(&server).confirm_code("c1", "v1", "123456").await.unwrap();
    assert!(matches!(&confirmed, Confirmation::Verified { line_type: Some(line), .. } if line == "MOBILE"));
    assert!(confirmed.is_verified());
}

#[tokio::test]
async fn empty_codes_cost_no_attempt() {
    let server = Server::start([json("{}")]).await;
    let refused = customers(&server).confirm_code("c1", "v1", "  ").await.unwrap_err();
    assert_eq!((refused.field(), server.received().len()), (Some("code"), 0));
}

#[tokio::test]
async fn changed_contacts_are_invalidated() {
    let history = r#"[{"verificationId":"v2","channel":"PHONE","status":"EXPIRED"},
        {"verificationId":"v1","channel":"PHONE","status":"INVALIDATED"}]"#;
    let server = Server::start([json(history)]).await;
    let customers = customers(&server);
    assert_eq!(customers.contact_state("c1", ContactChannel::Phone).await.unwrap(), ContactState::Invalidated);
    let records = customers.verification_history("c1", ContactChannel::Phone).await.unwrap();
    assert_eq!(records[0].state, ContactState::Expired);
    assert_eq!(server.lines()[0], "GET /accounts/customers/c1/verifications?channel=PHONE");
}
