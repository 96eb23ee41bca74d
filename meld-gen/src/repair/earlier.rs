//! Types that a published spec has lost.

use std::collections::BTreeSet;

use openapiv3::{ReferenceOr, Schema, SchemaKind};
use serde_json::Value;

use super::Context;
use super::edit::inline_mut;
use crate::spec::visit::{self, SchemaRef, component_name};

/// The extension in which `cargo xtask fetch` records the earlier schema.
const EXTENSION: &str = "x-earlier";

/// Restores the recorded type of a schema that has lost it. The description stays.
///
/// A record that refers to a schema which no longer exists counts as none.
pub(super) fn lost_type(context: &mut Context<'_>) {
    let components = context.api.components.iter().flat_map(|components| components.schemas.keys());
    let known: BTreeSet<String> = components.cloned().collect();
    context.schemas(|pointer, schema, notes| {
        let Some(item) = inline_mut(schema) else { return };
        let Some(extension) = item.schema_data.extensions.shift_remove(EXTENSION) else { return };
        let Some(earlier) = earlier(&extension, &known) else { return };
        let file = extension.get("file").and_then(Value::as_str).unwrap_or("an earlier revision");
        notes.note(pointer, format!("became {}, as earlier in {file}", name(&earlier)));
        *schema = described(earlier, item.schema_data.description.take());
    });
}

fn earlier(extension: &Value, known: &BTreeSet<String>) -> Option<SchemaRef> {
    let mut earlier: SchemaRef = serde_json::from_value(extension.get("schema")?.clone()).ok()?;
    let mut is_complete = true;
    visit::schema_tree("", &mut earlier, &mut |_: &str, schema: &mut SchemaRef| match schema {
        ReferenceOr::Item(item) => item.schema_data.extensions.clear(),
        ReferenceOr::Reference { .. } => is_complete &= component_name(schema).is_some_and(|name| known.contains(name)),
    });
    is_complete.then_some(earlier)
}

/// Gives a schema the description of the schema that it replaces.
fn described(mut schema: SchemaRef, description: Option<String>) -> SchemaRef {
    match (&mut schema, &description) {
        (_, None) => schema,
        (ReferenceOr::Item(item), Some(_)) => {
            item.schema_data.description = description;
            schema
        }
        (ReferenceOr::Reference { .. }, Some(_)) => {
            let schema_data = openapiv3::SchemaData { description, ..Default::default() };
            let schema_kind = SchemaKind::AllOf { all_of: vec![schema] };
            ReferenceOr::Item(Schema { schema_data, schema_kind })
        }
    }
}

/// Returns the name of a type for a message.
fn name(schema: &SchemaRef) -> String {
    let json = serde_json::to_value(schema).unwrap_or_default();
    let text = |key: &str| json.get(key).and_then(Value::as_str);
    let reference = || {
        let member = json.pointer("/allOf/0/$ref").and_then(Value::as_str);
        member.or_else(|| text("$ref")).map(|to| to.rsplit('/').next().unwrap_or(to).to_owned())
    };
    match (text("type"), text("format")) {
        (Some(kind), Some(format)) => format!("{kind} ({format})"),
        (Some(kind), None) => kind.to_owned(),
        _ => reference().unwrap_or_else(|| "typed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{applied, components, operation, repaired};

    fn lost(schema: Value) -> Value {
        json!({ "file": "crypto-20260203.json", "schema": schema })
    }

    #[test]
    fn lost_types_of_parameters_are_restored() {
        let (after, notes) = repaired(operation(json!({ "responses": {}, "parameters": [
            { "name": "day", "in": "query", "schema": {
                "type": "string", "default": "", "x-earlier": lost(json!({ "type": "string", "format": "date" }))
            } },
            { "name": "limit", "in": "query", "schema": {
                "type": "string", "default": "", "x-earlier": lost(json!({ "type": "integer", "format": "int32" }))
            } },
            { "name": "name", "in": "query", "schema": { "type": "string", "default": "" } }
        ] })));
        let parameters = &after["paths"]["/things"]["get"]["parameters"];
        assert_eq!(parameters[0]["schema"], json!({ "type": "string", "format": "date" }));
        assert_eq!(parameters[1]["schema"], json!({ "type": "integer", "format": "int32" }));
        assert_eq!(parameters[2]["schema"], json!({ "type": "string" }));
        let notes = applied(&notes, "lost-type");
        assert_eq!(notes[1].what, "became integer (int32), as earlier in crypto-20260203.json");
        assert_eq!(notes.len(), 2);
    }

    #[test]
    fn lost_types_of_schemas_are_restored() {
        let customer = json!({ "allOf": [{ "$ref": "#/components/schemas/Customer" }] });
        let (after, notes) = repaired(components(json!({
            "Payment": { "type": "object", "properties": {
                "customer": { "description": "d", "x-earlier": lost(customer.clone()) },
                "details": { "description": "d" },
                "gone": { "x-earlier": lost(json!({ "type": "array", "items": { "$ref": "#/components/schemas/Gone" } })) }
            } },
            "Customer": { "x-earlier": lost(json!({ "type": "object", "properties": { "id": { "type": "string" } } })) }
        })));
        let schemas = &after["components"]["schemas"];
        assert_eq!(schemas["Payment"]["properties"]["customer"]["allOf"], customer["allOf"]);
        assert_eq!(schemas["Payment"]["properties"]["customer"]["description"], "d");
        assert_eq!(schemas["Payment"]["properties"]["gone"], json!({}));
        assert_eq!(schemas["Customer"]["properties"]["id"], json!({ "type": "string" }));
        assert_eq!(applied(&notes, "lost-type").len(), 2);
    }
}
