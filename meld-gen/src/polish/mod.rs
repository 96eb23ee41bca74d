//! From progenitor's output to the module that users see: short paths, open enums, builders only where something is
//! sent, one thin request path, and documentation on every item.

pub mod checks;
pub mod docs;
pub mod model;
pub mod operations;
pub mod pages;
pub mod rust_type;
mod surface;
#[cfg(test)]
mod tests;
pub mod types;

use quote::quote;

use crate::catalog::ApiVersion;
use crate::error::{Error, ErrorKind, Location, Result};
use crate::shape::Shaped;
use crate::surface::Surface;

/// The module that stands for one document, and its interface as data.
///
/// # Errors
/// When progenitor's output has a form that this version of the pipeline does not know.
pub fn polish(
    output: &syn::File,
    shaped: &Shaped,
    version: ApiVersion,
    file: &str,
) -> Result<(syn::File, Surface)> {
    let model = model::read(output, file)?;
    let types = types::types(&model, shaped);
    let pages = pages::pages(&model, shaped);
    let operations = operations::operations(&model, shaped, version, file)?;
    let tokens = quote! {
        use meld_client_core::prelude::*;

        /// Types that are sent and read.
        pub mod types {
            pub use meld_client_core::ErrorResponse;
            #[allow(unused_imports)]
            use meld_client_core::prelude::*;

            #types
            #pages
        }

        #operations
    };
    let file = syn::parse2(tokens).map_err(|error| {
        Error::new(
            ErrorKind::Generation,
            Location::new(file, ""),
            format!("the polished module is no Rust ({error})"),
            "this is a fault of the polish stage",
        )
    })?;
    let surface = Surface { version: Some(version), ..surface::surface(&model, shaped) };
    Ok((file, surface))
}
