//! `types/builder.rs`: builders of the structs that requests have.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use super::module::{Field, Module};
use super::source::Source;
use crate::error::Result;
use crate::escape::code;
use crate::model::TypeModel;
use crate::progenitor::output::StructItem;
use crate::progenitor::rust_type::RustType;

/// Renders the file.
///
/// # Errors
/// Returns an error if an item is not Rust.
pub fn source<'a>(module: &Module<'a>) -> Result<Source<'a>> {
    let mut source = Source::new(module.file, "Builders of request types.");
    let of_requests = |items| {
        let mut structs = module.structs(items);
        structs.retain(|(_, model)| model.usage.sent);
        structs
    };
    let sent = of_requests(&module.types);
    if !sent.is_empty() {
        source.head("use meld_client_core::opaque;\nuse meld_client_core::prelude::*;");
    }
    let shared = of_requests(&module.shared).into_iter().map(|(item, _)| item.name.as_str());
    source.re_export("crate::shared::types::builder", shared);
    source.add_all(&sent, |(item, model), source| builder(module, item, model, source))?;
    Ok(source)
}

fn builder(module: &Module<'_>, item: &StructItem, model: &TypeModel, source: &mut Source<'_>) -> Result<()> {
    let name = format_ident!("{}", item.name);
    let fields = module.fields(item, model);
    let doc = format!(" Builder for [`super::{}`].", item.name);
    let stored = fields.iter().map(|field| {
        let ident = &field.ident;
        let ty = module.tokens(field.ty.required(), &quote!(super::));
        quote!(#ident: Option<#ty>)
    });
    source.add(quote! {
        impl super::#name {
            /// Returns a builder without values.
            pub fn builder() -> #name {
                #name::default()
            }
        }

        #[doc = #doc]
        #[derive(Clone, Default)]
        #[must_use]
        pub struct #name {
            #(#stored,)*
        }
    })?;
    source.push(&format!("opaque!({name});\n"));
    let names: BTreeSet<String> = fields.iter().map(|field| field.ident.to_string()).collect();
    let setters = fields.iter().map(|field| setter(module, field, &names));
    let built = fields.iter().map(built_field);
    let required = fields.iter().filter(|field| field.is_required);
    let required: Vec<String> = required.map(|field| code(field.wire)).collect();
    let errors = docs::attributes(&docs::incomplete(&required));
    source.add(quote! {
        impl #name {
            #(#setters)*

            /// Returns the finished value.
            ///
            #errors
            pub fn build(self) -> Result<super::#name, Error> {
                Ok(super::#name { #(#built,)* })
            }
        }

        impl TryFrom<#name> for super::#name {
            type Error = Error;

            fn try_from(builder: #name) -> Result<Self, Error> {
                builder.build()
            }
        }
    })
}

fn setter(module: &Module<'_>, field: &Field<'_>, names: &BTreeSet<String>) -> TokenStream {
    let ident = &field.ident;
    let is_cleared = matches!(field.ty, RustType::Nullable(_));
    let clear = is_cleared.then(|| clear_setter(field, names));
    let doc = docs::attributes(&field.doc);
    let (argument, value) = field.ty.setter(&quote!(super::), &|name| module.knows(name));
    let deprecated = field.is_deprecated.then(|| quote!(#[deprecated]));
    quote! {
        #doc
        #deprecated
        pub fn #ident(mut self, value: #argument) -> Self {
            self.#ident = Some(#value);
            self
        }
        #clear
    }
}

/// The method that removes a value. Its name gets an underscore if a setter has it.
fn clear_setter(field: &Field<'_>, setters: &BTreeSet<String>) -> TokenStream {
    let ident = &field.ident;
    let name = ident.to_string();
    let mut clear = format!("clear_{}", name.strip_prefix("r#").unwrap_or(&name));
    while setters.contains(&clear) {
        clear.push('_');
    }
    let clear = format_ident!("{clear}");
    let doc = format!(" Sends `null` for {}, which removes the value.", code(field.wire));
    quote! {
        #[doc = #doc]
        pub fn #clear(mut self) -> Self {
            self.#ident = Some(Nullable::Null);
            self
        }
    }
}

/// The field of the built struct, from the builder's.
fn built_field(field: &Field<'_>) -> TokenStream {
    let Field { ident, wire, ty, .. } = field;
    let is_option = matches!(ty, RustType::Optional(_));
    match (field.is_required, is_option) {
        (true, false) => quote!(#ident: required(self.#ident, #wire)?),
        // Required in requests, but the type is a response too, in which it may be missing.
        (true, true) => quote!(#ident: Some(required(self.#ident, #wire)?)),
        (false, true) => quote!(#ident: self.#ident),
        (false, false) => quote!(#ident: self.#ident.unwrap_or_default()),
    }
}
