//! The crate of one version used by itself, outside of the workspace.

#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
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
