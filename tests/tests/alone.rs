//! Parts used by themselves: the crate of one version outside of the workspace, and webhooks without a client.

#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use meld_tests::cargo::cargo;

const SCRATCH: &str = env!("CARGO_TARGET_TMPDIR");

const LIBRARY: &str = "//! Names what a user would.
pub use meld_client_v2026_02_03::crypto::{Client, types::CryptoQuoteResponse};
";

/// One family alone, and no TLS, which takes long to compile.
#[test]
fn a_version_crate_compiles_in_an_empty_crate() {
    let root = root();
    let folder = tempfile::tempdir_in(SCRATCH).unwrap();
    let user = folder.path();
    // The dependency as a table of its own: a literal string takes the path of any system as it is.
    let manifest = format!(
        "[package]\nname = \"user\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies.meld-client-v2026-02-03]\npath = '{}'\n\
         default-features = false\nfeatures = [\"crypto\"]\n",
        root.join("meld-client/v2026-02-03").display()
    );
    fs::write(user.join("Cargo.toml"), manifest).unwrap();
    fs::create_dir(user.join("src")).unwrap();
    fs::write(user.join("src/lib.rs"), LIBRARY).unwrap();
    // The versions that are there already.
    fs::copy(root.join("Cargo.lock"), user.join("Cargo.lock")).unwrap();
    cargo(user, Path::new(SCRATCH), &["check"]);
}

/// Who only receives webhooks builds no HTTP client, and nothing that belongs to one.
#[test]
fn receiving_webhooks_takes_no_http_client() {
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
        "what is looked for has another name"
    );
    let features = ["--no-default-features", "--features=webhooks"];
    cargo(
        root(),
        Path::new(SCRATCH),
        &[&["check", "--package=meld-client"], &features[..]].concat(),
    );
}

/// The names of all crates that the client needs with these features alone.
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
