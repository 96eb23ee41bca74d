//! Specs with hostile names and descriptions: they are rejected, or have no effect on code, documentation, changelogs
//! and upgrade guides.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use chrono::{Days, NaiveDate};
use common::random::{Random, rounds};
use common::{Workspace, markdown, object, spec, to};
use meld_gen::catalog::ApiVersion;
use meld_gen::diff::{self, Comparison};
use meld_gen::emit;
use meld_gen::error::ErrorKind::Generation as Fault;
use meld_gen::escape::is_hidden;
use meld_gen::pipeline::Generation;
use serde_json::{Value, json};

/// A spec with hostile names and descriptions wherever OpenAPI has one.
const HOSTILE: &str = include_str!("fixtures/hostile.json");

/// Hostile parts of names and descriptions, all visible.
const FRAGMENTS: &[&str] = &[
    "<script>",
    "</code><b>",
    "`",
    "```",
    "```rust\n",
    "~~~",
    "](javascript:x)",
    "[x](javascript:x)",
    "[x]: javascript:x",
    "[`String`]",
    "*/",
    "/*",
    "\"#",
    "\\",
    "${{ secrets.TOKEN }}",
    "|",
    "{",
    "}",
    "#[doc]",
    "//!",
    "&lt;",
    "##[error]",
    "::error::",
    " : ",
    "@team",
    "*x*",
    "<!--",
    "https://a.example/",
    "'",
    "{x}",
    "r#\"",
    "-->",
];

/// Characters that are escaped in names and dropped from descriptions.
const HIDDEN: &[&str] = &["\n", "\r", "\t", "\0", "\u{1b}[31m", "\u{7f}", "\u{85}", "\u{2028}", "\u{202e}", "\u{2066}"];

fn file(index: u64) -> String {
    let date = NaiveDate::from_ymd_opt(2001, 1, 1).unwrap() + Days::new(index);
    format!("odd-{}.json", date.format("%Y%m%d"))
}

