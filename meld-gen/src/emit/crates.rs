//! The files of a generated crate other than its modules, and the regions of the facade that list the versions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::package;
use super::paths::{HEADER, folder};
use crate::catalog::ApiVersion;
use crate::report::SharedReport;

/// Features and dependencies of the hand-written part of the facade for a family, beside the family in the version crates.
const NEEDS: [(&str, &[&str]); 2] =
    [("payments", &["idempotent"]), ("webhooks", &["dep:base64", "dep:hmac", "dep:sha2"])];

/// Permission for names of any script. rustc takes a script for a mistake if it is rare, or if all its letters in a crate
/// look like Latin ones.
const ANY_SCRIPT: &str = "#![allow(confusable_idents, mixed_script_confusables, uncommon_codepoints)]\n";

/// The modules of a version's crate that its other files depend on.
pub struct Modules<'m> {
    /// All modules.
    pub all: Vec<&'m str>,
    /// Modules that re-export types from `shared`.
    pub sharing: BTreeSet<&'m str>,
    /// Modules with multipart bodies or responses.
    pub multipart: BTreeSet<&'m str>,
    /// `true` if all Rust names are ASCII.
    pub has_ascii_names: bool,
}

/// Returns the files of a version's crate with these modules, other than the modules.
pub fn crate_files(version: ApiVersion, modules: &Modules<'_>) -> BTreeMap<PathBuf, String> {
    let folder = folder(version);
    let mut files = package::package_files(version, &modules.all);
    files.insert(folder.join("Cargo.toml"), manifest(version, modules));
    files.insert(folder.join("src/lib.rs"), library(version, modules));
    files
}

fn manifest(version: ApiVersion, modules: &Modules<'_>) -> String {
    let name = version.crate_name();
    let features = modules.all.iter().map(|module| match modules.multipart.contains(module) {
        true => format!("{module} = [\"meld-client-core/multipart\"]\n"),
        false => format!("{module} = []\n"),
    });
    let features: String = features.collect();
    let header = HEADER.replacen("//", "#", 1);
    let metadata = package::metadata(version);
    format!(
        r#"{header}
[package]
name = "{name}"
description = "Client for version {version} of the Meld API, generated from its OpenAPI specs"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
repository.workspace = true
{metadata}
[lib]
# Named so that the workspace loads, and can be regenerated, while the file is missing.
path = "src/lib.rs"
# Descriptions come from the specs: code in them must not run.
doctest = false
# There are no tests in it, and a test program would compile all of it once more.
test = false

[package.metadata.docs.rs]
all-features = true
rustdoc-args = ["--cfg", "docsrs"]

[features]
default = ["gzip", "http2", "rustls"]
gzip = ["meld-client-core/gzip"]
http2 = ["meld-client-core/http2"]
rustls = ["meld-client-core/rustls"]
rustls-ring = ["meld-client-core/rustls-ring"]
native-tls = ["meld-client-core/native-tls"]
# One module per family.
{features}
[dependencies]
meld-client-core = {{ workspace = true, features = ["client"] }}

[lints]
workspace = true
"#
    )
}

fn library(version: ApiVersion, modules: &Modules<'_>) -> String {
    let Modules { all, sharing, .. } = modules;
    let declarations: String = all
        .iter()
        .map(|module| format!("\n#[cfg(feature = \"{module}\")]\npub mod {module};\n"))
        .chain((!sharing.is_empty()).then(|| declaration_of_shared(sharing)))
        .collect();
    let shared_types = if sharing.is_empty() { "" } else { SHARED_TYPES };
    let families: String = all.iter().map(|module| family(module)).collect();
    let any_script = if modules.has_ascii_names { "" } else { ANY_SCRIPT };
    format!(
        r#"{HEADER}
//! Client for version {version} of the Meld API, generated from its OpenAPI specs.
//!
//! Each family of operations is a module behind a feature of the same name. A module has:
//!
//! - `Client`, with a method per operation;
//! - `builder`, with the request builders that the methods return;
//! - `types`, with the request and response types;
//! - `operations`, with the metadata of each operation.
{shared_types}#![cfg_attr(docsrs, feature(doc_cfg))]
{any_script}
use meld_client_core::Transport;

/// The API version, sent with every request as `Meld-Version`.
pub const API_VERSION: &str = "{version}";

/// The clients of all families of API version {version}, which share one transport.
#[derive(Clone, Debug)]
pub struct Api {{
    transport: Transport,
}}

impl Api {{
    /// Creates the clients, which send requests through `transport`.
    #[must_use]
    pub fn new(transport: Transport) -> Self {{
        Self {{ transport }}
    }}

    /// Returns the transport of the clients.
    #[must_use]
    pub fn transport(&self) -> &Transport {{
        &self.transport
    }}
{families}}}
{declarations}"#
    )
}

/// The part of the library's documentation about shared types.
const SHARED_TYPES: &str = "//!
//! Types that are equal in several families are in `shared`, and in the `types` of each of these families.
";

/// The module of the types that families share.
fn declaration_of_shared(sharing: &BTreeSet<&str>) -> String {
    let families: Vec<&str> = sharing.iter().copied().collect();
    format!("\n#[cfg({})]\npub mod shared;\n", any_of(&families))
}

