//! Untrusted bytes: valid bodies with faults, noise, deep nesting, long strings and numbers. They are the same in every
//! run; `MELD_ALL_CASES` tries more of them, and `fuzz/` finds others.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are tests, which the lint cannot see.

use fastrand::Rng;
use meld_tests::arbitrary::{Large, damaged_string, largest, rounds};
use meld_tests::bodies::Bodies;
use meld_tests::cases::places;
use meld_tests::json::Json;

/// The depth of deep nesting: a parser that recurses needs more stack than a thread has.
const DEPTH: usize = 20_000;

/// Runs a check on each of the responses, each in its own thread.
fn each(check: impl Fn(&Large) + Sync) {
    let large = largest();
    assert_eq!(large.len(), 10);
    std::thread::scope(|scope| {
        for large in &large {
            let check = &check;
            scope.spawn(move || check(large));
        }
    });
}

fn checked(large: &Large, bytes: &[u8]) {
    if let Err(wrong) = large.check(bytes) {
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]);
        panic!("{wrong}\nin {start}");
    }
}

fn valid(large: &Large, seed: u64) -> String {
    let mut bodies = Bodies::new(seed);
    bodies.variant = seed as usize;
    bodies.fullness = [100, 50, 20][seed as usize % 3];
    bodies.body(&large.model().unwrap()).write(false)
}

#[test]
fn largest_responses_are_found() {
    let names: Vec<String> = largest().iter().map(Large::name).collect();
    let fields: Vec<usize> = largest().iter().map(|large| large.fields).collect();
    assert!(fields.is_sorted_by(|one, next| one >= next), "{fields:?}");
    assert!(fields.iter().all(|count| *count > 20), "{names:?} {fields:?}");
}

/// Replacements for some bytes of a body.
const FAULTS: [&[u8]; 24] = [
    b"",
    b"null",
    b"{}",
    b"[]",
    b"[[]]",
    b"{\"\":{}}",
    b"true",
    b"0",
    b"-",
    b"-0",
    b"1e",
    b"1e999",
    b"1e-999",
    b"99999999999999999999",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\xff",
    b"\xc3",
    b",",
    b":",
    b"}",
    b"]",
];

/// A body with a few faults: bytes replaced, moved, repeated or cut off.
fn faulty(body: &[u8], random: &mut Rng) -> Vec<u8> {
    let mut body = body.to_vec();
    for _ in 0..random.usize(1..4) {
        let start = random.usize(0..=body.len());
        let end = (start + random.usize(0..8)).min(body.len());
        match random.u8(0..8) {
            0 => body.truncate(start),
            1 => drop(body.drain(start..end)),
            2 if start < body.len() => body[start] = random.u8(..),
            3 => {
                let end = (start + random.usize(0..200)).min(body.len());
                let piece = body[start..end].to_vec();
                let place = random.usize(0..=body.len());
                body.splice(place..place, piece);
            }
            _ => drop(body.splice(start..end, FAULTS[random.usize(0..FAULTS.len())].to_vec())),
        }
    }
    body
}

/// A body with another value instead of a declared one.
fn misplaced(text: &str, random: &mut Rng) -> String {
    let odd = ["null", "{}", "[]", "[[],[]]", "[{},{}]", "{\"a\":{}}", "\"\"", "\"x\"", "-7", "7.50", "true", "1e400"];
    let values: Vec<usize> = text.match_indices(':').map(|(index, _)| index + 1).collect();
    let Some(start) = values.get(random.usize(0..values.len().max(1))) else {
        return text.to_owned();
    };
    let end = text[*start..].find([',', '}']).map_or(text.len(), |length| start + length);
    format!("{}{}{}", &text[..*start], odd[random.usize(0..odd.len())], &text[end..])
}

#[test]
fn faulty_bodies_do_not_panic() {
    each(|large| {
        let mut random = Rng::with_seed(1);
        for seed in 0..rounds(40) {
            let body = valid(large, seed);
            for _ in 0..100 {
                checked(large, &faulty(body.as_bytes(), &mut random));
                checked(large, misplaced(&body, &mut random).as_bytes());
            }
        }
    });
}

