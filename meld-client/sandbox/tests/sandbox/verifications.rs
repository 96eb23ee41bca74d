//! Verifications of contacts: codes, cooldowns, caps and statuses.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Meld, assert_refused, text};

/// A customer, and the path of its verifications.
struct Subject {
    meld: Meld,
    customer: String,
    path: String,
}

impl Subject {
    async fn start() -> Self {
        let meld = Meld::start().await;
        let customer = meld.customer().await;
        let path = format!("/accounts/customers/{customer}/verifications");
        Self { meld, customer, path }
    }

    async fn send(&self, channel: &str, target: &str) -> (StatusCode, Value) {
        self.meld.post(&self.path, json!({ "channel": channel, "target": target })).await
    }

    async fn confirm(&self, id: &Value, code: &str) -> (StatusCode, Value) {
        self.meld.post(&format!("{}/{}/confirm", self.path, text(id)), json!({ "code": code })).await
    }

    async fn statuses(&self) -> Vec<String> {
        let list = self.meld.read(&self.path).await;
        list.as_array().unwrap().iter().map(|one| text(&one["status"])).collect()
    }

    fn wait(&self, seconds: u64) {
        self.meld.sandbox.clock().advance(Duration::from_secs(seconds));
    }
}

#[tokio::test]
async fn right_code_verifies_contact() {
    let subject = Subject::start().await;
    let (status, sent) = subject.send("PHONE", "+14155550123").await;
    assert_eq!((status.as_u16(), &sent["status"], &sent["target"]), (200, &json!("PENDING"), &json!("+•••0123")));
    let (status, wrong) = subject.confirm(&sent["verificationId"], "123456").await;
    assert_eq!((status.as_u16(), &wrong["status"], &wrong["attemptsRemaining"]), (200, &json!("FAILED"), &json!(14)));
    let (_, right) = subject.confirm(&sent["verificationId"], "000000").await;
    assert_eq!((&right["status"], &right["lineType"]), (&json!("VERIFIED"), &json!("MOBILE")));
    let again = subject.confirm(&sent["verificationId"], "000000").await;
    assert_refused(again, 400, "BAD_REQUEST", "VERIFIED");
    let customer = subject.meld.read(&format!("/accounts/customers/{}", subject.customer)).await;
    assert_eq!(customer["phone"], "+14155550123");
}

#[tokio::test]
async fn cooldown_and_daily_cap_are_429() {
    let subject = Subject::start().await;
    let (_, first) = subject.send("EMAIL", "robin@example.com").await;
    let (_, second) = subject.send("EMAIL", "robin@example.com").await;
    assert_eq!(first, second, "nothing was sent");
    let (status, refused) = subject.send("EMAIL", "robin@example.com").await;
    assert_eq!((status.as_u16(), &refused["code"]), (429, &json!("TOO_MANY_REQUESTS")));
    assert_eq!(refused["resendAvailableAt"], first["resendAvailableAt"]);
    for _ in 1..10 {
        subject.wait(31);
        assert_eq!(subject.send("EMAIL", "robin@example.com").await.0, 200);
    }
    subject.wait(31);
    let (status, refused) = subject.send("EMAIL", "robin@example.com").await;
    assert_eq!((status.as_u16(), &refused["resendAvailableAt"]), (429, &Value::Null));
    assert!(refused.as_object().unwrap().contains_key("resendAvailableAt"));
    subject.wait(24 * 3600);
    assert_eq!(subject.send("EMAIL", "robin@example.com").await.0, 200);
}

#[tokio::test]
async fn second_contact_of_channel_is_409() {
    let subject = Subject::start().await;
    subject.send("EMAIL", "robin@example.com").await;
    assert_refused(subject.send("EMAIL", "other@example.com").await, 409, "CONFLICT", "in progress");
    assert_eq!(subject.send("PHONE", "+14155550123").await.0, 200);
}

#[tokio::test]
async fn expired_code_is_400() {
    let subject = Subject::start().await;
    let (_, sent) = subject.send("EMAIL", "robin@example.com").await;
    subject.wait(601);
    let late = subject.confirm(&sent["verificationId"], "000000").await;
    assert_refused(late, 400, "BAD_REQUEST", "EXPIRED");
    assert_eq!(subject.statuses().await, ["EXPIRED"]);
}

#[tokio::test]
async fn exhausted_attempts_fail_verification() {
    let subject = Subject::start().await;
    let (_, sent) = subject.send("EMAIL", "robin@example.com").await;
    for left in (0..15).rev() {
        let (_, wrong) = subject.confirm(&sent["verificationId"], "1").await;
        assert_eq!(wrong["attemptsRemaining"], left);
    }
    let late = subject.confirm(&sent["verificationId"], "000000").await;
    assert_refused(late, 400, "BAD_REQUEST", "FAILED");
    assert_eq!(subject.statuses().await, ["FAILED"]);
}

#[tokio::test]
async fn changed_contact_is_invalidated() {
    let subject = Subject::start().await;
    subject.meld.verify(&subject.customer, "EMAIL", "robin@example.com").await;
    let target = format!("/accounts/customers/{}", subject.customer);
    subject.meld.patch(&target, json!({ "phone": "+14155550199" })).await;
    assert_eq!(subject.statuses().await, ["VERIFIED"]);
    subject.meld.patch(&target, json!({ "email": "new@example.com" })).await;
    assert_eq!(subject.statuses().await, ["INVALIDATED"]);
    subject.wait(31);
    subject.send("EMAIL", "new@example.com").await;
    assert_eq!(subject.statuses().await, ["PENDING", "INVALIDATED"], "newest first");
    let filtered = subject.meld.read(&format!("{}?channel=EMAIL&status=PENDING", subject.path)).await;
    assert_eq!(filtered.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn unsendable_code_is_502() {
    let subject = Subject::start().await;
    let refused = subject.send("EMAIL", "unreachable@example.com").await;
    assert_refused(refused, 502, "VERIFICATION_SEND_FAILED", "");
    assert_refused(subject.send("PHONE", "415-555").await, 400, "BAD_REQUEST", "[target]");
}

#[tokio::test]
async fn unknown_ids_have_the_same_404() {
    let subject = Subject::start().await;
    let unknown = subject.confirm(&json!("none"), "000000").await;
    let body = json!({ "channel": "EMAIL", "target": "a@example.com" });
    let nobody = subject.meld.post("/accounts/customers/none/verifications", body).await;
    assert_eq!(unknown.1["message"], nobody.1["message"]);
    assert_refused(unknown, 404, "NOT_FOUND", "");
    assert_refused(nobody, 404, "NOT_FOUND", "");
}