/// The function that returns the client of a family.
fn family(module: &str) -> String {
    format!(
        r#"
    /// Returns the client for the `{module}` operations.
    #[cfg(feature = "{module}")]
    #[must_use]
    pub fn {module}(&self) -> {module}::Client {{
        {module}::Client::new(self.transport.clone())
    }}
"#
    )
}

/// Returns `src/versions.rs` of the facade, with one module per version.
pub fn versions_file(versions: &[ApiVersion], shared: &[SharedReport]) -> String {
    let mut text = format!("{HEADER}\n//! The API versions, each behind its own feature.\n\n");
    text.push_str(&implement_once(versions, shared));
    for (index, version) in versions.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| versions.get(index));
        let guide =
            before.map(|before| format!("///\n#[doc = include_str!(\"upgrading/{before}-to-{version}.md\")]\n"));
        let guide = guide.unwrap_or_default();
        let (feature, module) = (version.feature(), version.module());
        let name = version.crate_name().replace('-', "_");
        text.push_str(&format!(
            r#"
/// API version {version}.
{guide}#[cfg(feature = "{feature}")]
pub mod {module} {{
    #[doc(inline)]
    pub use {name}::*;

    /// Imports for calls of this version: `use meld_client::{module}::prelude::*;`.
    pub mod prelude {{
        pub use crate::prelude::*;
    }}
}}

#[cfg(feature = "{feature}")]
impl crate::client::Meld {{
    /// Returns the clients of API version {version}.
    #[must_use]
    pub fn {module}(&self) -> {module}::Api {{
        {module}::Api::new(self.transport().clone())
    }}
}}
"#
        ));
    }
    text
}

/// Returns the macro by which the facade implements a trait for a type of several families.
///
/// A shared type is implemented with the first of its families that is enabled. Versions that all share a type alike have
/// one rule.
fn implement_once(versions: &[ApiVersion], shared: &[SharedReport]) -> String {
    // By family, name, and the earlier families that share the type: the versions with exactly these.
    let mut types: BTreeMap<(&str, &str, Vec<&str>), Vec<ApiVersion>> = BTreeMap::new();
    for report in shared {
        for (name, families) in &report.families {
            let families: Vec<&str> = families.iter().map(String::as_str).collect();
            for (index, family) in families.iter().enumerate().skip(1) {
                types.entry((family, name, families[..index].to_vec())).or_default().push(report.version);
            }
        }
    }
    let mut rules = String::new();
    for ((family, name, before), sharing) in types {
        if sharing.len() == versions.len() {
            rules.push_str(&once("$version:ident", "$version", family, name, &before));
            continue;
        }
        for version in sharing {
            let module = version.module();
            rules.push_str(&once(&module, &module, family, name, &before));
        }
    }
    format!(
        "/// Calls `$implement!(version, family, name)` for a type, unless an enabled family that shares it comes first.
#[allow(unused_macros, reason = \"a version without any family has no helpers\")]
macro_rules! implement_once {{
{rules}    ($implement:ident, $version:ident::$family:ident::$name:ident) => {{
        $implement!($version, $family, $name);
    }};
}}
"
    )
}

/// A rule of `implement_once!`: a type of a family is implemented if none of the families `before` is enabled.
fn once(matched: &str, version: &str, family: &str, name: &str, before: &[&str]) -> String {
    let enabled = any_of(before);
    format!(
        "    ($implement:ident, {matched}::{family}::{name}) => {{
        #[cfg(not({enabled}))]
        $implement!({version}, {family}, {name});
    }};\n"
    )
}

/// The condition that one of these families is enabled.
fn any_of(families: &[&str]) -> String {
    let features: Vec<String> = families.iter().map(|family| format!("feature = \"{family}\"")).collect();
    match features.as_slice() {
        [only] => only.clone(),
        features => format!("any({})", features.join(", ")),
    }
}

/// Returns the generated features of the facade: one per version, one per family, and one for all of each.
/// The default is the newest version with all its families.
/// `multipart` are the families with multipart bodies or responses.
pub fn facade_features(versions: &BTreeMap<ApiVersion, Vec<String>>, multipart: &BTreeSet<&str>) -> String {
    let mut families: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (version, modules) in versions {
        for module in modules {
            families.entry(module).or_default().push(format!("{}?/{module}", version.crate_name()));
        }
    }
    let newest = versions.keys().next_back().map(ApiVersion::feature);
    let default: Vec<String> = ["gzip", "http2", "idempotent", "rustls"]
        .map(str::to_owned)
        .into_iter()
        .chain(newest)
        .chain(families.keys().map(|family| (*family).to_owned()))
        .collect();
    let mut text = feature("default", &default);
    for of_core in ["gzip", "http2", "rustls", "rustls-ring", "native-tls"] {
        let crates = versions.keys().map(|version| format!("{}?/{of_core}", version.crate_name()));
        let all: Vec<String> = [format!("meld-client-core/{of_core}")].into_iter().chain(crates).collect();
        text.push_str(&feature(of_core, &all));
    }
    let all: Vec<String> = versions.keys().map(ApiVersion::feature).collect();
    text.push_str(&feature("all-versions", &all));
    let all: Vec<String> = families.keys().map(|family| (*family).to_owned()).collect();
    text.push_str(&feature("all-families", &all));
    for version in versions.keys() {
        let needs = ["client".to_owned(), format!("dep:{}", version.crate_name())];
        text.push_str(&feature(&version.feature(), &needs));
    }
    for (family, crates) in families {
        let needs = NEEDS.iter().filter(|(of, _)| *of == family).flat_map(|(_, needs)| *needs);
        let parts = multipart.contains(family).then(|| "multipart".to_owned());
        let all: Vec<String> = needs.map(|need| (*need).to_owned()).chain(parts).chain(crates).collect();
        text.push_str(&feature(family, &all));
    }
    text
}

