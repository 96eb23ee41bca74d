//! Sequences of runs, and the program.

use std::fs;
use std::process::Command;

use meld_fetch::error::ErrorKind;
use meld_fetch::report::{Outcome, UnchangedReason};
use serde_json::json;

use crate::support::*;

const NEW: &str = "gift-cards-20270101.json";

/// Publishes a changed, an invalid and a new spec.
fn mixture(site: &Site) {
    site.publish([
        (CRYPTO, tagged(&changed("crypto", "2026-02-03"), "\"crypto\"")),
        (OLD_CRYPTO, published(&spec("crypto", "2025-03-04", "ours"))),
        (WEBHOOKS, file("text/html", "<html></html>")),
        (NEW, tagged(&spec("gift-cards", "2027-01-01", "theirs"), "\"new\"")),
    ]);
}

#[test]
fn valid_specs_update_and_invalid_are_refused() {
    let (site, workspace) = start();
    let webhooks = workspace.read(WEBHOOKS);
    mixture(&site);
    let report = workspace.run();
    assert!(report.has_failed());
    assert!(matches!(outcome(&report, CRYPTO), Outcome::Updated { .. }));
    assert!(matches!(outcome(&report, NEW), Outcome::New { .. }));
    assert_eq!(outcome(&report, OLD_CRYPTO), &Outcome::Unchanged(UnchangedReason::SameStructure));
    assert_eq!(refusal(&report, WEBHOOKS).0, ErrorKind::Page);
    assert_eq!(workspace.read(WEBHOOKS), webhooks);
    let text = report.text().join("\n");
    let summary = "1 updated, 1 new, 1 unchanged, 1 refused; sources.toml updated";
    assert!(text.contains(summary), "{text}");

    let before = workspace.all();
    let report = workspace.run();
    assert_eq!(outcome(&report, CRYPTO), &Outcome::Unchanged(UnchangedReason::NotModified));
    assert_eq!(outcome(&report, NEW), &Outcome::Unchanged(UnchangedReason::NotModified));
    assert_eq!(outcome(&report, OLD_CRYPTO), &Outcome::Unchanged(UnchangedReason::SameContent));
    assert!(!report.sources_differ);
    assert_eq!(workspace.all(), before);
}

