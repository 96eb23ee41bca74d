//! Resolves references, and names inner schemas that are targets of references.

use heck::ToUpperCamelCase;
use indexmap::IndexSet;
use serde_json::Value;

use super::Lowering;
use crate::error::{Error, ErrorKind, Result, pointer_push};

/// The value at the end of a chain of references.
pub(super) struct Target<'a> {
    pub value: &'a Value,
    /// JSON pointer of the value.
    pub pointer: String,
    /// Description beside the first reference that has one, which overrides that of the value.
    pub description: Option<&'a str>,
}

impl<'a> Lowering<'a> {
    /// Resolves references from `value` until a value is not a reference.
    pub(super) fn follow(&self, value: &'a Value, pointer: &str) -> Result<Target<'a>> {
        let mut target = Target { value, pointer: pointer.to_owned(), description: None };
        let mut passed = IndexSet::from([target.pointer.clone()]);
        while let Some(reference) = self.reference_in(target.value, &target.pointer)? {
            let beside = target.value.get("description").and_then(Value::as_str);
            let beside = beside.filter(|text| !text.trim().is_empty());
            target.description = target.description.or(beside);
            let (next, value) = self.resolve(reference, &target.pointer)?;
            if !passed.insert(next.clone()) {
                let chain: Vec<&str> = passed.iter().map(String::as_str).chain([&*next]).collect();
                return Err(self.error(
                    ErrorKind::ReferenceCycle,
                    pointer,
                    format!("the references form a cycle through {next}: {}", chain.join(" → ")),
                    "let one of them refer to a definition",
                ));
            }
            (target.pointer, target.value) = (next, value);
        }
        Ok(target)
    }

    pub(super) fn reference_in(&self, value: &'a Value, pointer: &str) -> Result<Option<&'a str>> {
        value.as_object().map_or(Ok(None), |object| self.text(object, "$ref", pointer))
    }

    /// Returns the target of `reference`, which occurs in the object at `pointer`, with its JSON pointer.
    pub(super) fn resolve(&self, reference: &str, pointer: &str) -> Result<(String, &'a Value)> {
        let inside = reference.split_once('#').filter(|(base, _)| base.is_empty() || self.is_own_url(base));
        let Some((_, fragment)) = inside else {
            let what = format!("the reference `{reference}` points outside of the spec");
            let advice = "copy the target into `components`: only references inside of the spec are supported";
            return Err(self.dangling(pointer, what, advice));
        };
        let target = percent_decoded(fragment);
        if let Some(anchored) = self.anchor(&target) {
            return Ok(anchored);
        }
        if !target.starts_with('/') {
            let what = format!("the reference `{reference}` is not a JSON pointer");
            let advice = "refer to a component, such as #/components/schemas/Name";
            return Err(self.dangling(pointer, what, advice));
        }
        if let Some(value) = self.root.pointer(&target) {
            return Ok((target, value));
        }
        if target.starts_with("/$defs/") || target.starts_with("/definitions/") {
            // Tools that export a single schema write references relative to that schema.
            let outer = pointer.rmatch_indices('/').map(|(end, _)| &pointer[..end]);
            for schema in std::iter::once(pointer).chain(outer) {
                let inner = format!("{schema}{target}");
                if let Some(value) = self.root.pointer(&inner) {
                    return Ok((inner, value));
                }
            }
        }
        let what = format!("the target of the reference `{reference}` does not exist");
        Err(self.dangling(pointer, what, "define the target, or correct the reference"))
    }

    /// Returns `true` for the URL of the spec in `$self`, absolute or relative to itself.
    fn is_own_url(&self, base: &str) -> bool {
        let own = self.root.get("$self").and_then(Value::as_str).and_then(|own| own.split('#').next());
        own.is_some_and(|own| own == base || own.rsplit('/').next() == Some(base.trim_start_matches("./")))
    }

    fn anchor(&self, name: &str) -> Option<(String, &'a Value)> {
        if name.is_empty() || name.contains('/') {
            return None;
        }
        let mut open = vec![(String::new(), self.root)];
        while let Some((pointer, value)) = open.pop() {
            let is_it = |key: &str| value.get(key).is_some_and(|anchor| anchor == name);
            if is_it("$anchor") || is_it("$dynamicAnchor") {
                return Some((pointer, value));
            }
            open.extend(entries(value, &pointer));
        }
        None
    }

    fn dangling(&self, pointer: &str, what: String, advice: &str) -> Error {
        self.error(ErrorKind::DanglingReference, &pointer_push(pointer, "$ref"), what, advice)
    }

    /// Returns the name of the component schema that `reference` points to; an inner schema becomes a component.
    pub(super) fn component(&mut self, reference: &str, pointer: &str) -> Result<String> {
        let (target, _) = self.resolve(reference, pointer)?;
        let tokens = tokens(&target);
        if let [components, schemas, name] = tokens.as_slice()
            && components == "components"
            && schemas == "schemas"
        {
            return Ok(self.component_key(name));
        }
        match schema_words(&tokens) {
            Some(words) => Ok(self.hoist(target, &words)),
            None => {
                let what = format!("the target of the reference `{reference}` is not a schema");
                Err(self.dangling(pointer, what, "refer to a schema, preferably a component"))
            }
        }
    }

    pub(super) fn hoist_definition(&mut self, pointer: String) {
        if let Some(words) = schema_words(&tokens(&pointer)) {
            self.hoist(pointer, &words);
        }
    }

    fn hoist(&mut self, pointer: String, words: &[&str]) -> String {
        if let Some(name) = self.hoisted.get(&pointer) {
            return name.clone();
        }
        // The first word stays as it is if it is the name of a component.
        let (owner, path) = words.split_first().unwrap_or((&"", &[]));
        let owner = if self.is_declared(owner) { (*owner).to_owned() } else { camel_case(owner) };
        let name = path.iter().fold(owner, |name, word| name + &camel_case(word));
        let mut unique = name.clone();
        while unique.is_empty() || self.is_declared(&unique) || self.is_taken(&unique) {
            let number = self.numbers.entry(name.clone()).or_insert(1);
            *number += 1;
            unique = format!("{name}{number}");
        }
        self.numbers.insert(unique.clone(), 1);
        self.hoisted.insert(pointer, unique.clone());
        unique
    }

    fn is_declared(&self, name: &str) -> bool {
        let schemas = self.root.pointer("/components/schemas").and_then(Value::as_object);
        schemas.is_some_and(|schemas| schemas.contains_key(name))
    }

    /// Returns the name that a component schema has in the lowered spec: its own, or a plain one with a number. Other
    /// characters would need escapes in references, which later stages do not decode.
    pub(super) fn component_key(&mut self, name: &str) -> String {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if !name.is_empty() && name.chars().all(allowed) {
            return name.to_owned();
        }
        let pointer = pointer_push("/components/schemas", name);
        if let Some(known) = self.plain_names.get(&pointer) {
            return known.clone();
        }
        let plain = camel_case(name);
        let base = if plain.is_empty() { "Schema".to_owned() } else { plain };
        let numbered = (2..).map(|number: usize| format!("{base}{number}"));
        let mut names = std::iter::once(base.clone()).chain(numbered);
        let free = names.find(|name| !self.is_declared(name) && !self.is_taken(name));
        let free = free.unwrap_or(base);
        self.plain_names.insert(pointer, free.clone());
        free
    }

    fn is_taken(&self, name: &str) -> bool {
        self.numbers.contains_key(name) || self.plain_names.values().any(|plain| plain == name)
    }

    /// Checks that every reference of the spec has a target, also where no code is generated.
    pub(super) fn check_references(&self) -> Result<()> {
        let mut open = vec![(String::new(), self.root)];
        while let Some((pointer, value)) = open.pop() {
            if let Some(Value::String(reference)) = value.get("$ref") {
                self.resolve(reference, &pointer)?;
            }
            open.extend(entries(value, &pointer));
        }
        Ok(())
    }
}

/// Returns the entries of an object or list that may hold references, last first.
fn entries<'a>(value: &'a Value, pointer: &str) -> Vec<(String, &'a Value)> {
    match value {
        Value::Object(object) => {
            let entries = object.iter().rev().filter(|(key, _)| !holds_data(key));
            entries.map(|(key, value)| (pointer_push(pointer, key), value)).collect()
        }
        Value::Array(list) => {
            let items = list.iter().enumerate().rev();
            items.map(|(index, value)| (pointer_push(pointer, index), value)).collect()
        }
        _ => Vec::new(),
    }
}

/// Keys whose values are data of the API, where `$ref` is not a reference. Properties of these names are skipped too
/// and checked when their schema is lowered.
fn holds_data(key: &str) -> bool {
    matches!(key, "const" | "default" | "enum" | "example" | "examples" | "value") || key.starts_with("x-")
}

/// Decodes percent-encoding; invalid encodings stay as they are.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digit = |index: usize| char::from(*after.get(index)?).to_digit(16);
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

fn camel_case(word: &str) -> String {
    let plain: String = word.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    plain.to_upper_camel_case()
}

/// Returns the words that name the schema at the path `tokens`, its component first; `None` if it is not a schema.
fn schema_words(tokens: &[String]) -> Option<Vec<&str>> {
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match tokens.as_slice() {
        ["components", "schemas", name, rest @ ..] | ["$defs" | "definitions", name, rest @ ..] => {
            inner_words(vec![name], rest)
        }
        // The schema of a parameter or of a content.
        other => other.iter().enumerate().filter(|(_, token)| is_holder(token)).find_map(|(index, _)| {
            let words = other[..index].iter().copied().filter(|word| *word != "components");
            inner_words(words.collect(), &other[index + 1..])
        }),
    }
}

/// Returns `true` for the keys of parameters and media types that hold a schema.
fn is_holder(token: &str) -> bool {
    matches!(token, "schema" | "itemSchema")
}

/// Continues from `words` through the keywords of schemas.
fn inner_words<'t>(mut words: Vec<&'t str>, mut rest: &[&'t str]) -> Option<Vec<&'t str>> {
    loop {
        rest = match rest {
            [] => return Some(words),
            ["properties" | "$defs" | "definitions", name, after @ ..] => {
                words.push(name);
                after
            }
            [keyword @ ("allOf" | "anyOf" | "oneOf" | "prefixItems" | "patternProperties"), name, after @ ..] => {
                words.extend([*keyword, *name]);
                after
            }
            [keyword @ ("items" | "additionalProperties" | "not"), after @ ..] => {
                words.push(keyword);
                after
            }
            _ => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_decoded() {
        for (text, expected) in [("/a%7E1b", "/a~1b"), ("/%C3%A4", "/ä"), ("/100%", "/100%"), ("/%zz%4", "/%zz%4")] {
            assert_eq!(percent_decoded(text), expected);
        }
    }

    #[test]
    fn schema_names_follow_their_path() {
        for (pointer, expected) in [
            ("/components/schemas/A/properties/b/items", Some("A b items")),
            ("/components/schemas/A/allOf/0/$defs/c", Some("A allOf 0 c")),
            ("/components/parameters/schema/schema/properties/x", Some("parameters schema x")),
            ("/$defs/a", Some("a")),
            ("/components/schemas/A/required", None),
            ("/components/schemas/A/properties", None),
            ("/components/schemas/A/example/properties/x", None),
            ("/info/title", None),
        ] {
            let tokens = tokens(pointer);
            let words = schema_words(&tokens).map(|words| words.join(" "));
            assert_eq!(words.as_deref(), expected, "{pointer}");
        }
    }
}
