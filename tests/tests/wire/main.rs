//! The wire format: every operation of every version is called, and the received requests are compared with snapshots
//! and with the names in the published specs. The tests `conformance` validate their values.
#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

mod document;
mod sent;
mod server;
mod shown;

use std::collections::BTreeSet;

use insta::{assert_snapshot, with_settings};
use meld_client_core::Method;
use meld_client_core::ParameterLocation::{Header, Path, Query};
use meld_tests::calls::{CALLS, Fill, key};
use meld_tests::json::Json;
use meld_tests::responses::MODULES;
use serde_json::Value;

use document::{Documented, used};
use sent::{SENT, Sent};

#[test]
fn every_operation_is_called() {
    let known: BTreeSet<String> = MODULES.iter().flat_map(|m| m.operations.iter().copied()).map(key).collect();
    let called: Vec<String> = CALLS.iter().flat_map(|m| m.calls).map(|call| key(call.operation)).collect();
    assert_eq!(called.len(), known.len());
    assert_eq!(BTreeSet::from_iter(called), known);
    let sent: BTreeSet<String> = SENT.iter().map(|sent| key(sent.operation)).collect();
    let operations = MODULES.iter().flat_map(|module| module.operations.iter().copied());
    let not_sent = operations.filter(|operation| !sent.contains(&key(operation)));
    // Their bodies are multipart.
    assert_eq!(
        not_sent.map(|operation| operation.rust_name).collect::<Vec<_>>(),
        ["export_kyc_data", "import_kyc_data"]
    );
}

#[test]
fn responses_are_decoded() {
    for sent in SENT.iter() {
        let outcome = &sent.outcome;
        assert_eq!((outcome.reports, &outcome.first_report), (0, &None), "{}", sent.place());
        assert_eq!(outcome.value.is_none(), outcome.status == 204, "{}", sent.place());
    }
}

