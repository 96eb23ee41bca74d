//! The parts of `interface.json` that the tables need.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// A family of operations in one version.
#[derive(Deserialize)]
pub struct Module {
    version: String,
    pub family: String,
    pub operations: BTreeMap<String, Operation>,
    pub types: BTreeMap<String, Type>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// The method of the client.
    pub rust_name: String,
    /// Parameters by location and name: `query limit`.
    pub parameters: BTreeMap<String, Member>,
    pub body: Option<Member>,
    /// `None` if responses have no body.
    pub response: Option<TypeName>,
    #[serde(default)]
    pub multipart: Multipart,
    /// Pairs of parameters that exclude each other.
    pub exclusive: Vec<(String, String)>,
}

/// The multipart bodies of an operation.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Multipart {
    /// `true` if the response is multipart.
    #[serde(default)]
    pub is_received: bool,
}

/// A parameter, a body or a field.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    pub rust_name: String,
    pub ty: TypeName,
    /// `true` if `Debug` redacts the value.
    #[serde(default)]
    pub is_sensitive: bool,
    #[serde(default)]
    rule: Rule,
}

#[derive(Default, Deserialize)]
struct Rule {
    #[serde(default)]
    required: bool,
}

#[derive(Deserialize)]
pub struct TypeName {
    pub text: String,
    /// The generated type in it: `Product`.
    #[serde(default)]
    inner: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Type {
    /// `true` if requests hold it.
    pub is_sent: bool,
    pub form: Form,
    #[serde(default)]
    pub guide_rules: Vec<GuideRule>,
}

/// A rule of Meld's guides that no spec has.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GuideRule {
    /// The list must not have these values.
    ForbiddenItems(String, Vec<String>),
    /// The lists share no item.
    DisjointLists(String, String),
    /// At most one of the two may be set.
    MutuallyExclusive(String, String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Form {
    /// Fields by JSON name.
    Struct(BTreeMap<String, Member>),
    /// Variants by value.
    Enum(BTreeMap<String, String>),
    /// The JSON name of the selector, and a type for each of its values.
    Union(String, BTreeMap<String, String>),
    /// A struct around one other type.
    Newtype(TypeName),
}

impl Module {
    pub fn all(client: &Path) -> Result<Vec<Self>, Box<dyn Error>> {
        println!("cargo::rerun-if-changed={}", client.join("Cargo.toml").display());
        let mut files = Vec::new();
        for entry in fs::read_dir(client)? {
            files.push(entry?.path().join("interface.json"));
        }
        files.retain(|file| file.is_file());
        files.sort();
        let mut modules = Vec::new();
        for file in files {
            println!("cargo::rerun-if-changed={}", file.display());
            modules.extend(serde_json::from_slice::<Vec<Self>>(&fs::read(file)?)?);
        }
        Ok(modules)
    }

    /// The version crate, such as `v2026-02-03`.
    pub fn version(&self) -> String {
        format!("v{}", self.version)
    }

    /// The version's module of `meld_client`, such as `v2026_02_03`.
    pub fn version_module(&self) -> String {
        self.version().replace('-', "_")
    }
}

impl Member {
    /// Returns `true` if a request without it is invalid; parameters of the path always are.
    pub fn is_required(&self) -> bool {
        self.rule.required
    }
}

impl TypeName {
    /// The type as the module's sibling names it: `Vec<types::Product>`.
    pub fn qualified(&self) -> String {
        let start = self.text.trim_end_matches('>');
        match self.inner.as_deref().and_then(|inner| Some((start.strip_suffix(inner)?, inner))) {
            Some((before, inner)) => format!("{before}types::{inner}{}", &self.text[start.len()..]),
            None => self.text.clone(),
        }
    }

    /// The type inside of a wrapper, such as `Option`.
    pub fn inside(&self, wrapper: &str) -> Option<&str> {
        inside(&self.text, wrapper)
    }
}

/// Returns `T` for `Wrapper<T>`.
pub fn inside<'a>(text: &'a str, wrapper: &str) -> Option<&'a str> {
    text.strip_prefix(wrapper)?.strip_prefix('<')?.strip_suffix('>')
}

/// `LOCAL_BANK_TRANSFER` and `local_bank_transfer` as `LocalBankTransfer`, as variants and builders are named.
pub fn pascal_case(name: &str) -> String {
    let words = name.split('_').filter_map(|word| {
        let (first, rest) = word.split_at_checked(1)?;
        Some(first.to_uppercase() + &rest.to_lowercase())
    });
    words.collect()
}
