//! A new version or family needs only a spec in `openapi/` and a regeneration. Deleting the spec and regenerating removes
//! everything again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use meld_gen::pipeline::Generation;
use serde_json::{Value, json};

use crate::cargo::cargo;
use crate::workspace::{self, files, regenerate};

/// A new version, a new family of an existing version, and a known family that an existing version lacks.
const DROPPED: [&str; 3] = ["crypto-20270115.json", "gift-cards-20260203.json", "networkpartner-20250304.json"];

/// The files that are new or different because of them, without the parts of modules.
const CHANGED: [&str; 25] = [
    "meld-client/Cargo.toml",
    "meld-client/src/upgrading/2023-12-19-to-2025-03-04.md",
    "meld-client/src/upgrading/2025-03-04-to-2026-02-03.md",
    "meld-client/src/upgrading/2026-02-03-to-2027-01-15.md",
    "meld-client/src/versions.rs",
    "meld-client/v2025-03-04/CHANGELOG.md",
    "meld-client/v2025-03-04/Cargo.toml",
    "meld-client/v2025-03-04/README.md",
    "meld-client/v2025-03-04/interface.json",
    "meld-client/v2025-03-04/src/lib.rs",
    "meld-client/v2025-03-04/src/network_partner.rs",
    "meld-client/v2026-02-03/CHANGELOG.md",
    "meld-client/v2026-02-03/Cargo.toml",
    "meld-client/v2026-02-03/README.md",
    "meld-client/v2026-02-03/interface.json",
    "meld-client/v2026-02-03/src/gift_cards.rs",
    "meld-client/v2026-02-03/src/lib.rs",
    "meld-client/v2027-01-15/CHANGELOG.md",
    "meld-client/v2027-01-15/Cargo.toml",
    "meld-client/v2027-01-15/LICENSE-APACHE",
    "meld-client/v2027-01-15/LICENSE-MIT",
    "meld-client/v2027-01-15/README.md",
    "meld-client/v2027-01-15/interface.json",
    "meld-client/v2027-01-15/src/crypto.rs",
    "meld-client/v2027-01-15/src/lib.rs",
];

/// A program that compiles only with all three.
const USE: &str = r#"//! Uses what the new documents yield.
use meld_client::Transport;
use meld_client::v2025_03_04::network_partner;
use meld_client::v2026_02_03::gift_cards::{self, types::GiftCardRequest};
use meld_client::v2027_01_15::{API_VERSION, crypto};

fn main() {
    let transport = Transport::new("https://api-sb.meld.io", Default::default()).unwrap();
    let card = GiftCardRequest::builder().amount(5).greeting("hello");
    let _ = gift_cards::Client::new(transport.clone()).create_gift_card().body(card).send();
    let _ = network_partner::Client::new(transport.clone()).find_supported_routes();
    let _ = crypto::Client::new(transport).get_fee().send();
    let _: Option<crypto::types::Fee> = None;
    println!("{API_VERSION}");
}
"#;

#[test]
fn added_spec_is_a_crate_deleted_leaves_nothing() {
    let copy = workspace::copy();
    let root = copy.path();
    let before = files(root);

    add_specs(root);
    let (generation, _) = regenerate(root);
    assert_eq!(generation.unused_repairs, Vec::<String>::new());
    let mut different = differences(&before, &files(root));
    different.retain(|path| !is_part(path));
    assert_eq!(different, expected_differences());
    assert_dropped_is_known(root, &generation);
    let (_, changed_again) = regenerate(root);
    assert_eq!(changed_again, []);
    assert_compiles(root);

    for document in DROPPED {
        fs::remove_file(root.join("openapi").join(document)).unwrap();
    }
    regenerate(root);
    // Cargo.lock is not generated; cargo updates it.
    cargo(root, &["update", "--workspace"]);
    // Changelogs keep both changes until somebody edits them.
    let changelogs = ["meld-client/v2025-03-04/CHANGELOG.md", "meld-client/v2026-02-03/CHANGELOG.md"];
    assert_eq!(differences(&before, &files(root)), changelogs.map(PathBuf::from).into());
    assert!(!root.join("meld-client/v2027-01-15").exists());
}

