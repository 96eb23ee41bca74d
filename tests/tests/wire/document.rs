//! The published description of a request.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use meld_client_core::ParameterLocation;
use meld_gen::catalog::Catalog;
use serde_json::Value;

use crate::sent::Sent;

static DOCUMENTS: LazyLock<BTreeMap<(String, String), Value>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let catalog = Catalog::read(&folder).unwrap();
    let documents = catalog.entries().map(|entry| {
        let document = meld_tests::specs::read(&entry.path).unwrap();
        let version = entry.version.module().replace('_', "-");
        ((version, entry.family.module.clone()), document)
    });
    documents.collect()
});

pub struct Documented {
    document: &'static Value,
    path: String,
    method: String,
}

pub struct DocumentedParameter {
    pub name: String,
    pub required: bool,
}

impl Documented {
    /// The operation of a request.
    pub fn of(sent: &Sent) -> Self {
        let document = &DOCUMENTS[&(sent.version.to_owned(), sent.family.to_owned())];
        let method = sent.operation.method.as_str().to_lowercase();
        // The path of a variant has a fragment.
        let is_it = |path: &&String| document["paths"][*path][&method]["operationId"] == sent.operation.operation_id;
        let path = document["paths"].as_object().unwrap().keys().find(is_it);
        Self { document, path: path.unwrap_or(&sent.operation.path.to_owned()).clone(), method }
    }

    fn operation(&self) -> &'static Value {
        &self.document["paths"][&self.path][&self.method]
    }

    /// The parameters of a location.
    pub fn parameters(&self, location: ParameterLocation) -> Vec<DocumentedParameter> {
        let token = self.token().filter(|_| location == ParameterLocation::Header);
        let location = format!("{location:?}").to_lowercase();
        let common = &self.document["paths"][&self.path]["parameters"];
        let all = [&self.operation()["parameters"], common].into_iter();
        let all = all.filter_map(Value::as_array).flatten();
        let parameters = all.filter(|parameter| parameter["in"] == location.as_str());
        let parameters = parameters.map(|parameter| DocumentedParameter {
            name: parameter["name"].as_str().unwrap().to_owned(),
            required: parameter["required"] == true,
        });
        parameters.chain(token.map(|name| DocumentedParameter { name, required: true })).collect()
    }

    /// The header of the only security scheme, unless it is the API key.
    fn token(&self) -> Option<String> {
        let [only] = self.operation()["security"].as_array()?.as_slice() else { return None };
        let name = only.as_object()?.keys().next().filter(|name| *name != "ApiKeyAuth")?;
        let header = &self.document["components"]["securitySchemes"][name]["name"];
        Some(header.as_str().unwrap_or("Authorization").to_owned())
    }

    pub fn body(&self) -> Option<&'static Value> {
        let body = self.operation().get("requestBody")?;
        Some(&body["content"]["application/json"]["schema"])
    }

    pub fn successes(&self) -> impl Iterator<Item = &'static Value> {
        let responses = self.operation()["responses"].as_object().into_iter().flatten();
        let successes = responses.filter(|(status, _)| status.starts_with('2'));
        let content = successes.flat_map(|(_, response)| response["content"].as_object());
        content.flat_map(|media| media.values().map(|media| &media["schema"]))
    }

    /// The names that a schema declares, at any depth: `sessionData.walletAddress`, `addresses[].city`.
    pub fn declared(&self, schema: &Value) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.declare(schema, "", &[], &mut names);
        names
    }

    /// `within` has the references on the way, because some schemas contain themselves.
    fn declare(&self, schema: &Value, path: &str, within: &[&str], names: &mut BTreeSet<String>) {
        if let Some(reference) = schema["$ref"].as_str()
            && !within.contains(&reference)
        {
            let target = self.document.pointer(reference.trim_start_matches('#')).unwrap();
            self.declare(target, path, &[within, &[reference]].concat(), names);
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            for part in schema[keyword].as_array().into_iter().flatten() {
                self.declare(part, path, within, names);
            }
        }
        if let Some(items) = schema.get("items") {
            self.declare(items, &format!("{path}[]"), within, names);
        }
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let inside = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            names.insert(inside.clone());
            self.declare(schema, &inside, within, names);
        }
    }
}

/// The names in a body, at any depth.
pub fn used(body: &Value) -> BTreeSet<String> {
    fn use_names(value: &Value, path: &str, names: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let inside = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    names.insert(inside.clone());
                    use_names(value, &inside, names);
                }
            }
            Value::Array(items) => {
                items.iter().for_each(|item| use_names(item, &format!("{path}[]"), names));
            }
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    use_names(body, "", &mut names);
    names
}
