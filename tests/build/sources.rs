//! The generated modules, and what both tables read in them.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use quote::{ToTokens, format_ident};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, ImplItem, ImplItemFn, Item, ItemImpl, LitStr, Token};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;
pub type Tokens = proc_macro2::TokenStream;

/// A generated module.
pub struct Source {
    /// `v2026-02-03`.
    pub version: String,
    /// `bank_linking`.
    pub family: String,
    file: syn::File,
}

impl Source {
    /// All of them, by version and family.
    pub fn all(root: &Path) -> Result<Vec<Self>> {
        let mut sources = Vec::new();
        for folder in sorted(root)? {
            let version = file_stem(&folder);
            if !version.starts_with('v') || !folder.join("src").is_dir() {
                continue;
            }
            println!("cargo::rerun-if-changed={}", folder.display());
            for path in sorted(&folder.join("src"))? {
                let family = file_stem(&path);
                if family != "lib" {
                    let file = syn::parse_file(&fs::read_to_string(path)?)?;
                    sources.push(Self { version: version.clone(), family, file });
                }
            }
        }
        Ok(sources)
    }

    /// The modules in which it is found in `meld_client`.
    pub fn path(&self) -> [Ident; 2] {
        [format_ident!("{}", self.version.replace('-', "_")), format_ident!("{}", self.family)]
    }

    /// What stands in a module inside of it; in itself where no module is named.
    pub fn items(&self, modules: &[&str]) -> Vec<&Item> {
        let mut items: Vec<&Item> = self.file.items.iter().collect();
        for name in modules {
            let inside = items.into_iter().find_map(|item| match item {
                Item::Mod(item) if item.ident == name => item.content.as_ref(),
                _ => None,
            });
            items = inside.into_iter().flat_map(|(_, items)| items).collect();
        }
        items.retain(|item| !says_page(item));
        items
    }
}

/// Whether an item says of a response that it is a page, which declares nothing.
fn says_page(item: &Item) -> bool {
    let Item::Macro(item) = item else { return false };
    item.mac.path.segments.last().is_some_and(|segment| segment.ident == "page")
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

fn file_stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// All functions of an implementation.
pub fn functions(item: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> {
    item.items.iter().filter_map(|member| match member {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

/// A function of an implementation.
pub fn function<'a>(item: &'a ItemImpl, name: &str) -> Option<&'a ImplItemFn> {
    functions(item).find(|function| function.sig.ident == name)
}

/// The type of a response, by the `send` of a builder.
pub fn success(send: &ImplItemFn) -> Option<syn::Type> {
    let syn::ReturnType::Type(_, output) = &send.sig.output else { return None };
    argument(&argument(output)?)
}

/// Whether nothing is answered.
pub fn is_nothing(success: &syn::Type) -> bool {
    matches!(success, syn::Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// The first argument of a generic type.
pub fn argument(path: &syn::Type) -> Option<syn::Type> {
    let syn::Type::Path(path) = path else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
    else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(argument) => Some(argument.clone()),
        _ => None,
    })
}

/// A type without spaces.
pub fn compact(rust_type: &syn::Type) -> String {
    rust_type.to_token_stream().to_string().replace(' ', "").replace(",>", ">")
}

/// The index in `OPERATIONS` that a function uses.
pub fn operation_index(function: &syn::ImplItemFn) -> Option<usize> {
    let text = function.block.to_token_stream().to_string();
    let (_, rest) = text.split_once("OPERATIONS")?;
    let digits = rest.trim_start_matches([' ', '[']);
    digits.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// `read Quote { amount: "amount" secret, … }`.
pub struct Object {
    pub name: Ident,
    pub fields: Vec<ObjectField>,
}

/// `amount: "amount" secret`.
pub struct ObjectField {
    pub name: Ident,
    pub json: String,
    pub mark: Option<String>,
    pub selector: Option<String>,
}

impl Parse for Object {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Ident>()?;
        let name = input.parse()?;
        let content;
        syn::braced!(content in input);
        let fields = content.parse_terminated(ObjectField::parse, Token![,])?;
        Ok(Self { name, fields: fields.into_iter().collect() })
    }
}

impl Parse for ObjectField {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let json = input.parse::<LitStr>()?.value();
        let mark = input.parse::<Option<Ident>>()?.map(|mark| mark.to_string());
        let text = input.parse::<Option<LitStr>>()?;
        // Behind another mark it is another name of the field.
        let text = text.filter(|_| mark.as_deref() == Some("selected_by"));
        let selector = text.map(|selector| selector.value());
        Ok(Self { name, json, mark, selector })
    }
}
