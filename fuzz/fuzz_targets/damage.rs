//! Decodes valid bodies with one damaged string, for the ten responses with the most fields. The string must be reported, and
//! all other values must be as with null in its place. Also compares the parser with that of `serde_json`.
//!
//! `cargo +nightly fuzz run damage`, or without nightly `RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none damage`.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use meld_tests::arbitrary::{Large, check_value, damaged_string, largest};
use meld_tests::model::Node;

static LARGEST: LazyLock<Vec<(Large, Node)>> = LazyLock::new(|| {
    let with_model = |large: Large| large.model().ok().map(|node| (large, node));
    largest().into_iter().filter_map(with_model).collect()
});

fuzz_target!(|input: (u8, u8, u16, &[u8])| {
    let (large, seed, place, bytes) = input;
    if let Err(wrong) = check_value(bytes) {
        panic!("{wrong}");
    }
    let (large, node) = &LARGEST[usize::from(large) % LARGEST.len()];
    let Some(token) = damaged_string(bytes.iter().copied()) else { return };
    if let Err(wrong) = large.check_damage(node, seed.into(), place.into(), &token) {
        panic!("{wrong}");
    }
});
