//! Lowers OpenAPI 3.0, 3.1 and 3.2 to 3.0.3, with one form for what specs express in several ways.
//!
//! A keyword is kept, rewritten to its 3.0 counterpart, dropped because it changes no type (with a [`Notice`] if it
//! restricts values), or rejected with its location. The lowered spec refers to component schemas only: all other
//! references are replaced by their targets.

mod annotations;
mod composition;
mod constraints;
mod discriminators;
mod hierarchies;
mod keywords;
mod media_types;
mod operation_ids;
mod parameters;
mod paths;
mod readers;
mod references;
mod schema;
#[cfg(test)]
mod tests;
mod unknown;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;
use openapiv3::{Components, OpenAPI, ReferenceOr, Schema, SecurityScheme};
use serde_json::{Map, Value};

use crate::catalog::ApiVersion;
use crate::error::{Notice, Result, pointer_push};
use crate::spec::visit::unbox;
use crate::spec::{Spec, UNVERSIONED, minor_version};

/// The OpenAPI version of lowered specs.
const LOWERED_VERSION: &str = "3.0.3";

/// The second number of the newest OpenAPI version whose entries are known.
const NEWEST_MINOR: u32 = 2;

/// A spec in OpenAPI 3.0.3 with references to component schemas only.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowered {
    /// The spec.
    pub api: OpenAPI,
    /// Dropped keywords and entries, ordered by location.
    pub notices: Vec<Notice>,
}

/// Lowers a spec.
///
/// # Errors
/// Returns an error if a reference has no target inside of the spec, an entry does not have the form that OpenAPI
/// prescribes, or a keyword has no counterpart in OpenAPI 3.0.
pub fn lower(spec: &Spec) -> Result<Lowered> {
    let mut hoisted = IndexMap::new();
    loop {
        let known = hoisted.len();
        let mut lowering = Lowering {
            root: &spec.root,
            notices: RefCell::default(),
            further_notices: Cell::new(0),
            schemas: 0,
            looked_at: Cell::new(0),
            numbers: hoisted.values().map(|name: &String| (name.clone(), 1)).collect(),
            hoisted,
            plain_names: HashMap::new(),
        };
        let mut api = lowering.api()?;
        // The set of inner schemas that become components is complete only after all references are read, and earlier
        // references to them are right only in a run that knows the set from its start.
        if lowering.hoisted.len() == known {
            hierarchies::resolve(&mut api);
            return Ok(Lowered { api, notices: lowering.all_notices() });
        }
        hoisted = lowering.hoisted;
    }
}

type Object = Map<String, Value>;

/// A lowered schema on the heap, because schemas are large and lowering is recursive.
type BoxedSchema = ReferenceOr<Box<Schema>>;

/// One run over a spec.
struct Lowering<'a> {
    root: &'a Value,
    notices: RefCell<BTreeSet<Notice>>,
    /// Number of notices beyond those that are kept.
    further_notices: Cell<usize>,
    schemas: usize,
    /// Number of schemas visited to determine the types of others.
    looked_at: Cell<usize>,
    /// Names of inner schemas that become components, with the last number appended to each.
    numbers: HashMap<String, usize>,
    /// JSON pointers of inner schemas that become components, with their names.
    hoisted: IndexMap<String, String>,
    /// JSON pointers of components whose names have other characters, with the names that they get.
    plain_names: HashMap<String, String>,
}

impl<'a> Lowering<'a> {
    fn api(&mut self) -> Result<OpenAPI> {
        let root = self.object(self.root, "", "the root")?;
        self.report_unknown(root, "", unknown::ROOT);
        self.report_dialect(root)?;
        self.report_openapi(root);
        self.report_version(root);
        self.report_labels(root);
        self.check_references()?;
        let info = self.info(root)?;
        let paths = self.paths(root)?;
        self.report_webhooks(root)?;
        Ok(OpenAPI {
            openapi: LOWERED_VERSION.to_owned(),
            info,
            servers: self.servers(root, "")?,
            paths,
            components: self.components(root)?,
            security: self.security(root, "")?,
            tags: self.annotation(root, "tags", "").unwrap_or_default(),
            external_docs: self.annotation(root, "externalDocs", ""),
            extensions: IndexMap::new(),
        })
    }

