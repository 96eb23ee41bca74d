use serde_json::{Value, json};

use super::super::Applied;
use super::super::testing::{applied, components, lowered, noticed, repaired, repaired_facts};
use super::*;
use crate::catalog::ApiVersion;
use crate::model::Facts;

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn one_of(names: &[&str]) -> Value {
    json!({ "oneOf": names.iter().map(|name| reference(name)).collect::<Vec<_>>() })
}

fn object_of(names: &[&str]) -> Value {
    let properties: serde_json::Map<_, _> =
        names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
    json!({ "type": "object", "properties": properties })
}

/// Returns a schema that extends another and requires one property of its own.
fn extending(base: &str, property: &str) -> Value {
    json!({ "description": "d", "required": [property],
        "allOf": [reference(base), object_of(&[property])] })
}

fn schemas(schemas: Value) -> (Value, Vec<Applied>) {
    let (after, notes) = repaired(components(schemas));
    (after["components"]["schemas"].clone(), notes)
}

#[test]
fn import_connections_are_tagged_by_provider() {
    let (after, notes) = schemas(imports("serviceProvider"));
    let items = &after["ImportRequest"]["properties"]["connections"]["items"];
    assert_eq!(*items, reference("ImportConnection"));
    assert_eq!(after["ImportDetails"], object_of(&["id"]));
    assert_eq!(after["ImportMeshDetails"]["allOf"][0], reference("ImportDetails"));
    let union: Schema = serde_json::from_value(after["ImportConnection"].clone()).unwrap();
    let union = Union::read(&ReferenceOr::Item(union)).unwrap();
    assert_eq!((union.tag.as_str(), union.content), ("serviceProvider", None));
    assert_eq!(union.variants[2].value, "MESH");
    assert_eq!(union.variants[2].schema, "ImportMeshDetails");
    assert_eq!(applied(&notes, "import-connection-tag").len(), 2);
}

/// Returns the connections to import, with a discriminator in the base.
fn imports(discriminator: &str) -> Value {
    let members = ["ImportAkoyaDetails", "ImportFinicityDetails", "ImportMeshDetails", "ImportPlaidDetails"];
    let mut spec = json!({
        "ImportRequest": { "type": "object", "properties": {
            "connections": { "type": "array", "items": one_of(&members) }
        } },
        "ImportDetails": { "type": "object", "required": ["serviceProvider"],
            "discriminator": { "propertyName": discriminator },
            "properties": { "id": { "type": "string" },
                "serviceProvider": { "type": "string", "enum": ["MX"] } } }
    });
    for member in members {
        spec[member] = extending("ImportDetails", "token");
    }
    spec
}

#[test]
fn discriminator_other_than_the_tag_is_reported() {
    let message = |tag: &str, union: &str| {
        format!(
            "the discriminator `kind` has no effect: by its row in meld-gen/src/repair/unions/rows.rs, `{tag}` \
             selects the `{union}`"
        )
    };
    let noticed = |spec: &Value| noticed(components(spec.clone()));
    let (expected, notices) = noticed(&imports("serviceProvider"));
    assert_eq!(notices, [""; 0]);
    let mut spec = imports("kind");
    let (after, notices) = noticed(&spec);
    let notice = message("serviceProvider", "ImportConnection");
    assert_eq!((&after, notices), (&expected, vec![format!("#/components/schemas/ImportDetails: {notice}")]));
    let items = "/ImportRequest/properties/connections/items";
    spec.pointer_mut(items).unwrap()["discriminator"] = json!({ "propertyName": "kind" });
    assert_eq!(noticed(&spec).1[0], format!("#/components/schemas{items}: {notice}"));

    let mut spec = payment_method();
    let (expected, _) = noticed(&spec);
    let details = "/PaymentMethod/properties/details";
    spec.pointer_mut(details).unwrap()["discriminator"] = json!({ "propertyName": "kind" });
    let notice = format!("#/components/schemas{details}: {}", message("type", "PaymentMethodDetails"));
    assert_eq!(noticed(&spec), (expected, vec![notice]));

    // Two objects have the union.
    let mut spec = session(&json!(["BUY", "SELL", "TRANSFER"]));
    spec["Another"] = spec["Request"].clone();
    spec["SessionDataInput"]["discriminator"] = json!({ "propertyName": "kind" });
    let notice = format!("#/components/schemas/SessionDataInput: {}", message("sessionType", "SessionData"));
    assert_eq!(noticed(&spec).1, [notice]);
}

