//! Parts on their own: a version crate outside of the workspace, and webhooks without a client.

#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use meld_tests::cargo::cargo;

const SCRATCH: &str = env!("CARGO_TARGET_TMPDIR");

const LIBRARY: &str = "//! Names what a user would.
pub use meld_client_v2026_02_03::crypto::{Client, types::CryptoQuoteResponse};
";

/// One family without TLS, which takes long to compile.
#[test]
fn version_crate_compiles_outside_the_workspace() {
    let root = root();
    let folder = tempfile::tempdir_in(SCRATCH).unwrap();
    let user = folder.path();
    // A literal string, in which the path needs no escapes on any system.
    let manifest = format!(
        "[package]\nname = \"user\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies.meld-client-v2026-02-03]\npath = '{}'\n\
         default-features = false\nfeatures = [\"crypto\"]\n",
        root.join("meld-client/v2026-02-03").display()
    );
    fs::write(user.join("Cargo.toml"), manifest).unwrap();
    fs::create_dir(user.join("src")).unwrap();
    fs::write(user.join("src/lib.rs"), LIBRARY).unwrap();
    // The versions that are downloaded already.
    fs::copy(root.join("Cargo.lock"), user.join("Cargo.lock")).unwrap();
    cargo(user, Path::new(SCRATCH), &["check"]);
}

/// The feature `webhooks` alone builds no HTTP client and none of its dependencies.
#[test]
fn webhooks_need_no_http_client() {
    const OF_A_CLIENT: [&str; 8] =
        ["futures-util", "hyper", "native-tls", "reqwest", "rustls", "tokio", "url", "uuid"];
    let alone = dependencies("webhooks");
    for needed in ["hmac", "http", "meld-client-core", "sha2"] {
        assert!(alone.contains(needed), "{needed} is not in {alone:?}");
    }
    for name in OF_A_CLIENT {
        assert!(!alone.contains(name), "{name} is in {alone:?}");
    }
    assert!(
        dependencies("webhooks,v2026-02-03").contains("reqwest"),
        "the list above has an outdated name"
    );
    let features = ["--no-default-features", "--features=webhooks"];
    cargo(
        root(),
        Path::new(SCRATCH),
        &[&["check", "--package=meld-client"], &features[..]].concat(),
    );
}

/// The names of all dependencies of the client with only these features.
fn dependencies(features: &str) -> BTreeSet<String> {
    let features = format!("--features={features}");
    let arguments = [
        "tree",
        "--package=meld-client",
        "--no-default-features",
        &features,
        "--edges=normal",
        "--prefix=none",
    ];
    let tree = cargo(root(), Path::new(SCRATCH), &arguments);
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
