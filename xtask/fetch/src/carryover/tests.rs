use serde_json::{Value, json};

use super::earlier::{Earlier, keep};
use super::*;

fn get(parameters: Value) -> Value {
    json!({"paths": {"/a": {"get": {"operationId": "a", "parameters": parameters}}}})
}

fn query(name: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "schema": schema})
}

fn kept(mut root: Value, earlier: &[(&str, &Value)]) -> Value {
    let earlier: Vec<Earlier<'_>> = earlier.iter().map(|(file, root)| Earlier { file, root }).collect();
    keep(&mut root, &earlier);
    root
}

#[test]
fn lost_types_of_parameters_are_recorded() {
    let lost = || json!({"type": "string", "default": ""});
    let published = get(json!([
        query("limit", lost()),
        query("name", lost()),
        query("kind", lost()),
        query("day", json!({"type": "string"}))
    ]));
    let ours = get(json!([
        query("limit", json!({"type": "integer", "format": "int32", "description": "d"})),
        query("name", json!({"type": "string"})),
        query("kind", lost()),
        query("day", json!({"type": "string", "format": "date"}))
    ]));
    let sibling = get(json!([query("kind", json!({"enum": ["A"]})), query("limit", lost())]));
    let root = kept(published, &[("a-20260203.json", &ours), ("a-20250304.json", &sibling)]);
    let parameters = &root["paths"]["/a"]["get"]["parameters"];
    assert_eq!(
        parameters[0]["schema"]["x-earlier"],
        json!({"file": "a-20260203.json", "schema": {"type": "integer", "format": "int32"}})
    );
    assert_eq!(parameters[1]["schema"], lost());
    assert_eq!(parameters[2]["schema"]["x-earlier"], json!({"file": "a-20250304.json", "schema": {"enum": ["A"]}}));
    assert_eq!(parameters[3]["schema"], json!({"type": "string"}));
    // The record outlives further updates, until the type is back.
    let again = kept(get(json!([query("limit", lost())])), &[("a-20260203.json", &root)]);
    let schema = &again["paths"]["/a"]["get"]["parameters"][0]["schema"];
    assert_eq!(schema["x-earlier"]["schema"]["type"], "integer");
    let back = json!({"type": "integer", "x-earlier": {"file": "", "schema": {}}});
    let back = kept(get(json!([query("limit", back)])), &[("a-20260203.json", &root)]);
    assert_eq!(back, get(json!([query("limit", json!({"type": "integer"}))])));
}

#[test]
fn lost_schemas_are_recorded() {
    let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let schemas = |schemas: Value| json!({"components": {"schemas": schemas}});
    let ours = schemas(json!({
        "Payment": {"type": "object", "properties": {
            "customer": {"allOf": [to("Customer")]}, "other": to("Gone"), "any": {}
        }},
        "Customer": {"type": "object", "description": "ours"},
        "Gone": {"type": "object"}
    }));
    let published = schemas(json!({
        "Payment": {"type": "object", "properties": {
            "customer": {"description": "ours"}, "other": {}, "any": {}
        }},
        "Customer": {}
    }));
    let root = kept(published, &[("a.json", &ours)]);
    let properties = &root["components"]["schemas"]["Payment"]["properties"];
    assert_eq!(properties["customer"]["x-earlier"]["schema"]["allOf"][0], to("Customer"));
    assert_eq!(properties["other"], json!({}));
    assert_eq!(properties["any"], json!({}));
    let customer = &root["components"]["schemas"]["Customer"]["x-earlier"]["schema"];
    assert_eq!(customer["type"], "object");
}

#[test]
fn error_codes_come_from_descriptions() {
    let response = |description: &str| {
        let code = json!({"type": "string", "description": description});
        json!({"content": {"application/json": {"schema": {"properties": {"code": code}}}}})
    };
    let published = json!({"paths": {"/a": {"get": {"responses": {
        "400": response("One of `B_CODE`, `A_CODE`, or `x`"), "500": response("any")
    }}}}});
    let mut root = json!({"paths": {"/a": {"get": {"responses": {
        "400": {"description": "ours"}, "500": {"description": "ours"}
    }}}}});
    codes::take(&mut root, &published);
    let responses = &root["paths"]["/a"]["get"]["responses"];
    assert_eq!(responses["400"]["x-error-codes"], json!(["A_CODE", "B_CODE"]));
    assert_eq!(responses["500"], json!({"description": "ours"}));
}

#[test]
fn unreachable_parts_are_removed() {
    let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let mut root = json!({
        "tags": [{"name": "t"}],
        "paths": {"/a": {"get": {"security": [{"Key": []}], "requestBody": to("A")}}},
        "components": {
            "securitySchemes": {"Key": {}, "BasicAuth": {}},
            "schemas": {
                "A": {"discriminator": {"propertyName": "k", "mapping": {"m": "Mapped"}}},
                "Child": {"allOf": [to("A"), to("Part")]},
                "Mapped": {}, "Part": {}, "Internal": to("Part")
            }
        }
    });
    assert_eq!(reachable::prune(&mut root), ["/components/schemas/Internal"]);
    assert_eq!(component_schemas(&root).unwrap().len(), 4);
    assert_eq!(root["components"]["securitySchemes"], json!({"Key": {}}));
    assert!(root["tags"].is_null());
}

