//! Tests of webhooks, with the events that Meld's guides print and with malformed ones.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod delivered;
mod events;
mod fixtures;
#[cfg(feature = "client")]
mod profiles {
    for_versions!("webhooks", include_hooks, "tests/profiles.rs");
}
mod states;
mod verifier;

use std::fs;
use std::path::PathBuf;

use meld_client_core::serde_json::{self, Value};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/webhooks")
}

/// Returns the body of an event that the guides print.
fn fixture(name: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{name}.json"))).unwrap()
}

fn fixtures() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap();
    let names = files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    let mut names: Vec<String> = names.filter(|name| name != "signature-vector").collect();
    names.sort();
    names
}

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}
