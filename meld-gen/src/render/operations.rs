//! `operations.rs`: the metadata of the operations.

use heck::ToUpperCamelCase;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::docs;
use super::module::{Module, Operation};
use super::source::Source;
use crate::model::idempotency::idempotency;
use crate::model::{OperationModel, ParameterLocation, ParameterModel};

/// Renders the file.
pub fn source(module: &Module<'_>) -> Source {
    let mut source = Source::new("Metadata of the operations.");
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
    });
    source.add_all(&module.operations, |operation, source| source.add(metadata(module, operation)));
    source
}

fn metadata(module: &Module<'_>, operation: &Operation<'_>) -> TokenStream {
    let (model, constant, family) = (operation.model, operation.constant(), module.name);
    let doc = format!(" {}.", docs::call(model));
    let (id, path, name) = (&model.operation_id, &model.path, &model.rust_name);
    let method = format_ident!("{}", model.method.to_upper_camel_case());
    let class = idempotency(&model.method, &model.path, model.takes_idempotency_key());
    let class = format_ident!("{class:?}");
    let deviations = deviations(model);
    quote! {
        #[doc = #doc]
        pub static #constant: Operation = Operation {
            version: crate::API_VERSION,
            family: #family,
            operation_id: #id,
            method: Method::#method,
            path: #path,
            rust_name: #name,
            idempotency: Idempotency::#class,
            #(#deviations,)*
            ..Operation::DEFAULT
        };
    }
}

/// The fields whose values are not those of `Operation::DEFAULT`.
fn deviations(model: &OperationModel) -> Vec<TokenStream> {
    let mut fields = Vec::new();
    if !model.parameters.is_empty() {
        let parameters = model.parameters.iter().map(parameter);
        fields.push(quote!(parameters: &[#(#parameters),*]));
    }
    if model.body.is_some() || model.multipart_body.is_some() {
        fields.push(quote!(has_body: true));
    }
    if model.success != [200] {
        let statuses = model.success.iter().map(status);
        fields.push(quote!(success: &[#(#statuses),*]));
    }
    if !model.success_without_content.is_empty() {
        let statuses = model.success_without_content.iter().map(status);
        fields.push(quote!(success_without_content: &[#(#statuses),*]));
    }
    if !model.success_body_statuses.is_empty() {
        let statuses = model.success_body_statuses.iter().map(status);
        fields.push(quote!(success_body_statuses: &[#(#statuses),*]));
    }
    if !model.error_codes.is_empty() {
        let codes = error_codes(model);
        fields.push(quote!(error_codes: &[#(#codes),*]));
    }
    if model.takes_idempotency_key() {
        fields.push(quote!(takes_idempotency_key: true));
    }
    if model.is_paged {
        fields.push(quote!(is_paged: true));
    }
    if let Some(version) = model.minimum_version.map(|version| version.to_string()) {
        fields.push(quote!(minimum_version: Some(#version)));
    }
    fields
}

fn status(status: &u16) -> TokenStream {
    Literal::u16_unsuffixed(*status).into_token_stream()
}

fn error_codes(model: &OperationModel) -> Vec<TokenStream> {
    let codes = model.error_codes.iter().flat_map(|(of, codes)| {
        let status = status(of);
        codes.iter().map(move |code| quote!((#status, #code)))
    });
    codes.collect()
}

fn parameter(parameter: &ParameterModel) -> TokenStream {
    let (name, rust_name) = (&parameter.name, &parameter.rust_name);
    let location = match parameter.location {
        ParameterLocation::Path => quote!(path),
        ParameterLocation::Query => quote!(query),
        ParameterLocation::Header => quote!(header),
        ParameterLocation::Cookie => quote!(cookie),
    };
    let is_path = parameter.location == ParameterLocation::Path;
    let required = (parameter.rule.required && !is_path).then(|| quote!(.required()));
    let list = parameter.is_list().then(|| quote!(.list()));
    let since = parameter.minimum_version.map(|version| version.to_string());
    let since = since.map(|version| quote!(.since(#version)));
    quote!(Parameter::#location(#name, #rust_name) #required #list #since)
}
