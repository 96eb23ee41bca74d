//! The catalog of specs: the file name holds the family and the date, and the date is the API version.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};
use heck::ToSnakeCase;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, ErrorKind, Location, Notice, Result};
use crate::identifiers::is_keyword;

/// The folder of the specs, relative to the workspace root.
pub const SPECS: &str = "openapi";

/// Known families: name in the file name, module name.
/// A family outside of this table becomes a module too, named in snake case.
const FAMILIES: &[(&str, &str)] = &[
    ("banklinking", "bank_linking"),
    ("beta", "beta"),
    ("crypto", "crypto"),
    ("customer", "customer"),
    ("networkpartner", "network_partner"),
    ("payments", "payments"),
    ("serviceproviders", "service_providers"),
    ("webhooks", "webhooks"),
];

/// Names that a module cannot have: modules, functions, features and dependencies of the generated crates and of the
/// facade, Rust types, and file names that Cargo or Windows reserve. A family with such a name becomes a module with
/// a trailing underscore.
const RESERVED: &[&str] = &[
    // Features.
    "all_families",
    "all_versions",
    "axum",
    "client",
    "default",
    "gzip",
    "http2",
    "idempotent",
    "multipart",
    "native_tls",
    "opentelemetry",
    "rustls",
    "rustls_ring",
    // Crates and dependencies.
    "alloc",
    "base64",
    "core",
    "futures_util",
    "hmac",
    "meld_client",
    "meld_client_core",
    "proc_macro",
    "serde",
    "sha2",
    "std",
    "tokio",
    // Modules and functions besides the families.
    "clone",
    "new",
    "prelude",
    "shared",
    "transport",
    // File names.
    "aux",
    "con",
    "lib",
    "main",
    "nul",
    "prn",
    // Rust types.
    "bool",
    "char",
    "f128",
    "f16",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "str",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
];

/// Maximum length of a family name, which becomes a module, a feature and a file name.
const MAX_FAMILY: usize = 64;

/// A dated API version, such as 2026-02-03.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion(NaiveDate);

impl ApiVersion {
    /// Parses `2026-02-03` or `20260203`. Returns `None` if the string is not a date.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        let well_formed = match text.len() {
            8 => !text.contains('-'),
            10 => text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-',
            _ => false,
        };
        if !well_formed || digits.len() != 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let year = digits[..4].parse().ok()?;
        let month = digits[4..6].parse().ok()?;
        let day = digits[6..].parse().ok()?;
        NaiveDate::from_ymd_opt(year, month, day).filter(|date| date.year() >= 2000).map(Self)
    }

    /// Returns the name of the generated crate: `meld-client-v2026-02-03`.
    pub fn crate_name(&self) -> String {
        format!("meld-client-{}", self.feature())
    }

    /// Returns the feature of the facade, which is also the folder of the crate: `v2026-02-03`.
    pub fn feature(&self) -> String {
        format!("v{self}")
    }

    /// Returns the module of the facade: `v2026_02_03`.
    pub fn module(&self) -> String {
        self.feature().replace('-', "_")
    }
}

impl Serialize for ApiVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ApiVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date such as 2026-02-03"))
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

/// A family of operations: the part of the file name before the date.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Family {
    /// Name in the file name: `banklinking`.
    pub file_name: String,
    /// Module and feature: `bank_linking`.
    pub module: String,
}

impl Family {
    fn new(file_name: &str) -> Self {
        let module = FAMILIES
            .iter()
            .find(|(name, _)| *name == file_name)
            .map_or_else(|| module_name(file_name), |(_, module)| (*module).to_owned());
        Self { file_name: file_name.to_owned(), module }
    }

    /// Returns `true` if the family is in the table of known families.
    pub fn is_known(&self) -> bool {
        FAMILIES.iter().any(|(name, _)| *name == self.file_name)
    }
}

