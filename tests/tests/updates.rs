//! Updates of Meld's specs: after each one the crates are generated and compile, and the change is reported by name.

#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

use std::fs;
use std::path::Path;

use meld_gen::catalog::ApiVersion;
use meld_gen::diff::{Comparison, Kind, trees};
use meld_gen::emit;
use meld_gen::interface::Surface;
use meld_gen::pipeline;
use meld_gen::selection::Selection;
use meld_tests::cargo::cargo;
use meld_tests::workspace;
use serde_json::{Value, json};

/// Inside of the target folder: ignored by git, and with the same configuration of cargo.
const SCRATCH: &str = env!("CARGO_TARGET_TMPDIR");

/// The spec that is updated: small, with a bit of everything.
const DOCUMENT: &str = "webhooks-20260203.json";

/// An update: its name, a function that makes it, and the kind and position of the expected report.
type Update = (&'static str, fn(&Path), Kind, &'static str);

const UPDATES: &[Update] = &[
    (
        "a new field",
        |folder| {
            edit(folder, |api| schema(api, "WebhookProfile")["properties"]["region"] = text());
        },
        Kind::FieldAdded,
        "webhooks::types::WebhookProfile::region",
    ),
    (
        "a new value of an enum",
        |folder| {
            edit(folder, |api| {
                // At only one of the two positions, it would become a separate enum.
                for name in ["WebhookProfile", "WebhookProfileUpdateRequest"] {
                    let status = &mut schema(api, name)["properties"]["status"]["enum"];
                    status.as_array_mut().unwrap().push(json!("PAUSED"));
                }
            });
        },
        Kind::ValueAdded,
        "webhooks::types::WebhookProfileStatus::Paused",
    ),
    (
        "a removed field",
        |folder| {
            edit(folder, |api| {
                let properties = &mut schema(api, "WebhookProfile")["properties"];
                properties.as_object_mut().unwrap().shift_remove("accountId").unwrap();
            });
        },
        Kind::FieldRemoved,
        "webhooks::types::WebhookProfile::account_id",
    ),
    (
        "a renamed schema",
        |folder| {
            let path = folder.join(DOCUMENT);
            let old = fs::read_to_string(&path).unwrap();
            let new = old.replace("WebhookProfileTestResponse", "WebhookProfileTestResult");
            assert_ne!(old, new);
            fs::write(path, new).unwrap();
        },
        Kind::TypeRenamed,
        "webhooks::types::WebhookProfileTestResult",
    ),
    (
        "a new operation",
        |folder| {
            edit(folder, |api| {
                let path = &mut api["paths"]["/notifications/webhooks/{webhookProfileId}"];
                let mut operation = path["get"].clone();
                operation["operationId"] = json!("webhooks-profiles-delete");
                operation["responses"] = json!({ "204": { "description": "Deleted." } });
                path["delete"] = operation;
            });
        },
        Kind::OperationAdded,
        "webhooks::Client::delete_profile",
    ),
    (
        "a new family",
        |folder| {
            let document = include_str!("fixtures/gift-cards-20260203.json");
            fs::write(folder.join("gift-cards-20260203.json"), document).unwrap();
        },
        Kind::FamilyAdded,
        "gift_cards",
    ),
    (
        "a new date",
        |folder| {
            let text = fs::read_to_string(folder.join(DOCUMENT)).unwrap();
            let mut api: Value = serde_json::from_str(&text).unwrap();
            api["info"]["version"] = json!("2027-01-15");
            fs::write(folder.join("webhooks-20270115.json"), api.to_string()).unwrap();
        },
        Kind::VersionAdded,
        "2027-01-15",
    ),
    (
        "a document withdrawn",
        |folder| fs::remove_file(folder.join("gift-cards-20260203.json")).unwrap(),
        Kind::FamilyRemoved,
        "gift_cards",
    ),
];

#[test]
fn crates_compile_after_each_update() {
    let copy = tempfile::tempdir_in(SCRATCH).unwrap();
    let root = copy.path();
    workspace::copy(root);
    let mut before = interfaces(root);
    for (name, update, kind, rust_path) in UPDATES {
        update(&root.join("openapi"));
        let after = interfaces(root);
        assert_named(name, &trees(&before, &after), *kind, rust_path);
        let generation = pipeline::run(root, &Selection::default()).unwrap();
        assert_eq!(generation.errors, [], "{name}");
        // Regeneration reports the same as the comparison of specs, except for new versions, which are new crates.
        if *kind != Kind::VersionAdded {
            assert_named(name, &generation.changes, *kind, rust_path);
        }
        emit::write(root, &generation.tree).unwrap();
        assert_changelog(root, name, *kind, rust_path);
        assert_compiles(root);
        before = after;
    }
}

/// Edits the spec.
fn edit(folder: &Path, change: impl FnOnce(&mut Value)) {
    let path = folder.join(DOCUMENT);
    let mut api: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut api);
    fs::write(path, api.to_string()).unwrap();
}

fn schema<'a>(api: &'a mut Value, name: &str) -> &'a mut Value {
    &mut api["components"]["schemas"][name]
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn interfaces(root: &Path) -> Vec<Surface> {
    pipeline::interfaces(&root.join("openapi"), &Selection::default()).unwrap()
}

/// Asserts that this change, and no other, is reported.
fn assert_named(name: &str, comparisons: &[Comparison], kind: Kind, rust_path: &str) {
    let changes: Vec<_> = comparisons.iter().flat_map(|comparison| &comparison.changes).collect();
    let reported: Vec<_> =
        changes.iter().map(|change| (change.kind, change.rust_path.as_str())).collect();
    assert_eq!(reported, [(kind, rust_path)], "{name}");
}

/// Asserts that the crate's changelog has a line for the change. A new crate has a changelog.
fn assert_changelog(root: &Path, name: &str, kind: Kind, rust_path: &str) {
    let (version, part) = match kind {
        Kind::VersionAdded => (rust_path, "The first version."),
        // The line for a new value names its enum.
        Kind::ValueAdded => ("2026-02-03", rust_path.rsplit_once("::").unwrap().0),
        _ => ("2026-02-03", rust_path),
    };
    let feature = ApiVersion::parse(version).unwrap().feature();
    let changelog = root.join("meld-client").join(feature).join("CHANGELOG.md");
    let text = fs::read_to_string(changelog).unwrap();
    assert!(text.contains(part), "{name}: {text}");
}

fn assert_compiles(root: &Path) {
    let features = "v2026-02-03,webhooks";
    cargo(
        root,
        Path::new(SCRATCH),
        &[
            "check",
            "--package=meld-client",
            "--lib",
            "--no-default-features",
            "--features",
            features,
        ],
    );
}
