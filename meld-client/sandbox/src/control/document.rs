//! The OpenAPI document of the control API.

use serde_json::{Map, Value, json};

use super::route::{Fields, Route};

pub(super) fn openapi<'a>(routes: impl Iterator<Item = &'a Route>) -> Value {
    let mut paths = Map::new();
    for route in routes {
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        item[route.method.as_str().to_ascii_lowercase()] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Control API of meld-sandbox",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Steers the mock server: acts as customers and providers, injects faults, sets responses, \
                            and shows the traffic.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": { "controlToken": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": { "type": "string" },
                    "message": { "type": "string" },
                    "errors": { "type": "array", "items": { "type": "string" } },
                },
            } },
        },
        "security": [{ "controlToken": [] }, {}],
    })
}

fn operation(route: &Route) -> Value {
    let name = route.path.trim_start_matches("/_mock/").replace(['{', '}'], "").replace('/', "-");
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    let mut operation = json!({
        "operationId": format!("{}-{name}", route.method.as_str().to_ascii_lowercase()),
        "summary": route.summary,
        "responses": {
            "200": { "description": "Success", "content": content(json!(true)) },
            "default": {
                "description": "Refusal",
                "content": content(json!({ "$ref": "#/components/schemas/Error" })),
            },
        },
    });
    if route.path.contains("{id}") {
        operation["parameters"] =
            json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    }
    let (schema, required) = match route.body {
        Fields::Only([]) => return operation,
        Fields::Free => (json!({ "type": "object" }), true),
        Fields::Only(fields) => {
            let mut properties = Map::new();
            for field in fields {
                let mut schema = field.kind.schema();
                schema["description"] = json!(field.description);
                properties.insert(field.name.to_owned(), schema);
            }
            let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
            let is_required = !required.is_empty();
            let object = json!({ "type": "object", "properties": properties, "additionalProperties": false });
            let mut object = object;
            if is_required {
                object["required"] = json!(required);
            }
            (object, is_required)
        }
    };
    operation["requestBody"] = json!({ "required": required, "content": content(schema) });
    operation
}
