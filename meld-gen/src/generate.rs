//! progenitor and its settings.

use openapiv3::OpenAPI;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};

use crate::error::{Error, ErrorKind, Location, Result};
use crate::shape::Shaped;

/// What progenitor makes of a shaped document, parsed.
///
/// # Errors
/// When progenitor refuses the document; that is a gap in the stages before, as they are to leave only what it takes.
pub fn generate(shaped: &Shaped, file: &str) -> Result<syn::File> {
    let mut settings = settings();
    settings.with_map_type("::std::collections::BTreeMap");
    run(&settings, &shaped.api, file)
}

/// What progenitor makes of a document that is not shaped: its own builder interface, with everything else as it is
/// without settings.
///
/// # Errors
/// When progenitor refuses the document.
pub fn generate_raw(api: &OpenAPI, file: &str) -> Result<syn::File> {
    run(&settings(), api, file)
}

fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder);
    settings
}

fn run(settings: &GenerationSettings, api: &OpenAPI, file: &str) -> Result<syn::File> {
    let refused = |what: String| {
        Error::new(
            ErrorKind::Generation,
            Location::new(file, ""),
            what,
            "a repair or a rule of the shape stage has to bring the document into a form that progenitor takes",
        )
    };
    let generated = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        Generator::new(settings).generate_tokens(api)
    }));
    let tokens = generated
        .map_err(|_| refused("progenitor panicked on this document".to_owned()))?
        .map_err(|error| refused(format!("progenitor refused this document ({error})")))?;
    syn::parse2(tokens)
        .map_err(|error| refused(format!("progenitor's output is no Rust ({error})")))
}
