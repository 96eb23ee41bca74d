//! Tests of the steps, on responses of the newest version.

use meld_client_core::serde_json;

use super::*;
use crate::for_versions::v2026_02_03::crypto::types::VerificationRequirementsResponse;

fn eligibility(text: &str) -> Eligibility {
    let response: VerificationRequirementsResponse = serde_json::from_str(text).unwrap();
    response.eligibility()
}

fn kyc(code: &str, rest: &str) -> Eligibility {
    eligibility(&format!(r#"{{"kycRequirements":[{{"code":"{code}",{rest}}}]}}"#))
}

#[test]
fn open_steps_name_their_calls() {
    let eligibility = eligibility(
        r#"{"serviceProvider":"MERCURYO",
            "legalAgreements":[{"type":"TERMS_OF_SERVICE","region":"EU","url":"https://a.example/terms"}],
            "verificationRequirements":{"email":{"required":true},"enforced":true,
                "phone":{"required":true,"reverifyWithinDays":60,"requireLineType":"MOBILE"}},
            "customerStatus":{"email":{"satisfied":false,"reason":"MISSING"},"phone":{"satisfied":false,"reason":"VOIP"}},
            "kycRequirements":[{"code":"MELD_KYC_APPROVED","status":"SATISFIED"},
                {"code":"PROVIDER_KYC_SHARE","status":"REQUIRED"},
                {"code":"PROVIDER_EXTRA_KYC","status":"REQUIRED","missingFields":["ssn","occupation"]}]}"#,
    );
    let fields = ["ssn".to_owned(), "occupation".to_owned()];
    let calls: Vec<NextCall<'_>> = eligibility.next_calls().collect();
    assert_eq!(
        calls,
        [
            NextCall::AcceptAgreements(&eligibility.agreements),
            NextCall::VerifyEmail,
            NextCall::VerifyOtherPhone,
            NextCall::ShareKyc,
            NextCall::SubmitFields(&fields),
        ]
    );
    assert_eq!(eligibility.readiness(), Readiness::ActionRequired);
    let phone = &eligibility.steps[1].requirement;
    assert_eq!(*phone, Requirement::Phone { line_type: Some("MOBILE".to_owned()), reverify_within_days: Some(60) });
}

#[test]
fn readiness_is_that_of_the_worst_step() {
    for (status, readiness) in [
        ("SATISFIED", Readiness::Ready),
        ("PENDING", Readiness::Pending),
        ("BRAND_NEW", Readiness::Pending),
        ("REQUIRED", Readiness::ActionRequired),
        ("BLOCKED", Readiness::Blocked),
    ] {
        let one = kyc("PROVIDER_KYC_SHARE", &format!(r#""status":"{status}","reason":"REFUSED""#));
        assert_eq!(one.readiness(), readiness, "{status}");
        assert_eq!(one.is_ready(), one.next_calls().count() == 0, "{status}");
    }
    assert_eq!(eligibility("{}").readiness(), Readiness::Ready);
    let blocked = kyc("BRAND_NEW", r#""status":"BLOCKED","reason":"SANCTIONS""#);
    assert_eq!(blocked.steps[0].state, StepState::Blocked(Some("SANCTIONS".to_owned())));
    assert_eq!(blocked.next_calls().next(), Some(NextCall::UseOtherProvider));
}

#[test]
fn preferred_contacts_do_not_block() {
    let eligibility = eligibility(
        r#"{"verificationRequirements":{"email":{"required":true},"phone":{"required":false},"enforced":false},
            "customerStatus":{"email":{"satisfied":false,"reason":"STALE"},"phone":{"satisfied":false}}}"#,
    );
    assert!(eligibility.is_ready());
    assert_eq!(eligibility.next_calls().collect::<Vec<_>>(), [NextCall::VerifyEmail]);
    assert_eq!(eligibility.steps[0].state, StepState::Required(Some(UnmetReason::Stale)));
}

#[test]
fn contacts_without_a_customer_are_required() {
    let eligibility = eligibility(r#"{"verificationRequirements":{"email":{"required":true}}}"#);
    assert_eq!(eligibility.steps[0].state, StepState::Required(None));
    assert_eq!(eligibility.readiness(), Readiness::ActionRequired);
}

#[test]
fn processes_are_listed_with_their_state() {
    let extra = kyc(
        "PROVIDER_EXTRA_KYC",
        r#""status":"REQUIRED","processes":["limitUpgrade","other"],
            "processStates":[{"code":"limitUpgrade","status":"OPEN","submittable":true}]"#,
    );
    let Some(NextCall::FinishProcesses([upgrade, other])) = extra.next_calls().next() else { panic!("{extra:?}") };
    assert_eq!(
        (&*upgrade.code, upgrade.status.as_deref(), upgrade.is_submittable),
        ("limitUpgrade", Some("OPEN"), true)
    );
    assert_eq!((&*other.code, other.status.as_deref(), other.is_submittable), ("other", None, false));
}
