//! The generated types: structs, open enums, unions, and builders for what is sent.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::pieces::Pieces;
use super::{docs, validation};
use crate::error::Result;
use crate::escape::code;
use crate::model::Union;
use crate::model::aliases::alias;
use crate::model::guide_rules::guide_rules;
use crate::model::sensitive::is_sensitive;
use crate::model::{ModuleModel, TypeModel};
use crate::naming::fields::field_name;
use crate::naming::identifiers::variant;
use crate::progenitor::output::{FieldItem, Model, StructItem, TypeItem};
use crate::progenitor::rust_type::RustType;

/// Writes the items of `mod types`.
///
/// # Errors
/// When one is no Rust.
pub fn types(model: &Model, shaped: &ModuleModel, pieces: &mut Pieces<'_>) -> Result<()> {
    let writer = Writer::new(model, shaped);
    pieces.add_all(&model.types, |item| {
        let shape = writer.shape(item.name());
        match (item, &shape.union) {
            (_, Some(union)) => writer.union(item.name(), shape, union),
            (TypeItem::Struct(item), None) => writer.structure(item, shape),
            (TypeItem::Enum(name), None) => writer.open_enum(name, shape),
            (TypeItem::Newtype(name, ty), None) => writer.newtype(name, shape, ty),
        }
    })?;
    let sent: Vec<(&StructItem, &TypeModel)> = model
        .types
        .iter()
        .filter_map(|item| {
            let TypeItem::Struct(item) = item else { return None };
            let shape = writer.shape(&item.name);
            (shape.usage.sent && shape.union.is_none()).then_some((item, shape))
        })
        .collect();
    if sent.is_empty() {
        return Ok(());
    }
    pieces.open("Builders of the types that are sent.", "builder");
    pieces.add(quote!(
        use meld_client_core::prelude::*;
    ))?;
    pieces.add_all(&sent, |(item, shape)| writer.builder(item, shape))?;
    pieces.close();
    Ok(())
}

/// One field as it will be written.
pub(super) struct Field<'a> {
    pub(super) ident: Ident,
    pub(super) wire: &'a str,
    pub(super) ty: RustType,
    doc: Vec<String>,
    /// Must be set before sending.
    is_required: bool,
    /// The selector beside it, of a union that stands for both.
    selected_by: Option<String>,
    /// A decimal that the document declares as a text.
    is_amount: bool,
}

fn is_text(ty: &RustType) -> bool {
    *ty.required() == RustType::Named("String".to_owned())
}

/// Whether a field holds JSON of any form.
fn is_free(ty: &RustType) -> bool {
    match ty.required() {
        RustType::FreeForm | RustType::Any => true,
        RustType::List(inner) | RustType::Map(inner) => is_free(inner),
        _ => false,
    }
}

/// Whether a property holds an amount of money or of a currency.
fn is_amount(wire: &str) -> bool {
    wire == "amount" || wire.ends_with("Amount")
}

fn as_decimal(ty: RustType) -> RustType {
    match ty {
        RustType::Optional(_) => RustType::Optional(Box::new(RustType::Decimal)),
        _ => RustType::Decimal,
    }
}

