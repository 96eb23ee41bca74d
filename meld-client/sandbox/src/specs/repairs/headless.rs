//! Repairs of the headless operations.

use serde_json::{Value, json};

use super::add_values;

/// The version from which the guides use headless orders and quotes.
const SINCE: &str = "2026-05-01";
/// The providers of headless orders that the enum of a request lacks.
const PROVIDERS: [&str; 3] = ["BANXA", "COINBASEPAY", "STRIPE"];

/// Adds the parameter `integrationMode`, which needs a newer version than that of the spec.
pub(super) fn add_integration_mode(operation: &mut Value) -> bool {
    let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else { return false };
    if parameters.iter().any(|parameter| parameter["name"] == "integrationMode") {
        return false;
    }
    parameters.push(json!({
        "name": "integrationMode",
        "in": "query",
        "x-minimum-version": SINCE,
        "schema": { "type": "string", "enum": ["WIDGET", "HEADLESS", "ALL"] },
    }));
    true
}

pub(super) fn need_newer_version(operation: &mut Value) -> bool {
    let Some(operation) = operation.as_object_mut() else { return false };
    operation.insert("x-minimum-version".to_owned(), json!(SINCE)).is_none()
}

/// Adds the fields of headless quotes, and the providers and payment methods that only they have.
pub(super) fn add_quote_fields(properties: &mut Value) -> bool {
    if let Some(providers) = properties.pointer_mut("/serviceProvider/enum") {
        add_values(providers, &["BRALE", "DUENETWORK", "NOAH", "YELLOWCARD"]);
    }
    if let Some(methods) = properties.pointer_mut("/paymentMethodType/enum") {
        add_values(methods, &["ACH", "CREDIT_DEBIT_CARD", "MOBILE_MONEY", "PIX"]);
    }
    if let Some(properties) = properties.as_object_mut() {
        let modes = json!({ "type": "string", "enum": ["WIDGET", "HEADLESS"] });
        properties.insert("integrationMode".to_owned(), modes);
    }
    add_strings(properties, &["destinationNetworkCode", "kycMode"])
}

/// Adds the fields and providers of a headless order, whose amount the guides send as a string.
pub(super) fn add_order_fields(properties: &mut Value) -> bool {
    if let Some(providers) = properties.pointer_mut("/serviceProvider/enum") {
        add_values(providers, &PROVIDERS);
    }
    super::accept_numeric_string(&mut properties["sourceAmount"])
        && add_strings(properties, &["destinationNetworkCode", "subdivision"])
}

/// Adds the fields of the response to a headless order.
pub(super) fn add_response_fields(properties: &mut Value) -> bool {
    let Some(properties) = properties.as_object_mut().filter(|properties| !properties.contains_key("responseKind"))
    else {
        return false;
    };
    let presentation = json!({ "type": "object", "properties": {
        "surface": { "type": "string", "enum": ["PROVIDER_ACCOUNT_LINK", "NATIVE_TOKEN"] },
        "protocol": { "type": "string", "enum": ["MELD_ACCOUNT_TRANSFER", "MELD_WALLET_TOKEN"] },
        "version": { "type": "integer", "format": "int32" },
    } });
    properties.insert("responseKind".to_owned(), json!({ "type": "string", "enum": ["SESSION", "SDK_BOOTSTRAP"] }));
    properties.insert("paymentActions".to_owned(), json!({ "type": "object", "additionalProperties": {} }));
    properties.insert("headlessPresentation".to_owned(), presentation);
    true
}

pub(super) fn add_apple_pay_fields(schema: &mut Value) -> bool {
    let Some(properties) = schema.pointer_mut("/allOf/1/properties").filter(|it| it.is_object()) else { return false };
    properties["presentation"] = json!({ "type": "string", "enum": ["NATIVE_TOKEN"] });
    add_strings(properties, &["merchantIdentifier"])
}

pub(super) fn add_native_mode(schema: &mut Value) -> bool {
    let modes = schema.pointer_mut("/allOf/1/properties/renderMode/enum");
    modes.is_some_and(|modes| add_values(modes, &["SDK_NATIVE"]))
}

/// Makes `paymentMethodType` select the bank information of deposit instructions.
pub(super) fn select_bank_information(schema: &mut Value) -> bool {
    let members = [
        ("ACH", "AchReceivingBankInformation"),
        ("SEPA", "SepaReceivingBankInformation"),
        ("PIX", "PixReceivingBankInformation"),
        ("MOBILE_MONEY", "MobileMoneyReceivingBankInformation"),
    ];
    select_by_method(schema, "receivingBankInformation", &members)
}

/// Makes `paymentMethodType` select the details of a headless order.
pub(super) fn select_order_details(schema: &mut Value) -> bool {
    let bank = "BankTransferOrder";
    let members = [
        ("CREDIT_DEBIT_CARD", "CardOrder"),
        ("APPLE_PAY", "ApplePayOrder"),
        ("ACH", bank),
        ("SEPA", bank),
        ("PIX", bank),
        ("MOBILE_MONEY", bank),
    ];
    select_by_method(schema, "paymentMethodResponseDetails", &members)
}

fn select_by_method(schema: &mut Value, content: &str, members: &[(&str, &str)]) -> bool {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return false };
    if properties.insert(content.to_owned(), json!({})).is_none() {
        return false;
    }
    let member = |(method, schema): &(&str, &str)| {
        let details = json!({ "$ref": format!("#/components/schemas/{schema}") });
        json!({ "properties": { "paymentMethodType": { "enum": [method] }, content: details } })
    };
    schema["anyOf"] = members.iter().map(member).collect();
    true
}

/// Makes the street optional, because old requests call it `street_line_1`.
pub(super) fn make_street_optional(schema: &mut Value) -> bool {
    let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) else { return false };
    let before = required.len();
    required.retain(|name| name != "streetLineOne");
    required.len() < before
}

/// Accepts the names of fields in any case.
pub(super) fn accept_any_case(schema: &mut Value) -> bool {
    let Some(schema) = schema.as_object_mut() else { return false };
    let Some(Value::Array(names)) = schema.remove("enum") else { return false };
    schema.insert("examples".to_owned(), Value::Array(names));
    true
}

/// Accepts the fields that the requirements of a provider list as missing.
pub(super) fn accept_missing_fields(schema: &mut Value) -> bool {
    let Some(schema) = schema.as_object_mut() else { return false };
    let Some(Value::Array(mut members)) = schema.remove("oneOf") else { return false };
    members.push(json!({ "type": "object" }));
    schema.insert("anyOf".to_owned(), Value::Array(members));
    true
}

fn add_strings(properties: &mut Value, names: &[&str]) -> bool {
    let Some(properties) = properties.as_object_mut() else { return false };
    let before = properties.len();
    for name in names {
        properties.entry(*name).or_insert_with(|| json!({ "type": "string" }));
    }
    properties.len() > before
}
