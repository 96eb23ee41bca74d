//! From progenitor's output to the module that users see: short paths, open enums, builders only where something is
//! sent, one thin request path, and documentation on every item.

pub mod docs;
mod interface;
pub mod operations;
pub mod pages;
mod pieces;
#[cfg(test)]
mod tests;
pub mod types;
pub mod validation;

use proc_macro2::TokenStream;
use quote::quote;

use crate::catalog::ApiVersion;
use crate::error::Result;
use crate::interface::Surface;
use crate::model::ModuleModel;
use crate::progenitor::output;
use pieces::Pieces;

/// The module that stands for one document, as the print stage takes it, and its interface as data.
///
/// # Errors
/// When progenitor's output has a form that this version of the pipeline does not know.
pub fn render(
    generated: TokenStream,
    shaped: &ModuleModel,
    version: ApiVersion,
    file: &str,
) -> Result<(String, Surface)> {
    let model = output::read(generated, file)?;
    let mut pieces = Pieces::new(file);
    pieces.add(quote!(
        use meld_client_core::prelude::*;
    ))?;
    pieces.open("Types that are sent and read.", "types");
    pieces.add(quote! {
        pub use meld_client_core::ErrorResponse;
        #[allow(unused_imports)]
        use meld_client_core::prelude::*;
    })?;
    types::types(&model, shaped, &mut pieces)?;
    pieces.add(pages::pages(&model, shaped))?;
    pieces.close();
    operations::operations(&model, shaped, version, &mut pieces)?;
    let surface = Surface { version: Some(version), ..interface::surface(&model, shaped) };
    Ok((pieces.finish(), surface))
}
