//! The specs of the workspace with their supplements, read without the generator.

use std::path::Path;

use serde_json::{Value, json};

/// The headers that the client sends by itself, which some specs declare as parameters.
const CLIENT_HEADERS: [&str; 2] = ["Meld-Version", "Authorization"];

/// Returns a spec with the operations of its supplement and the types that it has lost.
pub fn read(path: &Path) -> Result<Value, String> {
    let parsed = |path: &Path| -> Result<Value, String> {
        let error = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|it| error(&it))?;
        serde_json::from_str(&text).map_err(|it| error(&it))
    };
    let mut spec = parsed(path)?;
    let supplement = path.with_file_name("supplements").join(path.file_name().unwrap_or_default());
    if supplement.exists() {
        merge(&mut spec, parsed(&supplement)?);
    }
    restore(&mut spec);
    add_guide_fields(&mut spec);
    // The repair `incomplete-union`: no member has the tag, and a type has no member.
    let details = spec.pointer_mut("/components/schemas/PaymentMethodDetails");
    if let Some(details) = details.filter(|details| details.get("discriminator").is_some())
        && let Some(details) = details.as_object_mut()
    {
        details.retain(|keyword, _| keyword == "description");
    }
    Ok(spec)
}

fn merge(spec: &mut Value, mut supplement: Value) {
    let mut add = |pointer: [&str; 2], key: &str, value: Value| {
        let parent = &mut spec[pointer[0]][pointer[1]];
        if parent.get(key).is_none() {
            parent[key] = value;
        }
    };
    let taken = |value: Option<&mut Value>| match value.map(Value::take) {
        Some(Value::Object(object)) => object,
        _ => serde_json::Map::new(),
    };
    for (path, mut item) in taken(supplement.get_mut("paths")) {
        for (method, operation) in taken(Some(&mut item)) {
            add(["paths", &path], &method, operation);
        }
    }
    for kind in ["schemas", "securitySchemes"] {
        for (name, schema) in taken(supplement.pointer_mut(&format!("/components/{kind}"))) {
            add(["components", kind], &name, schema);
        }
    }
}

/// Properties of requests that only Meld's guides show: schema and name. The repair `guide-fields` has all.
const GUIDE_FIELDS: &[(&str, &str)] = &[
    ("HeadlessOrderOnrampRequest", "destinationNetworkCode"),
    ("HeadlessOrderOnrampRequest", "subdivision"),
    ("VirtualAccountDepositInstructionsRequest", "countryCode"),
];

/// Adds what only the guides show in requests.
fn add_guide_fields(spec: &mut Value) {
    for (schema, name) in GUIDE_FIELDS {
        let schema = spec.pointer_mut(&format!("/components/schemas/{schema}/properties"));
        // Orders on an onramp are in the newest version only.
        if let Some(Value::Object(properties)) = schema {
            properties.entry(*name).or_insert_with(|| json!({ "type": "string" }));
        }
    }
    if let Some(amount) = spec.pointer_mut("/components/schemas/HeadlessOrderOnrampRequest/properties/sourceAmount") {
        amount["type"] = json!("string");
    }
    // The guides have more providers than the spec.
    let provider = spec.pointer_mut("/components/schemas/HeadlessOrderOnrampRequest/properties/serviceProvider");
    if let Some(provider) = provider {
        *provider = json!({ "type": "string" });
    }
    let is_newest = spec.pointer("/info/version").is_some_and(|version| version == "2026-02-03");
    let quote = spec.pointer_mut("/paths/~1payments~1crypto~1quote/post/parameters").filter(|_| is_newest);
    if let Some(Value::Array(parameters)) = quote {
        parameters.push(json!({ "name": "integrationMode", "in": "query", "schema": { "type": "string" } }));
    }
    let update =
        "/paths/~1accounts~1customers~1{customerId}~1kyc~1initiate/patch/requestBody/content/application~1json";
    let own = spec.pointer("/components/schemas/InitiateKycRequest").cloned();
    if let (Some(mut own), Some(media)) = (own, spec.pointer_mut(update)) {
        own["properties"]["serviceProviderDetails"] = json!({ "type": "object" });
        media["schema"] = own;
    }
}

/// Restores lost types, and removes the parameters that are no parameters of the client.
fn restore(value: &mut Value) {
    if let Some(earlier) = value.get_mut("x-earlier").and_then(|it| it.get_mut("schema")) {
        *value = earlier.take();
        return;
    }
    match value {
        Value::Array(items) => {
            items.retain(|item| item["in"] != "header" || !is_of_client(item));
            items.iter_mut().for_each(restore);
        }
        Value::Object(fields) => fields.values_mut().for_each(restore),
        _ => {}
    }
}

fn is_of_client(parameter: &Value) -> bool {
    parameter["name"].as_str().is_some_and(|name| CLIENT_HEADERS.contains(&name))
}
