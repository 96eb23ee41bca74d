use serde_json::{Value, json};

use super::super::testing::lowered;
use super::super::{Applied, Repaired, repair};
use super::*;
use crate::model::Facts;

const ONRAMP: &str = "/crypto/order/headless/onramp";

/// Repairs a spec of the family `crypto`, twice: the second time changes nothing.
fn repaired(spec: Value, version: &str) -> (Value, Facts, Vec<Applied>) {
    let (mut api, mut facts) = (lowered(spec), Facts::default());
    let mut run = |api: &mut OpenAPI| repair(api, &mut facts, "crypto", ApiVersion::parse(version).unwrap());
    let (first, again) = (run(&mut api), run(&mut api));
    assert_eq!(again, Repaired::default());
    let notes = first.applied.into_iter().filter(|applied| applied.repair == NAME).collect();
    (serde_json::to_value(&api).unwrap(), facts, notes)
}

fn spec() -> Value {
    json!({
        "paths": {
            "/payments/crypto/quote": { "post": { "responses": {} } },
            ONRAMP: { "post": { "responses": {} } },
            "/payments/virtual-account/deposit-instructions": { "post": {
                "responses": { "201": { "description": "", "content": { "application/json": {} } } }
            } }
        },
        "components": { "schemas": {
            "CryptoQuote20260203": { "type": "object", "properties": { "kycMode": { "type": "string" } } },
            "HeadlessOrderOnrampRequest": { "type": "object", "properties": {
                "sourceAmount": { "type": "number", "description": "Amount" },
                "serviceProvider": { "type": "string", "enum": ["NOAH", "STRIPE"] }
            } }
        } }
    })
}

#[test]
fn missing_fields_and_values_are_added() {
    let (after, _, notes) = repaired(spec(), "2026-02-03");
    let schemas = &after["components"]["schemas"];
    let quote = &schemas["CryptoQuote20260203"]["properties"];
    assert_eq!(quote["integrationMode"]["enum"], json!(["WIDGET", "HEADLESS", "ALL"]));
    assert_eq!(quote["kycMode"], json!({ "type": "string" }));
    let order = &schemas["HeadlessOrderOnrampRequest"]["properties"];
    assert_eq!(order["sourceAmount"], json!({ "type": "string", "description": "Amount" }));
    assert_eq!(order["serviceProvider"]["enum"], json!(["NOAH", "STRIPE", "BANXA", "COINBASEPAY"]));
    let note = notes.iter().find(|note| note.what.starts_with("CryptoQuote.integrationMode: ")).unwrap();
    assert_eq!(note.pointer, "/components/schemas/CryptoQuote20260203");
    assert!(note.what.ends_with(": https://docs.meld.io/docs/stablecoins/headless-integration/shared-flows/quotes"));
    assert!(!notes.iter().any(|note| note.what.starts_with("CryptoQuote.kycMode")));
}

#[test]
fn parameters_versions_and_statuses_are_added() {
    let (after, facts, _) = repaired(spec(), "2026-02-03");
    let quote = &after["paths"]["/payments/crypto/quote"]["post"]["parameters"][0];
    assert_eq!((&quote["name"], &quote["in"]), (&json!("integrationMode"), &json!("query")));
    let version = ApiVersion::parse("2026-05-01");
    let quote = &facts.operations["/paths/~1payments~1crypto~1quote/post"];
    assert_eq!(quote.parameter_versions.get("integrationMode").copied(), version);
    assert_eq!(facts.operations["/paths/~1crypto~1order~1headless~1onramp/post"].minimum_version, version);
    let instructions = &after["paths"]["/payments/virtual-account/deposit-instructions"]["post"]["responses"];
    assert_eq!(instructions.as_object().unwrap().keys().collect::<Vec<_>>(), ["201", "200", "202"]);
    assert_eq!(instructions["200"], instructions["201"]);
}

