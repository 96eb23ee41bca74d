//! Published specs that are accepted or refused.

use meld_fetch::error::ErrorKind;
use meld_fetch::report::{Outcome, UnchangedReason};
use meld_gen::error::ErrorKind as SpecErrorKind;
use serde_json::{Value, json};

use crate::support::*;

/// Publishes a spec under a name and returns the error that refuses it.
fn refused(name: &str, spec: &Value) -> (ErrorKind, String) {
    let (site, workspace) = start();
    let before = workspace.all();
    site.publish([(name, published(spec))]);
    let report = workspace.run();
    assert_eq!(workspace.all(), before);
    refusal(&report, name)
}

#[test]
fn spec_of_other_family_is_refused() {
    let (kind, text) = refused(CRYPTO, &spec("webhooks", "2026-02-03", "theirs"));
    assert_eq!(kind, ErrorKind::OtherFamily);
    let place = format!("{CRYPTO}#/paths/~1webhooks~1things: the path belongs to webhooks");
    assert!(text.starts_with(&place), "{text}");
    // A single path of another family is enough.
    let mut mixed = changed("crypto", "2026-02-03");
    mixed["paths"]["/webhooks/things"] = json!({"post": {"operationId": "b", "responses": {}}});
    assert_eq!(refused(CRYPTO, &mixed).0, ErrorKind::OtherFamily);
    // A copy under the name of a new family.
    let copy = spec("crypto", "2026-02-03", "theirs");
    let (kind, text) = refused("gift-cards-20260203.json", &copy);
    assert_eq!(kind, ErrorKind::OtherFamily);
    assert!(text.contains("has exactly the paths of crypto-2025"), "{text}");
}

#[test]
fn other_servers_are_a_warning() {
    let (site, workspace) = start();
    let mut spec = changed("crypto", "2026-02-03");
    spec["servers"][0]["url"] = json!("https://api.example.com");
    site.publish([(CRYPTO, published(&spec))]);
    let problems = workspace.run().problems().join("\n");
    let warning = "the servers are `https://api.example.com`, and were `https://api.meld.io`";
    assert!(problems.contains(warning), "{problems}");
}

#[test]
fn split_family_is_named_in_the_note() {
    let (site, workspace) = start();
    let [path, moved] = ["/crypto/things", "/crypto/other"];
    let mut ours = spec("crypto", "2026-02-03", "ours");
    ours["paths"][moved] = json!({"get": {"operationId": "other", "responses": {}}});
    workspace.write(CRYPTO, &format!("{ours:#}\n"));
    let mut new = ours.clone();
    new["paths"].as_object_mut().unwrap().shift_remove(path);
    ours["paths"].as_object_mut().unwrap().shift_remove(moved);
    site.publish([(CRYPTO, published(&ours)), ("gifts-20260203.json", published(&new))]);
    let problems = workspace.try_run().unwrap().problems().join("\n");
    assert!(problems.contains("GET /crypto/other is now an operation of gifts"), "{problems}");
    let supplement = workspace.json(&format!("supplements/{CRYPTO}"));
    assert_eq!(supplement["paths"][moved]["get"]["x-withdrawn"], "Use the same operation of `gifts`");
}

#[test]
fn spec_without_operations_is_refused() {
    let mut empty = changed("crypto", "2026-02-03");
    empty["paths"] = json!({});
    let (kind, text) = refused(CRYPTO, &empty);
    assert_eq!(kind, ErrorKind::NoOperations);
    assert!(text.starts_with(&format!("{CRYPTO}#/paths: it has no operations")), "{text}");
}

#[test]
fn refused_spec_names_its_location() {
    let mut dangling = changed("crypto", "2026-02-03");
    let schema = "/paths/~1crypto~1things/get/responses/200/content/application~1json/schema";
    *dangling.pointer_mut(schema).unwrap() = json!({"$ref": "#/components/schemas/Nothing"});
    let (kind, text) = refused(CRYPTO, &dangling);
    assert_eq!(kind, ErrorKind::Spec(SpecErrorKind::DanglingReference));
    assert!(text.starts_with(&format!("{CRYPTO}#{schema}")), "{text}");

    let date = refused(CRYPTO, &changed("crypto", "2027-01-01"));
    assert_eq!(date.0, ErrorKind::Spec(SpecErrorKind::VersionMismatch));
    assert!(date.1.starts_with(&format!("{CRYPTO}#/info/version: ")), "{}", date.1);
    let no_openapi = refused(CRYPTO, &json!({"status": "ok"}));
    assert_eq!(no_openapi.0, ErrorKind::Spec(SpecErrorKind::UnsupportedOpenApi));
    let list = refused("gift-cards-20260203.json", &json!([]));
    assert_eq!(list.0, ErrorKind::Spec(SpecErrorKind::NotOpenApi));
}