fn add_specs(root: &Path) {
    let folder = root.join("openapi");
    let read = |name: &str| -> Value { serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap() };
    let mut crypto = read("crypto-20260203.json");
    crypto["info"]["version"] = json!("2027-01-15");
    crypto["components"]["schemas"]["Fee"] =
        json!({ "type": "object", "properties": { "percent": { "type": "number" } } });
    crypto["paths"]["/crypto/fees"] = json!({ "get": {
        "operationId": "/crypto-fees-get",
        "responses": { "200": { "description": "The fee", "content": { "application/json": {
            "schema": { "$ref": "#/components/schemas/Fee" } } } } }
    } });
    let gift_cards = include_str!("../fixtures/gift-cards-20260203.json");
    let mut partners = read("networkpartner-20260203.json");
    partners["info"]["version"] = json!("2025-03-04");
    let texts = [crypto.to_string(), gift_cards.to_owned(), partners.to_string()];
    for (name, text) in DROPPED.iter().zip(texts) {
        let path = folder.join(name);
        assert!(!path.exists(), "{name} has come out: make up another date");
        fs::write(path, text).unwrap();
    }
}

/// The paths that differ between two trees.
fn differences<'t>(before: &'t BTreeMap<PathBuf, Vec<u8>>, after: &'t BTreeMap<PathBuf, Vec<u8>>) -> BTreeSet<PathBuf> {
    let paths = before.keys().chain(after.keys());
    paths.filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

/// Returns `true` for parts of modules: `meld-client/v2027-01-15/src/crypto/types.rs`.
fn is_part(path: &Path) -> bool {
    let mut inside = path.components().skip(2);
    inside.next().is_some_and(|folder| folder.as_os_str() == "src") && inside.nth(1).is_some()
}

fn expected_differences() -> BTreeSet<PathBuf> {
    let dropped = DROPPED.map(|name| Path::new("openapi").join(name));
    dropped.into_iter().chain(CHANGED.map(PathBuf::from)).collect()
}

/// Asserts the features, modules and metadata of the new specs.
fn assert_dropped_is_known(root: &Path, generation: &Generation) {
    for (file, parts) in [
        (
            "meld-client/Cargo.toml",
            &[
                "default = [\n    \"gzip\",\n    \"http2\",\n    \"idempotent\",\n    \"rustls\",\n    \"v2027-01-15\",\n",
                "v2027-01-15 = [\n    \"client\",\n    \"dep:meld-client-v2027-01-15\",\n]\n",
                "    \"meld-client-v2027-01-15?/crypto\",\n",
                "    \"meld-client-v2027-01-15?/rustls\",\n",
                "gift_cards = [\"meld-client-v2026-02-03?/gift_cards\"]\n",
                "    \"meld-client-v2025-03-04?/network_partner\",\n",
                "meld-client-v2027-01-15 = { path = \"v2027-01-15\", ",
            ][..],
        ),
        ("meld-client/src/versions.rs", &["pub use meld_client_v2027_01_15::*;\n"]),
        ("meld-client/v2025-03-04/src/lib.rs", &["pub mod network_partner;\n"]),
        ("meld-client/v2026-02-03/Cargo.toml", &["\ngift_cards = []\n"]),
        ("meld-client/v2027-01-15/Cargo.toml", &["name = \"meld-client-v2027-01-15\"\n"]),
        ("meld-client/v2027-01-15/src/crypto/types.rs", &["pub struct Fee "]),
        ("meld-client/v2027-01-15/src/lib.rs", &["\"2027-01-15\""]),
    ] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        for part in parts {
            assert!(text.contains(part), "{file} lacks {part:?}");
        }
    }
    let rows: Vec<_> = generation.reports.iter().flat_map(|document| &document.operations).collect();
    for path in [
        "meld_client::v2027_01_15::crypto::Client::get_fee",
        "meld_client::v2026_02_03::gift_cards::Client::create_gift_card",
        "meld_client::v2025_03_04::network_partner::Client::find_supported_routes",
    ] {
        assert!(rows.iter().any(|row| row.rust_path == path), "no {path} in {rows:#?}");
    }
    let notices: Vec<String> = generation.notices.iter().map(ToString::to_string).collect();
    assert!(notices.iter().any(|notice| notice.contains("family gift-cards is new")), "{notices:?}");
}

fn assert_compiles(root: &Path) {
    // A program, because an example would need the dependencies of the tests.
    let program = root.join("meld-client/src/bin/dropped.rs");
    fs::create_dir(program.parent().unwrap()).unwrap();
    fs::write(&program, USE).unwrap();
    let features = "v2025-03-04,v2026-02-03,v2027-01-15,crypto,gift_cards,network_partner";
    let package = ["check", "--package=meld-client", "--bin=dropped", "--no-default-features"];
    cargo(root, &[&package[..], &["--features", features]].concat());
    fs::remove_dir_all(program.parent().unwrap()).unwrap();
}
