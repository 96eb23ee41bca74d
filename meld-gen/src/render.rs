//! From progenitor's output to the module that users see: short paths, open enums, builders of requests, and
//! documentation on every item.

mod advice;
mod builders;
mod client;
mod codec;
pub mod docs;
mod examples;
mod interface;
mod into_request;
mod module;
mod multipart;
mod operations;
mod pages;
mod print;
mod shared;
mod source;
#[cfg(test)]
mod tests;
mod type_builders;
mod types;
mod validate;

use crate::catalog::ApiVersion;
use crate::error::Result;
use crate::interface::Surface;
pub use module::Module;
pub use shared::Shared;

/// The source files of one module.
#[derive(Debug)]
pub struct Files {
    /// The module itself, which declares the parts.
    pub root: String,
    /// The other files by their path below the module, without the extension: `types/builder`.
    pub parts: Vec<(&'static str, String)>,
}

/// Renders the module of a family.
///
/// # Errors
/// Returns an error if progenitor's output has a form that this version of the pipeline does not know.
pub fn family(module: &Module<'_>) -> Result<Files> {
    let mut parts = type_parts(module);
    parts.extend([
        ("builder", builders::source(module)?.finish()),
        ("client", client::source(module).finish()),
        ("operations", operations::source(module).finish()),
    ]);
    let head = format!("The `{}` operations.", module.name);
    Ok(files(&head, parts, "\npub use client::Client;\n"))
}

/// Renders the module of the types that families share; `None` if there are none.
pub fn shared(shared: &Shared) -> Option<Files> {
    let module = shared.module();
    if module.types.is_empty() {
        return None;
    }
    let head = "The types that are equal in several families, which re-export them in their `types`.";
    Some(files(head, type_parts(&module), ""))
}

/// Returns the interface of a family as data.
pub fn surface(module: &Module<'_>, version: ApiVersion) -> Surface {
    Surface { version: Some(version), ..interface::surface(module) }
}

/// A part of a module, and its text unless it is empty.
type Part = (&'static str, Option<String>);

/// Renders the parts that declare types.
fn type_parts(module: &Module<'_>) -> Vec<Part> {
    let type_builders = type_builders::source(module).finish();
    vec![
        ("codec", codec::source(module).finish()),
        ("types", types::source(module, type_builders.is_some()).finish()),
        ("types/builder", type_builders),
        ("validate", validate::source(module).finish()),
    ]
}

/// Returns the files of a module, with the file that declares its parts.
fn files(head: &str, parts: Vec<Part>, exports: &str) -> Files {
    let parts = parts.into_iter().filter_map(|(name, text)| Some((name, text?)));
    let mut parts: Vec<_> = parts.collect();
    parts.sort_unstable();
    let mut root = format!("//! {head}\n\n");
    for (name, _) in parts.iter().filter(|(name, _)| !name.contains('/')) {
        let visibility = if matches!(*name, "client" | "codec" | "validate") { "" } else { "pub " };
        root.push_str(&format!("{visibility}mod {name};\n"));
    }
    root.push_str(exports);
    Files { root, parts }
}
