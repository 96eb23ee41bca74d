//! Multipart bodies and responses in builders.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use super::into_request::Part;
use super::module::{Module, Operation};
use crate::model::{FileModel, Media, MultipartBody, MultipartResponse, OperationModel};

/// The type of fields that an operation does not have.
fn no_fields() -> TokenStream {
    quote!(Map<String, Value>)
}

/// Returns the imports of builders.
pub fn imports(module: &Module<'_>) -> Option<String> {
    let models = || module.operations.iter().map(|operation| operation.model);
    let bodies = || models().filter_map(|model| model.multipart_body.as_ref());
    let responses = || models().filter_map(|model| model.multipart_response.as_ref());
    let names = [
        ("FilePart", bodies().any(|body| body.takes_other_files || !body.files.is_empty())),
        ("Files", bodies().next().is_some()),
        ("JsonOrMultipart", responses().any(|response| response.is_alternative)),
        ("Multipart", responses().any(|response| !response.is_alternative)),
        ("Required", bodies().next().is_some()),
        ("ResponseParts", responses().next().is_some()),
    ];
    let names: Vec<&str> = names.iter().filter(|(_, is_used)| *is_used).map(|(name, _)| *name).collect();
    (!names.is_empty()).then(|| format!("use meld_client_core::multipart::{{{}}};", names.join(", ")))
}

/// The response and the function that sends the request, if the response has several parts.
pub fn response(module: &Module<'_>, operation: &Operation<'_>) -> Option<(TokenStream, &'static str)> {
    let multipart = operation.model.multipart_response.as_ref()?;
    let own = || match operation.response() {
        Some(response) => module.tokens(&response, &quote!(types::)),
        None => no_fields(),
    };
    if !multipart.is_alternative {
        let fields = own();
        return Some((quote!(Multipart<#fields>), "send_multipart"));
    }
    let fields = named(multipart.fields.as_deref());
    let json = own();
    Some((quote!(JsonOrMultipart<#json, #fields>), "send_json_or_multipart"))
}

fn named(fields: Option<&str>) -> TokenStream {
    match fields {
        Some(name) => {
            let name = format_ident!("{name}");
            quote!(types::#name)
        }
        None => no_fields(),
    }
}

/// The statement that accepts a response of several parts.
pub fn acceptance(response: &MultipartResponse) -> TokenStream {
    let MultipartResponse { json, text, is_alternative, .. } = response;
    quote! {
        request.accept_multipart(&ResponseParts { json: &[#(#json),*], text: &[#(#text),*] }, #is_alternative);
    }
}

/// Fields of the builder with their values before they are set, and the setters.
#[derive(Default)]
pub struct Slots {
    /// The fields.
    pub fields: Vec<TokenStream>,
    /// The fields before they are set.
    pub unset: Vec<TokenStream>,
    /// The setters.
    pub setters: Vec<TokenStream>,
}

/// The slots of a multipart body, other than that of fields in place of JSON.
pub fn slots(body: &MultipartBody) -> Slots {
    let mut slots = Slots::default();
    let files = format_ident!("{}", body.names.files);
    slots.fields.push(quote!(#files: Files));
    slots.unset.push(quote!(#files: Files::default()));
    if let (Some(fields), true) = (&body.fields, body.is_alternative) {
        let (form, ty) = (format_ident!("{}", body.names.form), format_ident!("{fields}"));
        let doc = format!(
            " Sets the fields of a multipart body, which is sent in place of JSON: a [`types::{fields}`] or its builder."
        );
        slots.fields.push(quote!(#form: Option<Result<types::#ty, Error>>));
        slots.unset.push(quote!(#form: None));
        slots.setters.push(quote! {
            #[doc = #doc]
            pub fn #form(mut self, value: impl TryInto<types::#ty, Error: Into<Error>>) -> Self {
                self.#form = Some(value.try_into().map_err(Into::into));
                self
            }
        });
    }
    slots.setters.extend(body.files.iter().map(|file| setter(body, file)));
    if body.takes_other_files {
        let add = format_ident!("{}", body.names.add_file);
        slots.setters.push(quote! {
            /// Adds a file in the part of this name.
            pub fn #add(mut self, part: impl Into<String>, value: impl Into<FilePart>) -> Self {
                self.#files.add(part, value);
                self
            }
        });
    }
    slots
}

fn setter(body: &MultipartBody, file: &FileModel) -> TokenStream {
    let FileModel { name, rust_name, is_list, .. } = file;
    let (files, setter) = (format_ident!("{}", body.names.files), format_ident!("{rust_name}"));
    let doc = docs::attributes(&docs::for_file(file));
    let (argument, value) = match is_list {
        true => (quote!(impl IntoIterator<Item = impl Into<FilePart>>), quote!(value)),
        false => (quote!(impl Into<FilePart>), quote!([value])),
    };
    quote! {
        #doc
        pub fn #setter(mut self, value: #argument) -> Self {
            self.#files.set(#name, #value);
            self
        }
    }
}

/// The part that puts a multipart body into the request. `json` is the one for JSON.
pub fn part(model: &OperationModel, body: &MultipartBody, json: Option<Part>) -> Part {
    let files = format_ident!("{}", body.names.files);
    let required = body.files.iter().filter(|file| file.is_required).map(|file| &file.name);
    let field = match &body.required_field {
        Some(name) => quote!(Some(#name)),
        None => quote!(None),
    };
    let required = quote!(Required { field: #field, files: &[#(#required),*] });
    let nothing = no_fields();
    let nothing = quote!(None::<Result<#nothing, Error>>);
    if model.body_media != Some(Media::Multipart) {
        let form = format_ident!("{}", body.names.form);
        let fields = if body.fields.is_some() { quote!(self.#form) } else { nothing };
        return Part::Or(quote!(request.multipart(#fields, self.#files, #required)), json.map(Box::new));
    }
    let fields = if body.has_fields { quote!(self.body) } else { nothing };
    match model.body {
        Some(true) => Part::Checked(quote!(request.required_multipart(#fields, self.#files, #required))),
        _ => Part::Checked(quote!(request.multipart(#fields, self.#files, #required))),
    }
}