#[test]
fn new_date_starts_with_text_of_previous() {
    let (site, workspace) = start();
    let name = "crypto-20270101.json";
    site.publish([(name, tagged(&changed("crypto", "2027-01-01"), "\"new\""))]);
    let report = workspace.run();
    let Outcome::New { undescribed } = outcome(&report, name) else { panic!("{report:?}") };
    assert_eq!(undescribed[..], ["/components/schemas/Thing/properties/added".to_owned()]);
    let written = workspace.json(name);
    assert_eq!(written["info"], json!({"title": "crypto ours", "version": "2027-01-01"}));
    assert_eq!(written["paths"]["/crypto/things"]["get"]["summary"], "ours");
    assert!(!written.to_string().contains("theirs"), "{written}");
    let entry = format!("file = \"{name}\"\npublished = \"{}/openapi/{name}\"\nsha256 = \"", site.address);
    let sources = workspace.read("sources.toml");
    assert!(sources.starts_with("# The origin of the specs.\n"), "{sources}");
    assert!(sources.contains(&entry), "{sources}");
    let text = report.text().join("\n");
    assert!(text.contains("new; 1 without a description of ours (/components"), "{text}");
    assert!(text.contains("Next: cargo xtask diff"), "{text}");

    assert_eq!(outcome(&workspace.run(), name), &Outcome::Unchanged(UnchangedReason::NotModified));
}

#[test]
fn older_dates_are_fetched_on_request() {
    let (site, workspace) = start();
    let (old, between) = ("crypto-20231219.json", "crypto-20251010.json");
    workspace.write(OLD_CRYPTO, &format!("{:#}\n", spec("crypto", "2025-03-04", "ours of 2025")));
    site.publish([
        (old, published(&spec("crypto", "2023-12-19", "theirs"))),
        (between, published(&spec("crypto", "2025-10-10", "theirs"))),
    ]);
    let report = workspace.run();
    for name in [old, between] {
        assert_eq!(outcome(&report, name), &Outcome::Skipped);
        assert!(!workspace.path(name).exists());
    }
    assert!(site.requests().iter().all(|request| !request.target().contains("2023")));

    let report = workspace.run_with(|job| job.dates = vec![date("20231219")]);
    assert_eq!(report.lines.len(), 1, "{report:?}");
    assert!(matches!(outcome(&report, old), Outcome::New { .. }));
    workspace.run_with(|job| job.dates = vec![date("2025-10-10")]);
    // The text is that of the previous date, or of the next if there is none.
    for name in [old, between] {
        let operation = &workspace.json(name)["paths"]["/crypto/things"]["get"];
        assert_eq!(operation["summary"], "ours of 2025", "{name}");
    }

    let mut job = workspace.job(&site.address);
    job.dates = vec![date("2028-01-01")];
    let error = job.run(&indicatif::ProgressBar::hidden()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Arguments);
    assert!(error.advice.ends_with("2023-12-19, 2025-03-04, 2025-10-10, 2026-02-03"), "{error}");
}

#[test]
fn new_family_is_added() {
    let (site, workspace) = start();
    let name = "gift-cards-20260203.json";
    let mut new = spec("gift-cards", "2026-02-03", "theirs");
    new["paths"]["/crypto/things"] = new["paths"]["/gift-cards/things"].clone();
    new["paths"]["/crypto/things"]["get"]["operationId"] = json!("b");
    site.publish([(name, published(&new))]);
    let report = workspace.run();
    assert!(matches!(outcome(&report, name), Outcome::New { .. }), "{report:?}");
    let written = workspace.json(name);
    assert_eq!(written["info"]["title"], "GIFT CARDS");
    let response = &written["paths"]["/gift-cards/things"]["get"]["responses"]["200"];
    assert_eq!(response["description"], "Status 200.");
    assert!(!written.to_string().contains("theirs"));
    let warning = format!("warning: {name}: 1 of its paths also belong to crypto");
    assert!(report.problems().contains(&warning), "{:?}", report.problems());
}

#[test]
fn second_spec_of_family_and_date_is_refused() {
    let (site, workspace) = start();
    let (one, two) = ("gift-cards-20260203.json", "gift-cards-20270101.json");
    let duplicate = "network-partner-20260203.json";
    workspace.write("networkpartner-20260203.json", &format!("{:#}\n", spec("n", "2026-02-03", "ours")));
    site.publish([
        (one, published(&spec("gift-cards", "2026-02-03", "theirs"))),
        (two, published(&spec("gift-cards", "2027-01-01", "theirs"))),
        (duplicate, published(&spec("n", "2026-02-03", "theirs"))),
    ]);
    let report = workspace.run();
    let (kind, text) = refusal(&report, duplicate);
    assert_eq!(kind, ErrorKind::DuplicateSpec);
    assert!(text.contains("networkpartner-20260203.json is for the same"), "{text}");
    assert!(matches!(outcome(&report, one), Outcome::New { .. }));
    assert!(matches!(outcome(&report, two), Outcome::New { .. }));
}

#[test]
fn other_files_are_skipped_with_warning() {
    let (site, workspace) = start();
    site.publish([("all.json", published(&json!({}))), ("notes-2026.json", published(&json!({})))]);
    let report = workspace.run();
    assert!(!report.has_failed());
    let problems = report.problems().concat();
    assert!(problems.contains("all.json: skipped, because its name"), "{problems}");
    assert!(problems.contains("notes-2026.json: skipped"), "{problems}");
}
