//! Meld's specs: loaded once per process, and their operations by path, method and version.
//!
//! | Module | Contents |
//! |---|---|
//! | `spec`, `version` | a spec file; its date |
//! | `validators`, `direction` | validators for its schemas; without the feature `validation`, `unvalidated` |
//! | `dialect` | schemas of OpenAPI 3.0, which become those of 3.1 |
//! | `loose` | keywords whose values have another type than JSON Schema demands |
//! | `references` | references and anchors, which become JSON pointers |
//! | `discriminators` | unions, whose members get the values of their tags |
//! | `repairs`, `recursion` | corrections without which valid requests would be refused |
//! | `operation`, `reader` | operations, and how they are read from a spec |
//! | `supplements` | operations that a spec lacks, and types that it has lost |
//! | `schema` | schemas with references and compositions resolved |
//! | `paths` | path templates |

mod dialect;
mod direction;
mod discriminators;
mod loose;
mod operation;
pub(crate) mod paths;
mod reader;
mod recursion;
mod references;
mod repairs;
pub(crate) mod schema;
mod spec;
mod supplements;
#[cfg(feature = "validation")]
mod validators;
#[cfg(not(feature = "validation"))]
#[path = "specs/unvalidated.rs"]
mod validators;
mod version;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use std::sync::{Arc, LazyLock};
use std::{fs, io};

use axum::http::Method;
use serde_json::Value;

pub(crate) use direction::Direction;
pub(crate) use operation::Credential;
pub use operation::{Operation, Parameter, ParameterLocation};
use paths::Template;
pub use repairs::{REPAIRS, Repair};
pub use schema::ResolvedSchema;
pub(crate) use spec::Spec;
pub(crate) use validators::first_match;
pub use version::ApiVersion;

use crate::error::Error;

/// The name and content of each spec that was in `openapi/` when this crate was built.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/specs.rs"));

/// The name and content of each supplement: operations that the spec of that name lacks.
static SUPPLEMENTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/supplements.rs"));

static CATALOG: LazyLock<Result<Catalog, Error>> = LazyLock::new(|| Catalog::parse(FILES, SUPPLEMENTS));

/// Returns the operations of all built-in specs.
///
/// # Errors
///
/// Returns [`Error::Spec`] if a spec cannot be parsed.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), meld_sandbox::Error> {
/// let operations = meld_sandbox::operations()?;
/// assert!(operations.iter().any(|operation| operation.path == "/payments/crypto/quote"));
/// # Ok(())
/// # }
/// ```
pub fn operations() -> Result<&'static [Operation], Error> {
    Ok(catalog()?.operations())
}

/// Returns the operations of one built-in spec, without parsing the others. Case and punctuation of the family do not
/// matter: `bank_linking` is `banklinking`. Without such a spec there are none.
///
/// # Errors
///
/// Returns [`Error::Spec`] if the spec cannot be parsed.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), meld_sandbox::Error> {
/// let operations = meld_sandbox::operations_of("network_partner", "2026-02-03")?;
/// assert!(operations.iter().all(|operation| operation.description().is_some()));
/// # Ok(())
/// # }
/// ```
pub fn operations_of(family: &str, version: &str) -> Result<Vec<Operation>, Error> {
    let letters = |text: &str| text.bytes().filter(u8::is_ascii_alphanumeric).collect::<Vec<u8>>().to_ascii_lowercase();
    let file = FILES.iter().find(|(name, _)| letters(name) == letters(&format!("{family}{version}json")));
    let parsed = file.map(|file| Catalog::parse(&[*file], SUPPLEMENTS)).transpose()?;
    Ok(parsed.map(|catalog| catalog.operations).unwrap_or_default())
}

/// Returns the catalog of the built-in specs, which are parsed at the first call.
pub(crate) fn catalog() -> Result<&'static Catalog, Error> {
    CATALOG.as_ref().map_err(Clone::clone)
}

pub(crate) struct Catalog {
    operations: Vec<Operation>,
}

impl Catalog {
    /// Parses specs and their supplements, given by name and content.
    pub fn parse(files: &[(&str, &str)], supplements: &[(&str, &str)]) -> Result<Self, Error> {
        let mut operations = Vec::new();
        for (name, text) in files {
            let supplement = supplements.iter().find(|(of, _)| of == name).map(|(_, text)| *text);
            let spec = Spec::parse(name, text, supplement)?;
            operations.extend(reader::operations(&Arc::new(spec))?);
        }
        Ok(Self { operations })
    }