/// The only text of a small struct: what a bare text in place of the whole stands for.
fn text_field<'a>(fields: &'a [Field<'_>]) -> Option<&'a Ident> {
    let mut texts = fields.iter().filter(|field| is_text(&field.ty));
    let only = texts.next().filter(|_| texts.next().is_none())?;
    (fields.len() <= 2).then_some(&only.ident)
}

/// Writes the types of a module.
pub(super) struct Writer<'a> {
    module: &'a str,
    shapes: &'a BTreeMap<String, TypeModel>,
    nothing: TypeModel,
    names: BTreeSet<&'a str>,
    /// Generated types that are bodies, or what lists and maps that are bodies hold.
    bodies: BTreeSet<String>,
    /// Generated types that are responses: what an empty response is read as is their default.
    responses: BTreeSet<String>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(model: &'a Model, shaped: &'a ModuleModel) -> Self {
        let names: BTreeSet<&str> = model.types.iter().map(TypeItem::name).collect();
        let bodies = model.operations.values().filter_map(|item| item.parameters.get("body"));
        let bodies = bodies.filter_map(|ty| ty.generated_name(&|name| names.contains(name)));
        let responses = model.operations.values().filter_map(|item| match &item.response {
            Some(RustType::Named(name)) => Some(name.clone()),
            _ => None,
        });
        Self {
            responses: responses.collect(),
            bodies: bodies.collect(),
            module: &shaped.api.info.title,
            shapes: &shaped.types,
            nothing: TypeModel::default(),
            names,
        }
    }

    pub(super) fn shape(&self, name: &str) -> &TypeModel {
        self.shapes.get(name).unwrap_or(&self.nothing)
    }

    /// Whether a type of that name is generated.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub(super) fn tokens(&self, ty: &RustType, prefix: &TokenStream) -> TokenStream {
        ty.tokens(prefix, &|name| self.knows(name))
    }

    pub(super) fn fields<'b>(&self, item: &'b StructItem, shape: &TypeModel) -> Vec<Field<'b>> {
        item.fields.iter().map(|field| self.field(field, shape)).collect()
    }

    fn field<'b>(&self, field: &'b FieldItem, shape: &TypeModel) -> Field<'b> {
        let ty = match field.ty.clone() {
            RustType::Optional(inner) if shape.is_patch => RustType::Nullable(inner),
            // In a change an empty list says something else than none.
            list @ RustType::List(_) if shape.is_patch => RustType::Nullable(Box::new(list)),
            ty => ty,
        };
        // What is only sent can be as strict as the service: an amount is a number, however it is written.
        let is_amount = is_text(&ty) && is_amount(&field.wire) && !shape.usage.read;
        let ty = if is_amount { as_decimal(ty) } else { ty };
        let union = match ty.required() {
            RustType::Named(name) => self.shape(name).union.as_ref(),
            _ => None,
        };
        Field {
            ident: format_ident!("{}", field_name(&field.wire)),
            wire: &field.wire,
            doc: match shape.rules.get(&field.wire) {
                Some(rule) if shape.usage.sent => {
                    docs::of_sent_field(&field.wire, field.doc.as_deref(), rule)
                }
                _ if shape.usage.read && is_free(&ty) => {
                    docs::of_free_field(&field.wire, field.doc.as_deref())
                }
                _ => docs::of_field(&field.wire, field.doc.as_deref()),
            },
            is_required: shape.rules.get(&field.wire).is_some_and(|rule| rule.required),
            selected_by: union
                .filter(|union| union.content.as_deref() == Some(&field.wire))
                .map(|union| union.tag.clone()),
            is_amount,
            ty,
        }
    }

    fn structure(&self, item: &StructItem, shape: &TypeModel) -> TokenStream {
        let name = format_ident!("{}", item.name);
        let fields = self.fields(item, shape);
        let doc = docs::attributes(&docs::of_type(shape, false));
        let is_all_optional = fields.iter().all(|field| field.ty.may_be_absent());
        let default = is_all_optional.then(|| quote!(Default,));
        let members = fields.iter().map(|field| {
            let (ident, doc) = (&field.ident, docs::attributes(&field.doc));
            let ty = self.tokens(&field.ty, &quote!());
            quote!(#doc pub #ident: #ty,)
        });
        let use_ = if shape.usage.read { quote!(read) } else { quote!(sent) };
        let text = text_field(&fields);
        let names = fields.iter().map(|field| {
            let (ident, wire) = (&field.ident, field.wire);
            let is_text = text == Some(ident);
            let mark = self.mark(field, &item.name, is_text, shape.usage.read);
            quote!(#ident: #wire #mark)
        });
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
        let check = shape.usage.sent.then(|| self.check(&name, &fields, shape));
        quote! {
            #doc
            #[derive(Clone, #default PartialEq)]
            #[non_exhaustive]
            pub struct #name {
                #(#members)*
            }
            meld_client_core::object! { #use_ #name { #(#names),* } }
            #builder
            #check
        }
    }

    fn check(&self, name: &Ident, fields: &[Field<'_>], shape: &TypeModel) -> TokenStream {
        let is_sent_type = |name: &str| {
            let shape = self.shape(name);
            shape.usage.sent && shape.values.is_empty()
        };
        let checked = fields.iter().map(|field| {
            let rule = shape.rules.get(field.wire);
            let Field { ident, wire, ty, .. } = field;
            validation::statements(&validation::Checked { ident, wire, ty, rule }, &is_sent_type)
        });
        let ident = |wire: &str| {
            let field = fields.iter().find(|field| field.wire == wire)?;
            Some((field.ident.clone(), field.ty.clone()))
        };
        let schema = name.to_string();
        let refused = guide_rules(self.module, &schema)
            .filter_map(|refusal| validation::refusal(refusal, &ident));
        let statements: Vec<TokenStream> = checked.chain(refused).collect();
        validation::implementation(name, &statements)
    }

    /// What `object!` is to know of a field beside its name.
    fn mark(&self, field: &Field<'_>, schema: &str, is_text: bool, is_read: bool) -> TokenStream {
        if let Some(tag) = &field.selected_by {
            quote!(selected_by #tag)
        } else if let Some(alias) = alias(schema, field.wire).filter(|_| is_read) {
            quote!(also #alias)
        } else if is_sensitive(schema, field.wire) {
            quote!(secret)
        } else if field.is_amount {
            quote!(as_text)
        } else if is_text {
            quote!(text)
        } else {
            quote!()
        }
    }

    fn newtype(&self, name: &str, shape: &TypeModel, ty: &RustType) -> TokenStream {
        let doc = docs::attributes(&docs::of_type(shape, false));
        let name = format_ident!("{name}");
        let ty = self.tokens(ty, &quote!());
        let check = shape.usage.sent.then(|| {
            quote! {
                impl Validate for #name {
                    fn validate(&self, validator: &mut Validator) {
                        self.0.validate(validator);
                    }
                }
            }
        });
        quote! {
            #doc
            #[derive(Clone, Debug, Default, PartialEq)]
            pub struct #name(pub #ty);
            meld_client_core::transparent!(#name);
            #check
        }
    }

    fn union(&self, name: &str, shape: &TypeModel, union: &Union) -> TokenStream {
        let place = match &union.content {
            Some(content) => {
                format!(" Which one it is, {} says, beside {}.", code(&union.tag), code(content))
            }
            None => format!(" Which one it is, {} says.", code(&union.tag)),
        };
        let mut lines = docs::of_type(shape, false);
        lines.extend([String::new(), place]);
        let doc = docs::attributes(&lines);
        let default = self.responses.contains(name);
        let name = format_ident!("{name}");
        let default = default.then(|| {
            quote! {
                impl Default for #name {
                    /// No variant, which an empty response is read as.
                    fn default() -> Self {
                        Self::Unknown(Default::default())
                    }
                }
            }
        });
        let (tag, content) = (&union.tag, union.content.iter());
        let read = shape.usage.read.then(|| quote!(read));
        let check = shape.usage.sent.then(|| validation::of_union(&name, union));
        let variants = union.variants.iter().map(|member| {
            let value = &member.value;
            let ident = format_ident!("{}", variant(value));
            let schema = format_ident!("{}", member.schema);
            quote!(#ident(#schema) = #value)
        });
        quote! {
            #[meld_client_core::selected_union]
            #doc
            #[selector(#read #tag #(, #content)*)]
            pub enum #name {
                #(#variants,)*
            }
            #check
            #default
        }
    }

    /// Written as an enum, so that it is printed as one; the print stage puts the macro around it.
    fn open_enum(&self, name: &str, shape: &TypeModel) -> TokenStream {
        // Bodies are checked whatever they are; inside of others, enums are not.
        let check = self.bodies.contains(name);
        let default = self.responses.contains(name);
        let doc = docs::attributes(&docs::of_type(shape, true));
        let name = format_ident!("{name}");
        let check = check.then(|| quote!(impl Validate for #name {}));
        let default = default.then(|| {
            quote! {
                impl Default for #name {
                    /// The empty text, which an empty response is read as.
                    fn default() -> Self {
                        Self::from("")
                    }
                }
            }
        });
        let variants = shape.variants.iter().zip(&shape.values).map(|(variant, value)| {
            let variant = format_ident!("{variant}");
            quote!(#variant = #value)
        });
        let wider = shape.supersets.iter().map(|wider| {
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
            #check
            #default
            #(#wider)*
        }
    }

    fn builder(&self, item: &StructItem, shape: &TypeModel) -> TokenStream {
        let name = format_ident!("{}", item.name);
        let fields = self.fields(item, shape);
        let prefix = quote!(super::);
        let doc = format!(" Builder of [`super::{}`].", item.name);
        let stored = fields.iter().map(|field| {
            let ident = &field.ident;
            let ty = self.tokens(field.ty.required(), &prefix);
            quote!(#ident: Option<#ty>)
        });
        let setters_of_fields: BTreeSet<String> =
            fields.iter().map(|field| field.ident.to_string()).collect();
        let setters = fields.iter().map(|field| {
            let ident = &field.ident;
            let is_cleared = matches!(field.ty, RustType::Nullable(_));
            let clear = is_cleared.then(|| clear_setter(field, &setters_of_fields));
            let doc = docs::attributes(&field.doc);
            let (argument, value) = field.ty.setter(&prefix, &|name| self.names.contains(name));
            quote! {
                #doc
                pub fn #ident(mut self, value: #argument) -> Self {
                    self.#ident = Some(#value);
                    self
                }
                #clear
            }
        });
        let built = fields.iter().map(built_field);
        let result = format!(
            " The finished value.\n\n # Errors\n {}",
            "When a required field is not set, or a value is one that the service refuses; the error names the field."
        );
        let result = docs::attributes(&result.lines().map(str::to_owned).collect::<Vec<_>>());
        quote! {
            #[doc = #doc]
            #[derive(Clone, Default)]
            #[must_use]
            pub struct #name {
                #(#stored,)*
            }
            meld_client_core::opaque!(#name);
            impl #name {
                #(#setters)*

                #result
                pub fn build(self) -> Result<super::#name, Error> {
                    validated(super::#name { #(#built,)* })
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

/// The method that takes a value away. Its name may be that of a setter, and then gets an underscore.
fn clear_setter(field: &Field<'_>, setters: &BTreeSet<String>) -> TokenStream {
    let ident = &field.ident;
    let name = ident.to_string();
    let mut clear = format!("clear_{}", name.strip_prefix("r#").unwrap_or(&name));
    while setters.contains(&clear) {
        clear.push('_');
    }
    let clear = format_ident!("{clear}");
    let doc = format!(" Sends null for {}: takes the value away.", code(field.wire));
    quote! {
        #[doc = #doc]
        pub fn #clear(mut self) -> Self {
            self.#ident = Some(Nullable::Null);
            self
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
