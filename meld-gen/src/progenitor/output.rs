//! Reading progenitor's output: the types with their fields, and what each operation takes and gives.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::Parse;
use syn::{Attribute, Expr, ExprLit, Fields, FnArg, ImplItemFn, ItemEnum, ItemStruct, Lit, Meta, Pat, Type};

use super::items::{Item, Keyword, items};
use super::rust_type::{RustType, argument};
use crate::error::{Error, ErrorKind, Location, Result};

/// The part of progenitor's output that the module is made from.
#[derive(Debug, Default)]
pub struct Model {
    /// Types in progenitor's order.
    pub types: Vec<TypeItem>,
    /// Operations by the name of their method.
    pub operations: BTreeMap<String, OperationItem>,
}

/// A type.
#[derive(Clone, Debug)]
pub enum TypeItem {
    /// A struct with named fields.
    Struct(StructItem),
    /// A string enum; the model has its variants.
    Enum(String),
    /// A struct around one other type.
    Newtype(String, RustType),
}

impl TypeItem {
    /// Rust name.
    pub fn name(&self) -> &str {
        match self {
            Self::Struct(item) => &item.name,
            Self::Enum(name) | Self::Newtype(name, _) => name,
        }
    }
}

/// A struct with named fields.
#[derive(Clone, Debug)]
pub struct StructItem {
    /// Rust name.
    pub name: String,
    /// Fields in progenitor's order.
    pub fields: Vec<FieldItem>,
}

/// A field.
#[derive(Clone, Debug)]
pub struct FieldItem {
    /// JSON name.
    pub wire: String,
    /// Type.
    pub ty: RustType,
    /// Description in the spec.
    pub doc: Option<String>,
}

/// The parameters and the response of an operation.
#[derive(Debug)]
pub struct OperationItem {
    /// Type of each parameter, and of `body`, by progenitor's name; `Option` taken off.
    pub parameters: BTreeMap<String, RustType>,
    /// Type of the response; `None` for an empty one.
    pub response: Option<RustType>,
}

/// Reads the model off progenitor's output for `file`, item by item: the whole of it, parsed, would take gigabytes for
/// large specs.
///
/// # Errors
/// Returns an error if the output has a form that this version of the pipeline does not know.
pub fn read(output: TokenStream, file: &str) -> Result<Model> {
    let reader = Reader { file };
    let mut model = Model::default();
    for item in items(output) {
        match item.keyword {
            Keyword::Mod if item.name == "types" => reader.types(item, &mut model)?,
            Keyword::Impl if item.name == "Client" => reader.operations(item, &mut model)?,
            _ => {}
        }
    }
    Ok(model)
}

struct Reader<'a> {
    file: &'a str,
}

impl Reader<'_> {
    fn unknown(&self, what: String) -> Error {
        Error::new(
            ErrorKind::Generation,
            Location::new(self.file, ""),
            what,
            "teach the render stage this form of progenitor's output",
        )
    }

    fn parsed<T: Parse>(&self, item: Item) -> Result<T> {
        syn::parse2(item.tokens).map_err(|error| self.unknown(format!("{} is no Rust ({error})", item.name)))
    }

    fn types(&self, module: Item, model: &mut Model) -> Result<()> {
        for item in items(module.body()) {
            match item.keyword {
                Keyword::Struct => model.types.push(self.structure(&self.parsed(item)?)?),
                Keyword::Enum => {
                    let item: ItemEnum = self.parsed(item)?;
                    if item.variants.iter().any(|variant| variant.fields != Fields::Unit) {
                        let what = format!("the enum {} has variants with data", item.ident);
                        return Err(self.unknown(what));
                    }
                    model.types.push(TypeItem::Enum(item.ident.to_string()));
                }
                // Impls, defaults and the error type of conversions are made anew.
                _ => {}
            }
        }
        Ok(())
    }

    fn structure(&self, item: &ItemStruct) -> Result<TypeItem> {
        let name = item.ident.to_string();
        match &item.fields {
            Fields::Named(fields) => {
                let fields = fields.named.iter().filter_map(|field| {
                    let name = field.ident.as_ref()?.to_string();
                    let wire = renamed(&field.attrs).unwrap_or_else(|| unraw(&name));
                    let doc = documentation(&field.attrs);
                    Some(FieldItem { wire, ty: RustType::read(&field.ty), doc })
                });
                Ok(TypeItem::Struct(StructItem { name, fields: fields.collect() }))
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                Ok(TypeItem::Newtype(name, RustType::read(&fields.unnamed[0].ty)))
            }
            _ => Err(self.unknown(format!("the struct {name} has no named fields"))),
        }
    }

    fn operations(&self, client: Item, model: &mut Model) -> Result<()> {
        for item in items(client.body()) {
            // Only the operations are asynchronous.
            if item.keyword != Keyword::AsyncFn {
                continue;
            }
            let method: ImplItemFn = self.parsed(without_body(item))?;
            let name = method.sig.ident.to_string();
            let parameters = method.sig.inputs.iter().filter_map(|input| match input {
                FnArg::Typed(input) => match &*input.pat {
                    Pat::Ident(pat) => Some((pat.ident.to_string(), parameter_type(&input.ty))),
                    _ => None,
                },
                FnArg::Receiver(_) => None,
            });
            let response = response_type(&method.sig.output)
                .ok_or_else(|| self.unknown(format!("the response of {name} has another form")))?;
            let operation = OperationItem { parameters: parameters.collect(), response };
            model.operations.insert(name, operation);
        }
        Ok(())
    }
}

/// A function without its body, as only the signature matters.
fn without_body(item: Item) -> Item {
    let tokens = item.tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            TokenTree::Group(Group::new(Delimiter::Brace, TokenStream::new()))
        }
        tree => tree,
    });
    Item { tokens: tokens.collect(), ..item }
}

/// `Option<T>` → `T`: a parameter that may be left out.
fn parameter_type(ty: &Type) -> RustType {
    match RustType::read(ty) {
        RustType::Optional(ty) => *ty,
        ty => ty,
    }
}

/// `Result<ResponseValue<T>, Error<E>>` → `T`, and `Some(None)` for `()`.
fn response_type(output: &syn::ReturnType) -> Option<Option<RustType>> {
    let syn::ReturnType::Type(_, ty) = output else { return None };
    let value = argument(&argument(ty, "Result")?, "ResponseValue")?;
    match &value {
        Type::Tuple(tuple) if tuple.elems.is_empty() => Some(None),
        _ => Some(Some(RustType::read(&value))),
    }
}

fn unraw(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}

/// The name that a `serde(rename = "…")` gives.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Other settings have other forms; only `rename` matters here.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Lit>()?;
            }
            Ok(())
        });
    }
    name
}

fn documentation(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}
