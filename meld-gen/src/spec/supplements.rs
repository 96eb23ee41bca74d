//! Supplements: operations that a published spec lacks, because Meld documents them only in guides or has withdrawn them.
//!
//! A supplement is `openapi/supplements/<family>-<date>.json`, an OpenAPI file with whole operations. `x-source` of each
//! operation is the page or spec that has it. `x-withdrawn` is the note of a withdrawn operation, which is generated as
//! deprecated. `x-minimum-version` is the API version that its requests must have at least.
//!
//! A path with a fragment is a variant: `/orders#raw` is sent to `/orders`, with another body or response than the
//! operation of that path and method. OpenAPI has no two operations of one path and method.

use serde_json::{Map, Value, json};

use super::{METHODS, Spec};
use crate::catalog::{ApiVersion, CatalogEntry};
use crate::error::{ErrorKind, Result, pointer_push};
use crate::model::Facts;

/// The folder of the supplements, beside the specs.
pub const FOLDER: &str = "supplements";

/// The result of merging a supplement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supplement {
    /// Facts about the added operations.
    pub facts: Facts,
    /// Operations of the supplement that the published spec has, as method and path.
    pub obsolete: Vec<String>,
}

/// Adds the operations and schemas of the supplement of `entry` to `spec`. A spec without a supplement stays as it is.
///
/// Operations and schemas that the published spec has are not taken from the supplement.
///
/// # Errors
/// Returns an error if the supplement is not a valid spec, or an extension of an operation is missing or malformed.
pub fn merge(spec: &mut Spec, entry: &CatalogEntry) -> Result<Supplement> {
    let path = entry.path.with_file_name(FOLDER).join(&entry.file);
    if !path.exists() {
        return Ok(Supplement::default());
    }
    let file = format!("{FOLDER}/{}", entry.file);
    let supplement = Spec::read(&CatalogEntry { file, path, ..entry.clone() })?;
    let mut found = Supplement::default();
    let paths = supplement.root.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                add_operation(spec, &supplement, (path, method, operation), &mut found)?;
            }
        }
    }
    for kind in ["schemas", "securitySchemes"] {
        add_components(spec, &supplement, kind);
    }
    spec.check()?;
    Ok(found)
}

fn add_components(spec: &mut Spec, supplement: &Spec, kind: &str) {
    let components = supplement.root.get("components").and_then(|components| components.get(kind));
    for (name, component) in components.and_then(Value::as_object).into_iter().flatten() {
        let own = child(child(&mut spec.root, "components"), kind);
        if own.get(name).is_none() {
            own[name] = component.clone();
        }
    }
}

fn add_operation(
    spec: &mut Spec,
    supplement: &Spec,
    (path, method, operation): (&str, &str, &Value),
    found: &mut Supplement,
) -> Result<()> {
    let pointer = pointer_push(&pointer_push("/paths", path), method);
    let paths = child(&mut spec.root, "paths");
    if is_published(paths, (path, method, operation)) {
        found.obsolete.push(format!("{} {path}", method.to_uppercase()));
        return Ok(());
    }
    let Some(source) = text(supplement, operation, "x-source", &pointer)? else {
        let what = "the operation has no `x-source`".to_owned();
        let advice = "name the page or the spec that documents the operation";
        return Err(supplement.error(ErrorKind::NotOpenApi, &pointer, what, advice));
    };
    let mut operation = operation.clone();
    let facts = found.facts.operation(&pointer);
    facts.source = Some(source.to_owned());
    if let Some(note) = text(supplement, &operation, "x-withdrawn", &pointer)? {
        facts.deprecation = Some(note.to_owned());
        operation["deprecated"] = json!(true);
    }
    if let Some(version) = text(supplement, &operation, "x-minimum-version", &pointer)? {
        let parsed = ApiVersion::parse(version);
        let version = parsed.ok_or_else(|| malformed(supplement, "x-minimum-version", &pointer))?;
        facts.minimum_version = Some(version).filter(|version| *version > supplement.version);
    }
    facts.path = path.split_once('#').map(|(path, _)| path.to_owned());
    child(child(&mut spec.root, "paths"), path)[method] = operation;
    Ok(())
}

/// Returns `true` if `paths` has the operation, or the operation that it is a variant of takes or returns its media
/// types.
fn is_published(paths: &Value, (path, method, operation): (&str, &str, &Value)) -> bool {
    if paths.get(path).and_then(|item| item.get(method)).is_some() {
        return true;
    }
    let published = path.split_once('#').and_then(|(path, _)| paths.get(path)?.get(method));
    let published: Vec<&str> = published.map(media_types).unwrap_or_default();
    let mut own = media_types(operation).into_iter().filter(|media_type| *media_type != "application/json").peekable();
    own.peek().is_some() && own.all(|media_type| published.contains(&media_type))
}

/// Returns the media types of the body and of the responses.
fn media_types(operation: &Value) -> Vec<&str> {
    let responses = operation.get("responses").and_then(Value::as_object);
    let parts = responses.into_iter().flat_map(|responses| responses.values()).chain(operation.get("requestBody"));
    let contents = parts.filter_map(|part| part.get("content")?.as_object());
    contents.flat_map(|content| content.keys().map(String::as_str)).collect()
}

