//! `operations.rs`: the metadata of the operations.

use heck::ToUpperCamelCase;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::docs;
use super::module::{Module, Operation};
use super::source::Source;
use crate::error::Result;
use crate::model::idempotency::idempotency;
use crate::model::{ParameterLocation, ParameterModel};

/// Renders the file.
///
/// # Errors
/// Returns an error if an item is not Rust.
pub fn source<'a>(module: &Module<'a>) -> Result<Source<'a>> {
    let mut source = Source::new(module.file, "Metadata of the operations.");
    let has_parameters = module.operations.iter().any(|it| !it.model.parameters.is_empty());
    if module.operations.is_empty() {
        source.head("use meld_client_core::Operation;");
    } else if has_parameters {
        source.head("use meld_client_core::{Idempotency, Method, Operation, Parameter};");
    } else {
        source.head("use meld_client_core::{Idempotency, Method, Operation};");
    }
    let constants = module.operations.iter().map(Operation::constant);
    source.add(quote! {
        /// All operations, in the order of the spec.
        pub static ALL: &[&Operation] = &[#(&#constants),*];
    })?;
    source.add_all(&module.operations, |operation, source| source.add(metadata(module, operation)))?;
    Ok(source)
}

fn metadata(module: &Module<'_>, operation: &Operation<'_>) -> TokenStream {
    let (model, constant, family) = (operation.model, operation.constant(), module.name);
    let doc = format!(" {}.", docs::call(model));
    let (id, path, name) = (&model.operation_id, &model.path, &model.rust_name);
    let method = format_ident!("{}", model.method.to_upper_camel_case());
    let parameters = model.parameters.iter().map(parameter);
    let has_body = model.body.is_some() || model.multipart_body.is_some();
    let success = model.success.iter().map(|s| Literal::u16_unsuffixed(*s));
    let with_body = model.success_body_statuses.iter().map(|s| Literal::u16_unsuffixed(*s));
    let codes = model.error_codes.iter().flat_map(|(status, codes)| {
        let status = Literal::u16_unsuffixed(*status);
        codes.iter().map(move |code| quote!((#status, #code)))
    });
    let takes_idempotency_key = model.takes_idempotency_key();
    let class = idempotency(&model.method, &model.path, takes_idempotency_key);
    let class = format_ident!("{class:?}");
    let is_paged = model.is_paged;
    let minimum_version = match model.minimum_version.map(|version| version.to_string()) {
        Some(version) => quote!(Some(#version)),
        None => quote!(None),
    };
    quote! {
        #[doc = #doc]
        pub static #constant: Operation = Operation {
            version: crate::API_VERSION,
            family: #family,
            operation_id: #id,
            method: Method::#method,
            path: #path,
            rust_name: #name,
            parameters: &[#(#parameters),*],
            has_body: #has_body,
            success: &[#(#success),*],
            success_body_statuses: &[#(#with_body),*],
            error_codes: &[#(#codes),*],
            takes_idempotency_key: #takes_idempotency_key,
            idempotency: Idempotency::#class,
            is_paged: #is_paged,
            minimum_version: #minimum_version,
        };
    }
}

fn parameter(parameter: &ParameterModel) -> TokenStream {
    let (name, rust_name) = (&parameter.name, &parameter.rust_name);
    let place = match parameter.place {
        ParameterLocation::Path => quote!(path),
        ParameterLocation::Query => quote!(query),
        ParameterLocation::Header => quote!(header),
        ParameterLocation::Cookie => quote!(cookie),
    };
    let is_path = parameter.place == ParameterLocation::Path;
    let required = (parameter.rule.required && !is_path).then(|| quote!(.required()));
    let list = parameter.is_list().then(|| quote!(.list()));
    let since = parameter.minimum_version.map(|version| version.to_string());
    let since = since.map(|version| quote!(.since(#version)));
    quote!(Parameter::#place(#name, #rust_name) #required #list #since)
}