#[test]
fn union_with_unknown_member_is_kept() {
    let members = ["ImportAkoyaDetails", "ImportFinicityDetails", "ImportMeshDetails", "ImportMxDetails"];
    let items = one_of(&members);
    let before = json!({ "List": { "type": "array", "items": items } });
    let (after, notes) = schemas(before);
    assert_eq!(after["List"]["items"], items);
    assert!(notes.is_empty());
}

fn session(values: &Value) -> Value {
    let mut union = one_of(&["CryptoBuySessionData", "CryptoSellSessionData", "CryptoTransferSessionData"]);
    union["type"] = "object".into();
    union["description"] = "about".into();
    union["required"] = json!(["serviceProvider"]);
    union["properties"] = object_of(&["walletTag", "serviceProvider"])["properties"].clone();
    let enumeration = json!({ "type": "string", "enum": ["UNISWAP"] });
    let member = json!({ "type": "object", "properties": { "serviceProvider": enumeration } });
    json!({
        "Request": { "type": "object", "required": ["sessionData", "sessionType"], "properties": {
            "id": { "type": "string" },
            "sessionData": { "description": "d", "allOf": [reference("SessionDataInput")] },
            "sessionType": { "type": "string", "enum": values }
        } },
        "SessionDataInput": union,
        "CryptoBuySessionData": object_of(&["serviceProvider", "countryCode"]),
        "CryptoSellSessionData": member,
        "CryptoTransferSessionData": object_of(&[])
    })
}

#[test]
fn session_data_is_tagged_by_session_type() {
    let (after, facts, notes) = repaired_facts(components(session(&json!(["BUY", "SELL", "TRANSFER"]))));
    let after = after["components"]["schemas"].clone();
    assert_eq!(after["Request"]["required"], json!(["sessionData"]));
    let properties = &after["Request"]["properties"];
    assert!(properties["sessionType"].is_null());
    assert_eq!(properties["sessionData"], json!({ "description": "d", "allOf": [reference("SessionData")] }));
    assert!(after["SessionDataInput"].is_null());
    assert_eq!(after["SessionData"]["description"], "about");
    assert_eq!(after["SessionData"]["discriminator"]["propertyName"], "sessionType");
    assert_eq!(facts.union_contents["/components/schemas/SessionData"], "sessionData");
    for member in ["CryptoBuySessionData", "CryptoSellSessionData", "CryptoTransferSessionData"] {
        assert!(after[member]["properties"]["walletTag"].is_object());
        assert_eq!(after[member]["required"], json!(["serviceProvider"]));
    }
    let own = &after["CryptoSellSessionData"]["properties"]["serviceProvider"];
    assert_eq!(own["enum"], json!(["UNISWAP"]));
    assert_eq!(applied(&notes, "session-data-selector").len(), 1);
}

#[test]
fn two_objects_can_have_the_same_union() {
    let mut before = session(&json!(["BUY"]));
    before["Another"] = before["Request"].clone();
    let (after, notes) = schemas(before);
    assert_eq!(after["Another"], after["Request"]);
    assert!(after["SessionDataInput"].is_null());
    assert_eq!(applied(&notes, "session-data-selector").len(), 2);
}

#[test]
fn value_without_variant_keeps_the_union() {
    let known = json!(["BUY", "SELL", "TRANSFER"]);
    let expected = noticed(components(session(&known)));
    assert_eq!(expected.1, [""; 0]);
    let notice = "#/components/schemas/Request/properties/sessionType: `SessionData` has no variant for \
        `SWAP`, `LEND`, decoded as `Unknown`; to add one, extend its row in meld-gen/src/repair/unions/rows.rs";
    let mut spec = session(&json!(["BUY", "SELL", "SWAP", "TRANSFER", "LEND"]));
    assert_eq!(noticed(components(spec.clone())), (expected.0.clone(), vec![notice.to_owned()]));
    // The enum may be a component of its own.
    spec["Type"] = spec["Request"]["properties"]["sessionType"].take();
    spec["Request"]["properties"]["sessionType"] = json!({ "description": "d", "allOf": [reference("Type")] });
    let (mut after, notices) = noticed(components(spec));
    after["components"]["schemas"].as_object_mut().unwrap().shift_remove("Type");
    assert_eq!((after, notices), (expected.0, vec![notice.to_owned()]));
}

