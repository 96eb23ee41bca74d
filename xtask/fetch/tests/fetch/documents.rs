//! What may be published under a name.

use meld_fetch::error::ErrorKind;
use meld_fetch::report::{Outcome, Why};
use meld_gen::error::ErrorKind as DocumentKind;
use serde_json::{Value, json};

use crate::support::*;

/// Why a document is refused that is published under this name.
fn refused(name: &str, document: &Value) -> (ErrorKind, String) {
    let site = Site::start();
    let workspace = Workspace::new(&site);
    let before = workspace.all();
    site.publish([(name, published(document))]);
    let report = workspace.run();
    assert_eq!(workspace.all(), before);
    refusal(&report, name)
}

#[test]
fn a_document_of_another_family_is_refused() {
    let (kind, text) = refused(CRYPTO, &document("webhooks", "2026-02-03", "theirs"));
    assert_eq!(kind, ErrorKind::OtherFamily);
    let place = format!("{CRYPTO}#/paths/~1webhooks~1things: the path is of webhooks");
    assert!(text.starts_with(&place), "{text}");
    // One path among others, with another name for its parameter, is enough.
    let mut mixed = changed("crypto", "2026-02-03");
    mixed["paths"]["/webhooks/things"] = json!({"post": {"operationId": "b", "responses": {}}});
    assert_eq!(refused(CRYPTO, &mixed).0, ErrorKind::OtherFamily);
    // A copy under a name that is new.
    let copy = document("crypto", "2026-02-03", "theirs");
    let (kind, text) = refused("gift-cards-20260203.json", &copy);
    assert_eq!(kind, ErrorKind::OtherFamily);
    assert!(text.contains("has the paths of crypto-2025"), "{text}");
}

#[test]
fn a_document_that_cannot_be_generated_from_is_refused_with_its_place() {
    let mut dangling = changed("crypto", "2026-02-03");
    let schema = "/paths/~1crypto~1things/get/responses/200/content/application~1json/schema";
    *dangling.pointer_mut(schema).unwrap() = json!({"$ref": "#/components/schemas/Nothing"});
    let (kind, text) = refused(CRYPTO, &dangling);
    assert_eq!(kind, ErrorKind::Document(DocumentKind::DanglingReference));
    assert!(text.starts_with(&format!("{CRYPTO}#{schema}")), "{text}");

    let date = refused(CRYPTO, &changed("crypto", "2027-01-01"));
    assert_eq!(date.0, ErrorKind::Document(DocumentKind::VersionMismatch));
    assert!(date.1.starts_with(&format!("{CRYPTO}#/info/version: ")), "{}", date.1);
    let no_openapi = refused(CRYPTO, &json!({"status": "ok"}));
    assert_eq!(no_openapi.0, ErrorKind::Document(DocumentKind::UnsupportedOpenApi));
    let list = refused("gift-cards-20260203.json", &json!([]));
    assert_eq!(list.0, ErrorKind::Document(DocumentKind::NotOpenApi));
}

#[test]
fn a_new_date_begins_with_the_text_of_the_one_before() {
    let site = Site::start();
    let workspace = Workspace::new(&site);
    let name = "crypto-20270101.json";
    site.publish([(name, tagged(&changed("crypto", "2027-01-01"), "\"new\""))]);
    let report = workspace.run();
    let Outcome::New { undescribed } = outcome(&report, name) else { panic!("{report:?}") };
    assert_eq!(undescribed[..], ["/components/schemas/Thing/properties/added".to_owned()]);
    let taken = workspace.json(name);
    assert_eq!(taken["info"], json!({"title": "crypto ours", "version": "2027-01-01"}));
    assert_eq!(taken["paths"]["/crypto/things"]["get"]["summary"], "ours");
    assert!(!taken.to_string().contains("theirs"), "{taken}");
    let entry =
        format!("file = \"{name}\"\npublished = \"{}/openapi/{name}\"\nsha256 = \"", site.address);
    let sources = workspace.read("sources.toml");
    assert!(sources.starts_with("# Where documents come from.\n"), "{sources}");
    assert!(sources.contains(&entry), "{sources}");
    let text = report.text().join("\n");
    assert!(text.contains("new; 1 without a description of ours (/components"), "{text}");
    assert!(text.contains("Next: cargo xtask diff"), "{text}");

    site.requests();
    assert_eq!(outcome(&workspace.run(), name), &Outcome::Unchanged(Why::NotModified));
    assert!(site.requests().iter().all(|request| request.sent == 0));
}

