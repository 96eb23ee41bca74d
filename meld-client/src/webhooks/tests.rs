//! Tests with what the guides print and with what goes wrong.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod delivered;
mod events;
#[cfg(feature = "client")]
mod fetch;
mod fixtures;
mod states;
mod verifier;

use std::fs;
use std::path::PathBuf;

use meld_client_core::serde_json::{self, Value};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/webhooks")
}

/// The body of an event as the guides print it.
fn fixture(name: &str) -> Vec<u8> {
    fs::read(folder().join(format!("{name}.json"))).unwrap()
}

/// The names of all of them.
fn fixtures() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap();
    let names =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    let mut names: Vec<String> = names.filter(|name| name != "signature-vector").collect();
    names.sort();
    names
}

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}