/// A feature and the features that it enables, one per line.
fn feature(name: &str, features: &[String]) -> String {
    if let [only] = features {
        return format!("{name} = [\"{only}\"]\n");
    }
    let lines: String = features.iter().map(|feature| format!("    \"{feature}\",\n")).collect();
    format!("{name} = [\n{lines}]\n")
}

/// Returns the generated dependencies of the facade, which are the version crates.
pub fn facade_dependencies(versions: &BTreeMap<ApiVersion, Vec<String>>) -> String {
    let dependency = |version: &ApiVersion| {
        let (name, path, release) = (version.crate_name(), version.feature(), package::RELEASE);
        format!(
            "{name} = {{ path = \"{path}\", version = \"{release}\", default-features = false, optional = true }}\n"
        )
    };
    versions.keys().map(dependency).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_share_alike_have_one_rule() {
        let versions = ["20250304", "20260203"].map(|date| ApiVersion::parse(date).unwrap());
        let report = |version, types: &[(&str, &[&str])]| SharedReport {
            version,
            families: types
                .iter()
                .map(|(name, families)| (name.to_string(), families.iter().map(ToString::to_string).collect()))
                .collect(),
        };
        let alike: (&str, &[&str]) = ("Alike", &["crypto", "payments"]);
        let reports = [
            report(versions[0], &[alike, ("Different", &["crypto", "payments"])]),
            report(versions[1], &[alike, ("Different", &["crypto", "customer", "payments"])]),
        ];
        let text = implement_once(&versions, &reports);
        let rules: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_suffix(" => {")).collect();
        assert_eq!(
            rules,
            [
                "($implement:ident, v2026_02_03::customer::Different)",
                "($implement:ident, $version:ident::payments::Alike)",
                "($implement:ident, v2025_03_04::payments::Different)",
                "($implement:ident, v2026_02_03::payments::Different)",
                "($implement:ident, $version:ident::$family:ident::$name:ident)",
            ]
        );
        // A version without the type, or with a type of each family, has no rule.
        assert!(!implement_once(&versions, &reports[..1]).contains("$version:ident::payments"));
    }

    #[test]
    fn facade_lists_versions_and_families() {
        let version = |date: &str| ApiVersion::parse(date).unwrap();
        let versions = BTreeMap::from([
            (version("20250304"), vec!["crypto".to_owned()]),
            (version("20260203"), ["crypto", "payments", "webhooks"].map(str::to_owned).to_vec()),
        ]);
        let features = facade_features(&versions, &BTreeSet::new());
        let default = "default = [\n    \"gzip\",\n    \"http2\",\n    \"idempotent\",\n    \"rustls\",\n    \"v2026-02-03\",\n    \"crypto\",\n    \"payments\",\n    \"webhooks\",\n]\n";
        assert!(features.starts_with(default), "{features}");
        let crypto =
            "crypto = [\n    \"meld-client-v2025-03-04?/crypto\",\n    \"meld-client-v2026-02-03?/crypto\",\n]\n";
        assert!(features.contains(crypto), "{features}");
        let all = "all-versions = [\n    \"v2025-03-04\",\n    \"v2026-02-03\",\n]\nall-families = [\n    \"crypto\",\n    \"payments\",\n    \"webhooks\",\n]\n";
        assert!(features.contains(all), "{features}");
        let payments = "payments = [\n    \"idempotent\",\n    \"meld-client-v2026-02-03?/payments\",\n]\n";
        assert!(features.contains(payments), "{features}");
        let webhooks = "webhooks = [\n    \"dep:base64\",\n    \"dep:hmac\",\n    \"dep:sha2\",\n    \"meld-client-v2026-02-03?/webhooks\",\n]\n";
        assert!(features.ends_with(webhooks), "{features}");
        assert!(facade_dependencies(&versions).contains("meld-client-v2025-03-04 = { path ="));
        let dates: Vec<ApiVersion> = versions.keys().copied().collect();
        let file = versions_file(&dates, &[]);
        assert!(file.contains("pub fn v2026_02_03(&self) -> v2026_02_03::Api {"), "{file}");
        assert!(file.contains("    #[doc(inline)]\n    pub use meld_client_v2026_02_03::*;\n"), "{file}");
    }
}