#[test]
fn dry_run_reports_without_writing() {
    let (site, workspace) = start();
    mixture(&site);
    fs::write(workspace.path(".fetch-left.tmp"), "half").unwrap();
    let report = workspace.run_with(|job| job.dry_run = true);
    assert!(report.has_failed());
    let text = report.text().join("\n");
    for line in [
        "crypto-20260203.json      would be updated; 1 without a description of ours",
        "gift-cards-20270101.json  would be new",
        "webhooks-20260203.json    refused: the published file is a web page",
        "sources.toml would be updated",
        "Nothing was written: this was a dry run.",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // A real run has the same outcomes.
    let done = workspace.run();
    let outcomes = |lines: &[meld_fetch::report::Line]| lines.to_vec();
    assert_eq!(outcomes(&done.lines), outcomes(&report.lines));
}

#[test]
fn next_run_completes_a_killed_one() {
    let (site, workspace) = start();
    mixture(&site);
    let sources = workspace.read("sources.toml");
    workspace.run();
    let done = workspace.all();
    // Killed between writing the specs and sources.toml, with a temporary file left.
    workspace.write("sources.toml", &sources);
    workspace.write(".fetch-abc.tmp", "half");
    let report = workspace.run();
    assert_eq!(outcome(&report, CRYPTO), &Outcome::Unchanged(UnchangedReason::SameStructure));
    assert_eq!(outcome(&report, NEW), &Outcome::Unchanged(UnchangedReason::SameStructure));
    let without_times =
        |all: Vec<(String, Vec<u8>, _)>| all.into_iter().map(|(name, bytes, _)| (name, bytes)).collect::<Vec<_>>();
    assert_eq!(without_times(workspace.all()), without_times(done));
}

#[test]
fn hand_changed_file_is_fetched_again() {
    let (site, workspace) = start();
    mixture(&site);
    let before = workspace.read(CRYPTO);
    workspace.run();
    let updated = workspace.read(CRYPTO);
    // Restored by hand, then a run for another date: sources.toml no longer claims the published hash.
    workspace.write(CRYPTO, &before);
    let report = workspace.run_with(|job| job.dates = vec![date("20270101")]);
    assert!(report.sources_differ);
    assert_eq!(workspace.read(CRYPTO), before);
    assert!(matches!(outcome(&workspace.run(), CRYPTO), Outcome::Updated { .. }));
    assert_eq!(workspace.read(CRYPTO), updated);
    // Our own text is kept.
    let field = "\"type\": \"boolean\"";
    let described = updated.replace(field, &format!("{field},\n            \"description\": \"Own\""));
    workspace.write(CRYPTO, &described);
    assert_eq!(outcome(&workspace.run(), CRYPTO), &Outcome::Unchanged(UnchangedReason::SameStructure));
    assert_eq!(workspace.read(CRYPTO), described);
    assert_eq!(outcome(&workspace.run(), CRYPTO), &Outcome::Unchanged(UnchangedReason::NotModified));
}

#[test]
fn unreadable_file_of_ours_is_kept() {
    let (site, workspace) = start();
    workspace.write(CRYPTO, "{ \"ours\": ");
    mixture(&site);
    let report = workspace.run();
    let (_, text) = refusal(&report, CRYPTO);
    assert!(text.contains("our file cannot be read, and may have our own text"), "{text}");
    assert_eq!(workspace.read(CRYPTO), "{ \"ours\": ");
    assert!(matches!(outcome(&report, NEW), Outcome::New { .. }));
}

#[cfg(unix)]
#[test]
fn unreadable_folder_entries_are_errors() {
    let (site, workspace) = start();
    mixture(&site);
    // A folder instead of a file.
    fs::remove_file(workspace.path(OLD_CRYPTO)).unwrap();
    fs::create_dir(workspace.path(OLD_CRYPTO)).unwrap();
    let error = workspace.try_run().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Io);
    fs::remove_dir(workspace.path(OLD_CRYPTO)).unwrap();
    fs::remove_file(workspace.path("sources.toml")).unwrap();
    let error = workspace.try_run().unwrap_err();
    assert!(error.to_string().contains("sources.toml: it cannot be read"), "{error}");
}

/// Runs the program with a folder as the site.
fn program(workspace: &Workspace, folder: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_meld-fetch"))
        .arg("--root")
        .arg(workspace.root())
        .args(["--from", folder])
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn program_reports_on_a_folder() {
    let (_site, workspace) = start();
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("openapi")).unwrap();
    let put = |name: &str, text: String| {
        fs::write(folder.path().join("openapi").join(name), text).unwrap();
    };
    put(CRYPTO, changed("crypto", "2026-02-03").to_string());
    let from = folder.path().to_str().unwrap();
    let (code, out, err) = program(&workspace, from, &["--date", "20260203"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let lines: Vec<_> = out.lines().collect();
    assert!(lines[0].starts_with("crypto-20260203.json    updated; 1 without"), "{out}");
    assert_eq!(lines[1], "webhooks-20260203.json  no longer published; our file is kept");
    assert_eq!(lines[2], "1 updated, 0 refused, 1 no longer published; sources.toml updated");
    assert!(lines[3].starts_with("Next: "), "{out}");

    put(WEBHOOKS, json!({}).to_string());
    let (code, out, err) = program(&workspace, from, &[]);
    assert_eq!(code, Some(1));
    assert!(out.contains("crypto-20260203.json    unchanged (same content)"), "{out}");
    assert!(err.starts_with("error: webhooks-20260203.json: `openapi`, the version of"), "{err}");

    for (arguments, what) in [
        (&["--date", "2026-02-30"][..], "not a date such as 2026-02-03"),
        (&["--date", "2028-02-03"], "error: --date: no spec is published for 2028-02-03; published dates are"),
    ] {
        let (code, _, err) = program(&workspace, from, arguments);
        assert_eq!(code, Some(1));
        assert!(err.contains(what), "{err}");
    }
    for (from, what) in [
        ("nowhere", "nowhere: there is no such folder; give a URL"),
        ("ftp://docs.meld.io", "neither http nor https"),
        ("https://me:secret@docs.meld.io", "has a user name or password"),
        ("https://", "it is not a URL"),
    ] {
        let (code, _, err) = program(&workspace, from, &[]);
        assert_eq!(code, Some(1));
        assert!(err.contains(what), "{err}");
    }
}
