//! The operations, with the metadata of the client and the specs.

use meld_client::{Operation, ParameterLocation};
use meld_sandbox::ResolvedSchema;
use serde_json::Value;

use crate::failure::Failure;

/// The descriptions of the families.
const FAMILIES: &[(&str, &str)] = &[
    ("bank_linking", "Bank connections, accounts, balances, transactions and investments"),
    ("beta", "Activity log"),
    ("crypto", "Quotes, widget sessions, headless orders, transfers and virtual accounts"),
    ("customer", "Customers, addresses and KYC"),
    ("network_partner", "Countries, currencies, payment methods and routes of network partners"),
    ("payments", "Charges, refunds, payouts and transactions"),
    ("service_providers", "Countries, currencies, payment methods and limits of service providers"),
    ("webhooks", "Webhook profiles; verify, trigger and receive events"),
];

pub fn families() -> Vec<(&'static str, &'static str)> {
    let mut families: Vec<(&str, &str)> = Vec::new();
    for operation in meld_client::operations() {
        if families.iter().all(|(known, _)| *known != operation.family) {
            let known = FAMILIES.iter().find(|(known, _)| *known == operation.family);
            families.push((operation.family, known.map_or("", |(_, text)| *text)));
        }
    }
    families.sort_unstable();
    families
}

/// Returns the API version of a family that Meld serves for a requested one: the newest that is not newer, or else the
/// oldest.
fn version_of(family: &str, requested: Option<&str>) -> &'static str {
    let operations = meld_client::operations().filter(|operation| operation.family == family);
    let mut versions: Vec<&'static str> = operations.map(|operation| operation.version).collect();
    versions.sort_unstable();
    let is_served = |version: &&&'static str| requested.is_none_or(|requested| **version <= requested);
    versions.iter().rev().find(is_served).or(versions.first()).copied().unwrap_or_default()
}

/// The operations of a family in one version.
pub struct Family {
    /// The operations, in the order of the spec.
    pub entries: Vec<Entry>,
}

pub struct Entry {
    /// The metadata of the client.
    pub operation: &'static Operation,
    /// The operation of the spec.
    pub spec: Option<meld_sandbox::Operation>,
}

impl Family {
    /// Loads a family. Only its own spec is parsed.
    pub fn load(family: &str, requested: Option<&str>) -> Result<Self, Failure> {
        let version = version_of(family, requested);
        let mut specs = meld_sandbox::operations_of(family, version)?;
        let is_match = |operation: &&Operation| operation.family == family && operation.version == version;
        let entries = meld_client::operations().filter(is_match).map(|operation| {
            let index = specs.iter().position(|spec| spec.id == operation.operation_id);
            Entry { operation, spec: index.map(|index| specs.swap_remove(index)) }
        });
        Ok(Self { entries: entries.collect() })
    }

    pub fn find(&self, command: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.command() == command)
    }
}

impl Entry {
    /// Returns the name of the command: `create-quote`.
    pub fn command(&self) -> String {
        kebab(self.operation.rust_name)
    }

    /// Returns the description in the spec, as plain text.
    pub fn description(&self) -> String {
        let spec = self.spec.as_ref();
        let text = spec.and_then(|spec| spec.description().or(spec.summary()));
        text.map_or_else(|| self.operation.to_string(), plain)
    }

    pub fn summary(&self) -> String {
        first_sentence(&self.description())
    }

    /// Returns the parameters that a user sets, with their descriptions, types and known values.
    pub fn parameters(&self) -> Vec<Field> {
        let is_set = |parameter: &&meld_client::Parameter| !parameter.name.eq_ignore_ascii_case("X-Idempotency-Key");
        let parameters = self.operation.parameters.iter().filter(is_set);
        parameters.map(|parameter| self.parameter(parameter)).collect()
    }

    fn parameter(&self, parameter: &'static meld_client::Parameter) -> Field {
        let is_it = |known: &&meld_sandbox::Parameter| known.name.eq_ignore_ascii_case(parameter.name);
        let spec = self.spec.as_ref();
        let known = spec.and_then(|spec| Some((spec, spec.parameters.iter().find(is_it)?)));
        let schema = known.map(|(spec, known)| spec.parameter_schema(known));
        let items = known.zip(schema.as_ref()).map(|((spec, _), schema)| spec.resolve(&schema.items()));
        let value = items.filter(|_| parameter.is_list).or(schema);
        let mut field = Field::of(parameter.name, value.as_ref());
        if let Some(text) = known.and_then(|(_, known)| known.description.as_deref()) {
            field.description = plain(text);
        }
        field.flag = kebab(parameter.rust_name);
        field.is_required = parameter.required || parameter.location == ParameterLocation::Path;
        field.is_list = parameter.is_list;
        field
    }

    /// Returns the fields of the body whose values are scalars or lists of scalars.
    pub fn body_fields(&self) -> Vec<Field> {
        let Some(spec) = self.spec.as_ref().filter(|_| self.operation.has_body) else { return Vec::new() };
        let Some(body) = spec.request_schema() else { return Vec::new() };
        let required = body.required();
        let mut fields = Vec::new();
        for (name, schemas) in body.properties() {
            let schema = spec.resolve(&schemas);
            if schema.values("readOnly").any(|value| value == true) {
                continue;
            }
            let is_list = schema.kind() == Some("array");
            let items = is_list.then(|| spec.resolve(&schema.items()));
            let value = items.as_ref().unwrap_or(&schema);
            if matches!(value.kind(), Some("object" | "array") | None) {
                continue;
            }
            let mut field = Field::of(name, Some(value));
            field.description = schema.text("description").map(plain).unwrap_or_default();
            field.is_required = required.contains(name);
            field.is_list = is_list;
            fields.push(field);
        }
        fields
    }

