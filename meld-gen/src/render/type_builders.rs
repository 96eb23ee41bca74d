//! `types/builder.rs`: builders of the structs that requests have.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::builders::text;
use super::codec::{literal, table};
use super::docs;
use super::module::{Field, Module};
use super::source::Source;
use crate::escape::code;
use crate::model::TypeModel;
use crate::progenitor::output::{StructItem, TypeItem};
use crate::progenitor::rust_type::RustType;

/// Renders the file.
pub fn source<'a>(module: &Module<'a>) -> Source {
    let mut source = Source::new("Builders of request types.");
    let of_requests = |items| {
        let mut structs = module.structs(items);
        structs.retain(|(_, model)| model.usage.sent);
        structs
    };
    let sent = of_requests(&module.types);
    let shared = of_requests(&module.shared);
    let names = |structs: &[(&'a StructItem, &TypeModel)]| structs.iter().map(|(item, _)| item.name.as_str()).collect();
    let (own, shared): (Vec<&str>, Vec<&str>) = (names(&sent), names(&shared));
    let mut built: BTreeSet<&str> = own.into_iter().chain(shared.iter().copied()).collect();
    let own_unions = unions(module, &module.types, &built);
    let shared_unions = unions(module, &module.shared, &built);
    built.extend(own_unions.iter().chain(&shared_unions).map(|(name, _)| *name));
    if !sent.is_empty() {
        source.head("use meld_client_core::builder;");
    }
    let mut fields = sent.iter().flat_map(|(item, model)| module.fields(item, model));
    if fields.any(|field| field.ty.is_from_prelude() || is_nested(&field.ty, &built)) {
        source.head("use meld_client_core::prelude::*;");
    }
    if !own_unions.is_empty() {
        source.head("use meld_client_core::union_builder;");
    }
    source.re_export("crate::shared::types::builder", shared.into_iter());
    source.add_all(&sent, |(item, model), source| builder(module, item, model, &built, source));
    for (name, variants) in own_unions {
        let rows = variants.iter().map(|(variant, content)| format!("{variant}({content})"));
        source.push(&table("union_builder", name, rows));
    }
    source
}

/// A union, and its variants that have a builder of their own: the names of the variant and of its type.
type BuiltUnion<'a> = (&'a str, Vec<(String, &'a str)>);

/// Returns the unions of requests that have such variants. `built` are the structs that have a builder.
fn unions<'m>(module: &'m Module<'_>, items: &[&'m TypeItem], built: &BTreeSet<&str>) -> Vec<BuiltUnion<'m>> {
    let unions = items.iter().filter_map(|item| {
        let model = module.model(item.name());
        let union = model.union.as_ref().filter(|_| model.usage.sent)?;
        let is_only = |schema: &str| union.variants.iter().filter(|variant| variant.schema == schema).count() == 1;
        let variants = union.variant_names().into_iter().zip(&union.variants);
        let variants = variants.map(|(name, variant)| (name, variant.schema.as_str()));
        let variants: Vec<_> = variants.filter(|(_, schema)| built.contains(schema) && is_only(schema)).collect();
        (!variants.is_empty()).then_some((item.name(), variants))
    });
    unions.collect()
}

/// Adds a builder. `built` are the types that have one.
fn builder(module: &Module<'_>, item: &StructItem, model: &TypeModel, built: &BTreeSet<&str>, source: &mut Source) {
    let name = format_ident!("{}", item.name);
    let fields = module.fields(item, model);
    let slot = |field: &Field<'_>| {
        let ty = module.tokens(field.ty.required(), &quote!(super::));
        let slot = if is_nested(&field.ty, built) { "Nested" } else { "Option" };
        format!("{slot}<{}>", text(&ty))
    };
    let rows = fields
        .iter()
        .map(|field| format!("{}: {} {} = {}", field.ident, kind(field), slot(field), literal(field.wire)));
    source.push(&table("builder", &item.name, rows));
    let names: BTreeSet<String> = fields.iter().map(|field| field.ident.to_string()).collect();
    let setters: Vec<TokenStream> = fields.iter().map(|field| setter(module, model, field, &names, built)).collect();
    if !setters.is_empty() {
        source.add(quote! {
            impl #name {
                #(#setters)*
            }
        });
    }
}

/// Returns `true` for a value with a builder, for a union of them, and for a list of either.
fn is_nested(ty: &RustType, built: &BTreeSet<&str>) -> bool {
    match ty {
        RustType::Optional(inner) | RustType::Nullable(inner) => is_nested(inner, built),
        RustType::List(inner) => matches!(&**inner, RustType::Named(name) if built.contains(name.as_str())),
        RustType::Named(name) => built.contains(name.as_str()),
        _ => false,
    }
}

/// The argument type of the setter of a nested field, and the expression that turns `value` into the field's.
fn nested(module: &Module<'_>, ty: &RustType) -> (TokenStream, TokenStream) {
    let argument = |ty| {
        let ty = module.tokens(ty, &quote!(super::));
        quote!(impl TryInto<#ty, Error: Into<Error>>)
    };
    match ty {
        RustType::Optional(inner) => nested(module, inner),
        RustType::Nullable(inner) => {
            let (argument, value) = nested(module, inner);
            (argument, quote!(#value.map(Nullable::Value)))
        }
        RustType::List(inner) => {
            let argument = argument(inner);
            (quote!(impl IntoIterator<Item = #argument>), quote!(Nested::list(value)))
        }
        ty => (argument(ty), quote!(Nested::new(value))),
    }
}

fn setter(
    module: &Module<'_>,
    model: &TypeModel,
    field: &Field<'_>,
    names: &BTreeSet<String>,
    built: &BTreeSet<&str>,
) -> TokenStream {
    let ident = &field.ident;
    let is_cleared = matches!(field.ty, RustType::Nullable(_));
    let is_nested = is_nested(&field.ty, built);
    let clear = is_cleared.then(|| clear_setter(field, names, is_nested));
    let doc = docs::attributes(&field.doc(model));
    let (argument, value) = if is_nested {
        nested(module, &field.ty)
    } else {
        let (argument, value) = field.ty.setter(&quote!(super::), &|name| module.knows(name));
        (argument, quote!(Some(#value)))
    };
    let deprecated = field.is_deprecated.then(|| quote!(#[deprecated]));
    quote! {
        #doc
        #deprecated
        pub fn #ident(mut self, value: #argument) -> Self {
            self.#ident = #value;
            self
        }
        #clear
    }
}

/// The method that removes a value. Its name gets an underscore if a setter has it.
fn clear_setter(field: &Field<'_>, setters: &BTreeSet<String>, is_nested: bool) -> TokenStream {
    let ident = &field.ident;
    let name = ident.to_string();
    let mut clear = format!("clear_{}", name.strip_prefix("r#").unwrap_or(&name));
    while setters.contains(&clear) {
        clear.push('_');
    }
    let clear = format_ident!("{clear}");
    let doc = format!(" Sends `null` for {}, which removes the value.", code(field.wire));
    let null = if is_nested { quote!(Nested::value(Nullable::Null)) } else { quote!(Some(Nullable::Null)) };
    quote! {
        #[doc = #doc]
        pub fn #clear(mut self) -> Self {
            self.#ident = #null;
            self
        }
    }
}

/// The kind of a field.
fn kind(field: &Field<'_>) -> &'static str {
    let is_option = matches!(field.ty, RustType::Optional(_));
    match (field.is_required, is_option) {
        (true, false) => "required",
        // Required in requests, but the type is a response too, in which it may be missing.
        (true, true) => "some",
        (false, true) => "optional",
        (false, false) => "default",
    }
}
