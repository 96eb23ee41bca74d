//! Updates of Meld's specs: each is reported by name, and the crates are generated and compile.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use meld_gen::catalog::ApiVersion;
use meld_gen::diff::{Comparison, Kind, trees};
use meld_gen::interface::Surface;
use meld_gen::pipeline;
use meld_gen::selection::Selection;
use serde_json::{Value, json};

use crate::cargo::cargo;
use crate::workspace::{self, regenerate};

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
            let document = include_str!("../fixtures/gift-cards-20260203.json");
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
fn crates_compile_after_updates() {
    let copy = workspace::copy();
    let (root, specs) = (copy.path(), copy.path().join("openapi"));
    // The spec alone, which is compared much faster.
    let alone = tempfile::tempdir().unwrap();
    fs::copy(specs.join(DOCUMENT), alone.path().join(DOCUMENT)).unwrap();
    let mut before = interfaces(alone.path());
    // A withdrawn operation was generated before.
    let (withdrawn, others) = UPDATES.split_last().unwrap();
    for updates in [others, std::slice::from_ref(withdrawn)] {
        for update in updates {
            let (name, apply, ..) = update;
            apply(alone.path());
            let after = interfaces(alone.path());
            assert_named(name, &trees(&before, &after), std::slice::from_ref(update));
            before = after;
            apply(&specs);
        }
        let (generation, _) = regenerate(root);
        // Regeneration reports the same as the comparison of specs, except for new versions, which are new crates.
        let is_known = |(.., kind, _): &&Update| *kind != Kind::VersionAdded;
        let known: Vec<Update> = updates.iter().filter(is_known).copied().collect();
        assert_named("all at once", &generation.changes, &known);
        for (name, _, kind, rust_path) in updates {
            assert_changelog(root, name, *kind, rust_path);
        }
        let package = ["check", "--package=meld-client", "--lib", "--no-default-features"];
        cargo(root, &[&package[..], &["--features", "v2026-02-03,webhooks"]].concat());
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

fn interfaces(folder: &Path) -> Vec<Surface> {
    pipeline::interfaces(folder, &Selection::default()).unwrap()
}

/// Asserts that these updates, and no others, are reported.
fn assert_named(name: &str, comparisons: &[Comparison], updates: &[Update]) {
    let changes = comparisons.iter().flat_map(|comparison| &comparison.changes);
    let reported: Vec<_> = changes.map(|change| (change.kind, change.rust_path.as_str())).collect();
    assert_eq!(reported.len(), updates.len(), "{name}: {reported:?}");
    let shown = |(kind, path)| format!("{kind:?} {path}");
    let expected: BTreeSet<String> = updates.iter().map(|(.., kind, path)| shown((*kind, *path))).collect();
    assert_eq!(reported.into_iter().map(shown).collect::<BTreeSet<_>>(), expected, "{name}");
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
