//! Types of requests: they decode what they encode, and nothing else.

use std::collections::BTreeMap;
use std::fmt::Debug;

use rust_decimal::Decimal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Account, Email, Side};
use crate::json::nullable::Nullable;
use crate::{object, selected_union};

#[derive(Clone, PartialEq)]
struct Owner {
    name: String,
    tags: Vec<String>,
}
object! { sent Owner { name: "name" secret, tags: "tags" } }

selected_union! {
    #[selector(sent "type", "details")]
    enum Method {
        Card(Owner) = "CARD",
        Bank(Account) = "BANK",
    }
}

selected_union! {
    #[selector(sent "otherType", "otherDetails")]
    enum Other {
        Bank(Account) = "BANK",
    }
}

#[derive(Clone, PartialEq)]
struct Charge {
    amount: Decimal,
    side: Side,
    method: Method,
    other: Option<Other>,
    owner: Option<Owner>,
    owners: Vec<Owner>,
    email: Option<Email>,
    capture: Option<bool>,
    note: Nullable<String>,
    list: Nullable<Vec<String>>,
    map: BTreeMap<String, String>,
    free: Map<String, Value>,
    any: Value,
}
object! {
    sent Charge {
        amount: "amount" as_text, side: "side", method: "details" selected_by "type",
        other: "otherDetails" selected_by "otherType", owner: "owner", owners: "owners", email: "email",
        capture: "capture", note: "note", list: "list", map: "map", free: "free", any: "any",
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Charges(Vec<Charge>);
crate::transparent!(sent Charges);

fn charge() -> Charge {
    Charge {
        amount: Decimal::new(1050, 2),
        side: Side::Buy,
        method: Method::Bank(Account::default()),
        other: None,
        owner: None,
        owners: Vec::new(),
        email: None,
        capture: None,
        note: Nullable::Unchanged,
        list: Nullable::Unchanged,
        map: BTreeMap::new(),
        free: Map::new(),
        any: Value::Null,
    }
}

fn assert_same<T: Serialize + DeserializeOwned + PartialEq + Debug>(request: &T) {
    let text = serde_json::to_string(request).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), request, "{text}");
    assert_eq!(&serde_json::from_value::<T>(serde_json::from_str(&text).unwrap()).unwrap(), request, "{text}");
}

fn error<T: DeserializeOwned + Debug>(value: &Value) -> String {
    serde_json::from_value::<T>(value.clone()).unwrap_err().to_string()
}

#[test]
fn requests_decode_what_they_encode() {
    let owner = |name: &str| Owner { name: name.to_owned(), tags: Vec::new() };
    let card = Method::Card(Owner { name: "R".to_owned(), tags: vec![String::new()] });
    let other = Other::Bank(Account { number: Some("1".to_owned()) });
    let empty = Email { data: Some(String::new()), primary: None };
    for request in [
        charge(),
        Charge { method: card, other: Some(other), ..charge() },
        Charge { owner: Some(owner("")), owners: vec![owner("a"), owner("")], ..charge() },
        Charge { email: Some(Email::default()), side: Side::from(""), ..charge() },
        Charge { email: Some(empty), capture: Some(false), side: Side::from("NEW"), ..charge() },
        Charge { note: Nullable::Null, list: Nullable::Null, ..charge() },
        Charge { note: Nullable::Value(String::new()), list: Nullable::Value(Vec::new()), ..charge() },
        Charge { map: BTreeMap::from([(String::new(), String::new())]), any: json!([null, {"a": null}]), ..charge() },
    ] {
        assert_same(&request);
        assert_same(&Charges(vec![request]));
    }
    assert_same(&Charges::default());
    assert_same(&Method::Bank(Account { number: Some("1".to_owned()) }));
}

#[test]
fn unknown_variants_are_kept() {
    let value = json!({"amount": "1", "side": "BUY", "type": "NEW", "details": {"key": 1}});
    let charge: Charge = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(charge.method.selector(), Some("NEW"));
    assert_eq!(serde_json::to_value(&charge).unwrap(), value);
}

#[test]
fn all_missing_fields_are_named() {
    assert_eq!(
        error::<Charge>(&json!({"owner": null})),
        "`amount` is required; `side` is required; `details` is required"
    );
    let owners = json!({
        "amount": null, "side": "BUY", "type": "BANK", "details": {}, "owner": {"tags": []},
        "owners": [{"name": "a"}, {}],
    });
    assert_eq!(
        error::<Charge>(&owners),
        "`owner.name` is required; `owners[1].name` is required; `amount` is required"
    );
    let card = json!({"amount": 1, "side": "BUY", "type": "CARD", "details": {}});
    assert_eq!(error::<Charge>(&card), "`details.name` is required");
    assert_eq!(error::<Charge>(&json!(null)), "`the value`: expected an object, found null");
    assert_eq!(error::<Owner>(&json!("x")), "`the value`: expected an object, found a string");
}

/// A charge without `capture: false` is another request.
#[test]
fn undecodable_values_are_errors() {
    for (field, value, expected) in [
        ("capture", json!("no"), "expected a boolean, found a string"),
        ("capture", json!(""), "expected a boolean, found a string"),
        ("owners", json!({}), "expected an array, found an object"),
        ("map", json!([]), "expected an object, found an array"),
        ("email", json!({"primary": 7}), "expected a boolean, found a number"),
        ("type", json!(7.5), "expected"),
    ] {
        let mut request = serde_json::to_value(charge()).unwrap();
        request[field] = value;
        let Err(error) = serde_json::from_value::<Charge>(request) else {
            assert_eq!(field, "type");
            continue;
        };
        assert!(error.to_string().contains(expected), "{field}: {error}");
        assert!(error.to_string().contains(field), "{field}: {error}");
    }
    let mut request = serde_json::to_value(charge()).unwrap();
    request["map"] = json!({"a": null});
    assert_eq!(error::<Charge>(&request), "`map.a`: expected a string, found null");
    assert!(serde_json::from_str::<Charge>("{").is_err());
}

#[test]
fn errors_and_debug_omit_values() {
    let owner = Owner { name: "Robin".to_owned(), tags: Vec::new() };
    assert!(!format!("{owner:?}").contains("Robin"), "{owner:?}");
    assert!(!error::<Owner>(&json!({"tags": "Robin"})).contains("Robin"));
}