/// Asserts that nothing of a spec is markup in the generated files.
fn assert_harmless(generation: &Generation) {
    let mut faults = Vec::new();
    for (path, text) in &generation.tree.files {
        let name = path.display().to_string();
        let is_hidden = |character| is_hidden(character) && character != '\n';
        if !name.ends_with("LICENSE-APACHE") && text.chars().any(is_hidden) {
            faults.push(format!("{name}: an invisible character"));
        }
        let docs = match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => {
                // The other files are parts of modules, or have no names of a spec.
                if name.ends_with("src/odd.rs") {
                    let found = common::rust::faults(&common::module(generation, &name));
                    faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
                }
                markdown::documentation(text)
            }
            Some("md") if !name.ends_with("README.md") => vec![text.clone()],
            _ => continue,
        };
        for doc in docs {
            let strange =
                markdown::headings(&doc).into_iter().filter(|heading| heading.contains("meldevil") || heading == "x");
            for fault in markdown::faults(&doc).into_iter().chain(strange) {
                faults.push(format!("{name}: {fault} in\n{doc}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(20)].join("\n"));
}

#[test]
fn hostile_names_and_texts_become_data() {
    let generation = Workspace::new().with("odd-20260203.json", HOSTILE).run();
    assert_eq!(generation.errors, []);
    assert_harmless(&generation);
    let text = common::module(&generation, "meld-client/v2026-02-03/src/odd.rs");
    // Names are sent unchanged.
    for literal in [r#""p16 a : ""#, r#""p13 \\meldevil\\""#, "\"``` rust\"", "\"::error::meldevil\""] {
        assert!(text.contains(literal), "{literal}");
    }
    let manifest = &generation.tree.files[Path::new("meld-client/v2026-02-03/Cargo.toml")];
    assert!(manifest.contains("\ndoctest = false\n"), "{manifest}");
}

#[test]
fn hostile_changes_become_data() {
    let mut before: Value = serde_json::from_str(HOSTILE).unwrap();
    let schemas = before["components"]["schemas"].as_object_mut().unwrap();
    for name in ["Texts", "Bare", "Change"] {
        schemas[name] = object(json!({"gone `<meldevil>|": {"type": "string"}}));
    }
    schemas["Values"]["enum"] = json!(["gone `<meldevil>|"]);
    before["paths"]["/p2"]["post"]["operationId"] = json!("gone `<meldevil>|");
    let operation = json!({"operationId": "more", "responses": {"204": {"description": ""}}});
    before["paths"]["/gone`<meldevil>"] = json!({"get": operation});
    before["paths"].as_object_mut().unwrap().shift_remove("/gone`<meldevil>");
    let workspace = Workspace::new().with("odd-20250304.json", before.to_string());
    let generation = workspace.run();
    assert_eq!(generation.errors, []);
    emit::write(workspace.root(), &generation.tree).unwrap();
    // The same version regenerated, for its changelog, and the next one, for the upgrade guide.
    let workspace = workspace.with("odd-20250304.json", HOSTILE);
    let workspace = workspace.with("odd-20260203.json", before.to_string());
    let generation = workspace.run();
    assert_harmless(&generation);
    let found = |file: &str| &generation.tree.files[Path::new(file)];
    assert!(found("meld-client/v2025-03-04/CHANGELOG.md").contains("meldevil"));
    assert!(found("meld-client/src/upgrading/2025-03-04-to-2026-02-03.md").contains("meldevil"));
    let changes: Vec<_> = generation.changes.iter().flat_map(|c| c.changes.clone()).collect();
    let [from, to] = ["2025-03-04", "2026-02-03"].map(|date| ApiVersion::parse(date).unwrap());
    let page = diff::upgrade_guide(from, to, &Comparison { title: String::new(), changes });
    assert_eq!(markdown::faults(&page), [""; 0]);
}

/// Returns a spec with a name in each location where OpenAPI has one.
fn named(name: &str) -> Vec<Value> {
    let text = json!({"type": "string"});
    let schema = |schema: Value| spec(json!({"Response": schema, "B": object(json!({"b": text}))}));
    let operation = "/paths/~1things~1{id}/post";
    let with = |pointer: &str, value: Value| {
        let mut spec = schema(object(json!({"a": text})));
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = spec.pointer_mut(parent).unwrap();
        match parent {
            Value::Array(list) => list.push(value),
            parent => parent[key.replace("~1", "/")] = value,
        }
        spec
    };
    let parameter = |place: &str| {
        let parameter = json!({"name": name, "in": place, "schema": text});
        with(&format!("{operation}/parameters/1"), parameter)
    };
    let union = |discriminator: Value| schema(json!({"oneOf": [to("B")], "discriminator": discriminator}));
    vec![
        schema(object(json!({name: text}))),
        schema(object(json!({"a": object(json!({name: text}))}))),
        schema(json!({"type": "array", "items": {"enum": [name]}})),
        schema(object(json!({"a": {"enum": ["b", name]}}))),
        schema(object(json!({"a": {"const": name}}))),
        schema(json!({"required": [name], "properties": {"a": text}})),
        schema(json!({"allOf": [object(json!({name: text}))]})),
        schema(json!({"$defs": {name: text}, "type": "object"})),
        union(json!({"propertyName": name})),
        union(json!({"propertyName": "a", "mapping": {name: "B"}})),
        with(&format!("/components/schemas/{name}"), text.clone()),
        with(&format!("{operation}/operationId"), json!(name)),
        with(&format!("{operation}/tags"), json!([name])),
        parameter("query"),
        parameter("header"),
        parameter("cookie"),
        with(&format!("/paths/~1{name}"), json!({"get": {"operationId": "more", "responses": {}}})),
        with("/tags", json!([{"name": name}])),
    ]
}

#[test]
fn invisible_characters_in_names_are_escaped() {
    let mut workspace = Workspace::new();
    let specs = HIDDEN.iter().flat_map(|hidden| named(&format!("a{hidden}```{hidden}fn main() {{}}")));
    for (index, spec) in specs.enumerate() {
        workspace = workspace.with(&file(index as u64), spec.to_string());
    }
    let generation = workspace.run();
    assert_eq!(generation.errors, []);
    assert_harmless(&generation);
}

#[test]
fn names_are_sent_with_all_their_characters() {
    let name = "a\n\u{202e}\0b`````";
    let schema = object(json!({name: {"type": "string"}, "state": {"enum": [name, "a--b"]}}));
    let mut spec = spec(json!({"Response": schema}));
    spec["paths"]["/things/{id}"]["post"]["operationId"] = json!(name);
    let path = format!("/{name}");
    spec["paths"][path] = json!({"get": {"operationId": "a--b", "responses": {}}});
    let generation = Workspace::new().with("odd-20260203.json", spec.to_string()).run();
    assert_eq!(generation.errors, []);
    let text = common::module(&generation, "meld-client/v2026-02-03/src/odd.rs");
    let literal = r#""a\n\u{202e}\0b`````""#;
    for code in [
        format!("a_b: {literal}"),
        format!("AXxXbXxxxx: {literal}"),
        format!("operation_id: {literal}"),
        r#"path: "/a%0A%E2%80%AE%00b%60%60%60%60%60""#.to_owned(),
        "pub fn a_b(".to_owned(),
        "pub fn a_b_2(".to_owned(),
        r"`````` a\u{a}\u{202e}\u{0}b````` ``````".to_owned(),
    ] {
        assert!(text.contains(&code), "{code}:\n{text}");
    }
}

#[test]
fn invisible_characters_in_statuses_are_shown() {
    let mut spec = spec(json!({"Response": {"type": "string"}}));
    spec["paths"]["/things/{id}"]["post"]["responses"]["200\u{202e}"] = json!({"description": ""});
    let generation = Workspace::new().with("odd-20260203.json", spec.to_string()).run();
    assert_eq!(generation.errors, []);
    let notice = generation.notices.iter().find(|notice| notice.message.contains("is none of HTTP")).unwrap();
    assert!(!notice.to_string().chars().any(is_hidden), "{:?}", notice.to_string());
}

/// Returns the locations of names and descriptions: a pointer to a string, or to an object and one of its keys.
fn places(value: &Value, pointer: &str, found: &mut Vec<(String, Option<String>)>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    let is_map = ["/properties", "/paths", "/schemas", "/mapping"].iter().any(|end| pointer.ends_with(end));
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if is_map {
                    found.push((pointer.to_owned(), Some(key.clone())));
                }
                places(value, &format!("{pointer}/{}", escaped(key)), found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                places(value, &format!("{pointer}/{index}"), found);
            }
        }
        Value::String(_) if !pointer.ends_with("/openapi") && !pointer.ends_with("/info/version") => {
            found.push((pointer.to_owned(), None));
        }
        _ => {}
    }
}

/// Inserts a fragment into the middle of a name or description.
fn with_fragment(text: &str, fragment: &str, random: &mut Random) -> String {
    let ends: Vec<usize> = text.char_indices().map(|(index, _)| index).chain([text.len()]).collect();
    let (before, after) = text.split_at(*random.of(&ends));
    format!("{before}{fragment}{after}")
}

#[test]
fn fragments_in_real_specs_have_no_effect() {
    const ROUNDS: u64 = 60;
    let mut random = Random(20_260_203);
    let fragments: Vec<&str> = FRAGMENTS.iter().chain(HIDDEN).copied().collect();
    let mut workspace = Workspace::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let families = ["webhooks", "beta", "networkpartner"];
    let specs = families.map(|family| -> Value {
        serde_json::from_slice(&fs::read(folder.join(format!("{family}-20260203.json"))).unwrap()).unwrap()
    });
    let mut count = 0;
    for spec in &specs {
        let mut found = Vec::new();
        places(spec, "", &mut found);
        for _ in 0..rounds(ROUNDS) {
            let mut spec = spec.clone();
            spec["info"]["version"] = "unversioned".into();
            for _ in 0..2 {
                let (pointer, key) = random.of(&found).clone();
                let fragment = *random.of(&fragments);
                let Some(value) = spec.pointer_mut(&pointer) else { continue };
                match (value, key) {
                    (Value::String(text), _) => *text = with_fragment(text, fragment, &mut random),
                    (Value::Object(object), Some(key)) => {
                        let Some(value) = object.shift_remove(&key) else { continue };
                        object.insert(with_fragment(&key, fragment, &mut random), value);
                    }
                    _ => {}
                }
            }
            workspace = workspace.with(&file(count), spec.to_string());
            count += 1;
        }
    }
    let generation = workspace.run();
    for error in &generation.errors {
        assert_ne!(error.kind, Fault, "{error}");
        assert!(!error.to_string().chars().any(is_hidden), "{error:?}");
    }
    assert_harmless(&generation);
    // Ensures that the test covers both results.
    let (fine, rejected) = (generation.reports.len() as u64, generation.errors.len() as u64);
    assert!(fine > count / 6 && rejected > count / 20, "{fine} fine, {rejected} rejected");
}