/// Tokens that are not JSON.
const DAMAGED: [&[u8]; 28] = [
    b"\"\\ud83d\"",
    b"\"a\\ude00\\ud83d\"",
    b"\"\\ud83d\\n\"",
    b"\"\\x\"",
    b"\"\\u12\"",
    b"\"caf\xe9\"",
    b"\"\xc3\"",
    b"\"\xc0\xaf\"",
    b"\"\xed\xa0\xbd\"",
    b"\"\xff\xfe\"",
    b"\"a\nb\"",
    b"\"a\tb\"",
    b"\"\0\"",
    b"\"\x1b[31m\"",
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"+1",
    b".5",
    b"1.",
    b"01",
    b"0x1F",
    b"undefined",
    b"None",
    b"True",
    b"\xff",
    b"\"a\"\xff",
    b"1 2",
];

#[test]
fn one_damaged_token_costs_one_value() {
    each(|large| {
        let node = large.model().unwrap();
        for seed in 0..rounds(25) {
            for (index, token) in DAMAGED.iter().enumerate() {
                let place = seed as usize * DAMAGED.len() + 7 * index;
                large.check_damage(&node, seed, place, token).unwrap();
            }
        }
    });
}

#[test]
fn random_bytes_in_a_string_cost_one_value() {
    each(|large| {
        let (node, mut random) = (large.model().unwrap(), Rng::with_seed(4));
        for seed in 0..rounds(500) {
            if let Some(token) = damaged_string((0..random.usize(1..12)).map(|_| random.u8(..))) {
                large.check_damage(&node, seed, random.usize(..), &token).unwrap();
            }
        }
    });
}

#[test]
fn noise_does_not_panic() {
    each(|large| {
        let mut random = Rng::with_seed(2);
        for _ in 0..rounds(2000) {
            let length = random.usize(0..64);
            let bytes: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
            checked(large, &bytes);
            let json = b"{}[]:,\"\\0123456789.eE+-truefalsn \n";
            let bytes: Vec<u8> = (0..length).map(|_| json[random.usize(0..json.len())]).collect();
            checked(large, &bytes);
        }
    });
}

/// Deeply nested JSON, complete and cut off.
fn deep() -> Vec<String> {
    let (arrays, objects) = ("[".repeat(DEPTH), "{\"a\":".repeat(DEPTH));
    vec![
        format!("{arrays}{}", "]".repeat(DEPTH)),
        format!("{objects}1{}", "}".repeat(DEPTH)),
        arrays,
        objects,
        "[{\"a\":".repeat(DEPTH),
    ]
}

/// Long strings, and numbers beyond all bounds.
fn long() -> Vec<String> {
    let digits = "9".repeat(DEPTH);
    vec![
        format!("\"{}\"", "x".repeat(10 * DEPTH)),
        format!("\"{}\"", "\\u00e4".repeat(DEPTH)),
        format!("\"{digits}\""),
        digits.clone(),
        format!("-{digits}"),
        format!("0.{digits}"),
        format!("1e{digits}"),
        format!("\"1e{digits}\""),
        format!("1e-{digits}"),
        "1e2147483648".to_owned(),
        "1e-2147483649".to_owned(),
        "18446744073709551616".to_owned(),
        "-9223372036854775809".to_owned(),
        "\"+262143-12-31T23:59:59.999999999+23:59\"".to_owned(),
    ]
}

/// Replaces each value of a valid body, and a field that no spec has, with each of the strings.
fn everywhere(large: &Large, texts: &[String]) {
    let node = large.model().unwrap();
    let mut body = Bodies::new(3).body(&node);
    if let Json::Object(fields) = &mut body {
        fields.insert("fieldOfTomorrow".to_owned(), Json::text(""));
    }
    let unknown = [meld_tests::json::Step::Name("fieldOfTomorrow".to_owned())];
    let places = places(&node, &body);
    let paths = places.iter().map(|place| place.path.as_slice()).chain([&unknown[..]]);
    for (index, path) in paths.enumerate() {
        let mut changed = body.clone();
        // Numbers are encoded as they are.
        changed.put(path, Some(Json::Number("@".to_owned())));
        let text = &texts[index % texts.len()];
        checked(large, changed.write(false).replacen('@', text, 1).as_bytes());
    }
}

#[test]
fn deep_nesting_does_not_panic() {
    let texts = deep();
    each(|large| {
        texts.iter().for_each(|text| checked(large, text.as_bytes()));
        everywhere(large, &texts);
    });
}

#[test]
fn long_strings_and_numbers_do_not_panic() {
    let texts = long();
    each(|large| everywhere(large, &texts));
}