    /// Reads the specs of a folder, and the supplements in its folder `supplements`.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let specs = files(folder)?;
        let supplements = folder.join("supplements");
        let supplements = if supplements.is_dir() { files(&supplements)? } else { Vec::new() };
        Self::parse(&borrowed(&specs), &borrowed(&supplements))
    }

    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Returns all endpoints, most specific path first. Where two families have the same endpoint, the alphabetically
    /// first is used: they differ in wording only.
    pub fn endpoints(&'static self) -> Endpoints {
        let mut endpoints: Vec<Methods> = Vec::new();
        for operation in &self.operations {
            let template = Template::parse(&operation.path);
            let known = endpoints.iter().position(|methods| methods.template == template);
            let index = known.unwrap_or_else(|| {
                endpoints.push(Methods { template, methods: HashMap::new() });
                endpoints.len() - 1
            });
            let versions = endpoints[index].methods.entry(operation.method.clone()).or_default();
            let known = versions.entry(operation.version).or_default();
            if known.iter().all(|other| operation.is_variant || other.is_variant) {
                known.push(operation);
            }
        }
        endpoints.sort_by_cached_key(|methods| methods.template.order());
        Endpoints(endpoints)
    }
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

/// Returns the names and contents of the JSON files in a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<(String, String)>, Error> {
    let failed = |error: io::Error| Error::Spec { name: folder.display().to_string(), message: error.to_string() };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "json")
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
        {
            files.push((name.to_owned(), fs::read_to_string(&path).map_err(failed)?));
        }
    }
    files.sort();
    Ok(files)
}

/// The operations of one method and path, by version: one, and its variants.
pub(crate) type Endpoint = BTreeMap<ApiVersion, Vec<&'static Operation>>;

#[derive(Debug)]
pub(crate) struct Methods {
    template: Template,
    pub methods: HashMap<Method, Endpoint>,
}

pub(crate) struct Endpoints(Vec<Methods>);

impl Endpoints {
    /// Returns the endpoints of a path and the values of its parameters, in order.
    pub fn find(&self, path: &str) -> Option<(&Methods, Vec<String>)> {
        self.0.iter().find_map(|methods| Some((methods, methods.template.values(path)?)))
    }
}

/// Chooses the version of an operation as Meld documents it. It is the newest that is not newer than the requested one,
/// or the oldest if all are newer. Without a request it is the newest. Returns the operation and its variants.
pub(crate) fn choose(endpoint: &Endpoint, requested: Option<ApiVersion>) -> Option<&[&'static Operation]> {
    let chosen = match requested {
        Some(requested) => endpoint.range(..=requested).next_back().or_else(|| endpoint.iter().next()),
        None => endpoint.iter().next_back(),
    };
    chosen.map(|(_, operations)| operations.as_slice())
}

/// Returns the operation among variants whose body is this one: multipart by the type, JSON by its values. Without a
/// match it is the first.
pub(crate) fn variant(
    operations: &[&'static Operation],
    is_multipart: bool,
    body: &[u8],
) -> Option<&'static Operation> {
    let first = operations.first().copied();
    if operations.len() < 2 {
        return first;
    }
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let is_match = |operation: &&&'static Operation| match is_multipart {
        true => operation.multipart_request.is_some(),
        false => operation.request.is_some() && operation.request_errors(&body).is_ok_and(|it| it.is_empty()),
    };
    operations.iter().find(is_match).copied().or(first)
}

#[cfg(test)]
#[cfg(feature = "validation")]
mod tests {
    use super::*;

    #[test]
    fn all_schemas_compile() {
        for operation in operations().unwrap() {
            let parameters = operation.parameters.iter().map(|parameter| parameter.schema.as_str());
            for pointer in parameters.chain(operation.request_pointer()) {
                operation.spec.validate(pointer, Direction::Request, &Value::Null).unwrap();
            }
            if let Some(pointer) = &operation.response {
                operation.spec.validate(pointer, Direction::Response, &Value::Null).unwrap();
            }
        }
    }
}
