//! OpenAPI 3.1 (and 3.0) to 3.0.3: one form for what the documents write in several ways.
//!
//! Every keyword is kept, rewritten to what 3.0 has for it, left out because it changes no type (with a
//! [`Notice`] where it restricts values), or refused with its place. The lowered document refers to
//! component schemas only: all else that is referred to is put where it is used.

mod composition;
mod constraints;
mod keywords;
mod paths;
mod references;
mod schema;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;
use openapiv3::{Components, OpenAPI, ReferenceOr, Schema, SecurityScheme};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Location, Notice, Result, pointer_push};
use crate::spec::Spec;
use crate::spec::limits::{MAX_NOTICES, MAX_SCHEMAS};
use crate::spec::visit::unbox;

/// The version that lowered documents are of.
const LOWERED_VERSION: &str = "3.0.3";

/// A document in OpenAPI 3.0.3, with references to component schemas only.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowered {
    /// The document.
    pub api: OpenAPI,
    /// What was left out, in the order of the places.
    pub notices: Vec<Notice>,
}

/// Lowers a document.
///
/// # Errors
/// When a reference leads nowhere or outside of the document, when an entry has another form than OpenAPI
/// gives it, or when a keyword has no counterpart in OpenAPI 3.0.
pub fn lower(document: &Spec) -> Result<Lowered> {
    let mut hoisted = IndexMap::new();
    loop {
        let known = hoisted.len();
        let mut lowering = Lowering {
            file: &document.file,
            root: &document.root,
            notices: BTreeSet::new(),
            further_notices: 0,
            schemas: 0,
            looked_at: Cell::new(0),
            numbers: hoisted.values().map(|name: &String| (name.clone(), 1)).collect(),
            hoisted,
        };
        let api = lowering.api()?;
        // The places that become components are known when all references are read, but their old places
        // refer to them only in a run that knew them from its start.
        if lowering.hoisted.len() == known {
            return Ok(Lowered { api, notices: lowering.all_notices() });
        }
        hoisted = lowering.hoisted;
    }
}

type Object = Map<String, Value>;

/// A lowered schema on the heap: schemas are large, and their lowering is recursive.
type BoxedSchema = ReferenceOr<Box<Schema>>;

/// One run over a document.
struct Lowering<'a> {
    file: &'a str,
    root: &'a Value,
    notices: BTreeSet<Notice>,
    /// How many notices there were beyond those that are kept.
    further_notices: usize,
    /// How many schemas were lowered.
    schemas: usize,
    /// How many schemas were looked at to find the types of others.
    looked_at: Cell<usize>,
    /// The names of inner schemas that become components, with the last number behind each.
    numbers: HashMap<String, usize>,
    /// The pointers of inner schemas that become components, with the names they get.
    hoisted: IndexMap<String, String>,
}

impl<'a> Lowering<'a> {
    fn api(&mut self) -> Result<OpenAPI> {
        let root = self.object(self.root, "", "the root")?;
        self.check_dialect(root)?;
        self.check_references()?;
        let Some(info) = self.typed(root, "info", "")? else {
            return Err(self.not_openapi("", "info is missing"));
        };
        let paths = self.paths(root)?;
        self.tell_webhooks(root)?;
        Ok(OpenAPI {
            openapi: LOWERED_VERSION.to_owned(),
            info,
            servers: self.typed(root, "servers", "")?.unwrap_or_default(),
            paths,
            components: self.components(root)?,
            security: self.typed(root, "security", "")?,
            tags: self.typed(root, "tags", "")?.unwrap_or_default(),
            external_docs: self.typed(root, "externalDocs", "")?,
            extensions: IndexMap::new(),
        })
    }

    fn check_dialect(&self, root: &'a Object) -> Result<()> {
        const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
        const DIALECT: &str = "https://spec.openapis.org/oas/3.1/dialect/";
        let dialect = self.text(root, "jsonSchemaDialect", "")?;
        let known =
            |dialect: &str| dialect.trim_end_matches('#') == DRAFT || dialect.starts_with(DIALECT);
        match dialect {
            Some(dialect) if !known(dialect) => Err(self.unsupported(
                "/jsonSchemaDialect",
                format!("schemas of the dialect {dialect} are not known"),
                "write the schemas in JSON Schema 2020-12, the dialect of OpenAPI 3.1",
            )),
            _ => Ok(()),
        }
    }

    fn tell_webhooks(&mut self, root: &'a Object) -> Result<()> {
        for name in self.map(root, "webhooks", "")?.into_iter().flat_map(Map::keys) {
            self.notice(
                &pointer_push("/webhooks", name),
                "a webhook is a call to the client, and nothing is generated for it",
            );
        }
        Ok(())
    }

    fn components(&mut self, root: &'a Object) -> Result<Option<Components>> {
        let components = self.map(root, "components", "")?;
        let part = |name| {
            components.map_or(Ok(None), |components| self.map(components, name, "/components"))
        };
        let (schemas, schemes) = (part("schemas")?, part("securitySchemes")?);
        let mut lowered = Components::default();
        for (name, scheme) in schemes.into_iter().flatten() {
            let pointer = pointer_push("/components/securitySchemes", name);
            if let Some(scheme) = self.security_scheme(scheme, &pointer)? {
                lowered.security_schemes.insert(name.clone(), ReferenceOr::Item(scheme));
            }
        }
        for (name, schema) in schemas.into_iter().flatten() {
            let pointer = pointer_push("/components/schemas", name);
            self.check_component_name(name, &pointer)?;
            lowered.schemas.insert(name.clone(), unbox(self.schema(schema, &pointer)?));
        }
        // A schema that becomes a component may hold references to more such schemas.
        let mut next = 0;
        while let Some((pointer, name)) = self.hoisted.get_index(next) {
            let (pointer, name) = (pointer.clone(), name.clone());
            next += 1;
            if let Some(schema) = self.root.pointer(&pointer) {
                lowered.schemas.insert(name, unbox(self.schema_itself(schema, &pointer)?));
            }
        }
        Ok((lowered != Components::default()).then_some(lowered))
    }