    /// Reports a version that is no date, which says nothing about the API version.
    fn report_version(&mut self, root: &'a Object) {
        let version = root.get("info").and_then(|info| info.get("version")?.as_str());
        let is_known = |version: &str| version == UNVERSIONED || ApiVersion::parse(version).is_some();
        if let Some(version) = version.filter(|version| !is_known(version)) {
            let message = format!("the version `{version}` is not a date; that of the file name is used");
            self.notice("/info/version", message);
        }
    }

    /// Reports a version of OpenAPI that may have entries of other meanings.
    fn report_openapi(&mut self, root: &'a Object) {
        let version = root.get("openapi").and_then(Value::as_str).unwrap_or_default();
        if minor_version(version).is_some_and(|minor| minor > NEWEST_MINOR) {
            let message = format!("OpenAPI {version} is newer than 3.{NEWEST_MINOR}, as which the spec is read");
            self.notice("/openapi", message);
        }
    }

    fn report_dialect(&mut self, root: &'a Object) -> Result<()> {
        const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
        const DIALECTS: [&str; 2] =
            ["https://spec.openapis.org/oas/3.1/dialect/", "https://spec.openapis.org/oas/3.2/dialect/"];
        let dialect = self.text(root, "jsonSchemaDialect", "")?;
        let is_own = |dialect: &str| DIALECTS.iter().any(|own| dialect.starts_with(own));
        let known = |dialect: &str| dialect.trim_end_matches('#') == DRAFT || is_own(dialect);
        if let Some(dialect) = dialect.filter(|dialect| !known(dialect)) {
            let message = format!("the schema dialect `{dialect}` is unknown; schemas are read as JSON Schema 2020-12");
            self.notice("/jsonSchemaDialect", message);
        }
        Ok(())
    }

    fn report_webhooks(&mut self, root: &'a Object) -> Result<()> {
        for name in self.map(root, "webhooks", "")?.into_iter().flat_map(Map::keys) {
            self.notice(
                &pointer_push("/webhooks", name),
                "webhooks are requests to the client; no code is generated for them",
            );
        }
        Ok(())
    }

    fn components(&mut self, root: &'a Object) -> Result<Option<Components>> {
        let components = self.map(root, "components", "")?;
        if let Some(components) = components {
            self.report_unknown(components, "/components", unknown::COMPONENTS);
        }
        let part = |name| components.map_or(Ok(None), |components| self.map(components, name, "/components"));
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
            let name = self.component_key(name);
            lowered.schemas.insert(name, unbox(self.schema(schema, &pointer)?));
        }
        // A schema that becomes a component may contain references to further such schemas.
        let mut next = 0;
        while let Some((pointer, name)) = self.hoisted.get_index(next) {
            let (pointer, name) = (pointer.clone(), name.clone());
            next += 1;
            if let Some(schema) = self.root.pointer(&pointer) {
                lowered.schemas.insert(name, unbox(self.lower_schema(schema, &pointer)?));
            }
        }
        Ok((lowered != Components::default()).then_some(lowered))
    }

    fn security_scheme(&mut self, scheme: &'a Value, pointer: &str) -> Result<Option<SecurityScheme>> {
        let target = self.follow(scheme, pointer)?;
        if target.value.get("type").is_some_and(|kind| kind == "mutualTLS") {
            self.notice(&target.pointer, "OpenAPI 3.0 has no scheme `mutualTLS`; dropped");
            return Ok(None);
        }
        Ok(self.parsed_annotation(target.value, &target.pointer))
    }
}
