//! Decodes arbitrary bytes as the ten responses with the most fields, leniently and strictly, and encodes and decodes the
//! values once more.
//!
//! `cargo run --package meld-tests --example seeds` fills `fuzz/corpus/responses` with valid bodies to start from; then
//! `cargo +nightly fuzz run responses`, or without nightly `RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none responses`.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use meld_tests::arbitrary::{Large, largest};

static LARGEST: LazyLock<Vec<Large>> = LazyLock::new(largest);

fuzz_target!(|bytes: &[u8]| {
    for large in LARGEST.iter() {
        if let Err(wrong) = large.check(bytes) {
            panic!("{wrong}");
        }
    }
});
