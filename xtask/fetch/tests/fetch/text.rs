//! Our text and the published text.

use meld_fetch::error::ErrorKind;
use meld_fetch::report::{Outcome, UnchangedReason};

use crate::support::*;

#[test]
fn text_alone_changes_nothing() {
    let (site, workspace) = start();
    let before = workspace.read(CRYPTO);
    site.publish([(CRYPTO, published(&spec("crypto", "2026-02-03", "theirs")))]);
    let report = workspace.run();
    assert_eq!(outcome(&report, CRYPTO), &Outcome::Unchanged(UnchangedReason::SameStructure));
    assert!(report.sources_differ);
    assert_eq!(workspace.read(CRYPTO), before);
    assert!(!report.text().concat().contains("Next"));
    assert_eq!(outcome(&workspace.run(), CRYPTO), &Outcome::Unchanged(UnchangedReason::SameContent));
}

#[test]
fn added_field_has_no_published_text() {
    let (site, workspace) = start();
    let before = workspace.read(CRYPTO);
    site.publish([(CRYPTO, published(&changed("crypto", "2026-02-03")))]);
    workspace.run();
    let after = workspace.read(CRYPTO);
    // No line is changed except for a comma.
    let removed: Vec<_> = before.lines().filter(|line| !after.contains(line)).collect();
    assert_eq!(removed, [""; 0]);
    let added = after.lines().count() - before.lines().count();
    assert_eq!(added, 3, "{after}");
    assert!(after.contains("\"added\": {\n            \"type\": \"boolean\"\n          }"), "{after}");
    assert!(!after.contains("theirs"), "{after}");
}

#[test]
fn published_text_is_taken_only_on_request() {
    let (site, workspace) = start();
    let theirs = changed("crypto", "2026-02-03");
    site.publish([(CRYPTO, tagged(&theirs, "\"one\""))]);
    // A first run without, so that the server could return 304.
    workspace.run();
    let report = workspace.run_with(|job| job.with_descriptions = true);
    assert!(matches!(outcome(&report, CRYPTO), Outcome::Updated { .. }));
    assert_eq!(workspace.json(CRYPTO), theirs);
    assert!(report.text().concat().contains("the text that Meld published"), "{:?}", report.text());
    assert!(workspace.read("sources.toml").contains("text = \"published\""));
    let report = workspace.run_with(|job| job.with_descriptions = true);
    assert_eq!(outcome(&report, CRYPTO), &Outcome::Unchanged(UnchangedReason::NotModified));

    // Published text is not kept as ours, neither in this spec nor in that of the next date.
    let name = "crypto-20270101.json";
    site.publish([(CRYPTO, published(&theirs)), (name, published(&changed("crypto", "2027-01-01")))]);
    let report = workspace.run();
    let (kind, text) = refusal(&report, CRYPTO);
    assert_eq!(kind, ErrorKind::PublishedText);
    assert!(text.contains("git checkout -- openapi/crypto-20260203.json"), "{text}");
    assert!(!workspace.read(name).contains("theirs"));
    assert!(workspace.read(name).contains("ours"), "a text with an earlier date");
}