#[test]
fn withdrawn_schemas_get_the_longer_lists() {
    let list = |values: &[&str]| json!({"type": "string", "enum": values});
    let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let ours = json!({
        "paths": {"/a": {"get": {"requestBody": to("Body")}}},
        "components": {"schemas": {"Body": list(&["A", "B"]), "Other": list(&["A", "B"])}}
    });
    let published = json!({
        "paths": {}, "components": {"schemas": {"Other": list(&["A", "B", "C"])}}
    });
    let found = withdrawn::supplement(&ours, &published, None, "https://a").unwrap();
    assert_eq!(found.root["components"]["schemas"]["Body"], list(&["A", "B", "C"]));
}

#[test]
fn withdrawn_operations_become_a_supplement() {
    let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let ours = json!({
        "openapi": "3.1.0", "info": {"title": "T", "version": "2026-02-03"},
        "paths": {"/a": {"get": {"operationId": "a"}, "post": {"operationId": "b", "requestBody": to("Body")}}},
        "components": {"schemas": {"Body": {"allOf": [to("Same")]}, "Same": to("Old"), "Old": {}}}
    });
    let published = json!({
        "paths": {"/a": {"get": {"operationId": "a"}}}, "components": {"schemas": {"Same": {}}}
    });
    let found = withdrawn::supplement(&ours, &published, None, "https://a").unwrap();
    assert_eq!(found.operations, ["POST /a"]);
    let operation = &found.root["paths"]["/a"]["post"];
    assert_eq!((&operation["operationId"], &operation["x-source"]), (&json!("b"), &json!("https://a")));
    assert!(operation["x-withdrawn"].is_string());
    assert_eq!(found.root["components"]["schemas"], json!({"Body": {"allOf": [to("Same")]}}));
    // Edits of the supplement stay.
    let mut edited = found.root.clone();
    edited["paths"]["/a"]["post"]["x-withdrawn"] = json!("use C");
    let again = withdrawn::supplement(&ours, &published, Some(&edited), "https://a").unwrap();
    assert_eq!(again.root, edited);
    assert_eq!(withdrawn::supplement(&published, &published, None, ""), None);
}

#[test]
fn moved_operation_keeps_text_and_type() {
    let operation = |id: &str| json!({"operationId": id});
    let mut ours = json!({"paths": {"/a": {"get": operation("a"), "post": operation("b")}}});
    let published = json!({"paths": {"/c": {"get": operation("a")}, "/a": {"post": operation("b")}}});
    assert_eq!(moved::operations(&mut ours, &published), [("GET /a".to_owned(), "GET /c".to_owned())]);
    assert_eq!(ours, json!({"paths": {"/a": {"post": operation("b")}, "/c": {"get": operation("a")}}}));
    assert_eq!(withdrawn::supplement(&ours, &published, None, ""), None);
    // The position of another operation of ours is not new.
    let taken = json!({"paths": {"/a": {"post": operation("a")}}});
    assert_eq!(moved::operations(&mut ours, &taken), []);
}

#[test]
fn schema_with_newer_date_keeps_text() {
    let schemas = |names: &[&str]| {
        let schemas: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
        json!({"components": {"schemas": schemas}})
    };
    let mut ours = schemas(&["Quote20260203", "Plain", "Order20260203", "Both20250304", "Both20260203"]);
    let published = schemas(&["Quote20261101", "Plain", "Order", "Both20260203", "Both20261101"]);
    moved::schemas(&mut ours, &published);
    let expected = schemas(&["Quote20261101", "Plain", "Order", "Both20261101", "Both20260203"]);
    assert_eq!(ours, expected);
}

#[test]
fn new_date_takes_over_guide_operations() {
    let to = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let previous = json!({
        "info": {"version": "2026-02-03"},
        "paths": {
            "/guide": {"get": {"operationId": "a", "x-source": "s", "security": [{"Token": []}],
                "requestBody": [to("Own"), to("Old"), to("Both")]}},
            "/now": {"get": {"operationId": "b", "x-source": "s", "requestBody": to("Unused")}},
            "/gone": {"get": {"operationId": "c", "x-source": "s", "x-withdrawn": "w"}}
        },
        "components": {"schemas": {"Own": {}, "Unused": {}}, "securitySchemes": {"Token": {"type": "http"}}}
    });
    let spec = json!({"paths": {}, "components": {"schemas": {"Old": {"type": "object"}, "Both": {}}}});
    let published = json!({
        "openapi": "3.1.0", "info": {"version": "2026-11-01"},
        "paths": {"/now": {"get": {}}}, "components": {"schemas": {"Both": {}}}
    });
    let found = documented::supplement(&previous, &spec, &published).unwrap();
    assert_eq!(found.operations, ["GET /guide"]);
    assert_eq!(found.root["info"]["version"], "2026-11-01");
    assert_eq!(found.root["paths"]["/guide"], previous["paths"]["/guide"]);
    assert_eq!(found.root["components"]["schemas"], json!({"Old": {"type": "object"}, "Own": {}}));
    assert_eq!(found.root["components"]["securitySchemes"], previous["components"]["securitySchemes"]);
    assert_eq!(documented::supplement(&published, &spec, &published), None);
}