#[test]
fn variant_without_value_is_kept_and_reported() {
    let (expected, _) = noticed(components(session(&json!(["BUY", "SELL", "TRANSFER"]))));
    let (after, notices) = noticed(components(session(&json!(["SELL", "BUY"]))));
    assert_eq!(after, expected);
    let notice = "#/components/schemas/Request/properties/sessionType: the enum lacks `TRANSFER`, still in \
        `SessionData`; if no version has it, shorten the row in meld-gen/src/repair/unions/rows.rs";
    assert_eq!(notices, [notice]);
}

#[test]
fn selector_without_enum_is_not_reported() {
    let mut spec = session(&json!([]));
    spec["Request"]["properties"]["sessionType"] = json!({ "type": "string" });
    assert_eq!(noticed(components(spec)).1, [""; 0]);
}

fn payment_method() -> Value {
    json!({
        "PaymentMethod": { "type": "object", "required": ["details", "type"], "properties": {
            "details": one_of(&["AchPaymentMethodDetails", "SepaPaymentMethodDetails"]),
            "type": { "type": "string", "enum": ["LOCAL_BANK_TRANSFER", "ACH", "SEPA"] }
        } },
        "PaymentMethodDetails": { "description": "base" },
        "AchPaymentMethodDetails": extending("PaymentMethodDetails", "accountNumber"),
        "SepaPaymentMethodDetails": extending("PaymentMethodDetails", "iban")
    })
}

#[test]
fn payment_details_replace_their_base() {
    let (after, notes) = schemas(payment_method());
    let method = json!({ "type": "object", "required": ["details"],
        "properties": { "details": reference("PaymentMethodDetails") } });
    assert_eq!(after["PaymentMethod"], method);
    assert_eq!(after["PaymentMethodDetails"]["description"], "base");
    let selector = &after["PaymentMethodDetails"]["discriminator"];
    assert_eq!(selector["propertyName"], "type");
    assert_eq!(selector["mapping"]["LOCAL_BANK_TRANSFER"], reference("AchPaymentMethodDetails")["$ref"]);
    assert_eq!(after["SepaPaymentMethodDetails"]["properties"]["iban"]["type"], "string");
    assert_eq!(applied(&notes, "payment-method-selector").len(), 1);
}

#[test]
fn base_with_other_uses_is_kept() {
    let mut before = payment_method();
    before["Elsewhere"] = json!({ "type": "array", "items": reference("PaymentMethodDetails") });
    let (after, notes) = schemas(before.clone());
    assert_eq!(after, before);
    assert!(notes.is_empty());
}

#[test]
fn receiving_bank_is_tagged_by_payment_method() {
    let (after, notes) = schemas(json!({
        "Response": { "type": "object", "properties": {
            "paymentMethodType": { "type": "string" },
            "receivingBankInformation": one_of(&["AchReceivingBankInformation",
                "LocalBankTransferReceivingBankInformation", "SepaReceivingBankInformation"])
        } },
        "ReceivingBankInformation": { "required": ["paymentMethodType"],
            "discriminator": { "propertyName": "paymentMethodType" },
            "properties": { "paymentMethodType": { "type": "string" } } },
        "AchReceivingBankInformation": extending("ReceivingBankInformation", "routingNumber"),
        "LocalBankTransferReceivingBankInformation":
            extending("ReceivingBankInformation", "routingNumber"),
        "SepaReceivingBankInformation": extending("ReceivingBankInformation", "iban")
    }));
    let base = &after["ReceivingBankInformation"];
    assert!(base["properties"].is_null());
    assert_eq!(base["oneOf"].as_array().unwrap().len(), 3);
    assert!(after["Response"]["properties"]["paymentMethodType"].is_null());
    assert!(after["AchReceivingBankInformation"]["allOf"].is_null());
    assert_eq!(applied(&notes, "receiving-bank-selector").len(), 1);
}

