//! The table of responses: every response of every version, with the objects and unions it is made of.

use quote::{ToTokens, quote};
use syn::{Ident, Item, parse_quote};

use crate::sources::{
    Object, Result, Source, Tokens, compact, function, is_nothing, operation_index, success,
};

/// The table.
pub fn table(sources: &[Source]) -> Result<Tokens> {
    let modules = sources.iter().map(module).collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        /// All modules, by version and family.
        pub static MODULES: &[Module] = &[#(#modules),*];
    })
}

/// One entry of the table: a module of a version.
fn module(source: &Source) -> Result<Tokens> {
    let Source { version, family, .. } = source;
    let responses: Vec<Tokens> =
        source.items(&["builder"]).iter().filter_map(|item| response(item)).collect();
    let types = declared(&source.items(&["types"]))?;
    let [version_module, family_module] = source.path();
    Ok(quote! {{
        #[allow(unused_imports)]
        use meld_client::#version_module::#family_module::{OPERATIONS, types};
        #[allow(unused_imports)]
        use meld_client_core::prelude::*;
        Module {
            version: #version,
            family: #family,
            operations: OPERATIONS,
            responses: &[#(#responses),*],
            types: &[#(#types),*],
        }
    }})
}

/// The response of an operation, by the `send` of its builder.
fn response(item: &Item) -> Option<Tokens> {
    let Item::Impl(item) = item else { return None };
    let success = success(function(item, "send")?)?;
    let index = operation_index(function(item, "into_request")?)?;
    let builder = item.self_ty.to_token_stream().to_string();
    let name = compact(&success);
    let read = if is_nothing(&success) {
        quote! { None }
    } else {
        quote! { Some(read::<#success>) }
    };
    Some(quote! {
        Output { builder: #builder, operation: &OPERATIONS[#index], success: #name, read: #read }
    })
}

/// What the module `types` declares: objects, unions and enums.
fn declared(items: &[&Item]) -> Result<Vec<Tokens>> {
    let mut declared = Vec::new();
    for item in items {
        let Item::Macro(item) = item else { continue };
        let name = item.mac.path.segments.last().map(|segment| segment.ident.to_string());
        let tokens = item.mac.tokens.clone();
        match name.as_deref() {
            Some("object") => declared.push(object(&syn::parse2(tokens)?, items)),
            Some("selected_union") => declared.push(union(&syn::parse2(tokens)?)?),
            Some("string_enum") => {
                let item: syn::ItemEnum = syn::parse2(tokens)?;
                let name = item.ident.to_string();
                declared.push(quote! { (#name, Type::Enum) });
            }
            other => return Err(format!("the tests do not know the macro {other:?}").into()),
        }
    }
    Ok(declared)
}

fn object(object: &Object, items: &[&Item]) -> Tokens {
    let name = object.name.to_string();
    let fields = object.fields.iter().map(|field| {
        let rust_type = field_type(&object.name, &field.name, items);
        let (json, is_text) = (&field.json, field.mark.as_deref() == Some("text"));
        let selector = match &field.selector {
            Some(selector) => quote! { Some(#selector) },
            None => quote! { None },
        };
        quote! {
            TypeField {
                name: #json, rust_type: #rust_type, is_text: #is_text, selector: #selector
            }
        }
    });
    quote! { (#name, Type::Object(&[#(#fields),*])) }
}

fn field_type(object: &Ident, field: &Ident, items: &[&Item]) -> String {
    let structure = items.iter().find_map(|item| match item {
        Item::Struct(structure) if structure.ident == *object => Some(structure),
        _ => None,
    });
    let fields = structure.iter().flat_map(|structure| &structure.fields);
    let found = fields.into_iter().find(|candidate| candidate.ident.as_ref() == Some(field));
    found.map(|field| compact(&field.ty)).unwrap_or_default()
}

fn union(item: &syn::ItemEnum) -> Result<Tokens> {
    let name = item.ident.to_string();
    let mut variants = Vec::new();
    for variant in &item.variants {
        let rust_type = variant.fields.iter().next().map(|field| field.ty.to_token_stream());
        let rust_type = rust_type.unwrap_or_default().to_string();
        let default: syn::Expr = parse_quote!("");
        let value = variant.discriminant.as_ref().map_or(&default, |(_, value)| value);
        variants.push(quote! { (#value, #rust_type) });
    }
    Ok(quote! { (#name, Type::Union(&[#(#variants),*])) })
}
