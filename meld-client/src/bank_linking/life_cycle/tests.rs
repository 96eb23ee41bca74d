use super::*;

/// The table of Meld's guides: status, reasons, refresh, repair, next step.
const GUIDE: &[(&str, &[&str], bool, bool, NextStep)] = &[
    ("IN_PROGRESS", &[], false, false, NextStep::AwaitWidget),
    ("EXPIRED", &[], false, false, NextStep::CreateNew),
    ("ACTIVE", &[], true, false, NextStep::Nothing),
    ("ACTIVE", &["ACCESS_EXPIRING_SOON"], true, true, NextStep::AskToReconnect),
    ("ACTIVE", &["NEW_ACCOUNTS_AVAILABLE"], true, true, NextStep::OfferNewAccounts),
    ("PARTIALLY_ACTIVE", &["PARTIAL_AGGREGATION_SUCCESS"], true, true, NextStep::RefreshThenRepair),
    ("PARTIALLY_ACTIVE", &["INACTIVE_DUPLICATE"], true, true, NextStep::DeleteIfUnused),
    ("DEGRADED", &["INSTITUTION_CURRENTLY_UNAVAILABLE"], true, true, NextStep::RetryLater),
    ("DEGRADED", &["INSTITUTION_ACTION_REQUIRED"], true, true, NextStep::AskToActAtInstitution),
    ("DEGRADED", &["SERVICE_PROVIDER_CURRENTLY_UNAVAILABLE"], true, true, NextStep::RetryLaterThenSupport),
    ("DEGRADED", &["INTERACTIVE_REFRESH"], true, true, NextStep::RefreshWithUser),
    ("RECONNECT_REQUIRED", &["LOGIN_REQUIRED", "TOKEN_EXPIRED", "OTHER"], false, true, NextStep::AskToReconnect),
    ("RECONNECT_REQUIRED", &["REPAIRING_INSTITUTION"], false, true, NextStep::RetryReconnect),
    (
        "UNRECOVERABLE",
        &["CONTINUED_AGGREGATION_FAILURES", "INSTITUTION_DISABLED", "OTHER"],
        false,
        true,
        NextStep::CreateNew,
    ),
    (
        "UNDETERMINED",
        &[
            "AGGREGATION_TIMEOUT",
            "SUBMIT_SERVICE_PROVIDER_TICKET",
            "UNKNOWN_SERVICE_PROVIDER_ERROR_CODE",
            "INTERNAL_ERROR",
        ],
        true,
        true,
        NextStep::RetryThenReport,
    ),
    ("DELETED", &[], false, false, NextStep::Discard),
];

/// Returns each row of the guide as a status and a reason.
fn guide() -> impl Iterator<Item = (&'static str, Option<&'static str>, bool, bool, NextStep)> {
    GUIDE.iter().flat_map(|(status, reasons, refresh, repair, step)| {
        let none = reasons.is_empty().then_some(None);
        let some = reasons.iter().map(|reason| Some(*reason));
        none.into_iter().chain(some).map(|reason| (*status, reason, *refresh, *repair, *step))
    })
}

#[test]
fn documented_states_match_the_guide_in_any_case() {
    for (status, reason, refresh, repair, step) in guide() {
        let small = (status.to_lowercase(), reason.map(str::to_lowercase));
        for (status, reason) in [(status, reason), (&small.0, small.1.as_deref())] {
            let state = ConnectionState::new(status, reason);
            let found = (state.can_refresh(), state.can_repair(), state.next_step());
            assert_eq!(found, (refresh, repair, step), "{state}");
            assert_eq!((state.refuses_refresh(), state.refuses_repair()), (!refresh, !repair));
            let ends = matches!(state.status().as_str(), "EXPIRED" | "DELETED");
            assert_eq!(state.is_terminal(), ends, "{state}");
        }
    }
    assert_eq!(guide().count(), LIFE_CYCLE.len());
}

#[test]
fn undocumented_statuses_allow_nothing() {
    for (status, reason) in
        [("BRAND_NEW", None), ("BRAND_NEW", Some("LOGIN_REQUIRED")), ("", None), ("CUSTOMER_ACTION_REQUIRED", None)]
    {
        let state = ConnectionState::new(status, reason);
        let found = (state.can_refresh(), state.can_repair(), state.is_terminal());
        assert_eq!(found, (false, false, false), "{state}");
        assert_eq!(state.next_step(), NextStep::Inspect, "{state}");
    }
    let new = ConnectionState::new("Brand_New", Some("?"));
    assert_eq!((new.status().as_str(), new.reason().map(AsRef::as_ref)), ("Brand_New", Some("?")));
}

#[test]
fn unknown_reasons_fall_back_to_the_status() {
    for (status, refresh, repair, step) in [
        ("ACTIVE", true, false, NextStep::Inspect),
        ("PARTIALLY_ACTIVE", true, true, NextStep::Inspect),
        ("DEGRADED", true, true, NextStep::Inspect),
        // The reconnect is required whatever the reason is.
        ("RECONNECT_REQUIRED", false, true, NextStep::AskToReconnect),
        ("UNRECOVERABLE", false, true, NextStep::CreateNew),
        ("UNDETERMINED", true, true, NextStep::RetryThenReport),
        ("DELETED", false, false, NextStep::Discard),
    ] {
        for reason in [Some("BRAND_NEW"), Some("")] {
            let state = ConnectionState::new(status, reason);
            // `ACTIVE` without a reason is documented.
            if status == "ACTIVE" && reason == Some("") {
                continue;
            }
            assert_eq!((state.can_refresh(), state.can_repair()), (refresh, repair), "{state}");
            assert_eq!(state.next_step(), step, "{state}");
        }
    }
    // A reason of another status counts as none.
    let odd = ConnectionState::new("DEGRADED", Some("LOGIN_REQUIRED"));
    assert_eq!((odd.can_refresh(), odd.can_repair()), (true, true));
}

#[test]
fn requests_are_refused_only_where_documented() {
    let refuses = |status, reason| {
        let state = ConnectionState::new(status, Some(reason));
        (state.refuses_refresh(), state.refuses_repair())
    };
    assert_eq!(refuses("BRAND_NEW", "BRAND_NEW"), (false, false));
    assert_eq!(refuses("RECONNECT_REQUIRED", "BRAND_NEW"), (true, false));
    assert_eq!(refuses("DELETED", "BRAND_NEW"), (true, true));
    assert_eq!(refuses("ACTIVE", "BRAND_NEW"), (false, false));
    assert_eq!(refuses("IN_PROGRESS", ""), (true, true));
}
