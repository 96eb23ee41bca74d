//! Unlinking duplicates, with rare responses of Meld.

use meld_client::bank_linking::UnlinkOutcome::{AlreadyGone, Deleted, NotYetConfirmed};
use meld_client::v2026_02_03::prelude::*;

use crate::support::{Reply, Server, json, response};

fn gone(status: &str) -> Reply {
    response(status, "", "")
}

/// Returns the deleted ids, in the order of the requests.
fn deleted(server: &Server) -> Vec<String> {
    let lines = server.lines();
    let path = "DELETE /bank-linking/connections/";
    lines.iter().filter_map(|line| line.strip_prefix(path)).map(str::to_owned).collect()
}

#[tokio::test]
async fn active_duplicate_is_deleted_last() {
    for (status, reason, duplicates, active, order) in [
        // The active connection is named, and need not be among the duplicates.
        ("PARTIALLY_ACTIVE", "INACTIVE_DUPLICATE", r#"["c","b"]"#, "c", vec!["a", "b", "c"]),
        ("PARTIALLY_ACTIVE", "INACTIVE_DUPLICATE", r#"["c","b"]"#, "d", vec!["a", "b", "c", "d"]),
        ("PARTIALLY_ACTIVE", "INACTIVE_DUPLICATE", r#"["c","b"]"#, "b", vec!["a", "c", "b"]),
        // The active connection is not named: the most recently aggregated one counts as active.
        ("PARTIALLY_ACTIVE", "INACTIVE_DUPLICATE", r#"["c","b"]"#, "", vec!["a", "b", "c"]),
        ("DELETED", "", r#"["c","b"]"#, "", vec!["a", "b", "c"]),
        // The connection itself is the active one, even if it is broken.
        ("ACTIVE", "", r#"["c","b"]"#, "", vec!["b", "c", "a"]),
        ("RECONNECT_REQUIRED", "LOGIN_REQUIRED", r#"["c","b"]"#, "a", vec!["b", "c", "a"]),
        // No duplicates, and inconsistent values.
        ("ACTIVE", "", "[]", "", vec!["a"]),
        ("ACTIVE", "", "null", "a", vec!["a"]),
        ("ACTIVE", "", r#"["a","b","","b"]"#, "", vec!["b", "a"]),
    ] {
        let connection = format!(
            r#"{{"id":"a","status":"{status}","statusReason":"{reason}",
                "duplicateConnectionIds":{duplicates},"activeDuplicateConnectionId":"{active}"}}"#
        );
        let server = Server::start([json(&connection), gone("204 No Content")]).await;
        let unlinked = server.meld().v2026_02_03().bank_linking().unlink_with_duplicates("a").await;
        assert_eq!(deleted(&server), order, "{connection}");
        let unlinked = unlinked.unwrap();
        assert!(unlinked.connections().eq(order.into_iter().map(|id| (id, Deleted))));
    }
}

#[tokio::test]
async fn unlink_outcome_by_status() {
    let connection = r#"{"id":"a","status":"ACTIVE","duplicateConnectionIds":["c","b"]}"#;
    let replies = [json(connection), gone("202 Accepted"), gone("409 Conflict"), gone("204 No Content")];
    let server = Server::start(replies).await;
    let bank_linking = server.meld().v2026_02_03().bank_linking();
    let unlinked = bank_linking.unlink_with_duplicates("a").await.unwrap();
    let became: Vec<_> = unlinked.connections().collect();
    assert_eq!(became, [("b", NotYetConfirmed), ("c", AlreadyGone), ("a", Deleted)]);
    assert!(!unlinked.is_confirmed());
    let server = Server::start([gone("404 Not Found")]).await;
    let bank_linking = server.meld().v2026_02_03().bank_linking();
    // An unknown id does not count as unlinked.
    let failure = bank_linking.unlink_with_duplicates("a").await.unwrap_err();
    assert_eq!(failure.error().status().unwrap().as_u16(), 404);
    assert_eq!(failure.connections().connections().len(), 0);
}