#[test]
fn receiving_banks_have_a_union_per_use() {
    let response = |members: &[&str]| {
        json!({ "type": "object", "properties": {
            "paymentMethodType": { "type": "string" },
            "receivingBankInformation": one_of(members)
        } })
    };
    let names = ["Ach", "Sepa", "LocalBankTransfer", "Pix", "MobileMoney"]
        .map(|name| format!("{name}ReceivingBankInformation"));
    let [ach, sepa, local, pix, mobile] = names.each_ref().map(String::as_str);
    let mut before = json!({
        "Order": response(&[ach, local, sepa]),
        "Deposit": response(&[ach, mobile, pix, sepa]),
        "ReceivingBankInformation": { "properties": { "paymentMethodType": { "type": "string" } } }
    });
    for name in &names {
        before[name] = extending("ReceivingBankInformation", "bankName");
    }
    let (after, notes) = schemas(before);
    for (union, count) in [("ReceivingBankInformation", 3), ("DepositBankInformation", 4)] {
        assert_eq!(after[union]["oneOf"].as_array().unwrap().len(), count, "{union}");
    }
    assert_eq!(applied(&notes, "receiving-bank-selector").len(), 2);
}

#[test]
fn details_of_headless_orders_are_tagged() {
    let (after, notes) = schemas(json!({
        "Response": { "type": "object", "properties": {
            "paymentMethodType": { "type": "string", "enum": ["APPLE_PAY", "ACH"] },
            "paymentMethodResponseDetails": one_of(&["ApplePayOrder", "BankTransferOrder", "CardOrder"])
        } },
        "PaymentMethodResponseDetails": {},
        "ApplePayOrder": extending("PaymentMethodResponseDetails", "sessionToken"),
        "BankTransferOrder": extending("PaymentMethodResponseDetails", "iban"),
        "CardOrder": extending("PaymentMethodResponseDetails", "renderMode")
    }));
    let mapping = &after["PaymentMethodResponseDetails"]["discriminator"]["mapping"];
    assert_eq!(mapping.as_object().unwrap().len(), 6);
    assert_eq!(applied(&notes, "order-details-selector").len(), 1);
}

#[test]
fn open_union_stays_free_form_in_its_family() {
    let spec = components(json!({
        "ServiceProviderCustomer": { "type": "object", "properties": {
            "serviceProviderDetails": one_of(&["FinicityCustomerDetails"])
        } },
        "FinicityCustomerDetails": object_of(&["type"])
    }));
    let version = ApiVersion::parse("2026-02-03").unwrap();
    let mut api = lowered(spec.clone());
    let notes = super::super::repair(&mut api, &mut Facts::default(), "customer", version).applied;
    let after = serde_json::to_value(&api).unwrap();
    let customer = &after["components"]["schemas"]["ServiceProviderCustomer"];
    assert_eq!(
        customer["properties"]["serviceProviderDetails"],
        json!({ "type": "object", "additionalProperties": true })
    );
    assert_eq!(applied(&notes, "one-member-union").len(), 1);
    assert!(applied(&repaired(spec).1, "one-member-union").is_empty());
}

#[test]
fn union_of_one_member_becomes_member() {
    let (after, notes) = schemas(json!({
        "Holder": { "type": "object", "properties": {
            "named": reference("First"), "inline": one_of(&["Thing"])
        } },
        "First": one_of(&["Second"]),
        "Second": one_of(&["Thing"]),
        "Thing": object_of(&["id"]),
        "Many": one_of(&["Thing", "Holder"])
    }));
    assert_eq!(after["Holder"]["properties"]["named"], reference("Thing"));
    assert_eq!(after["Holder"]["properties"]["inline"], reference("Thing"));
    assert!(after["First"].is_null() && after["Second"].is_null());
    assert_eq!(after["Many"]["oneOf"].as_array().unwrap().len(), 2);
    assert_eq!(applied(&notes, "single-member-one-of").len(), 3);
}

#[test]
fn unions_that_contain_themselves_are_kept() {
    let before = json!({ "One": one_of(&["Two"]), "Two": one_of(&["One"]), "Own": one_of(&["Own"]) });
    let (after, notes) = schemas(before.clone());
    assert_eq!(after, before);
    assert!(notes.is_empty());
}
