//! The types that the families of a version share.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Generation, run};
use crate::catalog::ApiVersion;
use crate::selection::Selection;

/// A folder with one spec per family, each with a response `Gift` and the schemas `others`.
fn folder(families: &[(&str, Value, Value)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("openapi")).unwrap();
    for (family, gift, others) in families {
        let mut schemas = others.clone();
        schemas["Gift"] = json!({ "type": "object", "properties": gift });
        let schema = json!({ "schema": { "$ref": "#/components/schemas/Gift" } });
        let found = json!({ "description": "", "content": { "application/json": schema } });
        let get = json!({ "operationId": "gift-get", "responses": { "200": found } });
        let spec = json!({
            "openapi": "3.0.3", "info": { "title": family, "version": "2026-02-03" },
            "paths": { "/gift": { "get": get } },
            "components": { "schemas": schemas }
        });
        let file = format!("openapi/{family}-20260203.json");
        std::fs::write(root.path().join(file), spec.to_string()).unwrap();
    }
    root
}

fn generated(root: &TempDir, families: &[&str]) -> Generation {
    let selection = Selection {
        versions: ApiVersion::parse("2026-02-03").into_iter().collect(),
        families: families.iter().map(|family| (*family).to_owned()).collect(),
    };
    let generation = run(root.path(), &selection).unwrap();
    assert_eq!(generation.errors, []);
    generation
}

fn file<'g>(generation: &'g Generation, file: &str) -> &'g str {
    let path = Path::new("meld-client/v2026-02-03/src").join(file);
    generation.tree.files.get(&path).map_or("", String::as_str)
}

/// Returns the shared types and the families of each, as `Gift: a b`.
fn shared(families: &[(&str, Value, Value)]) -> Vec<String> {
    let generation = generated(&folder(families), &[]);
    let types = generation.shared.iter().flat_map(|shared| &shared.families);
    types.map(|(name, of)| format!("{name}: {}", Vec::from_iter(of.clone()).join(" "))).collect()
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn wrapped() -> Value {
    json!({ "wrapping": { "$ref": "#/components/schemas/Wrapping" } })
}

fn wrapping(values: &[&str]) -> Value {
    json!({ "Wrapping": { "type": "string", "enum": values } })
}

#[test]
fn equal_types_exist_once() {
    let none = json!({});
    let root = folder(&[
        ("a", json!({ "note": text("Short."), "size": text("") }), none.clone()),
        ("b", json!({ "size": text(""), "note": text("A longer one.") }), none),
    ]);
    let generation = generated(&root, &[]);
    let types = file(&generation, "shared/types.rs");
    assert!(types.contains("    /// A longer one.\n    pub note: Option<String>,"), "{types}");
    assert!(file(&generation, "shared/codec.rs").contains("read Gift {"));
    for family in ["a", "b"] {
        let types = file(&generation, &format!("{family}/types.rs"));
        assert!(types.contains("pub use crate::shared::types::Gift;"), "{types}");
        assert!(!types.contains("pub struct"), "{types}");
    }
    let marks = generation.reports.iter().map(|spec| spec.surface.types["Gift"].is_shared);
    assert_eq!(marks.collect::<Vec<_>>(), [true, true]);
}

#[test]
fn types_of_unequal_parts_stay_apart() {
    let (red, both) = (wrapping(&["RED"]), wrapping(&["RED", "BLUE"]));
    let families = [("a", wrapped(), red.clone()), ("b", wrapped(), both.clone())];
    assert_eq!(shared(&families), [""; 0]);
    let families = [families[0].clone(), families[1].clone(), ("c", wrapped(), red)];
    assert_eq!(shared(&families), ["Gift: a c", "Wrapping: a c"]);
    let note = json!({ "note": { "type": "string" }, "wrapping": wrapped()["wrapping"] });
    let families = [("a", wrapped(), both.clone()), ("b", note, both)];
    assert_eq!(shared(&families), ["Wrapping: a b"]);
}

#[test]
fn most_common_definition_is_shared() {
    let (text, number) = (json!({ "x": { "type": "string" } }), json!({ "x": { "type": "integer" } }));
    let of = |family, gift: &Value| (family, gift.clone(), json!({}));
    let families = [of("a", &number), of("b", &text), of("c", &text), of("d", &number)];
    assert_eq!(shared(&families), ["Gift: a d"]);
    assert_eq!(shared(&[&families[..], &[of("e", &text)]].concat()), ["Gift: b c e"]);
}

#[test]
fn one_family_is_generated_with_shared_types() {
    let of = |family| (family, json!({ "x": { "type": "string" } }), json!({}));
    let generation = generated(&folder(&[of("a"), of("b")]), &["a"]);
    assert!(file(&generation, "a/types.rs").contains("pub use crate::shared::types::Gift;"));
    assert!(file(&generation, "shared/types.rs").contains("pub struct Gift {"));
    assert_eq!(file(&generation, "b/types.rs"), "");
    assert_eq!(generation.reports.len(), 1);
}
