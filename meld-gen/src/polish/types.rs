//! The generated types: structs, open enums, unions, and builders for what is sent.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::docs;
use super::model::{FieldItem, Model, StructItem, TypeItem};
use super::rust_type::RustType;
use crate::repair::Union;
use crate::shape::fields::field_name;
use crate::shape::identifiers::variant;
use crate::shape::{Shaped, TypeShape};

/// The items of `mod types`.
pub fn types(model: &Model, shaped: &Shaped) -> TokenStream {
    let writer = Writer::new(model, shaped);
    let mut items = Vec::new();
    let mut builders = Vec::new();
    for item in &model.types {
        let name = item.name();
        let shape = writer.shape(name);
        items.push(match (item, &shape.union) {
            (_, Some(union)) => writer.union(name, shape, union),
            (TypeItem::Struct(item), None) => {
                if shape.usage.sent {
                    builders.push(writer.builder(item, shape));
                }
                writer.structure(item, shape)
            }
            (TypeItem::Enum(name), None) => open_enum(name, shape),
            (TypeItem::Newtype(name, ty), None) => writer.newtype(name, shape, ty),
        });
    }
    let builders = (!builders.is_empty()).then(|| {
        quote! {
            /// Builders of the types that are sent.
            pub mod builder {
                use meld_client_core::prelude::*;

                #(#builders)*
            }
        }
    });
    quote! {
        #(#items)*
        #builders
    }
}

/// One field as it will be written.
struct Field<'a> {
    ident: Ident,
    wire: &'a str,
    ty: RustType,
    doc: Vec<String>,
    /// Must be set before sending.
    is_required: bool,
    /// The union that stands for this field and its selector.
    is_flattened: bool,
}

struct Writer<'a> {
    shapes: &'a BTreeMap<String, TypeShape>,
    nothing: TypeShape,
    names: BTreeSet<&'a str>,
}

impl<'a> Writer<'a> {
    fn new(model: &'a Model, shaped: &'a Shaped) -> Self {
        let names = model.types.iter().map(TypeItem::name).collect();
        Self { shapes: &shaped.types, nothing: TypeShape::default(), names }
    }

    fn shape(&self, name: &str) -> &TypeShape {
        self.shapes.get(name).unwrap_or(&self.nothing)
    }

    fn tokens(&self, ty: &RustType, prefix: &TokenStream) -> TokenStream {
        ty.tokens(prefix, &|name| self.names.contains(name))
    }

