//! progenitor and its settings.

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor_impl::{CrateVers, GenerationSettings, Generator, InterfaceStyle};

use crate::error::{Error, ErrorKind, Location, Result};
use crate::model::ModuleModel;

/// The output of progenitor for a normalized spec: types without builders and a method per operation, which is all that is
/// read back, and half of what its builder interface has.
///
/// # Errors
/// Returns an error if progenitor refuses the spec, which is a fault of the stages before.
pub fn generate(shaped: &ModuleModel, file: &str) -> Result<TokenStream> {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Positional);
    settings.with_map_type("::std::collections::BTreeMap");
    settings.with_crate("meld-client-core", CrateVers::Any, None);
    run(&settings, &shaped.api, file)
}

/// The output of progenitor for a spec that is not normalized: its builder interface, with everything else as it is
/// without settings.
///
/// # Errors
/// Returns an error if progenitor refuses the spec.
pub fn generate_raw(api: &OpenAPI, file: &str) -> Result<syn::File> {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    syn::parse2(run(&settings, api, file)?)
        .map_err(|error| refused(file, format!("progenitor's output is no Rust ({error})")))
}

fn run(settings: &GenerationSettings, api: &OpenAPI, file: &str) -> Result<TokenStream> {
    let generated =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| Generator::new(settings).generate_tokens(api)));
    generated
        .map_err(|_| refused(file, "progenitor panicked on this document".to_owned()))?
        .map_err(|error| refused(file, format!("progenitor rejected this spec ({error})")))
}

fn refused(file: &str, what: String) -> Error {
    Error::new(
        ErrorKind::Generation,
        Location::new(file, ""),
        what,
        "add a repair or a rule of `normalize` that brings the spec into a form that progenitor accepts",
    )
}