    /// Returns the type of a field of the body; `None` if there are several. `names` are the fields on the way to it;
    /// `None` is an item of a list.
    pub fn body_kind<'n>(&self, names: impl Iterator<Item = Option<&'n str>>) -> Option<String> {
        let schema = self.body_schema(names)?;
        let kind = schema.kind()?;
        let is_same = |value: &Value| match value {
            Value::Array(kinds) => kinds.iter().all(|other| other == kind || other == "null"),
            other => other == kind,
        };
        schema.values("type").all(is_same).then(|| kind.to_owned())
    }

    /// Returns what the schema wants for a field of the body: its type, and its values or description. The parts of the
    /// path are names and indices.
    pub fn body_hint<'n>(&self, parts: impl Iterator<Item = &'n str>) -> Option<String> {
        let is_index = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let schema = self.body_schema(parts.map(|part| Some(part).filter(|part| !is_index(part))))?;
        let kind = schema.kind()?;
        let values = schema.allowed().unwrap_or_default();
        let values: Vec<&str> = values.into_iter().filter_map(Value::as_str).take(8).collect();
        match (schema.text("description"), values.is_empty()) {
            (_, false) => Some(format!("{kind}, such as {}", values.join(", "))),
            (Some(text), true) => Some(format!("{kind}: {}", first_sentence(&plain(text)))),
            (None, true) => Some(kind.to_owned()),
        }
    }

    /// Returns the names of the fields of an object of the body; `None` if it may have any.
    pub fn body_names<'n>(&self, names: impl Iterator<Item = Option<&'n str>>) -> Option<Vec<String>> {
        let schema = self.body_schema(names)?;
        let properties = schema.properties();
        let is_open = properties.is_empty() || schema.additional().is_some();
        (!is_open).then(|| properties.into_keys().map(str::to_owned).collect())
    }

    fn body_schema<'n>(&self, names: impl Iterator<Item = Option<&'n str>>) -> Option<ResolvedSchema<'_>> {
        let spec = self.spec.as_ref()?;
        let mut schema = spec.request_schema()?;
        for name in names {
            let inner = match name {
                Some(name) => {
                    schema.properties().remove(name).or_else(|| schema.additional().map(|schema| vec![schema]))
                }
                None => Some(schema.items()),
            };
            schema = spec.resolve(&inner?);
        }
        Some(schema)
    }
}

/// A parameter, or a field of a body.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name as it is sent.
    pub name: String,
    /// The name of the option, without hyphens before it.
    pub flag: String,
    /// The description as plain text.
    pub description: String,
    /// The type: `string`, `number`, `integer` or `boolean`.
    pub kind: String,
    /// The values that the spec lists. Others are accepted.
    pub known_values: Vec<String>,
    /// `true` if a request without it is not valid.
    pub is_required: bool,
    /// `true` if it takes several values.
    pub is_list: bool,
}

impl Field {
    fn of(name: &str, schema: Option<&ResolvedSchema<'_>>) -> Self {
        let allowed = schema.and_then(ResolvedSchema::allowed).unwrap_or_default();
        Self {
            name: name.to_owned(),
            flag: kebab(name),
            description: schema.and_then(|schema| schema.text("description")).map(plain).unwrap_or_default(),
            kind: schema.and_then(ResolvedSchema::kind).unwrap_or("string").to_owned(),
            known_values: allowed.into_iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            is_required: false,
            is_list: false,
        }
    }
}

/// Returns a name in kebab case: `create-quote` for `create_quote` and for `createQuote`.
pub fn kebab(name: &str) -> String {
    let mut text = String::new();
    for character in name.chars() {
        match character {
            'A'..='Z' => {
                if !text.is_empty() && !text.ends_with('-') {
                    text.push('-');
                }
                text.push(character.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => text.push(character),
            _ if text.is_empty() || text.ends_with('-') => {}
            _ => text.push('-'),
        }
    }
    text.trim_end_matches('-').to_owned()
}

/// Returns a description of a spec in one paragraph, without control characters and line breaks.
fn plain(text: &str) -> String {
    let words = text.split_whitespace().map(|word| word.replace(|character: char| character.is_control(), ""));
    words.collect::<Vec<_>>().join(" ")
}

/// Returns the first sentence of a text, without the full stop.
pub fn first_sentence(text: &str) -> String {
    let end = text.find(". ").unwrap_or(text.len());
    text[..end].trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_kebab_case() {
        for (name, kebab_case) in [
            ("create_quote", "create-quote"),
            ("sourceAmount", "source-amount"),
            ("X-Crypto-Session-Token", "x-crypto-session-token"),
            ("r#type", "r-type"),
            ("_a__b_", "a-b"),
        ] {
            assert_eq!(kebab(name), kebab_case);
        }
    }

    #[test]
    fn served_version_is_not_newer() {
        assert_eq!(version_of("crypto", None), "2026-02-03");
        assert_eq!(version_of("crypto", Some("2026-05-01")), "2026-02-03");
        assert_eq!(version_of("crypto", Some("2025-12-31")), "2025-03-04");
        assert_eq!(version_of("crypto", Some("2020-01-01")), "2023-12-19");
    }
}