#[test]
fn dates_before_the_newest_are_taken_when_they_are_asked_for() {
    let site = Site::start();
    let workspace = Workspace::new(&site);
    let (old, between) = ("crypto-20231219.json", "crypto-20251010.json");
    workspace
        .write(OLD_CRYPTO, &format!("{:#}\n", document("crypto", "2025-03-04", "ours of 2025")));
    site.publish([
        (old, published(&document("crypto", "2023-12-19", "theirs"))),
        (between, published(&document("crypto", "2025-10-10", "theirs"))),
    ]);
    let report = workspace.run();
    for name in [old, between] {
        assert_eq!(outcome(&report, name), &Outcome::LeftOut);
        assert!(!workspace.path(name).exists());
    }
    assert!(site.requests().iter().all(|request| !request.path.contains("2023")));

    let report = workspace.run_with(|job| job.dates = vec![date("20231219")]);
    assert_eq!(report.lines.len(), 1, "{report:?}");
    assert!(matches!(outcome(&report, old), Outcome::New { .. }));
    workspace.run_with(|job| job.dates = vec![date("2025-10-10")]);
    // With the text of the date before, or of the next where there is none before.
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
fn a_new_family_is_taken() {
    let site = Site::start();
    let workspace = Workspace::new(&site);
    let name = "gift-cards-20260203.json";
    let mut document = document("gift-cards", "2026-02-03", "theirs");
    document["paths"]["/crypto/things"] = document["paths"]["/gift-cards/things"].clone();
    document["paths"]["/crypto/things"]["get"]["operationId"] = json!("b");
    site.publish([(name, published(&document))]);
    let report = workspace.run();
    assert!(matches!(outcome(&report, name), Outcome::New { .. }), "{report:?}");
    let taken = workspace.json(name);
    assert_eq!(taken["info"]["title"], "GIFT CARDS");
    let response = &taken["paths"]["/gift-cards/things"]["get"]["responses"]["200"];
    assert_eq!(response["description"], "Status 200.");
    assert!(!taken.to_string().contains("theirs"));
    let told = format!("warning: {name}: 1 of its paths are of crypto too");
    assert!(report.problems().contains(&told), "{:?}", report.problems());
}

#[test]
fn one_family_and_date_has_one_document() {
    let site = Site::start();
    let workspace = Workspace::new(&site);
    let (one, two) = ("gift-cards-20260203.json", "gift-cards-20270101.json");
    let twin = "network-partner-20260203.json";
    workspace.write(
        "networkpartner-20260203.json",
        &format!("{:#}\n", document("n", "2026-02-03", "ours")),
    );
    site.publish([
        (one, published(&document("gift-cards", "2026-02-03", "theirs"))),
        (two, published(&document("gift-cards", "2027-01-01", "theirs"))),
        (twin, published(&document("n", "2026-02-03", "theirs"))),
    ]);
    let report = workspace.run();
    let (kind, text) = refusal(&report, twin);
    assert_eq!(kind, ErrorKind::DuplicateDocument);
    assert!(text.contains("networkpartner-20260203.json is for the same"), "{text}");
    assert!(matches!(outcome(&report, one), Outcome::New { .. }));
    assert!(matches!(outcome(&report, two), Outcome::New { .. }));
}

#[test]
fn other_files_of_the_folder_are_left_out_and_told() {
    let site = Site::start();
    let workspace = Workspace::new(&site);
    site.publish([("all.json", published(&json!({}))), ("notes-2026.json", published(&json!({})))]);
    let report = workspace.run();
    assert!(!report.has_failed());
    let problems = report.problems().concat();
    assert!(problems.contains("all.json: left out, because its name"), "{problems}");
    assert!(problems.contains("notes-2026.json: left out"), "{problems}");
}