    /// Other names would need escapes in references, which nothing after this step undoes.
    fn check_component_name(&self, name: &str, pointer: &str) -> Result<()> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if !name.is_empty() && name.chars().all(allowed) {
            return Ok(());
        }
        let what = "the name of a component holds more than letters, digits, '.', '-' and '_'";
        Err(self.not_openapi(pointer, what))
    }

    fn security_scheme(
        &mut self,
        scheme: &'a Value,
        pointer: &str,
    ) -> Result<Option<SecurityScheme>> {
        let target = self.follow(scheme, pointer)?;
        if target.value.get("type").is_some_and(|kind| kind == "mutualTLS") {
            self.notice(&target.pointer, "OpenAPI 3.0 has no scheme mutualTLS; it was left out");
            return Ok(None);
        }
        self.parsed(target.value, &target.pointer).map(Some)
    }
}

/// Reading entries of a known form, and saying where they have another one.
impl<'a> Lowering<'a> {
    fn error(
        &self,
        kind: ErrorKind,
        pointer: &str,
        what: impl Into<String>,
        advice: &str,
    ) -> Error {
        Error::new(kind, Location::new(self.file, pointer), what, advice)
    }

    fn not_openapi(&self, pointer: &str, what: impl Into<String>) -> Error {
        let advice = "give the entry the form that OpenAPI prescribes";
        self.error(ErrorKind::NotOpenApi, pointer, what, advice)
    }

    fn unsupported(&self, pointer: &str, what: impl Into<String>, advice: &str) -> Error {
        self.error(ErrorKind::UnsupportedKeyword, pointer, what, advice)
    }

    fn notice(&mut self, pointer: &str, message: impl Into<String>) {
        if self.notices.len() >= MAX_NOTICES {
            self.further_notices += 1;
            return;
        }
        let location = Location::new(self.file, pointer);
        self.notices.insert(Notice { location, message: message.into() });
    }

    fn all_notices(self) -> Vec<Notice> {
        let further = (self.further_notices > 0).then(|| Notice {
            location: Location::new(self.file, ""),
            message: format!("{} more notices like these", self.further_notices),
        });
        self.notices.into_iter().chain(further).collect()
    }

    /// Counts a schema that is lowered: what is referred to is lowered again in each place.
    fn count_schema(&mut self, pointer: &str) -> Result<()> {
        self.schemas += 1;
        if self.schemas <= MAX_SCHEMAS {
            return Ok(());
        }
        let what = format!(
            "the document holds more than {MAX_SCHEMAS} schemas, once what is referred to stands in its places"
        );
        let advice = "split the document, or let parameters, bodies and responses refer to schemas in components";
        Err(self.error(ErrorKind::TooLarge, pointer, what, advice))
    }

    fn object(&self, value: &'a Value, pointer: &str, name: &str) -> Result<&'a Object> {
        value.as_object().ok_or_else(|| self.not_openapi(pointer, format!("{name} is no object")))
    }

    /// What `read` makes of the entry `key`, if there is one.
    fn entry<T>(
        &self,
        object: &'a Object,
        key: &str,
        pointer: &str,
        form: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(value) = object.get(key) else {
            return Ok(None);
        };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => {
                Err(self.not_openapi(&pointer_push(pointer, key), format!("{key} is no {form}")))
            }
        }
    }

    fn text(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<&'a str>> {
        self.entry(object, key, pointer, "string", Value::as_str)
    }

    fn owned_text(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<String>> {
        Ok(self.text(object, key, pointer)?.map(str::to_owned))
    }

    /// A text for people; an empty one counts as none.
    fn prose(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<String>> {
        let text = self.owned_text(object, key, pointer)?;
        Ok(text.filter(|text| !text.trim().is_empty()))
    }

    fn flag(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<bool>> {
        self.entry(object, key, pointer, "boolean", Value::as_bool)
    }

    fn map(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<&'a Object>> {
        self.entry(object, key, pointer, "object", Value::as_object)
    }

    fn list(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<&'a Vec<Value>>> {
        self.entry(object, key, pointer, "list", Value::as_array)
    }

    fn count(&self, object: &'a Object, key: &str, pointer: &str) -> Result<Option<usize>> {
        self.entry(object, key, pointer, "whole number from 0 up", |value| {
            let whole = |number: f64| {
                (number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number))
                    .then_some(number as u64)
            };
            let number = value.as_u64().or_else(|| value.as_f64().and_then(whole))?;
            usize::try_from(number).ok()
        })
    }

    /// An entry that OpenAPI 3.0 and 3.1 write alike.
    fn typed<T: DeserializeOwned>(
        &self,
        object: &'a Object,
        key: &str,
        pointer: &str,
    ) -> Result<Option<T>> {
        object.get(key).map(|value| self.parsed(value, &pointer_push(pointer, key))).transpose()
    }

    fn parsed<T: DeserializeOwned>(&self, value: &Value, pointer: &str) -> Result<T> {
        T::deserialize(value).map_err(|error| {
            self.not_openapi(pointer, format!("the entry is not as it should be ({error})"))
        })
    }
}
