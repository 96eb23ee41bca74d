//! The memory for decoding: at most a known number of bytes for each byte of the response.

#![allow(clippy::unwrap_used)] // Helpers of tests are tests, which the lint cannot see.

use meld_tests::arbitrary::{Large, largest, some};
use meld_tests::bodies::Bodies;
use meld_tests::cases::places;
use meld_tests::json::Json;
use meld_tests::model::{Node, Object, Scalar};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The peak of bytes in use per byte of a response, while it is decoded and encoded again, including the response. A list
/// of objects with one short field would need hundreds, and is refused.
const MOST: usize = 20;

/// The same for a list of items with all documented fields. If they are typed, it is never refused.
const MOST_OF_FULL_ITEMS: usize = 20;

/// The length of the bodies in bytes. In shorter ones, a fixed allowance is most of the memory.
const LENGTH: usize = 100_000;

/// The peak of bytes in use per byte of the body.
fn factor(large: &Large, body: &str) -> usize {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    // Only the memory matters, not the result.
    let read = (large.read)(body.as_bytes(), false);
    let peak = MEMORY.peak_usage() - before;
    drop(read);
    peak / body.len()
}

/// A list that repeats `item`.
fn list(item: &str) -> String {
    let count = LENGTH / (item.len() + 1);
    format!("[{}]", vec![item; count].join(","))
}

/// The shortest possible items of a list.
fn items(node: &Node) -> Vec<String> {
    let mut items: Vec<String> =
        ["null", "0", "\"\"", "\"a\"", "[]", "{}", "[0]", "{\"\":0}"].map(str::to_owned).into();
    if let Node::Object(Object { fields, .. }) = node {
        for field in fields.iter().filter(|field| field.is_known) {
            let value = match &field.node {
                Node::Scalar(Scalar::Text(_) | Scalar::Enum(_)) => "\"a\"",
                Node::Scalar(_) => "1",
                Node::List(_) => "[{\"\":0}]",
                _ => "{\"\":0}",
            };
            items.push(format!("{{\"{}\":{value}}}", field.name));
        }
    }
    items
}

#[test]
fn memory_is_in_proportion_to_the_body() {
    let (mut worst, mut full) = ((0, String::new()), (0, String::new()));
    for large in largest() {
        let node = large.model().unwrap();
        let body = Bodies::new(3).body(&node);
        for (turn, place) in places(&node, &body).into_iter().enumerate() {
            let measured = |item: &str| {
                let mut changed = body.clone();
                changed.put(&place.path, Some(Json::Number(list(item))));
                let factor = factor(&large, &changed.write(false));
                (factor, format!("{factor} in {} at {:?}, {item}", large.name(), place.path))
            };
            let item = match place.node {
                Node::List(item) => item.as_ref(),
                Node::Free | Node::FreeObject(_) => place.node,
                _ => continue,
            };
            for item in some(items(item), turn) {
                worst = worst.max(measured(&item));
            }
            if let Some(Json::Array(items)) = body.at(&place.path)
                && let Some(item @ Json::Object(fields)) = items.last()
                && fields.len() > 1
            {
                let mut changed = body.clone();
                changed.put(&place.path, Some(Json::Number(list(&item.write(false)))));
                let read = (large.read)(changed.write(false).as_bytes(), false);
                // Free-form objects with few short fields may be refused: each needs as much memory as one with eleven.
                let is_free = |node: &Node| matches!(node, Node::Free | Node::FreeObject(_));
                let is_typed = matches!(place.node, Node::List(item) if !is_free(item));
                assert!(read.is_ok() || !is_typed, "{} at {:?}", large.name(), place.path);
                drop(read);
                full = full.max(measured(&item.write(false)));
            }
        }
    }
    println!("bytes of memory for a byte: {}\nwith full items: {}", worst.1, full.1);
    assert!(worst.0 <= MOST && full.0 <= MOST_OF_FULL_ITEMS, "{}\n{}", worst.1, full.1);
    reports_are_few_and_short();
}

/// Part of the same test, because a parallel test would be measured with it.
fn reports_are_few_and_short() {
    let long = "n".repeat(LENGTH / 10);
    for large in largest() {
        let node = large.model().unwrap();
        let body = Bodies::new(3).body(&node);
        for (turn, place) in places(&node, &body).iter().filter(|place| !place.path.is_empty()).enumerate() {
            let names: Vec<String> = (0..10).map(|index| format!("\"{index}{long}\":[[1]]")).collect();
            let odd = [list("7"), list("[7]"), list("{\"a\":7}"), format!("{{{}}}", names.join(","))];
            for odd in some(odd, turn) {
                let mut changed = body.clone();
                changed.put(&place.path, Some(Json::Number(odd)));
                let Ok(read) = (large.read)(changed.write(false).as_bytes(), false) else {
                    continue;
                };
                let reports = read.reports.first();
                let length: usize = reports.iter().map(|report| report.path.len()).sum();
                assert!(reports.len() <= 100 && length <= 20_000, "{} {:?}", large.name(), place.path);
            }
        }
    }
}
