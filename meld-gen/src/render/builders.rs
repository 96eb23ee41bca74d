//! `builder.rs`: one builder per operation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use super::examples;
use super::into_request::Part;
use super::module::{Module, Operation};
use super::multipart;
use super::source::Source;
use super::validate;
use crate::error::Result;
use crate::escape::code;
use crate::model::{KeyUse, Media, OperationModel, ParameterLocation, ParameterModel, ParameterStyle};
use crate::progenitor::rust_type::RustType;

/// Renders the file.
///
/// # Errors
/// Returns an error if progenitor's output lacks a parameter.
pub fn source(module: &Module<'_>) -> Result<Source> {
    let mut source = Source::new("Builders of requests, one per operation.");
    let uses_types = module.operations.iter().any(|operation| {
        let types = operation.item.parameters.values().chain(&operation.item.response);
        types.into_iter().any(|ty| ty.generated_name(&|name| module.knows(name)).is_some())
    });
    source.head("use meld_client_core::call;");
    multipart::imports(module).iter().for_each(|imports| source.head(imports));
    source.head("use meld_client_core::prelude::*;\n");
    source.head(if uses_types { "use super::{operations, types};" } else { "use super::operations;" });
    source.try_add_all(&module.operations, |operation, source| builder(module, operation, source))?;
    Ok(source)
}

/// A parameter or the body in its builder.
struct Slot {
    /// The field of the builder.
    field: TokenStream,
    /// The field before it is set.
    unset: TokenStream,
    /// The method that sets it.
    setter: TokenStream,
}

