//! From progenitor's output to the module that users see: short paths, open enums, builders of requests, and
//! documentation on every item.

mod builders;
mod client;
mod codec;
pub mod docs;
mod interface;
mod module;
mod operations;
mod pages;
mod source;
#[cfg(test)]
mod tests;
mod type_builders;
mod types;
mod validate;

use proc_macro2::TokenStream;

use crate::catalog::ApiVersion;
use crate::error::Result;
use crate::interface::Surface;
use crate::model::ModuleModel;
use crate::progenitor::output;
use module::Module;

/// The source files of one module.
#[derive(Debug)]
pub struct Files {
    /// The module itself, which declares the parts.
    pub root: String,
    /// The other files by their path below the module, without the extension: `types/builder`.
    pub parts: Vec<(&'static str, String)>,
}

/// Renders the module of a spec, and its interface as data.
///
/// # Errors
/// Returns an error if progenitor's output has a form that this version of the pipeline does not know.
pub fn render(
    generated: TokenStream,
    model: &ModuleModel,
    version: ApiVersion,
    file: &str,
) -> Result<(Files, Surface)> {
    let output = output::read(generated, file)?;
    let module = Module::new(&output, model, file)?;
    let type_builders = type_builders::source(&module)?.finish();
    let parts = [
        ("builder", builders::source(&module)?.finish()),
        ("client", client::source(&module)?.finish()),
        ("codec", codec::source(&module)?.finish()),
        ("operations", operations::source(&module)?.finish()),
        ("types", types::source(&module, type_builders.is_some())?.finish()),
        ("types/builder", type_builders),
        ("validate", validate::source(&module)?.finish()),
    ];
    let parts: Vec<_> = parts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect();
    let surface = Surface { version: Some(version), ..interface::surface(&module) };
    Ok((Files { root: root(&module, &parts), parts }, surface))
}

/// The file that declares the parts of the module.
fn root(module: &Module<'_>, parts: &[(&str, String)]) -> String {
    let mut text = format!("//! The `{}` operations.\n\n", module.name);
    for (name, _) in parts.iter().filter(|(name, _)| !name.contains('/')) {
        let visibility = if matches!(*name, "client" | "codec" | "validate") { "" } else { "pub " };
        text.push_str(&format!("{visibility}mod {name};\n"));
    }
    text.push_str("\npub use client::Client;\n");
    text
}