#[test]
fn rows_apply_from_their_version_on() {
    let (_, _, notes) = repaired(spec(), "2025-03-04");
    let labels: Vec<&str> = notes.iter().filter_map(|note| Some(note.what.split_once(": ")?.0)).collect();
    assert_eq!(labels, ["[200, 202] of POST /payments/virtual-account/deposit-instructions"]);
}

#[test]
fn references_need_their_component() {
    let response = json!({ "type": "object", "properties": {} });
    let spec = json!({ "paths": {}, "components": { "schemas": { "HeadlessOrderOnrampResponse": response } } });
    let (after, _, _) = repaired(spec, "2026-02-03");
    let properties = &after["components"]["schemas"]["HeadlessOrderOnrampResponse"]["properties"];
    assert!(properties.get("paymentActions").is_some() && properties.get("headlessPresentation").is_none());
}

#[test]
fn own_bodies_are_copies() {
    let body = json!({ "$ref": "#/components/schemas/Body" });
    let content = json!({ "application/json": { "schema": body } });
    let operation = json!({ "requestBody": { "content": content }, "responses": {} });
    let mut api = lowered(json!({
        "paths": { "/a": { "post": operation, "patch": operation } },
        "components": { "schemas": { "Body": { "type": "object" } } }
    }));
    let (mut facts, notes) = (Facts::default(), super::super::Notes { repair: NAME, repaired: Repaired::default() });
    let version = ApiVersion::parse("2026-02-03").unwrap();
    let mut context = Context { family: "test", version, api: &mut api, facts: &mut facts, notes };
    let change = |context: &mut Context<'_>| own_body(context, &Operation("patch", "/a"), "Own");
    assert_eq!(change(&mut context).as_deref(), Some("/paths/~1a/patch/requestBody"));
    assert_eq!(change(&mut context), None);
    let after = serde_json::to_value(&api).unwrap();
    let schema = |method| &after["paths"]["/a"][method]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!((schema("post"), schema("patch")), (&body["$ref"], &json!("#/components/schemas/Own")));
    assert_eq!(after["components"]["schemas"]["Own"], json!({ "type": "object" }));
}

#[test]
fn transactions_get_statuses_and_times() {
    let query = |name: &str, text: &str| json!({ "name": name, "in": "query", "description": text, "schema": { "type": "string" } });
    let parameters = [query("statuses", "Comma separated"), query("from", "After it"), query("to", "Before it")];
    let output = json!({ "type": "object", "properties": { "status": { "type": "string" } } });
    let (after, _, notes) = repaired(
        json!({
            "paths": { "/payments/transactions": { "get": { "parameters": parameters, "responses": {} } } },
            "components": { "schemas": {
                "PaymentTransactionOutput": output,
                "PaymentTransactionOutput20250304": output,
                "SearchedPaymentTransactionOutput20250304": output,
                "PaymentTransactionOutputs": output
            } }
        }),
        "2025-03-04",
    );
    let schemas = &after["components"]["schemas"];
    assert_eq!(schemas["TransactionStatus"]["enum"].as_array().unwrap().len(), 21);
    let status = |name: &str| schemas[name]["properties"]["status"].to_string();
    for name in ["PaymentTransactionOutput", "PaymentTransactionOutput20250304"] {
        assert!(status(name).contains("#/components/schemas/TransactionStatus"), "{name}");
    }
    assert_eq!(status("PaymentTransactionOutputs"), r#"{"type":"string"}"#);
    let parameters = &after["paths"]["/payments/transactions"]["get"]["parameters"];
    let items = parameters[0]["schema"]["items"].to_string();
    assert!(items.contains("TransactionStatus"), "{items}");
    for index in [1, 2] {
        assert_eq!(parameters[index]["schema"], json!({ "type": "string", "format": "date-or-time" }));
    }
    assert_eq!(parameters[1]["description"], "After it");
    let pages = notes.iter().filter(|note| note.what.ends_with("/reference/payments-transactions-search"));
    let pointers: Vec<&str> = pages.map(|note| note.pointer.as_str()).collect();
    assert_eq!(pointers, ["/paths/~1payments~1transactions/get/parameters"; 3]);
}