/// Returns the module of a family outside of the table.
fn module_name(file_name: &str) -> String {
    let name = file_name.to_snake_case();
    let is_port = ["com", "lpt"]
        .iter()
        .any(|port| name.strip_prefix(port).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit())));
    let is_version = name.strip_prefix('v').is_some_and(|date| ApiVersion::parse(&date.replace('_', "-")).is_some());
    if is_keyword(&name) || is_port || is_version || RESERVED.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// A dated spec, identified by its file name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogEntry {
    /// File name without folders.
    pub file: String,
    /// Path of the file.
    pub path: PathBuf,
    /// Family of operations.
    pub family: Family,
    /// API version.
    pub version: ApiVersion,
}

impl CatalogEntry {
    /// Parses family and date from a file name such as `bank-linking-20260203.json`.
    pub fn from_path(path: &Path) -> Result<Self> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let reject = |what: &str| {
            Err(Error::new(
                ErrorKind::FileName,
                Location::new(file.clone(), ""),
                what,
                "rename the file to <family>-<yyyymmdd>.json, such as crypto-20260203.json",
            ))
        };
        let Some(stem) = file.strip_suffix(".json") else {
            return reject("the file name does not end in .json");
        };
        let Some((family, date)) = stem.rsplit_once('-') else {
            return reject("the file name has no date");
        };
        if date.len() != 8 || !date.bytes().all(|b| b.is_ascii_digit()) {
            return reject("the file name does not end with a date of eight digits");
        }
        let Some(version) = ApiVersion::parse(date) else {
            return reject("the date in the file name does not exist");
        };
        let well_formed = family.starts_with(|c: char| c.is_ascii_lowercase())
            && family.ends_with(|c: char| c.is_ascii_alphanumeric())
            && !family.contains("--")
            && family.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !well_formed {
            return reject("the family in the file name is not lower-case letters, digits and single hyphens");
        }
        if family.len() > MAX_FAMILY {
            return reject("the family in the file name is longer than 64 characters");
        }
        Ok(Self { path: path.to_owned(), family: Family::new(family), version, file })
    }
}

/// The specs of a folder by API version, ordered by module within each version.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// The specs of each version.
    pub versions: BTreeMap<ApiVersion, Vec<CatalogEntry>>,
    /// Families outside of the table of known families.
    pub notices: Vec<Notice>,
    /// Files with an invalid name, and pairs of specs with the same module and date.
    pub errors: Vec<Error>,
}

impl Catalog {
    /// Lists all `.json` files in `folder`; invalid ones are reported in [`Catalog::errors`].
    ///
    /// # Errors
    /// Returns [`ErrorKind::Io`] if the folder cannot be read.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut paths = Vec::new();
        let unreadable = |error: std::io::Error| {
            Error::new(
                ErrorKind::Io,
                Location::new(folder.display().to_string(), ""),
                format!("the folder of specs cannot be read ({error})"),
                "run the command in the workspace, or pass the folder",
            )
        };
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(Self::from_paths(&paths))
    }

    fn from_paths(paths: &[PathBuf]) -> Self {
        let mut catalog = Self::default();
        for path in paths {
            match CatalogEntry::from_path(path) {
                Ok(entry) => catalog.add(entry),
                Err(error) => catalog.errors.push(error),
            }
        }
        for entries in catalog.versions.values_mut() {
            entries.sort_by(|a, b| a.family.module.cmp(&b.family.module));
        }
        catalog
    }

    fn add(&mut self, entry: CatalogEntry) {
        let entries = self.versions.entry(entry.version).or_default();
        if let Some(twin) = entries.iter().find(|other| other.family.module == entry.family.module) {
            self.errors.push(Error::new(
                ErrorKind::DuplicateSpec,
                Location::new(entry.file.clone(), ""),
                format!("{} has the same family and date", twin.file),
                "keep one of the two",
            ));
            return;
        }
        if !entry.family.is_known() {
            self.notices.push(Notice {
                location: Location::new(entry.file.clone(), ""),
                message: format!(
                    "the family {} is new; it becomes the module {}",
                    entry.family.file_name, entry.family.module
                ),
            });
        }
        entries.push(entry);
    }

    /// Returns all specs, ordered by version and module.
    pub fn entries(&self) -> impl Iterator<Item = &CatalogEntry> {
        self.versions.values().flatten()
    }
}

#[cfg(test)]
mod tests;