#[test]
fn bodies_decode_to_what_was_sent() {
    let mut count = 0;
    for sent in SENT.iter().filter(|sent| !sent.received.body.is_empty()) {
        let recoded = sent.call.recode.map(|recode| recode(sent.received.body.as_bytes()));
        assert_eq!(recoded, Some(Ok(sent.received.body.clone())), "{}", sent.place());
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn requests_are_as_before() {
    for module in CALLS {
        let mut text = shown::heading(module.version);
        let is_of_module = |sent: &&Sent| (sent.version, sent.family) == (module.version, module.family);
        SENT.iter().filter(is_of_module).for_each(|sent| text.push_str(&shown::shown(sent)));
        let name = format!("{}__{}", module.version.replace('-', "_"), module.family);
        with_settings!({ omit_expression => true, snapshot_path => "../snapshots" }, {
            assert_snapshot!(name, text);
        });
    }
}

#[test]
fn common_headers_are_in_every_request() {
    for sent in SENT.iter() {
        let received = &sent.received;
        for (name, value) in shown::common(sent.version) {
            if name == "authorization" && sent.takes_token() {
                assert!(!received.header(name).contains(&value.as_str()), "{}", sent.place());
                continue;
            }
            let value = if name == "meld-version" { sent.meld_version(value) } else { value };
            assert_eq!(received.header(name), [value], "{}", sent.place());
        }
        assert_eq!(received.header("host").len(), 1, "{}", sent.place());
        let has_body = !received.body.is_empty();
        assert_eq!(has_body, sent.operation.has_body, "{}", sent.place());
        let expected: &[&str] = if has_body { &["application/json"] } else { &[] };
        assert_eq!(received.header("content-type"), expected, "{}", sent.place());
        let length = received.body.len().to_string();
        let may_have_body = matches!(sent.operation.method, Method::Post | Method::Patch);
        let expected: &[&str] = if may_have_body { &[&length] } else { &[] };
        assert_eq!(received.header("content-length"), expected, "{}", sent.place());
    }
}

fn requests_by_operation() -> impl Iterator<Item = &'static [Sent]> {
    SENT.chunk_by(|one, other| key(one.operation) == key(other.operation))
}

/// Documented fields of requests that are not for callers, with everything in them.
const NOT_FOR_CALLERS: &[(&str, &str)] = &[
    ("customer.nameEmpty", GETTER),
    ("customer.nameJSONB", GETTER),
    ("customer.nameOrEmptyString", GETTER),
    ("customer.nameOrNull", GETTER),
    ("customer.billingAddress", GETTER),
    ("customer.residenceAddress", GETTER),
    ("customer.shippingAddress", GETTER),
    ("customer.addresses[].addressDetails.addressDetailsFields", "the server's view of the sibling fields"),
];

const GETTER: &str = "a getter of the server; name and addresses hold the data";

#[test]
fn every_documented_name_can_be_sent() {
    let mut wrong = Vec::new();
    for requests in requests_by_operation() {
        let full = || requests.iter().filter(|sent| sent.fill == Fill::Full);
        let documented = Documented::of(&requests[0]);
        let mut sent = BTreeSet::new();
        let mut known = BTreeSet::new();
        for location in [Path, Query, Header] {
            let parameters = full().flat_map(|sent| sent.parameters(location));
            sent.extend(parameters.map(|(name, _)| name.to_lowercase()));
            let parameters = documented.parameters(location);
            known.extend(parameters.iter().map(|parameter| parameter.name.to_lowercase()));
        }
        if let Some(schema) = documented.body() {
            let bodies = full().map(|sent| serde_json::from_str(&sent.received.body).unwrap());
            let declared = documented.declared(schema);
            let names = bodies.flat_map(|body: Value| used(&body));
            sent.extend(names.filter(|name| !is_free(name, &declared)));
            known.extend(declared);
        }
        known.retain(|name| !NOT_FOR_CALLERS.iter().any(|(own, _)| name.starts_with(own)));
        let place = key(requests[0].operation);
        wrong.extend(known.difference(&sent).map(|name| format!("{place}: {name} is not sent")));
        wrong.extend(sent.difference(&known).map(|name| format!("{place}: {name} is unknown")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Returns `true` if a name is inside of a free-form value.
fn is_free(name: &str, declared: &BTreeSet<String>) -> bool {
    let outer = name.rsplit_once('.').map(|(outer, _)| outer);
    outer.is_some_and(|outer| {
        declared.contains(outer) && !declared.iter().any(|known| known.starts_with(&format!("{outer}.")))
    })
}

/// A success with only such a field would be taken for an error.
#[test]
fn no_success_has_fields_of_an_error() {
    for requests in requests_by_operation() {
        let documented = Documented::of(&requests[0]);
        for schema in documented.successes() {
            let names = documented.declared(schema);
            let place = key(requests[0].operation);
            // The data of a payment is always there.
            let has_data = place.contains("apple-pay") && names.contains("data.status");
            assert!(has_data || !names.contains("code") && !names.contains("error"), "{place}");
        }
    }
}

#[test]
fn nothing_unset_is_sent() {
    for sent in SENT.iter().filter(|sent| sent.fill != Fill::Cleared) {
        let set = set(sent);
        if sent.fill == Fill::Minimal {
            assert_eq!(set, required(sent), "{}", sent.place());
        }
        if let Some(body) = sent.body() {
            assert!(is_set(&body, sent.fill == Fill::Full), "{}: {body:?}", sent.place());
        }
    }
}

/// A header that the client sets by itself.
const SET_BY_ITSELF: &str = "x-idempotency-key";

/// The parameters that a request has, each once.
fn set(sent: &Sent) -> BTreeSet<String> {
    let parameters = [Path, Query, Header].into_iter().flat_map(|place| sent.parameters(place));
    let names: Vec<String> = parameters.map(|(name, _)| name.to_lowercase()).collect();
    let mut set = BTreeSet::from_iter(names.iter().cloned());
    assert_eq!(set.len(), names.len(), "{}: sent twice", sent.place());
    set.remove(SET_BY_ITSELF);
    set
}

/// The required parameters of a request, by its spec and by the table of operations.
fn required(sent: &Sent) -> BTreeSet<String> {
    let documented = Documented::of(sent);
    let documented = [Path, Query, Header].into_iter().flat_map(|p| documented.parameters(p));
    let documented = documented.filter(|parameter| parameter.required);
    let documented: BTreeSet<String> = documented.map(|parameter| parameter.name.to_lowercase()).collect();
    let table = sent.operation.parameters.iter().filter(|parameter| parameter.required);
    let table: BTreeSet<String> = table.map(|parameter| parameter.name.to_lowercase()).collect();
    assert_eq!(table, documented, "{}", sent.place());
    documented.into_iter().filter(|name| name != SET_BY_ITSELF).collect()
}

/// Returns `true` if no value in it is null or empty.
fn is_set(value: &Json, is_inside: bool) -> bool {
    match value {
        Json::Object(fields) => (!is_inside || !fields.is_empty()) && fields.values().all(|field| is_set(field, true)),
        Json::Array(items) => !items.is_empty() && items.iter().all(|item| is_set(item, true)),
        other => !other.is_nothing(),
    }
}