fn builder(module: &Module<'_>, operation: &Operation<'_>, source: &mut Source) -> Result<()> {
    let model = operation.model;
    let name = format_ident!("{}", model.builder_name);
    let (response, function) = response(module, operation);
    let mut doc = docs::for_builder(model);
    doc.extend(examples::section(module, operation, function == "send_ignoring_body"));
    let doc = docs::attributes(&doc);
    let parameters = model.parameters.iter().map(|it| parameter_slot(module, operation, it));
    let mut slots = parameters.collect::<Result<Vec<_>>>()?;
    slots.extend(operation.body().map(|body| body_slot(module, model, &body)));
    let parts = model.multipart_body.as_ref().map(multipart::slots).unwrap_or_default();
    let fields = slots.iter().map(|slot| &slot.field).chain(&parts.fields);
    let has_form = model.multipart_body.as_ref().is_some_and(|body| body.fields.is_some());
    let clone = (operation.body().is_none() && !has_form).then(|| quote!(#[derive(Clone)]));
    source.add(quote! {
        #doc
        #clone
        #[must_use = "call `send` to send the request"]
        pub struct #name {
            transport: Transport,
            options: RequestOptions,
            #(#fields,)*
        }
    });
    let constant = operation.constant();
    let call = format!("{name}, operations::{constant}, {function} -> {}", text(&response));
    source.push(&call_macro(&call, &docs::error_codes(model)));
    let unset = slots.iter().map(|slot| &slot.unset).chain(&parts.unset);
    let setters = slots.iter().map(|slot| &slot.setter).chain(&parts.setters);
    let into_request = into_request(module, operation)?;
    source.add(quote! {
        impl #name {
            pub(super) fn new(transport: Transport) -> Self {
                Self { transport, options: RequestOptions::default(), #(#unset,)* }
            }
            #(#setters)*
            #into_request
        }
    });
    Ok(())
}

/// The macro call that implements `send`, with the doc comments to add to it.
fn call_macro(call: &str, docs: &[String]) -> String {
    if docs.is_empty() {
        return format!("call!({call});\n");
    }
    let docs: String = docs.iter().map(|line| format!("    ///{line}\n")).collect();
    format!("call! {{\n{docs}    {call}\n}}\n")
}

/// The type of the response, and the function of the transport that returns it.
fn response(module: &Module<'_>, operation: &Operation<'_>) -> (TokenStream, &'static str) {
    if let Some(response) = multipart::response(module, operation) {
        return response;
    }
    match (operation.response(), &operation.model.response_media) {
        (Some(_), Some(Media::Bytes(_))) => (quote!(Vec<u8>), "send_bytes"),
        (Some(response), _) => (module.tokens(&response, &quote!(types::)), "send"),
        (None, _) => (quote!(()), "send_ignoring_body"),
    }
}

/// A type as people write it.
pub fn text(ty: &TokenStream) -> String {
    ty.to_string().replace(' ', "").replace(',', ", ")
}

fn parameter_slot(module: &Module<'_>, operation: &Operation<'_>, parameter: &ParameterModel) -> Result<Slot> {
    let ident = format_ident!("{}", parameter.rust_name);
    let ty = module.parameter(operation, parameter)?;
    let stored = module.tokens(&ty, &quote!(types::));
    let (argument, value) = ty.setter(&quote!(types::), &|name| module.knows(name));
    let doc = docs::attributes(&docs::for_parameter(parameter));
    let (field, unset, value) = if parameter.is_list() {
        (quote!(#ident: #stored), quote!(#ident: Vec::new()), value)
    } else {
        (quote!(#ident: Option<#stored>), quote!(#ident: None), quote!(Some(#value)))
    };
    let deprecated = parameter.deprecated.then(|| quote!(#[deprecated]));
    let setter = quote! {
        #doc
        #deprecated
        pub fn #ident(mut self, value: #argument) -> Self {
            self.#ident = #value;
            self
        }
    };
    Ok(Slot { field, unset, setter })
}

fn body_slot(module: &Module<'_>, model: &OperationModel, body: &RustType) -> Slot {
    if let Some(Media::Bytes(media_type)) = &model.body_media {
        return bytes_slot(media_type);
    }
    let ty = module.tokens(body, &quote!(types::));
    let doc = match body {
        RustType::Named(name) if module.knows(name) => {
            format!(" Sets the body: a [`types::{name}`] or its builder.")
        }
        _ => " Sets the body.".to_owned(),
    };
    let setter = quote! {
        #[doc = #doc]
        pub fn body(mut self, value: impl TryInto<#ty, Error: Into<Error>>) -> Self {
            self.body = Some(value.try_into().map_err(Into::into));
            self
        }
    };
    Slot { field: quote!(body: Option<Result<#ty, Error>>), unset: quote!(body: None), setter }
}

/// The body of an operation that sends bytes.
fn bytes_slot(media_type: &str) -> Slot {
    let doc = format!(" Sets the body: bytes of {}.", code(media_type));
    let setter = quote! {
        #[doc = #doc]
        pub fn body(mut self, value: impl Into<Vec<u8>>) -> Self {
            self.body = Some(value.into());
            self
        }
    };
    Slot { field: quote!(body: Option<Vec<u8>>), unset: quote!(body: None), setter }
}

/// The part that puts the body into the request.
fn body_part(model: &OperationModel) -> Option<Part> {
    let is_required = model.body?;
    Some(match &model.body_media {
        Some(Media::Bytes(media_type)) if is_required => {
            Part::Checked(quote!(request.required_bytes_body(#media_type, self.body)))
        }
        Some(Media::Bytes(media_type)) => Part::Plain(quote!(request.bytes_body(#media_type, self.body))),
        _ if is_required => Part::Checked(quote!(request.required_body(self.body))),
        _ => Part::Checked(quote!(request.optional_body(self.body))),
    })
}

/// The statements for media types, the API key and the server, where they differ from those of Meld.
fn deviations(model: &OperationModel) -> Vec<TokenStream> {
    let mut statements = Vec::new();
    if let Some(Media::OtherJson(media_type)) = &model.body_media {
        statements.push(quote!(request.content_type(#media_type);));
    }
    if let Some(Media::OtherJson(media_type) | Media::Bytes(media_type)) = &model.response_media {
        statements.push(quote!(request.accept(#media_type);));
    }
    statements.extend(model.multipart_response.iter().map(multipart::acceptance));
    match model.key {
        KeyUse::Default => {}
        KeyUse::Optional => statements.push(quote!(request.api_key_is_optional();)),
        KeyUse::Never => statements.push(quote!(request.without_api_key();)),
    }
    statements.extend(model.server.iter().map(|server| quote!(request.server(#server);)));
    statements
}

/// `into_request`, which makes the request without sending it.
fn into_request(module: &Module<'_>, operation: &Operation<'_>) -> Result<TokenStream> {
    let (model, constant) = (operation.model, operation.constant());
    let mut parts: Vec<Part> = rules(module, operation)?.map(Part::Checked).into_iter().collect();
    parts.extend(model.parameters.iter().map(request_part));
    let body = operation.body().and_then(|_| body_part(model));
    parts.extend(match &model.multipart_body {
        Some(multipart) => Some(multipart::part(model, multipart, body)),
        None => body,
    });
    // One failure needs no collection.
    let collects = parts.iter().filter(|part| part.may_fail()).count() > 1;
    let failures = collects.then(|| quote!(let mut failures = Failures::default();));
    let result = if collects { quote!(failures.finish(request)) } else { quote!(Ok(request)) };
    let parts: Vec<TokenStream> = parts.iter().map(|part| part.statement(collects)).collect();
    let deviations = deviations(model);
    let is_changed = !model.parameters.is_empty() || !parts.is_empty() || !deviations.is_empty();
    let mutable = is_changed.then(|| quote!(mut));
    let required = model.parameters.iter().filter(|parameter| parameter.rule.required);
    let required = required.map(|parameter| code(&parameter.name));
    let required_body = (model.body == Some(true)).then(|| "the body".to_owned());
    let required: Vec<String> = required.chain(required_body).collect();
    let errors = docs::attributes(&docs::invalid_request(&required));
    // `inline` compiles it where it is called: few programs use all operations.
    Ok(quote! {
        /// Returns the request without sending it.
        ///
        #errors
        #[inline]
        pub fn into_request(self) -> Result<Request, Error> {
            let #mutable request = Request::with_options(&operations::#constant, self.options);
            #failures
            #(#parts)*
            #(#deviations)*
            #result
        }
    })
}

/// The rules that parameters are validated by.
fn rules(module: &Module<'_>, operation: &Operation<'_>) -> Result<Option<TokenStream>> {
    let model = operation.model;
    let mut statements = Vec::new();
    for parameter in &model.parameters {
        // Required values are validated where they are put into the request.
        let ident = format_ident!("{}", parameter.rust_name);
        let ty = module.parameter(operation, parameter)?;
        let rule = Some(&parameter.rule);
        let field = validate::Checked { ident: &ident, wire: &parameter.name, ty: &ty, rule };
        statements.push(validate::statements(&field, &|_| false));
    }
    for (one, other) in &model.exclusive {
        let named = |name: &str| {
            let parameter = model.parameters.iter().find(|parameter| parameter.name == name)?;
            let ty = module.parameter(operation, parameter).ok()?;
            Some((format_ident!("{}", parameter.rust_name), ty))
        };
        if let (Some((first, ty)), Some((second, second_ty))) = (named(one), named(other)) {
            statements.push(validate::exclusive((one, &first, &ty), (other, &second, &second_ty)));
        }
    }
    let is_empty = statements.iter().all(TokenStream::is_empty);
    Ok((!is_empty).then(|| quote!(request.validate(|validator| { #(#statements)* }))))
}

/// The part that puts a parameter into the request.
fn request_part(parameter: &ParameterModel) -> Part {
    let ident = format_ident!("{}", parameter.rust_name);
    let (name, is_required) = (&parameter.name, parameter.rule.required);
    let value = quote!(self.#ident.as_ref());
    if parameter.credential.as_ref().is_some_and(|credential| credential.is_bearer) {
        return Part::Checked(match is_required {
            true => quote!(request.bearer_token(#value)),
            false => quote!(#value.map_or(Ok(()), |token| request.bearer_token(Some(token)))),
        });
    }
    Part::Checked(match (parameter.location, parameter.style) {
        (ParameterLocation::Path, ParameterStyle::Styled { name: style, explode }) => {
            quote!(request.styled_path(#name, #style, #explode, #value))
        }
        (ParameterLocation::Query, ParameterStyle::Styled { name: style, explode }) => {
            quote!(request.styled_query(#name, #style, #explode, #value, #is_required))
        }
        (ParameterLocation::Header, ParameterStyle::Styled { explode, .. }) => {
            quote!(request.styled_header(#name, #explode, #value, #is_required))
        }
        (ParameterLocation::Query, ParameterStyle::List) if is_required => {
            quote!(request.required_list(#name, &self.#ident))
        }
        (ParameterLocation::Query, ParameterStyle::List) => {
            quote!(request.list(#name, &self.#ident))
        }
        (ParameterLocation::Query, ParameterStyle::Repeated) => {
            quote!(request.repeated(#name, &self.#ident, #is_required))
        }
        (ParameterLocation::Path, _) => quote!(request.path(#name, #value)),
        (ParameterLocation::Query, _) if is_required => {
            quote!(request.required_query(#name, #value))
        }
        (ParameterLocation::Query, _) => return Part::Plain(quote!(request.query(#name, #value))),
        (ParameterLocation::Header, _) if is_required => {
            quote!(request.required_header(#name, #value))
        }
        (ParameterLocation::Header, _) => quote!(request.header(#name, #value)),
        (ParameterLocation::Cookie, _) => {
            quote!(request.cookie(#name, #value, #is_required))
        }
    })
}
