//! The time of generation: bounded for each spec, and linear in its size.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::time::{Duration, Instant};

use common::{Workspace, object, spec, to};
use serde_json::{Value, json};

const FILE: &str = "odd-20260203.json";

/// Generates from a spec and returns the time that it takes.
fn time_of(spec: &Value) -> Duration {
    let workspace = Workspace::new().with(FILE, spec.to_string());
    let started = Instant::now();
    assert_eq!(workspace.run().errors, []);
    started.elapsed()
}

/// Asserts that one of four attempts is fast enough, because other tests and processes disturb the measurement.
fn assert_any_below<T: PartialOrd + std::fmt::Debug>(limit: T, measure: impl Fn() -> T) {
    let slow: Vec<T> = (0..4).map(|_| measure()).take_while(|time| *time > limit).collect();
    assert!(slow.len() < 4, "{slow:?} instead of at most {limit:?}");
}

#[test]
fn nested_all_of_takes_under_a_second() {
    let mut schemas = json!({"Response": to("S0"), "S40": object(json!({"end": {}}))});
    for level in 0..40 {
        // Without a memory of merged schemas, each level would double the work.
        let next = to(&format!("S{}", level + 1));
        let own = object(json!({format!("p{level}"): {"type": "string"}}));
        schemas[format!("S{level}")] = json!({"allOf": [next, next, own]});
    }
    let spec = spec(schemas);
    assert_any_below(Duration::from_secs(1), || time_of(&spec));
}

#[test]
fn large_enum_takes_bounded_time() {
    let values: Vec<String> = (0..40_000).map(|value| format!("VALUE_{value}")).collect();
    let spec = spec(json!({"Response": object(json!({"a": {"enum": values}}))}));
    // At most five seconds when optimized; tests are not, and take four times as long.
    assert_any_below(Duration::from_secs(20), || time_of(&spec));
}

#[test]
fn time_grows_linearly_with_schemas() {
    let spec = |count: usize| {
        let mut schemas = serde_json::Map::new();
        let mut properties = json!({});
        for index in 0..count {
            let fields: Value = (0..5).map(|field| (format!("f{field}"), json!({"type": "string"}))).collect();
            schemas.insert(format!("S{index}"), object(fields));
            properties[format!("p{index}")] = to(&format!("S{index}"));
        }
        schemas.insert("Response".to_owned(), object(properties));
        spec(Value::Object(schemas))
    };
    let (small, large) = (spec(500), spec(1_000));
    assert_any_below(3.0, || time_of(&large).as_secs_f64() / time_of(&small).as_secs_f64());
}
