//! `types.rs`: the declarations of structs, enums and unions, with their documentation.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use super::module::Module;
use super::source::Source;
use crate::escape::code;
use crate::model::TypeModel;
use crate::model::Union;
use crate::progenitor::output::{StructItem, TypeItem};
use crate::progenitor::rust_type::RustType;

/// Renders the file.
pub fn source(module: &Module<'_>, has_builders: bool) -> Source {
    let mut source = Source::new("Request and response types.");
    source.head("pub use meld_client_core::ErrorResponse;");
    if uses_prelude(module) {
        source.head("use meld_client_core::prelude::*;");
    }
    if has_builders {
        source.head("\npub mod builder;");
    }
    source.re_export("crate::shared::types", module.shared.iter().map(|item| item.name()));
    source.add_all(&module.types, |item, source| source.add(declaration(module, item)));
    source
}

/// Returns `true` if a field or a newtype has a type that the prelude exports.
fn uses_prelude(module: &Module<'_>) -> bool {
    module.types.iter().any(|item| match item {
        TypeItem::Struct(item) => {
            let model = module.model(&item.name);
            let fields = module.fields(item, model);
            model.union.is_none() && fields.iter().any(|field| field.ty.is_from_prelude())
        }
        // A union is an empty object for progenitor.
        TypeItem::Newtype(name, ty) => module.model(name).union.is_none() && ty.is_from_prelude(),
        TypeItem::Enum(_) => false,
    })
}

fn declaration(module: &Module<'_>, item: &TypeItem) -> TokenStream {
    let model = module.model(item.name());
    match (item, &model.union) {
        (_, Some(union)) => selected_union(item.name(), model, union),
        (TypeItem::Struct(item), None) => structure(module, item, model),
        (TypeItem::Enum(name), None) => string_enum(name, model),
        (TypeItem::Newtype(name, ty), None) => newtype(module, name, model, ty),
    }
}

fn structure(module: &Module<'_>, item: &StructItem, model: &TypeModel) -> TokenStream {
    let name = format_ident!("{}", item.name);
    let fields = module.fields(item, model);
    let doc = docs::attributes(&docs::for_type(model, false));
    let is_all_optional = fields.iter().all(|field| field.ty.may_be_absent());
    let default = is_all_optional.then(|| quote!(Default,));
    let members = fields.iter().map(|field| {
        let (ident, doc) = (&field.ident, docs::attributes(&field.doc(model)));
        let ty = module.tokens(&field.ty, &quote!());
        quote!(#doc pub #ident: #ty,)
    });
    quote! {
        #doc
        #[derive(Clone, #default PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#members)*
        }
    }
}

fn newtype(module: &Module<'_>, name: &str, model: &TypeModel, ty: &RustType) -> TokenStream {
    let doc = docs::attributes(&docs::for_type(model, false));
    let name = format_ident!("{name}");
    let ty = module.tokens(ty, &quote!());
    quote! {
        #doc
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct #name(pub #ty);
    }
}

fn selected_union(name: &str, model: &TypeModel, union: &Union) -> TokenStream {
    let content = union.content.as_deref();
    let content = content.map(|content| format!(", beside {},", code(content)));
    let content = content.unwrap_or_default();
    let place = format!(" The value of {}{content} selects the variant.", code(&union.tag));
    let mut lines = docs::for_type(model, false);
    lines.extend([String::new(), place]);
    let doc = docs::attributes(&lines);
    let name = format_ident!("{name}");
    let names = union.variant_names();
    let variants = union.variants.iter().zip(&names).map(|(member, name)| {
        let doc = format!(" {}", code(&member.value));
        let ident = format_ident!("{name}");
        let schema = format_ident!("{}", member.schema);
        quote!(#[doc = #doc] #ident(#schema))
    });
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A variant that the spec does not list, kept as received.
            Unknown(meld_client_core::UnknownVariant),
        }
    }
}

fn string_enum(name: &str, model: &TypeModel) -> TokenStream {
    let doc = docs::attributes(&docs::for_type(model, true));
    let name = format_ident!("{name}");
    let variants = model.variants.iter().zip(&model.values).map(|(variant, value)| {
        let (doc, variant) = (format!(" {}", code(value)), format_ident!("{variant}"));
        quote!(#[doc = #doc] #variant)
    });
    quote! {
        #doc
        #[derive(Clone)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value that the spec does not list, kept as received.
            Unknown(meld_client_core::UnknownValue),
        }
    }
}