    fn fields<'b>(&self, item: &'b StructItem, shape: &TypeShape) -> Vec<Field<'b>> {
        item.fields.iter().map(|field| self.field(field, shape)).collect()
    }

    fn field<'b>(&self, field: &'b FieldItem, shape: &TypeShape) -> Field<'b> {
        let ty = RustType::read(&field.ty);
        let union = match ty.required() {
            RustType::Named(name) => self.shape(name).union.as_ref(),
            _ => None,
        };
        Field {
            ident: format_ident!("{}", field_name(&field.wire)),
            wire: &field.wire,
            doc: docs::of_field(&field.wire, field.doc.as_deref()),
            is_required: shape.rules.get(&field.wire).is_some_and(|rule| rule.required),
            is_flattened: union.is_some_and(|u| u.content.as_deref() == Some(&field.wire)),
            ty,
        }
    }

    fn structure(&self, item: &StructItem, shape: &TypeShape) -> TokenStream {
        let name = format_ident!("{}", item.name);
        let fields = self.fields(item, shape);
        let doc = docs::attributes(&docs::of_type(shape, false));
        // Every field may be missing: then the whole struct has a default, and so has each field.
        let is_all_optional = fields.iter().all(|field| field.ty.is_absent().is_some());
        let default = is_all_optional.then(|| quote!(Default,));
        let container = if is_all_optional { quote!(, default) } else { quote!() };
        let fields = fields.iter().map(|field| self.struct_field(field, is_all_optional));
        let builder = shape.usage.sent.then(|| {
            let doc = format!(" Builds a [`{}`] field by field.", item.name);
            quote! {
                impl #name {
                    #[doc = #doc]
                    pub fn builder() -> builder::#name {
                        builder::#name::default()
                    }
                }
            }
        });
        quote! {
            #doc
            #[derive(Clone, Debug, #default PartialEq, Serialize, Deserialize)]
            #[serde(rename_all = "camelCase" #container)]
            #[non_exhaustive]
            pub struct #name {
                #(#fields)*
            }
            #builder
        }
    }

    fn struct_field(&self, field: &Field<'_>, container_default: bool) -> TokenStream {
        let Field { ident, wire, ty, .. } = field;
        let doc = docs::attributes(&field.doc);
        let mut settings = Vec::new();
        if field.is_flattened {
            settings.push(quote!(flatten));
        } else if !wire.is_ascii() || camel_case(ident) != *wire {
            // serde's rule panics on names that begin with another letter than an ASCII one.
            settings.push(quote!(rename = #wire));
        }
        if ty.holds_decimal() {
            settings.push(quote!(with = "meld_client_core::decimal"));
        }
        if let Some(is_absent) = ty.is_absent()
            && !(field.is_required && matches!(ty, RustType::List(_)))
        {
            if !container_default && !field.is_flattened {
                settings.push(quote!(default));
            }
            settings.push(quote!(skip_serializing_if = #is_absent));
        }
        let serde = (!settings.is_empty()).then(|| quote!(#[serde(#(#settings),*)]));
        let ty = self.tokens(ty, &quote!());
        quote! {
            #doc
            #serde
            pub #ident: #ty,
        }
    }

    fn newtype(&self, name: &str, shape: &TypeShape, ty: &syn::Type) -> TokenStream {
        let doc = docs::attributes(&docs::of_type(shape, false));
        let name = format_ident!("{name}");
        let ty = RustType::read(ty);
        let decimal =
            ty.holds_decimal().then(|| quote!(#[serde(with = "meld_client_core::decimal")]));
        let ty = self.tokens(&ty, &quote!());
        quote! {
            #doc
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct #name(#decimal pub #ty);
        }
    }

    fn union(&self, name: &str, shape: &TypeShape, union: &Union) -> TokenStream {
        let place = match &union.content {
            Some(content) => format!(" Which one it is, `{}` says, beside `{content}`.", union.tag),
            None => format!(" Which one it is, `{}` says.", union.tag),
        };
        let mut lines = docs::of_type(shape, false);
        lines.extend([String::new(), place]);
        let doc = docs::attributes(&lines);
        let name = format_ident!("{name}");
        let (tag, content) = (&union.tag, union.content.iter());
        let variants = union.variants.iter().map(|member| {
            let value = &member.value;
            let ident = format_ident!("{}", variant(value));
            let schema = format_ident!("{}", member.schema);
            quote!(#ident(#schema) = #value)
        });
        quote! {
            #[meld_client_core::selected_union]
            #doc
            #[selector(#tag #(, #content)*)]
            pub enum #name {
                #(#variants,)*
            }
        }
    }

    fn builder(&self, item: &StructItem, shape: &TypeShape) -> TokenStream {
        let name = format_ident!("{}", item.name);
        let fields = self.fields(item, shape);
        let prefix = quote!(super::);
        let doc = format!(" Builder of [`super::{}`].", item.name);
        let stored = fields.iter().map(|field| {
            let ident = &field.ident;
            let ty = self.tokens(field.ty.required(), &prefix);
            quote!(#ident: Option<#ty>)
        });
        let setters = fields.iter().map(|field| {
            let ident = &field.ident;
            let doc = docs::attributes(&field.doc);
            let (argument, value) = field.ty.setter(&prefix, &|name| self.names.contains(name));
            quote! {
                #doc
                pub fn #ident(mut self, value: #argument) -> Self {
                    self.#ident = Some(#value);
                    self
                }
            }
        });
        let built = fields.iter().map(built_field);
        let result = format!(
            " The finished value.\n\n # Errors\n {}",
            if fields.iter().any(|field| field.is_required) {
                "When a required field is not set; the error names it."
            } else {
                "None: no field is required."
            }
        );
        let result = docs::attributes(&result.lines().map(str::to_owned).collect::<Vec<_>>());
        quote! {
            #[doc = #doc]
            #[derive(Clone, Debug, Default)]
            #[must_use]
            pub struct #name {
                #(#stored,)*
            }
            impl #name {
                #(#setters)*

                #result
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
        }
    }
}

/// How a field of the built struct comes from the builder.
fn built_field(field: &Field<'_>) -> TokenStream {
    let Field { ident, wire, ty, .. } = field;
    let is_option = matches!(ty, RustType::Optional(_));
    match (field.is_required, is_option) {
        (true, false) => quote!(#ident: required(self.#ident, #wire)?),
        // Required when sent, but the type is read too and then it may be missing.
        (true, true) => quote!(#ident: Some(required(self.#ident, #wire)?)),
        (false, true) => quote!(#ident: self.#ident),
        (false, false) => quote!(#ident: self.#ident.unwrap_or_default()),
    }
}

/// Written as an enum, so that it is printed as one; the print stage puts the macro around it.
fn open_enum(name: &str, shape: &TypeShape) -> TokenStream {
    let doc = docs::attributes(&docs::of_type(shape, true));
    let name = format_ident!("{name}");
    let variants = shape.variants.iter().zip(&shape.values).map(|(variant, value)| {
        let variant = format_ident!("{variant}");
        quote!(#variant = #value)
    });
    let wider = shape.wider.iter().map(|wider| {
        let wider = format_ident!("{wider}");
        quote! {
            impl From<#name> for #wider {
                fn from(value: #name) -> Self {
                    Self::from(value.as_str())
                }
            }
        }
    });
    quote! {
        #[meld_client_core::string_enum]
        #doc
        pub enum #name {
            #(#variants,)*
        }
        #(#wider)*
    }
}

/// What `serde(rename_all = "camelCase")` makes of a field.
fn camel_case(ident: &Ident) -> String {
    let name = ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    let mut result = String::new();
    let mut upper = false;
    for c in name.chars() {
        if c == '_' {
            upper = !result.is_empty();
        } else if upper {
            result.extend(c.to_uppercase());
            upper = false;
        } else {
            result.push(c);
        }
    }
    result
}
