//! Bounds of memory and of warnings.

use serde_json::{Value, json};

use super::{Order, decode_warnings, order};
use crate::json::{FromJson, decode};

#[test]
fn memory_is_bounded_by_body_length() {
    for row in ["{\"id\":1}", "[0]", "{\"free\":{\"\":0}}", "{\"tags\":{\"\":\"a\"}}", "{\"owner\":{\"data\":1}}"] {
        let body = format!("[{}]", vec![row; 1_000_000].join(","));
        let error = decode::<Vec<Order>>(body.as_bytes());
        assert!(error.as_ref().is_err_and(|error| error.to_string().contains("memory")) || row == "[0]", "{row}");
        // A short list of such rows is decoded.
        let body = format!("[{}]", vec![row; 500].join(","));
        assert!(decode::<Vec<Order>>(body.as_bytes()).is_ok(), "{row}");
    }
}

#[test]
fn warnings_are_counted_and_bounded() {
    let rows: Vec<Value> = (0..1000).map(|_| json!(7)).collect();
    let (order, warnings) = order(&json!({"emails": rows, "id": "i"}));
    assert_eq!(warnings.count(), 1000);
    assert_eq!(warnings.first().len(), 100);
    assert_eq!(warnings.first()[99].path, "emails[99]");
    assert_eq!(order.id.as_deref(), Some("i"));
    assert_eq!(Option::<String>::EXPECTED, "a string");
}

#[test]
fn long_names_are_cut_in_warnings() {
    let value = json!({"tags": {"ä".repeat(1000): [1], "short": [1]}});
    let path = format!("tags.{}…: expected a string, found an array", "ä".repeat(64));
    assert_eq!(decode_warnings(&value), ["tags.short: expected a string, found an array", &path]);
}

#[test]
fn lists_have_little_spare_capacity() {
    for count in [1, 3, 5000] {
        let text = json!({"emails": vec![json!({"data": "d"}); count]});
        let (order, _) = order(&text);
        assert_eq!(order.emails.len(), count);
        assert!(order.emails.capacity() <= 4.max(count + count / 4), "{}", order.emails.capacity());
    }
    let (order, _) = order(&json!({"emails": [{}, null, "", [], {"data": "d"}]}));
    assert_eq!(order.emails.len(), 1);
}