/// Returns the string of an extension, or `None` if it is missing.
fn text<'a>(supplement: &Spec, operation: &'a Value, extension: &str, pointer: &str) -> Result<Option<&'a str>> {
    match operation.get(extension) {
        None => Ok(None),
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text)),
        Some(_) => Err(malformed(supplement, extension, pointer)),
    }
}

fn malformed(supplement: &Spec, extension: &str, pointer: &str) -> crate::error::Error {
    let place = pointer_push(pointer, extension);
    let what = format!("`{extension}` has another form than expected");
    let advice = "write a sentence, a URL, or a date such as `2026-05-01`";
    supplement.error(ErrorKind::NotOpenApi, &place, what, advice)
}

/// Returns the entry `key` of an object, created if it is missing.
fn child<'v>(value: &'v mut Value, key: &str) -> &'v mut Value {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    &mut value[key]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const FILE: &str = "gifts-20260203.json";

    fn spec(paths: Value) -> Value {
        json!({
            "openapi": "3.1.0",
            "info": {"title": "Gifts", "version": "2026-02-03"},
            "paths": paths,
            "components": {"schemas": {"Gift": {"type": "object"}}}
        })
    }

    fn merged(supplement: &Value) -> Result<(Value, Supplement)> {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &Path, root: &Value| std::fs::write(path, root.to_string()).unwrap();
        let path = folder.path().join(FILE);
        write(&path, &spec(json!({"/a": {"get": {"operationId": "a"}}})));
        std::fs::create_dir(folder.path().join(FOLDER)).unwrap();
        write(&folder.path().join(FOLDER).join(FILE), supplement);
        let entry = CatalogEntry::from_path(&path).unwrap();
        let mut spec = Spec::read(&entry).unwrap();
        let found = merge(&mut spec, &entry)?;
        Ok((spec.root, found))
    }

    #[test]
    fn operations_and_schemas_are_added() {
        let operation = json!({
            "operationId": "b", "x-source": "https://docs.meld.io", "x-withdrawn": "Use `a`.",
            "x-minimum-version": "2026-05-01"
        });
        let mut supplement = spec(json!({"/a": {"post": operation}}));
        supplement["components"]["schemas"] = json!({"Gift": {}, "Card": {"type": "string"}});
        let (root, found) = merged(&supplement).unwrap();
        assert_eq!(root["paths"]["/a"]["post"]["deprecated"], true);
        assert_eq!(root["paths"]["/a"]["get"]["operationId"], "a");
        let schemas = json!({"Gift": {"type": "object"}, "Card": {"type": "string"}});
        assert_eq!(root["components"]["schemas"], schemas);
        let facts = &found.facts.operations["/paths/~1a/post"];
        assert_eq!(facts.deprecation.as_deref(), Some("Use `a`."));
        assert_eq!(facts.source.as_deref(), Some("https://docs.meld.io"));
        assert_eq!(facts.minimum_version, ApiVersion::parse("2026-05-01"));
        assert!(found.obsolete.is_empty());
    }

    #[test]
    fn variants_are_sent_without_their_fragment() {
        let operation = json!({
            "operationId": "b", "x-source": "https://docs.meld.io",
            "requestBody": {"content": {"multipart/form-data": {}}}
        });
        let mut supplement = spec(json!({"/a#raw": {"get": operation}}));
        supplement["components"] = json!({"securitySchemes": {"Token": {"type": "http", "scheme": "bearer"}}});
        let (root, found) = merged(&supplement).unwrap();
        assert_eq!(root["paths"]["/a#raw"]["get"]["operationId"], "b");
        assert_eq!(found.facts.operations["/paths/~1a#raw/get"].path.as_deref(), Some("/a"));
        assert_eq!(root["components"]["securitySchemes"], supplement["components"]["securitySchemes"]);
        for (media_type, is_obsolete) in [("multipart/form-data", true), ("application/json", false)] {
            let published = json!({"/a": {"get": {"requestBody": {"content": {media_type: {}}}}}});
            assert_eq!(is_published(&published, ("/a#raw", "get", &operation)), is_obsolete);
        }
    }

    #[test]
    fn published_operations_are_obsolete() {
        let operation = json!({"operationId": "a", "x-source": "https://docs.meld.io"});
        let (_, found) = merged(&spec(json!({"/a": {"get": operation}}))).unwrap();
        assert_eq!(found.obsolete, ["GET /a"]);
        assert_eq!(found.facts, Facts::default());
    }

    #[test]
    fn invalid_extensions_are_rejected() {
        for (extensions, what) in [
            (json!({}), "the operation has no `x-source`"),
            (json!({"x-source": 1}), "`x-source` has another form than expected"),
            (json!({"x-source": "a", "x-withdrawn": ""}), "`x-withdrawn` has another form"),
            (json!({"x-source": "a", "x-minimum-version": "soon"}), "`x-minimum-version` has"),
        ] {
            let mut operation = extensions.clone();
            operation["operationId"] = json!("b");
            let error = merged(&spec(json!({"/b": {"get": operation}}))).unwrap_err();
            assert!(error.to_string().contains(what), "{extensions}: {error}");
            assert_eq!(error.location.file, format!("{FOLDER}/{FILE}"));
        }
    }
}
